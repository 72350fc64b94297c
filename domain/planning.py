"""Whether a webinar can be as it is planned, and the dates of a series."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo, available_timezones

from domain.pacing import DAY, at_wall_time
from domain.roster_cells import folded
from domain.seating import Seats
from domain.webinar import LONGEST, MOST_SEATS, Webinar, is_link

Fault = Literal[
    "title",
    "date",
    "past",
    "zone",
    "minutes",
    "capacity",
    "taken",
    "kept",
    "kept_place",
    "where",
    "link",
    "window",
    "release",
    "series",
    "trainer",
    "place",
    "cancelled",
    "begun",
    "least",
    "cost",
    "hours",
    "word",
]
EVERY: Final[dict[str, int]] = {"week": 7, "fortnight": 14}
MOST_IN_SERIES: Final = 26
CURRENCIES: Final = ("EUR", "PLN", "NOK", "SEK", "DKK", "USD")
MOST_COST: Final = 100_000_00  # hundredths
MOST_STUDY: Final = 100 * 60  # minutes
SHORTEST_WORD: Final = 3  # letters that are not guessed at once
LONGEST_TITLE: Final = 120
LONGEST_ABOUT: Final = 1_500
LONGEST_VENUE: Final = 200
LONGEST_LINK: Final = 500


def wrong(planned: Webinar, seats: Seats, now: datetime) -> list[Fault]:
    """What of it cannot be; `seats` are those that are taken, by the seats that it would have."""
    checks: tuple[tuple[Fault, Callable[[], bool]], ...] = (
        ("title", lambda: not planned.texts or not all(_fits(each.title) for each in planned.texts.values())),
        ("past", lambda: planned.starts_at <= now),
        ("minutes", lambda: not 0 < planned.minutes <= LONGEST),
        ("capacity", lambda: not 0 < planned.capacity <= MOST_SEATS),
        (
            "kept",
            lambda: any(each <= 0 for each in planned.kept.values()) or _kept(planned) > planned.capacity,
        ),
        ("where", lambda: not planned.venue and not planned.link),
        ("link", lambda: bool(planned.link) and not is_link(planned.link)),
        ("window", lambda: not _window(planned)),
        ("word", lambda: bool(planned.word) and len(folded(planned.word)) < SHORTEST_WORD),
        ("least", lambda: not 0 <= planned.least <= planned.minutes),
        ("cost", lambda: planned.cost is not None and not _costs(planned)),
        ("hours", lambda: planned.study_minutes is not None and not 0 < planned.study_minutes <= MOST_STUDY),
        ("release", lambda: planned.release_at is not None and planned.release_at >= planned.starts_at),
    )
    found: list[Fault] = [fault for fault, check in checks if check()]
    if seats.spare < 0 and not {"capacity", "kept"} & set(found):
        found.append("taken")
    return found


def series(first: Webinar, every: str, times: int) -> list[Webinar]:
    """So many of them, each at the same time of day on the wall where they are held; windows move along."""
    zone = ZoneInfo(first.zone)

    def moved(at: datetime | None, days: int) -> datetime | None:
        if at is None:
            return None
        wall = at.astimezone(zone).replace(tzinfo=None)
        return at_wall_time(wall.date() + days * DAY, wall.time(), zone)

    found = []
    for number in range(times):
        days = EVERY.get(every, 0) * number
        starts, release, closes = (
            moved(at, days) for at in (first.starts_at, first.release_at, first.closes_at)
        )
        assert starts is not None, "a webinar begins"
        found.append(replace(first, starts_at=starts, release_at=release, closes_at=closes))
    return found


def is_zone(name: str) -> bool:
    """Whether clocks are known there."""
    return name in available_timezones()


def _fits(title: str) -> bool:
    return 0 < len(title) <= LONGEST_TITLE


def _kept(planned: Webinar) -> int:
    return sum(planned.kept.values())


def _costs(planned: Webinar) -> bool:
    return planned.cost is not None and 0 <= planned.cost <= MOST_COST and planned.currency in CURRENCIES


def _window(planned: Webinar) -> bool:
    """Whether there is a time at which people can register."""
    end = planned.closes_at or planned.starts_at
    begins = planned.opens_at or end - timedelta(minutes=1)
    return begins < end <= planned.starts_at
