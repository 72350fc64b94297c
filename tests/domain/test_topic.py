"""The question of the week: which one is next, when it comes, and whether a quiz can ask it."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.days_off import Span
from domain.message import Quiz
from domain.organisation import Organisation
from domain.programme import Card, Picture
from domain.question import Option, Question
from domain.recall import edition
from domain.text import Text, marked
from domain.topic import (
    Rhythm,
    Topic,
    answered_at,
    due,
    fits,
    following,
    is_open,
    mixed,
    moment,
    quiz,
    topics,
)
from tests.domain.make import lesson, programme

HOUSE = Organisation(1, "Biblioteka", "LT", "Europe/Vilnius", "lt", "Rūta")
VILNIUS = ZoneInfo("Europe/Vilnius")
WEDNESDAY = Rhythm(3, time(10))
NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)  # a Monday


def topic(number: int, of: int = 1) -> Topic:
    return Topic(of, 9, number, 0, f"q{number}")


@given(
    st.lists(st.integers(0, 4), max_size=4).flatmap(
        lambda gone: st.tuples(st.just(gone), st.integers(1, 5), st.integers(1, 40))
    )
)
def test_none_comes_again_before_all_the_others_have(case: tuple[list[int], int, int]) -> None:
    """Also of those that were there all the time, when others come and go."""
    posted, there, weeks = [(1, f"q{number}") for number in case[0]], case[1], case[2]
    for week in range(weeks):
        now = [topic(number) for number in range(there + (week % 7 == 0))]
        found = following(now, posted)
        assert found is not None
        if found.key in posted:
            since = posted[len(posted) - 1 - posted[::-1].index(found.key) + 1 :]
            assert {each.key for each in now} - {found.key} <= set(since)
        posted.append(found.key)


def test_nothing_comes_where_there_is_nothing() -> None:
    assert following([], [(1, "q1")]) is None


def test_several_programmes_take_turns() -> None:
    several = [[topic(1), topic(2)], [], [topic(3, of=2)]]
    assert [each.lesson for each in mixed(several)] == [1, 3, 2]


def test_questions_of_tests_opinions_and_forks_are_left_out_and_those_in_other_languages() -> None:
    lessons = (
        lesson("a", "tsmos1", ("lt", "en")),
        lesson("b", "!sss", ("lt", "en")),
        lesson("c", "rcnwf", ("lt",)),
    )
    content = replace(programme("t"), lessons=lessons)
    spots = edition(9, content).spots

    def names(language: str) -> list[tuple[int, int]]:
        found = topics(1, 9, content, spots, language)  # type: ignore[arg-type]
        return [(each.lesson, each.card) for each in found]

    assert names("lt") == [(0, 1), (0, 2), (2, 0), (2, 1), (2, 2), (2, 3)]
    assert names("en") == [(0, 1), (0, 2)]


def test_it_comes_once_a_week_at_its_hour_whatever_the_clocks_do() -> None:
    now, after, found = datetime(2026, 1, 1, tzinfo=UTC), None, list[tuple[date, datetime]]()
    early = Rhythm(1, time(3, 30))
    while now.year == 2026:
        coming = due(now, after, early, HOUSE)
        assert coming.at > now
        found.append((coming.day, coming.at))
        now, after = coming.at, coming.day
    days = [day for day, _ in found]
    assert days == sorted(set(days))
    assert all(later - before == timedelta(days=7) for before, later in pairwise(days))
    assert {at.astimezone(VILNIUS).time() for _, at in found} == {time(3, 30)}


@pytest.mark.parametrize(
    ("now", "after", "weekday", "day", "at"),
    [
        (NOW, None, 3, "2026-11-25", "2026-11-25T10:00"),
        (NOW, None, 1, "2026-11-23", "2026-11-23T10:00"),
        (NOW + timedelta(hours=1), None, 1, "2026-11-30", "2026-11-30T10:00"),
        (NOW, date(2026, 11, 25), 4, "2026-12-03", "2026-12-03T10:00"),  # a week has one
        (NOW, date(2020, 1, 1), 3, "2026-11-25", "2026-11-25T10:00"),
        (
            datetime(2026, 12, 21, tzinfo=UTC),
            None,
            4,
            "2026-12-24",
            "2026-12-28T10:00",
        ),  # holidays, and a weekend
        (datetime(2026, 12, 28, 7, tzinfo=UTC), None, 4, "2026-12-24", "2026-12-28T10:00"),
        (datetime(2026, 12, 28, 9, tzinfo=UTC), date(2026, 12, 24), 4, "2026-12-31", "2026-12-31T10:00"),
    ],
)
def test_it_comes_on_the_next_working_day(
    now: datetime, after: date | None, weekday: int, day: str, at: str
) -> None:
    rhythm = Rhythm(weekday, time(10))
    coming = due(now, after, rhythm, HOUSE)
    assert coming.day.isoformat() == day
    assert coming.at.astimezone(VILNIUS).isoformat()[:16] == at
    assert moment(coming.day, rhythm, HOUSE) == coming.at


def test_a_week_without_working_days_has_none() -> None:
    closed = replace(HOUSE, days_off=(Span("2026-11-24..2026-12-11"),))
    coming = due(NOW, None, WEDNESDAY, closed)
    assert (coming.day, coming.at.astimezone(VILNIUS).date()) == (date(2026, 12, 9), date(2026, 12, 14))


def test_the_answer_follows_on_the_next_working_day() -> None:
    friday = datetime(2026, 11, 27, 8, 0, tzinfo=UTC)
    at = answered_at(friday, WEDNESDAY, HOUSE)
    assert at.astimezone(VILNIUS).isoformat()[:16] == "2026-11-30T10:00"


def test_an_hour_is_one_of_the_place_and_a_day_one_of_work() -> None:
    assert is_open(WEDNESDAY, HOUSE)
    assert not is_open(Rhythm(3, time(18)), HOUSE)
    assert not is_open(Rhythm(3, time(7, 59)), HOUSE)
    assert not is_open(Rhythm(6, time(10)), HOUSE)


OPTIONS = (Option(Text("Ne")), Option(Text("Taip"), True, Text("Nes taip.")))
ASKED = Question("q", "single", Text("Ar?"), OPTIONS, explanation=Text("Štai."))


def test_a_single_choice_is_a_quiz() -> None:
    assert quiz(Card(Text("Sakinys."), question=ASKED)) == Quiz(
        "Sakinys.\n\nAr?", ("Ne", "Taip"), 1, "Nes taip.\nŠtai."
    )
    mixed_ = quiz(Card(question=replace(ASKED, shuffled=True)))
    assert mixed_ is not None
    assert mixed_.options[mixed_.right] == "Taip"


PICTURE = Picture("0" * 64, "a.png", "A", 1, 1)


@pytest.mark.parametrize(
    "card",
    [
        Card(Text("Tekstas")),
        Card(question=replace(ASKED, kind="multiple")),
        Card(picture=PICTURE, question=ASKED),
        Card(question=replace(ASKED, options=(*OPTIONS, Option(Text("Gal"), picture="a.png")))),
        Card(marked("Slapta", "hidden"), question=ASKED),
        Card(Text("a" * 300), question=ASKED),
        Card(question=replace(ASKED, explanation=Text("a" * 200))),
    ],
)
def test_what_fits_no_quiz_is_none(card: Card) -> None:
    assert quiz(card) is None


@pytest.mark.parametrize(
    ("asked", "takes"),
    [
        (Quiz("?" * 300, ("a", "b"), 0), True),
        (Quiz("?" * 301, ("a", "b"), 0), False),
        (Quiz(" ", ("a", "b"), 0), False),
        (Quiz("?", ("a",), 0), False),
        (Quiz("?", tuple("abcdefghij"), 0), True),
        (Quiz("?", tuple("abcdefghijk"), 0), False),
        (Quiz("?", ("a", "a "), 0), False),
        (Quiz("?", ("a", " "), 0), False),
        (Quiz("?", ("a" * 100, "b"), 0), True),
        (Quiz("?", ("a" * 101, "b"), 0), False),
        (Quiz("?", ("🎓" * 51, "b"), 0), False),
        (Quiz("?", ("a", "b"), 0, "a" * 200), True),
        (Quiz("?", ("a", "b"), 0, "a" * 201), False),
        (Quiz("?", ("a", "b"), 0, "a\nb\nc"), True),
        (Quiz("?", ("a", "b"), 0, "a\nb\nc\nd"), False),
    ],
)
def test_a_quiz_keeps_the_limits(asked: Quiz, *, takes: bool) -> None:
    assert fits(asked) is takes
