"""What happened to a person, as coordinators read it: one row for each thing, never changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final, Literal

from sqlalchemy import Connection, Index, Integer, bindparam, func, insert, select
from sqlmodel import Field, SQLModel

from domain.person import Person
from storage.bulk import Bulk
from storage.codec import dump
from storage.dialect import add_rows
from storage.given import giver
from storage.hot import Prepared
from storage.people import PERSON
from storage.programmes import VERSION
from storage.table import core
from storage.wall import beyond

Happening = Literal[
    "joined",
    "unbound",
    "left",
    "enrolled",
    "lesson_sent",
    "answered",
    "lesson_done",
    "programme_done",
    "replied",
    "paused",
    "pause_reason",
    "resumed",
    "settings",
    "certified",
    "revoked",
    "renewed",
    "moved_on",
    "test_begun",
    "test_done",
    "test_granted",
]


class ActivityRow(SQLModel, table=True):
    """`details` is JSON with what the happening is about (ids and titles, no message bodies)."""

    __tablename__ = "activity"
    __table_args__ = (
        Index("activity_person", "person_id", "id"),
        Index("activity_organisation", "organisation_id", "id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id")
    organisation_id: int = Field(foreign_key="organisation.id")
    what: str
    details: str
    at: datetime


ACTIVITY = core(ActivityRow)
_PROGRAMME = (
    select(VERSION.c.programme_id)
    .where(VERSION.c.id == bindparam("version", type_=Integer))
    .scalar_subquery()
)
_OF_ROW: Final = ("person_id", "organisation_id", "what", "details", "at")
_NOTE = Prepared(
    insert(ACTIVITY).from_select(
        _OF_ROW,
        select(
            PERSON.c.id,
            func.coalesce(giver(PERSON.c.id, _PROGRAMME), PERSON.c.organisation_id),
            bindparam("what", type_=ACTIVITY.c.what.type),
            bindparam("details", type_=ACTIVITY.c.details.type),
            bindparam("at", type_=ACTIVITY.c.at.type),
        ).where(PERSON.c.id == bindparam("who")),
    )
)
_NOTE_AT = Prepared(insert(ACTIVITY), _OF_ROW)

_NOTE_MANY = Bulk(
    {each.name: each.type for each in ACTIVITY.columns if each.name != "id"}, partial(add_rows, ACTIVITY)
)


@dataclass(frozen=True, slots=True)
class Noted:
    """Something that happened to a person; `place`: where it is told, if not at their main organisation."""

    person: Person
    what: Happening
    details: Mapping[str, str | int | bool | None]
    place: int | None = None


def note(
    tx: Connection,
    person: int,
    what: Happening,
    at: datetime,
    place: int | None = None,
    /,
    **details: str | int | bool | None,
) -> None:
    """Something happened to a person; `place`: where it is told, if not by who gave the version or at the main one."""
    told = dump(details)
    with beyond(tx, "timeline"):
        if place is not None:
            _NOTE_AT.run(tx, person_id=person, organisation_id=place, what=what, details=told, at=at)
        else:
            _NOTE.run(tx, who=person, what=what, details=told, at=at, version=details.get("version"))


def note_many(tx: Connection, noted: Sequence[Noted], at: datetime) -> None:
    """Something happened to each of these people."""
    rows = [
        {
            "person_id": each.person.id,
            "organisation_id": each.place or each.person.organisation.id,
            "what": each.what,
            "details": dump(each.details),
            "at": at,
        }
        for each in noted
    ]
    _NOTE_MANY.run(tx, rows)
