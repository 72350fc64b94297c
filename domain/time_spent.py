"""Time spent: how long somebody was active, from when a card was shown to when they went on.

Nobody is watched, so a break looks like reading. A showing of a card therefore counts for no longer than its cap, and
a night between two presses counts as a long look. A card that is shown again begins anew: what passed before does not
count, so the sum (which is the store's to make) is never too long.
"""

from collections.abc import Mapping
from fractions import Fraction
from math import ceil
from typing import Final

from domain.programme import Lesson, LessonText, Programme

SLOW: Final = 3  # times what the author reckons with for a card
LEAST, MOST = 2, 10  # minutes


def cap(lesson: LessonText) -> int:
    """The longest that one showing counts for, in minutes: SLOW times the stated minutes of a card, LEAST to MOST."""
    of_card = Fraction(SLOW * lesson.minutes, max(1, len(lesson.cards)))
    return min(MOST, max(LEAST, ceil(of_card)))


def cap_of(lesson: Lesson) -> int:
    """The cap in a lesson; where its translations differ, the shortest."""
    return min(cap(text) for text in lesson.texts)


def caps(programme: Programme) -> list[int]:
    """The cap of each lesson."""
    return [cap_of(lesson) for lesson in programme.lessons]


def stated(programme: Programme) -> int:
    """The minutes that the authors say it takes; where translations differ, the most."""
    return sum(max(text.minutes for text in lesson.texts) for lesson in programme.lessons)


def median(counted: Mapping[int, int]) -> float | None:
    """The middle of values that occur so many times each; None when there are none."""
    whole, seen, middle = sum(counted.values()), 0, list[int]()
    places = (whole - 1) // 2, whole // 2
    for value in sorted(counted):
        seen += counted[value]
        while whole and len(middle) < 2 and places[len(middle)] < seen:
            middle.append(value)
    return sum(middle) / 2 if middle else None
