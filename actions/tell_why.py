"""Why a message went, waits or was dropped: its story, and the day that the gate spoke of."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, NamedTuple

from domain import tree
from domain.days_off import Span, naming
from domain.organisation import Organisation, Scope
from domain.pacing import DAY, day_off, local
from domain.person import Person
from storage import message, organisations, oversight
from storage.database import Connection
from storage.message import Entry, Story

EVERY_DAY: Final = frozenset(range(1, 8))
LONGEST: Final = 31  # days that are looked back for a day off


class Closed(NamedTuple):
    """Days off of an organisation, and the place (it, or one above it) where they are set."""

    days: Span
    at: int


@dataclass(frozen=True, slots=True)
class Why:
    """A message's story as it stands at `now`; `off` is the day off that it waits for to pass.

    Whoever runs the installation is told too of which days off of a place it is one, and where they are set.

    `organisation` is the one that the message was written for, wherever the person is today: it decides who may see
    the message, and whose times and holidays it is told with. None when nobody had joined.
    """

    story: Story
    organisation: Organisation | None
    off: date | None
    now: datetime
    closed: Closed | None = None

    @property
    def paused_until(self) -> datetime | None:
        """Its messenger takes nothing from us before then; None when it does now."""
        until = self.story.paused_until
        return until if until and until > self.now else None

    @property
    def was_paused_until(self) -> datetime | None:
        """When the pause ended in which its messenger took nothing from us; None when the message met none."""
        until, entry = self.story.paused_until, self.story.entry
        met = until and entry.created_at < until <= min(self.now, entry.ended_at or self.now)
        return until if met else None


def why(tx: Connection, scope: Scope, number: int, now: datetime) -> Why | None:
    """Of the message with this id; None when there is none in the scope."""
    return _why(tx, message.get(tx, scope, number), now)


def why_any(tx: Connection, number_or_key: str, now: datetime) -> Why | None:
    """Of any message, for the operator: without names."""
    found = _why(tx, oversight.find(tx, number_or_key), now)
    if found is None or found.off is None or found.organisation is None or found.story.entry.gate != "closed":
        return found
    return replace(found, closed=_closed(tx, found.organisation.id, found.off))


def off(home: Organisation, entry: Entry) -> date | None:
    """The public holiday, or day off of the organisation, that the gate holds the message back for; None when it does
    not.

    The day on which it was written, if that is one, else the last before it goes.
    """
    if entry.gate not in ("holiday", "closed"):
        return None
    anyone = Person(0, home, "", home.language, days=EVERY_DAY)
    due = local(entry.due_at, anyone).date()
    days = (local(entry.created_at, anyone).date(), *(due - number * DAY for number in range(1, LONGEST)))
    return next((day for day in days if day_off(day, anyone) == entry.gate), None)


def _why(tx: Connection, story: Story | None, now: datetime) -> Why | None:
    if story is None:
        return None
    written_for = story.entry.organisation
    home = None if written_for is None else organisations.find(tx, written_for)
    return Why(story, home, off(home, story.entry) if home else None, now)


def _closed(tx: Connection, house: int, day: date) -> Closed | None:
    for place in tree.upward(organisations.places(tx), house):
        if days := naming(day, place.own.days_off or ()):
            return Closed(days, place.id)
    return None
