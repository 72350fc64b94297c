"""Which lesson comes next."""

import pytest

from domain.order import left, next_lesson, others
from domain.programme import Rules
from tests.domain.make import programme


@pytest.mark.parametrize(
    ("done", "after", "found"),
    [
        (set(), -1, 0),
        (set(), 0, 1),
        ({0}, 0, 1),
        ({0, 1}, 0, 2),
        ({0, 2}, 0, 1),
        ({1}, -1, 0),
        ({0, 1, 2}, -1, None),
        (set(), 2, None),
    ],
)
def test_the_next_lesson_is_the_first_behind_that_is_not_done(
    done: set[int], after: int, found: int | None
) -> None:
    assert next_lesson(programme("t", "t", "t"), done, after) == found


FREE = programme("t", "!s", "t", "!s", rules=Rules(order="free"))


@pytest.mark.parametrize(
    ("done", "open_"),
    [((), (0, 2)), ((2,), (0,)), ((0, 2), (1, 3)), ((0, 1, 2), (3,)), ((0, 1, 2, 3), ())],
)
def test_in_free_order_all_may_be_begun_and_tests_come_last(
    done: tuple[int, ...], open_: tuple[int, ...]
) -> None:
    assert left(FREE, done) == open_
    assert next_lesson(FREE, done) == next(iter(open_), None)
    assert others(FREE, done, 0) == tuple(lesson for lesson in open_ if lesson != 0)


def test_in_free_order_the_first_comes_back_when_a_later_one_is_over() -> None:
    assert next_lesson(FREE, (), 2) == 0
    assert next_lesson(FREE, (0,), 2) == 1


def test_in_fixed_order_only_the_first_that_is_not_done_may_be_begun() -> None:
    fixed = programme("t", "t", "t")
    assert [left(fixed, done) for done in ((), {0}, {1}, {0, 1, 2})] == [(0,), (1,), (0,), ()]
