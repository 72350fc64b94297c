"""SQLite: one thread that writes, committing what waits together, and a few that read."""

import asyncio
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Engine

from storage.bell import Bell
from storage.sqlite_connection import Kept, engine_for
from storage.sqlite_writer import Writer

T = TypeVar("T")
Unit = Callable[[Connection], T]
READERS: Final = 4
PATIENCE: Final = (
    "PRAGMA busy_timeout=500"  # writers wait while the log is emptied, and that waits for readers
)


class Sqlite:
    """A store in a file. A unit runs to its end in a thread, so a cancelled caller leaves nothing open."""

    def __init__(self, url: str, bell: Bell) -> None:
        self.failing = False
        self._bell = bell
        self._writing = engine_for(url, "BEGIN IMMEDIATE", reads=False)
        self._writer = Writer(self._writing, self._wrote)
        # A table whose keys change is written anew: for that moment others refer to what is not there.
        self._changing = engine_for(url, "BEGIN IMMEDIATE", reads=False, keys=False)
        self._readers = _Readers(engine_for(url, "BEGIN", reads=True))

    async def open(self) -> None:
        """Start the threads; raises what the driver says when the file cannot be opened."""
        await self.migrate(lambda tx: tx.exec_driver_sql("SELECT 1"))
        self._readers.start()
        self._writer.start()

    async def close(self) -> None:
        """Finish what is waiting, then let go of the file."""
        await self._writer.stop()
        await self._readers.stop()

    async def read(self, unit: Unit[T]) -> T:
        """What `unit` returns, seen at one moment; it must not write."""
        return await self._readers.read(unit)

    async def write(self, unit: Unit[T]) -> T:
        """What `unit` returns, once it is committed; nothing of it is kept when it raises."""
        (outcome,) = await self._writer.write((unit,))
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    async def write_all(self, units: Sequence[Unit[T]]) -> list[T | Exception]:
        """What each of them returns, or its own error, once they are committed together."""
        return await self._writer.write(units)

    async def migrate(self, step: Unit[T]) -> T:
        """Run a schema change on a connection of its own: the writer's belongs to the writer's thread."""
        return await asyncio.to_thread(self._alone, step)

    async def overwrite(self) -> bool:
        """What was deleted is in the log of changes no more; False where somebody reads it just now."""
        return await asyncio.to_thread(self._emptied)

    def _emptied(self) -> bool:
        connection = self._changing.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute(PATIENCE)
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            found: Any = cursor.fetchone()
            return bool(found[0] == 0)  # whether it had to give way
        finally:
            connection.close()

    def _alone(self, step: Unit[T]) -> T:
        kept = Kept(self._changing)
        try:
            with kept.begin() as connection:
                return step(connection)
        finally:
            kept.drop()

    def _wrote(self, refused: bool) -> None:
        self.failing = refused
        self._bell.ring()


class _Readers:
    """A few threads, each with a connection that it keeps."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._kept: list[Kept] = []
        self._mine = threading.local()
        self._threads: ThreadPoolExecutor | None = None

    def start(self) -> None:
        """Read from now on."""
        self._threads = ThreadPoolExecutor(READERS, thread_name_prefix="reader")

    async def stop(self) -> None:
        """Finish what is being read, then let go of the file."""
        threads, self._threads = self._threads, None
        if threads is not None:
            await asyncio.to_thread(threads.shutdown)
        for kept in self._kept:
            kept.drop()
        self._kept.clear()

    async def read(self, unit: Unit[T]) -> T:
        """What `unit` returns, seen at one moment."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._read, unit)

    def _read(self, unit: Unit[T]) -> T:
        kept: Kept | None = getattr(self._mine, "kept", None)
        if kept is None:
            kept = self._mine.kept = Kept(self._engine)
            self._kept.append(kept)
        with kept.begin() as connection:
            return unit(connection)
