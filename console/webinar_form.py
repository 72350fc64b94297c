"""The form of a webinar: what was written in it, as a webinar, and what of it cannot be read; and the other way."""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Final, get_args
from zoneinfo import ZoneInfo

from starlette.datastructures import FormData

from console.lists import number
from console.prose import clean
from domain.checking_in import LONGEST as LONGEST_WORD
from domain.language import LANGUAGES, Language
from domain.pacing import at_wall_time
from domain.planning import (
    EVERY,
    LONGEST_ABOUT,
    LONGEST_LINK,
    LONGEST_TITLE,
    LONGEST_VENUE,
    MOST_IN_SERIES,
    Fault,
    is_zone,
    series,
)
from domain.webinar import SeenBy, Webinar, Words

_NUMBER: Final = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,2})?")
SEEN_BY: Final = get_args(SeenBy)
LAST_YEAR: Final = 2999  # no series that begins by then goes beyond what a calendar can say
KEPT_ROWS: Final = 5
SEEK: Final = "seek"  # in place of a trainer: one is looked for
_LONGEST: Final = {"venue": LONGEST_VENUE, "link": LONGEST_LINK, "word": LONGEST_WORD}
_PLAIN: Final = (
    *("organisation", "date", "time", "zone", "minutes", "venue", "link", "trainer", "capacity"),
    *("opens", "closes", "release", "every", "times", "programme", "spoken", "approves"),
    *("least", "word", "cost", "currency", "hours", "seen_by", "certifies"),
)
NAMES: Final = (
    *_PLAIN,
    *(f"{what}_{language}" for language in LANGUAGES for what in ("title", "about")),
    *(f"{what}_{row}" for row in range(KEPT_ROWS) for what in ("kept", "seats")),
)


def written(form: FormData) -> dict[str, str]:
    """What was written in each field."""
    return {name: _clean(name, str(form.get(name, ""))) for name in NAMES}


def _clean(name: str, text: str) -> str:
    """One line, except for what it is about; not longer than it may be."""
    if name.startswith("about_"):
        return clean(text).replace("\r\n", "\n").strip()[:LONGEST_ABOUT]
    return " ".join(clean(text).split())[: _LONGEST.get(name, LONGEST_TITLE)]


def empty(organisation: int, zone: str) -> dict[str, str]:
    """A new one."""
    usual = {"organisation": str(organisation), "zone": zone, "minutes": "60", "capacity": "30", "times": "1"}
    return dict.fromkeys(NAMES, "") | usual


def of(webinar: Webinar) -> dict[str, str]:
    """One that is there."""
    zone = ZoneInfo(webinar.zone)
    starts = webinar.starts_at.astimezone(zone)
    found = empty(webinar.organisation, webinar.zone) | {
        "date": starts.date().isoformat(),
        "time": starts.strftime("%H:%M"),
        "minutes": str(webinar.minutes),
        "least": str(webinar.least or ""),
        "capacity": str(webinar.capacity),
        "word": webinar.word,
        "venue": webinar.venue,
        "link": webinar.link,
        "trainer": str(webinar.trainer or "") or (SEEK if webinar.seeking else ""),
        "programme": str(webinar.programme or ""),
        "spoken": webinar.spoken,
        "cost": _decimal(webinar.cost, 100),
        "currency": webinar.currency,
        "hours": _decimal(webinar.study_minutes, 60),
        "seen_by": webinar.seen_by,
        "approves": "yes" if webinar.approves else "",
        "certifies": "yes" if webinar.certifies else "",
        "opens": _wall(webinar.opens_at, zone),
        "closes": _wall(webinar.closes_at, zone),
        "release": _wall(webinar.release_at, zone),
    }
    for language, words in webinar.texts.items():
        found |= {f"title_{language}": words.title, f"about_{language}": words.about}
    for row, (place, seats) in enumerate(webinar.kept.items()):
        found |= {f"kept_{row}": str(place), f"seats_{row}": str(seats)}
    return found


