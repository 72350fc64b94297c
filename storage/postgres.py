"""PostgreSQL: retried transactions, many at a time."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from storage.bell import Bell

T = TypeVar("T")
Unit = Callable[[Connection], T]
RETRIED: Final = frozenset({"40001", "40P01"})  # serialization failure, deadlock (PostgreSQL, appendix A)
CONNECTIONS: Final = 8
SERVER: Final = {
    "jit": "off",  # it costs more than any of our statements
    "idle_in_transaction_session_timeout": "5000",  # ms: a process that was stopped must not keep its locks
}


class Postgres:
    """A store on a server. A unit runs to its end in a task of the store's own, whatever becomes of its caller."""

    def __init__(self, url: str, bell: Bell) -> None:
        self.failing = False
        self._bell = bell
        self._engine = create_async_engine(
            url,
            pool_size=CONNECTIONS,
            max_overflow=0,
            pool_pre_ping=True,
            hide_parameters=True,  # names stay out of logs
            connect_args={"server_settings": SERVER},
        )
        self._tasks: set[asyncio.Task[Any]] = set()

        @event.listens_for(self._engine.sync_engine, "rollback")
        def _rolled_back(connection: Connection) -> None:
            """What a unit remembered of its connection goes with its transaction, or has gone with the connection."""
            if not connection.invalidated:
                connection.info.clear()

    async def open(self) -> None:
        """Raises what the driver says when the server cannot be reached."""
        async with self._engine.connect() as connection:
            await connection.exec_driver_sql("SELECT 1")

    async def close(self) -> None:
        """Finish what is running, then let go of the server."""
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._engine.dispose()

    async def read(self, unit: Unit[T]) -> T:
        """What `unit` returns, seen at one moment; it must not write."""
        return await asyncio.shield(self._begun(self._read(unit)))

    async def write(self, unit: Unit[T]) -> T:
        """What `unit` returns, once it is committed; nothing of it is kept when it raises."""
        return await asyncio.shield(self._begun(self._write(unit)))

    async def write_all(self, units: Sequence[Unit[T]]) -> list[T | Exception]:
        """What each of them returns, or its own error, each committed on its own."""
        ended = await asyncio.gather(
            *(asyncio.shield(self._begun(self._write(unit))) for unit in units), return_exceptions=True
        )
        return [_not_base(each) for each in ended]

    def _begun(self, work: Coroutine[Any, Any, T]) -> "asyncio.Task[T]":
        """Work that goes on without its caller; broken off in a statement, it would end in an error of its own."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _read(self, unit: Unit[T]) -> T:
        async with self._engine.connect() as connection:
            await connection.execution_options(postgresql_readonly=True, isolation_level="REPEATABLE READ")
            async with connection.begin():
                return await connection.run_sync(unit)

    async def migrate(self, step: Unit[T]) -> T:
        """Run a schema change."""
        async with self._engine.begin() as connection:
            return await connection.run_sync(step)

    async def overwrite(self) -> bool:
        """The server does it, with its autovacuum."""
        return True

    async def _write(self, unit: Unit[T]) -> T:
        for tries_left in (2, 1, 0):
            try:
                async with self._engine.begin() as connection:
                    result = await connection.run_sync(unit)
            except Exception as error:
                if tries_left == 0 or _state(error) not in RETRIED:
                    self.failing = _fails(error)
                    raise
            else:
                self.failing = False
                self._bell.ring()
                return result
        raise AssertionError("unreachable")


def _not_base(ended: T | BaseException) -> T | Exception:
    """What a unit returned, or its error; the end of the program is nobody's outcome."""
    if isinstance(ended, BaseException) and not isinstance(ended, Exception):
        raise ended
    return ended


def _fails(error: Exception) -> bool:
    """Whether it is the store that fails, and not what it was asked to keep: what no column takes (class 22)."""
    driver = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(driver, ValueError) or isinstance(driver and driver.__cause__, ValueError):
        return False  # the driver could not even send it
    state = _state(error)
    return not state.startswith("22") if state else isinstance(error, (DBAPIError, OSError))


def _state(error: Exception) -> str | None:
    """PostgreSQL's code of an error: that SQLAlchemy wrapped, that a prepared statement met, or behind a unit's own."""
    driver = error.orig if isinstance(error, DBAPIError) else error
    state: str | None = getattr(driver, "sqlstate", None)
    cause = error.__cause__
    return _state(cause) if state is None and isinstance(cause, Exception) and cause is not driver else state
