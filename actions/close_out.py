"""What becomes of the people of a closed place, a few at a time; at the end nothing is left there but its number."""

from collections.abc import Collection, Mapping
from datetime import datetime

from actions import employ
from domain.audit import Deed
from storage import audit, closings, employments, ending, erasures, organisations, people
from storage.closings import Closing
from storage.database import Connection
from storage.employments import Employment


def due(tx: Connection) -> list[Closing]:
    """Those of which something can be done now; what is below another one goes with that."""
    rows = {each.place: each for each in closings.under_way(tx)}
    above = {place: up for place, (_, up) in organisations.names(tx).items()} if rows else {}
    tops = (each for each in rows.values() if not _goes_along(each, rows, above))
    return [each for each in tops if _can(tx, each)]


def step(tx: Connection, closed: Closing, now: datetime, most: int) -> int:
    """The next people leave: who is of another organisation too loses this work alone, all others are to be erased.

    How many. Whoever left the other one stays its own, as somebody who has left: what it keeps of them is not ours.
    Of a place that a restored backup had brought back nobody is asked to be erased: who was erased there is again by
    their own tombstone, and of others the backup does not say whether they were moved away before it was closed.
    """
    inside = _inside(tx, closed)
    audit.alone(tx)
    ending.unsend(tx, inside, now)
    whom = ending.next_people(tx, inside, most, staying=closed.confirmed_by is None)
    for person in whom:
        people.lock(tx, person)
        if elsewhere := _elsewhere(tx, person, inside):
            employ.move_home(tx, elsewhere, now)
        else:
            erasures.ask(tx, person, now, closed.confirmed_by)
    works = ending.next_works(tx, inside, most)
    for person, employment in works:
        people.lock(tx, person)
        ending.part(tx, person, employment, now)
    return len(whom) + len(works)


def finish(tx: Connection, closed: Closing, now: datetime) -> bool:
    """When nobody is left there, and it is written down elsewhere that the place was closed, its name goes too, with
    those of all that is below it."""
    inside = _inside(tx, closed)
    over = _over(tx, inside)
    if not over:
        return False
    audit.alone(tx)
    ending.clear(tx, inside)
    organisations.forget(tx, inside)
    for each in sorted(over, key=lambda each: each.place == closed.place):
        closings.done(tx, each.place, now)
        audit.note(tx, Deed("organisation.erased", each.place, each.place), None, now)
    return True


def _goes_along(closed: Closing, rows: Mapping[int, Closing], above: Mapping[int, int | None]) -> bool:
    """Whether one above is under way that does all that is to be done here.

    One that a backup brought back does not, where two people closed this one: it asks nobody to be erased.
    """
    up = above[closed.place]
    while up is not None:
        if up in rows and (rows[up].confirmed_by is not None or closed.confirmed_by is None):
            return True
        up = above[up]
    return False


def _can(tx: Connection, closed: Closing) -> bool:
    inside = _inside(tx, closed)
    leaves = (
        ending.next_people(tx, inside, 1, staying=closed.confirmed_by is None)
        or ending.next_works(tx, inside, 1)
        or ending.unsent(tx, inside)
    )
    return bool(leaves or _over(tx, inside))


def _over(tx: Connection, inside: Collection[int]) -> list[Closing]:
    """All that is under way of these places, if nothing of them has to be known any more."""
    rows = [each for each in closings.under_way(tx) if each.place in inside]
    known = all(each.marks for each in rows) and not ending.anybody(tx, inside)
    return rows if known else []


def _elsewhere(tx: Connection, person: int, inside: Collection[int]) -> Employment | None:
    """Where else they work, or the last place where they did."""
    further = employments.of_person(tx, person)
    others = [each for each in further if each.holds and each.place not in inside]
    return max(others, key=lambda each: (not each.left_on, each.left_on), default=None)


def _inside(tx: Connection, closed: Closing) -> frozenset[int]:
    """The place and what closed with it, or before it."""
    return organisations.under(tx, [closed.place]) & organisations.closed(tx)
