"""Being away: leave from one date to another, and a few days without lessons and reminders."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Final

from babel.dates import format_date

from domain.effect import Effect, Note, Say, SetLeave, SetSnooze, Wait
from domain.facts import Facts
from domain.language import Language
from domain.message import Choice, Line, Moment, Notice, notice
from domain.pacing import DAY, lesson_at, local, moment_of, next_lesson_at
from domain.person import Person
from domain.studying import CONTINUE, MENU

SNOOZE: Final = Choice("menu.snooze", "/snooze")
LEAVE: Final = Choice("menu.leave", "/leave")
OFF: Final = ("off", "0")
DAYS: Final = {"1": "snooze.tomorrow", "3": "snooze.three_days", "7": "snooze.week"}
LONGEST: Final = timedelta(days=365)
AHEAD: Final = timedelta(days=2 * 365)
_DAYS = re.compile(r"[1-9]|[12]\d|30", re.ASCII)
_DATES = (  # 2026-12-20, 12-20; 20.12.2026, 20.12
    re.compile(r"(?:(?P<year>\d{4})-)?(?P<month>\d\d?)-(?P<day>\d\d?)", re.ASCII),
    re.compile(r"(?P<day>\d\d?)\.(?P<month>\d\d?)\.?(?P<year>\d{4})?", re.ASCII),
)
_YEAR = re.compile(r"\d{4}", re.ASCII)
# English dates as they are written on this side of the Atlantic.
_LOCALES: Final[dict[Language, str]] = {"lt": "lt", "pl": "pl", "nb": "nb", "en": "en_GB"}


def snooze(facts: Facts, person: Person, argument: str) -> list[Effect]:
    """Neither lessons nor reminders for so many days ("1" to "30"; "off": as usual), or ask for how many."""
    if argument in OFF:
        changed = replace(person, snoozed_until=None)
        return [SetSnooze(None), _noted("snooze_over"), *_as_usual(facts, changed, Line("snooze.over"))]
    if not _DAYS.fullmatch(argument):
        key = "snooze.bad" if argument else "snooze.which"
        return [Say(notice(key, *(Choice(label, f"/snooze {days}") for days, label in DAYS.items())))]
    day = local(facts.now, person).date() + int(argument) * DAY
    until = moment_of(day, time(0), person)
    changed = replace(person, snoozed_until=until)
    told = notice("snooze.set", CONTINUE, MENU, when=_next(facts.now, changed))
    return [SetSnooze(until), _noted("snooze", day.isoformat()), *_wait_anew(facts, changed), Say(told)]


def leave(facts: Facts, person: Person, argument: str) -> list[Effect]:
    """Leave from one date to another ("2026-12-20 2027-01-06", "12-20 01-06", "20.12 06.01"; "off"), or ask for it."""
    today = local(facts.now, person).date()
    if argument in OFF:
        changed = replace(person, leave_from=None, leave_until=None)
        return [SetLeave(None, None), _noted("leave_over"), *_as_usual(facts, changed, Line("leave.over"))]
    dates = _dates(argument, today)
    if dates is None:
        return [_which(person, today, argument)]
    first, last = dates
    changed = replace(person, leave_from=first, leave_until=last)
    back = Moment(local(lesson_at(facts.now, changed, last + DAY), person))
    told = notice("leave.set", MENU, days=_span(first, last, person.language), when=back)
    noted = _noted("leave", f"{first.isoformat()} – {last.isoformat()}")
    return [SetLeave(first, last), noted, *_wait_anew(facts, changed), Say(told)]


def lines(now: datetime, person: Person) -> list[Line]:
    """What the settings say of a leave that is not over, and of days without lessons and reminders."""
    told = []
    if person.leave_from and person.leave_until and local(now, person).date() <= person.leave_until:
        days = _span(person.leave_from, person.leave_until, person.language)
        told.append(Line("settings.leave_line", {"days": days}))
    if person.snoozed_until and now < person.snoozed_until:
        told.append(Line("settings.snooze_line", {"when": _next(now, person)}))
    return told


def _which(person: Person, today: date, argument: str) -> Say:
    monday = today - (today.isoweekday() - 1) * DAY
    spans = {
        "leave.this_week": (today, monday + 6 * DAY),
        "leave.next_week": (monday + 7 * DAY, monday + 13 * DAY),
        "leave.two_weeks": (today, today + 13 * DAY),
    }
    choices = [Choice(label, f"/leave {first} {last}") for label, (first, last) in spans.items()]
    if argument:
        return Say(notice("leave.bad", *choices))
    if person.leave_from and person.leave_until and today <= person.leave_until:
        days = _span(person.leave_from, person.leave_until, person.language)
        return Say(notice("leave.planned", *choices, Choice("leave.end", "/leave off"), days=days))
    return Say(notice("leave.which", *choices))


def _dates(written: str, today: date) -> tuple[date, date] | None:
    """The first span that may be meant and is not over; a single date is a span of one day.

    Longer than half a year it is only with both its years: else somebody has mixed up the dates.
    """
    words = [word for word in re.split(r"[\s,–—]+", written) if word not in ("", "-")]
    if not 1 <= len(words) <= 2:
        return None
    longest = LONGEST if all(_YEAR.search(word) for word in words) else LONGEST / 2
    spans = [
        (first, last)
        for first in _readings(words[0], today)
        for last in _readings(words[-1], today)
        if first <= last and today <= last <= today + AHEAD and last - first < longest
    ]
    return min(spans, default=None)


def _readings(written: str, today: date) -> Iterator[date]:
    """The dates that this may mean: a date without a year may be in any year about now."""
    for pattern in _DATES:
        found = pattern.fullmatch(written)
        if found is None:
            continue
        years = [int(found["year"])] if found["year"] else range(today.year - 1, today.year + 3)
        for year in years:
            try:
                yield date(year, int(found["month"]), int(found["day"]))
            except ValueError:
                continue


def _wait_anew(facts: Facts, person: Person) -> list[Wait]:
    """Each lesson that waits comes on its date if it may still come then, and else as soon as it may."""
    return [
        Wait(
            study.enrolment,
            min(
                lesson_at(facts.now, person, local(study.due_at, person).date()),
                next_lesson_at(facts.now, person, pace=study.pace),
            ),
        )
        for study in facts.studies
        if study.due_at
    ]


def _as_usual(facts: Facts, person: Person, over: Line) -> list[Effect]:
    """Lessons come as they would have; the next one is told of."""
    waits = _wait_anew(facts, person)
    due = [Moment(local(wait.until, person)) for wait in waits if wait.until]
    told = [Line("settings.next_lesson", {"when": min(due, key=lambda moment: moment.wall)})] if due else []
    return [*waits, Say(Notice((over, *told), (CONTINUE, MENU)))]


def _next(now: datetime, person: Person) -> Moment:
    return Moment(local(next_lesson_at(now, person), person))


def _noted(what: str, value: str = "") -> Note:
    return Note("settings", {"what": what, "value": value})


def _span(first: date, last: date, language: Language) -> str:
    days = [format_date(day, "long", locale=_LOCALES[language]) for day in dict.fromkeys((first, last))]
    return " – ".join(days)
