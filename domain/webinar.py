"""Webinars and classroom sessions: what is said of one, until when people register, and when they are reminded."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from domain.language import DEFAULT, Language
from domain.pacing import DAY, at_wall_time, day_off, local, moment_of
from domain.person import Person
from domain.seating import Standing

State = Literal["open", "cancelled"]
SeenBy = Literal["registered", "attended", "everybody"]  # who may see its recording
Takes = Literal["open", "early", "closed", "over", "cancelled"]

# Reminders in their order. The rung before them is news: the webinar has changed, or is cancelled.
NEWS: Final = 0
WEEK, EVE, HOUR, NOW = 1, 2, 3, 4
AFTER: Final = 5  # that it was said who was there
RECORDED: Final = 6  # that it can be seen again
RUNGS: Final = (WEEK, EVE, HOUR, NOW)
KINDS: Final[Mapping[int, Literal["reminder", "webinar"]]] = {
    WEEK: "reminder",
    EVE: "reminder",
    HOUR: "webinar",
    NOW: "webinar",
}
HOUR_BEFORE: Final = timedelta(hours=1)
JUST_BEFORE: Final = timedelta(minutes=10)
BESIDE: Final = timedelta(minutes=1)
AFTERWARDS: Final = timedelta(days=14)  # as long something can be said of it
STILL: Final = timedelta(minutes=5)  # after the start the last reminder is still of use
LONGEST: Final = 24 * 60  # minutes
MOST_SEATS: Final = 100_000
_LINK: Final = re.compile(r"https?://(?:[\w.-]+|\[[0-9a-f:]+\])(?::\d{1,5})?(?:[/?#][^\s]*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Words:
    """What a webinar is called, and what it is about."""

    title: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Webinar:
    """Teaching at a set time. It is for the people of `organisation` and of all under it.

    It is held at a `venue`, or behind a `link`, or both. Seats that are `kept` for a place are for its people until
    `release_at` (None: until the start). People register from `opens_at` until `closes_at` (None: at once; until the
    start). While it has no trainer and is `seeking` one, trainers are asked in turn (leading.py): who teaches the
    `programme` and speaks the language that is `spoken` there, where these are said. Where it `approves`, nobody has a
    seat or a place in line before somebody said so. It costs so many hundredths of the `currency` (None: nothing is
    said of it), and counts as so many `study_minutes`. `sequence` counts how often those who are registered had to be
    told of a change (RFC 5545's SEQUENCE), `changed_at` is when that was last. Of several of one `series` each is
    registered for by itself. Who was there for `least` minutes attended (0: for any time), and whoever writes the
    `word` that is shown at its end; where it `certifies`, they have a certificate of it. The
    code on paper at its door is made of `paper` ("": there is none).
    """

    id: int
    organisation: int
    texts: Mapping[Language, Words]
    starts_at: datetime
    minutes: int
    zone: str
    capacity: int
    venue: str = ""
    link: str = ""
    trainer: int | None = None
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    release_at: datetime | None = None
    kept: Mapping[int, int] = field(default_factory=dict)
    series: str = ""
    sequence: int = 0
    changed_at: datetime | None = None
    state: State = "open"
    seeking: bool = False
    programme: int | None = None
    spoken: Language | Literal[""] = ""
    approves: bool = False
    least: int = 0
    cost: int | None = None
    currency: str = ""
    study_minutes: int | None = None
    seen_by: SeenBy = "registered"
    word: str = ""
    certifies: bool = False
    paper: str = ""

    @property
    def ends_at(self) -> datetime:
        """When it is over."""
        return self.starts_at + timedelta(minutes=self.minutes)

    def text(self, language: Language) -> Words:
        """Its words in this language, else in another."""
        return self.texts.get(language) or self.texts.get(DEFAULT) or next(iter(self.texts.values()))

    def takes(self, now: datetime) -> Takes:
        """Whether somebody can register now, and if not, why."""
        if self.state == "cancelled":
            return "cancelled"
        if now >= self.starts_at:
            return "over"
        if self.opens_at and now < self.opens_at:
            return "early"
        return "closed" if self.closes_at and now >= self.closes_at else "open"

    def keeps(self, now: datetime) -> Mapping[int, int]:
        """The seats that are kept for places now."""
        released = self.release_at is not None and now >= self.release_at
        return {} if released or now >= self.starts_at else self.kept

    def overlaps(self, other: "Webinar") -> bool:
        """Whether nobody can be at both."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at

    def told(self) -> tuple[object, ...]:
        """What those who are registered have to know: when it changes they are told."""
        return (self.starts_at, self.minutes, self.venue, self.link, self.trainer)


@dataclass(frozen=True, slots=True)
class Shown:
    """A webinar as somebody sees it who may register for it, or has. `mine` is how they stand (None: they never came).

    `place` is theirs on the waiting list, on which so many are `waiting`; `free` seats are those they could take.
    """

    webinar: Webinar
    mine: Standing | None = None
    place: int = 0
    waiting: int = 0
    free: int = 0
    trainer: str = ""
    offer_until: datetime | None = None
    seed: str = ""
    rating: int | None = None


def moment(webinar: Webinar, rung: int) -> datetime:
    """When a reminder is due: days before are counted on the wall where it is held, hours on the clock."""
    if rung == HOUR:
        return webinar.starts_at - HOUR_BEFORE
    if rung == NOW:
        return webinar.starts_at - JUST_BEFORE
    zone = ZoneInfo(webinar.zone)
    wall = webinar.starts_at.astimezone(zone).replace(tzinfo=None)
    day = wall.date() - (7 if rung == WEEK else 1) * DAY
    return min(at_wall_time(day, wall.time(), zone), webinar.starts_at - HOUR_BEFORE)


def moment_for(webinar: Webinar, rung: int, person: Person) -> datetime:
    """The same for this person: that of the eve, where it falls on no good day of theirs (when nothing
    would go, and after which it would come too late), is at that time of the last good day since the week's, if any.
    """
    due = moment(webinar, rung)
    if rung != EVE:
        return due
    wall, earliest = local(due, person), local(moment(webinar, WEEK), person).date()
    days = (wall.date() - back * DAY for back in range((wall.date() - earliest).days))
    good = next((day for day in days if day_off(day, person) is None), None)
    return due if good in (None, wall.date()) else moment_of(good, wall.time(), person)


def of_use_until(webinar: Webinar, rung: int, person: Person) -> datetime:
    """Until when a reminder may go: not beside the next one, and the last one a little beyond the start."""
    if rung == NOW:
        return webinar.starts_at + STILL
    return moment_for(webinar, rung + 1, person) - BESIDE


def next_rung(webinar: Webinar, after: datetime, person: Person) -> tuple[int, datetime] | None:
    """The first reminder whose moment for this person is still to come; None: there is none."""
    ahead = ((each, moment_for(webinar, each, person)) for each in RUNGS)
    return next(((each, at) for each, at in ahead if at > after), None)


def key(webinar: Webinar, person: int, rung: int) -> str:
    """What names a message about this to this person: once for each change, on the local date of the webinar."""
    day = webinar.starts_at.astimezone(ZoneInfo(webinar.zone)).date()
    return f"webinar:{webinar.id}:{person}:{webinar.sequence}:{rung}:{day}"


def uid(seed: str) -> str:
    """The name of somebody's registration in every calendar of the world; it says nothing of the person."""
    return str(uuid5(NAMESPACE_URL, f"urn:zinute:webinar:{seed}"))


def join_page(seed: str) -> str:
    """The beginning of the path of somebody's own link to it: its token follows."""
    return f"/webinar/join/{seed}."


def calendar_page(seed: str) -> str:
    """The same for the calendar file."""
    return f"/webinar/calendar/{seed}."


def is_link(written: str) -> bool:
    """Whether this can be opened in a browser; an address that hides behind another name cannot."""
    return written.isprintable() and _LINK.fullmatch(written) is not None
