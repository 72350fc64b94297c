"""Tokens of the REST API, stored as their hashes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, delete, func, insert, or_, select, update
from sqlmodel import Field, SQLModel

from domain.api_token import TokenScope, scopes_of
from domain.organisation import Scope
from storage.organisations import ORGANISATION
from storage.people import called
from storage.scoping import within
from storage.sessions import token_hash
from storage.table import core

KEPT: Final = timedelta(days=90)  # after it works no more, so that the list says what became of it


class ApiTokenRow(SQLModel, table=True):
    """What a program signs in with, for an organisation and all under it: what for (`name`), and what it may
    (`scopes`, with spaces between them).

    `person_id` made it, and it acts in their name: it works as long as they manage the organisation. `used_at` is
    written once an hour at most.
    """

    __tablename__ = "api_token"
    id: int | None = Field(default=None, primary_key=True)
    token_hash: str = Field(unique=True)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    name: str
    scopes: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
    revoked_at: datetime | None = None


API_TOKEN = core(ApiTokenRow)


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A token as it stands, without what it is. `by` is who made it."""

    id: int
    organisation: int
    place: str
    person: int
    by: str
    name: str
    scopes: tuple[TokenScope, ...]
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None

    def works(self, now: datetime) -> bool:
        """Whether it has neither ended nor been revoked."""
        return self.revoked_at is None and now < self.expires_at


_ROWS: Final = select(
    *(API_TOKEN.c.id, API_TOKEN.c.organisation_id, ORGANISATION.c.name),
    *(API_TOKEN.c.person_id, called(API_TOKEN.c.person_id), API_TOKEN.c.name, API_TOKEN.c.scopes),
    *(API_TOKEN.c[name] for name in ("created_at", "expires_at", "used_at", "revoked_at")),
).join_from(API_TOKEN, ORGANISATION, ORGANISATION.c.id == API_TOKEN.c.organisation_id)


@dataclass(frozen=True, slots=True)
class New:
    """A token to be made."""

    organisation: int
    name: str
    scopes: tuple[TokenScope, ...]
    expires_at: datetime


def add(tx: Connection, new: New, token: str, person: int, now: datetime) -> int:
    """The id of a new token."""
    row = insert(API_TOKEN).values(
        token_hash=token_hash(token),
        organisation_id=new.organisation,
        person_id=person,
        name=new.name,
        scopes=" ".join(new.scopes),
        created_at=now,
        expires_at=new.expires_at,
    )
    return int(tx.execute(row.returning(API_TOKEN.c.id)).scalar_one())


def find(tx: Connection, token: str) -> ApiToken | None:
    """The token that is this one, whether it works or not."""
    row = tx.execute(_ROWS.where(API_TOKEN.c.token_hash == token_hash(token))).one_or_none()
    return _token(row) if row else None


def visible(tx: Connection, scope: Scope) -> list[ApiToken]:
    """The tokens of the scope's organisations, the newest first."""
    rows = _ROWS.where(within(scope, API_TOKEN.c.organisation_id)).order_by(API_TOKEN.c.id.desc())
    return [_token(row) for row in tx.execute(rows)]


def working(tx: Connection, organisation: int, now: datetime) -> int:
    """How many of the organisation's tokens have neither ended nor been revoked."""
    alive = (API_TOKEN.c.revoked_at.is_(None), API_TOKEN.c.expires_at > now)
    rows = select(func.count()).select_from(API_TOKEN)
    return tx.execute(rows.where(API_TOKEN.c.organisation_id == organisation, *alive)).scalar_one()


def revoke(tx: Connection, scope: Scope, token: int, now: datetime) -> int | None:
    """It works no more: the organisation that it was of; None when there is none in the scope that still worked."""
    mine = (API_TOKEN.c.id == token, within(scope, API_TOKEN.c.organisation_id))
    alive = (API_TOKEN.c.revoked_at.is_(None), API_TOKEN.c.expires_at > now)
    ended = update(API_TOKEN).where(*mine, *alive).values(revoked_at=now)
    return tx.execute(ended.returning(API_TOKEN.c.organisation_id)).scalar_one_or_none()


def revoke_of(tx: Connection, person: int, now: datetime) -> None:
    """None that the person made works any more."""
    theirs = (API_TOKEN.c.person_id == person, API_TOKEN.c.revoked_at.is_(None))
    tx.execute(update(API_TOKEN).where(*theirs).values(revoked_at=now))


def see(tx: Connection, token: int, now: datetime) -> None:
    """It was used just now."""
    tx.execute(update(API_TOKEN).where(API_TOKEN.c.id == token).values(used_at=now))


def forget(tx: Connection, now: datetime) -> int:
    """Delete those that have not worked for KEPT; how many."""
    old = or_(API_TOKEN.c.expires_at <= now - KEPT, API_TOKEN.c.revoked_at <= now - KEPT)
    return tx.execute(delete(API_TOKEN).where(old)).rowcount


def _token(row: Row[Any]) -> ApiToken:
    values: list[Any] = list(row)
    values[6] = scopes_of(values[6].split())
    return ApiToken(*values)
