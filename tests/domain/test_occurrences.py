"""One firing on each local date (faults.md, P8): lessons come as the rule says, whatever the clocks do."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

import holidays
import pytest

from domain.gate import Asked, Send, WaitUntil, decide
from domain.organisation import Organisation
from domain.pacing import lesson_at, local, next_lesson_at, occurrence
from domain.person import Person

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
ALWAYS = datetime(2100, 1, 1, tzinfo=UTC)
EVERY_DAY = frozenset(range(1, 8))


def someone(zone: str, hour: time, days: frozenset[int] = EVERY_DAY, country: str = "LT") -> Person:
    return Person(7, Organisation(1, "Biblioteka", country, zone, "lt", "Rūta"), "Jonas", "lt", hour, days)


def there(who: Person, zone: str) -> Person:
    return replace(who, organisation=replace(who.organisation, zone=zone))


@dataclass(frozen=True)
class Move:
    """At this moment the person's clocks are set to another zone, and what waits is planned anew."""

    at: datetime
    zone: str


def firings(
    who: Person, start: datetime, end: datetime, moves: Sequence[Move] = ()
) -> list[tuple[str, datetime]]:
    """The lessons from `start` to `end`, each done at once: its date, which names it, and its moment.

    As the scheduler does it: wait until the lesson is due, ask the gate, and send it or wait on.
    """
    fired, due, left = list[tuple[str, datetime]](), next_lesson_at(start, who, today=True), list(moves)
    while due < end:
        if left and left[0].at <= due:
            move = left.pop(0)
            day = local(due, who).date()
            who = there(who, move.zone)
            due = lesson_at(move.at, who, day)
            continue
        decision = decide(due, who, Asked("lesson", ALWAYS))
        if isinstance(decision, WaitUntil):
            due = decision.at
            continue
        assert isinstance(decision, Send)
        fired.append((occurrence(due, who), due))
        due = next_lesson_at(due, who)
    return fired


def utc(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=UTC)


