"""Units of work: kept whole or not at all, grouped or alone, whoever is cancelled and whatever fails."""

import asyncio
import threading
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from storage import inbox, organisations
from storage.database import Database, Unit
from storage.errors import StoreError
from storage.inbox import INBOX
from storage.organisations import ORGANISATION
from tests.storage import stores
from tests.storage.samples import MONDAY, rows


def add(tx: Connection, key: str, at: datetime = MONDAY) -> bool:
    return (
        inbox.add(tx, inbox.New(channel="web", account="", key=key, address="a", raw=key, at=at)) is not None
    )


def add_and_fail(tx: Connection, key: str) -> None:
    add(tx, key)
    raise LookupError(key)


def add_nobodys(tx: Connection) -> None:
    add(tx, "before")
    tx.exec_driver_sql("INSERT INTO role (person_id, organisation_id, name) VALUES (9, 9, 'x')")


async def keys(database: Database) -> list[str]:
    return [row[0] for row in await rows(database, INBOX.c.key)]


async def test_what_a_unit_returns_is_given_once_it_is_committed(database: Database) -> None:
    assert await database.write(partial(add, key="1"))
    assert await keys(database) == ["1"]


async def test_a_unit_that_raises_leaves_nothing_and_its_neighbours_are_kept(database: Database) -> None:
    names = [f"{number:02}" for number in range(40)]
    units: list[Unit[object]] = [partial(add_and_fail if int(name) % 3 else add, key=name) for name in names]
    done = await asyncio.gather(*(database.write(unit) for unit in units), return_exceptions=True)
    assert await keys(database) == [name for name in names if int(name) % 3 == 0]
    assert [type(each) for each in done] == [LookupError if int(name) % 3 else bool for name in names]


async def test_a_unit_that_breaks_a_constraint_gets_the_error_and_its_neighbours_are_kept(
    database: Database,
) -> None:
    units: list[Unit[object]] = [partial(add, key="1"), add_nobodys, partial(add, key="2")]
    done = await asyncio.gather(*(database.write(unit) for unit in units), return_exceptions=True)
    assert [type(each) for each in done] == [bool, IntegrityError, bool]
    assert await keys(database) == ["1", "2"]


async def test_two_hundred_writers_at_once_are_all_kept(database: Database) -> None:
    done = await asyncio.gather(*(database.write(partial(add, key=f"{each:03}")) for each in range(200)))
    assert done == [True] * 200
    assert await keys(database) == [f"{each:03}" for each in range(200)]


async def test_a_cancelled_caller_does_not_cancel_the_unit(database: Database) -> None:
    names = [f"{each:02}" for each in range(20)]
    tasks = [asyncio.create_task(database.write(partial(add, key=name))) for name in names]
    await asyncio.sleep(0)  # each has begun
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    async with asyncio.timeout(5):
        while len(await keys(database)) < len(names):
            await asyncio.sleep(0)
    assert [task.cancelled() for task in tasks] == [True] * len(names)


async def test_writers_cancelled_at_any_moment_leave_whole_units_and_no_lock(database: Database) -> None:
    for moment in range(25):
        task = asyncio.create_task(database.write(partial(add, key=f"{moment:02}")))
        for _ in range(moment):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    async with asyncio.timeout(5):
        await database.write(partial(add, key="last"))
    assert "last" in await keys(database)


async def test_cancelled_readers_hold_nobody_up(database: Database) -> None:
    await asyncio.gather(*(database.write(partial(add, key=f"{each:02}")) for each in range(30)))
    for moment in range(30):
        task = asyncio.create_task(keys(database))
        for _ in range(moment):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    async with asyncio.timeout(5):
        await database.write(partial(add, key="last"))
        assert len(await keys(database)) == 31


async def test_a_reader_sees_no_half_transaction(database: Database) -> None:
    def pair(tx: Connection, number: int) -> None:
        add(tx, f"{number}a")
        add(tx, f"{number}b")

    def counted(tx: Connection) -> int:
        return tx.execute(select(func.count()).select_from(INBOX)).scalar_one()

    writing = asyncio.gather(*(database.write(partial(pair, number=number)) for number in range(60)))
    seen = [await database.read(counted)]
    while not writing.done():
        seen.append(await database.read(counted))
    assert [each % 2 for each in seen] == [0] * len(seen)
    assert await database.read(counted) == 120


async def test_what_a_reader_writes_is_not_kept(database: Database) -> None:
    await asyncio.gather(database.read(partial(add, key="1")), return_exceptions=True)  # it may be refused
    assert await keys(database) == []


async def test_the_bell_rings_when_something_was_written(database: Database) -> None:
    waiting = asyncio.create_task(database.bell.listen().heard(5))
    await asyncio.sleep(0)
    await database.write(partial(add, key="1"))
    assert await waiting
    assert not await database.bell.listen().heard(0.01)


