"""When they learn: on their working days, most of them at their hour, less before holidays and in summer."""

from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from random import Random
from zoneinfo import ZoneInfo

from domain.pacing import day_off
from domain.person import Person

_MONTHS = (1, 1.05, 1.05, 1, 0.9, 0.6, 0.35, 0.45, 1.1, 1.2, 1.1, 0.7)  # how much is learned, January first


def eager(at: datetime, rng: Random) -> bool:
    """Whether somebody learns in this month as in any other."""
    return rng.random() < _MONTHS[at.month - 1]


def next_sitting(person: Person, after: datetime, days: int, rng: Random) -> datetime:
    """About the person's hour on a working day, after that moment and at least so many days later."""
    zone = _zone(person.organisation.zone)
    hour = person.hour if rng.random() < 0.8 else time(rng.randrange(8, 17))
    late = timedelta(seconds=int(rng.expovariate(1 / 1500)))
    day = (after.astimezone(zone) + timedelta(days=days)).date()
    while day_off(day, person) is not None or datetime.combine(day, hour, zone) + late <= after:
        day += timedelta(days=1)
    return (datetime.combine(day, hour, zone) + late).astimezone(UTC)


@lru_cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
