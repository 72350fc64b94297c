"""Statements for a learning record store (xAPI): made of what happened, and kept until that store has them."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Index, delete, func, select, text, update
from sqlmodel import Field, SQLModel

from storage.activity import ACTIVITY
from storage.dialect import insert_new
from storage.people import PERSON
from storage.table import core

KEPT: Final = timedelta(days=30)  # what was refused, for whoever looks into it
RECORD_STORE_ID, HOOKS_ID = 1, 2  # who is told of what happens
_WAITS = text("refused = ''")


class StatementRow(SQLModel, table=True):
    """A statement (`body`, JSON) about something that happened, until the record store has it; it names nobody.

    `refused` is why that store does not take it ("": it waits).
    """

    __tablename__ = "statement"
    __table_args__ = (Index("statement_waits", "activity_id", sqlite_where=_WAITS, postgresql_where=_WAITS),)
    activity_id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    person_id: int = Field(foreign_key="person.id", index=True)
    body: str
    made_at: datetime
    refused: str


class RecordStoreRow(SQLModel, table=True):
    """How far the record store was told: up to which activity, how many statements, when last; what failed last.

    A second row says up to which activity the receivers of webhooks were told.
    """

    __tablename__ = "record_store"
    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    position: int
    sent: int
    sent_at: datetime | None = None
    failure: str


STATEMENT, RECORD_STORE = core(StatementRow), core(RecordStoreRow)


@dataclass(frozen=True, slots=True)
class Happened:
    """Something that happened to a person, as the timeline has it."""

    id: int
    person: int
    organisation: int
    what: str
    details: Mapping[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True)
class Made:
    """A statement of an activity."""

    activity: int
    person: int
    body: str


@dataclass(frozen=True, slots=True)
class Told:
    """How far the record store was told."""

    waiting: int
    refused: int
    sent: int
    sent_at: datetime | None
    failure: str


def happened(
    tx: Connection, what: Collection[str], begin: int, until: datetime, *, most: int = 500
) -> tuple[list[Happened], int]:
    """What happened next of these kinds, and up to where that was looked for; nothing of people who were erased.

    `until` is long enough ago that whatever has a smaller id is committed too.
    """
    ahead = select(ACTIVITY.c.id, ACTIVITY.c.at).where(ACTIVITY.c.id > begin).order_by(ACTIVITY.c.id)
    last = max((int(row.id) for row in tx.execute(ahead.limit(most)) if row.at <= until), default=begin)
    if last == begin:
        return [], begin
    names = ("id", "person_id", "organisation_id", "what", "details", "at")
    rows = (
        select(*(ACTIVITY.c[name] for name in names))
        .join(PERSON, PERSON.c.id == ACTIVITY.c.person_id)
        .where(ACTIVITY.c.id > begin, ACTIVITY.c.id <= last, ACTIVITY.c.what.in_(list(what)))
        .where(PERSON.c.erased_at.is_(None))
        .order_by(ACTIVITY.c.id)
    )
    return [
        Happened(row[0], row[1], row[2], row[3], json.loads(row[4]), row[5]) for row in tx.execute(rows)
    ], last


def add(tx: Connection, made: Sequence[Made], now: datetime) -> None:
    """Keep statements until they are sent."""
    for each in made:
        values = {"activity_id": each.activity, "person_id": each.person, "body": each.body}
        insert_new(tx, STATEMENT, **values, made_at=now, refused="")


def waiting(tx: Connection, most: int) -> list[Made]:
    """The oldest statements that are not sent."""
    rows = select(STATEMENT.c.activity_id, STATEMENT.c.person_id, STATEMENT.c.body).where(_WAITS)
    return [Made(*row) for row in tx.execute(rows.order_by(STATEMENT.c.activity_id).limit(most))]


def sent(tx: Connection, activities: Collection[int], now: datetime) -> None:
    """The record store has these: they are kept here no longer."""
    tx.execute(delete(STATEMENT).where(STATEMENT.c.activity_id.in_(list(activities))))
    mine = update(RECORD_STORE).where(RECORD_STORE.c.id == RECORD_STORE_ID)
    tx.execute(mine.values(sent=RECORD_STORE.c.sent + len(activities), sent_at=now, failure=""))


def refuse(tx: Connection, whys: Mapping[int, str]) -> None:
    """The record store does not take these, whenever they are sent, and why."""
    for activity, why in whys.items():
        tx.execute(update(STATEMENT).where(STATEMENT.c.activity_id == activity).values(refused=why))


def failed(tx: Connection, why: str) -> None:
    """Nothing could be sent, and is tried again."""
    tx.execute(update(RECORD_STORE).where(RECORD_STORE.c.id == RECORD_STORE_ID).values(failure=why))


def forget(tx: Connection, now: datetime) -> int:
    """Delete what was refused long ago; how many."""
    old = (STATEMENT.c.refused != "", STATEMENT.c.made_at < now - KEPT)
    return tx.execute(delete(STATEMENT).where(*old)).rowcount


def told(tx: Connection) -> Told:
    """How far the record store was told."""
    counts = select(func.count()).select_from(STATEMENT)
    waits, refused = (
        int(tx.execute(counts.where(each)).scalar_one()) for each in (_WAITS, STATEMENT.c.refused != "")
    )
    names = ("sent", "sent_at", "failure")
    rows = select(*(RECORD_STORE.c[name] for name in names)).where(RECORD_STORE.c.id == RECORD_STORE_ID)
    row = tx.execute(rows).one_or_none()
    return Told(waits, refused, *(row or (0, None, "")))


def position(tx: Connection, of: int = RECORD_STORE_ID) -> int:
    """The last activity that was looked at for them; nobody else looks until the transaction ends."""
    insert_new(tx, RECORD_STORE, id=of, position=0, sent=0, failure="")
    rows = select(RECORD_STORE.c.position).where(RECORD_STORE.c.id == of).with_for_update()
    return int(tx.execute(rows).scalar_one())


def skip(tx: Connection, until: datetime, of: int) -> None:
    """What happened until then is not looked at for them."""
    newest = select(ACTIVITY.c.id).where(ACTIVITY.c.at <= until).order_by(ACTIVITY.c.id.desc()).limit(1)
    move(tx, max(position(tx, of), tx.execute(newest).scalar_one_or_none() or 0), of)


def move(tx: Connection, upto: int, of: int = RECORD_STORE_ID) -> None:
    """What happened up to there was looked at for them."""
    tx.execute(update(RECORD_STORE).where(RECORD_STORE.c.id == of).values(position=upto))
