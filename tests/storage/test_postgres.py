"""PostgreSQL: crossing transactions are tried again; a server that ends in the middle loses nothing that was kept."""

import asyncio
import time
from collections.abc import AsyncIterator
from functools import partial
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Connection, Float, bindparam, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.util import await_only

from actions.announce import announce, cancel
from storage import inbox
from storage.database import Database
from storage.hot import Prepared
from storage.inbox import INBOX
from storage.migrate import migrate
from storage.outbox import OUTBOX
from storage.postgres import CONNECTIONS
from storage.senders import SENDER
from tests.storage import stores
from tests.storage.outgoing import claim, states
from tests.storage.samples import MONDAY, address, rows, settle_down
from tests.tools import postgres as servers
from tests.tools.injection import Server

SERIALIZATION_FAILURE = "DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = '40001'; END $$"
BEAT = Prepared(update(SENDER).where(SENDER.c.channel == bindparam("which")).values(beat=SENDER.c.beat + 1))
ME = "SELECT pg_backend_pid()"


@pytest.fixture
async def store(postgres_url: str, tmp_path: Path) -> AsyncIterator[Database]:
    """An empty store on PostgreSQL."""
    async with stores.opened("postgres", tmp_path, lambda: postgres_url) as database:
        yield database


def add(tx: Connection, key: str) -> str:
    inbox.add(tx, inbox.New(channel="web", account="", key=key, address=key, raw="", at=MONDAY))
    return key


def two_senders(tx: Connection) -> None:
    for name in ("a", "b"):
        tx.execute(insert(SENDER).values(channel=name, fence=0, owner="", beat=0))


class Meeting:
    """Units that wait for one another, the first time that they come to it."""

    def __init__(self, count: int) -> None:
        self._left, self._met = count, asyncio.Event()

    def wait(self) -> None:
        self._left -= 1
        if self._left <= 0:
            self._met.set()
        await_only(self._met.wait())


@pytest.mark.parametrize("hot", [False, True], ids=["Core", "prepared"])
async def test_crossing_updates_are_tried_again_and_have_their_effect_once(
    store: Database, hot: bool
) -> None:
    """S6: each holds the row that the other one wants."""
    await store.write(two_senders)
    meeting, tries = Meeting(2), list[str]()

    def beat(tx: Connection, name: str) -> None:
        if hot:
            BEAT.run(tx, which=name)
        else:
            tx.execute(update(SENDER).where(SENDER.c.channel == name).values(beat=SENDER.c.beat + 1))

    def cross(tx: Connection, first: str, second: str) -> str:
        tries.append(first)
        beat(tx, first)
        meeting.wait()
        beat(tx, second)
        return first

    done = await asyncio.gather(
        store.write(partial(cross, first="a", second="b")), store.write(partial(cross, first="b", second="a"))
    )
    assert list(done) == ["a", "b"]
    assert (
        3 <= len(tries) <= 6
    )  # one of the two was tried again, and may meet the other again, three times at most
    assert await rows(store, SENDER.c.channel, SENDER.c.beat) == [("a", 2), ("b", 2)]


@pytest.mark.parametrize(("failures", "kept"), [(1, True), (2, True), (3, False)])
async def test_a_serialization_failure_is_tried_three_times(
    store: Database, failures: int, kept: bool
) -> None:
    tries = list[int]()

    def fails(tx: Connection) -> str:
        tries.append(1)
        add(tx, "k")
        if len(tries) <= failures:
            tx.exec_driver_sql(SERIALIZATION_FAILURE)
        return "k"

    (end,) = await asyncio.gather(store.write(fails), return_exceptions=True)
    assert (end == "k", len(tries)) == (kept, min(failures + 1, 3))
    assert await rows(store, INBOX.c.key) == [("k",)] * kept


async def test_other_errors_are_not_tried_again(store: Database) -> None:
    tries = list[int]()

    def fails(tx: Connection) -> None:
        tries.append(1)
        raise LookupError

    with pytest.raises(LookupError):
        await store.write(fails)
    assert tries == [1]


def cut(tx: Connection, who: int) -> None:
    tx.execute(text("SELECT pg_terminate_backend(:who, 5000)"), {"who": who})


async def test_what_is_said_of_a_connection_that_is_cut_is_that_it_is_cut(store: Database) -> None:
    def is_cut(tx: Connection) -> None:
        mine = tx.exec_driver_sql(ME).scalar_one()
        await_only(asyncio.ensure_future(store.read(lambda other: cut(other, mine))))
        tx.exec_driver_sql("SELECT 1")

    with pytest.raises(DBAPIError) as raised:
        await store.write(is_cut)
    assert raised.value.connection_invalidated


async def test_a_connection_that_is_cut_in_the_middle_keeps_nothing_and_the_next_one_works(
    store: Database,
) -> None:
    """S5: pg_terminate_backend; with prepared statements the driver's own error comes through."""

    def is_cut(tx: Connection) -> None:
        add(tx, "half")
        mine = tx.exec_driver_sql(ME).scalar_one()
        cutting = asyncio.ensure_future(store.read(lambda other: cut(other, mine)))
        await_only(cutting)
        add(tx, "other half")

    for number in range(10):  # more often than there are connections
        (end,) = await asyncio.gather(store.write(is_cut), return_exceptions=True)
        assert isinstance(end, Exception)
        began = time.monotonic()
        assert await store.write(partial(add, key=str(number))) == str(number)
        assert time.monotonic() - began < 5
    assert len(await rows(store, INBOX.c.key)) == 10


