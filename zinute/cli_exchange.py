"""The commands that exchange data with other systems."""

import asyncio
import sys
from typing import Annotated

import typer

from zinute.options import Data, Store, settings_of, whole


def results(
    organisation: Annotated[int, typer.Option(parser=whole, help="Its number; all under it too.")],
    programme: Annotated[str, typer.Option(help="Only this one: the name of its folder.")] = "",
    language: Annotated[str, typer.Option(help="Of the titles: lt, pl, nb or en.")] = "",
    excel: Annotated[bool, typer.Option("--excel", help="As Excel reads it.")] = False,
    data: Data = None,
    database: Store = None,
) -> None:
    """Print the results of an organisation's people as a table (CSV): docs/exchange.md says what is in it."""
    from actions.results import Shape
    from zinute.results import give

    settings = settings_of(level="warning", data=data, database=database)
    shape: Shape = "excel" if excel else "plain"
    asyncio.run(give(settings, organisation, programme, language, shape=shape, to=sys.stdout.buffer))


def pseudonym(
    email: Annotated[str, typer.Argument(help="Their address in the roster.")] = "",
    person: Annotated[
        int, typer.Option(parser=whole, help="Or their number, which stays after an erasure.")
    ] = 0,
    data: Data = None,
    database: Store = None,
) -> None:
    """Print what somebody is called at the learning record store (docs/exchange.md)."""
    from zinute.lrs import called

    typer.echo(asyncio.run(called(settings_of(level="warning", data=data, database=database), email, person)))
