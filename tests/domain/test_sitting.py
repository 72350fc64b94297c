"""What a sitting asks, when it may begin, when it ends, and what it is worth."""

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.pacing import local
from domain.person import Person
from domain.programme import Exam, Programme
from domain.sitting import (
    ENTRY,
    Sitting,
    answered,
    begun,
    chance,
    drawn,
    entry_questions,
    finished,
    has_tests,
    known,
    last,
    running,
)
from tests.domain import strategies as may_be
from tests.domain.make import NOW, card, person, programme
from tests.domain.strategies import calm

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
EXAM = Exam(75, 30, attempts=3, wait_days=1)


def seat(lesson: int = 0, number: int = 1, enrolment: int = 1) -> Sitting:
    return Sitting(enrolment, 11, lesson, number, (), NOW)


def sat(
    *worths: float, of: int = 4, number: int = 1, ended: datetime = NOW, excused: bool = False
) -> Sitting:
    """A sitting of the first lesson that is over."""
    asked = tuple((0, place) for place in range(of))
    return Sitting(1, 11, 0, number, asked, ended - HOUR, None, worths, ended, False, excused)


@calm
@given(may_be.tests, st.integers(1, 99), st.integers(1, 5))
def test_a_sitting_draws_each_question_once(kinds: str, enrolment: int, number: int) -> None:
    taught = programme("t", kinds)
    text = taught.lessons[1].texts[0]
    sitting = begun(seat(1, number, enrolment), taught)
    places = {place for place, each in enumerate(text.cards) if each.question}
    assert len({*sitting.asked}) == len(sitting.asked) == (text.draw or len(places))
    assert {lesson for lesson, _ in sitting.asked} == {1}
    assert {place for _, place in sitting.asked} <= places
    assert sitting == begun(seat(1, number, enrolment), taught)
    assert sitting.ends_at == NOW + timedelta(minutes=30)


def test_each_attempt_and_each_learner_has_another_draw_and_order() -> None:
    taught = programme("!5:ssssssssss")
    sittings = [begun(seat(0, number, who), taught).asked for number in range(1, 21) for who in range(1, 21)]
    assert len({*sittings}) > 380
    often = Counter(pair for asked in sittings for pair in asked)
    assert len(often) == 10
    assert min(often.values()) > 150  # of 200


@calm
@given(may_be.programmes(), st.integers(1, 99))
def test_an_entry_test_asks_a_few_graded_questions_of_each_lesson(taught: Programme, enrolment: int) -> None:
    sitting = begun(seat(ENTRY, enrolment=enrolment), taught)
    assert sitting.ends_at is None
    for number, lesson in enumerate(taught.lessons):
        text = lesson.texts[0]
        graded = {
            place
            for place, each in enumerate(text.cards)
            if each.question and each.question.kind not in ("opinion", "open")
        }
        asked = [place for index, place in sitting.asked if index == number]
        assert {*asked} <= graded
        assert len(asked) == (0 if text.exam else min(len(graded), taught.rules.skip))
    assert [index for index, _ in sitting.asked] == sorted(index for index, _ in sitting.asked)


def test_a_draw_is_known_by_the_questions_and_not_by_their_places() -> None:
    text = programme("sssss").lessons[0].texts[0]
    moved = replace(text, cards=(card("t"), *text.cards))
    assert [place - 1 for place in drawn(moved, 3, "seed")] == list(drawn(text, 3, "seed"))
    assert len(drawn(text, 0, "seed")) == 5


def test_a_programme_has_tests_or_none() -> None:
    assert [
        has_tests(each) for each in (programme("ts"), programme("t", "!ss"), programme("ts", skip=1))
    ] == [
        False,
        True,
        True,
    ]
    assert entry_questions(programme("to", "!ss", skip=2), "") == ()


@pytest.mark.parametrize(
    ("sittings", "number", "left", "first"),
    [
        ((), 1, 3, None),
        ((sat(),), 2, 2, date(2026, 11, 24)),
        ((sat(), sat(number=2, ended=NOW + 13 * HOUR)), 3, 1, date(2026, 11, 24)),
        ((sat(), sat(number=2, ended=NOW + 14 * HOUR)), 3, 1, date(2026, 11, 25)),  # midnight in Vilnius
        ((sat(), sat(number=2), sat(number=3)), 4, 0, date(2026, 11, 24)),
        ((sat(), sat(number=2), sat(number=3), sat(number=4)), 5, 0, date(2026, 11, 24)),
        ((sat(), sat(number=2, excused=True)), 3, 2, date(2026, 11, 24)),
        ((sat(excused=True),), 2, 3, None),
    ],
)
def test_attempts_are_counted_and_waited_for_in_the_learners_dates(
    sittings: tuple[Sitting, ...], number: int, left: int, first: date | None
) -> None:
    others = (replace(seat(1), finished_at=NOW + 99 * DAY),)
    next_ = chance(EXAM, 0, (*sittings, *others), person())
    assert (next_.number, next_.left, next_.first) == (number, left, first)
    assert not replace(next_, left=0).open(NOW + 999 * DAY, person())


