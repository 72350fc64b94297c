"""Announcements: what a coordinator tells many people, stored once; from its first draft to what became of it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import Connection, Index, Row, select, text, update
from sqlmodel import Field, SQLModel

from domain.language import Language
from domain.organisation import Scope
from storage.dialect import insert_new
from storage.scoping import within
from storage.table import EMPTY, NO, core

State = Literal["draft", "asked", "due", "sending", "paused", "cancelled"]
BEFORE: Final[tuple[State, ...]] = ("draft", "asked", "due")  # nobody has been told anything
_DUE = text("state = 'due'")


class AnnouncementRow(SQLModel, table=True):
    """`key` is the caller's own, so that telling twice is telling once; `texts` is JSON, a plain text by language.

    `state`: a coordinator's draft, asked of a second person, due (at `send_at`), then sending, paused or cancelled.
    `audience` is the rule of whom it is for ("": whoever announced it said so, and it is the service's own), `link` an
    address below its texts, `confirms` that people are asked whether they have read it.
    `by_id` is who announced it, `approved_by` the other person who approved it (None: the service itself, nobody);
    `begun_at` when it became messages, which are of use for so many `days`.
    """

    __tablename__ = "announcement"
    __table_args__ = (Index("announcement_due", "send_at", sqlite_where=_DUE, postgresql_where=_DUE),)
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id")
    texts: str
    mandatory: bool
    state: str
    not_after: datetime
    created_at: datetime
    by_id: int | None = Field(default=None, foreign_key="person.id")
    approved_by: int | None = Field(default=None, foreign_key="person.id")
    audience: str = Field(default="", sa_column_kwargs=EMPTY)
    link: str = Field(default="", sa_column_kwargs=EMPTY)
    confirms: bool = Field(default=False, sa_column_kwargs=NO)
    send_at: datetime | None = None
    begun_at: datetime | None = None
    days: int = Field(default=1, sa_column_kwargs={"server_default": text("1")})


ANNOUNCEMENT = core(AnnouncementRow)


@dataclass(frozen=True, slots=True)
class Announced:
    """An announcement as it stands; `audience` as in the table."""

    id: int
    texts: dict[Language, str]
    mandatory: bool
    state: State
    not_after: datetime
    organisation: int | None = None
    by: int | None = None
    approved_by: int | None = None
    audience: str = ""
    link: str = ""
    confirms: bool = False
    created_at: datetime | None = None
    send_at: datetime | None = None
    begun_at: datetime | None = None
    days: int = 1


def add(  # noqa: PLR0913 (each is a column)
    tx: Connection,
    *,
    key: str,
    organisation: int | None,
    texts: Mapping[Language, str],
    mandatory: bool,
    not_after: datetime,
    at: datetime,
    by: int | None = None,
    approved_by: int | None = None,
    state: State = "sending",
    audience: str = "",
    link: str = "",
    confirms: bool = False,
    days: int = 1,
) -> bool:
    """Keep a new announcement; False when its key is there already."""
    return insert_new(
        tx,
        ANNOUNCEMENT,
        key=key,
        organisation_id=organisation,
        texts=_dump(texts),
        mandatory=mandatory,
        state=state,
        not_after=not_after,
        created_at=at,
        by_id=by,
        approved_by=approved_by,
        audience=audience,
        link=link,
        confirms=confirms,
        days=days,
        begun_at=None if state in BEFORE else at,
    )


def by_key(tx: Connection, key: str) -> Announced:
    """The announcement with this key."""
    return _announced(tx.execute(select(ANNOUNCEMENT).where(ANNOUNCEMENT.c.key == key)).one())


def get(tx: Connection, announcement: int) -> Announced:
    """The announcement with this id."""
    return _announced(tx.execute(select(ANNOUNCEMENT).where(ANNOUNCEMENT.c.id == announcement)).one())


def lock(tx: Connection, announcement: int) -> None:
    """Nobody else changes it before the transaction ends."""
    tx.execute(select(ANNOUNCEMENT.c.id).where(ANNOUNCEMENT.c.id == announcement).with_for_update())


def of_scope(
    tx: Connection, scope: Scope, announcement: int | None = None, most: int = 100
) -> list[Announced]:
    """The announcements of the scope's coordinators, or this one of them, the newest first."""
    rows = select(ANNOUNCEMENT).where(
        within(scope, ANNOUNCEMENT.c.organisation_id), ANNOUNCEMENT.c.audience != ""
    )
    if announcement is not None:
        rows = rows.where(ANNOUNCEMENT.c.id == announcement)
    return [_announced(row) for row in tx.execute(rows.order_by(ANNOUNCEMENT.c.id.desc()).limit(most))]


def due(tx: Connection, now: datetime) -> list[int]:
    """Those whose time has come, the longest due first."""
    rows = select(ANNOUNCEMENT.c.id).where(_DUE, ANNOUNCEMENT.c.send_at <= now)
    return list(tx.execute(rows.order_by(ANNOUNCEMENT.c.send_at, ANNOUNCEMENT.c.id)).scalars())


def write(  # noqa: PLR0913 (each is a column)
    tx: Connection,
    announcement: int,
    *,
    organisation: int,
    texts: Mapping[Language, str],
    audience: str,
    link: str,
    confirms: bool,
    days: int,
    by: int,
) -> bool:
    """This is what the draft says from now on, and nobody has approved it; False when it is no draft any more."""
    values = {"organisation_id": organisation, "texts": _dump(texts), "audience": audience, "link": link}
    values |= {"confirms": confirms, "days": days, "by_id": by, "approved_by": None}
    return turn(tx, announcement, "draft", "draft", **values)


def turn(tx: Connection, announcement: int, before: State, after: State, **values: Any) -> bool:
    """It goes from one state to another, with these values; False when somebody else was first."""
    mine = (ANNOUNCEMENT.c.id == announcement, ANNOUNCEMENT.c.state == before)
    return tx.execute(update(ANNOUNCEMENT).where(*mine).values(state=after, **values)).rowcount == 1


def lasts(tx: Connection, announcement: int, until: datetime) -> None:
    """It is of no use later than that."""
    tx.execute(update(ANNOUNCEMENT).where(ANNOUNCEMENT.c.id == announcement).values(not_after=until))


def set_state(tx: Connection, announcement: int, state: State) -> None:
    """Sending, paused or cancelled; what was cancelled stays so."""
    mine = (ANNOUNCEMENT.c.id == announcement, ANNOUNCEMENT.c.state != "cancelled")
    tx.execute(update(ANNOUNCEMENT).where(*mine).values(state=state))


def _dump(texts: Mapping[Language, str]) -> str:
    return json.dumps(dict(texts), ensure_ascii=False)


def _announced(row: Row[Any]) -> Announced:
    return Announced(
        row.id,
        json.loads(row.texts),
        row.mandatory,
        row.state,
        row.not_after,
        row.organisation_id,
        row.by_id,
        row.approved_by,
        row.audience,
        row.link,
        row.confirms,
        row.created_at,
        row.send_at,
        row.begun_at,
        row.days,
    )
