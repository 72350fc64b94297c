"""A look at a store leaves it as it is, whatever version it is of and whoever writes to it at the moment."""

import re
import socket
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Connection, inspect

from storage import organisations
from storage.database import Database
from storage.errors import StoreError
from storage.glance import NoStore, OtherVersion, glance
from storage.migrate import migrate, settings
from tests.storage import stores
from tests.storage.samples import settle_down
from tests.tools import postgres


@pytest.fixture(params=stores.BOTH)
async def url(request: pytest.FixtureRequest, sqlite_url: str) -> AsyncIterator[str]:
    """Where each of the two stores is; there is nothing in it."""
    async with AsyncExitStack() as stack:
        if request.param == "postgres":
            server = request.getfixturevalue("postgres_url")
            yield await stack.enter_async_context(postgres.database(server))
        else:
            yield sqlite_url


async def change(url: str, step: Callable[[Connection], object]) -> None:
    database = Database(url)
    await database.open()
    await database.migrate(step)
    await database.close()


async def make(url: str) -> None:
    """A store of this version with two organisations."""
    database = Database(url)
    await migrate(database)
    await change(url, settle_down)


def names(tx: Connection) -> list[str]:
    return [each.name for each in organisations.places(tx).values()]


def nothing(tx: Connection) -> None:
    """A database without tables."""
    tx.exec_driver_sql("SELECT 1")


def the_first(tx: Connection) -> None:
    command.upgrade(settings(tx), "0001")


def the_future(tx: Connection) -> None:
    tx.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
    tx.exec_driver_sql("INSERT INTO alembic_version VALUES ('ffff')")


async def contents(url: str) -> tuple[list[str], list[str]]:
    """The names of the tables, and the schema's revision."""
    found = list[tuple[list[str], list[str]]]()

    def look(tx: Connection) -> None:
        tables = sorted(inspect(tx).get_table_names())
        known = "SELECT version_num FROM alembic_version"
        revision = tx.exec_driver_sql(known).scalars() if "alembic_version" in tables else ()
        found.append((tables, list(revision)))

    await change(url, look)
    return found[0]


async def test_a_store_of_this_version_is_read(url: str) -> None:
    await make(url)
    assert await glance(url, names) == ["Biblioteka", "Kommune"]


@pytest.mark.parametrize(
    ("made", "error", "says"),
    [
        (the_first, OtherVersion, "The database is of an older Zinute: look with that version, or bring it "),
        (the_future, OtherVersion, "The database was written by a newer Zinute: look with that version."),
        (nothing, NoStore, "The database has no tables of Zinute: check --data or --database."),
    ],
)
async def test_a_store_of_another_version_is_left_alone_with_one_sentence(
    url: str, made: Callable[[Connection], object], error: type[StoreError], says: str
) -> None:
    await change(url, made)
    before = await contents(url)
    with pytest.raises(error, match=rf"^{re.escape(says)}[^\n]*$"):
        await glance(url, names)
    assert await contents(url) == before


async def test_a_look_cannot_write(url: str) -> None:
    await make(url)
    with pytest.raises(StoreError, match=r"^The database cannot be read: [^\n]*read-?only[^\n]*\.$"):
        await glance(url, lambda tx: tx.exec_driver_sql("UPDATE organisation SET name = 'x'"))
    assert await glance(url, names) == ["Biblioteka", "Kommune"]


async def test_a_writer_that_hangs_in_its_transaction_is_not_waited_for(
    sqlite_url: str, tmp_path: Path
) -> None:
    """And what it has not committed is not seen."""
    await make(sqlite_url)
    hanging = sqlite3.connect(tmp_path / "zinute.db", isolation_level=None)
    hanging.execute("BEGIN IMMEDIATE")
    hanging.execute("UPDATE organisation SET name = 'x'")
    assert await glance(sqlite_url, names) == ["Biblioteka", "Kommune"]
    hanging.execute("COMMIT")
    assert await glance(sqlite_url, names) == ["x", "x"]
    hanging.close()


async def test_no_file_is_made_where_there_is_none(tmp_path: Path) -> None:
    for place in (tmp_path / "zinute.db", tmp_path / "no folder" / "zinute.db", tmp_path):
        with pytest.raises(
            NoStore, match=f"^There is no database at {re.escape(str(place))}: say with --data"
        ):
            await glance(f"sqlite:///{place}", names)
    assert list(tmp_path.iterdir()) == []


async def test_a_file_of_something_else_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "a file #1?.db").write_text("a letter to the municipality " * 100, encoding="utf-8")
    place = f"sqlite:///{tmp_path}/a file #1%3F.db"
    with pytest.raises(StoreError, match=r"^The database cannot be read: file is not a database\.$"):
        await glance(place, names)
    assert len(list(tmp_path.iterdir())) == 1


async def test_a_server_that_is_away_or_does_not_answer_is_one_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"postgresql+asyncpg://zinute:secret@127.0.0.1:{taken.getsockname()[1]}/zinute"
        with pytest.raises(
            StoreError,
            match=r"^The database cannot be opened: [^\n]*failed[^\n]*: start the server, [^\n]*\.$",
        ) as away:
            await glance(url, names)
        taken.listen()
        with pytest.raises(StoreError, match=r"^The database did not answer within 1 s\.$"):
            await glance(url, names, patience=0.6)
    assert "secret" not in str(away.value)
