"""Sittings in the store: begun once, kept as they stand, ended once, and found when their time is over."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import update

from domain.sitting import ENTRY, Sitting
from scheduler.jobs import close_tests
from storage import sittings
from storage.database import Connection, Database
from storage.enrolments import ENROLMENT
from storage.sittings import SITTING
from tests.storage.learning import enrolled
from tests.storage.samples import MONDAY, rows

MINUTE = timedelta(minutes=1)
THIRD = 1 / 3


async def seated(database: Database) -> tuple[int, Sitting]:
    """Ana, and a sitting that she may begin."""
    town, ana = await enrolled(database)
    asked = ((0, 3), (0, 1), (0, 2))
    return town.ana, Sitting(ana, town.version, 0, 1, asked, MONDAY, MONDAY + 30 * MINUTE)


async def test_a_sitting_is_read_as_it_was_kept(database: Database) -> None:
    who, sitting = await seated(database)
    read = partial(sittings.of_person, person=who)
    assert await database.read(read) == {}
    stages = [sitting]
    for worth in (1.0, THIRD):
        stages.append(replace(stages[-1], worths=(*stages[-1].worths, worth)))
    stages.append(replace(stages[-1], worths=(1.0, THIRD, 0.0), finished_at=MONDAY + MINUTE, passed=False))
    assert await database.write(partial(sittings.begin, sitting=sitting))
    for stage in stages:
        assert await database.write(partial(sittings.keep, sitting=stage))
        ((found,),) = (await database.read(read)).values()
        assert replace(found, worths=()) == replace(stage, worths=())
        assert found.worths == pytest.approx(stage.worths, abs=1e-11)
    assert not await database.write(partial(sittings.keep, sitting=stages[-1]))
    ((reached, whole),) = await rows(database, SITTING.c.reached, SITTING.c.whole)
    assert (round(reached, 6), whole) == (1.333333, 3)


async def test_exactly_one_begins_a_sitting_and_one_ends_it(database: Database) -> None:
    _, sitting = await seated(database)
    over = replace(sitting, finished_at=MONDAY, passed=True)
    for unit in (partial(sittings.begin, sitting=sitting), partial(sittings.keep, sitting=over)):
        done = await asyncio.gather(*(database.write(unit) for _ in range(20)))
        assert sorted(done) == [False] * 19 + [True]


async def test_those_whose_time_is_over_are_found_the_longest_over_first(database: Database) -> None:
    _, sitting = await seated(database)
    entry = replace(sitting, lesson=ENTRY, ends_at=None)
    early = replace(sitting, lesson=1, ends_at=MONDAY + 10 * MINUTE)
    done = replace(sitting, lesson=2, finished_at=MONDAY, passed=True)
    for each in (sitting, entry, early, done):
        assert await database.write(partial(sittings.begin, sitting=each))
    ends = []
    for minutes in (9, 10, 29, 30, 99):
        now = MONDAY + minutes * MINUTE
        ends.append(len(await database.read(partial(sittings.over, now=now, most=9))))
    assert ends == [0, 1, 1, 2, 2]
    assert len(await database.read(partial(sittings.over, now=MONDAY + 99 * MINUTE, most=1))) == 1


async def test_one_that_is_excused_says_so(database: Database) -> None:
    who, sitting = await seated(database)
    second = replace(sitting, number=2)
    for each in (sitting, second):
        await database.write(partial(sittings.begin, sitting=each))
    await database.write(partial(sittings.excuse, sitting=second))
    (found,) = (await database.read(partial(sittings.of_person, person=who))).values()
    assert found == (sitting, replace(second, excused=True))


async def test_what_was_before_the_enrolment_began_anew_does_not_count(database: Database) -> None:
    who, sitting = await seated(database)
    await database.write(partial(sittings.begin, sitting=sitting))

    def anew(tx: Connection) -> None:
        tx.execute(update(ENROLMENT).values(started_at=MONDAY + MINUTE))

    await database.write(anew)
    assert (await database.read(partial(sittings.of_person, person=who))) == {
        sitting.enrolment: (replace(sitting, excused=True),)
    }
    assert await close_tests.JOB.run(database, MONDAY + 31 * MINUTE) == 0
    assert await database.read(partial(sittings.over, now=MONDAY + 31 * MINUTE, most=9)) == []


async def test_the_look_for_those_goes_along_an_index(sqlite: Database) -> None:
    await seated(sqlite)

    def plan(tx: Connection) -> list[str]:
        asked = sittings._OVER._for(tx.dialect).text
        return [row[3] for row in tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}", ("x", 9, 0))]

    assert await sqlite.read(plan) == ["SEARCH sitting USING INDEX sitting_timed (ends_at>? AND ends_at<?)"]
