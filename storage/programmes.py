"""Published programmes: immutable versions, cached by their id in each process."""

import hashlib
from datetime import datetime

from sqlalchemy import Connection, UniqueConstraint, func, insert, select
from sqlmodel import Field, SQLModel

from domain import recall
from domain.programme import Programme
from domain.recall import Edition
from storage.codec import dump_programme, load_programme
from storage.table import core


class ProgrammeRow(SQLModel, table=True):
    """A programme by the name of its folder; open to every organisation."""

    __tablename__ = "programme"
    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(unique=True)


class VersionRow(SQLModel, table=True):
    """What was published of a programme at one time; never changed. `digest` is SHA-256 (hex) of `content`."""

    __tablename__ = "programme_version"
    __table_args__ = (UniqueConstraint("programme_id", "number"),)
    id: int | None = Field(default=None, primary_key=True)
    programme_id: int = Field(foreign_key="programme.id")
    number: int
    digest: str
    content: str
    published_at: datetime


PROGRAMME, VERSION = core(ProgrammeRow), core(VersionRow)
_read: dict[str, Programme] = {}


def publish(tx: Connection, programme: Programme, at: datetime) -> int | None:
    """Store a new version unless the newest is the same; its id, or None."""
    content = dump_programme(programme)
    digest = hashlib.sha256(content.encode()).hexdigest()
    owner = _owner(tx, programme.slug)
    last = _newest(tx, owner)
    if last and last[2] == digest:
        return None
    number = last[1] + 1 if last else 1
    row = insert(VERSION).values(
        programme_id=owner, number=number, digest=digest, content=content, published_at=at
    )
    return int(tx.execute(row.returning(VERSION.c.id)).scalar_one())


def version(tx: Connection, version_id: int) -> Programme:
    """The programme of a version; asked for once on each connection, and read once in each process."""
    known: dict[int, Programme] = tx.info.setdefault("programmes", {})
    if version_id not in known:
        own = VERSION.c.id == version_id
        digest: str = tx.execute(select(VERSION.c.digest).where(own)).scalar_one()
        if digest not in _read:
            _read[digest] = load_programme(tx.execute(select(VERSION.c.content).where(own)).scalar_one())
        known[version_id] = _read[digest]
    return known[version_id]


def find(tx: Connection, version_id: int) -> Programme | None:
    """The programme of a version that somebody names; None when there is none."""
    there = tx.execute(select(VERSION.c.id).where(VERSION.c.id == version_id)).scalar_one_or_none()
    return version(tx, there) if there else None


def edition(tx: Connection, version_id: int) -> Edition:
    """The same with its questions by their names; gathered once on each connection."""
    known: dict[int, Edition] = tx.info.setdefault("editions", {})
    if version_id not in known:
        known[version_id] = recall.edition(version_id, version(tx, version_id))
    return known[version_id]


def newest(tx: Connection) -> dict[int, int]:
    """The newest version's id of every programme, by the programme's id, in the order they were first published."""
    rows = select(VERSION.c.programme_id, func.max(VERSION.c.id)).group_by(VERSION.c.programme_id)
    return {row[0]: row[1] for row in tx.execute(rows.order_by(VERSION.c.programme_id))}


def newest_by_slug(tx: Connection, slug: str) -> Programme | None:
    """The newest version of the programme in this folder."""
    rows = select(func.max(VERSION.c.id)).join(PROGRAMME, PROGRAMME.c.id == VERSION.c.programme_id)
    found = tx.execute(rows.where(PROGRAMME.c.slug == slug)).scalar_one_or_none()
    return version(tx, found) if found else None


def by_slug(tx: Connection, slug: str) -> int | None:
    """The id of the programme in this folder."""
    return tx.execute(select(PROGRAMME.c.id).where(PROGRAMME.c.slug == slug)).scalar_one_or_none()


def _owner(tx: Connection, slug: str) -> int:
    found = by_slug(tx, slug)
    return found or int(
        tx.execute(insert(PROGRAMME).values(slug=slug).returning(PROGRAMME.c.id)).scalar_one()
    )


def _newest(tx: Connection, programme: int) -> tuple[int, int, str] | None:
    columns = select(VERSION.c.id, VERSION.c.number, VERSION.c.digest)
    rows = columns.where(VERSION.c.programme_id == programme).order_by(VERSION.c.number.desc()).limit(1)
    row = tx.execute(rows).one_or_none()
    return (row[0], row[1], row[2]) if row else None
