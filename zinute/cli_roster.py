"""The roster's commands: organisations, people and invitations by hand."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from domain.rights import ROLES
from zinute import cli_people
from zinute.errors import Stop
from zinute.options import Data, Numbered, Store, settings_of, whole

organisation = typer.Typer(
    no_args_is_help=True, help="Add, change and list organisations.", rich_markup_mode=None
)
person = typer.Typer(
    no_args_is_help=True,
    help="Add people, change and invite them, give them roles.",
    rich_markup_mode=None,
)


Contact = Annotated[str | None, typer.Option(help="Whom its people ask: a name and an address.")]
Country = Annotated[str | None, typer.Option(help="LT, PL or NO: for the public holidays.")]
Zone = Annotated[str | None, typer.Option(help="Time zone; the country's if not given.")]
Spoken = Annotated[str | None, typer.Option(help="lt, pl, nb or en; the country's if not given.")]
Hours = Annotated[str | None, typer.Option(help="When messages may come by themselves (8:00-18:00).")]
Sector = Annotated[str | None, typer.Option(help="Such as libraries: programmes for it come first.")]
Cap = Annotated[str | None, typer.Option(help="How many of them on one day at most (3).")]
Keep = Annotated[str | None, typer.Option(help="For how many years it is kept what was learned (3).")]
Domains = Annotated[
    str | None, typer.Option(help="Of its people's e-mail addresses: new people come here by them.")
]
Languages = Annotated[str | None, typer.Option(help="Which its people choose from: lt, pl, nb, en (all).")]
Messengers = Annotated[str | None, typer.Option(help="Which its people may use: web, telegram (all).")]
DaysOff = Annotated[
    str | None,
    typer.Option(help="Besides public holidays: 2026-12-21..2027-01-02, 06-24 (of every year)."),
]
Approver = Annotated[
    str | None,
    typer.Option(help="An announcement to more people is approved by a second person (0: none is)."),
]


@organisation.command("add")
def add_organisation(  # noqa: PLR0913 (each is an option)
    name: str,
    contact: Contact = None,
    country: Country = None,
    zone: Zone = None,
    language: Spoken = None,
    hours: Hours = None,
    cap: Cap = None,
    keep: Keep = None,
    sector: Sector = None,
    domains: Domains = None,
    languages: Languages = None,
    messengers: Messengers = None,
    approver_above: Approver = None,
    days_off: DaysOff = None,
    under: Annotated[int | None, typer.Option(parser=whole, help="The number of the one above it.")] = None,
    level: Annotated[str, typer.Option(help="country, sector, organisation or unit.")] = "organisation",
    data: Data = None,
    database: Store = None,
) -> None:
    """Add an organisation; under another one, what is not given holds as there."""
    from zinute.roster import add_organisation as add

    said = {"contact": contact, "country": country, "zone": zone, "language": language}
    said |= {"hours": hours, "cap": cap, "keep": keep, "sector": sector, "domains": domains}
    said |= {"languages": languages, "messengers": messengers, "approver_above": approver_above}
    said |= {"days_off": days_off}
    added = add(settings_of(data=data, database=database), name, said, level=level, above=under)
    typer.echo(f"Added organisation {asyncio.run(added)}: {name}.")


@organisation.command("set")
def set_organisation(  # noqa: PLR0913 (each is an option)
    number: Numbered,
    name: Annotated[str | None, typer.Option(help="What it is called from now on.")] = None,
    contact: Contact = None,
    country: Country = None,
    zone: Zone = None,
    language: Spoken = None,
    hours: Hours = None,
    cap: Cap = None,
    keep: Keep = None,
    sector: Sector = None,
    domains: Domains = None,
    languages: Languages = None,
    messengers: Messengers = None,
    approver_above: Approver = None,
    days_off: DaysOff = None,
    data: Data = None,
    database: Store = None,
) -> None:
    """Rename an organisation, or change its settings, for all under it too; "" takes one back: it holds as above."""
    from zinute.roster import set_organisation as change

    said = {"contact": contact, "country": country, "zone": zone, "language": language}
    said |= {"hours": hours, "cap": cap, "keep": keep, "sector": sector, "domains": domains}
    said |= {"languages": languages, "messengers": messengers, "approver_above": approver_above}
    said |= {"days_off": days_off}
    if not any(each is not None for each in (name, *said.values())):
        raise Stop("Say what to change, such as --hours 9:00-17:00.")
    asyncio.run(change(settings_of(data=data, database=database), number, said, name))
    typer.echo(f"Organisation {number} is as you said.")


@organisation.command("move")
def move_organisation(
    number: Numbered,
    under: Annotated[
        int | None, typer.Option(parser=whole, help="The number of the one above it; the top if not given.")
    ] = None,
    data: Data = None,
    database: Store = None,
) -> None:
    """Put an organisation under another one, with its people and all under it."""
    from zinute.roster import move_organisation as move

    asyncio.run(move(settings_of(data=data, database=database), number, under))
    typer.echo(f"Organisation {number} is {f'under {under}' if under is not None else 'at the top'} now.")


@organisation.command("list")
def list_organisations(data: Data = None, database: Store = None) -> None:
    """List the organisations with their numbers."""
    from zinute.roster import organisations

    for line in asyncio.run(organisations(settings_of(data=data, database=database))):
        typer.echo(line)


person.command("add")(cli_people.add)
person.command("set")(cli_people.change)
person.command("import")(cli_people.import_roster)
person.command("imports")(cli_people.list_imports)
person.command("undo")(cli_people.undo)


@person.command("role")
def set_role(
    email: str,
    role: Annotated[str, typer.Argument(help=", ".join(ROLES))],
    at: Annotated[
        int | None,
        typer.Option(parser=whole, help="The organisation's number; the person's own if not given."),
    ] = None,
    stop: Annotated[bool, typer.Option("--stop", help="Take it back.")] = False,
    data: Data = None,
    database: Store = None,
) -> None:
    """Give a person a role at an organisation and all under it; an author writes the programmes that they own."""
    from zinute.roster import set_role as change

    settings = settings_of(data=data, database=database)
    place = asyncio.run(change(settings, email, role, at, stop=stop))
    typer.echo(f"{email} is {'not ' if stop else ''}{role} at organisation {place} from now on.")


@person.command("roles")
def list_roles(email: str | None = typer.Argument(None), data: Data = None, database: Store = None) -> None:
    """List the roles of a person, or of everybody."""
    from zinute.roster import roles

    for line in asyncio.run(roles(settings_of(data=data, database=database), email)):
        typer.echo(line)


Taught = Annotated[str, typer.Argument(help="The name of a programme's folder; only to join if not given.")]


@person.command()
def invite(email: str, programme: Taught = "", data: Data = None, database: Store = None) -> None:
    """Make a person's one-time invitation; it is valid for 14 days, and an older unused one is not any more."""
    from zinute.inviting import invite as make

    for line in asyncio.run(make(settings_of(data=data, database=database), email, programme)):
        typer.echo(line)


@person.command("invite-all")
def invite_all(
    organisation: Annotated[
        int, typer.Argument(parser=whole, help="The organisation's number; all under it too.")
    ],
    programme: Taught = "",
    mail: Annotated[bool, typer.Option("--mail", help="Send each a mail.")] = False,
    letters: Annotated[Path | None, typer.Option(help="Write letters to print into this PDF file.")] = None,
    csv: Annotated[Path | None, typer.Option(help="Write a table for a mail merge into this file.")] = None,
    data: Data = None,
    database: Store = None,
) -> None:
    """Invite everybody of an organisation who has not joined: by mail, as letters or as a table."""
    from zinute import inviting

    if [mail, letters is not None, csv is not None].count(True) != 1:
        raise Stop(
            "Say how they get their codes: --mail, --letters FILE.pdf or --csv FILE.csv (one of them)."
        )
    settings = settings_of(data=data, database=database)
    if letters is not None:
        told = inviting.invite_all(settings, organisation, programme, letters, "letter")
    elif csv is not None:
        told = inviting.invite_all(settings, organisation, programme, csv, "csv")
    else:
        told = inviting.invite_all_by_mail(settings, organisation, programme)
    for line in asyncio.run(told):
        typer.echo(line)
