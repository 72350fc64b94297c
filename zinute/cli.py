"""The command line: each command reads its arguments, calls one thing, and says what came of it."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer

from zinute import (
    __version__,
    cli_assign,
    cli_audit,
    cli_authors,
    cli_banks,
    cli_exchange,
    cli_review,
    cli_roster,
    cli_sign_in,
)
from zinute.errors import Stop
from zinute.options import Data, Store, port_of, settings_of

app = typer.Typer(
    add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None
)
lessons = typer.Typer(
    no_args_is_help=True,
    help="Begin, look at, check, publish, import, export lessons.",
    rich_markup_mode=None,
)
restored = typer.Typer(
    no_args_is_help=True,
    help="Decide about a restored backup, which sends nothing by itself.",
    rich_markup_mode=None,
)
app.add_typer(lessons, name="lessons")
app.add_typer(restored, name="restored")
app.add_typer(cli_roster.organisation, name="organisation")
app.add_typer(cli_roster.person, name="person")
app.add_typer(cli_review.review, name="review")
app.add_typer(cli_audit.audit, name="audit")
app.add_typer(cli_assign.assign, name="assign")

cli_roster.organisation.command("sign-in")(cli_sign_in.provider)
app.command()(cli_exchange.results)
app.command()(cli_exchange.pseudonym)

Host = Annotated[str | None, typer.Option(help="Address to listen on (127.0.0.1).", envvar="ZINUTE_HOST")]
Port = Annotated[
    int | None, typer.Option(parser=port_of, help="Port to listen on (8000).", envvar="ZINUTE_PORT")
]
Folder = Annotated[Path, typer.Argument(help="A folder of programmes, or one programme's folder.")]


def main() -> None:
    """Run a command; what stops it is one sentence and exit code 2."""
    try:
        app(prog_name="zinute")
    except Stop as stop:
        typer.echo(str(stop), err=True)
        sys.exit(2)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"zinute {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version.")
    ] = False,
) -> None:
    """Zinute teaches people at work through the messenger they already use."""


@app.command()
def demo(
    data: Data = None,
    host: Host = None,
    port: Port = None,
    database: Store = None,
    size: Annotated[
        str, typer.Option(help="small, or national: 10,000 invented people in 300 organisations.")
    ] = "small",
) -> None:
    """Start everything with sample organisations, people and programmes (kept in data/demo, or data/nation)."""
    from zinute.demo import run, size_of

    wanted = size_of(size)
    folder = data or Path("data/nation" if wanted == "national" else "data/demo")
    settings = settings_of(level="warning", data=folder, host=host, port=port, database=database)
    run(settings, wanted)


@app.command()
def serve(data: Data = None, host: Host = None, port: Port = None, database: Store = None) -> None:
    """Start the service: messengers, console and clock (kept in data)."""
    from zinute.serve import run

    run(settings_of(data=data, host=host, port=port, database=database))


@app.command()
def chat(
    folder: Annotated[
        Path | None, typer.Argument(help="Lessons to try; the shipped ones if not given.")
    ] = None,
    language: Annotated[str, typer.Option(help="lt, pl, nb or en.")] = "lt",
) -> None:
    """Learn in this terminal, as an author who tries a lesson; nothing is kept."""
    from zinute.chat import run
    from zinute.logs import set_up

    set_up("error")

    asyncio.run(run(folder, language))


@app.command()
def migrate(data: Data = None, database: Store = None) -> None:
    """Bring the database to this version's schema."""
    from zinute.serve import bring_up

    asyncio.run(bring_up(settings_of(data=data, database=database)))
    typer.echo("The database is at this version's schema.")


@app.command("sign-in")
def sign_in(
    email: str,
    anew: Annotated[
        bool, typer.Option("--anew", help="Also forget their password, authenticator and passkeys.")
    ] = False,
    data: Data = None,
    database: Store = None,
) -> None:
    """Make a one-time link that signs somebody who has a role in to the console."""
    from zinute.serve import sign_in_link

    typer.echo(asyncio.run(sign_in_link(settings_of(data=data, database=database), email, anew=anew)))


