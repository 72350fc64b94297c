"""An independent word on who may have a seat: seats one by one, and people who can be moved between them."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass
class Model:
    """Seats with the pool that each is kept for (None: for anybody), who sits, and who waits in which order.

    Somebody can sit if everybody who sits, and they, can be given a seat each.
    """

    seats: list[int | None]
    pools: dict[int, int | None] = field(default_factory=dict)
    sitting: list[int] = field(default_factory=list)
    waiting: list[int] = field(default_factory=list)

    def come(self, person: int, pool: int | None) -> None:
        self.pools[person] = pool
        self.waiting.append(person)
        self.settle()

    def approve(self, person: int, pool: int | None) -> None:
        """Somebody who came earlier may wait from now on: where they would stand, had they from the beginning."""
        self.pools[person] = pool
        self.waiting = sorted([*self.waiting, person])
        self.settle()

    def go(self, person: int) -> None:
        for those in (self.sitting, self.waiting):
            if person in those:
                those.remove(person)
        self.settle()

    def release(self) -> None:
        self.seats = [None] * len(self.seats)
        self.settle()

    def settle(self) -> None:
        """The first who can sit does, and then again."""
        while (
            found := next((each for each in self.waiting if self._fits([*self.sitting, each])), None)
        ) is not None:
            self.waiting.remove(found)
            self.sitting.append(found)

    def _fits(self, people: Sequence[int]) -> bool:
        """A matching of people to seats, by augmenting paths."""
        of_seat: dict[int, int] = {}

        def seated(person: int, tried: set[int]) -> bool:
            for seat, kept in enumerate(self.seats):
                if seat in tried or kept not in (None, self.pools[person]):
                    continue
                tried.add(seat)
                if seat not in of_seat or seated(of_seat[seat], tried):
                    of_seat[seat] = person
                    return True
            return False

        return all(seated(each, set()) for each in people)
