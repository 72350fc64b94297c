"""Time spent, as the store counts it: against a sum showing by showing, over the people of the scope."""

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from random import Random
from typing import get_args

import pytest

from domain.facts import Purpose
from domain.funnel import Been
from domain.programme import Programme
from domain.time_spent import caps
from storage import pace, time_spent
from storage.database import Connection, Database
from storage.taught import Taught
from storage.time_spent import Spent
from tests.console.crowd import Crowd
from tests.console.town import Town, seeing
from tests.domain.make import programme

TAUGHT = programme("tss", "t", "ts")
LONG = replace(TAUGHT.lessons[1], texts=(replace(TAUGHT.lessons[1].texts[0], minutes=4),))
PROGRAMME = replace(TAUGHT, lessons=(TAUGHT.lessons[0], LONG, TAUGHT.lessons[2]))  # caps 3, 10 and 5
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)
SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Shown:
    enrolment: int
    finished: bool
    purpose: Purpose
    lesson: int
    took: timedelta | None

    def counts(self, most: int) -> timedelta:
        """No more than what passed, nor than the cap in minutes."""
        return min(max(self.took or timedelta(), timedelta()), timedelta(minutes=most))


@dataclass(frozen=True)
class Stage:
    library: int
    museum: int
    programme: int
    version: int
    shown: list[Shown]


def limits(version: int, content: Programme = PROGRAMME) -> Taught:
    return Taught({(version, lesson): most for lesson, most in enumerate(caps(content))})


def play(tx: Connection) -> Stage:
    """Twenty people, half of them in the museum, are shown cards for moments, minutes and nights."""
    town, chance, shown = Town(tx), Random(5), list[Shown]()
    library, museum = town.organisation("Library"), town.organisation("Museum")
    where = town.publish(PROGRAMME)
    for number in range(20):
        crowd = Crowd(tx, museum if number % 2 else library, where, PROGRAMME)
        finished = number % 3 == 0
        enrolment = crowd.enrol(crowd.person(), state="finished" if finished else "active")
        for lesson in range(3):
            for _ in range(6):
                purpose = chance.choice(PURPOSES)
                took = chance.choice((SECOND * chance.randint(0, 900), SECOND * 50_000, -SECOND * 30, None))
                crowd.show(enrolment, lesson, 0, took=took, purpose=purpose)
                if number % 2 == 0:
                    shown.append(Shown(enrolment, finished, purpose, lesson, took))
            if finished or lesson < number % 4:
                crowd.finish(enrolment, lesson)
    return Stage(library, museum, *where, shown)


@pytest.fixture
async def stage(database: Database) -> Stage:
    return await database.write(play)


async def test_a_showing_counts_up_to_its_cap(database: Database, stage: Stage) -> None:
    most, scope = limits(stage.version), seeing(1, stage.library)
    assert [most.caps[stage.version, lesson] for lesson in range(3)] == [3, 10, 5]
    expected = defaultdict[tuple[bool, Purpose], timedelta](timedelta)
    for each in stage.shown:
        expected[each.finished, each.purpose] += each.counts(most.caps[stage.version, each.lesson])
    for programme_id in (None, stage.programme):
        look = partial(time_spent.by_programme, scope=scope, taught=most, programme=programme_id)
        found = await database.read(look)
        assert {(each.programme, each.finished, each.purpose): each.time for each in found} == {
            (stage.programme, *key): time for key, time in expected.items()
        }


async def test_each_lesson_has_its_people_with_their_time(database: Database, stage: Stage) -> None:
    most, scope = limits(stage.version), seeing(1, stage.library)
    seconds = Counter[tuple[int, int]]()
    for each in stage.shown:
        if each.purpose == "lesson":
            time = each.counts(most.caps[stage.version, each.lesson])
            seconds[each.enrolment, each.lesson] += round(time.total_seconds())
    whose = {each.enrolment: each.finished for each in stage.shown}
    expected = Counter[tuple[int, str, int]]()
    for number, (enrolment, finished) in enumerate(sorted(whose.items())):
        for lesson in range(3):
            if finished or lesson < 2 * number % 4:
                expected[lesson, "finished", seconds[enrolment, lesson]] += 1
            elif (enrolment, lesson) in seconds:
                expected[lesson, "begun", 0] += 1
    found = await database.read(lambda tx: time_spent.by_lesson(tx, scope, most, stage.programme))
    counted = Counter[tuple[int, str, int]]()
    for one in found:
        counted[one.lesson, one.how, one.seconds] += one.people
    assert counted == expected
    assert {each.version for each in found} == {stage.version}


