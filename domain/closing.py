"""When an organisation may be closed and erased, and who confirms it: two people, and not the same one twice."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Final, Literal

from domain.roster_cells import folded
from domain.tree import Place, in_order, upward

LASTS: Final = timedelta(days=7)  # a request that nobody confirmed by then is none any more
Why = Literal["below", "kept", "alone", "asked", "over", "same", "alike", "fresh"]


class NotClosed(Exception):
    """It cannot be: why, and what of it (the place or the people that are in the way)."""

    def __init__(self, why: Why, value: str = "") -> None:
        super().__init__(why)
        self.why: Final[Why] = why
        self.value = value


def inside(places: Mapping[int, Place], top: int) -> tuple[Place, ...]:
    """What closes with a place: it, and the units below it that are open.

    Raises NotClosed where an organisation or a sector is below: hundreds of them never go with one word. Units do, as
    they are parts of the place.
    """
    found = tuple(each for each in in_order(places.values(), top) if not each.closed)
    for each in found:
        if each.id != top and each.level != "unit":
            raise NotClosed("below", each.name)
    return found


def along(places: Mapping[int, Place], place: int) -> Iterator[int]:
    """The places with which this one would close, by their ids: itself, and what it is a unit of."""
    for each in upward(places, place):
        yield each.id
        if each.level != "unit":
            return


def alike(one: str, other: str) -> bool:
    """Whether two names may be one person's who is on the rosters twice: nobody is their own second person."""
    words = [sorted(map(folded, name.split())) for name in (one, other)]
    return words[0] == words[1] != []
