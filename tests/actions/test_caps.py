"""The cap of a day, when several sources write to one person in the same moment; each on a connection of its own."""

import asyncio
from collections.abc import AsyncIterator, Callable
from functools import partial
from itertools import product
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.util import await_only

from actions.announce import announce
from actions.promote import promote
from actions.remind import remind
from domain.ladder import SAME_DAY
from storage import enrolments, outbox, schedules
from storage.database import Connection, Database
from storage.outbox import OUTBOX, New, Passed, To
from tests.storage import stores
from tests.storage.outgoing import HELLO
from tests.storage.samples import MONDAY, address, rows, settle_down

Act = Callable[[Connection], object]
TODAY = "2026-11-23"
WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")


@pytest.fixture
async def store(postgres_url: str, tmp_path: Path) -> AsyncIterator[Database]:
    """PostgreSQL: SQLite has one writer, so that nothing is at the same moment."""
    async with stores.opened("postgres", tmp_path, lambda: postgres_url) as database:
        await database.write(one_before_the_cap)
        yield database


def one_before_the_cap(tx: Connection) -> None:
    """Ana may have one more message of the capped kinds, and every source has one for her."""
    town = settle_down(tx)
    to = To(address(tx, "ana", town.ana), "web", town.ana, town.here)
    so_far = 1
    told = [New(to, HELLO, f"told {n}", "announcement", Passed("now", day=TODAY)) for n in range(so_far)]
    waits = [New(to, HELLO, f"waits {n}", "announcement", Passed("early", at=MONDAY)) for n in range(2)]
    outbox.add_many(tx, [*told, *waits], MONDAY.replace(hour=5))
    study = enrolments.enrol(tx, person=town.ana, programme=town.programme, version=town.version, at=MONDAY)
    assert study is not None
    enrolments.move(tx, study, 0, 0, MONDAY)
    schedules.put(tx, "reminder", person=town.ana, item=study, rung=SAME_DAY, due_at=MONDAY)


def announces(tx: Connection) -> None:
    announce(tx, key="k", organisation=None, texts={"lt": "a"}, now=MONDAY)


def announces_more(tx: Connection) -> None:
    announce(tx, key="more", organisation=None, texts={"lt": "b"}, now=MONDAY)


SOURCES: dict[str, tuple[Act, Act]] = {
    "announce": (announces, announces_more),
    "promote": (partial(promote, now=MONDAY, most=1),) * 2,
    "remind": (partial(remind, now=MONDAY, most=1),) * 2,
}


@pytest.mark.parametrize(("first", "second"), [*product(SOURCES, SOURCES)])
async def test_two_sources_at_once_do_not_both_send_the_last_message_of_the_day(
    store: Database, first: str, second: str
) -> None:
    """The second one begins when the first has written, and the first commits when the second waits or has ended."""
    written = asyncio.Event()

    async def follows(other: Database) -> None:
        await written.wait()
        await other.write(SOURCES[second][1])

    async def until_the_other_waits() -> None:
        while not following.done() and not await store.read(lambda tx: tx.execute(WAITING).scalar_one()):
            await asyncio.sleep(0.01)

    def writes(tx: Connection) -> None:
        SOURCES[first][0](tx)
        written.set()
        await_only(asyncio.ensure_future(until_the_other_waits()))

    async with stores.again(store) as other:
        following = asyncio.create_task(follows(other))
        async with asyncio.timeout(10):
            await asyncio.gather(store.write(writes), following)
    sent = await rows(store, OUTBOX.c.key, where=OUTBOX.c.day == TODAY)
    assert len(sent) == 2, sent
