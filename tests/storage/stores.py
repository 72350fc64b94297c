"""Opened stores for tests, each like new: what is in it was migrated (and filled) once in the test run."""

import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from functools import cache
from itertools import count
from pathlib import Path
from typing import Literal
from weakref import WeakKeyDictionary

import asyncpg
from sqlalchemy.engine import make_url

from actions.publish import publish
from lessons.library import Library, read_library
from storage.database import Database
from storage.migrate import migrate
from storage.schema import METADATA
from tests.storage.samples import MONDAY

Kind = Literal["sqlite", "postgres"]
BOTH: tuple[Kind, ...] = ("sqlite", "postgres")
ROOT = Path(__file__).parents[2]
_names = count(1)
_files: dict[bool, bytes] = {}
_made: dict[tuple[str, bool], str] = {}
_urls: WeakKeyDictionary[Database, str] = WeakKeyDictionary()


@cache
def library() -> Library:
    """The programmes that ship with the product, read once."""
    return read_library(ROOT / "library")


@asynccontextmanager
async def opened(
    kind: Kind,
    folder: Path,
    server: Callable[[], str],
    *,
    with_library: bool = False,
    door: type[Database] = Database,
) -> AsyncIterator[Database]:
    """A migrated, open store of a test's own in `folder` or on the PostgreSQL `server`, reached by this `door`."""
    make = _sqlite(folder, with_library) if kind == "sqlite" else _postgres(server(), with_library)
    async with make as url, _open(url, door) as database:
        yield database


async def put(file: Path, *, with_library: bool = False) -> None:
    """Make a migrated SQLite store in this file, for what opens it by itself."""
    if with_library not in _files:
        await _fill(f"sqlite:///{file}", with_library)
        _files[with_library] = file.read_bytes()
    file.write_bytes(_files[with_library])


@asynccontextmanager
async def again(database: Database) -> AsyncIterator[Database]:
    """Another door to the same store, as another process has one."""
    async with _open(_urls[database], Database) as other:
        yield other


def url_of(database: Database) -> str:
    """By which another process reaches the same store."""
    return _urls[database]


def file_of(database: Database) -> Path:
    """Where a SQLite store is."""
    return Path(str(make_url(_urls[database]).database))


def copy(store: Path, to_file: Path) -> None:
    """A backup of a SQLite store, which may be open, as docs/operating.md says."""
    with closing(sqlite3.connect(store)) as source, closing(sqlite3.connect(to_file)) as to:
        source.backup(to)


@asynccontextmanager
async def restored_from(backup: Path) -> AsyncIterator[Database]:
    """The store as it was."""
    async with _open(f"sqlite:///{backup}", Database) as restored:
        yield restored


@asynccontextmanager
async def _open(url: str, door: type[Database]) -> AsyncIterator[Database]:
    database = door(url)
    _urls[database] = url
    await database.open()
    try:
        yield database
    finally:
        await database.close()


@asynccontextmanager
async def _sqlite(folder: Path, with_library: bool) -> AsyncIterator[str]:
    file = folder / f"store-{next(_names)}.db"
    await put(file, with_library=with_library)
    yield f"sqlite:///{file}"


@asynccontextmanager
async def _postgres(server: str, with_library: bool) -> AsyncIterator[str]:
    """A database of one's own when it is filled; an empty one is emptied again and lent to the next test."""
    key = (server, with_library)
    if key not in _made:
        _made[key] = await _new(server)
        await _fill(_made[key], with_library)
    if not with_library:
        yield _made[key]
        await _empty(_made[key])
        return
    copy = await _new(server, model=str(make_url(_made[key]).database))
    yield copy
    await _on_server(server, f"DROP DATABASE {make_url(copy).database} WITH (FORCE)")


async def _new(server: str, model: str = "template0") -> str:
    name = f"store_{next(_names)}"
    await _on_server(server, f"CREATE DATABASE {name} TEMPLATE {model}")
    return make_url(server).set(database=name).render_as_string(hide_password=False)


async def _empty(url: str) -> None:
    statements = "; ".join(f'DELETE FROM "{table.name}"' for table in reversed(METADATA.sorted_tables))
    # The triggers of these let nothing go.
    log = "SET session_replication_role = replica; DELETE FROM audit; DELETE FROM privacy_notice"
    # Numbers begin anew, as in a new store.
    begin = (
        "DO $$ DECLARE each record; BEGIN FOR each IN SELECT sequencename AS name FROM pg_sequences LOOP "
        "EXECUTE format('ALTER SEQUENCE %I RESTART', each.name); END LOOP; END $$"
    )
    await _on_server(url, f"{log}; SET session_replication_role = origin; {statements}; {begin}")


async def _fill(url: str, with_library: bool) -> None:
    database = Database(url)
    await migrate(database)
    await database.open()
    if with_library:
        await database.write(lambda tx: publish(tx, library().drafts, MONDAY))
    await database.close()


async def _on_server(server: str, statements: str) -> None:
    url = make_url(server)
    connection = await asyncpg.connect(host=url.query["host"], user="postgres", database=url.database)
    try:
        await connection.execute(statements)
    finally:
        await connection.close()
