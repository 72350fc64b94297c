"""The store under test, read and changed from outside by plain SQL: nothing of the product's own queries is trusted."""

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any, Final, Literal, Protocol

import asyncpg
from sqlalchemy.engine import URL, make_url

from tests.tools import postgres

Kind = Literal["sqlite", "postgres"]
Row = dict[str, Any]
FILE: Final = "zinute.db"
_numbers = count(1)


class Store(Protocol):
    """A store and the folder that a service on it is given."""

    @property
    def data(self) -> Path:
        """The folder."""
        ...

    @property
    def url(self) -> str:
        """What storage.database.Database is given."""
        ...

    @property
    def environment(self) -> dict[str, str]:
        """What a service on this store is told by its environment."""
        ...

    async def rows(self, query: str) -> list[Row]:
        """The rows of a query; its moments as Unix seconds."""
        ...

    async def execute(self, *statements: str) -> None:
        """Change something behind the product's back, in one transaction; moments are written by `moment`."""
        ...

    async def integrity(self) -> str:
        """What the store says of its own state: "ok"."""
        ...

    async def locked(self) -> bool:
        """Whether a frozen process keeps everybody from writing, and nothing but its end or its waking can help."""
        ...

    async def copy(self, folder: Path) -> "Store":
        """A store of its own with the same in it, and a copy of the service's folder."""
        ...

    async def drop(self) -> None:
        """Throw it away."""
        ...


def moment(seconds: float) -> str:
    """Unix seconds as both stores take it in a statement."""
    return f"'{datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None).isoformat(sep=' ', timespec='microseconds')}'"


def _seconds(value: Any) -> Any:
    """A moment as Unix seconds; anything else as it is."""
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp()
    return value


@dataclass(frozen=True, slots=True)
class SqliteStore:
    """A file in the service's folder."""

    data: Path

    @property
    def url(self) -> str:
        return f"sqlite:///{self.data / FILE}"

    @property
    def environment(self) -> dict[str, str]:
        return {}

    async def rows(self, query: str) -> list[Row]:
        return await asyncio.to_thread(self._rows, query)

    def _rows(self, query: str) -> list[Row]:
        with closing(sqlite3.connect(f"file:{self.data / FILE}?mode=ro", uri=True, timeout=10)) as store:
            cursor = store.execute(query)
            names = [column[0] for column in cursor.description]
            return [
                {name: _of_text(name, value) for name, value in zip(names, row, strict=True)}
                for row in cursor
            ]

    async def execute(self, *statements: str) -> None:
        await asyncio.to_thread(self._execute, statements)

    def _execute(self, statements: tuple[str, ...]) -> None:
        with closing(sqlite3.connect(self.data / FILE, timeout=10)) as store, store:
            for statement in statements:
                store.execute(statement)

    async def integrity(self) -> str:
        return "; ".join(
            str(value) for row in await self.rows("PRAGMA integrity_check") for value in row.values()
        )

    async def locked(self) -> bool:
        return await asyncio.to_thread(self._locked)

    def _locked(self) -> bool:
        with closing(sqlite3.connect(self.data / FILE, timeout=0.5, isolation_level=None)) as store:
            try:
                store.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError:
                return True
            store.execute("ROLLBACK")
            return False

    async def copy(self, folder: Path) -> "SqliteStore":
        await asyncio.to_thread(shutil.copytree, self.data, folder)
        return SqliteStore(folder)

    async def drop(self) -> None:
        await asyncio.to_thread(shutil.rmtree, self.data)


def _of_text(name: str, value: Any) -> Any:
    """SQLite keeps moments as text."""
    if isinstance(value, str) and name.endswith(("_at", "_until", "_after")) and value[:2] == "20":
        return _seconds(datetime.fromisoformat(value))
    return value


@dataclass(frozen=True, slots=True)
class PostgresStore:
    """A database on the harness's own server, and a folder for what is not in it."""

    data: Path
    server: URL

    @property
    def url(self) -> str:
        return self.server.render_as_string(hide_password=False)

    @property
    def environment(self) -> dict[str, str]:
        return {"ZINUTE_DATABASE": self.url}

    async def rows(self, query: str) -> list[Row]:
        async with self._connected() as connection:
            return [
                {name: _seconds(value) for name, value in row.items()}
                for row in await connection.fetch(query)
            ]

    async def execute(self, *statements: str) -> None:
        async with self._connected() as connection, connection.transaction():
            for statement in statements:
                await connection.execute(statement)

    async def integrity(self) -> str:
        return "ok"

    async def locked(self) -> bool:
        return False  # the server can end a transaction whose client sleeps

    async def copy(self, folder: Path) -> "PostgresStore":
        name = f"round_{next(_numbers)}"
        await asyncio.to_thread(shutil.copytree, self.data, folder)
        await _on(self.server, f"CREATE DATABASE {name} TEMPLATE {self.server.database}")
        return PostgresStore(folder, self.server.set(database=name))

    async def drop(self) -> None:
        await asyncio.to_thread(shutil.rmtree, self.data)
        await _on(self.server, f"DROP DATABASE {self.server.database} WITH (FORCE)")

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[Any]:
        host = self.server.query["host"]
        connection = await asyncpg.connect(host=host, user="postgres", database=self.server.database)
        try:
            yield connection
        finally:
            await connection.close()


async def _on(server: URL, statement: str) -> None:
    connection = await asyncpg.connect(host=server.query["host"], user="postgres", database="postgres")
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def new(kind: Kind, folder: Path, server: str) -> Store:
    """An empty store; `server` is a PostgreSQL server's URL where there is one."""
    folder.mkdir(parents=True)
    if kind == "sqlite":
        return SqliteStore(folder)
    name = f"empty_{next(_numbers)}"
    url = make_url(server)
    await _on(url, f"CREATE DATABASE {name} TEMPLATE template0")
    return PostgresStore(folder, url.set(database=name))


@contextmanager
def server_of(kind: Kind) -> Iterator[str]:
    """A running PostgreSQL server's URL where the kind of store needs one, else ""."""
    if kind == "sqlite":
        yield ""
        return
    with postgres.server() as url:
        yield url
