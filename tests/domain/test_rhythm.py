"""People of one rhythm are reminded alike: what the gate and the ladder say may be asked once for all of them."""

from dataclasses import fields, replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from domain import gate, ladder
from domain.gate import Asked
from domain.person import Person
from tests.domain import strategies as may_be
from tests.domain.strategies import calm

EVER = datetime.max.replace(tzinfo=UTC)
OTHERS = ("id", "name", "language", "consented_at", "job", "reviews")


def test_every_part_of_a_person_is_of_the_rhythm_or_is_not() -> None:
    assert {each.name for each in fields(Person)} - {"organisation"} == {
        *OTHERS,
        *("hour", "days", "leave_from", "leave_until", "snoozed_until", "left_on"),
    }


@calm
@given(may_be.people, may_be.people, may_be.moments, st.integers(0, 4), st.integers(1, 4))
def test_who_has_the_same_rhythm_is_told_at_the_same_time(
    one: Person, another: Person, now: datetime, today: int, rung: int
) -> None:
    other = replace(one, **{name: getattr(another, name) for name in OTHERS})
    assert one.rhythm == other.rhythm
    asked = Asked("reminder", EVER, today)
    assert gate.decide(now, one, asked) == gate.decide(now, other, asked)
    assert ladder.next_rung(rung, now, one) == ladder.next_rung(rung, now, other)


@calm
@given(may_be.people, may_be.people)
def test_another_rhythm_is_told_apart(one: Person, another: Person) -> None:
    for each in fields(Person):
        if each.name in OTHERS or each.name == "organisation":
            continue
        theirs = getattr(another, each.name)
        other = replace(one, **{each.name: theirs})
        assert (one.rhythm == other.rhythm) == (getattr(one, each.name) == theirs)
