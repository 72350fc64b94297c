"""Which lesson comes next."""

import pytest

from domain.order import next_lesson
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
