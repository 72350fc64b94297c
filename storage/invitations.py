"""Invitations: a one-time code for one person to one programme, stored as its hash."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, insert, select, update
from sqlmodel import Field, SQLModel

from storage.table import core


class InvitationRow(SQLModel, table=True):
    """`code_hash` is SHA-256 (hex) of a 128-bit code; `address_id` is who used it."""

    __tablename__ = "invitation"
    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    programme_id: int = Field(foreign_key="programme.id")
    code_hash: str = Field(unique=True)
    expires_at: datetime
    used_at: datetime | None = None
    address_id: int | None = Field(default=None, foreign_key="address.id")


INVITATION = core(InvitationRow)


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation as it stands."""

    id: int
    person: int
    programme: int
    expires_at: datetime
    used_at: datetime | None
    used_by: int | None


def code_hash(code: str) -> str:
    """What is stored of a code."""
    return hashlib.sha256(code.encode()).hexdigest()


def add(tx: Connection, *, person: int, programme: int, code: str, expires_at: datetime) -> int:
    """A new invitation's id."""
    row = insert(INVITATION).values(
        person_id=person, programme_id=programme, code_hash=code_hash(code), expires_at=expires_at
    )
    return int(tx.execute(row.returning(INVITATION.c.id)).scalar_one())


def by_code(tx: Connection, code: str) -> Invited | None:
    """The invitation that a code opens."""
    return _one(tx, INVITATION.c.code_hash == code_hash(code))


def get(tx: Connection, invitation: int) -> Invited | None:
    """The invitation with this id."""
    return _one(tx, INVITATION.c.id == invitation)


def prolong(tx: Connection, code: str, expires_at: datetime) -> None:
    """An invitation that nobody has used is valid until then."""
    unused = update(INVITATION).where(
        INVITATION.c.code_hash == code_hash(code), INVITATION.c.used_at.is_(None)
    )
    tx.execute(unused.values(expires_at=expires_at))


def redeem(tx: Connection, invitation: int, address: int, at: datetime) -> bool:
    """Use the invitation; exactly one caller gets True."""
    free = update(INVITATION).where(INVITATION.c.id == invitation, INVITATION.c.used_at.is_(None))
    return tx.execute(free.values(used_at=at, address_id=address)).rowcount == 1


def _one(tx: Connection, condition: ColumnElement[bool]) -> Invited | None:
    names = ("id", "person_id", "programme_id", "expires_at", "used_at", "address_id")
    rows = select(*(INVITATION.c[name] for name in names)).where(condition)
    row = tx.execute(rows).one_or_none()
    return Invited(*row) if row else None
