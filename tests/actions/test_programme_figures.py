"""The figures of programmes: what the store counted and the rules make of it, on both stores."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import event

from actions.programme_figures import Pace, insight, overview
from domain.completion import Completion
from domain.programme import Programme, Rules
from domain.saving import Saving
from domain.text import Text
from storage.database import Connection, Database
from tests.console import busy
from tests.console.crowd import Crowd
from tests.console.town import MONDAY, Town, seeing
from tests.domain.make import programme

HOURS = Rules(replaces_minutes=240)
MINUTE = timedelta(minutes=1)


@contextmanager
def listening(tx: Connection) -> Iterator[list[str]]:
    """What is said to the store meanwhile."""
    heard = list[str]()

    def hear(_c: object, _u: object, statement: str, *_more: Any) -> None:
        heard.append(statement)

    event.listen(tx, "before_cursor_execute", hear)
    yield heard
    event.remove(tx, "before_cursor_execute", hear)


async def test_a_busy_programme_adds_up(database: Database) -> None:
    def build(tx: Connection) -> tuple[int, int]:
        library = Town(tx).organisation("Library")
        return library, busy.fill(tx, library)

    library, owner = await database.write(build)
    scope = seeing(1, library)
    found = await database.read(lambda tx: insight(tx, scope, owner, MONDAY))
    (listed,) = await database.read(lambda tx: overview(tx, scope))
    assert found
    assert found.figures == listed
    people = listed.completion
    assert (people.finished, people.not_begun, people.opened, people.everyone) == (40, 8, 64, 72)
    assert [each.reached for each in found.stages] == [64, 54, 50, 45, 40]
    assert [each.finished for each in found.stages] == [54, 50, 45, 40, 40]
    assert [each.stopped for each in found.stages] == [10, 4, 5, 5, 0]
    assert [each.answers for each in found.stages] == [108, 100, 90, 80, 80]
    said = {item.question.id: item.findings[0] for item in found.items}
    assert (said["m1-0"], said["m2-1"], said["m3-0"]) == ("key", "easy", "hard")
    assert [item.urgency for item in found.items] == sorted(item.urgency for item in found.items)
    assert found.paces["m0-0"].people == 54
    assert listed.saving
    assert (listed.saving.people, listed.saving.timed, listed.saving.stated) == (40, 40, 15)
    assert listed.saving.spent <= listed.learnt == sum(listed.time.values(), timedelta())


async def test_nobody_and_nothing(database: Database) -> None:
    def build(tx: Connection) -> tuple[int, int]:
        town = Town(tx)
        return town.organisation("Library"), town.publish(programme("ts"))[0]

    library, owner = await database.write(build)
    scope = seeing(1, library)
    (only,) = await database.read(lambda tx: overview(tx, scope))
    assert (only.completion, only.learnt, only.saving) == (Completion(), timedelta(), None)
    found = await database.read(lambda tx: insight(tx, scope, owner, MONDAY))
    assert found
    assert [item.findings for item in found.items] == [("few",)]
    for unknown in (owner + 1, 0, -1, 2**31 - 1):
        assert await database.read(partial(insight, scope=scope, programme=unknown, now=MONDAY)) is None


@pytest.mark.parametrize("timed", [True, False])
async def test_medication_handling_saves_1250_hours(database: Database, timed: bool) -> None:
    """Four hours became one and a half for 500 people: by their own time, and by the stated one where none is known."""
    taught = nine_lessons_of_ten_minutes(HOURS)

    def build(tx: Connection) -> int:
        town = Town(tx)
        library, where = town.organisation("Library"), town.publish(taught)
        crowd = Crowd(tx, library, where, taught)
        for _ in range(500):
            enrolment = crowd.enrol(crowd.person(), state="finished", lesson=8)
            for lesson in range(9 if timed else 0):
                crowd.show(enrolment, lesson, 0, took=10 * MINUTE if lesson else timedelta(days=3))
        stray = crowd.enrol(crowd.person())  # who does not finish neither saves nor costs
        crowd.show(stray, 0, 0, took=10 * MINUTE)
        return library

    library = await database.write(build)
    (found,) = await database.read(lambda tx: overview(tx, seeing(1, library)))
    spent = timedelta(hours=750) if timed else timedelta()
    assert found.saving == Saving(500, 240, 0, 500 if timed else 0, spent, 90)
    assert found.saving.hours == 1250


def nine_lessons_of_ten_minutes(rules: Rules) -> Programme:
    whole = programme(*["t"] * 9, slug="medication")
    lessons = (replace(each, texts=(replace(each.texts[0], minutes=10),)) for each in whole.lessons)
    return replace(whole, lessons=tuple(lessons), rules=rules)


async def test_answers_to_an_earlier_wording_do_not_count(database: Database) -> None:
    before = programme("tss")
    (lesson,) = before.lessons
    text, same, changed = lesson.texts[0].cards
    assert same.question
    assert changed.question
    other = replace(changed, question=replace(changed.question, prompt=Text("Kitaip?")))
    now = replace(
        before, lessons=(replace(lesson, texts=(replace(lesson.texts[0], cards=(text, same, other)),)),)
    )

    def build(tx: Connection) -> tuple[int, int]:
        town = Town(tx)
        library, places = town.organisation("Library"), [town.publish(each) for each in (before, now)]
        for where, content, people in zip(places, (before, now), (12, 20), strict=True):
            crowd = Crowd(tx, library, where, content)
            for _ in range(people):
                enrolment = crowd.enrol(crowd.person())
                for question in content.lessons[0].texts[0].questions:
                    crowd.answer(enrolment, question, (1,))
        return library, places[0][0]

    library, owner = await database.write(build)
    found = await database.read(lambda tx: insight(tx, seeing(1, library), owner, MONDAY))
    assert found
    assert {item.question.id: item.answers for item in found.items} == {"01-1": 32, "01-2": 20}
    assert found.paces == {"01-1": Pace(32, 20.0), "01-2": Pace(20, 20.0)}
    assert [each.reached for each in found.stages] == [32]


async def test_who_moved_to_a_shorter_version_breaks_nothing(database: Database) -> None:
    long, short = programme("ts", "ts", "ts"), programme("t")

    def build(tx: Connection) -> tuple[int, int]:
        town = Town(tx)
        library, where = town.organisation("Library"), town.publish(long)
        crowd = Crowd(tx, library, where, long)
        enrolment = crowd.enrol(crowd.person(), lesson=2, card=1)
        for lesson in long.lessons:
            crowd.answer(enrolment, lesson.texts[0].questions[0], (1,))
        version = town.publish(short)[1]
        tx.exec_driver_sql(f"UPDATE enrolment SET version_id = {version}")
        return library, where[0]

    library, owner = await database.write(build)
    found = await database.read(lambda tx: insight(tx, seeing(1, library), owner, MONDAY))
    assert found
    assert [(each.reached, each.stopped) for each in found.stages] == [(1, 0)]
    assert (found.items, found.paces) == ([], {})


async def test_more_people_are_not_more_statements(database: Database) -> None:
    def build(tx: Connection) -> tuple[int, int]:
        library = Town(tx).organisation("Library")
        return library, busy.fill(tx, library)

    library, owner = await database.write(build)

    def counted(tx: Connection) -> tuple[int, int]:
        overview(
            tx, seeing(1, library)
        )  # the first look of a connection reads the versions, which it then keeps
        with listening(tx) as listed:
            overview(tx, seeing(1, library))
        with listening(tx) as looked:
            insight(tx, seeing(1, library), owner, MONDAY)
        return len(listed), len(looked)

    before = await database.write(counted)
    await database.write(lambda tx: busy.fill(tx, library, seed=9))
    assert before == await database.write(counted) == (4, 8)
