"""The next lesson: at the person's hour on their next working day, whatever the clocks do."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

import holidays
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain import days_off
from domain.organisation import Organisation
from domain.pacing import DayOff, at_wall_time, day_off, local, next_lesson_at
from domain.person import Person
from tests.domain import strategies as may_be
from tests.domain.strategies import calm

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
HALF_PAST_NINE = time(9, 30)
EVERY_DAY = frozenset(range(1, 8))


def someone(country: str, zone: str, hour: time = HALF_PAST_NINE, days: str = "12345") -> Person:
    place = Organisation(1, "Gluosnių biblioteka", country, zone, "lt", "Rūta")
    return Person(7, place, "Jonas", "lt", hour, frozenset(map(int, days)))


def utc(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=UTC)


LT, PL, NO = "Europe/Vilnius", "Europe/Warsaw", "Europe/Oslo"


@pytest.mark.parametrize(
    ("country", "day", "off"),
    [
        ("LT", "2026-11-23", None),
        ("LT", "2026-11-22", "day"),
        ("LT", "2026-12-24", "holiday"),
        ("PL", "2024-12-24", None),  # a public holiday in Poland since 2025
        ("PL", "2025-12-24", "holiday"),
        ("PL", "2026-12-24", "holiday"),
        ("NO", "2026-12-24", None),
        ("NO", "2026-12-25", "holiday"),
        ("LT", "2026-02-16", "holiday"),
        ("PL", "2026-02-16", None),
        ("LT", "2026-06-24", "holiday"),
        ("NO", "2026-06-24", None),
        ("PL", "2026-01-06", "holiday"),
        ("PL", "2026-06-04", "holiday"),  # Corpus Christi
        ("PL", "2026-11-11", "holiday"),
        ("LT", "2026-11-11", None),
        ("NO", "2026-04-02", "holiday"),  # Maundy Thursday
        ("LT", "2026-04-03", None),  # Good Friday is a working day there
        ("NO", "2026-04-03", "holiday"),
        ("LT", "2026-04-06", "holiday"),
        ("NO", "2026-05-14", "holiday"),
        ("NO", "2027-05-17", "holiday"),
        ("LT", "2026-05-03", "day"),  # Mother's Day, but a Sunday first of all
    ],
)
def test_why_a_day_is_off(country: str, day: str, off: DayOff | None) -> None:
    assert day_off(date.fromisoformat(day), someone(country, "UTC")) == off


@pytest.mark.parametrize(
    ("zone", "wall", "moment"),
    [
        ("Europe/Vilnius", "2026-11-23T09:30", "2026-11-23T07:30"),
        ("Europe/Vilnius", "2026-07-01T09:30", "2026-07-01T06:30"),
        ("Europe/Vilnius", "2026-03-29T03:00", "2026-03-29T01:00"),  # gap: 03:00 becomes 04:00
        ("Europe/Vilnius", "2026-03-29T03:30", "2026-03-29T01:00"),
        ("Europe/Vilnius", "2026-03-29T04:00", "2026-03-29T01:00"),
        ("Europe/Vilnius", "2026-10-25T03:30", "2026-10-25T00:30"),  # fold: the first of two
        ("Europe/Vilnius", "2026-10-25T04:00", "2026-10-25T02:00"),
        ("Europe/Warsaw", "2026-03-29T02:30", "2026-03-29T01:00"),
        ("Europe/Warsaw", "2026-10-25T02:30", "2026-10-25T00:30"),
        ("Europe/Oslo", "2027-03-28T02:59", "2027-03-28T01:00"),
        ("Europe/Oslo", "2027-10-31T02:00", "2027-10-31T00:00"),
        ("Australia/Lord_Howe", "2026-10-04T02:00", "2026-10-03T15:30"),  # gap of half an hour
        ("Australia/Lord_Howe", "2026-10-04T02:29", "2026-10-03T15:30"),
        ("Australia/Lord_Howe", "2026-10-04T02:30", "2026-10-03T15:30"),
        ("Australia/Lord_Howe", "2026-04-05T01:45", "2026-04-04T14:45"),  # fold of half an hour
        ("Atlantic/Azores", "2026-03-29T00:00", "2026-03-29T01:00"),  # gap at midnight
        ("Atlantic/Azores", "2026-03-29T00:45", "2026-03-29T01:00"),
        ("Atlantic/Azores", "2026-10-25T00:30", "2026-10-25T00:30"),
        ("America/Sao_Paulo", "2018-11-04T00:00", "2018-11-04T03:00"),  # the day began at 01:00
        ("America/Sao_Paulo", "2018-02-17T23:30", "2018-02-18T01:30"),  # and another ended twice
        ("America/Sao_Paulo", "2026-11-01T00:00", "2026-11-01T03:00"),  # no clock changes there any more
        ("America/St_Johns", "2026-03-08T02:30", "2026-03-08T05:30"),
        ("Europe/Vilnius", "2028-02-29T09:30", "2028-02-29T07:30"),
    ],
)
def test_the_moment_of_a_wall_time(zone: str, wall: str, moment: str) -> None:
    meant = datetime.fromisoformat(wall)
    assert at_wall_time(meant.date(), meant.time(), ZoneInfo(zone)) == utc(moment)


NEXT = [  # who, now (UTC), the next lesson (local), the next one if it may be today
    ("an ordinary day", someone("LT", LT), "2026-11-23T08:00", "2026-11-24T09:30", "2026-11-24T09:30"),
    ("before the hour", someone("LT", LT), "2026-11-23T05:00", "2026-11-24T09:30", "2026-11-23T09:30"),
    ("at the very hour", someone("LT", LT), "2026-11-23T07:30", "2026-11-24T09:30", "2026-11-24T09:30"),
    ("a second before", someone("LT", LT), "2026-11-23T07:29:59", "2026-11-24T09:30", "2026-11-23T09:30"),
    ("Friday", someone("LT", LT), "2026-11-20T08:00", "2026-11-23T09:30", "2026-11-23T09:30"),
    ("Saturday", someone("LT", LT), "2026-11-21T05:00", "2026-11-23T09:30", "2026-11-23T09:30"),
    ("tomorrow already, there", someone("LT", LT), "2026-11-23T22:30", "2026-11-25T09:30", "2026-11-24T09:30"),
    ("Christmas in LT", someone("LT", LT), "2026-12-23T08:00", "2026-12-28T09:30", "2026-12-28T09:30"),
    ("Christmas in PL 2024", someone("PL", PL), "2024-12-23T09:00", "2024-12-24T09:30", "2024-12-24T09:30"),
    ("Christmas in PL 2025", someone("PL", PL), "2025-12-23T09:00", "2025-12-29T09:30", "2025-12-29T09:30"),
    ("Christmas in NO", someone("NO", NO), "2026-12-23T09:00", "2026-12-24T09:30", "2026-12-24T09:30"),
    ("Easter in NO", someone("NO", NO), "2026-04-01T09:00", "2026-04-07T09:30", "2026-04-07T09:30"),
    ("Easter in LT", someone("LT", LT), "2026-04-01T09:00", "2026-04-02T09:30", "2026-04-02T09:30"),
    ("a holiday morning", someone("PL", PL), "2026-11-11T05:00", "2026-11-12T09:30", "2026-11-12T09:30"),
    ("the turn of the year", someone("LT", LT), "2026-12-31T08:00", "2027-01-04T09:30", "2027-01-04T09:30"),
    ("Thursdays", someone("LT", LT, days="4"), "2026-12-17T08:00", "2026-12-31T09:30", "2026-12-31T09:30"),
    ("Sundays", someone("NO", NO, days="7"), "2026-04-01T09:00", "2026-04-12T09:30", "2026-04-12T09:30"),
    ("midnight", someone("LT", LT, time(0)), "2026-11-23T21:59", "2026-11-24T00:00", "2026-11-24T00:00"),
    ("a gap", someone("LT", LT, time(3, 30), "67"), "2026-03-28T12:00", "2026-03-29T04:00", "2026-03-29T04:00"),
    ("before a gap", someone("LT", LT, time(3, 30), "7"), "2026-03-29T00:59", "2026-04-12T03:30", "2026-03-29T04:00"),
    ("after a fold", someone("PL", PL, time(2, 30), "7"), "2026-10-25T00:30", "2026-11-08T02:30", "2026-11-08T02:30"),
    ("before it", someone("PL", PL, time(2, 30), "17"), "2026-10-25T00:29", "2026-10-26T02:30", "2026-10-25T02:30"),
    ("a leap day", someone("LT", LT), "2028-02-28T08:00", "2028-02-29T09:30", "2028-02-29T09:30"),
    ("week 53", someone("PL", PL), "2026-12-30T09:00", "2026-12-31T09:30", "2026-12-31T09:30"),
]  # fmt: skip


@pytest.mark.parametrize(("who", "now", "after_today", "perhaps_today"), [case[1:] for case in NEXT],
                         ids=[case[0] for case in NEXT])  # fmt: skip
def test_the_next_lesson(who: Person, now: str, after_today: str, perhaps_today: str) -> None:
    assert local(next_lesson_at(utc(now), who), who).isoformat(timespec="minutes") == after_today
    assert (
        local(next_lesson_at(utc(now), who, today=True), who).isoformat(timespec="minutes") == perhaps_today
    )


@pytest.mark.parametrize(
    ("day", "off"),
    [
        ("2026-12-18", None),
        ("2026-12-21", "closed"),
        ("2026-12-24", "holiday"),
        ("2026-12-27", "day"),
        ("2027-01-02", "day"),
        ("2027-01-04", None),
        ("2026-08-21", "closed"),
        ("2031-08-21", "closed"),
    ],
)
def test_a_place_has_days_off_of_its_own(day: str, off: DayOff | None) -> None:
    """A closed fortnight, and a town's feast of every year."""
    assert day_off(date.fromisoformat(day), at_home("2026-12-21..2027-01-03", "08-21")) == off


