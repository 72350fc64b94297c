"""Who has confirmed that they read an announcement."""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, select
from sqlmodel import Field, SQLModel

from storage import chasing
from storage.announcements import ANNOUNCEMENT
from storage.dialect import insert_new
from storage.outbox import OUTBOX
from storage.table import core


class ConfirmationRow(SQLModel, table=True):
    """Somebody said at that moment that they have read it; the first time counts."""

    __tablename__ = "confirmation"
    announcement_id: int = Field(
        primary_key=True, foreign_key="announcement.id", sa_column_kwargs={"autoincrement": False}
    )
    person_id: int = Field(
        primary_key=True, foreign_key="person.id", index=True, sa_column_kwargs={"autoincrement": False}
    )
    at: datetime


CONFIRMATION: Final = core(ConfirmationRow)


def is_asked(tx: Connection, announcement: int, person: int) -> bool:
    """Whether this person was told of this announcement, and it asks whether they have read it."""
    rows = select(OUTBOX.c.id).join(ANNOUNCEMENT, ANNOUNCEMENT.c.id == OUTBOX.c.announcement_id)
    mine = (ANNOUNCEMENT.c.id == announcement, ANNOUNCEMENT.c.confirms, OUTBOX.c.person_id == person)
    return tx.execute(rows.where(*mine).limit(1)).first() is not None


def confirm(tx: Connection, announcement: int, person: int, at: datetime) -> bool:
    """They have read it, and with it what it reminds of, and what reminds of it, as far as they were told; False when
    they had said so before."""
    others = set(chasing.family(tx, announcement)) - {announcement}
    told = select(OUTBOX.c.announcement_id).where(OUTBOX.c.person_id == person)
    for each in tx.execute(told.where(OUTBOX.c.announcement_id.in_(sorted(others))).distinct()).scalars():
        insert_new(tx, CONFIRMATION, announcement_id=each, person_id=person, at=at)
    return insert_new(tx, CONFIRMATION, announcement_id=announcement, person_id=person, at=at)
