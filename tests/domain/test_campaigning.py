"""A launch campaign: what is due when, and what its figures tell of few."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.campaigning import LAST, STEPS, USUAL, Step, dates, filled, is_in_order, moment, strange, told
from domain.days_off import Span
from domain.disclosure import FEWEST
from domain.organisation import Organisation

START = date(2026, 11, 23)  # a Monday
DAY = timedelta(days=1)
PLACE = Organisation(1, "Biblioteka", "LT", "Europe/Vilnius", "lt", "Rasa", days_off=(Span("2026-11-25"),))


@st.composite
def plans(draw: st.DrawFn) -> dict[Step, int]:
    wanted = [step for step in STEPS if draw(st.booleans())]
    days = sorted(draw(st.lists(st.integers(0, LAST), min_size=len(wanted), max_size=len(wanted))))
    return dict(zip(wanted, days, strict=True))


@st.composite
def courses(draw: st.DrawFn) -> tuple[dict[Step, int], dict[Step, date]]:
    """A plan, and on which dates its first steps were done: each when it was due or later."""
    days, done = draw(plans()), dict[Step, date]()
    for _ in range(draw(st.integers(0, len(days)))):
        due = dates(START, days, done)
        first = next(iter(due))
        done[first] = due[first] + draw(st.integers(0, 200)) * DAY
    return days, done


def test_the_usual_steps_come_in_their_order() -> None:
    assert is_in_order(USUAL)
    assert {step: (day - START).days for step, day in dates(START, USUAL, {}).items()} == USUAL


@pytest.mark.parametrize(
    ("days", "fits"),
    [
        ({}, True),
        ({"invite": 0, "remind": 0}, True),
        ({"invite": 3, "remind": 2}, False),
        ({"heads": -1}, False),
        ({"results": LAST + 1}, False),
        ({"heads": 5, "results": 4}, False),
    ],
)
def test_steps_that_are_not_in_order_are_told(days: dict[Step, int], fits: bool) -> None:
    assert is_in_order(days) is fits


@given(courses())
def test_steps_keep_their_order_and_their_distance_however_late_one_was(
    course: tuple[dict[Step, int], dict[Step, date]],
) -> None:
    days, done = course
    due = dates(START, days, done)
    assert due.keys() | done.keys() == days.keys()
    assert not due.keys() & done.keys()
    whole = due | done
    for before, after in pairwise(step for step in STEPS if step in days):
        assert whole[after] - whole[before] >= (days[after] - days[before]) * DAY
    assert all(day >= START + days[step] * DAY for step, day in due.items())


@given(plans())
def test_what_is_in_time_is_due_on_its_day(days: dict[Step, int]) -> None:
    assert {step: (day - START).days for step, day in dates(START, days, {}).items()} == days


@given(courses())
def test_what_is_done_as_it_was_due_changes_nothing(
    course: tuple[dict[Step, int], dict[Step, date]],
) -> None:
    days, done = course
    due = dates(START, days, done)
    for step in list(due):
        done[step] = due[step]
        assert dates(START, days, done) == {each: day for each, day in due.items() if each not in done}


@given(st.integers(0, 400))
def test_a_step_is_on_a_working_day_when_the_place_opens(later: int) -> None:
    at = moment(START + later * DAY, PLACE)
    assert at.date() >= START + later * DAY
    assert at.isoweekday() <= 5
    assert at.date() != date(2026, 11, 25)
    assert at.strftime("%H:%M") in ("06:00", "05:00")  # eight in Vilnius


def test_a_holiday_and_a_day_off_are_left_out() -> None:
    assert moment(date(2026, 11, 25), PLACE).date() == date(2026, 11, 26)
    assert moment(date(2026, 12, 24), PLACE).date() == date(2026, 12, 28)


PEOPLE = st.integers(0, 60)


@given(st.lists(PEOPLE, min_size=4, max_size=4))
def test_no_figure_tells_of_fewer_than_five(counts: list[int]) -> None:
    whole, *parts = sorted(counts, reverse=True)
    said = told(whole, parts)
    assert len(said) == len(parts)
    shown = [whole, *(int(each) for each in said if each.isdecimal())]
    assert all(
        before - after == 0 or before - after >= FEWEST or after == 0 for before, after in pairwise(shown)
    )
    assert all(each == 0 or each >= FEWEST for each in shown[1:])
    for count, words in zip(parts, said, strict=True):
        bound, _, number = words.rpartition(" ")
        assert {"": count == int(number), "<": 0 < count < FEWEST, "≥": count >= int(number) >= FEWEST}[bound]


@pytest.mark.parametrize(
    ("whole", "counts", "said"),
    [
        (20, (12, 6, 0), ("12", "6", "0")),
        (20, (12, 4, 1), ("12", "< 5", "< 5")),
        (20, (18, 17, 10), ("≥ 16", "≥ 16", "10")),
        (8, (6, 6, 6), ("≥ 5", "≥ 5", "≥ 5")),
        (3, (3, 0, 0), ("< 5", "0", "0")),
        (20, (20, 20, 3), ("20", "20", "< 5")),
        (0, (0, 0, 0), ("0", "0", "0")),
    ],
)
def test_figures_as_they_are_told(whole: int, counts: tuple[int, ...], said: tuple[str, ...]) -> None:
    assert told(whole, counts) == said


def test_names_in_braces() -> None:
    words = "{organisation}: {people} {huh} {}"
    assert filled(words, {"organisation": "A{people}", "people": "5"}) == "A{people}: 5 {huh} {}"
    assert strange("heads", words) == ["huh", ""]
    assert strange("hand", "{count}{people}") == ["people"]
