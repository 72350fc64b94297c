"""The writer of SQLite: whoever is cancelled, and when the disk is full, what was said to be kept is kept."""

import asyncio
import sqlite3
import threading
import time
from collections.abc import AsyncIterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from storage import inbox
from storage.database import Database
from storage.inbox import INBOX
from storage.sqlite_writer import TOGETHER
from tests.storage import stores
from tests.storage.samples import MONDAY, rows

STEPS = 12
PAGES = 40


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Database]:
    """An empty SQLite store."""
    async with stores.opened("sqlite", tmp_path, str) as database:
        yield database


def add(tx: Connection, key: str, raw: str = "") -> str:
    inbox.add(tx, inbox.New(channel="web", account="", key=key, address=key, raw=raw, at=MONDAY))
    return key


async def test_what_was_deleted_is_not_in_the_files(store: Database, tmp_path: Path) -> None:
    """The log of changes is emptied as soon as nobody reads it; what was deleted before is overwritten there."""

    def found() -> list[str]:
        return sorted(each.name for each in tmp_path.iterdir() if b"planted secret" in each.read_bytes())

    def forget(tx: Connection) -> None:
        tx.execute(INBOX.delete())

    await store.write(partial(add, key="a", raw="planted secret " * 1_000))
    await store.write(forget)
    assert found() != []
    (file,) = tmp_path.glob("*.db")
    with closing(sqlite3.connect(file)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM inbox").fetchone()
        assert not await store.overwrite()
    assert await store.overwrite()
    assert found() == []


async def kept(database: Database) -> set[str]:
    return {row[0] for row in await rows(database, INBOX.c.key)}


async def test_two_hundred_writers_at_once_wait_a_short_time_and_nobody_hears_of_a_lock(
    store: Database,
) -> None:
    """S3, lite: two doors to one file, and someone who reads for all that time."""
    waits = list[float]()
    looked, let_go = threading.Event(), threading.Event()

    def long_reader(tx: Connection) -> int:
        tx.execute(select(func.count()).select_from(INBOX)).scalar_one()
        looked.set()
        let_go.wait(30)
        return tx.execute(select(func.count()).select_from(INBOX)).scalar_one()

    async def write(database: Database, key: str) -> None:
        began = time.monotonic()
        await database.write(partial(add, key=key))
        waits.append(time.monotonic() - began)

    async with stores.again(store) as other:
        reader = asyncio.create_task(store.read(long_reader))
        await asyncio.to_thread(looked.wait, 10)
        names = [f"{number:03}" for number in range(200)]
        await asyncio.gather(*(write(other if int(name) % 2 else store, name) for name in names))
        let_go.set()
        assert await reader == 0  # one moment: none of what was written since
    assert await kept(store) == set(names)
    assert sorted(waits)[197] < 5


async def test_what_waits_is_committed_together(store: Database) -> None:
    """One synchronisation of the disk for many: the writer holds what comes while it is busy, and takes it at once."""
    first, let_go, commits = threading.Event(), threading.Event(), set[int]()

    def blocks(tx: Connection) -> None:
        first.set()
        let_go.wait(10)

    def counts(tx: Connection, key: str) -> None:
        add(tx, key)
        commits.add(id(tx))

    busy = asyncio.create_task(store.write(blocks))
    await asyncio.to_thread(first.wait, 10)
    waiting = [asyncio.create_task(store.write(partial(counts, key=str(n)))) for n in range(TOGETHER)]
    await asyncio.sleep(0)
    let_go.set()
    await asyncio.gather(busy, *waiting)
    assert (len(commits), len(await kept(store))) == (1, TOGETHER)


async def test_units_given_together_fail_one_by_one(store: Database) -> None:
    def fails(tx: Connection, key: str) -> str:
        add(tx, key)
        raise LookupError(key)

    units = [partial(fails if number % 3 == 1 else add, key=str(number)) for number in range(9)]
    ends = await store.write_all(units)
    assert [type(each) for each in ends] == [LookupError if number % 3 == 1 else str for number in range(9)]
    assert await kept(store) == {str(number) for number in range(9) if number % 3 != 1}
    assert await store.write_all([]) == []


@pytest.mark.parametrize("together", [1, 5])
async def test_whoever_is_cancelled_at_whatever_step_leaves_no_transaction_and_no_lock(
    store: Database, together: int
) -> None:
    """S4: cancelled at the k-th step of the loop, for each k until it is done before."""
    for step in range(STEPS):
        names = [f"{step} {number}" for number in range(together)]
        tasks = [asyncio.create_task(store.write(partial(add, key=name))) for name in names]
        for _ in range(step):
            await asyncio.sleep(0)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        async with asyncio.timeout(5):
            await store.write(partial(add, key=f"{step} next"))
        others = {key for key in await kept(store) if key.startswith(f"{step} ")} - {f"{step} next"}
        assert others in (set(), set(names))  # begun, or not: the caller does not know, the units are whole
        assert not in_transaction(store)


def in_transaction(database: Database) -> bool:
    """Whether somebody holds the lock of writers."""
    with closing(sqlite3.connect(stores.file_of(database), isolation_level=None)) as other:
        try:
            other.execute("PRAGMA busy_timeout=0")
            other.execute("BEGIN IMMEDIATE")
            other.execute("ROLLBACK")
        except sqlite3.OperationalError:
            return True
    return False


async def limit(database: Database, pages: int) -> None:
    """Let the file have so many more pages."""

    def set_it(tx: Connection) -> None:
        now = tx.exec_driver_sql("PRAGMA page_count").scalar_one()
        tx.exec_driver_sql(f"PRAGMA max_page_count = {now + pages}")

    await database.write(set_it)


@pytest.mark.parametrize("together", [1, 20])
async def test_when_the_disk_is_full_nothing_seems_kept_that_is_not(store: Database, together: int) -> None:
    """S1: the limit of the file stands for the disk; SQLite answers with SQLITE_FULL to both."""
    told, failed = set[str](), 0
    await limit(store, PAGES)
    for number in range(0, 400, together):
        names = [f"{number + each:03}" for each in range(together)]
        writing = (store.write(partial(add, key=name, raw="x" * 2_000)) for name in names)
        ends = await asyncio.gather(*writing, return_exceptions=True)
        told |= {each for each in ends if isinstance(each, str)}
        failed += sum(isinstance(each, Exception) for each in ends)
        if failed >= together and len(told) + failed > 100:
            break
    assert failed
    assert await kept(store) == told
    assert not in_transaction(store)
    await limit(store, 10 * PAGES)
    assert await store.write(partial(add, key="there is room")) == "there is room"
    assert await kept(store) == told | {"there is room"}
    check = await store.read(lambda tx: tx.exec_driver_sql("PRAGMA integrity_check").scalar_one())
    assert check == "ok"


async def test_reading_goes_on_while_the_disk_is_full(store: Database) -> None:
    await store.write(partial(add, key="before"))
    await limit(store, 0)
    writing = (store.write(partial(add, key=str(number), raw="x" * 5_000)) for number in range(5))
    ends = await asyncio.gather(*writing, return_exceptions=True)
    assert any(isinstance(each, Exception) for each in ends)
    assert "before" in await kept(store)


async def test_another_process_that_writes_is_waited_for(store: Database) -> None:
    other = sqlite3.connect(stores.file_of(store), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    writing = asyncio.create_task(store.write(partial(add, key="k")))
    assert await kept(store) == set()
    assert not writing.done()
    other.execute("ROLLBACK")
    other.close()
    async with asyncio.timeout(10):
        assert await writing == "k"


async def test_a_schema_change_waits_for_the_writer_and_leaves_its_connection_alone(store: Database) -> None:
    begun, let_go = threading.Event(), threading.Event()

    def writes(tx: Connection) -> str:
        begun.set()
        let_go.wait(10)
        return add(tx, "k")

    def changes(tx: Connection) -> None:
        tx.exec_driver_sql("CREATE TABLE more (k TEXT)")

    writing = asyncio.create_task(store.write(writes))
    await asyncio.to_thread(begun.wait, 10)
    changing = asyncio.create_task(store.migrate(changes))
    await asyncio.wait([changing], timeout=0.2)
    let_go.set()
    ends = await asyncio.gather(writing, changing, return_exceptions=True)
    assert tuple(ends) == ("k", None)
    assert await kept(store) == {"k"}
    assert await store.read(lambda tx: tx.exec_driver_sql("SELECT count(*) FROM more").scalar_one()) == 0


async def test_every_commit_is_on_the_disk(store: Database) -> None:
    def settings(tx: Connection) -> tuple[Any, ...]:
        names = ("journal_mode", "synchronous", "foreign_keys", "query_only")
        return tuple(tx.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in names)

    assert await store.write(settings) == ("wal", 2, 1, 0)
    assert await store.read(settings) == ("wal", 2, 1, 1)