async def test_nobody_elsewhere_and_no_other_programme(database: Database, stage: Stage) -> None:
    most, nowhere = limits(stage.version), seeing(1)

    def look(tx: Connection) -> list[object]:
        here = seeing(1, stage.library)
        return [
            *time_spent.by_programme(tx, nowhere, most),
            *time_spent.by_lesson(tx, nowhere, most, stage.programme),
            *pace.to_answer(tx, nowhere, stage.programme),
            *time_spent.by_programme(tx, here, most, programme=stage.programme + 1),
            *time_spent.by_lesson(tx, here, most, stage.programme + 1),
            *pace.to_answer(tx, here, stage.programme + 1),
        ]

    assert await database.read(look) == []


async def test_how_long_an_answer_takes_is_of_those_who_began_last(database: Database) -> None:
    def answers(tx: Connection) -> tuple[int, int, int]:
        town = Town(tx)
        library, where = town.organisation("Library"), town.publish(PROGRAMME)
        crowd = Crowd(tx, library, where, PROGRAMME)
        asked = PROGRAMME.lessons[0].texts[0].cards[1].question
        assert asked
        for number in range(pace.RECENT + 3):
            enrolment = crowd.enrol(crowd.person())
            if number < 3 or number % 500 == 0:
                took = timedelta(seconds=20 + number, milliseconds=300)
                crowd.answer(enrolment, asked, (1,), took=took if number else timedelta(hours=9))
                crowd.answer(enrolment, asked, (1,), took=timedelta(seconds=2), purpose="review")
            crowd.show(enrolment, 0, 1, took=timedelta(seconds=3))
            crowd.show(enrolment, 0, 2, took=None, question=True)
        return library, *where

    library, owner, version = await database.write(answers)
    found = await database.read(lambda tx: pace.to_answer(tx, seeing(1, library), owner))
    assert found == {(version, 0, 1): {520: 1, 600: 1}}


async def test_a_card_that_is_open_is_no_time_but_was_shown(database: Database) -> None:
    def open_one(tx: Connection) -> tuple[int, int, int]:
        town = Town(tx)
        library, where = town.organisation("Library"), town.publish(PROGRAMME)
        crowd = Crowd(tx, library, where, PROGRAMME)
        crowd.show(crowd.enrol(crowd.person()), 1, 0, took=None)
        return library, *where

    library, owner, version = await database.write(open_one)
    scope, most = seeing(1, library), limits(version)
    been = await database.read(lambda tx: time_spent.by_lesson(tx, scope, most, owner))
    assert been == [Been(version, 1, "begun", seconds=0, people=1)]
    spent: list[Spent] = await database.read(lambda tx: time_spent.by_programme(tx, scope, most))
    assert spent == []


async def test_a_store_takes_the_places_of_many_versions(database: Database, stage: Stage) -> None:
    """More of them than a statement may have parameters."""
    most, scope = limits(stage.version), seeing(1, stage.library)
    elsewhere = [(stage.version + 1 + number // 500, number % 500) for number in range(40_000)]
    many = Taught({**most.caps, **dict.fromkeys(elsewhere, 7)}, frozenset(elsewhere))

    def look(tx: Connection, taught: Taught) -> list[object]:
        return [
            *time_spent.by_programme(tx, scope, taught),
            *sorted(time_spent.by_lesson(tx, scope, taught, stage.programme), key=repr),
            *sorted(time_spent.people(tx, scope, taught, stage.programme)),
        ]

    few = await database.read(partial(look, taught=most))
    assert few
    assert await database.read(partial(look, taught=many)) == few