@pytest.mark.parametrize(
    "written",
    [
        datetime(2026, 3, 29, 1, 0, tzinfo=UTC),
        datetime(2026, 10, 25, 3, 30, 0, 1, tzinfo=ZoneInfo("Europe/Vilnius")),
        datetime(2026, 10, 25, 3, 30, fold=1, tzinfo=ZoneInfo("Europe/Vilnius")),
        datetime(2026, 12, 31, 23, 59, 59, 999_999, tzinfo=ZoneInfo("Europe/Oslo")),
    ],
)
async def test_times_come_back_as_the_same_moment_in_utc(database: Database, written: datetime) -> None:
    await database.write(partial(add, key="1", at=written))
    ((found,),) = await rows(database, INBOX.c.received_at)
    assert found == written.astimezone(UTC)
    assert found.tzinfo is UTC


async def test_moments_are_compared_as_moments_to_the_microsecond(database: Database) -> None:
    half = MONDAY + timedelta(microseconds=1)
    for key, at in (("1", MONDAY), ("2", half), ("3", MONDAY + timedelta(seconds=1))):
        await database.write(partial(add, key=key, at=at))
    vilnius = half.astimezone(ZoneInfo("Europe/Vilnius"))
    assert await rows(database, INBOX.c.key, where=INBOX.c.received_at <= vilnius) == [("1",), ("2",)]


async def test_a_naive_time_is_refused_and_nothing_kept(database: Database) -> None:
    with pytest.raises(ValueError, match="timezone"):
        await database.write(partial(add, key="1", at=datetime(2026, 1, 1)))  # noqa: DTZ001
    assert await keys(database) == []


async def test_the_writer_survives_a_commit_that_fails(database: Database) -> None:
    def orphan(tx: Connection) -> None:
        add(tx, "orphan")
        tx.exec_driver_sql("CREATE TABLE parent (id INTEGER PRIMARY KEY)")
        reference = "REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED"
        tx.exec_driver_sql(f"CREATE TABLE child (id INTEGER {reference})")
        tx.exec_driver_sql("INSERT INTO child VALUES (7)")

    with pytest.raises(IntegrityError):
        await database.write(orphan)
    assert await database.write(partial(add, key="1"))
    assert await keys(database) == ["1"]


async def test_closing_finishes_what_waits(database: Database) -> None:
    waiting = [asyncio.create_task(database.write(partial(add, key=f"{each:03}"))) for each in range(150)]
    await asyncio.sleep(0)
    await database.close()
    assert await asyncio.gather(*waiting) == [True] * 150
    await database.open()
    assert len(await keys(database)) == 150


async def test_a_closed_store_says_so_to_who_writes(database: Database) -> None:
    await database.close()
    with pytest.raises(StoreError):
        async with asyncio.timeout(2):
            await database.write(partial(add, key="1"))
    await database.open()


async def test_nothing_seems_kept_when_the_store_rolls_everything_back(tmp_path: Path) -> None:
    """A full disk makes SQLite end the whole transaction in the middle; INSERT OR ROLLBACK does the same."""

    def spoil(tx: Connection) -> None:
        add(tx, "spoilt")
        tx.exec_driver_sql("INSERT OR ROLLBACK INTO inbox SELECT * FROM inbox WHERE key = 'spoilt'")

    units = (partial(add, key="before"), spoil, partial(add, key="after"))
    async with stores.opened("sqlite", tmp_path, str) as store:
        ends = await asyncio.gather(*(store.write(unit) for unit in units), return_exceptions=True)
        kept = await store.read(lambda tx: set(tx.execute(select(INBOX.c.key)).scalars()))
    told = {key for key, end in zip(("before", "spoilt", "after"), ends, strict=True) if end is True}
    assert kept == told


async def test_parameters_of_a_failing_statement_are_not_told(database: Database) -> None:
    def fail(tx: Connection) -> None:
        tx.execute(text("SELECT :who FROM no_such_table"), {"who": "Jonas Kazlauskas"})

    with pytest.raises(DBAPIError) as caught:
        await database.write(fail)
    assert "Jonas" not in str(caught.value)


async def test_closing_lets_go_even_when_the_last_unit_fails(database: Database) -> None:
    failing = asyncio.create_task(database.write(partial(add_and_fail, key="1")))
    await asyncio.sleep(0)
    done = await asyncio.gather(database.close(), failing, return_exceptions=True)
    assert [type(each) for each in done] == [type(None), LookupError]
    await database.open()


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:////nowhere/at/all.db",
        "postgresql+asyncpg://postgres@/none?host=/nowhere",
        "postgresql+asyncpg://postgres@127.0.0.1:1/none",
    ],
)
async def test_a_store_that_cannot_be_reached_is_one_sentence(url: str) -> None:
    database = Database(url)
    with pytest.raises(StoreError, match=r"^The database cannot be opened: [^\n]+[^.]\.$"):
        await database.open()
    await database.close()
    while any("_connection_worker" in each.name for each in threading.enumerate()):
        await asyncio.sleep(0.01)  # the driver's thread tells the loop that it ends


async def test_units_see_what_earlier_units_of_the_same_caller_wrote(database: Database) -> None:
    def town(tx: Connection) -> int:
        return organisations.add(
            tx, name="B", country="LT", zone="Europe/Vilnius", language="lt", contact="R"
        )

    made = [await database.write(town) for _ in range(3)]
    assert [row[0] for row in await rows(database, ORGANISATION.c.id)] == made
