"""Erasures that people asked for, and the secret links at which they fetch a copy of their data."""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, delete, func, select, update
from sqlmodel import Field, SQLModel

from storage.addresses import ADDRESS
from storage.bulk import one_of
from storage.dialect import insert_new
from storage.organisations import ORGANISATION
from storage.people import PERSON
from storage.personal import their_address
from storage.sessions import token_hash
from storage.table import core

LASTS: Final = timedelta(minutes=15)
A_MOMENT: Final = timedelta(seconds=10)  # in which the last message goes out


class ErasureRow(SQLModel, table=True):
    """That a person's data is to be erased, or was: kept so that a restored backup does not bring it back.

    `asked_by` is the coordinator who asked (empty: the person). `marks` are keyed hashes (JSON) by which the person and
    their places in messengers are known again in a backup; empty until it is begun.
    """

    __tablename__ = "erasure"
    person_id: int = Field(
        primary_key=True, foreign_key="person.id", sa_column_kwargs={"autoincrement": False}
    )
    asked_by: int | None = Field(default=None, foreign_key="person.id")
    asked_at: datetime
    due_at: datetime
    done_at: datetime | None = None
    marks: str


class DataLinkRow(SQLModel, table=True):
    """A link at which one person fetches a copy of their data for a quarter of an hour; the copy is kept nowhere.

    `token_hash` is SHA-256 (hex) of the seed that the token of its address is made of.
    """

    __tablename__ = "data_link"
    token_hash: str = Field(primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    expires_at: datetime = Field(index=True)


ERASURE, DATA_LINK = core(ErasureRow), core(DataLinkRow)


@dataclass(frozen=True, slots=True)
class Tombstone:
    """Who was erased when, as it is written outside the store too: no name, no address."""

    person: int
    at: datetime
    marks: str


def ask(tx: Connection, person: int, now: datetime, by: int | None = None) -> None:
    """The person is to be erased in a moment; asking again changes nothing."""
    insert_new(
        tx,
        ERASURE,
        person_id=person,
        asked_by=by,
        asked_at=now,
        due_at=now + A_MOMENT,
        done_at=None,
        marks="",
    )


def asked(tx: Connection, person: int) -> bool:
    """Whether the person is to be erased, or was."""
    return tx.execute(select(ERASURE.c.person_id).where(ERASURE.c.person_id == person)).first() is not None


def withdraw(tx: Connection, person: int) -> None:
    """What was asked in the person's name, and not by a coordinator, is asked no more: their links open nothing, and an
    erasure that is not begun will not be."""
    tx.execute(delete(DATA_LINK).where(DATA_LINK.c.person_id == person))
    mine = ERASURE.c.person_id == person, ERASURE.c.asked_by.is_(None), ERASURE.c.marks == ""
    tx.execute(delete(ERASURE).where(*mine))


def due(tx: Connection, now: datetime, most: int) -> list[int]:
    """Whose time has come: those who asked for it themselves, then others, at last the people of closed places; the
    longest due first."""
    rows = select(ERASURE.c.person_id).where(ERASURE.c.done_at.is_(None), ERASURE.c.due_at <= now)
    where = rows.join(PERSON, PERSON.c.id == ERASURE.c.person_id).join(
        ORGANISATION, ORGANISATION.c.id == PERSON.c.organisation_id
    )
    turn = (ERASURE.c.asked_by.is_not(None), ORGANISATION.c.closed_at.is_not(None), ERASURE.c.due_at)
    return list(tx.execute(where.order_by(*turn, ERASURE.c.person_id).limit(most)).scalars())


def begin(tx: Connection, tombstone: Tombstone) -> bool:
    """From now on nobody takes the erasure back, as it is going to stand outside the store; False when somebody has,
    or it is done."""
    mine = (ERASURE.c.person_id == tombstone.person, ERASURE.c.done_at.is_(None))
    return tx.execute(update(ERASURE).where(*mine).values(marks=tombstone.marks)).rowcount == 1


def done(tx: Connection, tombstone: Tombstone) -> None:
    """The person is erased; whoever did not ask here was erased before a backup was restored."""
    at = tombstone.at
    row = {
        "person_id": tombstone.person,
        "asked_at": at,
        "due_at": at,
        "done_at": at,
        "marks": tombstone.marks,
    }
    if not insert_new(tx, ERASURE, asked_by=None, **row):
        mine = update(ERASURE).where(ERASURE.c.person_id == tombstone.person)
        tx.execute(mine.values(done_at=at, marks=tombstone.marks))


def erased(tx: Connection) -> int:
    """How many people were erased here."""
    rows = select(func.count()).select_from(ERASURE).where(ERASURE.c.done_at.is_not(None))
    return tx.execute(rows).scalar_one()


def tombstones(tx: Connection) -> list[Tombstone]:
    """Everybody who was erased here."""
    rows = select(ERASURE.c.person_id, ERASURE.c.done_at, ERASURE.c.marks).where(
        ERASURE.c.done_at.is_not(None)
    )
    return [Tombstone(*row) for row in tx.execute(rows.order_by(ERASURE.c.done_at, ERASURE.c.person_id))]


def stands(tx: Connection, person: int) -> str | None:
    """The e-mail address of a person who is not erased; None for anybody else."""
    rows = select(PERSON.c.email).where(PERSON.c.id == person, PERSON.c.erased_at.is_(None))
    return tx.execute(rows).scalar_one_or_none()


def standing(tx: Connection, among: Collection[int]) -> set[int]:
    """Who of these, of whom there may be any number, is there and not erased."""
    rows = select(PERSON.c.id).where(one_of(PERSON.c.id, among), PERSON.c.erased_at.is_(None))
    return set(tx.execute(rows).scalars())


def places(tx: Connection, person: int) -> list[tuple[str, str]]:
    """The messengers where somebody is this person, with their key in each."""
    rows = select(ADDRESS.c.channel, ADDRESS.c.key).where(their_address(person))
    return [(row.channel, row.key) for row in tx.execute(rows)]


def strangers(tx: Connection, before: datetime) -> list[tuple[int, str, str]]:
    """Places of nobody's that are older: their ids, messengers and keys."""
    rows = select(ADDRESS.c.id, ADDRESS.c.channel, ADDRESS.c.key)
    older = rows.where(ADDRESS.c.person_id.is_(None), ADDRESS.c.created_at < before)
    return [(row.id, row.channel, row.key) for row in tx.execute(older)]


def recognise(tx: Connection, addresses: Sequence[int], person: int) -> None:
    """These places are the person's."""
    tx.execute(update(ADDRESS).where(ADDRESS.c.id.in_(addresses)).values(person_id=person))


def link(tx: Connection, person: int, now: datetime) -> str:
    """The seed of a new link to a copy of the person's data."""
    seed = secrets.token_urlsafe(16)
    values = {"token_hash": token_hash(seed), "person_id": person, "expires_at": now + LASTS}
    insert_new(tx, DATA_LINK, **values)
    return seed


def linked(tx: Connection, seed: str, now: datetime) -> int | None:
    """Whose data the link leads to, while it lasts."""
    mine = DATA_LINK.c.token_hash == token_hash(seed), DATA_LINK.c.expires_at > now
    return tx.execute(select(DATA_LINK.c.person_id).where(*mine)).scalar_one_or_none()


def forget_links(tx: Connection, now: datetime) -> int:
    """Delete links whose time is over; how many."""
    return tx.execute(delete(DATA_LINK).where(DATA_LINK.c.expires_at <= now)).rowcount