@calm
@given(may_be.people, may_be.moments, st.integers(1, 30))
def test_the_next_attempt_opens_with_its_local_date(learner: Person, ended: datetime, days: int) -> None:
    next_ = chance(Exam(50, wait_days=days), 0, [sat(ended=ended)], learner)
    assert next_.left is None
    opens = [hour for hour in range(24 * (days + 2)) if next_.open(ended + hour * HOUR, learner)]
    dates = {local(ended + hour * HOUR, learner).date() for hour in opens}
    assert min(dates) == local(ended, learner).date() + days * DAY
    assert opens == list(range(opens[0], 24 * (days + 2)))


def test_without_waiting_the_next_attempt_is_open_at_once() -> None:
    next_ = chance(Exam(50), 0, [sat()], person())
    assert (next_.number, next_.left, next_.first, next_.open(NOW, person())) == (2, None, None, True)


@pytest.mark.parametrize(
    ("worths", "of", "passing", "right", "percent", "passed"),
    [
        ((1, 1, 1, 0), 4, 75, 3, 75, True),
        ((1, 1, 0.5, 0), 4, 75, 2, 62, False),
        ((1, 1, 0.5, 0.5), 4, 75, 2, 75, True),
        ((1, 1, 1), 4, 75, 3, 75, True),
        ((1,), 4, 75, 1, 25, False),
        ((), 4, 1, 0, 0, False),
        ((1, 1), 3, 67, 2, 66, False),
        ((1, 1), 3, 66, 2, 66, True),
        ((1 / 3, 1 / 3, 1 / 3), 3, 33, 0, 33, True),
        ((1 / 3, 1 / 3, 1 / 3, 1, 1), 5, 60, 2, 60, True),
        ((1,) * 16 + (0,) * 4, 20, 80, 16, 80, True),
    ],
)
def test_the_result(
    *, worths: tuple[float, ...], of: int, passing: int, right: int, percent: int, passed: bool
) -> None:
    over = finished(sat(*worths, of=of), Exam(passing), NOW)
    assert (over.right, over.percent, over.passed) == (right, percent, passed)


@calm
@given(
    st.lists(st.sampled_from([0, 0.25, 1 / 3, 0.5, 2 / 3, 1.0]), min_size=1, max_size=30), st.integers(1, 100)
)
def test_a_result_that_shows_enough_is_passed_and_no_other(worths: list[float], passing: int) -> None:
    over = finished(sat(*worths, of=len(worths)), Exam(passing), NOW)
    assert over.passed == (over.percent >= passing)
    assert 0 <= over.percent <= 100
    assert over.right + len(over.wrong) == len(worths)
    assert (over.percent == 100) == (over.wrong == ())


def test_the_time_ends_with_its_last_second() -> None:
    sitting = begun(seat(), programme("!sss"))
    limit = NOW + timedelta(minutes=30)
    second = timedelta(seconds=1)
    assert [sitting.over(at) for at in (NOW, limit - second, limit, limit + second)] == [
        False,
        False,
        True,
        True,
    ]
    assert not replace(sitting, ends_at=None).over(limit + 99 * DAY)
    assert finished(sitting, EXAM, limit - second).finished_at == limit - second
    assert finished(sitting, EXAM, limit + 9 * DAY).finished_at == limit
    assert finished(replace(sitting, ends_at=None), EXAM, limit + DAY).finished_at == limit + DAY
    assert finished(sitting, EXAM, NOW).over(NOW)


def test_answers_come_one_after_another() -> None:
    sitting = begun(seat(), programme("!sss"))
    assert sitting.place == 0
    twice = answered(answered(sitting, 0.5), 1)
    assert (twice.place, twice.worths) == (2, (0.5, 1))
    assert twice.wrong == (twice.asked[0], twice.asked[2])


def test_one_sitting_runs_and_the_newest_of_a_test_is_its_last() -> None:
    first, second, other = sat(), replace(sat(number=2), finished_at=None), replace(sat(number=9), lesson=1)
    assert running((first, other)) is None
    assert running((first, second, other)) == second
    assert running((replace(second, excused=True),)) is None
    assert last((second, first, other), 0) == second
    assert last((first,), 1) is None


def test_a_lesson_is_known_when_all_that_was_asked_of_it_is_right() -> None:
    asked = ((0, 1), (0, 2), (2, 0), (3, 1), (3, 2))
    sitting = Sitting(1, 11, ENTRY, 1, asked, NOW, worths=(1, 1, 0.5, 1, 1))
    assert known(sitting) == (0, 3)
    assert known(replace(sitting, worths=(1, 1, 1, 1))) == (0, 2)
    assert finished(sitting, None, NOW).passed is None
