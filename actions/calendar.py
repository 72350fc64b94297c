"""What comes for a person, for the calendar that they use elsewhere."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from domain import webinar
from domain.calendar import Entry, Held, Revision, revised
from domain.language import Language
from domain.pacing import local
from domain.person import Person
from domain.webinar import Webinar
from storage import calendars, people, programmes, registrations, webinars
from storage.database import Connection


@dataclass(frozen=True, slots=True)
class Calendar:
    """What comes, with the revision of each entry by its name; and what is not to be kept, as it was given before."""

    language: Language
    entries: tuple[Entry, ...]
    revisions: Mapping[str, Revision]
    new: bool


def look(tx: Connection, seed: str, now: datetime) -> Calendar | None:
    """The calendar with this seed; None where there is none, or its person has left. Nothing is written."""
    kept = calendars.of_seed(tx, seed)
    person = people.get(tx, kept.person) if kept else None
    if kept is None or person is None or person.has_left(local(now, person).date()):
        return None
    entries = tuple(_entries(tx, person, now))
    revisions = revised(entries, kept.shown, now)
    for each in entries:
        if each.held:  # counted where it changes, so that a file of it that somebody has says the same
            revisions[each.name] = Revision(each.digest(), each.held.sequence, each.held.changed_at)
    return Calendar(person.language, entries, revisions, new=revisions != kept.shown)


def give(tx: Connection, seed: str, now: datetime) -> Calendar | None:
    """The same, and it is kept how it was given."""
    found = look(tx, seed, now)
    if found and found.new:
        calendars.keep(tx, seed, found.revisions)
    return found


def _entries(tx: Connection, person: Person, now: datetime) -> Iterator[Entry]:
    today, language = local(now, person).date(), person.language
    for due in calendars.dues(tx, person.id):
        title = programmes.version(tx, due.version).text(language).title
        yield Entry("due", due.programme, title, due.on)
    for enrolment, title, last in calendars.expiries(tx, person.id, today):
        yield Entry("expires", enrolment, title, last)
    for each in calendars.lessons(tx, person.id, now):
        lesson = programmes.version(tx, each.version).lessons[each.lesson].text(language)
        yield Entry("lesson", each.enrolment, lesson.title, each.at, lesson.minutes)
    for registered in registrations.of_person(tx, person.id):
        found = webinars.find(tx, registered.webinar) if registered.state == "seated" else None
        if found and found.ends_at > now:
            yield entry(found, registered.seed, language)


def entry(found: Webinar, seed: str, language: Language) -> Entry:
    """A webinar as a calendar shows it to whoever has a seat by this seed."""
    changed, cancelled = found.changed_at or found.starts_at, found.state == "cancelled"
    way_in = seed if found.link and not cancelled else ""
    held = Held(webinar.uid(seed), found.sequence, changed, found.venue, cancelled, way_in)
    return Entry("webinar", found.id, found.text(language).title, found.starts_at, found.minutes, held)
