"""The command for a calendar, and the revisions of what stands in it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import Entry, Revision, asked, page_of, revised, uid
from domain.effect import EndCalendar, MakeCalendar, Say
from domain.message import Notice, Place, Secret
from tests.domain.make import person

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
DUE = Entry("due", 5, "Safe", date(2026, 12, 1))


def said(effect: object) -> str:
    assert isinstance(effect, Say)
    assert isinstance(effect.message, Notice)
    return effect.message.lines[0].text


def test_an_address_is_made_of_a_seed_that_nobody_has_seen() -> None:
    made, told = asked(person(), "make", lambda: "seed")
    assert (made, said(told)) == (MakeCalendar("seed"), "calendar.made")
    assert isinstance(told, Say)
    assert isinstance(told.message, Notice)
    assert told.message.lines[0].params["link"] == Place("/calendar/seed.", Secret("seed", "link"), ".ics")
    assert page_of("seed") == "/calendar/seed."


def test_it_is_ended() -> None:
    ended, told = asked(person(), "end", str)
    assert (ended, said(told)) == (EndCalendar(), "calendar.ended")


@pytest.mark.parametrize("argument", ["", "now", "MAKE"])
def test_whatever_else_is_said_tells_what_it_is(argument: str) -> None:
    (told,) = asked(person(), argument, str)
    assert said(told) == "calendar.about"


def test_what_has_changed_is_a_revision_later() -> None:
    first = revised([DUE], {}, NOW)
    assert first == {"due:5": Revision(DUE.digest(), 0, NOW)}
    later = NOW + timedelta(days=1)
    assert revised([DUE], first, later) == first
    moved = Entry("due", 5, "Safe", date(2026, 12, 2))
    assert revised([moved], first, later) == {"due:5": Revision(moved.digest(), 1, later)}
    assert revised([], first, later) == first


DAYS = st.lists(st.dictionaries(st.integers(0, 2), st.integers(1, 3), max_size=3), max_size=5)


@given(DAYS)
def test_a_revision_is_new_exactly_when_its_entry_is(days: list[dict[int, int]]) -> None:
    """Each day has entries by what they are about, with the date of each."""
    kept: dict[str, Revision] = {}
    shown: dict[str, Entry] = {}
    for number, dates in enumerate(days):
        day = [Entry("due", about, "Safe", date(2026, 12, on)) for about, on in dates.items()]
        now = NOW + timedelta(days=number)
        kept, before = revised(day, kept, now), kept
        for each in day:
            if each.name not in shown:
                assert kept[each.name] == Revision(each.digest(), 0, now)
            elif each == shown[each.name]:  # also when it was away meanwhile
                assert kept[each.name] == before[each.name]
            else:
                assert kept[each.name].sequence == before[each.name].sequence + 1
        away = shown.keys() - {each.name for each in day}
        assert {name: kept[name] for name in away} == {name: before[name] for name in away}
        shown |= {each.name: each for each in day}


def test_a_name_in_the_world_says_nothing_and_stays() -> None:
    moved = Entry("due", 5, "Other", date(2027, 12, 1))
    assert uid("seed", DUE) == uid("seed", moved) != uid("other", DUE)
    assert DUE.reminded == timedelta(hours=15)
    assert Entry("lesson", 5, "Safe", NOW).reminded is None
