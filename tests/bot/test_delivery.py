"""The way out: what follows from each outcome, in words that the messenger can show."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.channel import (
    AccountRefused,
    Ambiguous,
    Limited,
    NotConnected,
    NotSent,
    Refused,
    SendError,
    Unreachable,
)
from bot.delivery import IN_FLIGHT
from bot.pause import ACCOUNT_PAUSE, UNASKED_PAUSE
from domain.delivery import POLICIES
from domain.message import Line, Message, Notice, ShowCard
from storage.database import Database
from storage.outbox import ATTEMPT, OUTBOX
from tests.bot.messenger import Desk, Editing, Elsewhere, Messenger
from tests.storage.samples import MONDAY, rows, settle_down

SECOND = timedelta(seconds=1)


class Slow(NotSent):
    """A failure of an adapter's own making, which the closed list does not name."""


async def test_a_message_is_sent_once_in_the_readers_language(sqlite: Database) -> None:
    channel = Messenger()
    desk = Desk(sqlite, channel)
    await desk.write("k")
    assert await desk.rounds(3) == [1, 0, 0]
    assert channel.sent == [("ana", "k", "What would you like to do?")]
    assert await desk.state() == [("k", "sent", MONDAY)]
    assert await rows(sqlite, OUTBOX.c.sent_as) == [("m1",)]
    assert await desk.journal() == [(1, "sent")]


@pytest.mark.parametrize(
    ("failure", "outcome", "state", "wait"),
    [
        (NotSent("busy"), "not_sent", "waiting", 1),
        (NotSent("slow down", retry_after=37), "not_sent", "waiting", 37),
        (NotSent("now", retry_after=0), "not_sent", "waiting", 0),
        (Limited("slow down", retry_after=37), "not_sent", "waiting", 37),
        (Limited("slow down"), "not_sent", "waiting", UNASKED_PAUSE / SECOND),
        (NotConnected("no route"), "not_sent", "waiting", 1),
        (AccountRefused("token"), "not_sent", "waiting", ACCOUNT_PAUSE / SECOND),
        (Unreachable("blocked"), "unreachable", "failed", 0),
        (Refused("too long"), "refused", "failed", 0),
        (Ambiguous("timeout"), "ambiguous", "waiting", 1),
        (ValueError("a bug"), "ambiguous", "waiting", 1),
        (TimeoutError(), "ambiguous", "waiting", 1),
        (SendError("unnamed"), "ambiguous", "waiting", 1),
        (Slow("busy", retry_after=5), "not_sent", "waiting", 5),
    ],
    ids=lambda each: type(each).__name__ if isinstance(each, Exception) else str(each),
)
async def test_each_failure_has_its_outcome(
    sqlite: Database, failure: Exception, outcome: str, state: str, wait: float
) -> None:
    channel = Messenger([failure])
    desk = Desk(sqlite, channel)
    await desk.write("k")
    assert await desk.delivery.send_ready() == 1
    assert await desk.state() == [("k", state, MONDAY + wait * SECOND)]
    assert await desk.journal() == [(1, outcome)]
    if state == "waiting" and wait:
        await desk.passes((wait - 0.001) * SECOND)
        assert await desk.rounds() == [0]
        await desk.passes(0.001 * SECOND)
    await desk.passes(timedelta(0))
    assert await desk.rounds(2) == ([1, 0] if state == "waiting" else [0, 0])
    assert channel.sent_keys == (["k"] if state == "waiting" else [])


async def test_why_it_was_not_sent_is_kept(sqlite: Database) -> None:
    desk = Desk(sqlite, Messenger([NotSent("busy: 7"), Refused("too long")]))
    await desk.write("k")
    await desk.rounds(2, apart=SECOND)
    assert [row[1] for row in await rows(sqlite, ATTEMPT.c.id, ATTEMPT.c.reason)] == ["busy: 7", "too long"]
    assert await rows(sqlite, OUTBOX.c.reason) == [("too long",)]


async def test_tries_come_further_and_further_apart(sqlite: Database) -> None:
    channel = Messenger([NotSent("busy") for _ in range(11)])
    desk = Desk(sqlite, channel)
    await desk.write("k")
    waits = []
    for _ in range(11):
        await desk.delivery.send_ready()
        ((_, _, due),) = await desk.state()
        waits.append((due - desk.now).total_seconds())
        await desk.passes(due - desk.now)
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]


async def test_what_is_too_late_expires_and_is_not_sent(sqlite: Database) -> None:
    channel = Messenger([NotSent("busy")])
    desk = Desk(sqlite, channel)
    await desk.write("ready")
    desk.now += POLICIES["reply"].late_after
    await desk.write("waits", "ben")
    desk.now += SECOND
    assert await desk.rounds() == [1]
    assert channel.tried == ["waits"]
    await desk.passes(POLICIES["reply"].late_after)
    assert await desk.states() == {"ready": "expired", "waits": "expired"}
    assert await rows(sqlite, OUTBOX.c.reason) == [("late",), ("late",)]


async def test_a_message_follows_the_one_before_it_at_its_address(sqlite: Database) -> None:
    channel = Messenger([NotSent("busy", retry_after=60)])
    desk = Desk(sqlite, channel)
    for key in ("1", "2"):
        await desk.write(key)
    assert await desk.rounds(2) == [1, 0]
    await desk.passes(60 * SECOND)
    assert await desk.rounds(2) == [2, 0]
    assert channel.sent_keys == ["1", "2"]


