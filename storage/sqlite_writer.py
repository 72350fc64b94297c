"""The one thread that writes to a SQLite file: what waits is run one after another and committed together."""

import asyncio
import threading
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from typing import Any, Final, Generic, TypeVar

import structlog
from sqlalchemy import Connection, Engine

from storage.errors import StoreError
from storage.sqlite_connection import Kept

T = TypeVar("T")
Unit = Callable[[Connection], T]
TOGETHER: Final = 64
log = structlog.get_logger(__name__)


class Writer:
    """Takes units in any number, and tells those who gave them what came of them."""

    def __init__(self, engine: Engine, ended: Callable[[bool], None]) -> None:
        """`ended` is called after each transaction, on the loop: whether the store refused it."""
        self._kept, self._ended = Kept(engine), ended
        self._queue: SimpleQueue[_Job[Any] | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self) -> None:
        """Write from now on."""
        self._loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._write_waiting, name="writer")
        self._thread.start()

    async def stop(self) -> None:
        """Finish what is waiting, then let go of the file; before the start, and again, it does nothing."""
        thread, self._thread = self._thread, None
        if thread is not None:
            self._queue.put(None)
            await asyncio.to_thread(thread.join)

    async def write(self, units: Sequence[Unit[T]]) -> list[T | Exception]:
        """What each of them returns, or its own error, once they are committed together."""
        job = _Job(units)
        self._queue.put(job)
        return await job.done

    def _write_waiting(self) -> None:
        """Take what waits, run it in one transaction, commit once, then tell each caller."""
        last = False
        while not last:
            jobs, last = self._waiting()
            if jobs:
                self._commit(jobs)
        self._kept.drop()

    def _waiting(self) -> "tuple[list[_Job[Any]], bool]":
        jobs = [self._queue.get()]
        try:
            while jobs[-1] is not None and len(jobs) < TOGETHER:
                jobs.append(self._queue.get_nowait())
        except Empty:
            pass
        return [job for job in jobs if job], jobs[-1] is None

    def _commit(self, jobs: "list[_Job[Any]]") -> None:
        refused = False
        try:
            if not self._run(jobs, _run_plainly):
                self._run(jobs, _run_apart)
        except Exception as error:
            log.exception("write failed")
            refused = True
            for job in jobs:
                job.error = error
        assert self._loop is not None, "start() came first"
        self._loop.call_soon_threadsafe(self._tell, jobs, refused)

    def _run(self, jobs: "list[_Job[Any]]", how: "Callable[[Connection, list[_Job[Any]]], None]") -> bool:
        """Run all units in one transaction and commit; False, and nothing kept, when one of them failed."""
        try:
            with self._kept.begin() as connection:
                how(connection, jobs)
        except _Spoilt:
            return False
        return True

    def _tell(self, jobs: "list[_Job[Any]]", refused: bool) -> None:
        self._ended(refused)
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


class _Spoilt(Exception):
    """A unit failed among others."""


def _run_plainly(connection: Connection, jobs: list[_Job[Any]]) -> None:
    """Run every unit as if none could fail: a savepoint for each costs as much as a few statements.

    A unit may have kept an error to itself with which SQLite rolled back all, as it does when the disk is full.
    """
    driver: Any = connection.connection.driver_connection
    for job in jobs:
        job.outcomes = []
        for unit in job.units:
            try:
                job.outcomes.append(unit(connection))
            except Exception as error:
                raise _Spoilt from error
            if not driver.in_transaction:
                raise _Spoilt


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
