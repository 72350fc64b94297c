"""The gate: a lesson goes on a good day from the person's hour to the day's end, and else waits until it may."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.gate import LAST_HOUR, LEEWAY, Send, WaitUntil, decide
from domain.organisation import Organisation
from domain.pacing import at_wall_time, day_off, local
from domain.person import Person
from tests.domain import strategies as may_be
from tests.domain.strategies import calm


def someone(
    hour: str = "09:30", days: str = "12345", country: str = "LT", zone: str = "Europe/Vilnius"
) -> Person:
    place = Organisation(1, "Gluosnių biblioteka", country, zone, "lt", "Rūta")
    return Person(7, place, "Jonas", "lt", time.fromisoformat(hour), frozenset(map(int, days)))


def there(wall: str, who: Person, fold: int = 0) -> datetime:
    """The moment when the clock on the person's wall shows this (for the `fold`th time)."""
    zone = ZoneInfo(who.organisation.zone)
    return datetime.fromisoformat(wall).replace(tzinfo=zone, fold=fold).astimezone(UTC)


JONAS, LATE, NIGHT = someone(), someone("17:15"), someone("23:30")
WEEKEND, OSLO = someone(days="67"), someone(country="NO", zone="Europe/Oslo")
TABLE: list[tuple[Person, str, str | None, str]] = [  # who, now, until when it waits (None: it goes) and why
    (JONAS, "2026-11-23T09:30", None, ""),
    (JONAS, "2026-11-23T12:00", None, ""),
    (JONAS, "2026-11-23T17:59:59", None, ""),
    (JONAS, "2026-11-23T18:00", "2026-11-24T09:30", "late"),
    (JONAS, "2026-11-23T23:59", "2026-11-24T09:30", "late"),
    (JONAS, "2026-11-23T09:29:59", "2026-11-23T09:30", "early"),
    (JONAS, "2026-11-23T00:00", "2026-11-23T09:30", "early"),
    (JONAS, "2026-11-20T18:00", "2026-11-23T09:30", "late"),
    (JONAS, "2026-11-21T12:00", "2026-11-23T09:30", "day"),
    (JONAS, "2026-11-22T03:00", "2026-11-23T09:30", "day"),
    (JONAS, "2026-12-24T12:00", "2026-12-28T09:30", "holiday"),
    (JONAS, "2026-12-24T03:00", "2026-12-28T09:30", "holiday"),
    (JONAS, "2026-12-23T19:00", "2026-12-28T09:30", "late"),
    (OSLO, "2026-12-24T12:00", None, ""),
    (LATE, "2026-11-23T17:14", "2026-11-23T17:15", "early"),
    (LATE, "2026-11-23T19:14", None, ""),
    (LATE, "2026-11-23T19:15", "2026-11-24T17:15", "late"),
    (someone("16:00"), "2026-11-23T18:00", "2026-11-24T16:00", "late"),
    (NIGHT, "2026-11-23T23:59", None, ""),
    (NIGHT, "2026-11-24T00:00", "2026-11-24T23:30", "early"),
    (NIGHT, "2026-11-28T00:30", "2026-11-30T23:30", "day"),
    (WEEKEND, "2026-11-23T12:00", "2026-11-28T09:30", "day"),
    (WEEKEND, "2026-11-29T12:00", None, ""),
    (someone("03:30", "7"), "2026-03-29T02:59", "2026-03-29T04:00", "early"),  # 03:30 does not exist
    (someone("03:30", "7"), "2026-03-29T04:00", None, ""),
]


@pytest.mark.parametrize(("who", "now", "until", "reason"), TABLE)
def test_the_gate(who: Person, now: str, until: str | None, reason: str) -> None:
    decision = decide(there(now, who), who)
    told = (local(decision.at, who), decision.reason) if isinstance(decision, WaitUntil) else (None, "")
    assert told == (until and datetime.fromisoformat(until), reason)


@pytest.mark.parametrize(
    ("wall", "fold", "goes"),
    [
        ("03:29", 0, False),
        ("03:30", 0, True),
        ("03:59", 0, True),
        ("03:10", 1, True),
        ("03:30", 1, True),
        ("04:00", 0, True),
    ],
)
def test_the_hour_has_come_once_it_has_come_the_first_time(wall: str, fold: int, goes: bool) -> None:
    """On 25 October 2026 the hour from 03:00 to 04:00 comes twice in Vilnius."""
    who = someone("03:30", "7")
    assert (decide(there(f"2026-10-25T{wall}", who, fold), who) == Send()) == goes


near_the_window = st.builds(
    lambda day, who, minutes: (
        there(f"{day.isoformat()}T{who.hour.isoformat('minutes')}", who) + timedelta(minutes=minutes),
        who,
    ),
    st.dates(datetime(2022, 1, 1).date(), datetime(2029, 12, 31).date()),  # noqa: DTZ001 (dates)
    may_be.people,
    st.integers(-180, 720),
)
anywhere = st.tuples(may_be.moments, may_be.people)


@calm
@given(near_the_window | anywhere)
def test_it_goes_only_on_a_good_day_within_the_window(case: tuple[datetime, Person]) -> None:
    now, who = case
    wall = local(now, who)
    good, start = day_off(wall.date(), who) is None, datetime.combine(wall.date(), who.hour)
    if decide(now, who) == Send():
        assert good
        assert now >= at_wall_time(wall.date(), who.hour, ZoneInfo(who.organisation.zone))
        assert wall < datetime.combine(wall.date(), LAST_HOUR) or wall < start + LEEWAY
    else:
        assert not (good and start <= wall < datetime.combine(wall.date(), LAST_HOUR))


@calm
@given(near_the_window | anywhere)
def test_what_waits_goes_at_the_moment_it_waits_for(case: tuple[datetime, Person]) -> None:
    now, who = case
    decision = decide(now, who)
    if isinstance(decision, WaitUntil):
        assert decision.at > now
        assert decide(decision.at, who) == Send()
        assert (decision.reason in ("day", "holiday")) == (day_off(local(now, who).date(), who) is not None)
        assert (decision.reason == "early") == (local(decision.at, who).date() == local(now, who).date())
