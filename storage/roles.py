"""Who has which role where."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Connection, and_, delete, select, true

from domain.organisation import Right, Scope
from domain.rights import RIGHTS, Grant, Role
from storage import organisations as places
from storage.bulk import one_of
from storage.dialect import insert_new
from storage.organisations import ORGANISATION
from storage.people import PERSON, ROLE, there
from storage.scoping import within
from storage.wall import beyond

MANAGERS: Final = [role for role, rights in RIGHTS.items() if "manage" in rights]


@dataclass(frozen=True, slots=True)
class Holder:
    """A person with a role, at an organisation and all under it."""

    person: int
    name: str
    email: str
    role: Role
    organisation: int
    place: str


def give(tx: Connection, grant: Grant) -> bool:
    """Give a role; False when they have it there."""
    return insert_new(tx, ROLE, person_id=grant.person, organisation_id=grant.organisation, name=grant.role)


def take(tx: Connection, grant: Grant) -> bool:
    """Take a role back; False when they do not have it there."""
    return tx.execute(delete(ROLE).where(_is(grant))).rowcount == 1


def of_person(tx: Connection, person: int) -> dict[Role, frozenset[int]]:
    """The person's roles, and the organisations in which they hold: where they were given, and all under them."""
    mine = select(ROLE.c.name, ROLE.c.organisation_id.label("id")).where(ROLE.c.person_id == person)
    tree = mine.cte("tree", recursive=True)
    further = ORGANISATION.join(tree, ORGANISATION.c.above_id == tree.c.id)
    below = select(tree.c.name, ORGANISATION.c.id).select_from(further)
    found = dict[Role, set[int]]()
    for name, organisation in tx.execute(select(tree.union(below))):
        found.setdefault(name, set()).add(organisation)
    if "platform" in found:
        found["platform"] = set(tx.execute(select(ORGANISATION.c.id)).scalars())
    return {role: frozenset(organisations) for role, organisations in found.items()}


def grants(tx: Connection, person: int | None = None) -> list[Grant]:
    """The roles of the person, or everybody's, each where it was given."""
    rows = select(ROLE.c.person_id, ROLE.c.name, ROLE.c.organisation_id)
    return [
        Grant(*row) for row in tx.execute(rows if person is None else rows.where(ROLE.c.person_id == person))
    ]


def everyone(tx: Connection, scope: Scope) -> list[Holder]:
    """Who has a role in the scope, by organisation; those who are at home elsewhere are named too."""
    rows = select(ROLE.c.person_id, ROLE.c.organisation_id, ROLE.c.name).where(
        within(scope, ROLE.c.organisation_id), ROLE.c.organisation_id.in_(select(ORGANISATION.c.id))
    )
    seen = {Grant(row[0], row[2], row[1]) for row in tx.execute(rows)}
    with beyond(tx, "holders"):
        found = _holders(tx, one_of(ROLE.c.person_id, {each.person for each in seen}))
    return [each for each in found if Grant(each.person, each.role, each.organisation) in seen]


def of_email(tx: Connection, email: str | None) -> list[Holder]:
    """The roles of the person with this e-mail address, or everybody's."""
    return _holders(tx, true() if email is None else PERSON.c.email == email.strip().lower())


def managed(tx: Connection, organisations: Iterable[int], but: Grant, now: datetime) -> bool:
    """Whether somebody who is there manages one of these or the whole installation, without this grant."""
    with beyond(tx, "managers"):
        return _managed(tx, organisations, ~_is(but), now)


def managed_without(tx: Connection, organisations: Iterable[int], person: int, now: datetime) -> bool:
    """The same without this person."""
    return _managed(tx, organisations, ROLE.c.person_id != person, now)


def _managed(
    tx: Connection, organisations: Iterable[int], others: ColumnElement[bool], now: datetime
) -> bool:
    here = ROLE.c.organisation_id.in_(organisations) & ROLE.c.name.in_(MANAGERS)
    rows = select(ROLE.c.person_id).join_from(ROLE, PERSON, PERSON.c.id == ROLE.c.person_id)
    rows = rows.where(here | (ROLE.c.name == "platform"), others, there(now))
    return tx.execute(rows.limit(1)).one_or_none() is not None


def managing(tx: Connection, people: Collection[int], now: datetime) -> list[Grant]:
    """The roles by which those of these people who are there manage something."""
    rows = select(ROLE.c.person_id, ROLE.c.name, ROLE.c.organisation_id)
    rows = rows.join_from(ROLE, PERSON, PERSON.c.id == ROLE.c.person_id)
    mine = one_of(ROLE.c.person_id, people) & ROLE.c.name.in_(MANAGERS)
    with beyond(tx, "managers"):
        return [Grant(*row) for row in tx.execute(rows.where(mine, there(now)))]


def managers(
    tx: Connection, organisations: Iterable[int], now: datetime, right: Right = "manage"
) -> list[tuple[int, str]]:
    """Who is there and manages one of these (or has another right there), or the whole installation: ids and names."""
    named = [role for role, rights in RIGHTS.items() if right in rights]
    here = ROLE.c.organisation_id.in_(list(organisations)) & ROLE.c.name.in_(named)
    rows = select(PERSON.c.id, PERSON.c.name).join_from(ROLE, PERSON, PERSON.c.id == ROLE.c.person_id)
    rows = rows.where(here | (ROLE.c.name == "platform"), there(now)).distinct().order_by(PERSON.c.id)
    return [(row[0], row[1]) for row in tx.execute(rows)]


def nearest(
    tx: Connection, organisation: int, now: datetime, right: Right = "manage"
) -> tuple[int, list[int]]:
    """The same of the nearest place, from this one upwards, where somebody has it, and which that is; whoever has it in
    the whole installation where nobody has."""
    everywhere = [person for person, _ in managers(tx, [], now, right)]
    for place in places.upward(tx, organisation):
        if found := [person for person, _ in managers(tx, [place], now, right) if person not in everywhere]:
            return place, found
    return organisation, everywhere


def _is(grant: Grant) -> ColumnElement[bool]:
    return and_(
        ROLE.c.person_id == grant.person,
        ROLE.c.organisation_id == grant.organisation,
        ROLE.c.name == grant.role,
    )


def _holders(tx: Connection, which: ColumnElement[bool]) -> list[Holder]:
    columns = (
        PERSON.c.id,
        PERSON.c.name,
        PERSON.c.email,
        ROLE.c.name,
        ORGANISATION.c.id,
        ORGANISATION.c.name,
    )
    rows = select(*columns).join_from(ROLE, PERSON, PERSON.c.id == ROLE.c.person_id)
    rows = rows.join(ORGANISATION, ORGANISATION.c.id == ROLE.c.organisation_id).where(which)
    order = (ORGANISATION.c.name, ORGANISATION.c.id, PERSON.c.name, PERSON.c.id, ROLE.c.name)
    return [Holder(*row) for row in tx.execute(rows.order_by(*order))]
