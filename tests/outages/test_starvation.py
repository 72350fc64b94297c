"""S3: someone reads for long while two hundred write: nobody finds the store locked, and nobody waits long."""

import asyncio
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from statistics import quantiles
from time import monotonic
from typing import Final

import pytest

from storage import inbox
from storage.database import Connection, Database
from tests.storage import stores
from tests.storage.samples import MONDAY

WRITERS: Final = 200
RATE: Final = 200.0  # messages a second
P99: Final = 0.25  # seconds
MB: Final = 2**20
WAL: Final = 64 * MB
EACH: Final = 5
RAW: Final = '{"update_id": 1, "message": {"text": "%s"}}' % ("hello " * 200)


@contextmanager
def long_reader(file: Path) -> Iterator[None]:
    """Another process's connection that looks at the store as it was at the beginning, all the time."""
    with closing(sqlite3.connect(file, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM inbox").fetchone()
        yield
        reader.execute("COMMIT")


@contextmanager
def other_writer(file: Path, failures: list[str]) -> Iterator[None]:
    """Another process's writer, as a command of the operator is: it takes the lock now and then."""
    over = threading.Event()

    def write() -> None:
        with closing(sqlite3.connect(file, timeout=10, isolation_level=None)) as writer:
            while not over.wait(0.05):
                try:
                    writer.execute("BEGIN IMMEDIATE")
                    writer.execute("UPDATE instance SET epoch = epoch + 1")
                    writer.execute("COMMIT")
                except sqlite3.Error as error:
                    failures.append(str(error))

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _add(tx: Connection, key: str) -> None:
    inbox.add(tx, inbox.New(channel="telegram", account="1", key=key, address=key, raw=RAW, at=MONDAY))


async def write(database: Database, key: str, at: float, took: list[float]) -> None:
    """Write one update at its moment; how long it took from then on."""
    await asyncio.sleep(max(0.0, at - monotonic()))
    await database.write(partial(_add, key=key))
    took.append(monotonic() - at)


async def at_rate(database: Database, seconds: float, name: str) -> list[float]:
    """RATE messages a second, whoever is late; what each took."""
    took: list[float] = []
    began = monotonic() + 0.1
    moments = (number / RATE for number in range(int(seconds * RATE)))
    await asyncio.gather(*(write(database, f"{name}-{at}", began + at, took) for at in moments))
    return took


async def all_at_once(database: Database, each: int) -> None:
    """Two hundred writers, each one message after another."""

    async def writer(name: int) -> None:
        for number in range(each):
            await database.write(partial(_add, key=f"w{name}-{number}"))

    await asyncio.gather(*(writer(name) for name in range(WRITERS)))


LONG: Final = pytest.param(10.0, 50.0, marks=[pytest.mark.slow, pytest.mark.timeout(300)])


@pytest.mark.parametrize(("read", "then"), [(3.0, 1.0), LONG])
async def test_s3_a_long_reader_and_two_hundred_writers(tmp_path: Path, read: float, then: float) -> None:
    failures: list[str] = []
    async with stores.opened("sqlite", tmp_path, str) as database:
        (file,) = tmp_path.glob("*.db")
        with other_writer(file, failures):
            with long_reader(file):
                await all_at_once(database, EACH)
                took = await at_rate(database, read, "held")
                held = _size(file)
            took += await at_rate(database, then, "free")
        p99 = quantiles(took, n=100)[98]
        print(
            f"p99 {p99 * 1000:.0f} ms, WAL {held / MB:.1f} MB under the reader, {_size(file) / MB:.1f} MB after"
        )
        assert failures == [], "another process was not told that the store is locked either"
        assert p99 < P99
        assert max(held, _size(file)) <= WAL
        assert await _read_at_once(database) == [len(took) + WRITERS * EACH] * WRITERS
        assert _left_in_wal(file) == (0, 0), "the reader gone, everything comes into the file"


def _size(file: Path) -> int:
    return file.with_name(f"{file.name}-wal").stat().st_size


async def _read_at_once(database: Database) -> list[int]:
    """What two hundred readers see."""
    return list(await asyncio.gather(*(database.read(_count) for _ in range(WRITERS))))


def _count(tx: Connection) -> int:
    return inbox.backlog(tx, 10**9)


def _left_in_wal(file: Path) -> tuple[int, int]:
    """Whether somebody is in the way of a checkpoint, and how many pages are left in the WAL after it."""
    with closing(sqlite3.connect(file)) as store:
        busy, pages, done = store.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    return busy, pages - done
