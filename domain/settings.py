"""Settings of a learner: language, hour, days. Leave and snooze are in absence.py, pauses in pausing.py."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import time

from domain import absence
from domain.effect import Effect, Note, Say, SetDays, SetHour, SetLanguage, SetReviews, Wait
from domain.facts import Facts
from domain.language import OWN_NAMES, Language, language_of, named
from domain.message import Choice, Line, Moment, Notice, Weekdays, notice
from domain.pacing import lesson_at, local
from domain.pausing import PAUSE, RESUME
from domain.person import Person
from domain.studying import CONTINUE, MENU

HOURS = ("08:00", "09:30", "12:00", "14:00", "16:00")
DAYS = {"12345": "settings.weekdays", "135": "settings.odd_days", "24": "settings.even_days"}
REVIEWS, NO_REVIEWS = Choice("menu.reviews", "/reviews on"), Choice("menu.no_reviews", "/reviews off")
MORE = Choice("menu.more", "/settings more")
_HOUR = re.compile(r"([01]?\d|2[0-3])(?:[:.]([0-5]\d))?", re.ASCII)


def show(facts: Facts, person: Person, argument: str = "") -> list[Effect]:
    """The settings as they stand, and buttons to change those that are changed most; "more": the others."""
    if argument == "more":
        return [Say(notice("settings.more", *_more(facts, person)))]
    lines = (
        Line("settings.head"),
        Line("settings.language_line", {"language": named(person.language)}),
        Line("settings.hour_line", {"hour": person.hour.strftime("%H:%M")}),
        Line("settings.days_line", {"days": Weekdays(_digits(person.days))}),
        Line("settings.reviews_line" if person.reviews else "settings.no_reviews_line"),
        *absence.lines(facts.now, person),
    )
    choices = (Choice(f"menu.{name}", f"/{name}") for name in ("language", "hour", "days"))
    return [Say(Notice(lines, (*choices, MORE)))]


def _more(facts: Facts, person: Person) -> tuple[Choice, ...]:
    states = {study.state for study in facts.studies}
    rest = (absence.SNOOZE, PAUSE) if "active" in states else (RESUME,) if "paused" in states else ()
    return (NO_REVIEWS if person.reviews else REVIEWS, absence.LEAVE, *rest, MENU)


def set_language(person: Person, argument: str) -> list[Effect]:
    """Speak the named language, or ask which of those that the organisation offers."""
    language, offered = language_of(argument), person.organisation.offers
    if language is None or language not in offered:
        return [Say(notice("settings.which_language", *_languages(offered)))]
    return [
        SetLanguage(language),
        Note("settings", {"what": "language", "value": language}),
        Say(notice("settings.language_set", CONTINUE, MENU)),
    ]


def set_hour(facts: Facts, person: Person, argument: str) -> list[Effect]:
    """Send lessons at the given hour ("9", "9:30", "09.30"), or ask at which."""
    hour = hour_of(argument)
    if hour is None:
        key = "settings.bad_hour" if argument else "settings.which_hour"
        return [Say(notice(key, *(Choice(hour, f"/hour {hour}", literal=True) for hour in HOURS)))]
    changed = replace(person, hour=hour)
    written = hour.strftime("%H:%M")
    told = Say(_set(facts, changed, Line("settings.hour_set", {"hour": written})))
    noted = Note("settings", {"what": "hour", "value": written})
    return [SetHour(hour), noted, *_wait_anew(facts, changed), told]


def hour_of(written: str) -> time | None:
    """The time of day that is written as "9", "9:30" or "09.30"."""
    found = _HOUR.fullmatch(written.strip())
    return time(int(found[1]), int(found[2] or 0)) if found else None


def set_days(facts: Facts, person: Person, argument: str) -> list[Effect]:
    """Send lessons on the given ISO weekdays ("135", "1 3 5"), or ask on which."""
    wanted = re.sub(r"[\s,]", "", argument)
    if not re.fullmatch(r"[1-7]+", wanted):
        key = "settings.bad_days" if argument else "settings.which_days"
        return [Say(notice(key, *(Choice(label, f"/days {days}") for days, label in DAYS.items())))]
    changed = replace(person, days=frozenset(map(int, wanted)))
    told = Say(_set(facts, changed, Line("settings.days_set", {"days": Weekdays(_digits(changed.days))})))
    noted = Note("settings", {"what": "days", "value": _digits(changed.days)})
    return [SetDays(changed.days), noted, *_wait_anew(facts, changed), told]


def set_reviews(person: Person, argument: str) -> list[Effect]:
    """Questions come back ("on"), or do not any more ("off"), or ask which."""
    if argument not in ("on", "off"):
        key = "settings.reviews_line" if person.reviews else "settings.no_reviews_line"
        return [Say(notice(key, NO_REVIEWS if person.reviews else REVIEWS, MENU))]
    on = argument == "on"
    noted = Note("settings", {"what": "reviews" if on else "no_reviews", "value": ""})
    told = notice("settings.reviews_on" if on else "settings.reviews_off", MENU)
    return [SetReviews(on), noted, Say(told)]


def _set(facts: Facts, person: Person, line: Line) -> Notice:
    due = [wait.until for wait in _wait_anew(facts, person) if wait.until]
    if not due:
        return Notice((line,), (MENU,))
    return Notice((line, Line("settings.next_lesson", {"when": Moment(local(min(due), person))})), (MENU,))


def _wait_anew(facts: Facts, person: Person) -> list[Wait]:
    """Each lesson that waits comes at the new hour on the first of the new days, not on an earlier date than before."""
    return [
        Wait(study.enrolment, lesson_at(facts.now, person, local(study.due_at, person).date()))
        for study in facts.studies
        if study.due_at
    ]


def _languages(offered: Iterable[Language]) -> tuple[Choice, ...]:
    return tuple(Choice(OWN_NAMES[language], f"/language {language}", literal=True) for language in offered)


def _digits(days: frozenset[int]) -> str:
    return "".join(map(str, sorted(days)))
