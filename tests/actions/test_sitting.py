"""A final test on a store: its introduction, its questions, its end, its attempts; old buttons, and its time."""

import asyncio
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial

import pytest

from actions.give_back import give_back
from actions.release import release
from actions.review import review
from domain.event import Pressed
from domain.message import Feedback, Notice
from domain.programme import Exam
from domain.recall import Known
from domain.review import Memory, Waiting
from scheduler.jobs import close_tests
from storage import enrolments, memories, programmes, reviews
from storage.activity import ACTIVITY
from storage.answers import ANSWER
from storage.database import Connection, Database
from storage.reviews import REVIEW, Plan
from storage.schedules import SCHEDULE
from storage.steps import STEP
from tests.actions.examinees import HARD, answers, comes, examined, kinds, sat, sits
from tests.actions.talk import in_short, new_key
from tests.domain.make import programme
from tests.storage.samples import MONDAY, enrolments_of, rows

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
INTRODUCTION = "test.head+test.questions+test.limit+test.attempts+test.silent"
TAUGHT = examined("t", "4:smsrcnw", "t", at=1)
FOUR = examined("t", "ssmn", exam=replace(HARD, passing=50))
EIGHT = examined("ssssssss", exam=Exam(100))


async def test_the_whole_way_through_a_test(database: Database) -> None:
    ana, town = await comes(database, TAUGHT)
    assert await ana.presses("next") == ["study.lesson_done_unscored"]
    assert await ana.says("/continue") == [INTRODUCTION]
    assert await ana.says("/continue") == [INTRODUCTION]
    assert (await ana.presses("next"))[0] == "test.until"
    ((begun, finished),) = await rows(database, STEP.c.opened_at, STEP.c.closed_at, where=STEP.c.question)
    assert (begun, finished) == (MONDAY, None)
    for right in (True, True, False):
        (shown,) = await answers(ana, TAUGHT, right=right)
        assert shown.startswith("card 1.")
    assert await answers(ana, TAUGHT, right=True) == ["test.passed+test.look_again+study.following"]
    assert await sat(database, town.ana) == [(1, 1, 4, True)]
    given = await rows(database, ANSWER.c.id, ANSWER.c.purpose, ANSWER.c.lesson)
    assert [row[1:] for row in given] == [("test", 1)] * 4
    assert [row[1] for row in await rows(database, ACTIVITY.c.id, ACTIVITY.c.what)][3:] == [
        "lesson_done",
        "lesson_sent",
        "test_begun",
        *["answered"] * 4,
        "test_done",
        "lesson_done",
    ]
    assert await ana.says("/continue") == ["card 2.0"]
    assert await ana.presses("next") == ["study.programme_done_unscored"]


async def test_what_was_wrong_is_explained_on_request_once_the_test_is_passed(database: Database) -> None:
    ana, _ = await comes(database, FOUR)
    await ana.presses("next")
    await ana.says("/continue")
    (passed,) = await sits(ana, FOUR, lambda number: number > 1, 4)
    assert passed == "test.passed+test.look_again+study.programme_done_unscored"
    (end,) = [each for each in ana.heard[-1:] if isinstance(each, Notice)]
    explain = next(each.data for each in end.choices if each.label == "test.explain")
    assert await ana.says("/explain 1") == ["test.nothing_to_explain"]
    told = [each for each in await ana.does(Pressed(explain)) if isinstance(each, Feedback)]
    assert [each.solved for each in told] == [True, True]
    for content in await ana.contents("lt", list(told)):
        assert content.text.plain.startswith("Kuris?\n\n")


async def test_a_failed_test_waits_for_its_date_and_its_attempts(database: Database) -> None:
    ana, town = await comes(database, TAUGHT)
    await ana.presses("next")
    await ana.says("/continue")
    failed = await sits(ana, TAUGHT, lambda number: number == 0, 4)
    assert failed == ["test.failed+test.look_again+test.again_from"]
    (study,) = await database.read(lambda tx: enrolments_of(tx, town.ana))
    assert (study.lesson, study.card, study.due_at) == (1, -1, MONDAY + DAY)
    ana.at += HOUR
    assert await ana.says("/continue") == ["test.head+test.again_from"]
    ana.at = MONDAY + DAY - 8 * HOUR  # after midnight in Vilnius
    assert await ana.says("/continue") == [INTRODUCTION]
    failed = await sits(ana, TAUGHT, lambda _: False, 4)
    assert failed == ["test.failed+test.look_again+test.no_attempts"]
    (study,) = await database.read(lambda tx: enrolments_of(tx, town.ana))
    assert (study.lesson, study.card, study.due_at) == (1, -1, None)
    ana.at += 9 * DAY
    assert await ana.says("/continue") == ["test.head+test.no_attempts"]
    assert await sat(database, town.ana) == [(1, 1, 4, False), (1, 2, 4, False)]


