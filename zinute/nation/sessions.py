"""Webinars and days in a classroom, and who was there: so many that everybody's hours add up."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from domain.webinar import AFTER, Webinar, Words
from storage import webinars
from storage.database import Connection
from storage.filling import Rows
from storage.registrations import REGISTRATION
from zinute.nation.names import Land
from zinute.nation.people import SPAN

_WEEK: Final = timedelta(days=7)
_CAME: Final = 0.83  # of those who had a seat


@dataclass(frozen=True, slots=True)
class Session:
    """One of them."""

    id: int
    starts_at: datetime
    minutes: int


def planned(
    tx: Connection, roots: Mapping[str, int], lands: Iterable[Land], now: datetime, rng: Random
) -> dict[str, list[Session]]:
    """Two or three webinars a week in each country, and three days in a classroom; the next two weeks' too."""
    found = dict[str, list[Session]]()
    for land in lands:
        mine = found.setdefault(land.code, [])
        monday = (now - SPAN).replace(hour=0, minute=0, second=0, microsecond=0)
        monday -= timedelta(days=monday.weekday())
        while monday < now + 2 * _WEEK:
            quiet = monday.month in (7, 8) or (monday.month == 12 and monday.day > 20)
            for number in range(1 if quiet else 6):
                webinar = _webinar(land, roots[land.code], monday, number, rng)
                which = webinars.add(tx, webinar, webinar.starts_at - 4 * _WEEK)
                mine.append(Session(which, webinar.starts_at, webinar.minutes))
            monday += _WEEK
        mine.sort(key=lambda each: each.starts_at)
    return found


def _webinar(land: Land, root: int, monday: datetime, number: int, rng: Random) -> Webinar:
    day = monday + timedelta(days=rng.randrange(5))
    hour, minutes = (rng.choice((10, 11, 14)), 90) if number % 2 == 0 else (9, 360)
    title = rng.choice(land.topics if minutes == 90 else land.courses)
    starts = datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo(land.zone)).astimezone(UTC)
    return Webinar(
        0,
        root,
        {land.language: Words(title)},
        starts,
        minutes,
        land.zone,
        600 if minutes == 90 else 60,
        venue=land.venue if minutes == 360 else "",
        link="" if minutes == 360 else f"https://meet.example/{land.code.lower()}-{starts:%Y%m%d%H}",
    )


class Attending:
    """Registers people and lets most of them come."""

    def __init__(self, rows: Rows, sessions: Mapping[str, Sequence[Session]], now: datetime) -> None:
        self._rows, self._sessions, self._now = rows, sessions, now
        self.arrivals = dict[int, int]()  # how many registered for each
        self._seeds = count(1)

    def go(self, person: int, land: Land, since: datetime, minutes: float, rng: Random) -> int:
        """They come to sessions until they have at least so many minutes; how many they have."""
        mine = self._sessions[land.code]
        first = bisect_left(mine, since, key=lambda each: each.starts_at)
        over = bisect_left(mine, self._now - timedelta(days=1), key=lambda each: each.starts_at)
        found, had = list(mine[first:over]), 0
        rng.shuffle(found)
        while had < minutes and found:
            session = found.pop()
            came = rng.random() < _CAME
            self._register(session, person, came, rng)
            had += session.minutes * came
        return had

    def _register(self, session: Session, person: int, came: bool, rng: Random) -> None:
        arrival = self.arrivals[session.id] = self.arrivals.get(session.id, 0) + 1
        at = session.starts_at - timedelta(hours=rng.randrange(24, 24 * 21))
        self._rows.add(
            REGISTRATION,
            {
                "webinar_id": session.id,
                "person_id": person,
                "state": "seated",
                "arrival": arrival,
                "registered_at": at,
                "seed": f"{next(self._seeds):022}",
                "rung": AFTER + 1,
                "joined_at": session.starts_at if came else None,
                "attended": came,
                "minutes": session.minutes if came else None,
                "seen_by": "report",
                "rating": rng.choices((None, 3, 4, 5), (50, 8, 18, 24))[0] if came else None,
            },
        )