def _decimal(parts: int | None, of: int) -> str:
    return "" if parts is None else f"{Decimal(parts) / of:.2f}".removesuffix("0").removesuffix(".0")


def _wall(at: datetime | None, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%dT%H:%M") if at else ""


@dataclass(slots=True)
class Reading:
    """What is read of a form; `faults` are what cannot be."""

    words: Mapping[str, str]
    faults: list[Fault] = field(default_factory=list)

    def planned(self, which: int = 0) -> list[Webinar]:
        """The webinars that it is about; none where something cannot be read."""
        words = self.words
        zone = ZoneInfo(words["zone"]) if is_zone(words["zone"]) else None
        if zone is None:
            self.faults.append("zone")
        starts = self._moment(f"{words['date']}T{words['time']}", zone)
        if starts is None and zone:
            self.faults.append("date")
        opens, closes, release = (self._optional(name, zone) for name in ("opens", "closes", "release"))
        times = self._times()
        if self.faults or starts is None:
            return []
        first = Webinar(
            which,
            number(words["organisation"]),
            self._texts(),
            starts,
            number(words["minutes"]),
            words["zone"],
            number(words["capacity"]),
            words["venue"],
            words["link"],
            number(words["trainer"]) or None,
            opens,
            closes,
            release,
            self._kept(),
            seeking=words["trainer"] == SEEK,
            programme=number(words["programme"]) or None,
            spoken=next((each for each in LANGUAGES if each == words["spoken"]), ""),
            approves=bool(words["approves"]),
            least=number(words["least"]),
            cost=self._number("cost", 100),
            currency=words["currency"] if words["cost"] else "",
            study_minutes=self._number("hours", 60),
            seen_by=next((each for each in SEEN_BY if each == words["seen_by"]), "registered"),
            word=words["word"],
            certifies=bool(words["certifies"]),
        )
        return [] if self.faults else series(first, words["every"], times)

    def _number(self, name: str, parts: int) -> int | None:
        """A number with a comma or a point, in so many parts of one; None: nothing is said, or it is no number."""
        written = self.words[name].replace(",", ".")
        if not written:
            return None
        if _NUMBER.fullmatch(written) is None:
            self.faults.append("cost" if name == "cost" else "hours")
            return None
        return round(Decimal(written) * parts)

    def _texts(self) -> dict[Language, Words]:
        words = self.words
        both = ((each, words[f"title_{each}"], words[f"about_{each}"]) for each in LANGUAGES)
        return {language: Words(title, about) for language, title, about in both if title or about}

    def _times(self) -> int:
        every, times = self.words["every"], number(self.words["times"] or "1")
        if every in EVERY and 1 < times <= MOST_IN_SERIES:
            return times
        if every:
            self.faults.append("series")
        return 1

    def _kept(self) -> dict[int, int]:
        found = dict[int, int]()
        for row in range(KEPT_ROWS):
            place, seats = (self.words[f"{what}_{row}"] for what in ("kept", "seats"))
            if place and number(place):
                found[number(place)] = number(seats)
        return found

    def _optional(self, name: str, zone: ZoneInfo | None) -> datetime | None:
        found = self._moment(self.words[name], zone)
        if self.words[name] and found is None and zone:
            self.faults.append("release" if name == "release" else "window")
        return found

    def _moment(self, text: str, zone: ZoneInfo | None) -> datetime | None:
        with suppress(ValueError, OverflowError):
            day, _, hour = text.partition("T")
            wall = date.fromisoformat(day), time.fromisoformat(hour)
            if wall[0].year > LAST_YEAR:
                return None
            return at_wall_time(*wall, zone) if zone and wall[1].tzinfo is None else None
        return None


def planned(words: Mapping[str, str], which: int = 0) -> tuple[Sequence[Webinar], list[Fault]]:
    """What a form asks for, and what of it cannot be read."""
    reading = Reading(words)
    found = reading.planned(which)
    return found, reading.faults
