"""Limits: never more tries than allowed in any stretch of time, and never a longer wait than needed."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.bucket import Limit

START = datetime(2026, 11, 23, tzinfo=UTC)
HOUR = timedelta(hours=1)


@given(
    st.integers(1, 10),
    st.lists(st.timedeltas(timedelta(0), timedelta(minutes=30)), max_size=60),
)
def test_in_no_stretch_of_time_are_there_more_than_the_limit(most: int, gaps: list[timedelta]) -> None:
    limit, now, kept, allowed = Limit("x", most, HOUR), START, tuple[datetime, ...](), list[datetime]()
    for gap in gaps:
        now += gap
        wait = limit.wait(kept, now)
        if wait:
            assert len(limit.counting(kept, now + wait)) < most, "after the wait there is room"
            assert len(limit.counting(kept, now + wait - timedelta(microseconds=1))) >= most, "and not before"
        else:
            kept = (*limit.counting(kept, now), now)
            allowed.append(now)
        assert len(kept) <= most
    for first in allowed:
        assert len([each for each in allowed if first <= each < first + HOUR]) <= most
