"""Completion: who meant to finish, who browses, and that nobody is counted twice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.completion import Completion, Taken, completion, meant
from tests.domain.strategies import calm

taken = st.builds(Taken, st.booleans(), st.booleans(), st.just(False), st.integers(0, 2), st.booleans())


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (Taken(), False),
        (Taken(lessons=1), False),
        (Taken(returned=True), True),
        (Taken(lessons=1, returned=True), True),
        (Taken(lessons=2), True),
        (Taken(asked=True), True),
        (Taken(finished=True), True),
        (Taken(lessons=1, finished=True), True),
    ],
)
def test_who_meant_to_finish(seen: Taken, expected: bool) -> None:
    assert meant(seen) is expected


def test_both_denominators_are_told() -> None:
    groups = [
        (Taken(finished=True, lessons=2), 2),
        (Taken(finished=True, again=True), 1),
        (Taken(asked=True), 4),
        (Taken(lessons=2), 1),
        (Taken(lessons=1), 2),
        (Taken(), 5),
    ]
    found = completion(groups, not_begun=6)
    assert found == Completion(finished=3, under_way=5, not_begun=6, browsing=7, again=1)
    assert (found.meant, found.opened, found.everyone) == (14, 15, 21)


def test_nobody_is_nobody() -> None:
    assert completion([], 0) == Completion()


@calm
@given(st.lists(st.tuples(taken, st.integers(1, 50))), st.integers(0, 50))
def test_everyone_is_in_one_place(groups: list[tuple[Taken, int]], not_begun: int) -> None:
    found = completion(groups, not_begun)
    assert found.everyone == sum(people for _, people in groups) + not_begun
    assert found.finished == sum(people for each, people in groups if each.finished)
    assert found.finished <= found.meant <= found.everyone
    assert found.browsing == sum(people for each, people in groups if not meant(each))