# Zone, date, hour; the moment (UTC). Found by walking through the minutes, and looked over by eye.
TABLE = [
    ("Europe/Vilnius", "2026-03-29", "02:59", "2026-03-29T00:59"),
    ("Europe/Vilnius", "2026-03-29", "03:00", "2026-03-29T01:00"),
    ("Europe/Vilnius", "2026-03-29", "03:30", "2026-03-29T01:00"),
    ("Europe/Vilnius", "2026-03-29", "03:59", "2026-03-29T01:00"),
    ("Europe/Vilnius", "2026-03-29", "04:00", "2026-03-29T01:00"),
    ("Europe/Vilnius", "2026-03-29", "09:30", "2026-03-29T06:30"),
    ("Europe/Vilnius", "2026-10-25", "02:59", "2026-10-24T23:59"),
    ("Europe/Vilnius", "2026-10-25", "03:00", "2026-10-25T00:00"),
    ("Europe/Vilnius", "2026-10-25", "03:30", "2026-10-25T00:30"),
    ("Europe/Vilnius", "2026-10-25", "03:59", "2026-10-25T00:59"),
    ("Europe/Vilnius", "2026-10-25", "04:00", "2026-10-25T02:00"),
    ("Europe/Vilnius", "2026-10-25", "09:30", "2026-10-25T07:30"),
    ("Europe/Helsinki", "2026-03-29", "03:00", "2026-03-29T01:00"),
    ("Europe/Helsinki", "2026-03-29", "03:30", "2026-03-29T01:00"),
    ("Europe/Helsinki", "2026-03-29", "04:00", "2026-03-29T01:00"),
    ("Europe/Helsinki", "2026-10-25", "03:00", "2026-10-25T00:00"),
    ("Europe/Helsinki", "2026-10-25", "03:30", "2026-10-25T00:30"),
    ("Europe/Helsinki", "2026-10-25", "04:00", "2026-10-25T02:00"),
    ("Europe/Lisbon", "2026-03-29", "00:59", "2026-03-29T00:59"),
    ("Europe/Lisbon", "2026-03-29", "01:00", "2026-03-29T01:00"),
    ("Europe/Lisbon", "2026-03-29", "01:30", "2026-03-29T01:00"),
    ("Europe/Lisbon", "2026-03-29", "02:00", "2026-03-29T01:00"),
    ("Europe/Lisbon", "2026-10-25", "00:59", "2026-10-24T23:59"),
    ("Europe/Lisbon", "2026-10-25", "01:00", "2026-10-25T00:00"),
    ("Europe/Lisbon", "2026-10-25", "01:30", "2026-10-25T00:30"),
    ("Europe/Lisbon", "2026-10-25", "02:00", "2026-10-25T02:00"),
    # A gap and a fold at midnight.
    ("Atlantic/Azores", "2026-03-29", "00:00", "2026-03-29T01:00"),
    ("Atlantic/Azores", "2026-03-29", "00:30", "2026-03-29T01:00"),
    ("Atlantic/Azores", "2026-03-29", "01:00", "2026-03-29T01:00"),
    ("Atlantic/Azores", "2026-03-29", "23:59", "2026-03-29T23:59"),
    ("Atlantic/Azores", "2026-10-25", "00:00", "2026-10-25T00:00"),
    ("Atlantic/Azores", "2026-10-25", "00:30", "2026-10-25T00:30"),
    ("Atlantic/Azores", "2026-10-25", "01:00", "2026-10-25T02:00"),
    ("Atlantic/Azores", "2026-10-25", "23:59", "2026-10-26T00:59"),
    # Half an hour.
    ("Australia/Lord_Howe", "2026-10-04", "01:59", "2026-10-03T15:29"),
    ("Australia/Lord_Howe", "2026-10-04", "02:00", "2026-10-03T15:30"),
    ("Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-03T15:30"),
    ("Australia/Lord_Howe", "2026-10-04", "02:29", "2026-10-03T15:30"),
    ("Australia/Lord_Howe", "2026-10-04", "02:30", "2026-10-03T15:30"),
    ("Australia/Lord_Howe", "2027-04-04", "01:29", "2027-04-03T14:29"),
    ("Australia/Lord_Howe", "2027-04-04", "01:30", "2027-04-03T14:30"),
    ("Australia/Lord_Howe", "2027-04-04", "01:45", "2027-04-03T14:45"),
    ("Australia/Lord_Howe", "2027-04-04", "01:59", "2027-04-03T14:59"),
    ("Australia/Lord_Howe", "2027-04-04", "02:00", "2027-04-03T15:30"),
    # The rules changed: Kazakhstan went to UTC+5; Jordan stayed in summer time; Mexico gave it up.
    ("Asia/Almaty", "2024-02-29", "09:30", "2024-02-29T03:30"),
    ("Asia/Almaty", "2024-02-29", "23:30", "2024-02-29T17:30"),
    ("Asia/Almaty", "2024-03-01", "00:15", "2024-02-29T19:15"),
    ("Asia/Almaty", "2024-03-01", "09:30", "2024-03-01T04:30"),
    ("Asia/Amman", "2022-10-28", "00:30", "2022-10-27T21:30"),
    ("Asia/Amman", "2022-10-28", "09:30", "2022-10-28T06:30"),
    ("America/Mexico_City", "2023-04-02", "02:30", "2023-04-02T08:30"),
    # A leap day, week 53, and gaps at midnight elsewhere.
    ("Europe/Vilnius", "2028-02-29", "09:30", "2028-02-29T07:30"),
    ("Europe/Lisbon", "2028-02-29", "00:00", "2028-02-29T00:00"),
    ("Australia/Lord_Howe", "2028-02-29", "23:59", "2028-02-29T12:59"),
    ("Europe/Vilnius", "2026-12-31", "09:30", "2026-12-31T07:30"),
    ("Europe/Helsinki", "2027-01-02", "00:00", "2027-01-01T22:00"),
    ("Atlantic/Azores", "2027-01-03", "23:59", "2027-01-04T00:59"),
    ("America/Santiago", "2026-09-06", "00:00", "2026-09-06T04:00"),
    ("America/Santiago", "2026-09-06", "00:30", "2026-09-06T04:00"),
    ("Africa/Cairo", "2026-04-24", "00:30", "2026-04-23T22:00"),
    ("Asia/Beirut", "2026-03-29", "00:00", "2026-03-28T22:00"),
]


@pytest.mark.parametrize(("zone", "day", "hour", "moment"), TABLE)
def test_a_lesson_comes_once_on_each_date(zone: str, day: str, hour: str, moment: str) -> None:
    who, middle = someone(zone, time.fromisoformat(hour)), date.fromisoformat(day)
    start = datetime.combine(middle - 2 * DAY, time(0), UTC)
    fired = firings(who, start, start + 5 * DAY)
    near = [middle + each * DAY for each in (-1, 0, 1)]
    dates = [each.isoformat() for each in near if not is_holiday("LT", each)]
    assert [each for each, _ in fired if each in dates] == dates
    assert dict(fired)[day] == utc(moment)


