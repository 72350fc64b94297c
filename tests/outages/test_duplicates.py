"""T8: updates that come up to five times, in any order, some of them broken: each has its effect once."""

import asyncio
import json
from collections import defaultdict
from collections.abc import AsyncIterator
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from random import Random
from typing import Any, ClassVar, Final

import pytest
from sqlalchemy import select

from bot.channels.telegram.updates import fetched, incoming
from bot.inbound import Inbound
from bot.post import StorePost
from domain.event import Incoming
from scheduler.jobs import sweep
from storage import addresses, people
from storage.activity import ACTIVITY
from storage.database import Connection, Database
from storage.inbox import INBOX
from tests.actions.talk import new_key, texts
from tests.bot.messenger import Messenger
from tests.storage import stores
from tests.storage.samples import MONDAY, rows, settle_down

LEARNERS: Final = 50
BROKEN: Final = 0.05
MUTATED: Final = 0.1
AT_ONCE: Final = 100
FIRST: Final = 900_000_000
LOWER: Final = 5
FULL: Final = pytest.param(100_000, 2, marks=[pytest.mark.slow, pytest.mark.timeout(1800)])

Json = dict[str, Any]


class Telegram(Messenger):
    """Understands updates as the real one does."""

    name: ClassVar[str] = "telegram"

    def decode(self, raw: str) -> Incoming | None:
        return incoming(raw)


@dataclass
class Clock:
    """The time of day, which is moved."""

    at: datetime = MONDAY

    def __call__(self) -> datetime:
        return self.at


@dataclass
class Flood:
    """Updates as they come: `good` are the numbers of those that have an effect."""

    seed: int
    good: set[str] = field(default_factory=set)

    def make(self, first: int, number: int) -> list[bytes]:
        """So many updates from a number on, most of them two to five times, shuffled; `good` grows."""
        rng = Random(f"{self.seed}-{first}")
        made: list[bytes] = []
        for each in range(number):
            update = self._update(first + each, each, rng)
            may_change = str(first + each) in self.good  # a broken one might be mended by it
            copies = [
                changed(update) if may_change and rng.random() < MUTATED else update
                for _ in range(rng.randint(1, 5))
            ]
            made += [json.dumps(copy).encode() for copy in copies]
        rng.shuffle(made)
        return made

    def _update(self, number: int, each: int, rng: Random) -> Json:
        learner = each % LEARNERS + 1
        hour = f"{each // 60 % 24:02}:{each % 60:02}"
        person = {"id": learner, "is_bot": False, "first_name": "P", "language_code": "en"}
        chat = {"id": learner, "type": "private", "first_name": "P"}
        message = {"message_id": number, "date": 1, "chat": chat, "from": person, "text": f"/hour {hour}"}
        update: Json = {"update_id": number, "message": message}
        if rng.random() < BROKEN:
            return broken(update, rng)
        self.good.add(str(number))
        return update


def changed(update: Json) -> Json:
    """Another text under the same number: whichever comes first counts."""
    made = deepcopy(update)
    made["message"]["text"] = "/hour 23:59"
    return made


WRONG: Final[tuple[Json, ...]] = (  # parts of a message that are not what they have to be
    {"text": 5},
    {"message_id": None},
    {"from": "somebody"},
    {"chat": {"id": -5, "type": "group"}},
    {"chat": {"id": 1_000_000, "type": "private"}},
    {"from": {"id": 1, "is_bot": True, "first_name": "B"}},
    {"message_id": "\ud800\0", "reply_to": json.loads("[" * 200 + "]" * 200)},
)


def broken(update: Json, rng: Random) -> Json:
    """The same number, and nothing that has an effect: some cannot even be understood."""
    made = deepcopy(update)
    if rng.random() < 0.2:
        made[rng.choice(("something_new", "poll", "edited_message"))] = made.pop("message")
    else:
        made["message"] |= rng.choice(WRONG)
    return made


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """A store with people who learn in Telegram."""
    async with stores.opened("sqlite", tmp_path, str) as database:
        await database.write(settle)
        yield database


