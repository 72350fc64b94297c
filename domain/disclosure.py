"""Disclosure: figures about answers are shown so that none of them tells what one person answered."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final, Literal

FEWEST: Final = 5  # people in a cell


@dataclass(frozen=True, slots=True)
class Share:
    """A share as it may be shown: exactly `of`, or only more or less than it."""

    of: float
    bound: Literal["", "more", "less"] = ""


def share(value: float, *, whole: int, lowest: int, highest: int) -> Share | None:
    """A mean between 0 and 1 over `whole` people, of whom so many have the lowest and the highest value there is.

    Where fewer than FEWEST people differ from one end, only a bound is told; of fewer than FEWEST people nothing.
    """
    if whole < FEWEST:
        return None
    edge = FEWEST / whole
    if whole - highest < FEWEST:
        return Share(max(0.0, 1 - edge), "more")
    if whole - lowest < FEWEST:
        return Share(min(1.0, edge), "less")
    return Share(value)


def cells(counts: Sequence[int], secret: Collection[int] = ()) -> tuple[int | None, ...]:
    """The counts of people who each chose one thing that may be shown; None for the others.

    A cell of one to four people is not shown, and neither are as many of the next larger ones as it takes that what
    is left out cannot be reckoned from the sum: at least two cells, with at least FEWEST people. Nobody is told as 0,
    but in the places that are `secret`.
    """
    filled = sorted((count, place) for place, count in enumerate(counts) if count or place in secret)
    hidden, people = set[int](), 0
    for count, place in filled:
        if count >= FEWEST and (not hidden or (len(hidden) > 1 and people >= FEWEST)):
            break
        hidden.add(place)
        people += count
    return tuple(None if place in hidden else count for place, count in enumerate(counts))


def marks(counts: Sequence[int], wholes: Sequence[int]) -> tuple[int | None, ...]:
    """The same where each of so many people could choose several: neither few who did nor few who did not."""
    return tuple(
        None if 0 < count < FEWEST or whole - count < FEWEST else count
        for count, whole in zip(counts, wholes, strict=True)
    )
