"""A pace: so many lessons a week, on the learner's own good days, spread over the week."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.pacing import at_wall_time, day_off, lesson_days, local, next_lesson_at
from domain.person import Person
from tests.domain import strategies as may_be
from tests.domain.strategies import calm
from tests.domain.test_pacing import DAY, LT, near_changes, people, someone, utc

WEEK = timedelta(days=7)
MONDAY = date(2026, 11, 23)

SPREAD = [  # the learner's days, the pace, on which of them lessons come
    ("12345", 1, "1"), ("12345", 2, "14"), ("12345", 3, "135"), ("12345", 4, "1345"), ("12345", 5, "12345"),
    ("1234567", 1, "1"), ("1234567", 2, "15"), ("1234567", 3, "146"), ("1234567", 5, "13467"),
    ("24", 1, "2"), ("24", 2, "24"), ("24", 5, "24"), ("6", 1, "6"), ("6", 3, "6"), ("135", 2, "15"),
]  # fmt: skip


@pytest.mark.parametrize(("days", "pace", "come"), SPREAD)
def test_lessons_are_spread_over_the_week(days: str, pace: int, come: str) -> None:
    who = someone("LT", LT, days=days)
    for number in range(7):
        found = lesson_days(MONDAY + number * DAY, who, pace)
        assert "".join(str(each.isoweekday()) for each in found) == come
        assert {each.isocalendar()[:2] for each in found} == {MONDAY.isocalendar()[:2]}


NEXT = [  # who, the pace, now (UTC), the next lesson (local)
    ("Monday of two", someone("LT", LT), 2, "2026-11-23T08:00", "2026-11-26T09:30"),
    ("Thursday of two", someone("LT", LT), 2, "2026-11-26T08:00", "2026-11-30T09:30"),
    ("one that was done late", someone("LT", LT), 2, "2026-11-25T18:00", "2026-11-26T09:30"),
    ("one a week", someone("LT", LT), 1, "2026-11-23T08:00", "2026-11-30T09:30"),
    ("more than their days", someone("LT", LT, days="24"), 3, "2026-11-24T08:00", "2026-11-26T09:30"),
    ("a week with two days", someone("LT", LT), 2, "2026-12-21T08:00", "2026-12-23T09:30"),
    ("a week without its Friday", someone("LT", LT), 4, "2026-12-28T08:00", "2026-12-29T09:30"),
    ("no day in a week", someone("LT", LT, days="4"), 1, "2026-12-17T08:00", "2026-12-31T09:30"),
]


@pytest.mark.parametrize(("who", "pace", "now", "next_"), [case[1:] for case in NEXT],
                         ids=[case[0] for case in NEXT])  # fmt: skip
def test_the_next_lesson_at_a_pace(who: Person, pace: int, now: str, next_: str) -> None:
    assert local(next_lesson_at(utc(now), who, pace=pace), who).isoformat(timespec="minutes") == next_


def test_a_holiday_takes_no_lesson_of_the_week_away() -> None:
    who = someone(
        "LT", LT
    )  # in the week of Christmas there are three good days, and on all of them one comes
    assert [each.day for each in lesson_days(date(2026, 12, 25), who, 3)] == [21, 22, 23]


def by_hand(now: datetime, who: Person, pace: int, *, today: bool) -> datetime:
    """Week by week, day by day: of the good days of a week, those at which the count of lessons that the week has
    room for up to there goes up."""
    first = local(now, who).date() + (timedelta(0) if today else DAY)
    monday = first - timedelta(days=first.weekday())
    for week in range(60):
        dates = [monday + week * WEEK + number * DAY for number in range(7)]
        good = [day for day in dates if day_off(day, who) is None]
        room = min(pace, len(good))
        come, had = [], 0
        for place, day in enumerate(good):
            if had * len(good) <= place * room:  # as many as the share of the week that is over
                come.append(day)
                had += 1
        assert len(come) == room
        for day in come:
            at = at_wall_time(day, who.hour, ZoneInfo(who.organisation.zone))
            awake = who.snoozed_until is None or at >= who.snoozed_until
            if day >= first and at > now and awake:
                return at
    raise AssertionError("no lesson in 60 weeks")


@st.composite
def away(draw: st.DrawFn) -> tuple[datetime, Person]:
    """A moment, and somebody who may be on leave about then, or want nothing for a while."""
    now, who = draw(near_changes | may_be.moments), draw(people)
    if draw(st.booleans()):
        start = now.date() + timedelta(days=draw(st.integers(-20, 20)))
        who = replace(who, leave_from=start, leave_until=start + timedelta(days=draw(st.integers(0, 30))))
    if draw(st.booleans()):
        who = replace(who, snoozed_until=now + timedelta(hours=draw(st.integers(-48, 400))))
    return now, who


@calm
@given(away(), st.integers(1, 5), st.booleans())
def test_the_next_lesson_at_a_pace_is_what_one_finds_by_hand(
    about: tuple[datetime, Person], pace: int, today: bool
) -> None:
    now, who = about
    assert next_lesson_at(now, who, today=today, pace=pace) == by_hand(now, who, pace, today=today)


@calm
@given(near_changes | may_be.moments, people, st.integers(1, 5), st.lists(st.integers(0, 200), max_size=40))
def test_no_week_has_more_than_its_pace_and_none_that_is_gone_through_at_once_has_fewer(
    now: datetime, who: Person, pace: int, hours: list[int]
) -> None:
    """The first one comes on the next good day; each is done so many hours after it came, then the next one comes."""
    at, came = next_lesson_at(now, who, today=True), list[date]()
    for wait in [*hours, *[0] * 25]:
        came.append(local(at, who).date())
        assert day_off(came[-1], who) is None
        assert next_lesson_at(at - timedelta(seconds=1), who, today=True) == at  # at their hour
        at = next_lesson_at(at + timedelta(hours=wait), who, pace=pace)
    weeks = [day.isocalendar()[:2] for day in came]
    assert max(weeks.count(each) for each in weeks) <= pace
    for day in came[len(hours) + pace : -pace]:  # whole weeks in which everything was done at once
        monday = day - timedelta(days=day.weekday())
        good = [monday + number * DAY for number in range(7)]
        room = sum(day_off(each, who) is None for each in good)
        assert weeks.count(day.isocalendar()[:2]) == min(pace, room)


@calm
@given(away(), st.integers(1, 5))
def test_who_has_few_days_learns_on_each_of_them(about: tuple[datetime, Person], pace: int) -> None:
    now, who = about
    who = replace(who, days=frozenset(sorted(who.days)[:pace]))
    assert next_lesson_at(now, who, pace=pace) == next_lesson_at(now, who)


@calm
@given(away(), st.integers(1, 4))
def test_nothing_comes_sooner_with_a_pace(about: tuple[datetime, Person], pace: int) -> None:
    now, who = about
    assert next_lesson_at(now, who) <= next_lesson_at(now, who, pace=pace)


def test_the_hour_is_the_learners() -> None:
    who = someone("LT", LT, time(17, 45))
    assert local(next_lesson_at(utc("2026-11-23T08:00"), who, pace=1), who) == datetime(2026, 11, 30, 17, 45)  # noqa: DTZ001 (a wall)
