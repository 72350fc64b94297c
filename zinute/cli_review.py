"""Reviews by command: what an operator can do about how questions come back."""

import asyncio
from typing import Annotated

import typer

from zinute.options import Data, Store, settings_of

review = typer.Typer(no_args_is_help=True, help="See to how questions come back.", rich_markup_mode=None)


@review.callback()
def _root() -> None:
    """See to how questions come back."""


@review.command()
def fit(
    json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
    data: Data = None,
    database: Store = None,
) -> None:
    """Fit the rules of forgetting to this store's answers; needs the extra 'fit'. Too little history: exit code 1."""
    from zinute.forgetting import TOO_LITTLE, TooLittle
    from zinute.forgetting import fit as run

    settings = settings_of(level="warning", data=data, database=database)
    try:
        lines = asyncio.run(run(settings, as_json=json))
    except TooLittle:
        typer.echo(TOO_LITTLE, err=True)
        raise typer.Exit(1) from None
    for line in lines:
        typer.echo(line)
