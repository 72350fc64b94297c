"""The commands of assignments: a programme to a place and all under it."""

import asyncio
from typing import Annotated

import typer

from zinute.options import Data, Numbered, Store, settings_of, whole

assign = typer.Typer(
    no_args_is_help=True,
    help="Assign programmes to organisations, list and end assignments.",
    rich_markup_mode=None,
)


@assign.command("add")
def add(  # noqa: PLR0913 (each is an option)
    programme: Annotated[str, typer.Argument(help="The name of its folder.")],
    to: Annotated[int, typer.Option(parser=whole, help="The organisation's number; all under it too.")],
    start: Annotated[str, typer.Option("--from", help="First date, such as 2027-01-31; today.")] = "",
    due: Annotated[str, typer.Option(help="Date by which it is to be finished.")] = "",
    days: Annotated[
        int | None, typer.Option(parser=whole, help="Or within so many days of beginning.")
    ] = None,
    pace: Annotated[
        int | None, typer.Option(parser=whole, help="At most so many lessons a week, 1 to 5.")
    ] = None,
    why: Annotated[str, typer.Option(help="What people are told of the reason.")] = "",
    job: Annotated[str, typer.Option(help="Only those who work as this.")] = "",
    unit: Annotated[str, typer.Option(help="Only those of places that are called so.")] = "",
    language: Annotated[str, typer.Option(help="Only those who learn in lt, pl, nb or en.")] = "",
    hired_since: Annotated[str, typer.Option(help="Only those hired on this date or later.")] = "",
    only_new: Annotated[bool, typer.Option("--only-new", help="Only those who come later.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Who has finished it begins again.")] = False,
    after: Annotated[str, typer.Option(help="Not before this programme is finished.")] = "",
    begun: Annotated[bool, typer.Option("--begun", help="With --after: once it is begun.")] = False,
    wait: Annotated[int, typer.Option(parser=whole, help="With --after: so many days later.")] = 0,
    preview: Annotated[bool, typer.Option("--preview", help="Only say whom it would reach.")] = False,
    data: Data = None,
    database: Store = None,
) -> None:
    """Assign a programme; its people are enrolled by the service, also those who come later."""
    from zinute.assigning import look, make

    said = {"programme": programme, "to": to, "start": start, "due": due, "days": days, "why": why}
    said |= {"pace": pace, "job": job, "unit": unit, "language": language, "hired_since": hired_since}
    said |= {"only_new": only_new, "again": again, "after": after, "begun": begun, "wait": wait}
    settings = settings_of(data=data, database=database)
    if preview:
        for line in asyncio.run(look(settings, said)):
            typer.echo(line)
        return
    typer.echo(f"Made assignment {asyncio.run(make(settings, said))}.")


@assign.command("list")
def list_assignments(data: Data = None, database: Store = None) -> None:
    """List the assignments with their numbers and what came of them."""
    from zinute.assigning import listed

    for line in asyncio.run(listed(settings_of(data=data, database=database))):
        typer.echo(line)


@assign.command()
def due(
    number: Numbered,
    date: Annotated[str, typer.Argument(help='Such as 2027-01-31; "" takes it back.')],
    data: Data = None,
    database: Store = None,
) -> None:
    """Change the date by which it is to be finished, for everyone who learns because of it."""
    from zinute.assigning import put_due

    asyncio.run(put_due(settings_of(data=data, database=database), number, date))
    typer.echo(f"Assignment {number} is due {f'on {date}' if date else 'on no date'} now.")


@assign.command("pace")
def change_pace(
    number: Numbered,
    lessons: Annotated[
        int | None, typer.Argument(parser=whole, help="A week, 1 to 5; none: on each learning day.")
    ] = None,
    data: Data = None,
    database: Store = None,
) -> None:
    """Change how many lessons a week come to everyone who learns because of it."""
    from zinute.assigning import put_pace

    asyncio.run(put_pace(settings_of(data=data, database=database), number, lessons))
    held = f"lessons a week: {lessons}" if lessons else "a lesson on each learning day"
    typer.echo(f"Assignment {number} is paced anew: {held}.")


@assign.command()
def end(number: Numbered, data: Data = None, database: Store = None) -> None:
    """End an assignment: nobody new is enrolled by it, and nobody loses anything."""
    from zinute.assigning import end as stop

    ended = asyncio.run(stop(settings_of(data=data, database=database), number))
    typer.echo(f"Assignment {number} {'has ended' if ended else 'had ended before'}.")
