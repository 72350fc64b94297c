"""What time depends on where a card was shown: the cap of its lesson, and whether that is a test."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, Float, case, false, func, literal, select

from domain.time_spent import LEAST
from storage.bulk import table
from storage.enrolments import ENROLMENT
from storage.steps import STEP

_MANY: Final = 1_000  # more lessons than a programme has


@dataclass(frozen=True, slots=True)
class Taught:
    """What time depends on, by (version, lesson): the caps in minutes, as domain.time_spent has them, and the tests."""

    caps: Mapping[tuple[int, int], int]
    tests: frozenset[tuple[int, int]] = frozenset()


def place(version: ColumnElement[int], lesson: ColumnElement[int]) -> ColumnElement[int]:
    """A lesson of a version as one number."""
    return version * _MANY + lesson


# Of a version that the enrolment has left, the step says which one.
HERE: Final = place(func.coalesce(STEP.c.version_id, ENROLMENT.c.version_id), STEP.c.lesson)


def is_test(taught: Taught, where: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether there is a test at this place."""
    return _among(where, taught.tests)


def most(taught: Taught) -> ColumnElement[float]:
    """The cap of a step's lesson in seconds. There are few different ones, and most lessons have the least."""
    lessons = defaultdict[int, list[tuple[int, int]]](list)
    for spot, minutes in taught.caps.items():
        if minutes != LEAST:
            lessons[minutes].append(spot)
    least = literal(LEAST * 60.0, Float)
    others = [(_among(HERE, these), literal(minutes * 60.0, Float)) for minutes, these in lessons.items()]
    return case(*others, else_=least) if others else least


def _among(where: ColumnElement[int], places: Collection[tuple[int, int]]) -> ColumnElement[bool]:
    if not places:
        return false()
    rows = table({version * _MANY + lesson: 1 for version, lesson in places}).subquery()
    return where.in_(select(rows.c.key))
