"""What comes in is handled in the transaction that stores it; what cannot be is stored and left."""

import asyncio
import errno
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import select

from actions.invite import invite
from bot.channel import Update
from bot.inbound import Inbound
from bot.post import StorePost, Turns
from domain.limiter import SENDER_BURST, SENDER_SECONDS, SENDER_WAITS
from storage.database import Connection, Database
from storage.inbox import INBOX, TRIES, Waiting
from storage.outbox import OUTBOX
from tests.actions.talk import Talk, in_short, new_key, texts
from tests.bot.messenger import Messenger
from tests.storage import stores
from tests.storage.samples import MONDAY, rows, settle_down

WORDS = ("/start ana", "/yes", "/agree", "1", "2", "1")
LESSON = ["join.who", "join.privacy", "join.welcome", "card 0.0", "card 0.1", "right", "card 0.2"]


class Left(Inbound):
    """One that counts how often it was woken."""

    woken = 0

    def wake(self) -> None:
        self.woken += 1
        super().wake()


class Busy(Inbound):
    """One that takes its time, and counts how many updates it handles at once."""

    inside = most = 0

    def respond(self, tx: Connection, update: Waiting, now: datetime) -> None:
        self.inside += 1
        self.most = max(self.most, self.inside)
        for _ in range(20):
            tx.execute(select(1))
        self.inside -= 1


@dataclass
class Clock:
    """The time, and the seconds of a clock that never goes back."""

    passed: float = 0.0

    def __call__(self) -> datetime:
        return MONDAY + timedelta(seconds=self.passed)


@pytest.fixture
def clock() -> Clock:
    """Monday morning, until a test moves it."""
    return Clock()


