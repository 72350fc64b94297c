"""The one door to the store: units of work in, results out, on SQLite and PostgreSQL alike.

A unit is a plain function of a connection. It awaits nothing, so no transaction waits for anything but the store, and
a cancelled caller cannot leave one open: the unit runs to its end in a task of the database's own.
"""

import asyncio
from collections.abc import Callable
from typing import Any, Generic, TypeVar

import structlog
from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from storage.errors import StoreError

T = TypeVar("T")
Unit = Callable[[Connection], T]
DRIVERS = ("sqlite+aiosqlite", "postgresql+asyncpg")
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000")
TOGETHER = 64
READERS = 4
RETRIED = frozenset({"40001", "40P01"})  # serialization failure, deadlock (PostgreSQL, appendix A)
log = structlog.get_logger(__name__)


class Bell:
    """Rings when rows were committed, so that whoever works on rows need not wait for its next look."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def ring(self) -> None:
        """Wake everyone who waits."""
        self._event.set()
        self._event = asyncio.Event()

    def listen(self) -> "Ring":
        """The next ring: listen before you look at the store, so that no commit between the two is missed."""
        return Ring(self._event)


class Ring:
    """A ring of the bell that is waited for."""

    def __init__(self, event: asyncio.Event) -> None:
        self._event = event

    async def heard(self, within: float) -> bool:
        """Wait for it at most `within` seconds; say whether it rang (since listening began)."""
        try:
            async with asyncio.timeout(within):  # not wait_for: in Python 3.11 it can swallow a cancellation
                await self._event.wait()
        except TimeoutError:
            return False
        return True


class Database:
    """Reads apart, writes one after another (SQLite) or in retried transactions (PostgreSQL)."""

    def __init__(self, url: str) -> None:
        """`url`: `sqlite+aiosqlite:///FILE` or `postgresql+asyncpg://...`; anything else is a StoreError."""
        _check(url)
        self.bell = Bell()
        self.sqlite = make_url(url).get_backend_name() == "sqlite"
        self._readers = (
            _engine(url, begin="BEGIN", pool=READERS, reads=True) if self.sqlite else _engine(url, pool=8)
        )
        self._writers = _engine(url, begin="BEGIN IMMEDIATE", pool=1) if self.sqlite else self._readers
        self._queue: asyncio.Queue[_Job[Any] | None] = asyncio.Queue()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._open = False

    async def open(self) -> None:
        """Check that the store can be reached, and start the writer; raise StoreError when it cannot."""
        try:
            async with self._writers.connect() as connection:
                await connection.exec_driver_sql("SELECT 1")
        except (DBAPIError, OSError) as error:
            raise StoreError(f"The database cannot be opened: {_reason(error)}.") from error
        self._open = True
        if self.sqlite:
            self._keep(asyncio.create_task(self._write_waiting(), name="writer"))

    async def close(self) -> None:
        """Finish what is waiting, then let go of the store."""
        if self.sqlite and self._open:
            self._queue.put_nowait(None)
        self._open = False
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._readers.dispose()
        await self._writers.dispose()

    async def read(self, unit: Unit[T]) -> T:
        """What `unit` returns, seen at one moment; it must not write."""
        async with self._readers.connect() as connection:
            if not self.sqlite:
                await connection.execution_options(postgresql_readonly=True)
            async with connection.begin():
                return await connection.run_sync(unit)

    async def write(self, unit: Unit[T]) -> T:
        """What `unit` returns, once it is committed; nothing of it is kept when it raises."""
        if not self._open:
            raise StoreError("The database is closed.")
        if self.sqlite:
            job = _Job(unit)
            self._queue.put_nowait(job)
            return await job.done
        return await asyncio.shield(self._keep(asyncio.create_task(self._write_alone(unit))))

    async def migrate(self, step: Unit[T]) -> T:
        """Run a schema change outside the queue."""
        async with self._writers.begin() as connection:
            return await connection.run_sync(step)

    def _keep(self, task: "asyncio.Task[T]") -> "asyncio.Task[T]":
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _write_alone(self, unit: Unit[T]) -> T:
        for tries_left in (2, 1, 0):
            try:
                async with self._writers.begin() as connection:
                    result = await connection.run_sync(unit)
            except DBAPIError as error:
                if tries_left == 0 or getattr(error.orig, "sqlstate", None) not in RETRIED:
                    raise
            else:
                self.bell.ring()
                return result
        raise AssertionError("unreachable")

    async def _write_waiting(self) -> None:
        """Take what waits, run it in one transaction, commit once, then tell each caller."""
        last = False
        while not last:
            jobs, last = await self._waiting()
            if not jobs:
                continue
            try:
                async with self._writers.begin() as connection:
                    await connection.run_sync(_run_all, jobs)
            except Exception as error:  # noqa: BLE001 (what the store says at BEGIN or COMMIT is every caller's)
                log.warning("write failed", error=type(error).__name__)
                for job in jobs:
                    job.fail(error)
                continue
            self.bell.ring()
            for job in jobs:
                job.settle()

    async def _waiting(self) -> tuple[list["_Job[Any]"], bool]:
        jobs = [await self._queue.get()]
        while len(jobs) < TOGETHER and not self._queue.empty():
            jobs.append(self._queue.get_nowait())
        return [job for job in jobs if job], None in jobs


class _Job(Generic[T]):
    """A unit on its way through the writer, and the future that its caller waits on."""

    def __init__(self, unit: Unit[T]) -> None:
        self.unit = unit
        self.done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._outcome: T | Exception | None = None

    def run(self, connection: Connection) -> None:
        """Run the unit in a savepoint of its own; keep its result or its error."""
        try:
            with connection.begin_nested():
                self._outcome = self.unit(connection)
        except Exception as error:  # noqa: BLE001 (handed to the caller in settle)
            self._outcome = error

    def settle(self) -> None:
        """Give the caller the result, or the unit's own error."""
        if self.done.done():
            return
        if isinstance(self._outcome, Exception):
            self.done.set_exception(self._outcome)
        else:
            self.done.set_result(self._outcome)  # type: ignore[arg-type]

    def fail(self, error: Exception) -> None:
        """Give the caller the store's error."""
        if not self.done.done():
            self.done.set_exception(error)


