"""SQLite: one thread that writes, committing what waits together, and a few that read."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from typing import Any, Final, Generic, TypeVar

import structlog
from sqlalchemy import Connection, Engine, NullPool, create_engine, event
from sqlalchemy.exc import SQLAlchemyError

from storage.bell import Bell
from storage.errors import StoreError

T = TypeVar("T")
Unit = Callable[[Connection], T]
PRAGMAS: Final = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "busy_timeout=10000",
    "journal_size_limit=67108864",
    "wal_autocheckpoint=8000",
    "temp_store=MEMORY",  # what a savepoint may have to undo
    "cache_size=-32768",  # KiB
)
TOGETHER: Final = 64
READERS: Final = 4
log = structlog.get_logger(__name__)


class Sqlite:
    """A store in a file. A unit runs to its end in a thread, so a cancelled caller leaves nothing open."""

    def __init__(self, url: str, bell: Bell) -> None:
        self.failing = False
        self._bell = bell
        self._reading = _engine(url, "BEGIN", reads=True)
        self._kept = _Kept(_engine(url, "BEGIN IMMEDIATE", reads=False))
        self._reads: list[_Kept] = []
        self._thread = threading.local()
        self._readers: ThreadPoolExecutor | None = None
        self._queue: SimpleQueue[_Job[Any] | None] = SimpleQueue()
        self._writer: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def open(self) -> None:
        """Start the writer; raises what the driver says when the file cannot be opened."""
        await asyncio.to_thread(self._migrate, lambda tx: tx.exec_driver_sql("SELECT 1"))
        self._loop = asyncio.get_running_loop()
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="reader")
        self._writer = threading.Thread(target=self._write_waiting, name="writer")
        self._writer.start()

    async def close(self) -> None:
        """Finish what is waiting, then let go of the file."""
        if self._writer is not None:
            self._queue.put(None)
            await asyncio.to_thread(self._writer.join)
        self._writer = None
        if self._readers is not None:
            await asyncio.to_thread(self._readers.shutdown)
        self._readers = None
        for kept in (self._kept, *self._reads):
            kept.drop()

    async def read(self, unit: Unit[T]) -> T:
        """What `unit` returns, seen at one moment; it must not write."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._read, unit)

    async def write(self, unit: Unit[T]) -> T:
        """What `unit` returns, once it is committed; nothing of it is kept when it raises."""
        (outcome,) = await self.write_all((unit,))
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    async def write_all(self, units: Sequence[Unit[T]]) -> list[T | Exception]:
        """What each of them returns, or its own error, once they are committed together."""
        job = _Job(units)
        self._queue.put(job)
        return await job.done

    async def migrate(self, step: Unit[T]) -> T:
        """Run a schema change outside the queue."""
        return await asyncio.to_thread(self._migrate, step)

    def _migrate(self, step: Unit[T]) -> T:
        with self._kept.begin() as connection:
            return step(connection)

    def _read(self, unit: Unit[T]) -> T:
        kept: _Kept | None = getattr(self._thread, "kept", None)
        if kept is None:
            kept = self._thread.kept = _Kept(self._reading)
            self._reads.append(kept)
        with kept.begin() as connection:
            return unit(connection)

    def _write_waiting(self) -> None:
        """The writer: take what waits, run it in one transaction, commit once, then tell each caller."""
        last = False
        while not last:
            jobs, last = self._waiting()
            if jobs:
                self._commit(jobs)

    def _waiting(self) -> "tuple[list[_Job[Any]], bool]":
        jobs = [self._queue.get()]
        try:
            while jobs[-1] is not None and len(jobs) < TOGETHER:
                jobs.append(self._queue.get_nowait())
        except Empty:
            pass
        return [job for job in jobs if job], jobs[-1] is None

    def _commit(self, jobs: "list[_Job[Any]]") -> None:
        try:
            if not self._run(jobs, _run_plainly):
                self._run(jobs, _run_apart)
        except Exception as error:
            log.exception("write failed")
            self.failing = True
            for job in jobs:
                job.error = error
        else:
            self.failing = False
        assert self._loop is not None, "open() came first"
        self._loop.call_soon_threadsafe(self._tell, jobs)

    def _run(self, jobs: "list[_Job[Any]]", how: "Callable[[Connection, list[_Job[Any]]], None]") -> bool:
        """Run all units in one transaction and commit; False, and nothing kept, when one of them failed."""
        try:
            with self._kept.begin() as connection:
                how(connection, jobs)
        except _Spoilt:
            return False
        return True

    def _tell(self, jobs: "list[_Job[Any]]") -> None:
        self._bell.ring()
        for job in jobs:
            job.settle()


class _Kept:
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


class _Job(Generic[T]):
    """Units on their way through the writer, and the future that their caller waits on."""

    __slots__ = ("done", "error", "outcomes", "units")

    def __init__(self, units: Sequence[Unit[T]]) -> None:
        self.units = units
        self.done: asyncio.Future[list[T | Exception]] = asyncio.get_running_loop().create_future()
        self.outcomes: list[T | Exception] = []
        self.error: Exception | None = None

    def settle(self) -> None:
        """Give the caller what came of them, or the error of the transaction."""
        if self.done.done():
            return
        if self.error is not None:
            self.done.set_exception(self.error)
        else:
            self.done.set_result(self.outcomes)


class _Spoilt(Exception):
    """A unit failed among others."""


def _run_plainly(connection: Connection, jobs: list[_Job[Any]]) -> None:
    """Run every unit as if none could fail: a savepoint for each costs as much as a few statements."""
    for job in jobs:
        job.outcomes = []
        for unit in job.units:
            try:
                job.outcomes.append(unit(connection))
            except Exception as error:
                raise _Spoilt from error


def _run_apart(connection: Connection, jobs: list[_Job[Any]]) -> None:
    """Run each unit in its savepoint; a full disk makes SQLite roll back all, and then none may seem kept."""
    driver: Any = connection.connection.driver_connection
    for job in jobs:
        job.outcomes = []
        for unit in job.units:
            job.outcomes.append(_run_in_savepoint(connection, driver, unit))
            if not driver.in_transaction:
                raise StoreError("The store rolled everything back, as it does when the disk is full.")
            driver.execute("RELEASE unit")


def _run_in_savepoint(connection: Connection, driver: Any, unit: Unit[T]) -> T | Exception:
    driver.execute("SAVEPOINT unit")
    try:
        return unit(connection)
    except Exception as error:  # noqa: BLE001 (handed to the caller in settle)
        connection.info.clear()
        if driver.in_transaction:
            driver.execute("ROLLBACK TO unit")
        return error


def _engine(url: str, begin: str, *, reads: bool) -> Engine:
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
        for pragma in (*PRAGMAS, f"query_only={reads:d}"):
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
