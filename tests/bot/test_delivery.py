"""The way out: what follows from each outcome, and never a third copy."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import ClassVar

import pytest
from sqlalchemy import update

from bot.channel import AccountRefused, Ambiguous, Channel, NotSent, Refused, SendError, Unreachable
from bot.delivery import ACCOUNT_PAUSE, IN_FLIGHT, Delivery
from domain.delivery import LEASE, POLICIES
from domain.message import Line, Message, Notice, ShowCard, notice
from storage import addresses, outbox
from storage.database import Connection, Database
from storage.outbox import ATTEMPT, OUTBOX
from tests.actions.talk import texts
from tests.bot.messenger import Editing, Idempotent, Messenger, sqlite
from tests.storage import stores
from tests.storage.samples import MONDAY, address, rows, settle_down

SECOND = timedelta(seconds=1)
MENU = notice("menu.head")


class Slow(NotSent):
    """A failure of an adapter's own making, which the closed list does not name."""


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """An empty store."""
    async with sqlite(tmp_path) as database:
        yield database


class Post:
    """A delivery whose clock is moved."""

    def __init__(self, database: Database, channel: Channel) -> None:
        self.database, self.now = database, MONDAY
        self.delivery = Delivery(database, channel, texts(), lambda: self.now)

    async def write(
        self, key: str, to: str = "ana", message: Message = MENU, edits: int | None = None
    ) -> int:
        def add(tx: Connection) -> int:
            place = address(tx, to)
            new = outbox.add(tx, message, key=key, address=place, kind="reply", at=self.now, edits=edits)
            assert new is not None
            return new

        return await self.database.write(add)

    async def rounds(self, times: int = 1, apart: timedelta = timedelta(0)) -> list[int]:
        done = []
        for _ in range(times):
            done.append(await self.delivery.send_ready())
            self.now += apart
        return done

    async def state(self) -> list[tuple[str, str, datetime]]:
        found = await rows(self.database, OUTBOX.c.key, OUTBOX.c.state, OUTBOX.c.due_at)
        return [(row[0], row[1], row[2]) for row in found]

    async def journal(self) -> list[tuple[int, str]]:
        found = await rows(self.database, ATTEMPT.c.id, ATTEMPT.c.number, ATTEMPT.c.outcome)
        return [(row[1], row[2]) for row in found]


async def test_a_message_is_sent_once_in_the_readers_language(database: Database) -> None:
    channel = Messenger()
    post = Post(database, channel)
    await post.write("k")
    assert await post.rounds(3) == [1, 0, 0]
    assert channel.sent == [("ana", "k", "What would you like to do?")]
    assert await post.state() == [("k", "sent", MONDAY)]
    assert await rows(database, OUTBOX.c.sent_as) == [("m1",)]
    assert await post.journal() == [(1, "sent")]


@pytest.mark.parametrize(
    ("failure", "outcome", "state", "wait"),
    [
        (NotSent("busy"), "not_sent", "ready", 1),
        (NotSent("slow down", retry_after=37), "not_sent", "ready", 37),
        (NotSent("now", retry_after=0), "not_sent", "ready", 0),
        (AccountRefused("token"), "not_sent", "ready", ACCOUNT_PAUSE),
        (Unreachable("blocked"), "unreachable", "failed", 0),
        (Refused("too long"), "refused", "failed", 0),
        (Ambiguous("timeout"), "ambiguous", "ready", 1),
        (ValueError("a bug"), "ambiguous", "ready", 1),
        (TimeoutError(), "ambiguous", "ready", 1),
        (SendError("unnamed"), "ambiguous", "ready", 1),
        (Slow("busy", retry_after=5), "not_sent", "ready", 5),
    ],
    ids=lambda each: type(each).__name__ if isinstance(each, Exception) else str(each),
)
async def test_each_failure_has_its_outcome(
    database: Database, failure: Exception, outcome: str, state: str, wait: float
) -> None:
    channel = Messenger([failure])
    post = Post(database, channel)
    await post.write("k")
    await post.rounds()
    assert await post.state() == [("k", state, MONDAY + wait * SECOND)]
    assert await post.journal() == [(1, outcome)]
    if state == "ready" and wait:
        post.now += (wait - 0.001) * SECOND
        assert await post.rounds() == [0]
        post.now += 0.001 * SECOND
    assert await post.rounds(2) == ([1, 0] if state == "ready" else [0, 0])
    assert [each[1] for each in channel.sent] == (["k"] if state == "ready" else [])


