"""Updates come in while the lease is held, and what a messenger forgot meanwhile is asked for again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import ClassVar

import pytest

from actions.invite import invite
from bot.channel import Channel, ChannelError
from bot.lease import TRUST, Lease
from bot.post import StorePost
from bot.receiver import Receiver
from domain.fitting import Capabilities
from storage import senders
from storage.database import Connection, Database
from storage.outbox import OUTBOX
from storage.senders import GAP
from tests.actions.talk import Talk, texts
from tests.bot.messenger import WORDS_ONLY, Messenger
from tests.storage.samples import MONDAY, rows, settle_down
from tests.until import until

SECOND = timedelta(seconds=1)
FORGETS = 150


@dataclass
class Polled(Messenger):
    """A messenger that forgets presses after 150 seconds; `ends` is how each time of receiving ends."""

    ends: list[Exception | None] = field(default_factory=list)
    began: int = 0
    receiving: int = 0
    capabilities: ClassVar[Capabilities] = replace(WORDS_ONLY, forgets=FORGETS)

    async def receive(self) -> None:
        self.began += 1
        self.receiving += 1
        try:
            if not self.ends:
                await asyncio.Event().wait()
            end = self.ends.pop(0)
            if end:
                raise end
        finally:
            self.receiving -= 1


class Room:
    """A receiver whose clocks are moved: `now` is the time of day, `ticks` are monotonic seconds."""

    def __init__(self, database: Database, channel: Channel, owner: str = "one") -> None:
        self.database, self.now, self.ticks = database, MONDAY, 0.0
        self.post = StorePost(database, texts(), lambda: self.now)
        self.lease = Lease(database, channel.name, owner, lambda: self.ticks)
        self.receiver = Receiver(database, channel, self.lease, self.post)

    @asynccontextmanager
    async def runs(self) -> AsyncIterator[None]:
        """The receiver runs meanwhile."""
        running = asyncio.create_task(self.receiver.run())
        try:
            yield
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    async def hears(self, after: timedelta = timedelta(0)) -> None:
        """Time passes and then the messenger answers; it is written down when this returns."""
        self.now += after
        self.post.heard("web")

        async def written() -> bool:
            found = await self.database.read(lambda tx: senders.get(tx, "web"))
            return found is not None and found.heard_at == self.now

        await until(written)

    async def gaps(self) -> list[tuple[datetime, datetime, int]]:
        found = await rows(self.database, GAP.c.began_at, GAP.c.ended_at, GAP.c.asked)
        return [(row[0], row[1], row[2]) for row in found]


async def asked(database: Database) -> Talk:
    """Ana, who has an open question on her screen."""

    def invited(tx: Connection) -> None:
        town = settle_down(tx)
        invite(tx, person=town.ana, programme=town.programme, code="ana", now=MONDAY)

    await database.write(invited)
    ana = Talk(database)
    await ana.join("ana")
    await ana.presses("next")
    await database.write(lambda tx: tx.execute(OUTBOX.update().values(state="sent")).rowcount)
    return ana


async def told(database: Database) -> int:
    """How many were told that a press may be lost."""
    return len(await rows(database, OUTBOX.c.id, where=OUTBOX.c.key.startswith("gap:")))


@pytest.mark.parametrize(("gap", "counts"), [(60, 0), (140, 0), (150, 0), (151, 1), (200, 1), (25 * 3600, 1)])
async def test_a_silence_longer_than_the_messenger_remembers_is_a_gap(
    sqlite: Database, gap: int, counts: int
) -> None:
    await asked(sqlite)
    room = Room(sqlite, Polled())
    await room.lease.take()
    async with room.runs():
        await room.hears()
        began = room.now
        await room.hears(after=gap * SECOND)
    assert await room.gaps() == [(began, room.now, 1)] * counts
    assert await told(sqlite) == counts


async def test_the_silence_of_a_restart_counts_as_well(both: Database) -> None:
    await asked(both)
    before, after = Room(both, Polled(), "one"), Room(both, Polled(), "two")
    await before.lease.take()
    async with before.runs():
        await before.hears()
    await before.lease.give_back()
    await after.lease.take()
    async with after.runs():
        await after.hears(after=200 * SECOND)
    assert await after.gaps() == [(MONDAY, after.now, 1)]
    assert await told(both) == 1


async def test_no_gap_where_nobody_ever_listened(sqlite: Database) -> None:
    room = Room(sqlite, Polled())
    await room.lease.take()
    async with room.runs():
        await room.hears(after=timedelta(days=3))
    assert await room.gaps() == []


async def test_a_messenger_that_forgets_nothing_has_no_gaps(sqlite: Database) -> None:
    await asked(sqlite)
    room = Room(sqlite, Messenger())
    await room.lease.take()
    async with room.runs():
        await room.hears()
        await room.hears(after=timedelta(days=3))
    assert (await room.gaps(), await told(sqlite)) == ([], 0)


async def test_it_receives_only_while_it_holds_the_lease(sqlite: Database) -> None:
    channel = Polled()
    room, other = Room(sqlite, channel), Lease(sqlite, "web", "two")
    await other.take()

    async def receiving() -> bool:
        return channel.receiving == 1

    async def quiet() -> bool:
        return channel.receiving == 0

    async with room.runs():
        assert not await room.lease.take()
        assert channel.began == 0
        await other.give_back()
        await room.lease.take()
        await until(receiving)
        room.lease.lost()
        await until(quiet)
        await room.lease.take() or None
    assert channel.receiving == 0


async def test_a_moment_of_doubt_about_the_lease_is_no_gap(sqlite: Database) -> None:
    """The lease was taken long ago; a slow store made the beat late once. Nothing was missed in that moment."""
    await asked(sqlite)
    channel = Polled()
    before, room = Room(sqlite, Polled(), "one"), Room(sqlite, channel, "two")
    await before.lease.take()
    async with before.runs():
        await before.hears()
    await before.lease.give_back()
    await room.lease.take()
    async with room.runs():
        for _ in range(2):
            await room.hears(after=100 * SECOND)
        room.ticks += TRUST

        async def quiet() -> bool:
            return channel.receiving == 0

        await until(quiet)
        await sqlite.write(room.lease.hold)
        room.lease.beaten()
        await room.hears(after=10 * SECOND)
    assert (await room.gaps(), await told(sqlite)) == ([], 0)


async def test_a_messenger_that_ends_is_heard_from_then_on_through_its_door(sqlite: Database) -> None:
    room = Room(sqlite, Polled(ends=[None]))
    await room.lease.take()
    async with room.runs():
        async with asyncio.timeout(5):
            await room.receiver.ended.wait()

        async def heard() -> bool:
            return room.post.heard_at.get("web") == MONDAY

        await until(heard)
        assert room.receiver.ended.is_set()


async def test_a_messenger_that_cannot_be_used_is_off_and_nothing_falls(sqlite: Database) -> None:
    channel = Polled(ends=[ChannelError("There is no such bot.")])
    room = Room(sqlite, channel)
    await room.lease.take()
    async with room.runs():
        await room.hears()
        assert (channel.began, channel.receiving, room.receiver.ended.is_set()) == (1, 0, False)


async def test_receiving_that_fails_begins_again(sqlite: Database) -> None:
    """As when the store was away while an update came: it must not stay deaf while it holds the lease."""
    channel = Polled(ends=[OSError("the disk is full")])
    room = Room(sqlite, channel)
    await room.lease.take()

    async def again() -> bool:
        return channel.began == 2

    running = asyncio.create_task(room.receiver.run())
    try:
        async with asyncio.timeout(3):
            while not await again():
                if running.done():  # the room falls, and is opened again
                    assert isinstance(running.exception(), OSError)
                    running = asyncio.create_task(room.receiver.run())
                await asyncio.sleep(0.01)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
