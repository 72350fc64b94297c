"""Jobs are woken by the clock, and what one of them does harms no other."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from scheduler.job import Job
from scheduler.runner import Runner, jobs
from storage.database import Database
from tests.storage import stores
from tests.storage.samples import MONDAY
from tests.until import until

DAY = timedelta(days=1)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """A store that jobs are given."""
    async with stores.opened("sqlite", tmp_path, str) as database:
        yield database


async def test_a_job_is_woken_with_the_time_again_and_again(database: Database) -> None:
    seen = list[tuple[Database, datetime]]()

    async def look(database: Database, now: datetime) -> int:
        seen.append((database, now))
        return len(seen)

    runner = Runner(database, lambda: MONDAY, [Job("look", 0.02, look)])
    runner.start()
    await until(lambda: len(seen) > 2)
    runner.stop()
    assert set(seen) == {(database, MONDAY)}


async def test_a_job_that_raises_is_woken_again_and_so_are_the_others(database: Database) -> None:
    looks = {"bad": 0, "good": 0}

    async def bad(database: Database, now: datetime) -> int:
        looks["bad"] += 1
        raise LookupError("bad")

    async def good(database: Database, now: datetime) -> int:
        looks["good"] += 1
        return 0

    runner = Runner(database, lambda: MONDAY, [Job("bad", 0.02, bad), Job("good", 0.02, good)])
    runner.start()
    await until(lambda: min(looks.values()) > 2)
    runner.stop()


async def test_a_job_that_was_stopped_is_woken_no_more(database: Database) -> None:
    looks = list[datetime]()

    async def look(database: Database, now: datetime) -> int:
        looks.append(now)
        return 0

    stopped = Runner(database, lambda: MONDAY, [Job("stopped", 0.02, look)])
    other = Runner(database, lambda: MONDAY + DAY, [Job("other", 0.02, look)])
    stopped.start()
    await until(lambda: MONDAY in looks)
    stopped.stop()
    other.start()
    await until(lambda: looks.count(MONDAY + DAY) > 2)
    other.stop()
    last = len(looks) - 1 - looks[::-1].index(MONDAY)
    assert looks.index(MONDAY + DAY) > last


def test_every_job_has_a_name_of_its_own_and_looks_often_enough() -> None:
    found = [(each.name, each.seconds, each.sends) for each in jobs()]
    assert found == [
        ("release", 2, True),
        ("remind", 5, True),
        ("remember", 5, False),
        ("review", 5, True),
        ("close_tests", 2, True),
        ("renew", 60, True),
        ("employ", 60, True),
        ("close", 5, False),
        ("assign", 5, True),
        ("announce", 1, True),
        ("chase", 60, True),
        ("campaign", 5, True),
        ("topics", 30, True),
        ("webinars", 5, True),
        ("approvals", 60, True),
        ("promote", 1, False),
        ("sweep", 3600, False),
        ("forget", 3600, False),
    ]
