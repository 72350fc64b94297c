"""The saving: what is replaced, less what it took; a cost where it takes more."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.saving import HOUR, YEAR, Saving
from tests.domain.strategies import calm


def test_medication_handling_saves_1250_hours() -> None:
    """Four hours in a classroom became one and a half, for 500 people."""
    nobody_timed = Saving(500, classroom=240, travel=0, timed=0, spent=timedelta(), stated=90)
    assert (nobody_timed.hours, nobody_timed.untimed) == (1250.0, 500)
    everyone_timed = Saving(500, classroom=240, travel=0, timed=500, spent=timedelta(hours=750), stated=15)
    assert (everyone_timed.hours, everyone_timed.untimed) == (1250.0, 0)
    assert round(everyone_timed.years, 4) == round(1250 / YEAR, 4) == 0.7267


@pytest.mark.parametrize(
    ("saving", "hours"),
    [
        (Saving(0, 240, 60, 0, timedelta(), 90), 0),
        (Saving(10, 60, 30, 0, timedelta(), 30), 10),
        (Saving(10, 60, 0, 4, timedelta(hours=2), 30), 5),
        (Saving(10, 30, 0, 10, timedelta(hours=12), 30), -7),
        (Saving(2, 0, 0, 2, timedelta(minutes=90), 45), -1.5),
    ],
)
def test_what_is_saved(saving: Saving, hours: float) -> None:
    assert saving.hours == hours


@st.composite
def savings(draw: st.DrawFn) -> Saving:
    people, minutes = draw(st.integers(0, 10_000)), st.integers(0, 600)
    timed, spent = st.integers(0, people), st.timedeltas(timedelta(), timedelta(days=1000))
    return Saving(people, draw(minutes), draw(minutes), draw(timed), draw(spent), draw(minutes))


@calm
@given(savings())
def test_the_parts_add_up(saving: Saving) -> None:
    assert saving.saved + saving.taken == saving.replaced
    assert saving.taken == saving.spent + timedelta(minutes=saving.stated) * (saving.people - saving.timed)
    each = timedelta(minutes=saving.classroom) + timedelta(minutes=saving.travel)
    assert saving.replaced == saving.people * each
    assert saving.hours == saving.saved / HOUR
    assert saving.years * YEAR == pytest.approx(saving.hours)
