"""A person's calendar: how they get its address, what stands in it, and which revision of it that is."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal
from uuid import NAMESPACE_URL, uuid5

from domain.effect import Effect, EndCalendar, MakeCalendar, Say
from domain.message import Choice, Place, Secret, notice
from domain.person import Person
from domain.studying import MENU, NewKey

Kind = Literal["due", "expires", "lesson", "webinar"]
_MAKE: Final = Choice("calendar.make", "/calendar make")
_END: Final = Choice("calendar.end", "/calendar end")
_ABOUT: Final = Choice("calendar.back", "/calendar")
# How long before its beginning somebody is reminded; a day begins at midnight, so that this is at nine the day before.
_REMINDED: Final[Mapping[Kind, timedelta]] = {
    "due": timedelta(hours=15),
    "expires": timedelta(days=6, hours=15),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that comes: `about` is the id of a programme, an enrolment, a certificate or a webinar.

    `at` is a date for the whole day, or a moment that lasts so many `minutes`. `held`: it is a webinar, and somebody is
    busy then.
    """

    kind: Kind
    about: int
    title: str
    at: date | datetime
    minutes: int = 0
    held: "Held | None" = None

    @property
    def name(self) -> str:
        """What tells it from the person's others."""
        return f"{self.kind}:{self.about}"

    @property
    def reminded(self) -> timedelta | None:
        """How long before somebody is reminded; None: not by the calendar."""
        return _REMINDED.get(self.kind)

    def digest(self) -> str:
        """The same as long as it is the same."""
        more = [self.held.sequence, self.held.venue] if self.held else []
        told = json.dumps([self.title, self.at.isoformat(), self.minutes, *more])
        return hashlib.sha256(told.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Held:
    """What a calendar has to know of a webinar besides: its name in the world, how often it has changed, and the `seed`
    of the person's own way in (empty: it is held at a place)."""

    uid: str
    sequence: int
    changed_at: datetime
    venue: str
    cancelled: bool
    seed: str = ""


@dataclass(frozen=True, slots=True)
class Revision:
    """How an entry was given last: how often it had changed (RFC 5545's SEQUENCE), and when it did."""

    digest: str
    sequence: int
    at: datetime


def asked(person: Person, argument: str, new_key: NewKey) -> list[Effect]:
    """What follows `/calendar` and a word after it."""
    if argument == "make":
        seed = new_key()
        link = Place(page_of(seed), Secret(seed, "link"), ENDING)
        return [MakeCalendar(seed), Say(notice("calendar.made", _ABOUT, MENU, link=link))]
    if argument == "end":
        return [EndCalendar(), Say(notice("calendar.ended", _ABOUT, MENU))]
    return [Say(notice("calendar.about", _MAKE, _END, MENU, contact=person.organisation.contact))]


ENDING: Final = ".ics"


def page_of(seed: str) -> str:
    """The beginning of the path of the calendar with this seed: its token and ENDING follow."""
    return f"/calendar/{seed}."


def uid(seed: str, entry: Entry) -> str:
    """An entry's name in every calendar of the world; it says nothing of the person."""
    if entry.held:
        return entry.held.uid
    return str(uuid5(NAMESPACE_URL, f"urn:zinute:calendar:{seed}:{entry.name}"))


def revised(entries: Iterable[Entry], before: Mapping[str, Revision], now: datetime) -> dict[str, Revision]:
    """The revision of each of these entries by its name: one more than before for what has changed.

    What is away stays among them: when it comes back its sequence goes on, as a calendar that has it expects.
    """
    revisions = dict(before)
    for entry in entries:
        last, digest = before.get(entry.name), entry.digest()
        if last is None or last.digest != digest:
            revisions[entry.name] = Revision(digest, last.sequence + 1 if last else 0, now)
    return revisions
