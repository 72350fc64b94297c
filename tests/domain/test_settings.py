"""Settings of a learner: language, hour and days."""

from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Any

import pytest

from domain.conversation import respond
from domain.effect import Effect, Note, Say, SetDays, SetHour, SetLanguage, Wait
from domain.event import Said
from domain.facts import Facts
from domain.language import Language
from domain.message import Choice, Line, Moment, Notice, Weekdays, notice
from domain.settings import hour_of
from tests.domain.make import CONTINUE, MENU, TOMORROW, facts, keys, person, programme, study

TAUGHT = programme("t", "t")
WAITING = study(TAUGHT, 1, -1, due_at=TOMORROW)
MIDDLE = study(TAUGHT, 0, 0, enrolment=2)
FINISHED = study(TAUGHT, 1, 0, enrolment=3, state="finished")
RESTING = replace(WAITING, state="paused")
PAUSE, SNOOZE = Choice("menu.pause", "/pause"), Choice("menu.snooze", "/snooze")
RESUME = Choice("menu.resume", "/resume")


def told(known: Facts, text: str) -> list[Effect]:
    return respond(known, Said(text), keys())


def utc(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def wall(day: int, hour: int, minute: int = 0) -> Moment:
    return Moment(datetime(2026, 11, day, hour, minute))  # noqa: DTZ001 (a wall time has no zone)


@pytest.mark.parametrize(
    ("settings", "language", "hour", "days"),
    [
        ({}, "lietuvių", "09:30", "12345"),
        ({"language": "nb", "hour": time(7, 5), "days": frozenset({7, 1})}, "norsk", "07:05", "17"),
        ({"language": "en"}, "English", "09:30", "12345"),
    ],
)
def test_the_settings_as_they_stand(settings: dict[str, Any], language: str, hour: str, days: str) -> None:
    lines = (
        Line("settings.head"),
        Line("settings.language_line", {"language": language}),
        Line("settings.hour_line", {"hour": hour}),
        Line("settings.days_line", {"days": Weekdays(days)}),
        Line("settings.reviews_line"),
    )
    choices = (
        Choice("menu.language", "/language"),
        Choice("menu.hour", "/hour"),
        Choice("menu.days", "/days"),
        Choice("menu.more", "/settings more"),
    )
    others = Choice("menu.no_reviews", "/reviews off"), Choice("menu.leave", "/leave")
    for studies, rest in (((), ()), ((MIDDLE,), (SNOOZE, PAUSE)), ((RESTING,), (RESUME,)), ((FINISHED,), ())):
        known = facts(*studies, person=person(**settings))
        assert told(known, "/settings") == [Say(Notice(lines, choices))]
        assert told(known, "/settings more") == [Say(notice("settings.more", *others, *rest, MENU))]


WHICH_LANGUAGE = Say(
    notice(
        "settings.which_language",
        Choice("Lietuvių", "/language lt", literal=True),
        Choice("Polski", "/language pl", literal=True),
        Choice("Norsk", "/language nb", literal=True),
        Choice("English", "/language en", literal=True),
    )
)


@pytest.mark.parametrize("text", ["/language", "/language de", "/language lietuvių", "/language 1"])
def test_which_language(text: str) -> None:
    assert told(facts(), text) == [WHICH_LANGUAGE]


@pytest.mark.parametrize(
    ("text", "language"),
    [("/language pl", "pl"), ("/language no", "nb"), ("/language EN-gb", "en"), ("/language lt", "lt")],
)
def test_a_language_is_chosen(text: str, language: Language) -> None:
    assert told(facts(), text) == [
        SetLanguage(language),
        Note("settings", {"what": "language", "value": language}),
        Say(notice("settings.language_set", CONTINUE, MENU)),
    ]


HOUR_CHOICES = tuple(
    Choice(hour, f"/hour {hour}", literal=True) for hour in ("08:00", "09:30", "12:00", "14:00", "16:00")
)
DAY_CHOICES = (
    Choice("settings.weekdays", "/days 12345"),
    Choice("settings.odd_days", "/days 135"),
    Choice("settings.even_days", "/days 24"),
)


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("/hour", notice("settings.which_hour", *HOUR_CHOICES)),
        *((f"/hour {wrong}", notice("settings.bad_hour", *HOUR_CHOICES))
          for wrong in ("24", "24:00", "9:60", "9:5", "930", "09:30:00", "-1", "morning", "9 30", "٩:30", "09:")),
        ("/days", notice("settings.which_days", *DAY_CHOICES)),
        *((f"/days {wrong}", notice("settings.bad_days", *DAY_CHOICES))
          for wrong in ("0", "8", "1-5", "Monday", ",", "1 2 x", "١", "135.")),
    ],
)  # fmt: skip
def test_what_is_no_hour_and_no_days(text: str, reply: Notice) -> None:
    assert told(facts(WAITING), text) == [Say(reply)]


