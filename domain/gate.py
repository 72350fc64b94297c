"""The send gate: may a message that nobody waits for go out now, and if not, when and why."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Literal

from domain.pacing import day_off, local, next_lesson_at
from domain.person import Person

LAST_HOUR = time(18)
LEEWAY = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Send:
    """It may go now."""


@dataclass(frozen=True, slots=True)
class WaitUntil:
    """It waits until `at` (UTC), because of `reason`."""

    at: datetime
    reason: Literal["day", "holiday", "early", "late"]


def decide(now: datetime, person: Person) -> Send | WaitUntil:
    """A lesson goes from the learner's hour until the end of the working day (or two hours, for a late hour)."""
    wall = local(now, person)
    off = day_off(wall.date(), person)
    if off:
        return WaitUntil(next_lesson_at(now, person), off)
    start = datetime.combine(wall.date(), person.hour)
    if wall < start:
        return WaitUntil(next_lesson_at(now, person, today=True), "early")
    end = max(datetime.combine(wall.date(), LAST_HOUR), start + LEEWAY)
    return Send() if wall < end else WaitUntil(next_lesson_at(now, person), "late")