def _run_all(connection: Connection, jobs: list[_Job[Any]]) -> None:
    """Run each job in its savepoint; a full disk makes SQLite roll back all of them, and then none may seem kept."""
    for job in jobs:
        job.run(connection)
        driver = connection.connection.driver_connection
        if driver is None or not driver.in_transaction:
            raise StoreError("The store rolled everything back, as it does when the disk is full.")


def _check(url: str) -> None:
    try:
        known = make_url(url).drivername in DRIVERS
    except ArgumentError:
        known = False
    if not known:
        raise StoreError(
            "The database URL is not one of sqlite+aiosqlite:///FILE or postgresql+asyncpg://USER@HOST/NAME."
        )


def _engine(url: str, *, pool: int, begin: str = "", reads: bool = False) -> AsyncEngine:
    engine = create_async_engine(
        url,
        pool_size=pool,
        max_overflow=0,
        pool_pre_ping=not begin,
        hide_parameters=True,  # names stay out of logs
    )
    _forget_what_was_not_kept(engine.sync_engine)
    if begin:
        _speak_sqlite(engine.sync_engine, begin, reads=reads)
    return engine


def _forget_what_was_not_kept(engine: Engine) -> None:
    """What a unit remembered of its connection (`Connection.info`) goes with its transaction."""

    @event.listens_for(engine, "rollback")
    def _rolled_back(connection: Connection) -> None:
        connection.info.clear()

    @event.listens_for(engine, "rollback_savepoint")
    def _back_at_savepoint(connection: Connection, _name: str, _context: object) -> None:
        connection.info.clear()


def _speak_sqlite(engine: Engine, begin: str, *, reads: bool) -> None:
    """WAL with full synchronisation; transactions begin as we say and not as the driver guesses."""

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (*PRAGMAS, f"query_only={reads:d}"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)


def _reason(error: Exception) -> str:
    text = str(error.orig) if isinstance(error, OperationalError | DBAPIError) else str(error)
    return text.strip().rstrip(".") or type(error).__name__


__all__ = ["Bell", "Connection", "Database", "Unit"]