def hour_set(hour: time, *more: Effect, when: Moment | None = None) -> list[Effect]:
    written = hour.strftime("%H:%M")
    lines = [Line("settings.hour_set", {"hour": written})]
    lines += [Line("settings.next_lesson", {"when": when})] if when else []
    noted = Note("settings", {"what": "hour", "value": written})
    return [SetHour(hour), noted, *more, Say(Notice(tuple(lines), (MENU,)))]


@pytest.mark.parametrize(
    ("written", "hour"),
    [
        ("9", time(9)),
        ("09", time(9)),
        ("9:30", time(9, 30)),
        ("09.30", time(9, 30)),
        ("  7:05 ", time(7, 5)),
        ("0", time(0)),
        ("00:00", time(0)),
        ("19:59", time(19, 59)),
        ("23:59", time(23, 59)),
    ],
)
def test_an_hour_is_chosen(written: str, hour: time) -> None:
    assert told(facts(), f"/hour {written}") == hour_set(hour)
    assert told(facts(MIDDLE), f"/hour {written}") == hour_set(hour)


@pytest.mark.parametrize(
    ("now", "hour", "due", "when"),
    [
        (utc(23, 8), time(8), utc(24, 6), wall(24, 8)),
        (utc(23, 5), time(14), utc(23, 12), wall(23, 14)),
        (utc(20, 17), time(14), utc(23, 12), wall(23, 14)),
    ],
)
def test_a_lesson_that_waits_comes_at_the_new_hour(
    now: datetime, hour: time, due: datetime, when: Moment
) -> None:
    waiting = replace(WAITING, due_at=utc(23, 7, 30) if now < utc(23, 7) else TOMORROW)
    effects = told(facts(waiting, MIDDLE, now=now), f"/hour {hour.hour}")
    assert effects == hour_set(hour, Wait(1, due), when=when)


@pytest.mark.parametrize(
    ("written", "days"),
    [
        ("135", "135"),
        ("1 3 5", "135"),
        ("5,3, 1", "135"),
        ("7", "7"),
        ("1\t2", "12"),
        ("55511", "15"),
        ("1234567", "1234567"),
    ],
)
def test_days_are_chosen(written: str, days: str) -> None:
    assert told(facts(), f"/days {written}") == [
        SetDays(frozenset(map(int, days))),
        Note("settings", {"what": "days", "value": days}),
        Say(Notice((Line("settings.days_set", {"days": Weekdays(days)}),), (MENU,))),
    ]


def test_a_lesson_that_waits_comes_on_the_new_days() -> None:
    due, when = utc(25, 7, 30), wall(25, 9, 30)
    lines = (
        Line("settings.days_set", {"days": Weekdays("3")}),
        Line("settings.next_lesson", {"when": when}),
    )
    assert told(facts(WAITING), "/days 3") == [
        SetDays(frozenset({3})),
        Note("settings", {"what": "days", "value": "3"}),
        Wait(1, due),
        Say(Notice(lines, (MENU,))),
    ]


@pytest.mark.parametrize(
    ("written", "hour"),
    [
        ("9", time(9)),
        (" 09.30 ", time(9, 30)),
        ("23:59", time(23, 59)),
        ("24", None),
        ("8:5", None),
        ("", None),
    ],
)
def test_an_hour_is_written_in_one_way_everywhere(written: str, hour: time | None) -> None:
    assert hour_of(written) == hour