async def test_tries_come_further_and_further_apart(database: Database) -> None:
    channel = Messenger([NotSent("busy") for _ in range(11)])
    post = Post(database, channel)
    await post.write("k")
    waits = []
    for _ in range(11):
        await post.rounds()
        ((_, _, due),) = await post.state()
        waits.append((due - post.now).total_seconds())
        post.now = due
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]


async def test_an_unreachable_address_is_marked_and_others_are_not(database: Database) -> None:
    post = Post(database, Messenger([Unreachable("blocked")]))
    await post.write("k")
    await post.write("l", "ben")
    await post.rounds()
    found = await database.read(lambda tx: [addresses.get(tx, address(tx, to)) for to in ("ana", "ben")])
    assert [each.reachable for each in found] == [False, True]


async def test_what_may_have_arrived_is_sent_once_more_and_never_a_third_time(database: Database) -> None:
    channel = Messenger([Ambiguous("1"), NotSent("2"), Ambiguous("3")])
    post = Post(database, channel)
    await post.write("k")
    await post.rounds(6, apart=timedelta(minutes=6))
    assert channel.tried == ["k"] * 3
    assert [row[1] for row in await post.state()] == ["unknown"]
    assert await post.journal() == [(1, "ambiguous"), (2, "not_sent"), (3, "ambiguous")]


async def test_an_idempotent_messenger_is_tried_until_it_says_yes(database: Database) -> None:
    channel = Idempotent([Ambiguous(str(number)) for number in range(5)])
    post = Post(database, channel)
    await post.write("k")
    await post.rounds(6, apart=timedelta(minutes=6))
    assert channel.tried == ["k"] * 6
    assert [row[1] for row in await post.state()] == ["sent"]


async def test_what_is_too_late_is_dropped_and_not_sent(database: Database) -> None:
    channel = Messenger()
    post = Post(database, channel)
    await post.write("k")
    post.now += POLICIES["reply"].late_after + SECOND
    assert await post.rounds() == [0]
    assert channel.tried == []
    assert [row[1] for row in await post.state()] == ["dropped"]


async def test_a_message_follows_the_one_before_it_at_its_address(database: Database) -> None:
    channel = Messenger([NotSent("busy", retry_after=60)])
    post = Post(database, channel)
    for key in ("1", "2"):
        await post.write(key)
    assert await post.rounds(2) == [1, 0]
    post.now += 60 * SECOND
    assert await post.rounds(3) == [1, 1, 0]
    assert [each[1] for each in channel.sent] == ["1", "2"]


async def test_only_so_many_are_in_flight(database: Database) -> None:
    post = Post(database, Messenger())
    for number in range(IN_FLIGHT + 2):
        await post.write(str(number), f"place {number}")
    assert await post.rounds(3) == [IN_FLIGHT, 2, 0]


@pytest.mark.parametrize("channel", [Editing(), Messenger()], ids=["edits", "cannot edit"])
async def test_a_change_is_an_edit_where_there_are_edits(database: Database, channel: Messenger) -> None:
    town = await database.write(settle_down)
    post = Post(database, channel)
    card = await post.write("card", message=ShowCard(town.version, 0, 2, "step"))
    await post.write("tick", message=ShowCard(town.version, 0, 2, "step", selected=(0, 2)), edits=card)
    await post.rounds(2)
    edits = isinstance(channel, Editing)
    assert channel.edited == ([("ana", "m1", "0,2")] if edits else [])
    assert [each[1] for each in channel.sent] == (["card"] if edits else ["card", "tick"])
    sent_as = await rows(database, OUTBOX.c.id, OUTBOX.c.sent_as)
    assert [each for _, each in sent_as] == ["m1", "m1" if edits else "m2"]


async def test_a_change_of_what_never_arrived_is_a_new_message(database: Database) -> None:
    town, channel = await database.write(settle_down), Editing([Refused("no")])
    post = Post(database, channel)
    card = await post.write("card", message=ShowCard(town.version, 0, 2, "step"))
    await post.write("tick", message=ShowCard(town.version, 0, 2, "step", selected=(1,)), edits=card)
    await post.rounds(2)
    assert ([each[1] for each in channel.sent], channel.edited) == (["tick"], [])


