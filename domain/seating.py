"""Seats of a webinar: who may sit down, who comes next of those who wait, and how long a seat is held for somebody."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal

# "offered": a seat is held until they say that they take it; "asked": whoever holds it has yet to approve of them;
# "gone": they cannot come, let an offer lapse, or were not approved of.
Standing = Literal["seated", "offered", "waiting", "asked", "gone"]
SITTING: Final[tuple[Standing, ...]] = ("seated", "offered")  # who has a seat that nobody else can have
ACTIVE: Final[tuple[Standing, ...]] = ("seated", "offered", "waiting", "asked")
Pool = int | None  # the place for whose people seats are kept; None: whoever has none kept

NEAR: Final = timedelta(hours=24)  # so close to the start nobody is given a seat without being asked
LONGEST_HOLD: Final = timedelta(hours=2)
SHORTEST_HOLD: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Seats:
    """How many there are, how many of them are kept for which pool, and how many are taken by each.

    A pool takes its own kept seats first, and then those that are for anybody. Nobody has one certain seat: what counts
    is that each pool can still have what is kept for it.
    """

    capacity: int
    kept: Mapping[int, int] = field(default_factory=dict)
    taken: Mapping[Pool, int] = field(default_factory=dict)

    @property
    def used(self) -> int:
        """Seats that are taken, and those that are kept and not taken."""
        pools = {*self.kept, *self.taken}
        return sum(max(self.taken.get(pool, 0), self._kept(pool)) for pool in pools)

    @property
    def spare(self) -> int:
        """Seats that anybody could take (below 0: more are promised than there are)."""
        return self.capacity - self.used

    def free(self, pool: Pool) -> int:
        """Seats that somebody of this pool could take."""
        return max(self.spare, 0) + max(self._kept(pool) - self.taken.get(pool, 0), 0)

    def open_to(self) -> frozenset[int] | None:
        """The pools that could take a seat; None: anybody can."""
        if self.spare > 0:
            return None
        return frozenset(pool for pool in self.kept if self.free(pool))

    def take(self, pool: Pool) -> "Seats":
        """One more is taken."""
        return Seats(self.capacity, self.kept, {**self.taken, pool: self.taken.get(pool, 0) + 1})

    def _kept(self, pool: Pool) -> int:
        return 0 if pool is None else self.kept.get(pool, 0)


def pool_of(kept: Iterable[int], upward: Iterable[int]) -> Pool:
    """For which place the seats are kept that somebody may take: the nearest `upward` from where they work."""
    places = frozenset(kept)
    return next((place for place in upward if place in places), None)


def is_near(now: datetime, starts_at: datetime) -> bool:
    """Whether whoever gets a seat now is asked first whether they can still come."""
    return starts_at - now < NEAR


def held_until(told_at: datetime, starts_at: datetime) -> datetime:
    """How long a seat is held for somebody who is told of it then: a quarter of what is left, within bounds."""
    hold = min(max((starts_at - told_at) / 4, SHORTEST_HOLD), LONGEST_HOLD)
    return min(told_at + hold, starts_at)