def settle(tx: Connection) -> None:
    town = settle_down(tx)
    for number in range(1, LEARNERS + 1):
        person = people.add(
            tx, organisation=town.here, name=str(number), email=f"{number}@a.example", language="en"
        )
        people.consent(tx, person, MONDAY)
        addresses.bind(tx, addresses.find_or_add(tx, "telegram", str(number), "en", MONDAY).id, person)


class House:
    """Takes updates in and handles them, at the same time; nobody sends too much."""

    def __init__(self, database: Database) -> None:
        self.clock = Clock()
        self.database = database
        self.post = StorePost(database, texts(), self.clock, seconds=partial(next, count(0.0, 10.0)))
        self.inbound = Inbound(database, {"telegram": Telegram()}, self.clock, new_key)

    async def takes(self, updates: list[bytes]) -> None:
        """All of them, many at once, and handled to the end."""
        handling = asyncio.create_task(self.inbound.run())
        for first in range(0, len(updates), AT_ONCE):
            arrived = [fetched(body).update for body in updates[first : first + AT_ONCE]]
            await asyncio.gather(*(self.post.receive("telegram", "1", each) for each in arrived))
        self.inbound.stop()
        await handling
        await self._handle_all()

    async def _handle_all(self) -> None:
        """What failed waits a while for its next try, and those behind it wait too: not for ever."""
        inbound = Inbound(self.database, {"telegram": Telegram()}, self.clock, new_key)
        deadline = self.clock.at + timedelta(hours=12)
        while await self._new():
            assert self.clock.at < deadline, "somebody stalls"
            if not await inbound.handle_waiting():
                self.clock.at += timedelta(seconds=1)

    async def _new(self) -> bool:
        left = select(INBOX.c.id).where(INBOX.c.state == "new").limit(1)
        return await self.database.read(lambda tx: tx.execute(left).first()) is not None


async def effects(database: Database) -> dict[int, list[str]]:
    """The hours that each learner's settings were changed to, in order."""
    statement = (
        select(addresses.ADDRESS.c.key, ACTIVITY.c.details)
        .join(addresses.ADDRESS, addresses.ADDRESS.c.person_id == ACTIVITY.c.person_id)
        .where(ACTIVITY.c.what == "settings")
        .order_by(ACTIVITY.c.id)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for key, details in await database.read(lambda tx: tx.execute(statement).all()):
        found[int(key)].append(json.loads(details)["value"])
    return found


async def stored(database: Database) -> dict[int, list[tuple[str, str]]]:
    """The numbers of each learner's updates and what they are, in the order in which they were stored."""
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for _, address, key, raw in await rows(database, INBOX.c.id, INBOX.c.address, INBOX.c.key, INBOX.c.raw):
        found[int(address or 0)].append((key, raw))
    return found


def hour_of(raw: str) -> str:
    """What was asked for."""
    return str(json.loads(raw)["message"]["text"]).removeprefix("/hour ")


@pytest.mark.parametrize(("number", "seeds"), [(1_000, 1), FULL])
async def test_t8_each_effect_once_and_in_order(database: Database, number: int, seeds: int) -> None:
    house = House(database)
    expected: dict[int, list[str]] = defaultdict(list)
    for seed in range(seeds):
        for first in (FIRST, LOWER):  # after eight silent days Telegram begins anew, lower
            print(f"seed {seed}, from {first}")
            flood = Flood(seed)
            await house.takes(flood.make(first, number // seeds // 2))
            found = await stored(database)
            assert {key for each in found.values() for key, _ in each} >= flood.good
            for learner, updates in found.items():
                expected[learner] += [hour_of(raw) for key, raw in updates if key in flood.good]
            assert await effects(database) == {learner: hours for learner, hours in expected.items() if hours}
            assert {row[0] for row in await rows(database, INBOX.c.state)} <= {"done", "quarantined"}
            house.clock.at += timedelta(days=8)
            await sweep.JOB.run(database, house.clock.at)
            assert await stored(database) == {}, "forgotten after 72 hours"