async def test_another_attempt_asks_in_another_order(database: Database) -> None:
    ana, _ = await comes(database, EIGHT)
    orders = []
    for _ in range(3):
        await sits(ana, EIGHT, lambda _: False, 8)
        orders.append([each[1] for each in await rows(database, ANSWER.c.id, ANSWER.c.card)][-8:])
        assert in_short(ana.heard[-1:]) == ["test.failed+test.look_again+test.again_now"]
        await ana.says("/enrol safe")
    assert [sorted(order) for order in orders] == [list(range(8))] * 3
    assert len({tuple(order) for order in orders}) == 3


async def test_the_time_ends_a_test_and_the_result_comes_by_itself(database: Database) -> None:
    ana, town = await comes(database, TAUGHT)
    await ana.presses("next")
    await ana.says("/continue")
    await sits(ana, TAUGHT, lambda _: True, 3)
    for late, closed in ((29 * MINUTE, 0), (30 * MINUTE, 1), (31 * MINUTE, 0)):
        assert await close_tests.JOB.run(database, MONDAY + late) == closed
    told = await ana.written("test:")
    assert in_short(told) == ["test.time_over+test.passed+test.look_again+study.following"]
    assert await kinds(database, "test:") == ["reply"]
    assert await sat(database, town.ana) == [(1, 1, 3, True)]
    ana.at += 31 * MINUTE
    assert await answers(ana, TAUGHT, right=True) == ["test.late+test.passed"]
    assert await sat(database, town.ana) == [(1, 1, 3, True)]
    assert len(await rows(database, ANSWER.c.id)) == 3


async def test_an_answer_after_the_limit_is_not_counted(database: Database) -> None:
    ana, town = await comes(database, TAUGHT)
    await ana.presses("next")
    await ana.says("/continue")
    await sits(ana, TAUGHT, lambda _: True, 2)
    ana.at += 30 * MINUTE
    said = await answers(ana, TAUGHT, right=True)
    assert said == ["test.late+test.failed+test.look_again+test.again_from"]
    assert await sat(database, town.ana) == [(1, 1, 2, False)]
    assert await close_tests.JOB.run(database, ana.at) == 0


async def test_a_result_that_comes_long_after_the_end_asks_the_gate(database: Database) -> None:
    """The service was away: nobody waits for it at night."""
    ana, _ = await comes(database, TAUGHT)
    await ana.presses("next")
    await ana.says("/continue")
    await sits(ana, TAUGHT, lambda _: False, 1)
    assert await close_tests.JOB.run(database, MONDAY + 14 * HOUR) == 1
    assert await kinds(database, "test:") == ["lesson"]


async def test_twenty_taps_are_one_answer(database: Database) -> None:
    ana, town = await comes(database, examined("t", "4:ssssss"))
    await ana.presses("next")
    await ana.says("/continue")
    first = await asyncio.gather(*(ana.does(Pressed(f"{ana.step}:next")) for _ in range(5)))
    assert sorted(len(each) for each in first) == [1, 1, 1, 1, 2]
    assert len(await sat(database, town.ana)) == 1
    before = ana.step
    await asyncio.gather(*(ana.does(Pressed(f"{before}:=0")) for _ in range(20)))
    assert await sat(database, town.ana) == [(1, 1, 1, None)]
    assert in_short(await ana.does(Pressed(f"{before}:1"))) == ["study.behind"]


async def test_a_test_goes_on_where_it_was_in_the_version_that_was_begun(database: Database) -> None:
    ana, _ = await comes(database, TAUGHT)
    await ana.presses("next")
    await ana.says("/continue")
    (shown,) = await sits(ana, TAUGHT, lambda _: True, 1)
    await database.write(partial(programmes.publish, programme=examined("t", "s", "t", at=1), at=ana.at))
    ana.at += 20 * MINUTE
    assert await ana.says("/continue") == [shown]
    said = [await answers(ana, TAUGHT, right=True) for _ in range(3)]
    assert said[-1] == ["test.passed+study.following"]


@pytest.mark.parametrize("exam", [HARD, replace(HARD, minutes=0)])
async def test_nobody_is_reminded_while_the_time_runs(database: Database, exam: Exam) -> None:
    taught = examined("t", "ss", exam=exam)
    ana, _ = await comes(database, taught)

    async def due() -> bool:
        ((at,),) = await rows(database, SCHEDULE.c.due_at)
        return at is not None

    await ana.presses("next")
    assert not await due()
    await ana.says("/continue")
    assert await due()  # a test waits
    await ana.presses("next")
    assert await due() == (exam.minutes == 0)
    await answers(ana, taught, right=True)
    assert await due() == (exam.minutes == 0)
    await answers(ana, taught, right=False)
    assert not await due()


