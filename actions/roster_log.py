"""What the audit log hears of people and rosters: ids, names of fields and counts, and nothing that stands in them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from domain.audit import Deed
from domain.organisation import Scope
from domain.roster_plan import WORDS, Known, house
from domain.tree import Place
from storage import activity, audit, organisations
from storage.database import Connection
from storage.imports import Import

Happened = Iterable[tuple[int, str]]  # where each person is or was, and what became of them


def imported(tx: Connection, found: Import, happened: Happened, by: Scope | None, now: datetime) -> None:
    """An import was carried out: a row for each organisation where something became of people."""
    _each(tx, Deed("roster.imported", found.organisation, found.id), happened, by, now)


def undone(tx: Connection, found: Import, happened: Happened, by: Scope | None, now: datetime) -> None:
    """An import was taken back."""
    _each(tx, Deed("roster.undone", found.organisation, found.id), happened, by, now)


def changed(tx: Connection, before: Known, after: Known, by: Scope | None, now: datetime) -> None:
    """The roster says something else of the person. A move is told at both places."""
    words = [each for each in WORDS if getattr(before.said, each) != getattr(after.said, each)]
    left = "left_on" in words and bool(after.said.left_on)
    if other := [each for each in words if not (left and each == "left_on")]:
        _note(tx, Deed("person.changed", after.place, after.id, after={"words": " ".join(other)}), by, now)
    if left:
        _note(tx, Deed("person.left", after.place, after.id), by, now)
        gone(tx, [after], now)
    if before.place != after.place:
        for place in (before.place, after.place):
            ids = {"before": {"place": before.place}, "after": {"place": after.place}}
            _note(tx, Deed("person.moved", place, after.id, **ids), by, now)


def gone(tx: Connection, people: Iterable[Known], now: datetime) -> None:
    """Of these people it is said from which day on they are not there. Their timelines have it, where they leave."""
    for each in people:
        place = each.place if each.employment is not None else None
        activity.note(tx, each.id, "left", now, place, left_on=each.said.left_on)


def added(tx: Connection, person: int, place: int, by: Scope | None, now: datetime) -> None:
    """Somebody is on the roster who was not."""
    _note(tx, Deed("person.added", place, person), by, now)


def _each(tx: Connection, deed: Deed, happened: Happened, by: Scope | None, now: datetime) -> None:
    for place, counts in _counted(organisations.places(tx), deed.organisation, happened):
        _note(tx, Deed(deed.what, place, deed.about, after=counts), by, now)


def _counted(
    places: Mapping[int, Place], chosen: int | None, happened: Happened
) -> Iterator[tuple[int, Mapping[str, int]]]:
    """What became of how many: where the import was for, or by the organisations that the file named."""
    found = defaultdict[int, Counter[str]](Counter)
    for place, what in happened:
        found[house(places, place) if chosen is None else chosen][what] += 1
    yield from sorted(found.items())


def _note(tx: Connection, deed: Deed, by: Scope | None, now: datetime) -> None:
    audit.note(tx, deed, by.person if by else None, now)