@app.command()
def why(
    message: Annotated[
        str | None, typer.Argument(help="A message's id or key; the newest that failed if not given.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
    data: Data = None,
    database: Store = None,
) -> None:
    """Say why a message went, waits or was dropped; no names, no texts."""
    from zinute.assemble import now
    from zinute.why import explain, overview

    settings = settings_of(level="warning", data=data, database=database)
    told = (
        overview(settings, as_json=json)
        if message is None
        else explain(settings, message, now(), as_json=json)
    )
    for line in asyncio.run(told):
        typer.echo(line)


@app.command()
def doctor(
    json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
    offline: Annotated[bool, typer.Option("--offline", help="Ask nobody over the network.")] = False,
    data: Data = None,
    database: Store = None,
) -> None:
    """Say what is set (secrets masked), what is wrong and how to mend it; exit code 1 when something is."""
    import os

    from zinute import doctor as doctors
    from zinute.assemble import now

    settings = settings_of(level="error", data=data, database=database)
    findings = asyncio.run(doctors.examine(settings, os.environ, now(), network=not offline))
    given = doctors.shown(os.environ)
    for line in [doctors.as_json(given, findings)] if json else doctors.lines(given, findings):
        typer.echo(line)
    raise typer.Exit(0 if all(each.well for each in findings) else 1)


@app.command()
def record() -> None:
    """Print the record of processing: every table, what it is for, how long, and what an erasure leaves."""
    from zinute.record import lines

    for line in lines():
        typer.echo(line)


@restored.command()
def send(data: Data = None, database: Store = None) -> None:
    """Send what was held, as far as it is still of use."""
    from zinute.restored import settle

    count = asyncio.run(settle(settings_of(data=data, database=database), "send"))
    typer.echo(f"Messages that go on as soon as they may: {count}.")


@restored.command()
def drop(data: Data = None, database: Store = None) -> None:
    """Send nothing of what was held; lessons that were due come a day later."""
    from zinute.restored import settle

    count = asyncio.run(settle(settings_of(data=data, database=database), "drop"))
    typer.echo(f"Messages that are not sent: {count}.")


@lessons.command()
def check(
    folder: Folder, json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False
) -> None:
    """Report every problem as FILE:LINE: RULE: WHAT TO DO; exit code 1 when there is an error."""
    from lessons import check as checking
    from lessons.library import LibraryError

    try:
        report = checking.check(folder)
    except LibraryError as error:
        raise Stop(str(error)) from error
    for line in [checking.as_json(report)] if json else checking.lines(report):
        typer.echo(line)
    if not json:
        counts = f"{report.errors} errors, {report.advice} pieces of advice"
        typer.echo(f"{report.programmes} programmes, {report.lessons} lessons: {counts}.", err=True)
    raise typer.Exit(1 if report.errors else 0)


@lessons.command()
def publish(
    folder: Folder,
    over: Annotated[bool, typer.Option("--over", help="Also what authors published in the console.")] = False,
    data: Data = None,
    database: Store = None,
) -> None:
    """Publish what is good in a folder into the store; what is broken keeps its last good version."""
    from zinute.serve import publish_folder

    settings = settings_of(data=data, database=database)
    published, left = asyncio.run(publish_folder(settings, folder, over=over))
    typer.echo("Published: " + (", ".join(published) if published else "nothing new") + ".")
    if left:
        typer.echo(
            f"Left alone, because published in the console: {', '.join(left)}. --over publishes them too."
        )


lessons.command()(cli_authors.new)
lessons.command()(cli_authors.preview)
lessons.command()(cli_authors.owner)
lessons.command("import")(cli_banks.take)
lessons.command("template")(cli_banks.template)
lessons.command("export")(cli_banks.give)
