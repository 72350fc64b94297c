"""What becomes of the people of a closed place, a few at a time; at the end nothing is left there but its number."""

from collections.abc import Collection
from datetime import datetime

from actions import employ
from domain.audit import Deed
from domain.tree import in_order
from storage import audit, closings, employments, ending, erasures, organisations, people
from storage.closings import Closing
from storage.database import Connection
from storage.employments import Employment


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
    """When nobody is left there, and it is written down elsewhere that the place was closed, its name goes too."""
    inside = _inside(tx, closed)
    others = {each.place for each in closings.under_way(tx)} - {closed.place}
    if not closed.marks or others & set(inside) or ending.anybody(tx, inside):
        return False
    audit.alone(tx)
    ending.clear(tx, inside)
    organisations.forget(tx, inside)
    closings.done(tx, closed.place, now)
    audit.note(tx, Deed("organisation.erased", closed.place, closed.place), None, now)
    return True


def _elsewhere(tx: Connection, person: int, inside: Collection[int]) -> Employment | None:
    """Where else they work, or the last place where they did."""
    further = employments.of_person(tx, person)
    others = [each for each in further if each.holds and each.place not in inside]
    return max(others, key=lambda each: (not each.left_on, each.left_on), default=None)


def _inside(tx: Connection, closed: Closing) -> list[int]:
    """The place and what closed with it, or before it."""
    return [each.id for each in in_order(organisations.places(tx).values(), closed.place) if each.closed]
