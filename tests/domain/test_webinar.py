"""When a webinar is reminded of, whatever clocks do; who can register when; and what cannot be one."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.attending import about
from domain.pacing import DAY, day_off, local
from domain.person import Person
from domain.planning import Fault, is_zone, series, wrong
from domain.seating import Seats
from domain.webinar import (
    EVE,
    HOUR,
    NOW,
    WEEK,
    Webinar,
    Words,
    is_link,
    key,
    moment,
    moment_for,
    next_rung,
    of_use_until,
    uid,
)
from tests.domain import strategies as may_be
from tests.domain.make import person
from tests.domain.strategies import calm

NOW_AT = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
START = datetime(2026, 12, 7, 8, tzinfo=UTC)  # a Monday, 10:00 in Vilnius
SAMPLE = Webinar(
    1, 1, {"lt": Words("Pavadinimas")}, START, 60, "Europe/Vilnius", 10, link="https://meet.example/a"
)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


def test_reminders_come_a_week_a_day_an_hour_and_ten_minutes_before() -> None:
    found = [moment(SAMPLE, rung) for rung in (WEEK, EVE, HOUR, NOW)]
    assert found == [utc(2026, 11, 30, 8), utc(2026, 12, 6, 8), utc(2026, 12, 7, 7), utc(2026, 12, 7, 7, 50)]
    until = [
        of_use_until(SAMPLE, rung, person(days=frozenset(range(1, 8)))) for rung in (WEEK, EVE, HOUR, NOW)
    ]
    assert until == [*(each - timedelta(minutes=1) for each in found[1:]), utc(2026, 12, 7, 8, 5)]


@pytest.mark.parametrize(
    ("zone", "start", "week", "eve"),
    [
        # Clocks went forward on 29 March 2026: 10:00 is 8:00 UTC before and 7:00 after.
        ("Europe/Vilnius", utc(2026, 3, 30, 7), utc(2026, 3, 23, 8), utc(2026, 3, 29, 7)),
        ("Europe/Vilnius", utc(2026, 3, 29, 7), utc(2026, 3, 22, 8), utc(2026, 3, 28, 8)),
        # They went back on 25 October 2026.
        ("Europe/Vilnius", utc(2026, 10, 26, 8), utc(2026, 10, 19, 7), utc(2026, 10, 25, 8)),
        # 02:30 is not there on 29 March: the first valid minute.
        ("Europe/Oslo", utc(2026, 3, 30, 0, 30), utc(2026, 3, 23, 1, 30), utc(2026, 3, 29, 1)),
        # Lord Howe moves by half an hour (5 April 2026).
        ("Australia/Lord_Howe", utc(2026, 4, 5, 23, 30), utc(2026, 3, 29, 23), utc(2026, 4, 4, 23, 30)),
        # A leap day, and a year's end.
        ("Europe/Vilnius", utc(2028, 3, 7, 8), utc(2028, 2, 29, 8), utc(2028, 3, 6, 8)),
        ("Europe/Vilnius", utc(2027, 1, 4, 8), utc(2026, 12, 28, 8), utc(2027, 1, 3, 8)),
    ],
)
def test_days_are_counted_on_the_wall_where_it_is_held(
    zone: str, start: datetime, week: datetime, eve: datetime
) -> None:
    there = replace(SAMPLE, zone=zone, starts_at=start)
    assert (moment(there, WEEK), moment(there, EVE)) == (week, eve)
    assert (moment(there, HOUR), moment(there, NOW)) == (
        start - timedelta(hours=1),
        start - timedelta(minutes=10),
    )


@pytest.mark.parametrize(
    ("after", "rung"),
    [
        (utc(2026, 11, 23, 7), WEEK),
        (utc(2026, 11, 30, 8), EVE),
        (utc(2026, 12, 6, 9), HOUR),
        (utc(2026, 12, 7, 7, 20), NOW),
        (utc(2026, 12, 7, 7, 55), None),
    ],
)
def test_who_registers_after_a_reminders_moment_does_not_get_it(after: datetime, rung: int | None) -> None:
    found = next_rung(SAMPLE, after, person(days=frozenset(range(1, 8))))
    assert (found and found[0]) == rung


@pytest.mark.parametrize(
    ("start", "changes", "eve"),
    [
        (START, {}, utc(2026, 12, 4, 8)),  # a Monday, and they work from Monday to Friday
        (START, {"days": frozenset({1, 7})}, utc(2026, 12, 6, 8)),
        (START, {"leave_from": date(2026, 12, 3), "leave_until": date(2026, 12, 4)}, utc(2026, 12, 2, 8)),
        (START, {"days": frozenset({1})}, utc(2026, 12, 6, 8)),  # that of the week was on the last one before
        (utc(2026, 12, 28, 8), {}, utc(2026, 12, 23, 8)),  # behind Christmas and a weekend
        (utc(2026, 12, 8, 8), {}, utc(2026, 12, 7, 8)),
    ],
)
def test_the_eve_that_is_no_working_day_is_the_last_working_day_before(
    start: datetime, changes: dict[str, Any], eve: datetime
) -> None:
    held, who = replace(SAMPLE, starts_at=start), person(**changes)
    assert moment_for(held, EVE, who) == eve
    assert of_use_until(held, WEEK, who) == eve - timedelta(minutes=1)
    later = eve + timedelta(seconds=1)
    assert [next_rung(held, at, who) for at in (eve - timedelta(seconds=1), later)] == [
        (EVE, eve),
        (HOUR, start - timedelta(hours=1)),
    ]


@calm
@given(may_be.moments, st.sampled_from(may_be.PLACES), may_be.people)
def test_no_good_day_lies_between_a_reminder_and_the_eve(
    start: datetime, there: tuple[str, str], who: Person
) -> None:
    held = replace(SAMPLE, starts_at=start, zone=there[0])
    week, due, eve = moment(held, WEEK), moment_for(held, EVE, who), moment(held, EVE)
    on, first, last = (local(each, who).date() for each in (due, week, eve))
    between = [first + each * DAY for each in range(1, (last - first).days + 1)]
    good = [day for day in between if day_off(day, who) is None]
    assert on == (good[-1] if good else last)
    assert week < due <= eve < moment(held, HOUR) + timedelta(seconds=1)


def test_a_message_is_named_by_its_change_and_its_local_date() -> None:
    late = replace(SAMPLE, starts_at=utc(2026, 12, 7, 23), sequence=2)
    assert key(late, 5, EVE) == "webinar:1:5:2:2:2026-12-08"


@pytest.mark.parametrize(
    ("changes", "takes"),
    [
        ({}, "open"),
        ({"state": "cancelled"}, "cancelled"),
        ({"starts_at": NOW_AT}, "over"),
        ({"opens_at": NOW_AT + timedelta(minutes=1)}, "early"),
        ({"opens_at": NOW_AT}, "open"),
        ({"closes_at": NOW_AT}, "closed"),
        ({"closes_at": NOW_AT + timedelta(minutes=1)}, "open"),
    ],
)
def test_people_register_within_the_window(changes: dict[str, Any], takes: str) -> None:
    assert replace(SAMPLE, **changes).takes(NOW_AT) == takes


def test_seats_are_kept_until_they_are_released() -> None:
    kept = replace(SAMPLE, kept={1: 2}, release_at=NOW_AT)
    assert [kept.keeps(NOW_AT - timedelta(seconds=1)), kept.keeps(NOW_AT)] == [{1: 2}, {}]
    assert [replace(kept, release_at=None).keeps(at) for at in (NOW_AT, START)] == [{1: 2}, {}]


def test_nobody_is_at_two_places() -> None:
    later = replace(SAMPLE, starts_at=SAMPLE.ends_at)
    assert [SAMPLE.overlaps(each) for each in (SAMPLE, later)] == [True, False]


def test_of_what_nothing_is_written_nothing_is_said() -> None:
    lines = about(replace(SAMPLE, texts={"lt": Words("Pavadinimas")}), person())
    assert [each.text for each in lines] == ["webinar.title", "webinar.when", "webinar.online"]


def test_words_are_those_of_the_language_or_of_another() -> None:
    assert SAMPLE.text("en").title == "Pavadinimas"
    assert replace(SAMPLE, texts={"pl": Words("Tytuł")}).text("en").title == "Tytuł"


@pytest.mark.parametrize(
    ("changes", "taken", "faults"),
    [
        ({}, 0, []),
        ({"texts": {}}, 0, ["title"]),
        ({"texts": {"lt": Words("")}}, 0, ["title"]),
        ({"texts": {"lt": Words("x" * 121)}}, 0, ["title"]),
        ({"starts_at": NOW_AT}, 0, ["past"]),
        ({"minutes": 0}, 0, ["minutes"]),
        ({"minutes": 1441}, 0, ["minutes"]),
        ({"capacity": 0}, 0, ["capacity"]),
        ({"capacity": 4}, 5, ["taken"]),
        ({"capacity": 5}, 5, []),
        ({"kept": {1: 11}}, 0, ["kept"]),
        ({"kept": {1: 0}}, 0, ["kept"]),
        ({"kept": {1: 5}}, 6, ["taken"]),
        ({"link": ""}, 0, ["where"]),
        ({"link": "", "venue": "Salė"}, 0, []),
        ({"link": "meet.example/a"}, 0, ["link"]),
        ({"closes_at": START + timedelta(minutes=1)}, 0, ["window"]),
        ({"opens_at": START}, 0, ["window"]),
        ({"opens_at": NOW_AT, "closes_at": NOW_AT}, 0, ["window"]),
        ({"opens_at": NOW_AT, "closes_at": START}, 0, []),
        ({"release_at": START}, 0, ["release"]),
        ({"cost": 0, "currency": "EUR", "study_minutes": 6_000}, 0, []),
        ({"cost": 1}, 0, ["cost"]),
        ({"cost": -1, "currency": "EUR"}, 0, ["cost"]),
        ({"cost": 100_000_01, "currency": "EUR"}, 0, ["cost"]),
        ({"study_minutes": 0}, 0, ["hours"]),
        ({"study_minutes": 6_001}, 0, ["hours"]),
    ],
)
def test_what_cannot_be_is_said(changes: dict[str, Any], taken: int, faults: list[Fault]) -> None:
    planned = replace(SAMPLE, **changes)
    seats = Seats(planned.capacity, planned.keeps(NOW_AT), {None: taken})
    assert wrong(planned, seats, NOW_AT) == faults


def test_a_series_keeps_its_time_on_the_wall() -> None:
    first = replace(
        SAMPLE,
        starts_at=utc(2026, 10, 19, 7),
        closes_at=utc(2026, 10, 18, 7),
        release_at=utc(2026, 10, 17, 7),
    )
    found = series(first, "week", 3)
    assert [each.starts_at for each in found] == [
        utc(2026, 10, 19, 7),
        utc(2026, 10, 26, 8),
        utc(2026, 11, 2, 8),
    ]
    assert [each.closes_at for each in found] == [
        utc(2026, 10, 18, 7),
        utc(2026, 10, 25, 8),
        utc(2026, 11, 1, 8),
    ]
    assert [series(SAMPLE, "fortnight", 2)[1].starts_at, series(SAMPLE, "", 1)] == [
        START + timedelta(days=14),
        [SAMPLE],
    ]


@pytest.mark.parametrize(
    ("changes", "lines"),
    [
        ({}, []),
        ({"cost": 0, "currency": "EUR"}, [("webinar.free_of_charge", None)]),
        (
            {"cost": 1_205, "currency": "PLN", "study_minutes": 90},
            [
                ("webinar.cost", {"whole": 12, "part": "05", "currency": "PLN"}),
                ("webinar.hours", {"hours": 1, "minutes": 30}),
            ],
        ),
    ],
)
def test_what_it_costs_and_counts_as_is_said(
    changes: dict[str, Any], lines: list[tuple[str, dict[str, Any] | None]]
) -> None:
    said = about(replace(SAMPLE, **changes), person())[3:]
    assert [each.text for each in said] == [text for text, _ in lines]
    assert all(each.params == params for each, (_, params) in zip(said, lines, strict=True) if params)


@pytest.mark.parametrize(
    ("written", "good"),
    [
        ("https://zoom.example/j/1?pwd=x", True),
        ("http://a.example", True),
        ("ftp://a.example", False),
        ("javascript:alert(1)", False),
        ("https://", False),
        ("https://a.example:x/", False),
        ("https://a.example/a b", False),
        ("https://a.example/\n", False),
        ("https://bank.example@evil.example/", False),
        ("https://[::1", False),
        ("zoom", False),
    ],
)
def test_what_a_browser_can_open_is_a_link(written: str, good: bool) -> None:
    assert is_link(written) is good


def test_zones_are_those_that_clocks_know() -> None:
    assert [is_zone(each) for each in ("Europe/Vilnius", "Vilnius")] == [True, False]


def test_a_registrations_name_in_calendars_says_nothing_of_it() -> None:
    assert (uid("a") != uid("b"), len(uid("a"))) == (True, 36)
