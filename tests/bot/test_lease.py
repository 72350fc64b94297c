"""Who may send: one process at a time, whoever freezes, ends or comes at the same moment."""

import asyncio
import subprocess
import sys
from datetime import timedelta

import pytest

from bot.channel import NotSent
from bot.lease import BEAT, DEAD, TRUST, Lease
from storage import senders
from storage.database import Database
from storage.outbox import OUTBOX
from storage.senders import Fenced
from tests.bot.messenger import Desk, Messenger
from tests.storage.samples import rows

LITTLE = 0.001
SECOND = timedelta(seconds=1)


class Clock:
    """Monotonic seconds of a process, moved by its test."""

    def __init__(self, at: float = 0.0) -> None:
        self.at = at

    def __call__(self) -> float:
        return self.at


def lease(database: Database, owner: str, clock: Clock | None = None) -> Lease:
    return Lease(database, "web", owner, clock or Clock())


async def beats(one: Lease, database: Database) -> None:
    await database.write(one.hold)
    one.beaten()


async def test_it_is_free_at_first_and_then_somebodys(both: Database) -> None:
    one, two = lease(both, "one"), lease(both, "two")
    assert [await one.take(), await two.take()] == [True, False]
    assert (one.held, two.held, one.fence) == (True, False, 1)
    with pytest.raises(Fenced):
        assert two.fence


async def test_of_many_who_take_it_at_once_one_has_it(both: Database) -> None:
    for number in range(3):
        takers = [lease(both, f"taker {number} {each}") for each in range(8)]
        taken = await asyncio.gather(*(each.take() for each in takers))
        assert sorted(taken) == [False] * 7 + [True]
        winner = takers[taken.index(True)]
        assert winner.fence == number + 1
        await winner.give_back()


async def test_it_is_taken_over_when_the_beat_stood_still_by_the_watchers_own_clock(both: Database) -> None:
    watching, clock = Clock(1_000_000.0), Clock()
    one, two = lease(both, "one", clock), lease(both, "two", watching)
    assert await one.take()
    assert not await two.take()
    watching.at += DEAD - LITTLE
    assert not await two.take()
    watching.at += LITTLE
    assert await two.take()
    assert two.fence == one.fence + 1


async def test_every_beat_makes_the_watcher_wait_anew(both: Database) -> None:
    watching = Clock()
    one, two = lease(both, "one"), lease(both, "two", watching)
    await one.take()
    for _ in range(5):
        assert not await two.take()
        await beats(one, both)
        watching.at += DEAD - LITTLE
    assert not await two.take()
    watching.at += DEAD
    assert await two.take()


async def test_it_is_taken_at_once_when_it_was_given_back(both: Database) -> None:
    one, two = lease(both, "one"), lease(both, "two")
    await one.take()
    assert not await two.take()
    await one.give_back()
    assert (one.held, one.sender) == (False, None)
    assert await two.take()
    await one.give_back()
    assert await both.read(lambda tx: senders.get(tx, "web")) == two.sender


async def test_it_is_taken_at_once_when_its_holder_has_ended(sqlite: Database) -> None:
    says = [sys.executable, "-c", "from bot.process import this_process; print(this_process())"]
    gone = subprocess.run(says, capture_output=True, text=True, check=True).stdout.strip()
    assert await lease(sqlite, gone).take()
    assert await lease(sqlite, "two").take()


async def test_the_holder_beats_in_time_and_stops_believing_before_another_takes_over(
    sqlite: Database,
) -> None:
    clock = Clock()
    one = lease(sqlite, "one", clock)
    await one.take()
    seen = []
    for at in (0.0, BEAT - LITTLE, BEAT, TRUST - LITTLE, TRUST, DEAD):
        clock.at = at
        seen.append((one.held, one.beat_due))
    trusts, doubts = [(True, False)] * 2 + [(True, True)] * 2, [(False, True)] * 2
    assert seen == trusts + doubts
    assert TRUST < DEAD
    await beats(one, sqlite)
    assert (one.held, one.beat_due) == (True, False)


async def test_who_holds_nothing_cannot_beat(sqlite: Database) -> None:
    one = lease(sqlite, "one")
    with pytest.raises(Fenced):
        await sqlite.write(one.hold)
    await one.take()
    one.lost()
    assert not one.held
    with pytest.raises(Fenced):
        await sqlite.write(one.hold)


async def test_a_sender_that_slept_through_a_takeover_writes_nothing(both: Database) -> None:
    """One sends, and freezes before the answer is written down; two takes over, sends once more; one thaws."""
    frozen, lively = Messenger(), Messenger()
    one, two = Desk(both, frozen, "one"), Desk(both, lively, "two")
    frozen.door.clear()
    await one.write("k")
    running = asyncio.create_task(one.delivery.run())
    await frozen.in_flight(1)
    assert await two.rounds() == [0]
    two.ticks += DEAD
    assert await two.rounds(2, apart=SECOND) == [0, 1]
    before = await rows(both, OUTBOX.c.id, OUTBOX.c.state, OUTBOX.c.fence, OUTBOX.c.sent_as)
    await one.write("next", "ben")
    frozen.door.set()
    async with asyncio.timeout(10):
        while one.lease.sender:
            await asyncio.sleep(0.005)
    assert (await rows(both, OUTBOX.c.id, OUTBOX.c.state, OUTBOX.c.fence, OUTBOX.c.sent_as))[:1] == before
    assert (frozen.tried, lively.tried) == (["k"], ["k"])
    assert [row[1] for row in await rows(both, OUTBOX.c.id, OUTBOX.c.fence)] == [2, 0]
    one.delivery.stop()
    async with asyncio.timeout(10):
        await running
    assert await two.rounds() == [1]
    assert await two.states() == {"k": "sent", "next": "sent"}


async def test_a_sender_that_was_fenced_off_takes_the_lease_again_when_it_is_free(sqlite: Database) -> None:
    channel = Messenger([NotSent("busy")])
    one, two = Desk(sqlite, channel, "one"), Desk(sqlite, Messenger(), "two")
    running = asyncio.create_task(one.delivery.run())
    async with asyncio.timeout(10):
        while not one.lease.sender:
            await asyncio.sleep(0.005)
        while not await two.lease.take():
            two.ticks += DEAD
        await two.lease.give_back()
        await one.write("k")
        while await one.states() != {"k": "sent"}:
            await one.passes(SECOND)
            await asyncio.sleep(0.01)
    one.delivery.stop()
    await running
    assert channel.tried == ["k", "k"]


async def test_the_store_that_was_away_for_a_moment_costs_no_second_copy(sqlite: Database) -> None:
    """The holder could not write for a while: what it has in flight is its own still, and is not sent again."""
    channel = Messenger()
    channel.door.clear()
    one = Desk(sqlite, channel, "one")
    await one.write("k")
    first = asyncio.create_task(one.delivery.run())
    await channel.in_flight(1)
    first.cancel()  # as the room falls when the store is away, with the message in flight
    await asyncio.gather(first, return_exceptions=True)
    again = asyncio.create_task(one.delivery.run())
    channel.door.set()
    async with asyncio.timeout(10):
        while (await one.states())["k"] == "sending":
            one.ticks += BEAT
            one.delivery._ear.wake()
            await asyncio.sleep(0.01)
    one.delivery.stop()
    await again
    assert (await one.states(), channel.tried) == ({"k": "sent"}, ["k"])
