"""Who is asked to hold a session: the suitable one with the fewest, so that the load stays even; and what is said."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.at_webinar import Decline, Lead, ShowLed
from domain.leading import (
    LONGEST_WHY,
    Feedback,
    Session,
    Trainer,
    answer_by,
    feedback,
    free,
    load,
    next_trainer,
    quarter,
    suitable,
)
from domain.leading_talk import accept, asked, decline
from domain.webinar import Webinar, Words
from tests.domain.make import person
from tests.domain.strategies import calm

ZONE = "Europe/Vilnius"
START = datetime(2026, 12, 7, 8, tzinfo=UTC)
SAMPLE = Webinar(1, 1, {"lt": Words("Virusai")}, START, 60, ZONE, 10, link="https://a.example", seeking=True)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def trainer(
    number: int = 1, *starts: datetime, changes: dict[str, Any] | None = None, **said: Any
) -> Trainer:
    sessions = tuple(Session(each, each + HOUR) for each in starts)
    return Trainer(person(id=number, **(changes or {})), sessions, **said)


@pytest.mark.parametrize(
    ("at", "first", "later"),
    [
        (START, date(2026, 10, 1), date(2027, 1, 1)),
        (datetime(2026, 3, 31, 21, tzinfo=UTC), date(2026, 4, 1), date(2026, 7, 1)),  # midnight in Vilnius
        (datetime(2026, 3, 31, 20, 59, tzinfo=UTC), date(2026, 1, 1), date(2026, 4, 1)),
        (datetime(2026, 9, 30, 12, tzinfo=UTC), date(2026, 7, 1), date(2026, 10, 1)),
    ],
)
def test_a_quarter_is_of_the_wall_there(at: datetime, first: date, later: date) -> None:
    assert quarter(at, ZONE) == (first, later)


def test_only_what_begins_in_the_quarter_counts() -> None:
    within = quarter(START, ZONE)
    ends = datetime(2026, 12, 31, 22, tzinfo=UTC)  # midnight in Vilnius
    assert load(trainer(1, START, ends - HOUR, ends, START - 90 * DAY), within, ZONE) == 2


@pytest.mark.parametrize(
    ("who", "can"),
    [
        (trainer(1), True),
        (trainer(1, START - HOUR, START + HOUR), True),  # right before and right after
        (trainer(1, START - HOUR / 2), False),
        (trainer(1, START + HOUR / 2), False),
        (trainer(1, changes={"leave_from": date(2026, 12, 7), "leave_until": date(2026, 12, 7)}), False),
        (trainer(1, changes={"leave_from": date(2026, 12, 5), "leave_until": date(2026, 12, 6)}), True),
        (trainer(1, changes={"left_on": date(2026, 12, 7)}), False),
    ],
)
def test_who_holds_something_else_or_is_away_is_not_free(who: Trainer, *, can: bool) -> None:
    assert free(who, SAMPLE) is can


@pytest.mark.parametrize(
    ("said", "webinar", "can"),
    [
        ({}, {}, True),
        (
            {},
            {"spoken": "lt", "programme": 3},
            True,
        ),  # who says nothing speaks their own, and teaches anything
        ({}, {"spoken": "nb"}, False),
        ({"speaks": frozenset({"nb"})}, {"spoken": "nb"}, True),
        ({"speaks": frozenset({"nb"})}, {"spoken": "lt"}, False),
        ({"teaches": frozenset({3})}, {"programme": 3}, True),
        ({"teaches": frozenset({4})}, {"programme": 3}, False),
        ({"teaches": frozenset({4})}, {}, True),
    ],
)
def test_language_and_programme_are_asked_of_where_they_are_said(
    said: dict[str, Any], webinar: dict[str, Any], *, can: bool
) -> None:
    assert suitable(trainer(1, **said), replace(SAMPLE, **webinar)) is can


def test_the_one_with_the_fewest_is_asked_then_the_next() -> None:
    those = [trainer(1, START - DAY, START + DAY), trainer(2, START - DAY), trainer(3, START - DAY)]
    order = list[int]()
    while (found := next_trainer(SAMPLE, those, order)) is not None:
        order.append(found.person.id)
    assert order == [2, 3, 1]


@calm
@given(
    many=st.integers(1, 5),
    days=st.lists(st.integers(0, 20), max_size=40),
    refuses=st.sets(st.tuples(st.integers(0, 39), st.integers(1, 5))),
)
def test_the_load_stays_even(many: int, days: list[int], refuses: set[tuple[int, int]]) -> None:
    """Whoever gets a session had the fewest of all who could and did not decline it; and nobody two at once. Where
    nobody declines and nothing clashes, loads differ by one at most."""
    trainers = [trainer(number + 1) for number in range(many)]
    for number, day in enumerate(days):
        webinar = replace(SAMPLE, id=number + 1, starts_at=START + day * DAY)
        within = quarter(webinar.starts_at, ZONE)
        declined = set[int]()
        while (found := next_trainer(webinar, trainers, declined)) is not None:
            if (number, found.person.id) not in refuses:
                break
            declined.add(found.person.id)
        able = [each for each in trainers if suitable(each, webinar) and each.person.id not in declined]
        assert (found is None) == (not able)
        if found is None:
            continue
        assert load(found, within, ZONE) == min(load(each, within, ZONE) for each in able)
        more = (*found.sessions, Session(webinar.starts_at, webinar.ends_at))
        trainers[trainers.index(found)] = replace(found, sessions=more)
    for each in trainers:
        assert max(Counter(session.starts_at for session in each.sessions).values(), default=0) <= 1
    if not refuses and len(set(days)) == len(days):
        loads = [len(each.sessions) for each in trainers]
        assert sum(loads) == len(days)
        assert max(loads) - min(loads) <= 1


@pytest.mark.parametrize(
    ("left", "wait"),
    [(30 * DAY, 2 * DAY), (4 * DAY, DAY), (2 * HOUR, HOUR), (HOUR / 2, HOUR / 2)],
)
def test_there_is_time_to_answer(left: timedelta, wait: timedelta) -> None:
    assert answer_by(START - left, START) == START - left + wait


@pytest.mark.parametrize(
    ("ratings", "shown"),
    [
        ({}, Feedback(0)),
        ({5: 4}, Feedback(4)),
        ({1: 5, 5: 5}, Feedback(10, 30)),
        ({5: 10}, Feedback(10, 30, "more")),  # whoever says "all of them" says what each said
        ({1: 10}, Feedback(10, 30, "less")),
        ({4: 5, 3: 5}, Feedback(10, 35)),
    ],
)
def test_nobody_reads_from_an_average_what_one_said(ratings: dict[int, int], shown: Feedback) -> None:
    assert feedback(ratings) == shown


def test_words_and_numbers() -> None:
    assert accept("12") == [Lead(12)]
    assert accept("twelve") == [Lead(0)]
    assert decline("12  no   time ") == [Decline(12, "no time")]
    assert decline("12 " + "a" * 400) == [Decline(12, "a" * LONGEST_WHY)]
    assert [asked(each) for each in ("", "12", "12 3")] == [
        [ShowLed(0, 1)],
        [ShowLed(12, 1)],
        [ShowLed(12, 3)],
    ]