@pytest.mark.parametrize("exam", [HARD, replace(HARD, minutes=0)])
async def test_nothing_else_comes_while_the_time_runs(database: Database, exam: Exam) -> None:
    """What somebody writes in a test is for its question."""
    taught = examined("t", "ss", exam=exam)
    ana, town = await comes(database, taught)

    def learns(tx: Connection) -> int:
        other, owner = (
            programmes.publish(tx, programme("ts", slug="other"), MONDAY),
            programmes.by_slug(tx, "other"),
        )
        assert owner is not None
        assert other is not None
        new = enrolments.enrol(tx, person=town.ana, programme=owner, version=other, at=MONDAY)
        assert new is not None
        known = Memory(2.3, 2.1, date(2026, 11, 1), date(2026, 11, 23), 1, 1, "review")
        name = programmes.edition(tx, other).names[0, 1]
        memories.add(tx, town.ana, Known(new, other, (0, 1), Waiting(owner, name, known)))
        reviews.put(tx, town.ana, Plan(MONDAY))
        enrolments.wait(tx, new, MONDAY)
        return new

    await ana.presses("next")
    await ana.says("/continue")
    await ana.presses("next")
    waits = await database.write(learns)
    await database.write(partial(review, now=MONDAY, most=9, new_key=new_key))
    sent = await database.write(partial(release, enrolment=waits, now=MONDAY, new_key=new_key))
    assert sent == (exam.minutes == 0)
    assert len(await ana.written("review:")) == (exam.minutes == 0)
    later = MONDAY + timedelta(minutes=45)
    if exam.minutes:
        assert (await database.read(partial(enrolments.get, enrolment=waits))).due_at == later
        assert await rows(database, REVIEW.c.person_id, REVIEW.c.due_at) == [(town.ana, later)]


async def test_a_pause_stays_one_when_the_time_of_a_test_is_over(database: Database) -> None:
    ana, town = await comes(database, TAUGHT)
    await ana.presses("next")
    await ana.says("/continue")
    await sits(ana, TAUGHT, lambda _: True, 1)
    await ana.says("/pause")
    assert await close_tests.JOB.run(database, MONDAY + HOUR) == 1
    (study,) = await database.read(lambda tx: enrolments_of(tx, town.ana))
    assert (study.state, study.card, study.due_at) == ("paused", -1, None)


async def test_explanations_are_read_without_being_reminded_of_them(database: Database) -> None:
    """Nothing is asked there, so no ladder begins."""
    taught = examined("t", "ss", "t", exam=Exam(passing=50), at=1)
    ana, town = await comes(database, taught)
    await ana.presses("next")
    await ana.says("/continue")
    await sits(ana, taught, lambda number: number == 0, 2)
    before = await ladders(database)
    (study,) = await database.read(lambda tx: enrolments_of(tx, town.ana))
    assert await ana.says(f"/explain {study.id} 1") == ["thanks"]
    assert await ladders(database) == before == []


async def ladders(database: Database) -> list[tuple[datetime, ...]]:
    """When each ladder is climbed next."""
    kept = SCHEDULE.c.due_at
    return await rows(database, kept, where=(SCHEDULE.c.kind == "reminder") & kept.is_not(None))


async def test_a_test_that_never_arrived_waits_again(database: Database) -> None:
    ana, town = await comes(database, TAUGHT)
    await ana.presses("next")
    (study,) = await database.read(lambda tx: enrolments_of(tx, town.ana))
    due: datetime | None = study.due_at
    assert due is not None
    await database.write(partial(release, enrolment=study.id, now=due, new_key=new_key))
    [told] = await ana.written("lesson:")
    assert isinstance(told, Notice)
    await database.write(partial(give_back, kind="lesson", step=told.step, now=due + HOUR))
    again = await database.read(partial(enrolments.get, enrolment=study.id))
    assert (again.card, again.due_at) == (-1, due + DAY)


async def test_a_test_comes_by_time_as_a_lesson_does(database: Database) -> None:
    ana, town = await comes(database, TAUGHT)
    await ana.presses("next")
    (study,) = await database.read(lambda tx: enrolments_of(tx, town.ana))
    due: datetime | None = study.due_at
    assert due is not None
    assert await database.write(partial(release, enrolment=study.id, now=due, new_key=new_key))
    told = await ana.written("lesson:")
    assert in_short(told) == [INTRODUCTION]
    ana.heard, ana.at = [*ana.heard, *told], due
    assert (await ana.presses("next"))[0] == "test.until"
    assert (await database.read(lambda tx: enrolments.get(tx, study.id))).card == 0
