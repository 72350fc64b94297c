"""Registrations that wait for a coordinator's approval: when coordinators are told of them, and in which words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from domain.attending import said_of
from domain.message import Line, Notice, Param, Place
from domain.pacing import DAY
from domain.person import Person
from domain.webinar import Webinar

GATHERS: Final = timedelta(hours=1)  # so that of many who register at once not only the first is told
MOST_NAMED: Final = 8
_LIST: Final = "/console/webinars"


@dataclass(frozen=True, slots=True)
class Asking:
    """How many wait for approval of a webinar; since when the first does of whom nobody was told (None: of all somebody
    was), and when somebody was told last."""

    webinar: Webinar
    waiting: int
    since: datetime | None
    told_at: datetime | None = None


def is_due(group: Sequence[Asking], zone: str, now: datetime) -> bool:
    """Whether those who approve all of these are told now: once a day by the clock of their place, of whom they do
    not know, after an hour, or at once where the webinar begins within a day."""
    here = ZoneInfo(zone)
    today = now.astimezone(here).date()
    if any(each.told_at and each.told_at.astimezone(here).date() == today for each in group):
        return False
    return any(
        each.since is not None and (each.since <= now - GATHERS or each.webinar.starts_at <= now + DAY)
        for each in group
    )


def waits(group: Sequence[Asking], person: Person) -> Notice:
    """Said in the chat: how many wait in all, for which webinars, and where they are approved."""
    return Notice((Line("approving.waits", _count(group)), *_each(group, person), _way(group)))


def waits_mail(group: Sequence[Asking], person: Person) -> Notice:
    """The same as a mail, of which the first line is the subject."""
    many = _count(group)
    lines = (Line("approving.subject", many), Line("approving.waits", many))
    return Notice((*lines, *_each(group, person), _way(group)))


def _count(group: Sequence[Asking]) -> dict[str, Param]:
    return {"n": sum(each.waiting for each in group)}


def _each(group: Sequence[Asking], person: Person) -> list[Line]:
    """The next ones, and how many more there are."""
    first = sorted(group, key=lambda each: (each.webinar.starts_at, each.webinar.id))
    lines = [
        Line("approving.one", {**said_of(each.webinar, person), "count": each.waiting})
        for each in first[:MOST_NAMED]
    ]
    more = len(first) - MOST_NAMED
    return [*lines, *([Line("approving.more", {"n": more})] if more > 0 else [])]


def _way(group: Sequence[Asking]) -> Line:
    page = f"{_LIST}/{group[0].webinar.id}" if len(group) == 1 else _LIST
    return Line("approving.then", {"link": Place(page)})
