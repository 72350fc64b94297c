"""Leave and snooze: what is understood, what is set, and when lessons come again."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.conversation import respond
from domain.effect import Effect, Note, Say, SetLeave, SetSnooze, Wait
from domain.event import Said
from domain.facts import Facts
from domain.language import Language
from domain.message import Choice, Line, Moment, Notice, notice
from tests.domain.make import CONTINUE, MENU, NOW, TOMORROW, facts, keys, person, programme, study
from tests.domain.strategies import calm

TAUGHT = programme("t", "t")
WAITING = study(TAUGHT, 1, -1, due_at=TOMORROW)
MIDDLE = study(TAUGHT, 0, 0, enrolment=2)
SNOOZES = (
    Choice("snooze.tomorrow", "/snooze 1"),
    Choice("snooze.three_days", "/snooze 3"),
    Choice("snooze.week", "/snooze 7"),
)
LEAVES = (
    Choice("leave.this_week", "/leave 2026-11-23 2026-11-29"),
    Choice("leave.next_week", "/leave 2026-11-30 2026-12-06"),
    Choice("leave.two_weeks", "/leave 2026-11-23 2026-12-06"),
)


def told(known: Facts, text: str) -> list[Effect]:
    return respond(known, Said(text), keys())


def utc(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=UTC)


def wall(written: str) -> Moment:
    return Moment(datetime.fromisoformat(written))


def noted(what: str, value: str = "") -> Note:
    return Note("settings", {"what": what, "value": value})


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("/snooze", notice("snooze.which", *SNOOZES)),
        *((f"/snooze {wrong}", notice("snooze.bad", *SNOOZES))
          for wrong in ("31", "00", "-1", "1.5", "rytoj", "1 3", "٣", "07")),
        ("/leave", notice("leave.which", *LEAVES)),
        *((f"/leave {wrong}", notice("leave.bad", *LEAVES))
          for wrong in ("soon", "–", "2026-11-22", "12-24 2026-12-20", "13-01", "12.20", "31.11", "29.2.2027", "1 2 3",
                        "2026-12-01 2027-12-01", "2029-01-01", "9999-12-31", "0000-01-01", "1", "12/24", "٢.٣",
                        "06-01 05-30", "02-30")),
    ],
)  # fmt: skip
def test_what_is_no_number_of_days_and_no_leave(text: str, reply: Notice) -> None:
    assert told(facts(WAITING), text) == [Say(reply)]


@pytest.mark.parametrize(
    ("days", "until", "due", "when"),
    [
        ("1", "2026-11-23T22:00", "2026-11-24T07:30", "2026-11-24T09:30"),
        ("3", "2026-11-25T22:00", "2026-11-26T07:30", "2026-11-26T09:30"),
        ("5", "2026-11-27T22:00", "2026-11-30T07:30", "2026-11-30T09:30"),
        ("7", "2026-11-29T22:00", "2026-11-30T07:30", "2026-11-30T09:30"),
        ("30", "2026-12-22T22:00", "2026-12-23T07:30", "2026-12-23T09:30"),
    ],
)
def test_nothing_is_sent_for_some_days(days: str, until: str, due: str, when: str) -> None:
    day = (utc(until).date().toordinal()) + 1
    assert told(facts(WAITING, MIDDLE), f"/snooze {days}") == [
        SetSnooze(utc(until)),
        noted("snooze", date.fromordinal(day).isoformat()),
        Wait(1, utc(due)),
        Say(notice("snooze.set", CONTINUE, MENU, when=wall(when))),
    ]


NEXT = Line("settings.next_lesson", {"when": wall("2026-11-24T09:30")})


@pytest.mark.parametrize("off", ["off", "0"])
def test_a_snooze_is_taken_back(off: str) -> None:
    """The lesson comes when it would have come."""
    asleep = person(snoozed_until=utc("2026-12-09T22:00"))
    waiting = replace(WAITING, due_at=utc("2026-12-10T07:30"))
    over = [SetSnooze(None), noted("snooze_over")]
    lines = (Line("snooze.over"), NEXT)
    assert told(facts(waiting, person=asleep), f"/snooze {off}") == [
        *over, Wait(1, TOMORROW), Say(Notice(lines, (CONTINUE, MENU)))
    ]  # fmt: skip
    assert told(facts(MIDDLE, person=asleep), f"/snooze {off}") == [
        *over, Say(Notice(lines[:1], (CONTINUE, MENU)))
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("2026-12-20 2027-01-06", "2026-12-20", "2027-01-06"),
        ("12-20 01-06", "2026-12-20", "2027-01-06"),
        ("20.12 06.01", "2026-12-20", "2027-01-06"),
        ("20.12. 6.1.", "2026-12-20", "2027-01-06"),
        ("20.12.2026 – 06.01.2027", "2026-12-20", "2027-01-06"),
        ("20.12–06.01", "2026-12-20", "2027-01-06"),
        ("12-20 - 01-06", "2026-12-20", "2027-01-06"),
        ("12-20, 2027-01-06", "2026-12-20", "2027-01-06"),
        ("2026-12-20 6.1", "2026-12-20", "2027-01-06"),
        ("11-16 11-27", "2026-11-16", "2026-11-27"),  # begun last week
        ("11-23", "2026-11-23", "2026-11-23"),
        ("7.1", "2027-01-07", "2027-01-07"),
        ("11-22", "2027-11-22", "2027-11-22"),
        ("12-01 05-31", "2026-12-01", "2027-05-31"),
        ("2026-11-24 2027-11-23", "2026-11-24", "2027-11-23"),
    ],
)
def test_dates_of_a_leave(written: str, first: str, last: str) -> None:
    expected = SetLeave(date.fromisoformat(first), date.fromisoformat(last))
    assert told(facts(), f"/leave {written}")[0] == expected


def test_a_leave_on_a_leap_day() -> None:
    leave = SetLeave(date(2028, 2, 29), date(2028, 2, 29))
    assert told(facts(now=utc("2027-03-01T08:00")), "/leave 02-29")[0] == leave


SPANS: list[tuple[Language, str]] = [
    ("lt", "2026 m. lapkričio 24 d. – 2026 m. gruodžio 1 d."),
    ("pl", "24 listopada 2026 – 1 grudnia 2026"),
    ("nb", "24. november 2026 – 1. desember 2026"),
    ("en", "24 November 2026 – 1 December 2026"),
]


@pytest.mark.parametrize(("language", "days"), SPANS)
def test_lessons_come_again_after_the_leave(language: Language, days: str) -> None:
    who = person(language=language)
    assert told(facts(WAITING, MIDDLE, person=who), "/leave 24.11 1.12") == [
        SetLeave(date(2026, 11, 24), date(2026, 12, 1)),
        noted("leave", "2026-11-24 – 2026-12-01"),
        Wait(1, utc("2026-12-02T07:30")),
        Say(notice("leave.set", MENU, days=days, when=wall("2026-12-02T09:30"))),
    ]


def test_a_leave_that_is_far_away_changes_nothing_now() -> None:
    effects = told(facts(WAITING), "/leave 12-21 12-31")
    assert Wait(1, TOMORROW) in effects


def test_a_leave_is_taken_back() -> None:
    away = person(leave_from=date(2026, 11, 20), leave_until=date(2026, 12, 4))
    waiting = replace(WAITING, due_at=utc("2026-12-07T07:30"))
    lines = (Line("leave.over"), NEXT)
    assert told(facts(waiting, person=away), "/leave off") == [
        SetLeave(None, None), noted("leave_over"), Wait(1, TOMORROW), Say(Notice(lines, (CONTINUE, MENU)))
    ]  # fmt: skip


def test_a_leave_that_gets_shorter_brings_the_lesson_back() -> None:
    away = person(leave_from=date(2026, 11, 20), leave_until=date(2026, 12, 4))
    waiting = replace(WAITING, due_at=utc("2026-12-07T07:30"))
    assert Wait(1, utc("2026-11-26T07:30")) in told(facts(waiting, person=away), "/leave 11-20 11-25")


AWAY: dict[str, Any] = {"leave_from": date(2026, 11, 24), "leave_until": date(2026, 11, 24)}


def test_a_planned_leave_is_shown_when_one_asks() -> None:
    off = Choice("leave.end", "/leave off")
    day = "2026 m. lapkričio 24 d."
    assert told(facts(person=person(**AWAY)), "/leave") == [
        Say(notice("leave.planned", *LEAVES, off, days=day))
    ]
    later = told(facts(person=person(**AWAY), now=utc("2026-11-25T08:00")), "/leave")
    assert isinstance(later[0], Say)
    assert isinstance(later[0].message, Notice)
    assert later[0].message.lines == (Line("leave.which"),)


@pytest.mark.parametrize(
    ("now", "lines"),
    [
        ("2026-11-23T08:00", ["settings.leave_line", "settings.snooze_line"]),
        ("2026-11-24T08:00", ["settings.leave_line", "settings.snooze_line"]),
        ("2026-11-25T08:00", ["settings.snooze_line"]),
        ("2026-11-25T22:00", []),
    ],
)
def test_the_settings_tell_of_leave_and_snooze_until_they_are_over(now: str, lines: list[str]) -> None:
    who = person(**AWAY, snoozed_until=utc("2026-11-25T22:00"))
    [said] = told(facts(person=who, now=utc(now)), "/settings")
    assert isinstance(said, Say)
    assert isinstance(said.message, Notice)
    told_of = {line.text: line.params for line in said.message.lines[5:]}
    assert list(told_of) == lines
    assert told_of.get("settings.leave_line", {"days": "2026 m. lapkričio 24 d."}) == {
        "days": "2026 m. lapkričio 24 d."
    }
    assert told_of.get("settings.snooze_line", {"when": wall("2026-11-26T09:30")}) == {
        "when": wall("2026-11-26T09:30")
    }


numbers = st.integers(0, 40).map(str) | st.integers(1990, 2200).map(str)
written = st.lists(
    st.tuples(numbers, st.sampled_from("-./ "), numbers).map("".join)
    | st.dates(date(2025, 1, 1), date(2030, 1, 1)).map(str),
    max_size=3,
).map(" ".join)


@calm
@given(written | st.text())
def test_what_is_understood_as_a_leave_is_one(words: str) -> None:
    """It is not over, not longer than a year, not years ahead."""
    effects = told(facts(WAITING), f"/leave {words}")
    today = NOW.date()
    for effect in effects:
        if isinstance(effect, SetLeave) and effect.first and effect.last:
            assert effect.first <= effect.last
            assert 0 <= (effect.last - today).days <= 730
            assert (effect.last - effect.first).days < 365
    assert isinstance(effects[-1], Say)
