"""A look at a store that leaves it as it is: no row and no schema is changed, and no store is made.

A service may run on the store meanwhile. On SQLite the look waits for no writer, not even for one that hangs.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar
from urllib.parse import quote

from sqlalchemy import Connection, NullPool, create_engine
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError

from storage.database import Database, Unit
from storage.errors import StoreError
from storage.migrate import SCRIPTS

PATIENCE: Final = 10.0  # seconds that a server gets
T = TypeVar("T")


class NoStore(StoreError):
    """There is no store of ours at that place."""


class OtherVersion(StoreError):
    """The store is of another version, which alone can read it as it is."""


async def glance(url: str, unit: Unit[T], *, patience: float = PATIENCE) -> T:
    """What `unit` returns, seen at one moment.

    Raises NoStore or OtherVersion, and StoreError when the store cannot be read; each is one sentence.
    """
    database, parts = Database(url), make_url(url)

    def look(tx: Connection) -> T:
        check(tx)
        return unit(tx)

    try:
        if parts.drivername == "sqlite":
            return await asyncio.to_thread(_read_file, Path(parts.database or ""), look)
        async with asyncio.timeout(patience):
            return await _ask_server(database, look)
    except TimeoutError as error:
        raise StoreError(f"The database did not answer within {patience:.0f} s.") from error
    except (DBAPIError, OSError) as error:
        raise StoreError(f"The database cannot be read: {_reason(error)}.") from error


def check(tx: Connection) -> None:
    """Raise NoStore or OtherVersion when the schema is not the one that this version reads."""
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory(str(SCRIPTS))
    found = set(MigrationContext.configure(tx).get_current_heads())
    if not found:
        raise NoStore("The database has no tables of Zinute: check --data or --database.")
    if found - {script.revision for script in scripts.walk_revisions()}:
        raise OtherVersion("The database was written by a newer Zinute: look with that version.")
    if found != set(scripts.get_heads()):
        raise OtherVersion(
            "The database is of an older Zinute: look with that version, "
            "or bring it to this one with `zinute migrate` while no service runs on it."
        )


def _read_file(file: Path, look: Callable[[Connection], T]) -> T:
    if not file.is_file():
        raise NoStore(f"There is no database at {file}: say with --data or --database where it is.")
    place = URL.create("sqlite", database=f"file:{quote(str(file))}", query={"mode": "ro", "uri": "true"})
    engine = create_engine(place, poolclass=NullPool, hide_parameters=True)  # names stay out of logs
    with engine.connect() as connection:
        connection.exec_driver_sql("BEGIN")
        return look(connection)


async def _ask_server(database: Database, look: Callable[[Connection], T]) -> T:
    try:
        await _open(database)
        return await database.read(look)
    finally:
        await database.close()


async def _open(database: Database) -> None:
    try:
        await database.open()
    except StoreError as error:
        raise StoreError(f"{str(error).rstrip('.')}: start the server, or correct --database.") from error


def _reason(error: DBAPIError | OSError) -> str:
    text = str(error.orig) if isinstance(error, DBAPIError) else error.strerror or str(error)
    return text.strip().rstrip(".") or type(error).__name__
