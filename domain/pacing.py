"""When something may come: the learner's hour on the next working day where the learner works, and not on leave.

Assignments may say a pace, how many lessons a week: then the next one comes on the next of as many of the learner's
good days of each week, which are spread over it.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final, Literal
from zoneinfo import ZoneInfo

import holidays

from domain import days_off
from domain.person import Person

DayOff = Literal["leave", "day", "holiday", "closed"]
DAY: Final = timedelta(days=1)
_MANY: Final = 8_192  # what is remembered: a few dates for each way of learning that there is


@lru_cache(maxsize=256)
def _holidays(country: str, year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays(country, years=year))


def back_from_leave(day: date, person: Person) -> date:
    """The first date after the person's leave when this local date is in it, else the date itself."""
    if person.leave_from and person.leave_until and person.leave_from <= day <= person.leave_until:
        return person.leave_until + DAY
    return day


def day_off(day: date, person: Person) -> DayOff | None:
    """Why nothing is sent on this local date: leave, no day of the person's, a public holiday, a day off of the
    place's; None if it is good."""
    if back_from_leave(day, person) != day:
        return "leave"
    if day.isoweekday() not in person.days:
        return "day"
    house = person.organisation
    if day in _holidays(house.country, day.year):
        return "holiday"
    return "closed" if day in days_off.of_year(house.days_off, day.year) else None


@lru_cache(maxsize=_MANY)
def working_day(day: date, days: frozenset[int], country: str, own: tuple[days_off.Span, ...]) -> date:
    """The first date from `day` on that is one of these weekdays, no holiday of the country, and not off there."""
    while (
        day.isoweekday() not in days
        or day in _holidays(country, day.year)
        or day in days_off.of_year(own, day.year)
    ):
        day += DAY
    return day


def good_day(day: date, person: Person) -> date:
    """The first local date from `day` on that is not off."""
    house = person.organisation
    while True:
        day = working_day(day, person.days, house.country, house.days_off)
        back = back_from_leave(day, person)
        if back == day:
            return day
        day = back


@lru_cache(maxsize=_MANY)
def _moment(day: date, hour: time, zone: str) -> datetime:
    return at_wall_time(day, hour, ZoneInfo(zone))


def at_wall_time(day: date, hour: time, zone: ZoneInfo) -> datetime:
    """The UTC moment of a wall time; the first valid minute after a gap, the first of two in a fold (faults.md, P8)."""
    wall = datetime.combine(day, hour)
    while (moment := wall.replace(tzinfo=zone).astimezone(UTC)).astimezone(zone).replace(tzinfo=None) != wall:
        wall += timedelta(minutes=1)
    return moment


def moment_of(day: date, hour: time, person: Person) -> datetime:
    """The UTC moment of a wall time where the person is."""
    return _moment(day, hour, person.organisation.zone)


@lru_cache(maxsize=_MANY)
def _wall(moment: datetime, zone: str) -> datetime:
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def local(moment: datetime, person: Person) -> datetime:
    """The wall time of a UTC moment where the person is, without a zone."""
    return _wall(moment, person.organisation.zone)


def occurrence(moment: datetime, person: Person) -> str:
    """What names a thing that comes once a day: the person's local date of the moment, as ISO writes it."""
    return _date(moment, person.organisation.zone)


@lru_cache(maxsize=_MANY)
def _date(moment: datetime, zone: str) -> str:
    return _wall(moment, zone).date().isoformat()


def lesson_days(day: date, person: Person, pace: int) -> tuple[date, ...]:
    """On which dates of this date's week (Monday to Sunday) lessons come at a pace of so many a week.

    They are the person's good days, as far apart as these allow, the first one among them; who has no more good days
    in it than the pace allows learns on each of them.
    """
    monday = day - (day.isoweekday() - 1) * DAY
    week = (monday + number * DAY for number in range(7))
    good = tuple(each for each in week if day_off(each, person) is None)
    if pace >= len(good):
        return good
    return tuple(good[-(-place * len(good) // pace)] for place in range(pace))


def next_lesson_at(
    now: datetime, person: Person, *, today: bool = False, pace: int | None = None
) -> datetime:
    """The person's hour on their next good day after today; with `today` set, today if the hour is still to come.

    With a pace, on the next of the days on which lessons come at that pace.
    """
    day = local(now, person).date()
    return lesson_at(now, person, day if today else day + DAY, pace)


def lesson_at(now: datetime, person: Person, day: date, pace: int | None = None) -> datetime:
    """The person's hour on their first good day from `day` on, of those that are still to come and not snoozed away.

    With a pace, of those on which lessons come at that pace; a lesson that had its day and is late needs none.
    """
    snoozed = person.snoozed_until
    while True:
        day = good_day(day, person)
        at = moment_of(day, person.hour, person)
        free = pace is None or day in lesson_days(day, person, pace)
        if free and at > now and (snoozed is None or at >= snoozed):
            return at
        day += DAY