@pytest.mark.parametrize("many", [1, IN_FLIGHT])
async def test_only_so_many_are_in_flight(sqlite: Database, many: int) -> None:
    channel = Messenger()
    desk = Desk(sqlite, channel, in_flight=many)
    for number in range(IN_FLIGHT + 2):
        await desk.write(str(number), f"place {number}")
    channel.door.clear()
    sending = asyncio.create_task(desk.rounds(2))
    await channel.in_flight(many)
    await asyncio.gather(*(sqlite.read(lambda _tx: None) for _ in range(5)))  # it has time to do wrong
    channel.door.set()
    assert await sending == [IN_FLIGHT + 2, 0]
    assert channel.most == many


async def test_one_message_is_in_flight_at_an_address(sqlite: Database) -> None:
    channel = Messenger()
    desk = Desk(sqlite, channel)
    for number in range(5):
        await desk.write(str(number), kind="reply" if number % 2 else "lesson")
    assert await desk.rounds() == [5]
    assert (channel.most, channel.sent_keys) == (1, ["1", "3", "0", "2", "4"])


@pytest.mark.parametrize("channel", [Editing(), Messenger()], ids=["edits", "cannot edit"])
async def test_a_change_is_an_edit_where_there_are_edits(sqlite: Database, channel: Messenger) -> None:
    town = await sqlite.write(settle_down)
    desk = Desk(sqlite, channel)
    card = await desk.write("card", message=ShowCard(town.version, 0, 2, "step"))
    await desk.write("tick", message=ShowCard(town.version, 0, 2, "step", selected=(0, 2)), edits=card)
    await desk.rounds()
    edits = isinstance(channel, Editing)
    assert channel.edited == ([("ana", "m1", "0,2")] if edits else [])
    assert channel.sent_keys == (["card"] if edits else ["card", "tick"])
    sent_as = await rows(sqlite, OUTBOX.c.id, OUTBOX.c.sent_as)
    assert [each for _, each in sent_as] == ["m1", "m1" if edits else "m2"]


async def test_a_change_of_what_never_arrived_is_a_new_message(sqlite: Database) -> None:
    town, channel = await sqlite.write(settle_down), Editing([Refused("no")])
    desk = Desk(sqlite, channel)
    card = await desk.write("card", message=ShowCard(town.version, 0, 2, "step"))
    await desk.write("tick", message=ShowCard(town.version, 0, 2, "step", selected=(1,)), edits=card)
    await desk.rounds()
    assert (channel.sent_keys, channel.edited) == (["tick"], [])


@pytest.mark.parametrize(
    "broken",
    [Notice((Line("study.lesson_done", {}),)), ShowCard(10**6, 0, 0, "s")],
    ids=["a gap", "no version"],
)
async def test_a_message_that_cannot_be_put_into_words_holds_nobody_up(
    sqlite: Database, broken: Message
) -> None:
    channel = Messenger()
    desk = Desk(sqlite, channel)
    await desk.write("broken", message=broken)
    await desk.write("after it")
    await desk.write("good", "ben")
    await desk.rounds()
    assert sorted(channel.sent_keys) == ["after it", "good"]
    assert await desk.states() == {"after it": "sent", "broken": "failed", "good": "sent"}


async def test_a_message_that_this_version_cannot_read_holds_nobody_up(sqlite: Database) -> None:
    channel = Messenger()
    desk = Desk(sqlite, channel)
    odd = await desk.write("odd")
    await desk.write("good", "ben")
    await sqlite.write(
        lambda tx: tx.execute(update(OUTBOX).where(OUTBOX.c.id == odd).values(body="{}")).rowcount
    )
    await desk.rounds()
    assert channel.sent_keys == ["good"]
    assert await desk.states() == {"good": "sent", "odd": "failed"}


async def test_messages_of_messengers_that_are_off_wait(sqlite: Database) -> None:
    web, elsewhere = Desk(sqlite, Messenger()), Desk(sqlite, Elsewhere())
    await web.write("k")
    assert await elsewhere.rounds() == [0]
    assert await web.states() == {"k": "ready"}


async def test_it_sends_until_it_is_stopped_and_finishes_what_is_in_flight(sqlite: Database) -> None:
    channel = Messenger()
    channel.door.clear()
    desk = Desk(sqlite, channel)
    await desk.write("k")
    running = asyncio.create_task(desk.delivery.run())
    await channel.in_flight(1)
    await desk.write("after", "ben")
    desk.delivery.stop()
    channel.door.set()
    async with asyncio.timeout(5):
        await running
    states = await desk.states()
    assert (states["k"], "sending" in states.values()) == ("sent", False)
    assert desk.lease.sender is None


async def test_a_journey_of_many_messages_on_both_stores(both: Database) -> None:
    channel = Messenger([Ambiguous("?"), NotSent("busy"), ValueError("bug")])
    desk = Desk(both, channel)
    for number in range(30):
        await desk.write(f"{number:02}", f"place {number % 6}")
    await desk.rounds(5, apart=10 * SECOND)
    assert set((await desk.states()).values()) == {"sent"}
    for place in range(6):
        keys = [key for to, key, _ in channel.sent if to == f"place {place}"]
        assert keys == [f"{number:02}" for number in range(place, 30, 6)]