MOVED = [  # from, to, when (UTC); hour; the moments
    ("Europe/Vilnius", "Europe/Lisbon", "2026-11-23T12:00", "09:30", "23T07:30 24T09:30 25T09:30"),
    ("Europe/Vilnius", "Europe/Lisbon", "2026-11-24T07:29", "09:30", "23T07:30 24T09:30 25T09:30"),
    ("Europe/Vilnius", "Europe/Lisbon", "2026-11-24T07:31", "09:30", "23T07:30 24T07:30 25T09:30"),
    ("Europe/Lisbon", "Europe/Vilnius", "2026-11-23T12:00", "09:30", "23T09:30 24T07:30 25T07:30"),
    ("Europe/Lisbon", "Europe/Vilnius", "2026-11-24T07:29", "09:30", "23T09:30 24T07:30 25T07:30"),
    ("Atlantic/Azores", "Europe/Helsinki", "2026-11-23T18:00", "16:30", "23T17:30 24T14:30 25T14:30"),
    ("Europe/Helsinki", "Atlantic/Azores", "2026-11-23T18:00", "00:15", "22T22:15 24T01:15 25T01:15"),
    ("Europe/Vilnius", "Australia/Lord_Howe", "2026-11-23T08:00", "09:30", "23T07:30 23T22:30 24T22:30"),
    ("Australia/Lord_Howe", "Europe/Vilnius", "2026-11-22T23:00", "09:30", "22T22:30 24T07:30 25T07:30"),
]


@pytest.mark.parametrize(("here", "away", "at", "hour", "moments"), MOVED)
def test_a_move_to_another_zone_neither_skips_nor_doubles_a_date(
    here: str, away: str, at: str, hour: str, moments: str
) -> None:
    who = someone(here, time.fromisoformat(hour))
    fired = firings(who, utc("2026-11-22T20:00"), utc("2026-11-30T00:00"), [Move(utc(at), away)])[:3]
    assert fired == [
        (f"2026-11-{day}", utc(f"2026-11-{moment}"))
        for day, moment in zip((23, 24, 25), moments.split(), strict=True)
    ]


ZONES = sorted(zone for zone in available_timezones() if "/" in zone)
COUNTRIES = ("LT", "PL", "NO", "PT", "FI", "EE", "DE", "US")


@cache
def changes(zone: ZoneInfo, day: date) -> bool:
    """Whether the clocks may show something odd on this local date."""
    noon = datetime.combine(day, time(12), UTC)
    offsets = {(noon + timedelta(hours=each)).astimezone(zone).utcoffset() for each in (-30, 30)}
    return len(offsets) > 1


def first_minute(day: date, hour: time, zone: ZoneInfo) -> datetime | None:
    """Minute by minute: the first of this date at which the clock on the wall shows the hour or is past it."""
    moment = datetime.combine(day, time(0), UTC) - timedelta(hours=15)
    if not changes(zone, day):
        return datetime.combine(day, hour, zone).astimezone(UTC)
    for _ in range(55 * 60):
        shown = moment.astimezone(zone).replace(tzinfo=None)
        if shown.date() == day and shown.time() >= hour:
            return moment
        moment += MINUTE
    return None


@cache
def is_holiday(country: str, day: date) -> bool:
    return day in holidays.country_holidays(country, years=day.year)


def by_hand(who: Person, year: int) -> list[tuple[str, datetime]]:
    """Day by day through a year."""
    zone, found = ZoneInfo(who.organisation.zone), list[tuple[str, datetime]]()
    for number in range(date(year, 12, 31).timetuple().tm_yday):
        day = date(year, 1, 1) + number * DAY
        if day.isoweekday() in who.days and not is_holiday(who.organisation.country, day):
            moment = first_minute(day, who.hour, zone)
            found += [(day.isoformat(), moment)] if moment else []
    return found


def check(seed: int, rules: int) -> None:
    """As many random rules, each for a year: the firings are those found by hand, one on each date."""
    chance = random.Random(seed)
    for _ in range(rules):
        year, hour = (
            chance.randint(2021, 2030),
            time(chance.choice([*range(24), 0, 1, 2, 3]), chance.randint(0, 59)),
        )
        days = frozenset(chance.sample(range(1, 8), chance.randint(1, 7)))
        who = someone(chance.choice(ZONES), hour, days, chance.choice(COUNTRIES))
        start = datetime(year, 1, 1, tzinfo=UTC) - 3 * DAY
        fired = [each for each in firings(who, start, start + 373 * DAY) if each[0].startswith(str(year))]
        assert fired == by_hand(who, year), (seed, who, year)


def test_a_year_of_random_rules() -> None:
    check(seed=8, rules=300)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", range(10))
def test_a_thousand_years_of_random_rules(seed: int) -> None:
    check(seed, rules=1_000)
