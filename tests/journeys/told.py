"""What a store is told, heard at its drivers: below everything that is ours."""

import re
import sqlite3
from collections import deque
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, Self

import pytest
from sqlalchemy.dialects.postgresql.asyncpg import AsyncAdapt_asyncpg_cursor

# Values that cannot be more than they are: numbers, moments, hashes, and words without a quote or a bracket.
PLAIN: Final = re.compile(r"datetime\.datetime\([^()]*\)|'[\w.:@+/= -]*'|\d+")
KEPT: Final = 2_000
# What the units of a transaction stand in, and what begins a connection: after an error there is a new one.
FRAME: Final = ("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "PRAGMA")


@dataclass
class Told:
    """The `texts` of all statements; `said` is each of the latest with what was given along, plain values all alike."""

    texts: set[str] = field(default_factory=set)
    said: deque[tuple[str, str]] = field(default_factory=lambda: deque(maxlen=KEPT))

    def hear(self, text: object, values: object) -> None:
        """A statement on its way."""
        self.texts.add(str(text))
        if not str(text).startswith(FRAME):
            self.said.append((str(text), PLAIN.sub("_", repr(values))))


def listening(patch: pytest.MonkeyPatch) -> Told:
    """Everything that either driver is handed from now on."""
    told = Told()
    patch.setattr(sqlite3.dbapi2, "connect", partial(sqlite3.connect, factory=_overheard(told)))
    for name in ("_prepare_and_execute", "_executemany"):
        known = getattr(AsyncAdapt_asyncpg_cursor, name)

        async def heard(cursor: Any, text: str, values: Any, known: Any = known) -> Any:
            told.hear(text, values)
            return await known(cursor, text, values)

        patch.setattr(AsyncAdapt_asyncpg_cursor, name, heard)
    return told


def _overheard(told: Told) -> type[sqlite3.Connection]:
    class Cursor(sqlite3.Cursor):
        def execute(self, sql: str, parameters: Any = (), /) -> Self:
            told.hear(sql, parameters)
            return super().execute(sql, parameters)

        def executemany(self, sql: str, parameters: Any, /) -> Self:
            rows = list(parameters)
            told.hear(sql, rows)
            return super().executemany(sql, rows)

    class Connection(sqlite3.Connection):
        def cursor(self, factory: Any = Cursor) -> Any:
            return super().cursor(factory)

        def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
            return Cursor(self).execute(sql, parameters)

        def executemany(self, sql: str, parameters: Any, /) -> sqlite3.Cursor:
            return Cursor(self).executemany(sql, parameters)

    return Connection
