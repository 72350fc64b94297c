"""Time spent: what a showing counts for at most, and the middle of what people took."""

from statistics import median as middle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.programme import Card, Lesson, LessonText, Programme
from domain.text import Text
from domain.time_spent import LEAST, MOST, cap, caps, median, stated
from tests.domain.strategies import calm


def lesson(minutes: int, cards: int) -> LessonText:
    return LessonText("lt", "Pamoka", minutes, (Card(Text("Tekstas")),) * cards)


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
