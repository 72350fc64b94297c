"""Which of the questions that are due are asked today."""

from collections import Counter
from datetime import UTC, date, datetime
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.pacing import day_off, local
from domain.person import Person
from domain.review import Learner, Waiting, choose, recalled
from tests.domain import strategies as may_be
from tests.domain.make import NOW
from tests.domain.remembering import JONAS, TODAY, memories, memory, people
from tests.domain.strategies import calm


@st.composite
def questions(draw: st.DrawFn) -> list[Waiting]:
    """Questions of a few programmes."""
    each = st.tuples(st.integers(1, 4), memories())
    drawn = draw(st.lists(each, max_size=12))
    return [Waiting(programme, f"q{number}", memory) for number, (programme, memory) in enumerate(drawn)]


def due_of(waiting: list[Waiting], today: date = TODAY) -> list[Waiting]:
    return [each for each in waiting if each.memory.due and each.memory.due <= today]


@calm
@given(questions(), st.lists(st.integers(1, 5), max_size=5))
def test_at_most_three_a_day_of_what_is_due(waiting: list[Waiting], asked: list[int]) -> None:
    chosen = choose(waiting, JONAS, at=NOW, asked=asked)
    assert len(chosen) == min(max(0, 3 - len(asked)), len(due_of(waiting)))
    assert set(chosen) <= set(due_of(waiting))
    assert len(set(chosen)) == len(chosen)


@calm
@given(questions(), people(), may_be.moments)
def test_nothing_on_a_day_off(waiting: list[Waiting], who: Person, now: datetime) -> None:
    today = local(now, who).date()
    chosen = choose(waiting, Learner(who), at=now)
    if day_off(today, who):
        assert chosen == ()
    else:
        assert len(chosen) == min(3, len(due_of(waiting, today)))


@pytest.mark.parametrize("off", ["2026-12-24", "2026-11-22"])
def test_christmas_and_sundays_are_days_off(off: str) -> None:
    at = datetime.fromisoformat(off).replace(hour=9, tzinfo=UTC)
    assert choose([Waiting(1, "q", memory())], JONAS, at=at) == ()


def to_gain(each: Waiting) -> float:
    return (1 - recalled(each.memory, JONAS, TODAY)) * (11 - each.memory.difficulty)


@calm
@given(questions(), st.randoms(use_true_random=False))
def test_what_there_is_most_to_gain_from_comes_first(waiting: list[Waiting], rng: Random) -> None:
    """Within a programme, and of the programmes' first ones; in whatever order they are handed in."""
    chosen = choose(waiting, JONAS, at=NOW)
    left = [each for each in due_of(waiting) if each not in chosen]
    for programme in {each.programme for each in chosen}:
        mine = [to_gain(each) for each in chosen if each.programme == programme]
        assert mine == sorted(mine, reverse=True)
        assert all(to_gain(each) <= mine[-1] for each in left if each.programme == programme)
    if chosen:
        assert to_gain(chosen[0]) == max(map(to_gain, due_of(waiting)))
    assert choose(rng.sample(waiting, len(waiting)), JONAS, at=NOW) == chosen


@calm
@given(questions())
def test_programmes_take_turns(waiting: list[Waiting]) -> None:
    """One has a second question among the chosen only when no other with one due is without a first."""
    due = Counter(each.programme for each in due_of(waiting))
    chosen = choose(waiting, JONAS, at=NOW)
    taken = Counter(each.programme for each in chosen)
    most = max(taken.values(), default=0)
    assert all(taken[programme] >= min(due[programme], most - 1) for programme in due)
    turns = [
        Counter(each.programme for each in chosen[:place])[chosen[place].programme]
        for place in range(len(chosen))
    ]
    assert turns == sorted(turns)


def test_the_least_recalled_of_the_same_difficulty_comes_first() -> None:
    strengths = [30.0, 2.0, 8.0, 15.0]
    waiting = [Waiting(1, f"{each}", memory(stability=each)) for each in strengths]
    assert [each.question for each in choose(waiting, JONAS, at=NOW)] == ["2.0", "8.0", "15.0"]


def test_what_is_hopelessly_difficult_does_not_crowd_out_the_rest() -> None:
    hopeless = Waiting(1, "hopeless", memory(stability=0.5, difficulty=9.9))
    others = [Waiting(1, f"{each}", memory(difficulty=5.0)) for each in range(3)]
    assert hopeless not in choose([hopeless, *others], JONAS, at=NOW)
