"""Tries that are limited: codes that were shown and are none, and mails that somebody asked for at the door."""

from datetime import datetime
from hashlib import sha256
from typing import Final, Literal

from sqlalchemy import Connection, Index, delete, func, insert, select, text
from sqlmodel import Field, SQLModel

from storage.table import core

What = Literal["wrong", "mail"]
_LOCK: Final = text("LOCK TABLE door_try IN SHARE ROW EXCLUSIVE MODE")


class DoorTryRow(SQLModel, table=True):
    """One try, kept for a day to count them. `who` is an address in a messenger, or the hash of an e-mail address."""

    __tablename__ = "door_try"
    __table_args__ = (Index("door_try_who", "what", "who", "at"), Index("door_try_at", "what", "at"))
    id: int | None = Field(default=None, primary_key=True)
    what: str
    who: str
    at: datetime


DOOR_TRY = core(DoorTryRow)


def lock(tx: Connection) -> None:
    """Nobody else counts tries until the transaction ends; SQLite has one writer anyway."""
    if tx.dialect.name == "postgresql":
        tx.execute(_LOCK)


def add(tx: Connection, what: What, who: str, at: datetime) -> None:
    """One more."""
    tx.execute(insert(DOOR_TRY).values(what=what, who=who, at=at))


def of(tx: Connection, what: What, who: str, since: datetime) -> tuple[datetime, ...]:
    """When it was tried after this moment, the newest first."""
    theirs = (DOOR_TRY.c.what == what, DOOR_TRY.c.who == who, DOOR_TRY.c.at > since)
    rows = select(DOOR_TRY.c.at).where(*theirs).order_by(DOOR_TRY.c.at.desc())
    return tuple(tx.execute(rows).scalars())


def count(tx: Connection, what: What, since: datetime) -> int:
    """How often everybody did after this moment."""
    rows = select(func.count()).where(DOOR_TRY.c.what == what, DOOR_TRY.c.at > since)
    return int(tx.execute(rows).scalar_one())


def forget(tx: Connection, before: datetime) -> int:
    """Delete what was tried before this moment; how many rows."""
    return tx.execute(delete(DOOR_TRY).where(DOOR_TRY.c.at < before)).rowcount


def place(address: int) -> str:
    """How an address in a messenger is named here."""
    return f"address:{address}"


def mailbox(email: str) -> str:
    """How an e-mail address is named here, without being told."""
    return f"mail:{sha256(email.lower().encode()).hexdigest()}"
