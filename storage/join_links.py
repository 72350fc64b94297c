"""Links of organisations: by one, everybody who reads a mailbox there comes in, or asks a coordinator."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select
from sqlmodel import Field, SQLModel

from storage.table import core


class JoinLinkRow(SQLModel, table=True):
    """`code` stands in the link: it opens a talk and proves nothing, so it is kept as it is, to be shown again.

    `domains` are those of e-mail addresses, between spaces, of which everybody may ask to be let in.
    """

    __tablename__ = "join_link"
    organisation_id: int = Field(primary_key=True, foreign_key="organisation.id")
    code: str = Field(unique=True)
    domains: str
    open: bool
    made_at: datetime


JOIN_LINK = core(JoinLinkRow)


@dataclass(frozen=True, slots=True)
class Kept:
    """A link as it stands."""

    organisation: int
    code: str
    domains: tuple[str, ...]
    open: bool
    made_at: datetime


def of(tx: Connection, organisation: int) -> Kept | None:
    """The organisation's link."""
    return _one(tx, JOIN_LINK.c.organisation_id == organisation)


def by_code(tx: Connection, code: str) -> Kept | None:
    """The link with this code."""
    return _one(tx, JOIN_LINK.c.code == code)


def put(tx: Connection, link: Kept) -> None:
    """This is the organisation's link from now on."""
    tx.execute(delete(JOIN_LINK).where(JOIN_LINK.c.organisation_id == link.organisation))
    values = {"code": link.code, "domains": " ".join(link.domains), "open": link.open}
    tx.execute(insert(JOIN_LINK).values(organisation_id=link.organisation, made_at=link.made_at, **values))


def _one(tx: Connection, condition: Any) -> Kept | None:
    names = ("organisation_id", "code", "domains", "open", "made_at")
    row = tx.execute(select(*(JOIN_LINK.c[name] for name in names)).where(condition)).one_or_none()
    return Kept(row[0], row[1], tuple(row[2].split()), row[3], row[4]) if row else None
