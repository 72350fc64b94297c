"""Connections to a SQLite file: durable, and beginning as we say."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Connection, Engine, NullPool, create_engine, event
from sqlalchemy.exc import SQLAlchemyError

from storage.errors import StoreError

PRAGMAS: Final = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "secure_delete=ON",  # what is deleted is overwritten
    "busy_timeout=10000",
    "journal_size_limit=67108864",
    "temp_store=MEMORY",  # what a savepoint may have to undo
    "cache_size=-32768",  # KiB
)


class Kept:
    """A connection of one thread, kept from one transaction to the next.

    After an error of the store only a new one can be trusted.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """A transaction, committed at the end; nothing of it is kept when something is raised."""
        connection = self._connection = self._connection or self._engine.connect()
        try:
            with connection.begin():
                yield connection
        except (SQLAlchemyError, sqlite3.Error, StoreError):
            self.drop()
            raise

    def drop(self) -> None:
        """Close the connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()
            connection.close()


def engine_for(url: str, begin: str, *, reads: bool, keys: bool = True) -> Engine:
    """Makes connections whose transactions start with `begin`; with `reads` set they cannot write, and without `keys`
    foreign keys hold nothing up."""
    engine = create_engine(
        url,
        poolclass=NullPool,
        connect_args={"check_same_thread": False},
        hide_parameters=True,  # names stay out of logs
    )

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: object) -> None:
        """WAL with full synchronisation; transactions begin as we say and not as the driver guesses."""
        connection.isolation_level = None
        for pragma in (*PRAGMAS, f"foreign_keys={keys:d}", f"query_only={reads:d}"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        driver: Any = connection.connection.driver_connection
        driver.execute(begin)

    @event.listens_for(engine, "rollback")
    def _rolled_back(connection: Connection) -> None:
        """What a unit remembered of its connection goes with its transaction."""
        connection.info.clear()

    return engine
