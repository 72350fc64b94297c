"""Announcements: what a coordinator tells many people, stored once."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, select, update
from sqlmodel import Field, SQLModel

from domain.language import Language
from storage.dialect import insert_new
from storage.table import core

State = Literal["sending", "paused", "cancelled"]


class AnnouncementRow(SQLModel, table=True):
    """`key` is the caller's own, so that telling twice is telling once; `texts` is JSON, a plain text by language.

    `by_id` is who announced it, `approved_by` the other person who approved it (None: the service itself, nobody).
    """

    __tablename__ = "announcement"
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


ANNOUNCEMENT = core(AnnouncementRow)


@dataclass(frozen=True, slots=True)
class Announced:
    """An announcement as it stands."""

    id: int
    texts: dict[Language, str]
    mandatory: bool
    state: State
    not_after: datetime


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
) -> bool:
    """Keep a new announcement; False when its key is there already."""
    return insert_new(
        tx,
        ANNOUNCEMENT,
        key=key,
        organisation_id=organisation,
        texts=json.dumps(dict(texts), ensure_ascii=False),
        mandatory=mandatory,
        state="sending",
        not_after=not_after,
        created_at=at,
        by_id=by,
        approved_by=approved_by,
    )


def by_key(tx: Connection, key: str) -> Announced:
    """The announcement with this key."""
    return _announced(tx.execute(select(ANNOUNCEMENT).where(ANNOUNCEMENT.c.key == key)).one())


def get(tx: Connection, announcement: int) -> Announced:
    """The announcement with this id."""
    return _announced(tx.execute(select(ANNOUNCEMENT).where(ANNOUNCEMENT.c.id == announcement)).one())


def set_state(tx: Connection, announcement: int, state: State) -> None:
    """Sending, paused or cancelled; what was cancelled stays so."""
    mine = (ANNOUNCEMENT.c.id == announcement, ANNOUNCEMENT.c.state != "cancelled")
    tx.execute(update(ANNOUNCEMENT).where(*mine).values(state=state))


def _announced(row: Row[Any]) -> Announced:
    return Announced(row.id, json.loads(row.texts), row.mandatory, row.state, row.not_after)
