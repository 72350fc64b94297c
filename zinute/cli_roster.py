"""The roster's commands: organisations, people and invitations by hand."""

import asyncio
from typing import Annotated

import typer

from zinute.options import Data, Store, settings_of

SECTOR = "Such as libraries: programmes for it come first."
JOB = "Such as librarian: programmes for it come first."

organisation = typer.Typer(
    no_args_is_help=True, help="Add, change and list organisations.", rich_markup_mode=None
)
person = typer.Typer(
    no_args_is_help=True,
    help="Add people, change and invite them, let them write lessons.",
    rich_markup_mode=None,
)


@organisation.command("add")
def add_organisation(
    name: str,
    contact: Annotated[str, typer.Option(help="Whom its people ask: a name and an address.")],
    country: Annotated[str, typer.Option(help="LT, PL or NO: for the public holidays.")],
    zone: Annotated[str, typer.Option(help="Time zone; the country's if not given.")] = "",
    language: Annotated[str, typer.Option(help="lt, pl, nb or en; the country's if not given.")] = "",
    data: Data = None,
    database: Store = None,
) -> None:
    """Add an organisation."""
    from zinute.roster import add_organisation as add

    settings = settings_of(data=data, database=database)
    added = add(settings, name=name, contact=contact, country=country, zone=zone, language=language)
    typer.echo(f"Added organisation {asyncio.run(added)}: {name}.")


@organisation.command("set")
def set_organisation(
    number: int,
    sector: Annotated[str, typer.Option(help=SECTOR)],
    data: Data = None,
    database: Store = None,
) -> None:
    """Say to which sector an organisation belongs; an empty one takes it back."""
    from zinute.roster import set_sector

    asyncio.run(set_sector(settings_of(data=data, database=database), number, sector))
    typer.echo(f"Organisation {number} is as you said.")


@organisation.command("list")
def list_organisations(data: Data = None, database: Store = None) -> None:
    """List the organisations with their numbers."""
    from zinute.roster import organisations

    for line in asyncio.run(organisations(settings_of(data=data, database=database))):
        typer.echo(line)


@person.command("add")
def add_person(
    email: str,
    name: str,
    organisation: Annotated[int, typer.Option(help="The organisation's number.")],
    language: Annotated[str, typer.Option(help="lt, pl, nb or en; the organisation's if not given.")] = "",
    coordinator: Annotated[bool, typer.Option("--coordinator", help="May sign in to the console.")] = False,
    data: Data = None,
    database: Store = None,
) -> None:
    """Add a person to an organisation's roster."""
    from zinute.roster import add_person as add

    settings = settings_of(data=data, database=database)
    added = add(
        settings,
        email=email,
        name=name,
        organisation=organisation,
        language=language,
        coordinates=coordinator,
    )
    asyncio.run(added)
    typer.echo(f"Added {name}.")


@person.command("set")
def set_person(
    email: str,
    job: Annotated[str, typer.Option(help=JOB)],
    data: Data = None,
    database: Store = None,
) -> None:
    """Say what a person works as; an empty job takes it back."""
    from zinute.roster import set_job

    asyncio.run(set_job(settings_of(data=data, database=database), email, job))
    typer.echo(f"{email} is as you said.")


@person.command("author")
def set_author(
    email: str,
    stop: Annotated[bool, typer.Option("--stop", help="Take it back.")] = False,
    data: Data = None,
    database: Store = None,
) -> None:
    """Let a person change and publish the lessons of every programme in the console."""
    from zinute.roster import set_author as change

    asyncio.run(change(settings_of(data=data, database=database), email, writes=not stop))
    typer.echo(f"{email} {'does not write' if stop else 'writes'} lessons from now on.")


@person.command()
def invite(email: str, programme: str, data: Data = None, database: Store = None) -> None:
    """Make a person's one-time invitation to a programme (the name of its folder); it is valid for 14 days."""
    from zinute.roster import invite as make

    for line in asyncio.run(make(settings_of(data=data, database=database), email, programme)):
        typer.echo(line)