def test_the_next_lesson_comes_after_them() -> None:
    who = at_home("2026-12-21..2027-01-03")
    assert next_lesson_at(utc("2026-12-18T08:00"), who) == utc("2027-01-04T07:30")


def at_home(*written: str) -> Person:
    who = someone("LT", LT)
    return replace(who, organisation=replace(who.organisation, days_off=days_off.read(written)))


@cache
def is_holiday(country: str, day: date) -> bool:
    return day in holidays.country_holidays(country)


def first_minute(day: date, hour: time, zone: ZoneInfo) -> datetime:
    """Minute by minute: the first that the clock on the wall shows, or the first later one when it never does."""
    wall = datetime.combine(day, hour)
    moment = wall.replace(tzinfo=UTC) - timedelta(hours=16)
    later = None
    for _ in range(34 * 60):
        shown = moment.astimezone(zone).replace(tzinfo=None)
        if shown == wall:
            return moment
        later = later or (moment if shown > wall else None)
        moment += MINUTE
    assert later is not None
    return later


def next_by_hand(now: datetime, who: Person, *, today: bool) -> datetime:
    """Day by day: the first good one after today (or today, if its moment is still to come)."""
    zone = ZoneInfo(who.organisation.zone)
    day = now.astimezone(zone).date()
    for number in range(500):
        each = day + number * DAY
        if each.isoweekday() not in who.days or is_holiday(who.organisation.country, each):
            continue
        if days_off.naming(each, who.organisation.days_off):
            continue
        if number > 0 or (today and first_minute(each, who.hour, zone) > now):
            return first_minute(each, who.hour, zone)
    raise AssertionError("no good day in 500")


