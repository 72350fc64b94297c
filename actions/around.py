"""What to know about people before something comes to them by time: what day it is for them, and what came today."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from zoneinfo import ZoneInfoNotFoundError

from domain.pacing import occurrence
from domain.person import Person
from storage import schedules
from storage.database import Connection
from storage.schedules import Around


def dates(people: Iterable[Person], now: datetime) -> dict[int, str]:
    """What day (ISO) it is for each of these people; one whose zone is not known is left out, and told of later."""
    days = dict[int, str]()
    for person in people:
        with suppress(ZoneInfoNotFoundError):
            days[person.id] = occurrence(now, person)
    return days


def around(tx: Connection, days: Mapping[int, str]) -> dict[int, Around]:
    """Where these people can be reached, and what came to them on their day."""
    found = dict[int, Around]()
    for day in set(days.values()):
        found |= schedules.around(tx, [who for who, theirs in days.items() if theirs == day], day)
    return found