@pytest.mark.parametrize(
    "broken",
    [Notice((Line("study.lesson_done", {}),)), ShowCard(10**6, 0, 0, "s")],
    ids=["a gap", "no version"],
)
async def test_a_message_that_cannot_be_put_into_words_holds_nobody_up(
    database: Database, broken: Message
) -> None:
    channel = Messenger()
    post = Post(database, channel)
    await post.write("broken", message=broken)
    await post.write("good", "ben")
    await asyncio.gather(post.rounds(), return_exceptions=True)
    assert [each[1] for each in channel.sent] == ["good"]
    assert [row[:2] for row in await post.state()] == [("broken", "failed"), ("good", "sent")]


async def test_a_message_that_this_version_cannot_read_holds_nobody_up(database: Database) -> None:
    channel = Messenger()
    post = Post(database, channel)
    odd = await post.write("odd")
    await post.write("good", "ben")
    await database.write(
        lambda tx: tx.execute(update(OUTBOX).where(OUTBOX.c.id == odd).values(body="{}")).rowcount
    )
    await post.rounds()
    assert [each[1] for each in channel.sent] == ["good"]
    assert sorted(row[:2] for row in await post.state()) == [("good", "sent"), ("odd", "failed")]


class Elsewhere(Messenger):
    """Another messenger."""

    name: ClassVar[str] = "telegram"


async def test_messages_of_messengers_that_are_off_wait(database: Database) -> None:
    post = Post(database, Elsewhere())
    await post.write("k")
    assert await post.rounds() == [0]
    assert [row[1] for row in await post.state()] == ["ready"]


async def dies_in_flight(post: Post, key: str = "k") -> None:
    """A sender that is killed when the message has perhaps left."""
    await post.write(key)
    claimed = await post.database.write(partial(outbox.claim, channel="web", now=post.now, most=9))
    assert [each.key for each in claimed] == [key]


async def run_until(post: Post, *keys: str) -> None:
    """Start anew, as after a kill, until these messages are sent."""
    running = asyncio.create_task(post.delivery.run())
    async with asyncio.timeout(10):
        while [row[0] for row in await post.state() if row[1] == "sent"] != list(keys):
            post.now += SECOND
            post.database.bell.ring()
            await asyncio.sleep(0)
        post.delivery.stop()
        await running


async def test_after_a_kill_what_was_in_flight_is_sent_once_more(database: Database) -> None:
    channel = Messenger()
    post = Post(database, channel)
    await dies_in_flight(post)
    await run_until(post, "k")
    assert channel.tried == ["k"]
    assert await post.journal() == [(1, ""), (2, "sent")]


@pytest.mark.parametrize(("channel", "state"), [(Messenger(), "unknown"), (Idempotent(), "sent")])
async def test_after_two_kills_in_flight_nobody_sends_a_third_copy(
    database: Database, channel: Messenger, state: str
) -> None:
    post = Post(database, channel)
    await dies_in_flight(post)
    post.now += LEASE + SECOND
    await database.write(lambda tx: post.delivery._take_up(tx, post.now))
    post.now += SECOND
    await database.write(partial(outbox.claim, channel="web", now=post.now, most=9))
    post.now += LEASE + SECOND
    await post.rounds(4, apart=timedelta(minutes=6))
    assert [row[1] for row in await post.state()] == [state]
    assert channel.tried == ([] if state == "unknown" else ["k"])


async def test_another_senders_message_is_left_alone_while_its_lease_lasts(database: Database) -> None:
    channel = Messenger()
    post = Post(database, channel)
    await dies_in_flight(post)
    post.now += LEASE
    assert await post.rounds() == [0]
    post.now += SECOND
    assert await post.rounds(2, apart=2 * SECOND) == [0, 1]


@pytest.mark.parametrize("kind", stores.BOTH)
async def test_a_journey_of_many_messages_on_both_stores(
    kind: stores.Kind, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    server = partial(request.getfixturevalue, "postgres_url")
    async with stores.opened(kind, tmp_path, server) as database:
        channel = Messenger([Ambiguous("?"), NotSent("busy"), ValueError("bug")])
        post = Post(database, channel)
        for number in range(30):
            await post.write(f"{number:02}", f"place {number % 6}")
        for _ in range(30):
            await post.rounds(1, apart=10 * SECOND)
        assert {row[1] for row in await post.state()} == {"sent"}
        for place in range(6):
            keys = [key for to, key, _ in channel.sent if to == f"place {place}"]
            assert keys == [f"{number:02}" for number in range(place, 30, 6)]
