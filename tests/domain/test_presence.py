"""How long somebody was there: what overlaps counts once, outside of the session nothing does."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.presence import Stay, enough, seconds, touches

START = datetime(2026, 12, 7, 8, tzinfo=UTC)
END = START + timedelta(minutes=60)
moments = st.integers(-50, 120).map(lambda minute: START + timedelta(minutes=minute))


def stay(begins: int, ends: int | None, lasted: int | None = None) -> Stay:
    end = None if ends is None else START + timedelta(minutes=ends)
    return Stay(START + timedelta(minutes=begins), end, None if lasted is None else lasted * 60)


@pytest.mark.parametrize(
    ("stays", "minutes"),
    [
        ([], 0),
        ([stay(0, 60)], 60),
        ([stay(-30, 90)], 60),
        ([stay(-30, -1)], 0),
        ([stay(60, 90)], 0),
        ([stay(10, None)], 50),
        ([stay(0, 20), stay(30, 40)], 30),
        ([stay(0, 20), stay(10, 30)], 30),
        ([stay(0, 30), stay(10, 20)], 30),
        ([stay(0, 20), stay(20, 40)], 40),
        ([stay(0, 20)] * 3, 20),
        ([stay(0, 60, 25)], 25),
        ([stay(-10, 60, 65)], 60),
        ([stay(0, 60, 25), stay(0, 40)], 40),
        ([stay(0, 60, 45), stay(0, 40)], 45),
        ([stay(0, 20, 19)], 19),
        ([stay(0, 30, 10), stay(40, 60, 5)], 15),
        ([Stay(None, None, 1500)], 25),
        ([Stay(None, None, 1500), Stay(None, None, 600)], 25),
        ([Stay(None, None, 1500), stay(0, 40)], 40),
        ([Stay(None, None, 9999)], 60),
        ([Stay(None)], 0),
    ],
)
def test_what_overlaps_counts_once(stays: list[Stay], minutes: int) -> None:
    assert {seconds(order, START, END) for order in list(permutations(stays))[:6]} == {minutes * 60}


def test_a_length_in_whole_minutes_may_be_rounded() -> None:
    assert seconds([Stay(START, START + timedelta(seconds=1259), 20 * 60)], START, END) == 1259
    assert seconds([Stay(START, START + timedelta(seconds=1260), 20 * 60)], START, END) == 1200


@given(st.lists(st.tuples(moments, moments).map(lambda pair: Stay(min(pair), max(pair))), max_size=12))
def test_whole_stays_are_the_union_of_their_minutes(stays: list[Stay]) -> None:
    def covered(minute: int) -> bool:
        at = START + timedelta(minutes=minute)
        return any(each.begins and each.ends and each.begins <= at < each.ends for each in stays)

    assert seconds(stays, START, END) == 60 * sum(map(covered, range(60)))


@given(
    st.lists(
        st.tuples(moments, moments, st.none() | st.integers(0, 9000)).map(
            lambda each: Stay(min(each[:2]), max(each[:2]), each[2])
        ),
        max_size=8,
    ),
    st.randoms(),
)
def test_twice_the_same_in_any_order_changes_nothing(stays: list[Stay], chance: object) -> None:
    told = seconds(stays, START, END)
    again = [*stays, *stays]
    chance.shuffle(again)  # type: ignore[attr-defined]
    assert seconds(again, START, END) == told
    assert 0 <= told <= 3600
    assert all(seconds([each], START, END) <= told for each in stays)


@pytest.mark.parametrize(
    ("said", "there"),
    [
        (stay(0, 1), True),
        (stay(-5, 0), False),
        (stay(60, 70), False),
        (stay(10, None), True),
        (Stay(None, None, 60), True),
    ],
)
def test_whether_it_is_within_the_session(said: Stay, *, there: bool) -> None:
    assert touches(said, START, END) is there


@pytest.mark.parametrize(
    ("found", "least", "came"),
    [(0, 0, False), (1, 0, True), (1799, 30, False), (1800, 30, True), (3600, 30, True)],
)
def test_enough_is_as_long_as_it_has_to_be(found: int, least: int, *, came: bool) -> None:
    assert enough(found, least) is came
