"""When the next lesson comes: the learner's hour on the next working day of the learner's country."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

import holidays

from domain.person import Person

DayOff = Literal["day", "holiday"]


@lru_cache(maxsize=256)
def _holidays(country: str, year: int) -> Mapping[date, str]:
    return holidays.country_holidays(country, years=year)


def day_off(day: date, person: Person) -> DayOff | None:
    """Why nothing is sent on this local date: not a day of the person's, or a public holiday; None for a good day."""
    if day.isoweekday() not in person.days:
        return "day"
    return "holiday" if day in _holidays(person.organisation.country, day.year) else None


def at_wall_time(day: date, hour: time, zone: ZoneInfo) -> datetime:
    """The UTC moment of a wall time; the first valid minute after a gap, the first of two in a fold (faults.md, P8)."""
    wall = datetime.combine(day, hour)
    while (moment := wall.replace(tzinfo=zone).astimezone(UTC)).astimezone(zone).replace(tzinfo=None) != wall:
        wall += timedelta(minutes=1)
    return moment


def local(moment: datetime, person: Person) -> datetime:
    """The wall time of a UTC moment where the person is, without a zone."""
    return moment.astimezone(ZoneInfo(person.organisation.zone)).replace(tzinfo=None)


def next_lesson_at(now: datetime, person: Person, *, today: bool = False) -> datetime:
    """The person's hour on their next good day after today; with `today` set, today if the hour is still to come."""
    day = local(now, person).date()
    return lesson_at(now, person, day if today else day + timedelta(days=1))


def lesson_at(now: datetime, person: Person, day: date) -> datetime:
    """The person's hour on their first good day from `day` on, of those that are still to come."""
    zone = ZoneInfo(person.organisation.zone)
    while day_off(day, person) or at_wall_time(day, person.hour, zone) <= now:
        day += timedelta(days=1)
    return at_wall_time(day, person.hour, zone)
