"""Sign-in links and sessions of the console: short-lived, and stored as hashes of their tokens only."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, or_, select, update
from sqlmodel import Field, SQLModel

from storage.table import core

LINK_LASTS = timedelta(minutes=10)  # OWASP ASVS 5.0, 6.5.5
IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
KEPT = timedelta(days=1)  # so that whoever opens a dead link is told what became of it


class SignInLinkRow(SQLModel, table=True):
    """`token_hash` is SHA-256 (hex) of a 256-bit token that signs one person in, once."""

    __tablename__ = "sign_in_link"
    token_hash: str = Field(primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    created_at: datetime
    expires_at: datetime = Field(index=True)
    used_at: datetime | None = None


class SessionRow(SQLModel, table=True):
    """Someone who is signed in. `seen_at` slides with what they do, `expires_at` never moves."""

    __tablename__ = "session"
    token_hash: str = Field(primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    created_at: datetime
    seen_at: datetime
    expires_at: datetime = Field(index=True)


LINK, SESSION = core(SignInLinkRow), core(SessionRow)


@dataclass(frozen=True, slots=True)
class Link:
    """A sign-in link as it stands."""

    person: int
    expires_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Session:
    """A session that is alive."""

    person: int
    seen_at: datetime


def token_hash(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def add_link(
    tx: Connection, *, person: int, token: str, now: datetime, lasts: timedelta = LINK_LASTS
) -> None:
    """A new sign-in link."""
    values = {"person_id": person, "created_at": now, "expires_at": now + lasts}
    tx.execute(insert(LINK).values(token_hash=token_hash(token), **values))


def link(tx: Connection, token: str) -> Link | None:
    """The sign-in link with this token, alive or not."""
    rows = select(LINK.c.person_id, LINK.c.expires_at, LINK.c.used_at)
    row = tx.execute(rows.where(LINK.c.token_hash == token_hash(token))).one_or_none()
    return Link(*row) if row else None


def spend_link(tx: Connection, token: str, now: datetime) -> int | None:
    """Use the link: its person for exactly one caller while it lasts, None for everybody else."""
    mine = (LINK.c.token_hash == token_hash(token), LINK.c.used_at.is_(None), LINK.c.expires_at > now)
    spent = update(LINK).where(*mine).values(used_at=now).returning(LINK.c.person_id)
    return tx.execute(spent).scalar_one_or_none()


def start(tx: Connection, *, person: int, token: str, now: datetime) -> None:
    """The person is signed in with this token from now on."""
    values = {"person_id": person, "created_at": now, "seen_at": now, "expires_at": now + ABSOLUTE}
    tx.execute(insert(SESSION).values(token_hash=token_hash(token), **values))


def alive(tx: Connection, token: str, now: datetime) -> Session | None:
    """The session with this token, unless it was idle for IDLE or is older than ABSOLUTE."""
    rows = select(SESSION.c.person_id, SESSION.c.seen_at).where(SESSION.c.token_hash == token_hash(token))
    row = tx.execute(rows.where(SESSION.c.seen_at > now - IDLE, SESSION.c.expires_at > now)).one_or_none()
    return Session(*row) if row else None


def see(tx: Connection, token: str, now: datetime) -> None:
    """The session was used just now; a dead one stays dead."""
    mine = (SESSION.c.token_hash == token_hash(token), SESSION.c.seen_at > now - IDLE)
    tx.execute(update(SESSION).where(*mine).values(seen_at=now))


def end(tx: Connection, token: str) -> None:
    """Nobody is signed in with this token any more."""
    tx.execute(delete(SESSION).where(SESSION.c.token_hash == token_hash(token)))


def end_all(tx: Connection, person: int) -> None:
    """The person is signed in nowhere any more."""
    tx.execute(delete(SESSION).where(SESSION.c.person_id == person))


def forget_dead(tx: Connection, now: datetime) -> int:
    """Delete sessions that ended and links that ended a while ago; how many rows."""
    ended = delete(SESSION).where(or_(SESSION.c.seen_at <= now - IDLE, SESSION.c.expires_at <= now))
    old = delete(LINK).where(LINK.c.expires_at <= now - KEPT)
    return tx.execute(ended).rowcount + tx.execute(old).rowcount
