"""Retention: how much of what was learned is still known about a month, and about three months, later."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

# About so many days after a question was answered first: from the first to the last of these.
AFTER: Final[dict[int, tuple[int, int]]] = {30: (20, 40), 90: (70, 110)}


@dataclass(frozen=True, slots=True)
class Retained:
    """`right` of `of` answers, about so many `days` after the first one to the same question."""

    days: int
    right: int
    of: int


def retained(answers: Iterable[tuple[int, bool]]) -> tuple[Retained, ...]:
    """The shares, of answers so many days after the first one; without those of which there are none."""
    given = list(answers)
    shares = []
    for days, (first, last) in AFTER.items():
        these = [right for after, right in given if first <= after <= last]
        shares.append(Retained(days, sum(these), len(these)))
    return tuple(each for each in shares if each.of)
