"""The gate: what goes at once, what goes in the person's hours on a good day, what waits, what is dropped."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import gate
from domain.gate import LEEWAY, Asked, Decision, Drop, Send, WaitUntil
from domain.message import Kind
from domain.organisation import Organisation
from domain.pacing import at_wall_time, day_off, local
from domain.person import Person
from tests.domain import strategies as may_be
from tests.domain.strategies import calm

ALWAYS = datetime(2100, 1, 1, tzinfo=UTC)
BY_TIME: tuple[Kind, ...] = ("lesson", "reminder", "announcement", "timely", "mandatory")


def decide(
    now: datetime, who: Person, kind: Kind = "lesson", today: int = 0, not_after: datetime = ALWAYS
) -> Decision:
    return gate.decide(now, who, Asked(kind, not_after, today))


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


def told_of(decision: Decision, who: Person) -> tuple[str, str | None]:
    """The reason, and the wall time until which it waits (or may go)."""
    moment = {Send: "until", WaitUntil: "at"}.get(type(decision))
    wall = local(getattr(decision, moment), who) if moment else None
    return decision.reason, wall.isoformat(timespec="minutes") if wall else None


@pytest.mark.parametrize(("who", "now", "until", "reason"), TABLE)
def test_when_a_lesson_goes(who: Person, now: str, until: str | None, reason: str) -> None:
    decision = decide(there(now, who), who)
    assert isinstance(decision, Send if until is None else WaitUntil)
    assert until is None or told_of(decision, who) == (reason, until)


AWAY = replace(JONAS, leave_from=date(2026, 12, 21), leave_until=date(2027, 1, 6))
ASLEEP = replace(JONAS, snoozed_until=there("2026-11-26T00:00", JONAS))
DOZING = replace(JONAS, snoozed_until=there("2026-11-23T14:00", JONAS))
NAPPING = replace(JONAS, snoozed_until=there("2026-11-23T19:00", JONAS))
MORE: list[tuple[Person, Kind, str, int, str, str]] = [  # who, what, now, how many today; why, until (or from) when
    (JONAS, "lesson", "2026-11-23T12:00", 0, "now", "2026-11-23T18:00"),
    (JONAS, "reminder", "2026-11-23T12:00", 0, "now", "2026-11-23T18:00"),
    (JONAS, "reminder", "2026-11-23T08:00", 0, "now", "2026-11-23T18:00"),
    (JONAS, "reminder", "2026-11-23T07:59", 0, "early", "2026-11-23T08:00"),
    (JONAS, "reminder", "2026-11-23T18:00", 0, "late", "2026-11-24T08:00"),
    (JONAS, "announcement", "2026-11-23T08:00", 0, "now", "2026-11-23T18:00"),
    (JONAS, "announcement", "2026-11-20T18:00", 0, "late", "2026-11-23T08:00"),
    (JONAS, "announcement", "2026-12-24T12:00", 0, "holiday", "2026-12-28T08:00"),
    (JONAS, "mandatory", "2026-12-24T12:00", 0, "holiday", "2026-12-28T08:00"),
    (JONAS, "mandatory", "2026-11-22T12:00", 9, "day", "2026-11-23T08:00"),
    (LATE, "lesson", "2026-11-23T17:30", 0, "now", "2026-11-23T19:15"),
    (LATE, "reminder", "2026-11-23T19:00", 0, "now", "2026-11-23T19:15"),
    (LATE, "announcement", "2026-11-23T18:30", 0, "late", "2026-11-24T08:00"),
    (someone("06:15"), "reminder", "2026-11-23T06:15", 0, "now", "2026-11-23T18:00"),
    (someone("06:15"), "announcement", "2026-11-23T06:15", 0, "early", "2026-11-23T08:00"),
    (NIGHT, "lesson", "2026-11-23T23:40", 0, "now", "2026-11-24T00:00"),
    # Leave, both its dates included; a lesson comes at the learner's hour after it.
    (AWAY, "lesson", "2026-12-18T12:00", 0, "now", "2026-12-18T18:00"),
    (AWAY, "lesson", "2026-12-18T19:00", 0, "late", "2027-01-07T09:30"),
    (AWAY, "lesson", "2026-12-21T12:00", 0, "leave", "2027-01-07T09:30"),
    (AWAY, "reminder", "2027-01-06T12:00", 0, "leave", "2027-01-07T08:00"),
    (AWAY, "mandatory", "2026-12-25T12:00", 0, "leave", "2027-01-07T08:00"),
    (AWAY, "announcement", "2027-01-07T12:00", 0, "now", "2027-01-07T18:00"),
    (replace(AWAY, leave_until=date(2027, 1, 1)), "lesson", "2026-12-21T12:00", 0, "leave", "2027-01-04T09:30"),
    (replace(AWAY, leave_until=None), "lesson", "2026-12-21T12:00", 0, "now", "2026-12-21T18:00"),
    # Snooze holds back what is about learning.
    (ASLEEP, "lesson", "2026-11-23T12:00", 0, "snooze", "2026-11-26T09:30"),
    (ASLEEP, "reminder", "2026-11-23T07:00", 0, "snooze", "2026-11-26T08:00"),
    (ASLEEP, "announcement", "2026-11-23T12:00", 0, "now", "2026-11-23T18:00"),
    (ASLEEP, "mandatory", "2026-11-23T12:00", 0, "now", "2026-11-23T18:00"),
    (ASLEEP, "lesson", "2026-11-26T10:00", 0, "now", "2026-11-26T18:00"),
    (ASLEEP, "lesson", "2026-11-22T12:00", 0, "day", "2026-11-26T09:30"),
    (DOZING, "reminder", "2026-11-23T12:00", 0, "snooze", "2026-11-23T14:00"),
    (DOZING, "reminder", "2026-11-23T07:00", 0, "snooze", "2026-11-23T14:00"),
    (DOZING, "reminder", "2026-11-23T14:00", 0, "now", "2026-11-23T18:00"),
    (NAPPING, "reminder", "2026-11-23T12:00", 0, "snooze", "2026-11-24T08:00"),
    # The cap, over all that came on this date; the last place is a lesson's.
    (JONAS, "lesson", "2026-11-23T12:00", 2, "now", "2026-11-23T18:00"),
    (JONAS, "lesson", "2026-11-23T12:00", 3, "cap", "2026-11-24T09:30"),
    (JONAS, "lesson", "2026-11-20T12:00", 4, "cap", "2026-11-23T09:30"),
    (JONAS, "lesson", "2026-11-23T09:00", 3, "early", "2026-11-23T09:30"),
    (JONAS, "reminder", "2026-11-23T12:00", 1, "now", "2026-11-23T18:00"),
    (JONAS, "reminder", "2026-11-23T12:00", 2, "cap", "2026-11-24T08:00"),
    (JONAS, "announcement", "2026-11-23T12:00", 1, "now", "2026-11-23T18:00"),
    (JONAS, "announcement", "2026-11-23T12:00", 2, "cap", "2026-11-24T08:00"),
    (JONAS, "mandatory", "2026-11-23T12:00", 99, "now", "2026-11-23T18:00"),
]  # fmt: skip


@pytest.mark.parametrize("case", MORE)
def test_the_gate(case: tuple[Person, Kind, str, int, str, str]) -> None:
    who, kind, now, today, reason, when = case
    assert told_of(decide(there(now, who), who, kind, today), who) == (reason, when)


GONE = replace(JONAS, left_on=date(2026, 11, 24))


@pytest.mark.parametrize("kind", BY_TIME)
def test_to_whoever_has_left_nothing_comes_by_itself(kind: Kind) -> None:
    assert isinstance(decide(there("2026-11-23T12:00", JONAS), GONE, kind), Send)
    for now in ("2026-11-24T00:00", "2026-11-24T12:00", "2027-11-24T12:00"):
        assert decide(there(now, JONAS), GONE, kind) == Drop("left")


def test_whoever_has_left_is_answered() -> None:
    assert isinstance(decide(there("2026-11-24T12:00", JONAS), GONE, "reply"), Send)


@pytest.mark.parametrize("kind", ["reply", "code"])
@pytest.mark.parametrize("now", ["2026-11-23T12:00", "2026-12-25T03:00"])
def test_what_somebody_waits_for_goes_at_once(kind: Kind, now: str) -> None:
    away = replace(AWAY, snoozed_until=ALWAYS)
    assert decide(there(now, away), away, kind, 99, ALWAYS) == Send(ALWAYS)


@pytest.mark.parametrize(
    ("now", "not_after", "decision"),
    [
        ("2026-11-23T17:00", "2026-11-23T17:00", "now"),
        ("2026-11-23T17:01", "2026-11-23T17:00", "late"),
        ("2026-11-23T18:00", "2026-11-24T08:00", "waits"),
        ("2026-11-23T18:00", "2026-11-24T07:59", "late"),
        ("2026-12-23T18:00", "2026-12-26T18:00", "late"),
    ],
)
def test_what_would_come_too_late_is_dropped(now: str, not_after: str, decision: str) -> None:
    found = decide(there(now, JONAS), JONAS, "announcement", 0, there(not_after, JONAS))
    expected = {"now": Send, "waits": WaitUntil, "late": Drop}[decision]
    assert type(found) is expected
    assert found.reason == ("now" if decision == "now" else "late")


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
    assert isinstance(decide(there(f"2026-10-25T{wall}", who, fold), who), Send) == goes


OPEN_NINE_TO_FIVE = replace(
    JONAS, organisation=replace(JONAS.organisation, opens=time(9), closes=time(17), cap=1)
)


@pytest.mark.parametrize(
    ("kind", "now", "today", "told"),
    [
        ("announcement", "2026-11-23T08:59", 0, ("early", "2026-11-23T09:00")),
        ("announcement", "2026-11-23T16:59", 0, ("now", "2026-11-23T17:00")),
        ("reminder", "2026-11-23T17:00", 0, ("late", "2026-11-24T09:00")),
        ("lesson", "2026-11-23T12:00", 1, ("cap", "2026-11-24T09:30")),
        ("reminder", "2026-11-23T12:00", 0, ("now", "2026-11-23T17:00")),
        ("reminder", "2026-11-23T12:00", 1, ("cap", "2026-11-24T09:00")),
        ("mandatory", "2026-11-23T12:00", 9, ("now", "2026-11-23T17:00")),
        ("timely", "2026-11-23T09:29", 0, ("early", "2026-11-23T09:30")),
        ("timely", "2026-11-23T12:00", 1, ("cap", "2026-11-24T09:30")),
    ],
)
def test_hours_and_cap_are_the_organisation_s(
    kind: Kind, now: str, today: int, told: tuple[str, str]
) -> None:
    found = decide(there(now, JONAS), OPEN_NINE_TO_FIVE, kind, today)
    assert told_of(found, JONAS) == told


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


kinds = st.sampled_from(BY_TIME)


cases = (near_the_window | anywhere).flatmap(lambda case: st.tuples(st.just(case[0]), may_be.absent(*case)))


def own_hours(wall: datetime, kind: Kind, who: Person) -> bool:
    """By the clock on the wall: whether it may go at this time of day."""
    start = datetime.combine(wall.date(), who.hour)
    office = who.organisation
    working = office.opens <= wall.time() < office.closes
    if kind in ("announcement", "mandatory"):
        return working
    return (working and kind == "reminder" and who.hour <= office.closes) or (
        start <= wall and (wall.time() < office.closes or wall < start + LEEWAY)
    )


def steady(day: date, who: Person) -> bool:
    """The clocks do not change on this date."""
    zone = ZoneInfo(who.organisation.zone)
    start, end = (at_wall_time(day + timedelta(days=each), time(0), zone) for each in (0, 1))
    return end - start == timedelta(days=1)


@calm
@given(cases, kinds, st.integers(0, 4))
def test_it_goes_only_on_a_good_day_within_the_window(
    case: tuple[datetime, Person], kind: Kind, today: int
) -> None:
    now, who = case
    wall, decision = local(now, who), decide(now, who, kind, today)
    asleep = who.snoozed_until is not None and now < who.snoozed_until and kind in ("lesson", "reminder")
    room = kind == "mandatory" or today < gate.cap(kind, who)
    allowed = day_off(wall.date(), who) is None and not asleep and room
    if isinstance(decision, Send):
        assert allowed
        assert now < decision.until
        assert local(decision.until - timedelta(minutes=1), who).date() == wall.date()
    if steady(wall.date(), who):
        assert isinstance(decision, Send) == (allowed and own_hours(wall, kind, who))


@calm
@given(cases, kinds, st.integers(0, 4))
def test_what_waits_goes_at_the_moment_it_waits_for(
    case: tuple[datetime, Person], kind: Kind, today: int
) -> None:
    now, who = case
    decision = decide(now, who, kind, today)
    if isinstance(decision, WaitUntil):
        assert decision.at > now
        assert isinstance(decide(decision.at, who, kind), Send)
        off = day_off(local(now, who).date(), who)
        assert off is None or decision.reason == off
        assert decision.reason != "early" or local(decision.at, who).date() == local(now, who).date()
        assert decision.reason != "cap" or local(decision.at, who).date() > local(now, who).date()


@calm
@given(cases, kinds, st.integers(0, 20_000))
def test_nothing_goes_or_waits_beyond_its_use(
    case: tuple[datetime, Person], kind: Kind, minutes: int
) -> None:
    now, who = case
    not_after = now + timedelta(minutes=minutes - 1_000)
    free, decision = decide(now, who, kind), decide(now, who, kind, not_after=not_after)
    assert not isinstance(free, Drop)
    begins = now if isinstance(free, Send) else free.at
    assert decision == (free if begins <= not_after else Drop())


@calm
@given(cases, kinds, st.integers(0, 4))
def test_a_timely_message_begins_at_the_next_own_hour_and_all_others_now(
    case: tuple[datetime, Person], kind: Kind, today: int
) -> None:
    now, who = case
    asked = Asked(kind, now + timedelta(days=14), today)
    at, found = gate.begins(now, who, kind), gate.first(now, who, asked)
    if kind != "timely":
        assert (at, found) == (now, gate.decide(now, who, asked))
        return
    assert now <= at <= now + timedelta(hours=26)
    assert local(at, who).time() == who.hour or not steady(local(at, who).date(), who)
    then = gate.decide(at, who, asked)
    assert found == (WaitUntil(at, "early") if isinstance(then, Send) and at > now else then)
