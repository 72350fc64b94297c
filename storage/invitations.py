"""Invitations: a one-time code for one person, and what it begins, stored as its hash."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from sqlalchemy import ColumnElement, Connection, insert, select, update
from sqlmodel import Field, SQLModel

from storage.bulk import one_of
from storage.table import EMPTY, core

Way = Literal["hand", "mail", "letter", "csv", "link", "move"]


class InvitationRow(SQLModel, table=True):
    """`code_hash` is SHA-256 (hex) of a 128-bit code; `address_id` is who used it, `way` how the code went out.

    `programme_id` is what it begins (None: nothing yet). A newer one of the person's has `replaced_at` an unused one.
    """

    __tablename__ = "invitation"
    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    programme_id: int | None = Field(default=None, foreign_key="programme.id")
    code_hash: str = Field(unique=True)
    expires_at: datetime
    used_at: datetime | None = None
    address_id: int | None = Field(default=None, foreign_key="address.id")
    way: str = Field(default="", sa_column_kwargs=EMPTY)
    replaced_at: datetime | None = None


INVITATION = core(InvitationRow)
# What asks somebody to begin a programme.
TO_BEGIN: Final = (
    INVITATION.c.used_at.is_(None),
    INVITATION.c.replaced_at.is_(None),
    INVITATION.c.programme_id.is_not(None),
)
_LIVES: Final = (INVITATION.c.used_at.is_(None), INVITATION.c.replaced_at.is_(None))


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation as it stands."""

    id: int
    person: int
    programme: int | None
    expires_at: datetime
    used_at: datetime | None = None
    used_by: int | None = None
    way: str = ""
    replaced: bool = False


def code_hash(code: str) -> str:
    """What is stored of a code."""
    return hashlib.sha256(code.encode()).hexdigest()


def add(
    tx: Connection,
    *,
    person: int,
    programme: int | None,
    code: str,
    expires_at: datetime,
    way: Way = "hand",
) -> int:
    """A new invitation's id."""
    row = insert(INVITATION).values(
        person_id=person,
        programme_id=programme,
        code_hash=code_hash(code),
        expires_at=expires_at,
        way=way,
    )
    return int(tx.execute(row.returning(INVITATION.c.id)).scalar_one())


def replace_unused(tx: Connection, person: int, at: datetime) -> None:
    """What was not used of the person's invitations opens nothing any more: there is a newer one."""
    unused = (INVITATION.c.person_id == person, *_LIVES)
    tx.execute(update(INVITATION).where(*unused).values(replaced_at=at))


def by_code(tx: Connection, code: str) -> Invited | None:
    """The invitation that a code opens."""
    return _one(tx, INVITATION.c.code_hash == code_hash(code))


def get(tx: Connection, invitation: int) -> Invited | None:
    """The invitation with this id."""
    return _one(tx, INVITATION.c.id == invitation)


def to_begin(tx: Connection, people: Collection[int]) -> set[tuple[int, int]]:
    """What these people are invited to begin and did not, as (person, programme)."""
    rows = select(INVITATION.c.person_id, INVITATION.c.programme_id)
    found = tx.execute(rows.where(one_of(INVITATION.c.person_id, people), *TO_BEGIN))
    return {(row[0], row[1]) for row in found}


def prolong(tx: Connection, code: str, expires_at: datetime) -> None:
    """An invitation that nobody has used is valid until then."""
    unused = update(INVITATION).where(
        INVITATION.c.code_hash == code_hash(code), INVITATION.c.used_at.is_(None)
    )
    tx.execute(unused.values(expires_at=expires_at))


def redeem(tx: Connection, invitation: int, address: int, at: datetime) -> bool:
    """Use the invitation while it can be used; exactly one caller gets True."""
    free = update(INVITATION).where(INVITATION.c.id == invitation, INVITATION.c.expires_at >= at, *_LIVES)
    return tx.execute(free.values(used_at=at, address_id=address)).rowcount == 1


def _one(tx: Connection, condition: ColumnElement[bool]) -> Invited | None:
    names = ("id", "person_id", "programme_id", "expires_at", "used_at", "address_id", "way")
    columns = (*(INVITATION.c[name] for name in names), INVITATION.c.replaced_at.is_not(None))
    row = tx.execute(select(*columns).where(condition)).one_or_none()
    return Invited(*row) if row else None