async def test_whoever_is_cancelled_at_whatever_step_leaves_no_transaction_and_no_lock(
    store: Database,
) -> None:
    """S4, here: the unit goes on without its caller, and nothing is left idle in a transaction."""
    idle = text("SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'")
    for step in range(40):
        task = asyncio.create_task(store.write(partial(add, key=str(step))))
        reading = asyncio.create_task(store.read(lambda tx: tx.execute(select(INBOX)).all()))
        for _ in range(step):
            await asyncio.sleep(0)
        task.cancel()
        reading.cancel()
        await asyncio.gather(task, reading, return_exceptions=True)
    async with asyncio.timeout(5):
        await store.write(partial(add, key="last"))
        while await store.read(lambda tx: tx.execute(idle).scalar_one()):
            await asyncio.sleep(0.01)


async def test_a_unit_that_only_reads_sees_one_moment(store: Database) -> None:
    counted = select(func.count()).select_from(INBOX)

    def twice(tx: Connection) -> tuple[int, int]:
        before = tx.execute(counted).scalar_one()
        await_only(asyncio.ensure_future(store.write(partial(add, key="meanwhile"))))
        return before, tx.execute(counted).scalar_one()

    assert await store.read(twice) == (0, 0)
    assert await rows(store, INBOX.c.key) == [("meanwhile",)]


async def test_what_is_cancelled_while_it_is_being_claimed_is_not_sent(store: Database) -> None:
    """L3: the coordinator's transaction has the row, the claim has read it and waits for it."""

    def prepare(tx: Connection) -> None:
        address(tx, "ana", settle_down(tx).ana)
        announce(tx, key="k", organisation=None, texts={"lt": "a"}, now=MONDAY)

    await store.write(prepare)
    ((number,),) = await rows(store, OUTBOX.c.announcement_id)
    has_it = asyncio.Event()
    waits = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")

    async def somebody_waits() -> None:
        while not await store.read(lambda tx: tx.execute(waits).scalar_one()):
            if claiming.done():
                return
            await asyncio.sleep(0.01)

    def cancels(tx: Connection) -> int:
        stopped = cancel(tx, number, MONDAY)
        has_it.set()
        await_only(asyncio.ensure_future(somebody_waits()))
        return stopped

    async def claims() -> list[str]:
        await has_it.wait()
        return [each.key for each in await claim(store)]

    claiming = asyncio.create_task(claims())
    async with asyncio.timeout(10):
        stopped = await store.write(cancels)
        claimed = await claiming
    assert (stopped, claimed) == (1, [])
    assert list((await states(store)).values()) == ["dropped"]


@pytest.mark.slow
async def test_a_server_that_ends_at_once_again_and_again_loses_nothing_that_was_kept() -> None:
    """S5: stopped in the middle, five times; who was told "kept" is there, nobody is there twice."""
    with servers.server() as url:
        async with Server(url) as server, servers.database(url) as mine:
            database = Database(mine)
            await migrate(database)
            await database.open()
            load = Load(database)
            writers = [asyncio.create_task(load.runs()) for _ in range(8)]
            for _ in range(5):
                await load.goes_on(by=200)
                await server.restart()
                began = time.monotonic()
                await load.goes_on(by=1)
                assert time.monotonic() - began < 5
            load.over = True
            await asyncio.gather(*writers)
            found = [row[0] for row in await rows(database, INBOX.c.key)]
            await database.close()
    assert (load.told - set(found), len(found)) == (set(), len(set(found)))


class Load:
    """Somebody who writes again and again, and keeps in mind what they were told is kept."""

    def __init__(self, database: Database) -> None:
        self._database, self._numbers = database, count()
        self.told, self.over = set[str](), False

    async def runs(self) -> None:
        while not self.over:
            writing = self._database.write(partial(add, key=str(next(self._numbers))))
            (end,) = await asyncio.gather(writing, return_exceptions=True)
            self.told |= {end} if isinstance(end, str) else set()
            await asyncio.sleep(0.001)

    async def goes_on(self, by: int) -> None:
        before = len(self.told)
        async with asyncio.timeout(20):
            while len(self.told) < before + by:
                await asyncio.sleep(0.005)


async def test_whoever_is_cancelled_while_reading_hears_that_and_no_other_error(store: Database) -> None:
    """In every step of the statement: an error of the store in its place would be taken for one, and tried again."""
    look = Prepared(select(func.pg_sleep(bindparam("seconds", type_=Float))))
    heard = list[object]()
    for place in range(6 * CONNECTIONS):
        reading = asyncio.create_task(store.read(lambda tx: look.rows(tx, seconds=0.05)))
        await asyncio.sleep(place % 16 / 400)
        reading.cancel()
        heard += await asyncio.gather(reading, return_exceptions=True)
    assert {type(each) for each in heard} <= {asyncio.CancelledError, list}
    async with asyncio.timeout(5):
        assert await store.write(lambda tx: BEAT.run(tx, which="nobody's")) == 0


@pytest.mark.parametrize("channel", ["a\0", "a\ud800"], ids=["server", "driver"])
async def test_text_that_no_column_takes_is_no_failure_of_the_store(store: Database, channel: str) -> None:
    with pytest.raises(Exception, match=r"."):
        await store.write(lambda tx: tx.execute(update(SENDER).values(channel=channel)))
    assert not store.failing
