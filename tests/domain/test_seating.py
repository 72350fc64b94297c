"""Who sits and who waits: against a model that gives every seat out one by one."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, rule

from domain.seating import Pool, Seats, held_until, is_near, pool_of
from tests.domain.seat_model import Model

START = datetime(2026, 12, 7, 8, tzinfo=UTC)
POOLS = st.sampled_from([None, 1, 2])


class Line(RuleBasedStateMachine):
    """People come and go; seats are kept and released; each step is told to the model too."""

    people: Bundle[int] = Bundle("people")

    def __init__(self) -> None:
        super().__init__()
        self.number = 0
        self.standing: dict[int, str] = {}
        self.asks: dict[int, Pool] = {}

    @initialize(anybody=st.integers(0, 4), first=st.integers(0, 3), second=st.integers(0, 2))
    def open(self, anybody: int, first: int, second: int) -> None:
        self.model = Model([None] * anybody + [1] * first + [2] * second)
        self.seats = Seats(anybody + first + second, {1: first, 2: second})

    @rule(target=people, pool=POOLS)
    def come(self, pool: Pool) -> int:
        self.number += 1
        self.model.come(self.number, pool)
        sits = self.seats.free(pool) > 0
        self.standing[self.number] = "seated" if sits else "waiting"
        self._take(pool) if sits else None
        return self.number

    @rule(target=people, pool=POOLS)
    def ask(self, pool: Pool) -> int:
        """They come where somebody has to approve first: they have their number, and nothing else."""
        self.number += 1
        self.asks[self.number] = pool
        self.standing[self.number] = "asked"
        return self.number

    @rule(data=st.data())
    def approve(self, data: st.DataObject) -> None:
        """Of some, in whatever order, whoever came meanwhile."""
        if self.asks:
            those = data.draw(st.lists(st.sampled_from(sorted(self.asks)), min_size=1, unique=True))
            for who in those:
                self.standing[who] = "waiting"
            for who in sorted(
                those
            ):  # who of those comes first is said by their numbers, not by whom one ticks first
                self.model.approve(who, self.asks.pop(who))
            self._fill()

    @rule(person=consumes(people))
    def go(self, person: int) -> None:
        if self.asks.pop(person, 0) != 0:
            del self.standing[person]
            return
        self.model.go(person)
        if self.standing.pop(person) == "seated":
            self._take(self.model.pools[person], -1)
            self._fill()

    @rule()
    def release(self) -> None:
        self.model.release()
        self.seats = Seats(self.seats.capacity, {}, self.seats.taken)
        self._fill()

    @rule(more=st.integers(1, 3))
    def grow(self, more: int) -> None:
        self.model.seats += [None] * more
        self.model.settle()
        self.seats = Seats(self.seats.capacity + more, self.seats.kept, self.seats.taken)
        self._fill()

    @invariant()
    def agrees(self) -> None:
        mine = [who for who, state in self.standing.items() if state == "seated"]
        assert sorted(mine) == sorted(self.model.sitting if self.standing else [])
        if self.number:
            assert self.seats.spare >= 0

    def _fill(self) -> None:
        """As the action does: the first by arrival of those to whom a seat is open."""
        while True:
            pools, line = (
                self.seats.open_to(),
                [who for who, state in self.standing.items() if state == "waiting"],
            )
            found = next((who for who in line if pools is None or self.model.pools[who] in pools), None)
            if found is None:
                return
            self.standing[found] = "seated"
            self._take(self.model.pools[found])

    def _take(self, pool: Pool, many: int = 1) -> None:
        taken = {**self.seats.taken, pool: self.seats.taken.get(pool, 0) + many}
        self.seats = Seats(self.seats.capacity, self.seats.kept, taken)


Line.TestCase.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
TestLine = Line.TestCase


def test_one_more_is_taken() -> None:
    assert Seats(3, {1: 2}).take(1).take(None) == Seats(3, {1: 2}, {1: 1, None: 1})


def test_what_is_promised_beyond_what_there_is() -> None:
    assert (Seats(2, {1: 2}, {None: 1}).spare, Seats(2, {1: 2}, {None: 1}).free(None)) == (-1, 0)


@pytest.mark.parametrize(
    ("kept", "upward", "pool"),
    [([], [3, 2, 1], None), ([2], [3, 2, 1], 2), ([2, 3], [3, 2, 1], 3), ([5], [3, 2, 1], None)],
)
def test_seats_are_kept_for_all_under_a_place(kept: list[int], upward: list[int], pool: Pool) -> None:
    assert pool_of(kept, upward) == pool


@pytest.mark.parametrize(
    ("before", "hold"),
    [
        (timedelta(hours=23), timedelta(hours=2)),
        (timedelta(hours=4), timedelta(hours=1)),
        (timedelta(minutes=20), timedelta(minutes=10)),
        (timedelta(minutes=4), timedelta(minutes=4)),
    ],
)
def test_a_seat_is_held_shorter_the_nearer_the_start_is(before: timedelta, hold: timedelta) -> None:
    assert held_until(START - before, START) == START - before + hold


def test_near_is_less_than_a_day() -> None:
    assert [is_near(START - timedelta(hours=each), START) for each in (25, 24, 23)] == [False, False, True]
