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
from domain.programme import Card, Programme, Rules
from domain.saving import Saving
from domain.text import Text
from storage.database import Connection, Database
from tests.console import busy
from tests.console.crowd import Crowd
from tests.console.town import MONDAY, Town, seeing
from tests.domain.make import programme, question

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
    said = {each.name: each.item.findings[0] for each in found.questions}
    assert (said["m1-0"], said["m2-1"], said["m3-0"]) == ("key", "easy", "hard")
    urgencies = [each.item.urgency for each in found.questions]
    assert urgencies == sorted(urgencies)
    assert {each.name: each.pace.people for each in found.questions if each.pace}["m0-0"] == 54
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
    assert [each.item.findings for each in found.questions] == [("few",)]
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
                crowd.finish(enrolment, lesson)
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


async def test_a_reworded_question_keeps_its_history_and_another_key_begins_anew(database: Database) -> None:
    before = programme("tsss")
    (lesson,) = before.lessons
    text, same, reworded, turned = lesson.texts[0].cards
    assert same.question
    assert reworded.question
    assert turned.question
    other = replace(reworded.question, prompt=Text("Kitaip?"), options=reworded.question.options[::-1])
    wrong, right, *more = turned.question.options
    anew = replace(
        turned.question, options=(replace(wrong, correct=True), replace(right, correct=False), *more)
    )
    cards = (text, same, replace(reworded, question=other), replace(turned, question=anew))
    now = replace(before, lessons=(replace(lesson, texts=(replace(lesson.texts[0], cards=cards),)),))

    def build(tx: Connection) -> tuple[int, int]:
        town = Town(tx)
        library, places = town.organisation("Library"), [town.publish(each) for each in (before, now)]
        for where, content, people in zip(places, (before, now), (12, 20), strict=True):
            crowd = Crowd(tx, library, where, content)
            for _ in range(people):
                enrolment = crowd.enrol(crowd.person())
                for each in content.lessons[0].texts[0].questions:
                    crowd.answer(enrolment, each, each.right)
        return library, places[0][0]

    library, owner = await database.write(build)
    found = await database.read(lambda tx: insight(tx, seeing(1, library), owner, MONDAY))
    assert found
    items = {each.name: each.item for each in found.questions}
    assert {name: item.answers for name, item in items.items()} == {"01-1": 32, "01-2": 32, "01-3": 20}
    assert items["01-2"].chosen == (0, 0, 32, 0)  # the order of the options is another one now
    assert {each.name: each.pace for each in found.questions} == {
        "01-1": Pace(32, 20.0), "01-2": Pace(32, 20.0), "01-3": Pace(20, 20.0)
    }  # fmt: skip
    assert [each.reached for each in found.stages] == [32]


async def test_a_question_that_was_given_another_key_asks_everyone_anew(database: Database) -> None:
    """Ana answered it before and after: both are first answers, to two questions."""
    before = programme("ss")
    (lesson,) = before.lessons
    first, second = (card.question for card in lesson.texts[0].cards)
    assert first
    assert second
    wrong, right, *more = first.options
    turned = replace(first, options=(replace(wrong, correct=True), replace(right, correct=False), *more))
    cards = (Card(question=turned), Card(question=second))
    now = replace(before, lessons=(replace(lesson, texts=(replace(lesson.texts[0], cards=cards),)),))

    def build(tx: Connection) -> tuple[int, int]:
        town = Town(tx)
        library, old, new = town.organisation("Library"), town.publish(before), town.publish(now)
        crowd = Crowd(tx, library, old, before)
        enrolment = crowd.enrol(crowd.person())
        crowd.answer(enrolment, first, (1,))
        crowd.answer(enrolment, second, (1,))
        again = replace(crowd, where=new, programme=now)
        again.answer(enrolment, turned, (1,))
        again.answer(enrolment, second, (0,))
        return library, old[0]

    library, owner = await database.write(build)
    found = await database.read(lambda tx: insight(tx, seeing(1, library), owner, MONDAY))
    assert found
    told = {each.name: (each.item.answers, each.item.right) for each in found.questions}
    assert told == {"01-0": (1, 0), "01-1": (1, 1)}


async def test_two_lessons_with_one_name_for_two_questions_are_told_apart(database: Database) -> None:
    made = programme("s", "s")
    cards = [replace(each.texts[0].cards[0].question or question(), id="who") for each in made.lessons]
    lessons = tuple(
        replace(each, texts=(replace(each.texts[0], cards=(Card(question=asked),)),))
        for each, asked in zip(made.lessons, cards, strict=True)
    )
    taught = replace(made, lessons=lessons)

    def build(tx: Connection) -> tuple[int, int]:
        town = Town(tx)
        library, where = town.organisation("Library"), town.publish(taught)
        crowd = Crowd(tx, library, where, taught)
        for number in range(12):
            enrolment = crowd.enrol(crowd.person())
            for lesson, chosen in ((0, 1), (1, 1 if number < 3 else 0)):
                crowd.answer(enrolment, cards[lesson], (chosen,), place=(lesson, 0))
        return library, where[0]

    library, owner = await database.write(build)
    found = await database.read(lambda tx: insight(tx, seeing(1, library), owner, MONDAY))
    assert found
    told = {each.name: (each.item.answers, each.item.right) for each in found.questions}
    assert told == {"01/who": (12, 12), "02/who": (12, 3)}
    assert [round(each.right, 2) for each in found.stages] == [1.0, 0.25]


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
    assert found.questions == []


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
    assert before == await database.write(counted) == (5, 10)
