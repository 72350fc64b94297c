"""A country with two libraries for the tests of assignments, and what became of its people."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from actions import edit_person, enlist
from actions.assign import Reach, assign, preview
from domain.assigning import Terms
from domain.organisation import Scope
from domain.tree import Own
from scheduler.jobs import assign as job
from storage import addresses, organisations, people, programmes
from storage.database import Connection, Database
from storage.enrolments import ENROLMENT
from storage.outbox import OUTBOX
from storage.reached import REACHED
from tests.storage.samples import MONDAY, rows, sample

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TODAY = date(2026, 11, 23)


@dataclass(frozen=True, slots=True)
class Land:
    """A country with two libraries; the first has a unit. Two programmes."""

    country: int
    library: int
    unit: int
    other: int
    week: int
    after: int

    def terms(self, **changes: Any) -> Terms:
        return replace(Terms(self.week, self.country, TODAY), **changes)


def settle(tx: Connection) -> Land:
    add = partial(enlist.add_organisation, tx, now=MONDAY)
    country = add("Lietuva", Own(country="LT", contact="Rūta"), "country")
    library = add("Biblioteka", Own(), above=country)
    unit = add("Vaikų skyrius", Own(), "unit", library)
    other = add("Muziejus", Own(), above=country)
    taught = []
    for slug in ("week", "follow"):
        programmes.publish(tx, sample(slug), MONDAY)
        taught.append(programmes.by_slug(tx, slug) or 0)
    return Land(country, library, unit, other, *taught)


def person(tx: Connection, place: int, name: str, *, joined: bool = True, job: str = "") -> int:
    new = people.add(tx, organisation=place, name=name, email=f"{name}@a.example", language="lt")
    edit_person.change(tx, None, new, {"job": job}, now=MONDAY)
    if joined:
        join(tx, new, name)
    return new


def join(tx: Connection, who: int, name: str) -> None:
    people.consent(tx, who, MONDAY)
    addresses.bind(tx, addresses.find_or_add(tx, "web", name, "lt", MONDAY).id, who)


async def look(database: Database, now: datetime = MONDAY) -> int:
    return await job.JOB.run(database, now)


async def states(database: Database) -> list[tuple[int, int, str]]:
    return sorted(await rows(database, REACHED.c.assignment_id, REACHED.c.person_id, REACHED.c.state))


async def enrolled(database: Database) -> list[tuple[int, int]]:
    return sorted(await rows(database, ENROLMENT.c.person_id, ENROLMENT.c.programme_id))


async def told(database: Database) -> Sequence[str]:
    return [key for key, *_ in await rows(database, OUTBOX.c.key) if key.startswith("assigned:")]


async def foresee(database: Database, terms: Terms) -> Reach:
    """Whom it would reach, for somebody who sees everything."""
    return await database.read(lambda tx: preview(tx, terms, Scope(0, frozenset(organisations.names(tx)))))


async def make(database: Database, terms: Terms, now: datetime = MONDAY) -> int:
    return await database.write(lambda tx: assign(tx, terms, by=None, now=now))
