"""The audit log's command."""

import asyncio

import typer

from zinute.options import Data, Store, settings_of

audit = typer.Typer(no_args_is_help=True, help="Check the log of who did what.", rich_markup_mode=None)


@audit.callback()
def _root() -> None:
    """Check the log of who did what."""


@audit.command()
def verify(data: Data = None, database: Store = None) -> None:
    """Check that nothing in the audit log was changed or left out; exit code 1 when something was."""
    from zinute.auditing import check

    def tell(rows: int) -> None:
        typer.echo(f"{rows} rows so far", err=True)

    found = asyncio.run(check(settings_of(data=data, database=database), tell))
    if found.wrong is not None:
        typer.echo(f"Row {found.wrong} is missing, or was changed: compare with a backup from before.")
        raise typer.Exit(1)
    typer.echo(
        f"{found.rows} rows, all as they were written. The last is {found.end.number}: {found.end.seal}"
    )
