"""Disclosure: no figure tells what fewer than five people answered, and none can be reckoned from the others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.disclosure import FEWEST, Share, cells, marks, share
from tests.domain.strategies import calm


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ((), ()),
        ((0, 0), (0, 0)),
        ((20, 30), (20, 30)),
        ((5, 0, 7), (5, 0, 7)),
        ((12, 0), (12, 0)),
        ((4, 30, 20), (None, 30, None)),
        ((1, 1, 30, 0), (None, None, None, 0)),
        ((2, 3, 30, 40), (None, None, 30, 40)),
        ((1, 40), (None, None)),
        ((3,), (None,)),
    ],
)
def test_small_cells_are_hidden_with_what_would_give_them_away(
    counts: tuple[int, ...], shown: tuple[int | None, ...]
) -> None:
    assert cells(counts) == shown


def test_nobody_is_not_told_where_it_would_tell_of_everyone() -> None:
    assert cells((20, 0, 30, 0), secret=(1,)) == (None, None, 30, 0)
    assert cells((20, 12, 30, 0), secret=(1,)) == (20, 12, 30, 0)


@pytest.mark.parametrize(
    ("counts", "whole", "shown"),
    [((0, 5, 15, 16, 20), 20, (0, 5, 15, None, None)), ((1, 4, 10), 20, (None, None, 10)), ((), 9, ())],
)
def test_where_several_can_be_chosen_each_is_hidden_by_itself(
    counts: tuple[int, ...], whole: int, shown: tuple[int | None, ...]
) -> None:
    assert marks(counts, [whole] * len(counts)) == shown


@calm
@given(st.lists(st.integers(0, 30), max_size=8))
def test_what_is_hidden_cannot_be_reckoned(counts: list[int]) -> None:
    shown = cells(counts)
    hidden = [count for count, each in zip(counts, shown, strict=True) if each is None]
    assert all(each is None or each in (0, count) for count, each in zip(counts, shown, strict=True))
    assert not [each for each in shown if each and each < FEWEST]
    assert 0 not in hidden
    others = [count for count, each in zip(counts, shown, strict=True) if each]
    if hidden and others:
        assert len(hidden) > 1
        assert sum(hidden) >= FEWEST
        assert max(hidden) <= min(others)


@pytest.mark.parametrize(
    ("value", "whole", "lowest", "highest", "expected"),
    [
        (0.5, 4, 2, 2, None),
        (0.7, 100, 30, 70, Share(0.7)),
        (0.95, 100, 5, 95, Share(0.95)),
        (0.96, 100, 4, 96, Share(0.95, "more")),
        (1.0, 20, 0, 20, Share(0.75, "more")),
        (0.05, 100, 95, 5, Share(0.05)),
        (0.03, 100, 97, 3, Share(0.05, "less")),
        (0.0, 50, 50, 0, Share(0.1, "less")),
        (0.5, 5, 2, 3, Share(0.0, "more")),
    ],
)
def test_a_share_near_an_end_is_a_bound(
    value: float, whole: int, lowest: int, highest: int, expected: Share | None
) -> None:
    found = share(value, whole=whole, lowest=lowest, highest=highest)
    assert (found and (round(found.of, 9), found.bound)) == (expected and (expected.of, expected.bound))


@calm
@given(st.lists(st.sampled_from([0.0, 0.5, 1.0]), min_size=1, max_size=40))
def test_a_bound_holds_and_hides_who_differs(worth: list[float]) -> None:
    mean, whole = sum(worth) / len(worth), len(worth)
    found = share(mean, whole=whole, lowest=worth.count(0), highest=worth.count(1))
    if found is None:
        assert whole < FEWEST
    elif found.bound == "more":
        assert found.of < mean
    elif found.bound == "less":
        assert mean < found.of
    else:
        assert found.of == mean
        assert min(whole - worth.count(0), whole - worth.count(1)) >= FEWEST
