"""SQLite: one thread that writes, committing what waits together, and a few that read."""

import asyncio
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import Empty, SimpleQueue
from typing import Any, Final, Generic, TypeVar

import structlog
from sqlalchemy import Connection, Engine, create_engine, event

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
)
TOGETHER: Final = 64
READERS: Final = 4
log = structlog.get_logger(__name__)


class Sqlite:
    """A store in a file. A unit runs to its end in a thread, so a cancelled caller leaves nothing open."""

    def __init__(self, url: str, bell: Bell) -> None:
        self._bell = bell
        self._writing = _engine(url, "BEGIN IMMEDIATE", pool=1, reads=False)
        self._reading = _engine(url, "BEGIN", pool=READERS, reads=True)
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="reader")
        self._queue: SimpleQueue[_Job[Any] | None] = SimpleQueue()
        self._writer: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def open(self) -> None:
        """Start the writer; raises what the driver says when the file cannot be opened."""
        await asyncio.to_thread(self._migrate, lambda tx: tx.exec_driver_sql("SELECT 1"))
        self._loop = asyncio.get_running_loop()
        self._writer = threading.Thread(target=self._write_waiting, name="writer")
        self._writer.start()

    async def close(self) -> None:
        """Finish what is waiting, then let go of the file."""
        if self._writer is not None:
            self._queue.put(None)
            await asyncio.to_thread(self._writer.join)
        self._writer = None
        await asyncio.to_thread(self._readers.shutdown)
        self._reading.dispose()
        self._writing.dispose()

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
        with self._writing.begin() as connection:
            return step(connection)

    def _read(self, unit: Unit[T]) -> T:
        with self._reading.begin() as connection:
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
            with self._writing.begin() as connection:
                _run_all(connection, jobs)
        except Exception as error:  # noqa: BLE001 (what the store says at BEGIN or COMMIT is every caller's)
            log.warning("write failed", error=type(error).__name__)
            for job in jobs:
                job.error = error
            self._writing.dispose()  # after an error of the disk only a new connection can be trusted
        assert self._loop is not None, "open() came first"
        self._loop.call_soon_threadsafe(self._tell, jobs)

    def _tell(self, jobs: "list[_Job[Any]]") -> None:
        self._bell.ring()
        for job in jobs:
            job.settle()


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


def _run_all(connection: Connection, jobs: list[_Job[Any]]) -> None:
    """Run each unit in its savepoint; a full disk makes SQLite roll back all, and then none may seem kept."""
    driver: Any = connection.connection.driver_connection
    for job in jobs:
        for unit in job.units:
            job.outcomes.append(_run(connection, driver, unit))
            if not driver.in_transaction:
                raise StoreError("The store rolled everything back, as it does when the disk is full.")
            driver.execute("RELEASE unit")


def _run(connection: Connection, driver: Any, unit: Unit[T]) -> T | Exception:
    driver.execute("SAVEPOINT unit")
    try:
        return unit(connection)
    except Exception as error:  # noqa: BLE001 (handed to the caller in settle)
        connection.info.clear()
        if driver.in_transaction:
            driver.execute("ROLLBACK TO unit")
        return error


def _engine(url: str, begin: str, *, pool: int, reads: bool) -> Engine:
    engine = create_engine(
        url,
        pool_size=pool,
        max_overflow=0,
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
        connection.exec_driver_sql(begin)

    @event.listens_for(engine, "rollback")
    def _rolled_back(connection: Connection) -> None:
        """What a unit remembered of its connection goes with its transaction."""
        connection.info.clear()

    return engine
