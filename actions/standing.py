"""What somebody may see and do, by their roles."""

from datetime import datetime

from domain import rights
from domain.organisation import Scope
from domain.pacing import local
from domain.person import Person
from storage import organisations, roles
from storage.database import Connection


def scope_of(tx: Connection, person: int) -> Scope:
    """What the person may see and do, and where."""
    mine = roles.of_person(tx, person)
    where = rights.held(mine, organisations.closed(tx))
    return Scope(
        person,
        frozenset[int]().union(*where.values()),
        frozenset(where),
        where,
        everywhere="platform" in mine,
    )


def acting(tx: Connection, person: Person, now: datetime) -> Scope:
    """Where the person may do something for others; nowhere once they have left."""
    scope = scope_of(tx, person.id).only("act")
    return scope.there(0) if person.has_left(local(now, person).date()) else scope
