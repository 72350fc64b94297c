"""The send gate: may a message that nobody waits for go out now, and if not, when and why."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from domain.pacing import at_wall_time, day_off, local, next_lesson_at
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
    if now < at_wall_time(wall.date(), person.hour, ZoneInfo(person.organisation.zone)):
        return WaitUntil(next_lesson_at(now, person, today=True), "early")
    end = max(datetime.combine(wall.date(), LAST_HOUR), datetime.combine(wall.date(), person.hour) + LEEWAY)
    return Send() if wall < end else WaitUntil(next_lesson_at(now, person), "late")
