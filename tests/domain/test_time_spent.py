"""Time spent: active time is never more than what passed, and a break is a long look at most."""

from datetime import UTC, datetime, timedelta
from statistics import median as middle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.programme import Card, Lesson, LessonText, Programme
from domain.text import Text
from domain.time_spent import LEAST, MOST, Showing, active, cap, caps, median, stated, total
from tests.domain.strategies import calm, moments

NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
lengths = st.timedeltas(timedelta(seconds=-10), timedelta(days=2))
minutes = st.integers(LEAST, MOST)


def lesson(minutes: int, cards: int) -> LessonText:
    return LessonText("lt", "Pamoka", minutes, (Card(Text("Tekstas")),) * cards)


def shown(seconds: float) -> Showing:
    return Showing(NINE, NINE + timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("stated", "cards", "expected"),
    [(3, 5, 2), (1, 1, 3), (3, 3, 3), (3, 4, 3), (3, 2, 5), (10, 3, 10), (60, 1, 10), (1, 40, 2), (5, 0, 10)],
)
def test_a_card_may_take_three_times_its_share_of_the_lesson(stated: int, cards: int, expected: int) -> None:
    assert cap(lesson(stated, cards)) == expected


def test_each_lesson_has_its_cap_and_the_shortest_translation_counts() -> None:
    quick, slow = lesson(3, 3), lesson(9, 3)
    taught = Programme("safe", (), (Lesson("01", (slow, quick)), Lesson("02", (slow,))))
    assert caps(taught) == [3, 9]
    assert stated(taught) == 18


@pytest.mark.parametrize(
    ("showing", "expected"),
    [
        (shown(0), 0),
        (shown(45), 45),
        (shown(120), 120),
        (shown(121), 120),
        (shown(15 * 3600), 120),
        (shown(-5), 0),
        (Showing(NINE, None), 0),
    ],
)
def test_a_showing_counts_up_to_its_cap(showing: Showing, expected: int) -> None:
    assert active(showing, 2) == timedelta(seconds=expected)


def test_a_night_between_two_presses_does_not_count() -> None:
    lesson_over_two_days = [shown(30), shown(15 * 3600), shown(20)]
    assert total(lesson_over_two_days, 2) == timedelta(minutes=2, seconds=50)


@calm
@given(st.lists(lengths), minutes)
def test_it_is_never_more_than_what_passed_nor_than_the_cap(passed: list[timedelta], most: int) -> None:
    each = [active(Showing(NINE, NINE + one), most) for one in passed]
    assert all(
        timedelta() <= counted <= max(one, timedelta()) for counted, one in zip(each, passed, strict=True)
    )
    assert all(counted <= timedelta(minutes=most) for counted in each)
    assert total((Showing(NINE, NINE + one) for one in passed), most) == sum(each, timedelta())


@calm
@given(moments, lengths, lengths, minutes, minutes)
def test_longer_never_counts_for_less(
    at: datetime, one: timedelta, other: timedelta, most: int, more: int
) -> None:
    shorter, longer = sorted((one, other))
    low, high = sorted((most, more))
    assert active(Showing(at, at + shorter), low) <= active(Showing(at, at + longer), low)
    assert active(Showing(at, at + shorter), low) <= active(Showing(at, at + shorter), high)


@calm
@given(
    moments,
    st.timedeltas(timedelta(), timedelta(days=1)),
    st.timedeltas(timedelta(), timedelta(days=1)),
    minutes,
)
def test_a_card_that_is_shown_again_counts_for_no_more(
    at: datetime, before: timedelta, after: timedelta, most: int
) -> None:
    again, closed = at + before, at + before + after
    assert active(Showing(again, closed), most) <= active(Showing(at, closed), most)


@calm
@given(st.integers(1, 60), st.integers(1, 60))
def test_a_cap_is_between_two_and_ten_minutes(stated: int, cards: int) -> None:
    most = cap(lesson(stated, cards))
    assert LEAST <= most <= MOST
    assert most in (LEAST, MOST) or most - 1 < 3 * stated / cards <= most


@calm
@given(st.lists(st.integers(0, 20)))
def test_the_median_of_counted_values_is_that_of_the_values(values: list[int]) -> None:
    counted = {value: values.count(value) for value in values}
    assert median({**counted, 21: 0}) == (middle(values) if values else None)
