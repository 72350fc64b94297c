"""Whom an assignment reaches, when each begins, what is due: the rules, and what holds always."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.assigned import Order, dated, due_line, told
from domain.assigning import (
    After,
    Deed,
    Query,
    Standing,
    Terms,
    Wait,
    decide,
    due,
    ends_on,
    faults,
    in_last_week,
    line,
    reaches,
    same,
    starts_at,
)
from domain.facts import StudyState
from domain.message import Day, Moment, notice
from domain.organisation import Organisation
from domain.person import Person
from tests.storage.samples import sample

DAY = timedelta(days=1)
TODAY = date(2026, 11, 23)  # a Monday
NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
PLACE = Organisation(3, "Library", "LT", "Europe/Vilnius", "lt", "Rūta")
TERMS = Terms(1, 2, TODAY)
AROUND = {3: "Vaikų skyrius", 2: "Library"}
moments = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001
dates = st.dates(date(2020, 1, 1), date(2040, 1, 1))


def person(**changes: Any) -> Person:
    return replace(Person(7, PLACE, "Ona", "lt"), **changes)


@given(st.lists(st.integers(0, 20), min_size=20, max_size=20), st.integers(0, 19))
def test_a_line_ends_whatever_is_above_what(above: list[int], place: int) -> None:
    tree = {at: (over if over < 20 else None) for at, over in enumerate(above)}
    found = line(tree, place)
    assert found[0] == place
    assert len(set(found)) == len(found)
    assert all(tree[below] == over for below, over in pairwise(found))
    assert tree[found[-1]] in (None, *found)


def test_a_line_of_a_place_that_nobody_knows_is_itself() -> None:
    assert line({}, 5) == (5,)
    assert line({1: None, 2: 1, 3: 2}, 3) == (3, 2, 1)


@pytest.mark.parametrize(
    ("query", "who", "hired", "meant"),
    [
        (Query(), {}, None, True),
        (Query(job="Librarian"), {"job": "librarian "}, None, True),
        (Query(job="Librarian"), {"job": "guard"}, None, False),
        (Query(job="Librarian"), {}, None, False),
        (Query(language="lt"), {}, None, True),
        (Query(language="pl"), {}, None, False),
        (Query(unit="vaikų  skyrius"), {}, None, True),
        (Query(unit="Library"), {}, None, True),
        (Query(unit="Museum"), {}, None, False),
        (Query(hired_since=TODAY), {}, TODAY, True),
        (Query(hired_since=TODAY), {}, TODAY - DAY, False),
        (Query(hired_since=TODAY), {}, None, False),
        (Query(job="x", language="lt"), {"job": "x"}, None, True),
    ],
)
def test_whom_a_query_means(query: Query, who: dict[str, Any], hired: date | None, meant: bool) -> None:
    terms = replace(TERMS, query=query)
    assert reaches(terms, person(**who), hired_on=hired, around=AROUND) == meant
    assert not reaches(replace(terms, place=9), person(**who), hired_on=hired, around=AROUND)


@given(st.text(max_size=9), st.text(max_size=9))
def test_names_that_are_the_same_read_the_same(one: str, other: str) -> None:
    assert same(one, other) == same(other, one)
    assert same(one, f"  {one} ")
    assert same(one, other) or one != other


DEEDS: list[tuple[dict[str, Any], dict[str, Any], Deed | Wait]] = [
    ({}, {}, "enrol"),
    ({}, {"joined": False}, Wait(None)),
    ({}, {"study": "active"}, "tell"),
    ({}, {"study": "paused"}, "tell"),
    ({}, {"study": "finished"}, "nothing"),
    ({}, {"study": "finished", "reachable": False}, "nothing"),
    ({"again": True}, {"study": "finished"}, "again"),
    ({}, {"reachable": False}, Wait(NOW + DAY)),
    ({"after": After(9, days=60)}, {}, Wait(NOW + 60 * DAY)),
    ({"after": After(9)}, {}, Wait(NOW + timedelta(hours=1))),
    ({"after": After(9, days=60)}, {"since": NOW - 59 * DAY}, Wait(NOW + DAY)),
    ({"after": After(9, days=60)}, {"since": NOW - 60 * DAY}, "enrol"),
    ({"after": After(9, "begun")}, {"since": NOW}, "enrol"),
]


@pytest.mark.parametrize(("terms", "standing", "deed"), DEEDS)
def test_what_becomes_of_somebody(terms: dict[str, Any], standing: dict[str, Any], deed: Deed | Wait) -> None:
    assert decide(replace(TERMS, **terms), replace(Standing(joined=True), **standing), NOW) == deed


@given(
    st.builds(
        Standing,
        st.booleans(),
        st.booleans(),
        st.sampled_from([None, "active", "paused", "finished"]),
        st.none() | moments,
    ),
    st.booleans(),
    st.none() | st.builds(After, st.just(9), st.sampled_from(["finished", "begun"]), st.integers(0, 400)),
    moments,
)
def test_always(standing: Standing, again: bool, after: After | None, now: datetime) -> None:
    """Nobody is enrolled who has not joined, learns it already, or has not waited; who waits waits for later."""
    deed = decide(replace(TERMS, again=again, after=after), standing, now)
    study: StudyState | None = standing.study
    if isinstance(deed, Wait):
        assert deed.until is None or deed.until > now
        assert (deed.until is None) == (not standing.joined)
        return
    assert standing.joined
    assert (deed == "enrol") <= (study is None and standing.reachable)
    assert (deed == "again") <= (study == "finished" and again)
    assert (deed == "tell") <= (study in ("active", "paused"))
    if after and deed != "nothing":
        assert standing.since is not None
        assert standing.since + after.days * DAY <= now


@given(st.integers(1, 400), st.integers(0, 400), dates)
def test_who_has_not_begun_the_other_programme_is_looked_at_no_later_than_it_is_time(
    days: int, later: int, today: date
) -> None:
    """However late somebody finishes it, the look that was planned before is not later than their time."""
    terms, now = replace(TERMS, after=After(9, days=days)), datetime(2026, 1, 1, tzinfo=UTC)
    look = decide(terms, Standing(joined=True), now)
    assert isinstance(look, Wait)
    assert look.until is not None
    assert look.until <= now + later * DAY + days * DAY


@given(dates, st.integers(0, 400), st.integers(0, 800))
def test_what_is_due(starts: date, span: int, later: int) -> None:
    today, due_on = starts + later * DAY, starts + span * DAY
    fixed = due(replace(TERMS, starts_on=starts, due_on=due_on), today)
    assert fixed == (due_on if today <= due_on else today + span * DAY)
    assert fixed >= today
    assert due(replace(TERMS, due_days=span), today) == today + span * DAY
    assert due(TERMS, today) is None


def test_the_last_week() -> None:
    found = [days for days in range(-3, 12) if in_last_week(TODAY + days * DAY, TODAY)]
    assert found == list(range(8))


def test_where_and_when_it_begins_and_ends() -> None:
    assert starts_at(TERMS, PLACE) == datetime(2026, 11, 22, 22, tzinfo=UTC)
    assert ends_on(1, TODAY, PLACE) == TODAY
    assert ends_on(6, TODAY, PLACE) == date(2026, 11, 30)
    assert ends_on(3, date(2026, 12, 23), PLACE) == date(2026, 12, 29)  # Christmas is no time to learn
    assert [ends_on(4, TODAY, PLACE, pace).day for pace in (1, 2, 3, 4, 5)] == [14, 3, 30, 27, 26]
    assert ends_on(2, date(2026, 11, 25), PLACE, 1) == date(2026, 11, 30)


@pytest.mark.parametrize(
    ("changes", "lessons", "found"),
    [
        ({}, 1, ()),
        ({"due_on": TODAY}, 1, ()),
        ({}, 0, ("programme",)),
        ({"place": 5}, 1, ("place",)),
        ({"starts_on": TODAY - DAY}, 1, ("past",)),
        ({"due_on": TODAY - DAY}, 1, ("due_first",)),
        ({"starts_on": TODAY + 3650 * DAY, "due_on": TODAY + 3650 * DAY}, 1, ()),
        ({"starts_on": TODAY + 3651 * DAY}, 1, ("far",)),
        ({"due_on": date.max}, 1, ("far",)),
        ({"due_days": 0}, 1, ("due_days",)),
        ({"due_days": 3651}, 1, ("due_days",)),
        ({"due_days": 5, "due_on": TODAY}, 1, ("due_twice",)),
        ({"pace": 1}, 1, ()),
        ({"pace": 5}, 1, ()),
        ({"pace": 0}, 1, ("pace",)),
        ({"pace": 6}, 1, ("pace",)),
        ({"after": After(1)}, 1, ("after_itself",)),
        ({"after": After(2, days=-1)}, 1, ("after_days",)),
    ],
)
def test_what_is_wrong(changes: dict[str, Any], lessons: int, found: tuple[str, ...]) -> None:
    assert faults(replace(TERMS, **changes), lessons=lessons, places=[2], today=TODAY) == found


@pytest.mark.parametrize(
    ("order", "deed", "lines", "button"),
    [
        (Order("Rasa", "Library", "Law", TODAY), "enrol", ["by", "why", "first", "due"], "assigned.begin"),
        (Order("", "Library", "", None), "again", ["by_place", "first"], "assigned.begin"),
        (Order("", "Library", "", TODAY, 2), "enrol", ["by_place", "first", "pace", "due"], "assigned.begin"),
        (Order("", "Library", "", None, 2), "tell", ["by_place", "begun"], "menu.continue"),
        (Order("", "Library", "", None), "tell", ["by_place", "begun"], "menu.continue"),
    ],
)
def test_what_is_told(order: Order, deed: Deed, lines: list[str], button: str) -> None:
    message = told(sample(), person(), order, deed, NOW)
    assert [each.text for each in message.lines] == [f"assigned.{name}" for name in lines]
    assert [(each.label, each.data) for each in message.choices] == [
        (button, "/enrol small"),
        ("menu.progress", "/progress"),
    ]
    when = [each.params["when"] for each in message.lines if "when" in each.params]
    assert when == [] if deed == "tell" else when == [Moment(datetime(2026, 11, 23, 9, 30))]  # noqa: DTZ001


def test_a_date_is_said_below() -> None:
    reminder = notice("reminder.waiting")
    assert dated(reminder, None) == reminder
    assert [each.text for each in dated(reminder, TODAY).lines] == ["reminder.waiting", "assigned.due"]
    said = [due_line({1: TODAY}, 1, TODAY + days * DAY) for days in (-9, 0, 1)]
    assert [each.text for (each,) in said] == ["assigned.due", "assigned.due", "assigned.overdue"]
    assert said[0][0].params == {"due": Day(TODAY)}
    assert due_line({1: TODAY}, 2, TODAY) == ()
