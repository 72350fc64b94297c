"""P7: the wall clock jumps: nothing comes twice, nothing is silently lost, and the lease does not mind."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Final

import pytest

from bot.delivery import Delivery
from bot.lease import DEAD, Lease
from bot.words import Words
from storage import senders
from storage.database import Database
from tests.actions.talk import texts
from tests.bot.messenger import Editing
from tests.outages.virtual import LESSONS, Time, Town, settle
from tests.storage import stores
from tests.storage.samples import MONDAY

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DAYS: Final = 45  # so long the ladder is
LEARNERS: Final = 12
JUMPS: Final = {
    "an hour on": (HOUR,),
    "an hour back": (-HOUR,),
    "a day on": (DAY,),
    "a step of NTP": (timedelta(seconds=-0.4), timedelta(seconds=0.4)),
    "a day on, and back when it is noticed": (DAY, -DAY),
    "an hour on, and back when it is noticed": (HOUR, -HOUR),
    "a day back, and on when it is noticed": (-DAY, DAY),
}
SEEDS: Final = [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 10))]


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """An empty store."""
    async with stores.opened("sqlite", tmp_path, str) as database:
        yield database


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("jumps", JUMPS.values(), ids=JUMPS)
@pytest.mark.timeout(180)
async def test_p7_the_wall_clock_jumps(database: Database, jumps: tuple[timedelta, ...], seed: int) -> None:
    print(f"seed {seed}")
    rng, town = Random(seed), Town(database, Time())
    enrolled = list(await database.write(partial(settle, number=LEARNERS)))
    doers = enrolled[: LEARNERS // 2]
    first = rng.randrange(4, 8 * 24)
    at = {first + n * rng.randrange(2, 30): jump for n, jump in enumerate(jumps)}
    print({hour: str(jump) for hour, jump in at.items()})
    for hour in range(DAYS * 24):
        town.time.now += at.get(hour, timedelta(0))
        await town.look()
        await town.press(doers)
        town.time.now += HOUR
    await nothing_twice(town)
    await nothing_lost(town, doers, [each for each in enrolled if each not in doers])


async def nothing_twice(town: Town) -> None:
    """Of each lesson one, one reminder a day, and no message in two copies."""
    keys = Counter(sent.key for sent in town.recorder.got)
    assert [key for key, number in keys.items() if number > 1] == []
    lessons = Counter(tuple(key.split(":")[1:3]) for key in keys if key.startswith("lesson:"))
    assert [lesson for lesson, number in lessons.items() if number > 1] == []
    reminders = Counter((key.split(":")[1], key.split(":")[3]) for key in keys if key.startswith("reminder:"))
    assert [each for each, number in reminders.items() if number > 1] == []


async def nothing_lost(town: Town, doers: list[int], others: list[int]) -> None:
    """Who goes on has had every lesson; who does not has had the whole ladder; what was not sent says why."""
    studies = await town.studies()
    assert {studies[each][0] for each in doers} == {"finished"}
    assert {studies[each] for each in others} == {("paused", 0, 0)}
    got = Counter(key.split(":")[1] for sent in town.recorder.got if (key := sent.key).startswith("lesson:"))
    assert got == {**{str(each): LESSONS for each in doers}, **{str(each): 1 for each in others}}
    ladder = Counter(
        key.split(":")[1] for sent in town.recorder.got if (key := sent.key).startswith("reminder:")
    )
    assert {each: ladder[str(each)] for each in others} == dict.fromkeys(others, 5), (
        "four reminders, and the pause"
    )
    odd = [(key, state, reason) for key, _, state, reason in await town.messages() if state != "sent"]
    assert [each for each in odd if each[1] not in ("dropped", "expired") or not each[2]] == []
    assert odd == []


async def test_p7_the_lease_minds_the_monotonic_clock_only(database: Database) -> None:
    time, ticks = Time(), 0.0
    holder = Lease(database, "web", "one", lambda: ticks)
    other = Lease(database, "web", "two", lambda: ticks)
    delivery = Delivery(database, Editing(), Words(texts()), holder, lambda: time.now, clock=lambda: ticks)
    running = asyncio.create_task(delivery.run())
    ear = database.bell.listen()
    await ear.heard(5)
    for jump in (HOUR, -HOUR, DAY, -2 * DAY, timedelta(days=400)):
        time.now = MONDAY + jump
        assert not await other.take()
        assert holder.held
    ticks += DEAD - 0.1
    assert not await other.take()
    ticks += 0.2
    seen = await database.read(partial(senders.get, channel="web"))
    assert seen is not None
    assert await other.take() == (other.sender is not None)
    delivery.stop()
    await running
    assert seen.fence == 1, "the holder has kept it through all jumps"
