"""The command that says with which provider an organisation's people may sign in."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from zinute.errors import Stop
from zinute.options import Data, Numbered, Store, settings_of


def provider(  # noqa: PLR0913 (each is an option)
    number: Numbered,
    issuer: str,
    client: Annotated[str, typer.Option(help="The client's id at the provider.")] = "",
    name: Annotated[str, typer.Option(help="What people know it as, such as: Vilniaus biblioteka.")] = "",
    secret_file: Annotated[
        Path | None, typer.Option(help="A file with the client's secret, which stays there.")
    ] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Do not trust it any more.")] = False,
    data: Data = None,
    database: Store = None,
) -> None:
    """Let an organisation's people sign in with its own provider (OpenID Connect), and those of all under it."""
    from zinute.providers import put, take_away

    settings = settings_of(data=data, database=database)
    if remove:
        asyncio.run(take_away(settings, number, issuer))
        typer.echo(f"Organisation {number} does not trust {issuer} any more.")
        return
    if not client or not name:
        raise Stop(
            "Say the client's id at the provider with --client, and what people know it as with --name."
        )
    where = str(secret_file.resolve()) if secret_file else ""
    if secret_file is not None and not secret_file.is_file():
        raise Stop(f"There is no file {secret_file}: put the client's secret there first.")
    asyncio.run(put(settings, number, issuer, client=client, name=name, secret_file=where))
    typer.echo(f"The people of organisation {number} may sign in with {name}.")
