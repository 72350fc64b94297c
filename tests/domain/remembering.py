"""Memories of questions, whose they are, and the day on which the tests look at them."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from hypothesis import strategies as st

from domain.person import Person
from domain.review import Learner, Memory, MemoryState
from tests.domain import strategies as may_be
from tests.domain.make import NOW, person

DAY = timedelta(days=1)
TODAY = date(2026, 11, 23)  # NOW, where Jonas is: a Monday
JONAS = Learner(person())

states: st.SearchStrategy[MemoryState] = st.sampled_from(["learning", "review", "retired", "stopped"])


@st.composite
def people(draw: st.DrawFn, near: datetime = NOW) -> Person:
    """Anyone, anywhere, perhaps on leave."""
    who = Person(7, draw(may_be.organisations()), "Jonas", "lt", days=draw(may_be.days))
    return draw(may_be.absent(near, who))


@st.composite
def memories(draw: st.DrawFn, today: date = TODAY) -> Memory:
    """A memory in any state, which may be due."""
    state = draw(states)
    before = draw(st.integers(1, 200))
    ends = state in ("retired", "stopped")
    due = None if ends else today + draw(st.integers(1 - before, 30)) * DAY
    answers = draw(st.integers(1, 30))
    streak = draw(st.integers(0, answers))
    stability, difficulty = draw(st.floats(0.01, 400)), draw(st.floats(1, 10))
    return Memory(stability, difficulty, today - before * DAY, due, streak, answers, state)


def memory(**changes: object) -> Memory:
    """Answered right once, and due today."""
    usual = Memory(2.3, 2.1, TODAY - 24 * DAY, TODAY, 1, 1, "review")
    return replace(usual, **changes)  # type: ignore[arg-type]