@pytest.fixture(params=stores.BOTH)
async def post(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> AsyncIterator[StorePost]:
    """A post on each of the two stores, with Ana invited (code `ana`), and who handles."""

    def invited(tx: Connection) -> None:
        town = settle_down(tx)
        invite(tx, person=town.ana, programme=town.programme, code="ana", now=MONDAY)

    server = partial(request.getfixturevalue, "postgres_url")
    async with stores.opened(request.param, tmp_path, server) as database:
        await database.write(invited)
        post = StorePost(database, texts(), clock, seconds=lambda: clock.passed)
        post.handler = Left(database, {"web": Messenger()}, clock, new_key)
        yield post


def left(post: StorePost) -> Left:
    assert isinstance(post.handler, Left)
    return post.handler


async def come(post: StorePost, key: str, raw: str) -> None:
    await post.receive("web", "1", Update(key, raw.split(": ", maxsplit=1)[0], raw))


async def states(database: Database) -> list[str]:
    return [state for _, state in await rows(database, INBOX.c.id, INBOX.c.state)]


async def heard(post: StorePost) -> list[str]:
    return in_short(await Talk(post.database, "ana").written())


async def test_it_is_done_when_it_is_stored_and_only_once(post: StorePost) -> None:
    for number, word in enumerate(WORDS):
        for _ in range(2):
            await come(post, str(number), f"ana: {word}")
    assert await heard(post) == LESSON
    assert await states(post.database) == ["done"] * len(WORDS)
    assert (left(post).woken, await left(post).handle_waiting()) == (0, 0)


async def test_what_comes_from_one_address_at_once_is_handled_in_its_order(post: StorePost) -> None:
    await asyncio.gather(*(come(post, str(number), f"ana: {word}") for number, word in enumerate(WORDS)))
    assert await heard(post) == LESSON


async def test_what_fails_is_stored_without_an_effect_and_its_neighbours_are_handled(post: StorePost) -> None:
    await asyncio.gather(come(post, "1", "bad"), come(post, "2", "ana: /start ana"), come(post, "3", "worse"))
    assert sorted(await states(post.database)) == ["done", "new", "new"]
    assert await heard(post) == ["join.who"]
    assert left(post).woken == 2


async def test_what_comes_behind_one_that_failed_is_left_until_that_is_set_aside(post: StorePost) -> None:
    await come(post, "1", "ana")
    for _ in range(2):
        await come(post, "2", "ana: /start ana")
    assert (await states(post.database), await heard(post)) == (["new", "new"], [])
    assert left(post).woken == 2, "the same one again wakes nobody"
    await post.database.write(
        lambda tx: tx.execute(INBOX.update().where(INBOX.c.raw == "ana").values(tries=TRIES - 1))
    )
    assert [await left(post).handle_waiting() for _ in range(3)] == [1, 1, 0]
    assert await heard(post) == ["help.sorry", "join.who"]


async def test_two_processes_are_never_at_one_address_at_once(post: StorePost) -> None:
    """What one of them is handling is not to be seen by the other before it is committed."""
    busy = Busy(post.database, {"web": Messenger()}, lambda: MONDAY, new_key)
    other = StorePost(post.database, texts(), lambda: MONDAY)
    post.handler = other.handler = busy
    both = (post, other) * 4
    await asyncio.gather(*(come(each, str(number), "ana: /menu") for number, each in enumerate(both)))
    assert (busy.most, await states(post.database)) == (1, ["done"] * len(both))


async def sends(post: StorePost, who: str, first: int, count: int) -> None:
    for number in range(first, first + count):
        await come(post, f"{who}{number}", f"{who}: {number}")


async def handled(post: StorePost, clock: Clock, seconds: float) -> int:
    """How many updates that waited are handled within so many seconds."""
    done = 0
    for _ in range(int(seconds * 2)):
        clock.passed += 0.5
        done += await left(post).handle_waiting()
    return done


async def test_who_sends_much_at_once_waits_and_nothing_of_it_is_lost(post: StorePost, clock: Clock) -> None:
    await sends(post, "ana", 0, SENDER_BURST + 4)
    await sends(post, "ben", 0, 1)
    assert await states(post.database) == ["done"] * SENDER_BURST + ["new"] * 4 + ["done"]
    assert await left(post).handle_waiting() == 0
    clock.passed += 0.5
    assert [await left(post).handle_waiting() for _ in range(2)] == [1, 0], "one in half a second"
    await sends(post, "ana", SENDER_BURST + 4, 1)
    assert await handled(post, clock, 3) == 4
    ids = [body for _, body in await rows(post.database, OUTBOX.c.id, OUTBOX.c.body)]
    assert len(ids) == SENDER_BURST + 5 + 1
    clock.passed += SENDER_SECONDS
    await sends(post, "ana", 100, SENDER_BURST)
    assert await states(post.database) == ["done"] * (2 * SENDER_BURST + 6)


async def test_who_goes_on_and_on_is_told_so_and_then_met_with_silence(post: StorePost, clock: Clock) -> None:
    most = SENDER_BURST + int(SENDER_WAITS * 2)
    await sends(post, "ana", 0, most + 5)
    assert await states(post.database) == ["done"] * SENDER_BURST + ["new"] * (most - SENDER_BURST)
    assert (await heard(post))[SENDER_BURST:] == ["help.too_much"]
    done = 0
    for part in range(6):  # a minute in which they go on
        await sends(post, "ana", 200 + part, 1)
        done += await handled(post, clock, SENDER_WAITS / 6)
    assert (done, len(await states(post.database))) == (most - SENDER_BURST, most)
    assert (await heard(post)).count("help.too_much") == 1
    clock.passed += SENDER_SECONDS
    await sends(post, "ana", 1_000, SENDER_BURST)
    assert await states(post.database) == ["done"] * (most + SENDER_BURST)


async def test_whoever_could_not_be_told_so_is_told_when_it_comes_again(
    post: StorePost, clock: Clock
) -> None:
    """While nothing can be written, the messenger keeps what was sent."""
    await sends(post, "ana", 0, SENDER_BURST + int(SENDER_WAITS * 2))
    store = post.database

    class Full:
        async def write(self, _unit: Callable[[Connection], Any]) -> Any:
            raise OSError(errno.ENOSPC, "full")

    post.database = cast("Database", Full())
    with pytest.raises(OSError, match="full"):
        await come(post, "more", "ana: /menu")
    post.database = store
    clock.passed += 0.1
    await come(post, "more", "ana: /menu")
    assert (await heard(post)).count("help.too_much") == 1


async def test_what_comes_again_and_what_nobody_sent_counts_for_nobody(post: StorePost) -> None:
    for _ in range(SENDER_BURST + 1):
        await come(post, "again", "ana: /menu")
    await sends(post, "ana", 0, SENDER_BURST - 1)
    assert await states(post.database) == ["done"] * SENDER_BURST
    for number in range(SENDER_BURST + 1):
        await post.receive("web", "1", Update(f"nobody{number}", "", "ben: /menu"))
    assert await states(post.database) == ["done"] * (2 * SENDER_BURST + 1)


async def test_the_next_one_comes_also_when_the_one_before_gives_up() -> None:
    turns, came = Turns(), list[str]()

    async def come(name: str) -> None:
        await turns.come(("web", "ana"))
        came.append(name)
        turns.go(("web", "ana"))

    await turns.come(("web", "ana"))
    first, second, third = [asyncio.create_task(come(name)) for name in "abc"]
    await asyncio.sleep(0)
    first.cancel()
    turns.go(("web", "ana"))
    second.cancel()  # it was its turn
    await asyncio.gather(first, second, third, return_exceptions=True)
    assert came == ["c"]
    await asyncio.wait_for(come("d"), 1)
    assert came == ["c", "d"]
