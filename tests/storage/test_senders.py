"""Leases, pauses and gaps in the store. What a process makes of them is in tests/bot/test_lease.py."""

import asyncio
from datetime import timedelta
from functools import partial

import pytest

from storage import senders
from storage.database import Connection, Database
from storage.senders import GAP, Fenced, Sender
from tests.storage.samples import MONDAY, rows

HOUR = timedelta(hours=1)


async def get(database: Database, channel: str = "web") -> Sender | None:
    return await database.read(partial(senders.get, channel=channel))


async def take(database: Database, owner: str, seen: Sender | None, channel: str = "web") -> Sender | None:
    return await database.write(partial(senders.take, channel=channel, owner=owner, seen=seen))


async def test_nobody_holds_what_was_never_taken(database: Database) -> None:
    assert await get(database) is None
    assert await take(database, "one", None) == Sender(1, "one", 1, None, None)
    assert await get(database) == Sender(1, "one", 1, None, None)
    assert await get(database, "telegram") is None


async def test_the_fence_grows_with_every_holder(database: Database) -> None:
    fences = []
    for number in range(5):
        taken = await take(database, str(number), await get(database))
        assert taken
        fences.append(taken.fence)
    assert fences == [1, 2, 3, 4, 5]


async def test_it_is_not_taken_when_anything_has_moved_since_it_was_seen(database: Database) -> None:
    await take(database, "one", None)
    seen = await get(database)
    await database.write(partial(senders.hold, channel="web", fence=1))
    assert await take(database, "two", seen) is None
    seen = await get(database)
    await take(database, "three", seen)
    assert await take(database, "two", seen) is None
    found = await get(database)
    assert found
    assert (found.owner, found.fence) == ("three", 2)


@pytest.mark.parametrize("known", [False, True], ids=["never taken", "given back"])
async def test_of_many_who_saw_the_same_one_takes_it(database: Database, known: bool) -> None:
    if known:
        await take(database, "zero", None)
        await database.write(partial(senders.give_back, channel="web", fence=1))
    seen = await get(database)
    taken = await asyncio.gather(*(take(database, str(number), seen) for number in range(10)))
    assert [each is not None for each in taken].count(True) == 1


async def test_only_the_holder_beats_gives_back_and_hears(database: Database) -> None:
    await take(database, "one", None)
    await take(database, "two", await get(database))
    before = await get(database)
    with pytest.raises(Fenced):
        await database.write(partial(senders.hold, channel="web", fence=1))
    await database.write(partial(senders.give_back, channel="web", fence=1))
    with pytest.raises(Fenced):
        await database.write(partial(senders.heard, channel="web", fence=1, at=MONDAY))
    assert await get(database) == before
    await database.write(partial(senders.hold, channel="web", fence=2))
    await database.write(partial(senders.heard, channel="web", fence=2, at=MONDAY))
    await database.write(partial(senders.give_back, channel="web", fence=2))
    assert await get(database) == Sender(2, "", 4, None, MONDAY)


async def test_what_fails_with_the_beat_is_not_kept(database: Database) -> None:
    await take(database, "one", None)

    def late(tx: Connection) -> None:
        senders.pause(tx, "web", MONDAY)
        senders.hold(tx, "web", 7)

    with pytest.raises(Fenced):
        await database.write(late)
    found = await get(database)
    assert found
    assert found.paused_until is None


async def test_a_pause_lasts_until_the_latest_moment_that_was_said(database: Database) -> None:
    await take(database, "one", None)
    for hours in (1, 3, 2):
        await database.write(partial(senders.pause, channel="web", until=MONDAY + hours * HOUR))
    found = await get(database)
    assert found
    assert found.paused_until == MONDAY + 3 * HOUR
    await take(database, "other", None, "telegram")
    other = await get(database, "telegram")
    assert other
    assert other.paused_until is None


async def test_a_gap_is_kept(database: Database) -> None:
    await database.write(partial(senders.note_gap, channel="web", began=MONDAY, ended=MONDAY + HOUR, asked=7))
    kept = await rows(database, GAP.c.channel, GAP.c.began_at, GAP.c.ended_at, GAP.c.asked)
    assert kept == [("web", MONDAY, MONDAY + HOUR, 7)]
