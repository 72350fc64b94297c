"""The way in: in order for each address, whatever becomes of the others; each update has its effect once."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path

import pytest

from actions.invite import invite
from bot.channel import Channel
from bot.inbound import AT_ONCE, Inbound
from storage import inbox
from storage.answers import ANSWER
from storage.database import Connection, Database
from storage.inbox import INBOX, TRIES
from storage.outbox import OUTBOX
from tests.actions.talk import Talk, in_short, new_key
from tests.bot.messenger import Messenger
from tests.storage import stores
from tests.storage.incoming import stored
from tests.storage.samples import MONDAY, rows, settle_down

_keys = count(1)


@pytest.fixture(params=stores.BOTH)
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """Each of the two stores with Ana and Kari invited (codes `ana`, `kari`)."""
    server = partial(request.getfixturevalue, "postgres_url")
    async with stores.opened(request.param, tmp_path, server) as database:
        await database.write(invited)
        yield database


def invited(tx: Connection) -> None:
    town = settle_down(tx)
    for person, code in ((town.ana, "ana"), (town.kari, "kari")):
        invite(tx, person=person, programme=town.programme, code=code, now=MONDAY)


class Clock:
    """Time that a test moves on."""

    def __init__(self) -> None:
        self.at = MONDAY

    def __call__(self) -> datetime:
        return self.at

    def passes(self) -> None:
        """A minute: longer than an update waits for another try."""
        self.at += timedelta(minutes=1)


def inbound(database: Database, channel: Channel | None = None, clock: Clock | None = None) -> Inbound:
    return Inbound(database, {"web": channel or Messenger()}, clock or Clock(), new_key)


async def receive(database: Database, *raws: str, channel: str = "web", at: datetime = MONDAY) -> None:
    def store(tx: Connection) -> None:
        for raw in raws:
            address = raw.split(": ")[0]
            key = str(next(_keys))
            inbox.add(tx, inbox.New(channel=channel, account="", key=key, address=address, raw=raw, at=at))

    await database.write(store)


async def heard(database: Database, address: str) -> list[str]:
    return in_short(await Talk(database, address).written())


async def handled(database: Database, channel: Channel | None = None) -> list[int]:
    """Rounds until nothing waits; how many updates each took."""
    clock, rounds = Clock(), list[int]()
    worker = inbound(database, channel, clock)
    while await stored(database):
        rounds.append(await worker.handle_waiting())
        clock.passes()
    return rounds


async def states(database: Database) -> list[tuple[str, str, int]]:
    return [row[1:] for row in await rows(database, INBOX.c.id, INBOX.c.raw, INBOX.c.state, INBOX.c.tries)]


async def test_updates_of_an_address_are_handled_in_their_order(database: Database) -> None:
    words = ("/start ana", "/yes", "/agree", "1", "2", "1")
    await receive(database, *(f"{who}: {word}" for word in words for who in ("x", "y")))
    assert await handled(database) == [2] * len(words)
    first = ["join.who", "join.privacy", "join.welcome", "card 0.0", "card 0.1", "right", "card 0.2"]
    told = [await heard(database, "x"), await heard(database, "y")]
    assert sum(each.count("joined.tried") for each in told) == 1  # that somebody else tried
    both = [[each for each in those if each != "joined.tried"] for those in told]
    assert first in both
    assert min(map(len, both)) < 7  # the other one was told why not
    assert {state for _, state, _ in await states(database)} == {"done"}


async def test_what_is_nothing_for_us_is_done_and_says_nothing(database: Database) -> None:
    await receive(database, "-")
    assert await handled(database) == [1]
    assert await states(database) == [("-", "done", 0)]
    assert await rows(database, OUTBOX.c.id) == []


async def test_an_update_that_fails_is_set_aside_with_one_apology_and_its_neighbours_go_on(
    database: Database,
) -> None:
    await receive(database, "ana: /start ana", "ana", "ana: /yes", "ben: /start kari")
    assert await handled(database) == [2, *[0] * (TRIES - 1), 1, 1]
    assert await states(database) == [
        ("ana: /start ana", "done", 0),
        ("ana", "quarantined", TRIES),
        ("ana: /yes", "done", 0),
        ("ben: /start kari", "done", 0),
    ]
    assert await heard(database, "ana") == ["join.who", "help.sorry", "join.privacy"]
    assert await heard(database, "ben") == ["join.who"]


async def test_what_fails_waits_before_what_came_after_it(database: Database) -> None:
    await receive(database, "ana", "ana: /start ana")
    clock = Clock()
    worker = inbound(database, clock=clock)
    for tries in range(1, TRIES):
        await worker.handle_waiting()
        assert await worker.handle_waiting() == 0, "not at once again"
        clock.passes()
        assert await states(database) == [("ana", "new", tries), ("ana: /start ana", "new", 0)]
    assert await heard(database, "ana") == []
    for _ in range(2):
        await worker.handle_waiting()
    assert await heard(database, "ana") == ["help.sorry", "join.who"]


async def test_a_stranger_gets_the_apology_in_a_language(database: Database) -> None:
    await receive(database, "nobody")
    await handled(database)
    talk = Talk(database, "nobody")
    (sorry,) = await talk.contents("lt", await talk.written())
    assert sorry.text.plain
    assert [each.label for each in sorry.buttons] == ["Tęsti", "Meniu"]


async def test_updates_of_messengers_that_are_off_wait(database: Database) -> None:
    await receive(database, "ana: /start ana", channel="telegram")
    assert await handled(database) == []
    assert await states(database) == [("ana: /start ana", "new", 0)]
    telegram = Inbound(database, {"telegram": Messenger()}, lambda: MONDAY, new_key)
    assert await telegram.handle_waiting() == 1
    assert in_short(await Talk(database, "ana", channel="telegram").written()) == ["join.who"]


async def test_who_writes_after_days_of_silence_is_answered(database: Database) -> None:
    """By then every update is forgotten, and SQLite numbers the next one as the first."""
    clock = Clock()
    worker = inbound(database, clock=clock)
    await receive(database, "ana: /start ana", "ben: hello")
    assert await worker.handle_waiting() == 2
    clock.at += timedelta(days=4)
    assert await database.write(partial(inbox.forget, before=clock.at)) == 2
    await receive(database, "ana: /yes", "ben: /start kari", at=clock.at)
    assert await worker.handle_waiting() == 2
    assert await heard(database, "ana") == ["join.who", "join.privacy"]
    assert await heard(database, "ben") == ["join.stranger", "join.who"]


async def test_two_workers_at_once_have_one_effect(database: Database) -> None:
    await receive(database, *(f"ana: {word}" for word in ("/start ana", "/yes", "/agree", "1", "2")))
    workers = [inbound(database) for _ in range(3)]
    while await stored(database):
        await asyncio.gather(*(worker.handle_waiting() for worker in workers))
    assert await rows(database, ANSWER.c.chosen) == [("1",)]
    said = await heard(database, "ana")
    assert said == ["join.who", "join.privacy", "join.welcome", "card 0.0", "card 0.1", "right"]
    assert {state for _, state, _ in await states(database)} == {"done"}


async def test_two_processes_keep_the_order_of_each_address_and_do_each_update_once(
    database: Database,
) -> None:
    """Each process has a door of its own to the store, and both look as fast as they can."""
    words = ("/start nobody", "/help", "/menu", "/yes", "/no", "/start ana", "hm")
    places = [f"place {number}" for number in range(12)]
    await receive(database, *(f"{place}: {word}" for word in words for place in places))

    async def works(worker: Inbound) -> int:
        done = 0
        while await stored(database):
            done += await worker.handle_waiting()
        return done

    async with stores.again(database) as other:
        shares = await asyncio.gather(works(inbound(database)), works(inbound(other)))
    assert sum(shares) == len(words) * len(places)
    assert {state for _, state, _ in await states(database)} == {"done"}
    alone = ["join.unknown_code", *["join.stranger"] * 4, "join.who"]
    for place in places:
        assert (await heard(database, place))[: len(alone)] == alone
        assert len(await heard(database, place)) == len(words)


async def test_a_messenger_that_is_off_holds_up_no_other_however_much_of_it_waits(
    database: Database,
) -> None:
    for number in range(AT_ONCE + 1):
        await receive(database, f"{number}: hello", channel="telegram")
    await receive(database, "ana: /start ana")
    assert await inbound(database).handle_waiting() == 1
    assert await heard(database, "ana") == ["join.who"]


async def test_an_update_handled_before_a_kill_is_not_handled_again(database: Database) -> None:
    await receive(database, "ana: /start ana")
    (waiting,) = await stored(database)
    assert await inbound(database).handle_waiting() == 1
    again = inbound(database)
    assert not await database.write(partial(again._effect, update=waiting))
    assert await again.handle_waiting() == 0
    assert await heard(database, "ana") == ["join.who"]


async def test_it_works_until_it_is_stopped(database: Database) -> None:
    worker = inbound(database)
    running = asyncio.create_task(worker.run())
    await receive(database, "ana: /start ana")
    async with asyncio.timeout(10):
        while await heard(database, "ana") != ["join.who"]:
            await database.bell.listen().heard(0.05)
        worker.stop()
        await running
