"""P9: nobody was there when messages were due: each kind has its window, and nothing comes in a burst."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Final

import pytest

from domain.message import Kind
from domain.organisation import Scope
from storage import addresses, messages, organisations, outbox, people
from storage.database import Connection, Database
from storage.outbox import New, Passed, To
from tests.bot.messenger import MENU
from tests.outages.virtual import Sent, Time, Town, settle, stand_in_lesson
from tests.storage import stores
from tests.storage.samples import MONDAY

KINDS: Final[tuple[Kind, ...]] = ("reply", "code", "reminder", "lesson", "announcement", "mandatory")
GATED: Final = ("reminder", "lesson", "announcement", "mandatory")
EACH: Final = 25
LEARNERS: Final = 30
RATE: Final = 60
LOOK: Final = 0.05
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LATE: Final[dict[timedelta, tuple[Kind, ...]]] = {
    5 * MINUTE: (),
    3 * HOUR: ("code",),
    3 * DAY: ("reply", "code", "reminder", "lesson", "announcement"),
}


@pytest.fixture(params=stores.BOTH)
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """Each of the two stores, migrated, open and empty."""
    server = partial(request.getfixturevalue, "postgres_url")
    async with stores.opened(request.param, tmp_path, server) as database:
        yield database


def queue(tx: Connection) -> int:
    """Messages of each kind that are due in a minute, each to a person of their own; their organisation."""
    here = organisations.add(
        tx, name="Here", country="LT", zone="Europe/Vilnius", language="lt", contact="Rasa"
    )
    for kind in KINDS:
        for number in range(EACH):
            name = f"{kind}-{number}"
            person = people.add(tx, organisation=here, name=name, email=f"{name}@here.example", language="lt")
            people.consent(tx, person, MONDAY)
            place = addresses.find_or_add(tx, "web", name, "lt", MONDAY)
            addresses.bind(tx, place.id, person)
            passed = Passed("early" if kind in GATED else "", at=MONDAY + MINUTE)
            to = To(place.id, "web", person, here)
            assert outbox.add(tx, New(to, MENU, f"{kind}:{number}", kind, passed=passed), MONDAY)
    return here


@pytest.mark.parametrize("away", LATE, ids=["5 minutes", "3 hours", "3 days"])
async def test_p9_downtime(database: Database, away: timedelta) -> None:
    here = await database.write(queue)
    enrolled = list(await database.write(partial(settle, number=LEARNERS, due=MONDAY + MINUTE)))
    await database.write(partial(stand_in_lesson, enrolled=enrolled[::2], due=MONDAY + MINUTE))
    town = Town(database, Time(MONDAY + away), rate=RATE)
    await comes_back(town)
    late = LATE[away]
    found = Counter((kind, state, reason) for key, kind, state, reason in await queued(town))
    assert {(kind, state) for kind, state, _ in found} == {
        (kind, "expired" if kind in late else "sent") for kind in KINDS
    }
    assert set(found.values()) == {EACH}
    assert {reason for _, state, reason in found if state == "expired"} <= {"late"}
    assert await counted(database, here) == len(late) * EACH
    no_burst(town.recorder.got)
    await once_each(town, enrolled)


async def comes_back(town: Town) -> None:
    """The service runs until nothing is left that may go now."""
    sending = asyncio.create_task(town.delivery.run())
    async with asyncio.timeout(60):
        while await town.jobs() or await open_(town):
            await asyncio.sleep(LOOK)
    town.delivery.stop()
    await sending


async def open_(town: Town) -> int:
    """How many messages are on their way."""
    return sum(state in ("ready", "sending") for _, _, state, _ in await town.messages())


async def queued(town: Town) -> list[tuple[str, str, str, str]]:
    """What was queued before, without lessons and reminders that came of a schedule."""
    return [tuple(each) for each in await town.messages() if each[0].count(":") == 1]


async def counted(database: Database, here: int) -> int:
    """How many messages a coordinator sees that came too late."""
    scope, wanted = Scope(0, frozenset({here})), messages.Wanted(state="expired")
    return (await database.read(lambda tx: messages.total(tx, scope, wanted))).count


def no_burst(got: list[Sent]) -> None:
    """In no second more than the messenger takes."""
    ticks = [sent.tick for sent in got]
    most = max(
        sum(1 for each in ticks[at : at + RATE + 1] if each < tick + 1.0) for at, tick in enumerate(ticks)
    )
    assert most <= RATE


async def once_each(town: Town, enrolled: list[int]) -> None:
    """In the week that follows everybody gets the lesson, or the reminder, that was missed, once."""
    later = Town(town.database, Time(town.time.now))
    while later.time.now < MONDAY + 7 * DAY:
        await later.look()
        later.time.now += HOUR
    scheduled = [
        (sent.key.split(":"), sent.at)
        for sent in (*town.recorder.got, *later.recorder.got)
        if sent.key.count(":") > 1
    ]
    lessons = Counter(key[1] for key, _ in scheduled if key[0] == "lesson")
    assert lessons == {str(each): 1 for each in enrolled[1::2]}
    reminders = Counter((key[1], key[3]) for key, _ in scheduled if key[0] == "reminder")
    assert {enrolment for enrolment, _ in reminders} >= {str(each) for each in enrolled[::2]}
    assert set(reminders.values()) == {1}, "one a day"
