"""What a browser has begun and not finished: a sign-in that waits for its second factor, a passkey's challenge."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, delete, insert, select
from sqlmodel import Field, SQLModel

from storage.sessions import token_hash
from storage.table import core

LASTS = timedelta(minutes=10)
Kind = Literal["second", "adding", "passkey", "organisation"]


class CeremonyRow(SQLModel, table=True):
    """`token_hash` is SHA-256 (hex) of a 256-bit token in one browser's cookie; `data` is what it takes to finish.

    `person_id` is who has shown the first factor, or is signed in; nobody yet for None.
    """

    __tablename__ = "ceremony"
    token_hash: str = Field(primary_key=True)
    kind: str
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    data: str
    expires_at: datetime = Field(index=True)


CEREMONY = core(CeremonyRow)


@dataclass(frozen=True, slots=True)
class Ceremony:
    """What was begun."""

    person: int | None
    data: dict[str, Any]


def begin(
    tx: Connection, kind: Kind, token: str, now: datetime, *, person: int | None = None, **data: Any
) -> None:
    """The browser with this token has begun something; it lasts for ten minutes."""
    values = {"person_id": person, "data": json.dumps(data), "expires_at": now + LASTS}
    tx.execute(insert(CEREMONY).values(token_hash=token_hash(token), kind=kind, **values))


def look(tx: Connection, kind: Kind, token: str, now: datetime) -> Ceremony | None:
    """What this browser has begun of the kind, if it still lasts."""
    rows = select(CEREMONY.c.person_id, CEREMONY.c.data).where(CEREMONY.c.token_hash == token_hash(token))
    row = tx.execute(rows.where(CEREMONY.c.kind == kind, CEREMONY.c.expires_at > now)).one_or_none()
    return Ceremony(row[0], json.loads(row[1])) if row else None


def take(tx: Connection, kind: Kind, token: str, now: datetime) -> Ceremony | None:
    """The same, for one caller: it is over then."""
    mine = (CEREMONY.c.token_hash == token_hash(token), CEREMONY.c.kind == kind, CEREMONY.c.expires_at > now)
    row = tx.execute(
        delete(CEREMONY).where(*mine).returning(CEREMONY.c.person_id, CEREMONY.c.data)
    ).one_or_none()
    return Ceremony(row[0], json.loads(row[1])) if row else None


def end_all(tx: Connection, person: int) -> None:
    """Nothing that the person began can be finished any more."""
    tx.execute(delete(CEREMONY).where(CEREMONY.c.person_id == person))


def forget(tx: Connection, now: datetime) -> int:
    """Delete what nobody finished in time; how many."""
    return tx.execute(delete(CEREMONY).where(CEREMONY.c.expires_at <= now)).rowcount
