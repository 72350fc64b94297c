"""Whom a message can reach: people with the newest address at which they can be written to."""

from collections.abc import Collection
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, select

from domain.person import Person
from storage import employments
from storage.addresses import ADDRESS
from storage.organisations import ORGANISATION, allowed
from storage.outbox import OUTBOX, To
from storage.people import COLUMNS, IN_HOUSE, PERSON, of_row
from storage.wall import beyond


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person and where they are written to."""

    person: Person
    to: To


def recipients(
    tx: Connection,
    now: datetime,
    *,
    people: Collection[int] | None = None,
    organisations: Collection[int] | None = None,
    narrowed: ColumnElement[bool] | None = None,
) -> list[Recipient]:
    """These people, or everyone of these organisations, or everyone; those who can be reached.

    `narrowed`: only those of whom (a row of PERSON) this is true.
    """
    newest = (
        select(func.max(ADDRESS.c.id).label("id"))
        .join(PERSON, PERSON.c.id == ADDRESS.c.person_id)
        .join(ORGANISATION, IN_HOUSE)
        .where(ADDRESS.c.reachable, allowed(ADDRESS.c.channel))
        .group_by(ADDRESS.c.person_id)
        .subquery()
    )
    house = PERSON.c.organisation_id if organisations is None else employments.place(organisations)
    rows = (
        select(*COLUMNS, ADDRESS.c.id, ADDRESS.c.channel, house)
        .join_from(newest, ADDRESS, ADDRESS.c.id == newest.c.id)
        .join(PERSON, PERSON.c.id == ADDRESS.c.person_id)
        .join(ORGANISATION, IN_HOUSE)
        .order_by(PERSON.c.id)
    )
    if organisations is not None:
        rows = rows.where(employments.addressed(organisations, now.date().isoformat()))
    if narrowed is not None:
        rows = rows.where(narrowed)
    wanted = None if people is None else frozenset(people)
    with nullcontext() if organisations is None else beyond(tx, "home"):
        found = [_recipient(tuple(row)) for row in tx.execute(rows)]
    return found if wanted is None else [each for each in found if each.person.id in wanted]


def counts(tx: Connection, days: Collection[str]) -> dict[tuple[int, str], int]:
    """How many messages count for each person on each of these dates, where there are any."""
    counted = select(OUTBOX.c.person_id, OUTBOX.c.day, func.count()).where(
        OUTBOX.c.day != "", OUTBOX.c.day.in_(days)
    )
    with beyond(tx, "messages"):
        rows = tx.execute(counted.group_by(OUTBOX.c.person_id, OUTBOX.c.day)).all()
    return {(row[0], row[1]): row[2] for row in rows}


def _recipient(row: tuple[object, ...]) -> Recipient:
    person = of_row(row)
    address, channel, house = row[-3:]
    assert isinstance(address, int)
    assert isinstance(house, int)
    return Recipient(person, To(address, str(channel), person.id, house))
