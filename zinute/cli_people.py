"""The commands about people: rosters and single persons."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from zinute.errors import Stop
from zinute.options import Data, Store, settings_of, whole

Name = Annotated[str | None, typer.Option(help="Another name.")]
Email = Annotated[str | None, typer.Option(help="Another e-mail address.")]
Number = Annotated[str | None, typer.Option(help="Personnel number.")]
Job = Annotated[str | None, typer.Option(help="Such as librarian: programmes for it come first.")]
Spoken = Annotated[str | None, typer.Option(help="lt, pl, nb or en; the organisation's if not given.")]
Hired = Annotated[str | None, typer.Option(help="The first day of work (2026-01-31).")]
Left = Annotated[str | None, typer.Option(help='From this day on nothing comes to them; "": they are back.')]
From = Annotated[str | None, typer.Option(help="First day of leave.")]
Until = Annotated[str | None, typer.Option(help="Last day of leave.")]


def import_roster(
    file: Annotated[Path, typer.Argument(help="CSV or XLSX, with the names of the columns at the top.")],
    organisation: Annotated[
        int | None,
        typer.Option(
            parser=whole, help="For whom the file names none; and people outside it are left alone."
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Import it; without this it is only looked at.")] = False,
    partly: Annotated[
        bool, typer.Option("--partly", help="Leave out rows that are wrong or in doubt.")
    ] = False,
    absent_left: Annotated[
        bool, typer.Option("--absent-left", help="Whoever is not in the file has left today.")
    ] = False,
    data: Data = None,
    database: Store = None,
) -> None:
    """Say what a roster would do to each person, and import it with --yes; exit code 1 when a row is not good."""
    from actions.import_roster import Choice
    from zinute.people import import_roster as bring

    choice = Choice(None, partly, absent_left) if yes else None
    settings = settings_of(level="warning", data=data, database=database)
    good = asyncio.run(bring(settings, file, organisation, choice, typer.echo))
    raise typer.Exit(0 if good else 1)


def list_imports(data: Data = None, database: Store = None) -> None:
    """List the rosters that were imported."""
    from zinute.people import list_imports as find

    for line in asyncio.run(find(settings_of(level="warning", data=data, database=database))):
        typer.echo(line)


def undo(
    number: Annotated[int, typer.Argument(parser=whole, help="The import's number.")],
    data: Data = None,
    database: Store = None,
) -> None:
    """Take an import back, and tell what stays as it is."""
    from zinute.people import undo_import

    for line in asyncio.run(undo_import(settings_of(level="warning", data=data, database=database), number)):
        typer.echo(f"Stays: {line}.")
    typer.echo(f"Import {number} is taken back.")


def add(  # noqa: PLR0913 (each is an option)
    email: str,
    name: str,
    organisation: Annotated[
        int | None,
        typer.Option(
            parser=whole, help="The organisation's number; the one with the address's domain if not given."
        ),
    ] = None,
    language: Spoken = None,
    coordinator: Annotated[bool, typer.Option("--coordinator", help="May sign in to the console.")] = False,
    job: Job = None,
    number: Number = None,
    hired_on: Hired = None,
    leave_from: From = None,
    leave_until: Until = None,
    data: Data = None,
    database: Store = None,
) -> None:
    """Add a person to an organisation's roster."""
    from zinute.people import add as write

    said = {"email": email, "name": name, "number": number, "job": job, "language": language}
    said |= {"hired_on": hired_on, "leave_from": leave_from, "leave_until": leave_until}
    cells = {what: word for what, word in said.items() if word is not None}
    cells["coordinator"] = "yes" if coordinator else ""
    asyncio.run(write(settings_of(data=data, database=database), organisation, cells))
    typer.echo(f"Added {name}.")


def change(  # noqa: PLR0913 (each is an option)
    address: Annotated[str, typer.Argument(metavar="EMAIL", help="The person's e-mail address.")],
    name: Name = None,
    email: Email = None,
    number: Number = None,
    job: Job = None,
    language: Spoken = None,
    hired_on: Hired = None,
    left_on: Left = None,
    leave_from: From = None,
    leave_until: Until = None,
    organisation: Annotated[int | None, typer.Option(parser=whole, help="Move the person there.")] = None,
    data: Data = None,
    database: Store = None,
) -> None:
    """Change what the roster says of a person; "" takes a word back."""
    from zinute.people import change as write

    said = {"name": name, "email": email, "number": number, "job": job, "language": language}
    said |= {"hired_on": hired_on, "left_on": left_on, "leave_from": leave_from, "leave_until": leave_until}
    cells = {what: word for what, word in said.items() if word is not None}
    if not cells and organisation is None:
        raise Stop("Say what to change, such as --job librarian.")
    asyncio.run(write(settings_of(data=data, database=database), address, organisation, cells))
    typer.echo(f"{address} is as you said.")