CHANGES = [  # days on which the clocks change in one of the zones, and the nights before
    "2024-03-31", "2024-10-27", "2025-03-30", "2025-10-26", "2026-03-29", "2026-10-25", "2027-10-31",
    "2026-04-05", "2026-10-04", "2026-03-08", "2026-11-01", "2026-04-24", "2026-10-30", "2026-09-06",
]  # fmt: skip
near_changes = st.builds(
    lambda day, hours, minutes: utc(day) + timedelta(hours=hours, minutes=minutes),
    st.sampled_from(CHANGES), st.integers(-36, 36), st.integers(0, 59),
)  # fmt: skip
night = st.builds(time, st.sampled_from([0, 1, 2, 3, 23]), st.integers(0, 59))
people = st.builds(
    Person, st.just(7), may_be.organisations(), st.just("Jonas"), st.just("lt"),
    hour=may_be.hours | night, days=may_be.days | st.just(EVERY_DAY),
)  # fmt: skip


@calm
@given(near_changes | may_be.moments, people, st.booleans())
@example(utc("2026-03-29T00:59"), someone("LT", LT, time(3, 30), "7"), True)
@example(utc("2026-10-25T00:30"), someone("LT", LT, time(3, 30), "7"), True)
def test_the_next_lesson_is_what_one_finds_by_hand(now: datetime, who: Person, today: bool) -> None:
    assert next_lesson_at(now, who, today=today) == next_by_hand(now, who, today=today)


@calm
@given(near_changes | may_be.moments, people)
def test_the_next_lesson_is_after_today_unless_it_may_be_today(now: datetime, who: Person) -> None:
    today = local(now, who).date()
    later, soon = next_lesson_at(now, who), next_lesson_at(now, who, today=True)
    assert local(later, who).date() > today
    assert now < soon <= later
    assert soon == later or local(soon, who).date() == today
    for moment in (later, soon):
        wall = local(moment, who)
        assert day_off(wall.date(), who) is None
        before = local(moment - MINUTE, who)
        in_a_gap = before < datetime.combine(wall.date(), who.hour) < wall
        assert wall.time() == who.hour or in_a_gap


ZONES = sorted(zone for zone in available_timezones() if "/" in zone)


@calm
@given(st.sampled_from(ZONES), st.dates(date(2022, 1, 1), date(2027, 12, 31)), may_be.hours)
@example("America/Nuuk", date(2026, 3, 28), time(23, 30))  # the gap ends on another day
@example("Africa/Casablanca", date(2026, 3, 22), time(2, 30))
@example("Europe/Dublin", date(2026, 10, 25), time(1, 30))
def test_a_wall_time_is_found_in_every_zone(zone: str, day: date, hour: time) -> None:
    assert at_wall_time(day, hour, ZoneInfo(zone)) == first_minute(day, hour, ZoneInfo(zone))
