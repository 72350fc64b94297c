"""Why a message went, waits or was dropped: its story, and the day that the gate spoke of."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from domain.organisation import Organisation, Scope
from domain.pacing import DAY, day_off, local
from domain.person import Person
from storage import message, people
from storage.database import Connection
from storage.message import Entry, Story

EVERY_DAY: Final = frozenset(range(1, 8))
LONGEST: Final = 31  # days that are looked back for a holiday


@dataclass(frozen=True, slots=True)
class Why:
    """A message's story. `organisation` is whose times it has, `holiday` the one that it waited for to pass."""

    story: Story
    organisation: Organisation | None
    holiday: date | None


def why(tx: Connection, scope: Scope, number: int) -> Why | None:
    """Of the message with this id; None when there is none in the scope."""
    return _why(tx, message.get(tx, scope, number))


def why_any(tx: Connection, number_or_key: str) -> Why | None:
    """Of any message, for the operator: without names."""
    return _why(tx, message.find(tx, number_or_key))


def holiday(tx: Connection, entry: Entry) -> date | None:
    """The public holiday that the gate holds the message back for; None when that is not the reason."""
    if entry.gate != "holiday" or entry.person is None:
        return None
    return holiday_of(people.get(tx, entry.person), entry)


def holiday_of(person: Person, entry: Entry) -> date | None:
    """The day on which it was written, if that is a holiday in the person's country, else the last before it goes."""
    anyone = replace(person, days=EVERY_DAY, leave_from=None, leave_until=None)
    due = local(entry.due_at, person).date()
    days = (local(entry.created_at, person).date(), *(due - number * DAY for number in range(1, LONGEST)))
    return next((day for day in days if day_off(day, anyone) == "holiday"), None)


def _why(tx: Connection, story: Story | None) -> Why | None:
    if story is None:
        return None
    person = story.entry.person
    home = None if person is None else people.get(tx, person).organisation
    return Why(story, home, holiday(tx, story.entry))
