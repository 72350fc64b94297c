"""Recordings of webinars: where each is and its chapters, and which somebody may see."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

import msgspec
from sqlalchemy import ColumnElement, Connection, delete, insert, or_, select, update
from sqlmodel import Field, SQLModel

from domain.organisation import Scope
from domain.recording import Chapter, Recording, may_see
from domain.webinar import RECORDED, Webinar
from storage import organisations
from storage.codec import dump
from storage.registrations import REGISTRATION
from storage.table import core
from storage.webinars import WEBINAR, seen, several

MOST: Final = 500  # of the newest are looked through


class RecordingRow(SQLModel, table=True):
    """Where a webinar can be seen again; `chapters` is JSON."""

    __tablename__ = "recording"
    webinar_id: int = Field(foreign_key="webinar.id", primary_key=True)
    link: str
    chapters: str
    added_at: datetime


RECORDING = core(RecordingRow)


def put(tx: Connection, webinar: int, link: str, chapters: Sequence[Chapter], now: datetime) -> None:
    """It is there, in place of what was."""
    take(tx, webinar)
    tx.execute(insert(RECORDING).values(webinar_id=webinar, link=link, chapters=dump(chapters), added_at=now))


def take(tx: Connection, webinar: int) -> None:
    """There is none."""
    tx.execute(delete(RECORDING).where(RECORDING.c.webinar_id == webinar))


def of(tx: Connection, webinar: Webinar) -> Recording | None:
    """That of a webinar."""
    rows = select(RECORDING.c.link, RECORDING.c.chapters).where(RECORDING.c.webinar_id == webinar.id)
    row = tx.execute(rows).one_or_none()
    return Recording(webinar, row[0], _decoded(row[1])) if row else None


def due(tx: Connection, webinar: Webinar, now: datetime) -> None:
    """Those who had a seat are to be told of it, unless another word is due, after which they are."""
    mine = (REGISTRATION.c.webinar_id == webinar.id, REGISTRATION.c.state == "seated")
    here = update(REGISTRATION).where(*mine, REGISTRATION.c.remind_at.is_(None))
    tx.execute(here.values(rung=RECORDED, remind_at=now))


def of_person(tx: Connection, person: int, places: Collection[int]) -> list[Recording]:
    """Those that somebody who works at these places may see, the newest first."""
    rows = select(REGISTRATION.c.webinar_id, REGISTRATION.c.state, REGISTRATION.c.attended)
    mine = {row[0]: row for row in tx.execute(rows.where(REGISTRATION.c.person_id == person))}
    line = set(tx.execute(organisations.line(places)).scalars())
    found = _several(tx, or_(WEBINAR.c.organisation_id.in_(sorted(line)), WEBINAR.c.id.in_(sorted(mine))))

    def may(webinar: Webinar) -> bool:
        _, standing, attended = mine.get(webinar.id, (0, None, None))
        is_for = webinar.organisation in line
        return may_see(webinar.seen_by, standing, attended=bool(attended), is_for=is_for)

    return [each for each in found if may(each.webinar)]


def of_scope(tx: Connection, scope: Scope) -> list[Recording]:
    """Those of the scope's organisations and of those above them, the newest first."""
    return _several(tx, seen(scope))


def _several(tx: Connection, which: ColumnElement[bool]) -> list[Recording]:
    rows = select(RECORDING.c.webinar_id, RECORDING.c.link, RECORDING.c.chapters)
    rows = rows.join_from(RECORDING, WEBINAR, WEBINAR.c.id == RECORDING.c.webinar_id)
    rows = rows.where(which, WEBINAR.c.state == "open").order_by(WEBINAR.c.starts_at.desc()).limit(MOST)
    found = {webinar: (link, chapters) for webinar, link, chapters in tx.execute(rows)}
    named = several(tx, WEBINAR.c.id.in_(sorted(found)))
    return [Recording(each, found[each.id][0], _decoded(found[each.id][1])) for each in named[::-1]]


def _decoded(chapters: str) -> list[Chapter]:
    return msgspec.json.decode(chapters, type=list[Chapter])
