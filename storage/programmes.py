"""Published programmes: immutable versions, cached by their id in each process."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Index, UniqueConstraint, func, insert, select, text
from sqlmodel import Field, SQLModel

from domain import recall
from domain.programme import Programme
from domain.recall import Edition
from domain.sitting import wants_code
from storage.codec import dump_programme, load_programme
from storage.people import called
from storage.table import core


class ProgrammeRow(SQLModel, table=True):
    """A programme by the name of its folder. `owner_id` is whose it is; NULL: the installation's, for everybody.

    `reach`: it is a "draft" of its owner's authors, for the owner's "own" people, or offered to "everybody".
    """

    __tablename__ = "programme"
    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(unique=True)
    owner_id: int | None = Field(default=None, foreign_key="organisation.id", index=True)
    reach: str = Field(sa_column_kwargs={"server_default": text("'everybody'")})


class VersionRow(SQLModel, table=True):
    """What was published of a programme at one time; never changed. `digest` is SHA-256 (hex) of `content`.

    `person_id` is who published it in the console, so that colleagues know whom to ask; NULL: it came from a folder.
    """

    __tablename__ = "programme_version"
    __table_args__ = (
        UniqueConstraint("programme_id", "number"),
        Index("version_programme", "id", "programme_id", unique=True),
    )
    id: int | None = Field(default=None, primary_key=True)
    programme_id: int = Field(foreign_key="programme.id")
    number: int
    digest: str
    content: str
    published_at: datetime
    person_id: int | None = Field(default=None, foreign_key="person.id")


@dataclass(frozen=True, slots=True)
class Issue:
    """A version in the list of them. `by` is who published it in the console; "": it came from a folder."""

    id: int
    number: int
    at: datetime
    by: str


PROGRAMME, VERSION = core(ProgrammeRow), core(VersionRow)
_read: dict[str, Programme] = {}


def publish(tx: Connection, programme: Programme, at: datetime, by: int | None = None) -> int | None:
    """Store a new version unless the newest is the same; its id, or None. `by`: who publishes it in the console.

    A folder's version takes the place of the same one from the console, so that the folder is what counts again.
    """
    content = dump_programme(programme)
    digest = hashlib.sha256(content.encode()).hexdigest()
    owner = _owner(tx, programme.slug)
    last = _newest(tx, owner)
    if last and last[2] == digest and (by or last[3] is None):
        return None
    number = last[1] + 1 if last else 1
    row = insert(VERSION).values(
        programme_id=owner, number=number, digest=digest, content=content, published_at=at, person_id=by
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


def wanting_codes(tx: Connection) -> list[str]:
    """The slugs of programmes whose newest version has a test that begins with a code."""
    found = (version(tx, newest_) for newest_ in newest(tx).values())
    return sorted(programme.slug for programme in found if wants_code(programme))


def find(tx: Connection, version_id: int) -> Programme | None:
    """The programme of a version that somebody names; None when there is none."""
    there = tx.execute(select(VERSION.c.id).where(VERSION.c.id == version_id)).scalar_one_or_none()
    return version(tx, there) if there else None


def owner(tx: Connection, version_id: int) -> int | None:
    """The id of the programme that a version is of; None when there is no such version."""
    rows = select(VERSION.c.programme_id).where(VERSION.c.id == version_id)
    return tx.execute(rows).scalar_one_or_none()


def versions(tx: Connection, programmes: Collection[int]) -> list[int]:
    """The ids of all versions of these programmes."""
    rows = select(VERSION.c.id).where(VERSION.c.programme_id.in_(list(programmes)))
    return list(tx.execute(rows).scalars())


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


def from_console(tx: Connection, slug: str) -> bool:
    """Whether the newest version of the programme in this folder was published in the console."""
    owner = by_slug(tx, slug)
    last = _newest(tx, owner) if owner else None
    return last is not None and last[3] is not None


def issues(tx: Connection, programme: int, most: int = 50) -> list[Issue]:
    """The versions of a programme, the newest first."""
    rows = (
        select(VERSION.c.id, VERSION.c.number, VERSION.c.published_at, called(VERSION.c.person_id))
        .where(VERSION.c.programme_id == programme)
        .order_by(VERSION.c.number.desc())
        .limit(most)
    )
    return [Issue(row[0], row[1], row[2], row[3] or "") for row in tx.execute(rows)]


def lock(tx: Connection, programme: int) -> None:
    """Nobody else at the console changes it until the transaction ends; SQLite has one writer anyway."""
    if tx.dialect.name == "postgresql":
        tx.execute(select(PROGRAMME.c.id).where(PROGRAMME.c.id == programme).with_for_update())


def by_slug(tx: Connection, slug: str) -> int | None:
    """The id of the programme in this folder."""
    return tx.execute(select(PROGRAMME.c.id).where(PROGRAMME.c.slug == slug)).scalar_one_or_none()


def _owner(tx: Connection, slug: str) -> int:
    found = by_slug(tx, slug)
    return found or int(
        tx.execute(insert(PROGRAMME).values(slug=slug).returning(PROGRAMME.c.id)).scalar_one()
    )


def _newest(tx: Connection, programme: int) -> tuple[int, int, str, int | None] | None:
    columns = select(VERSION.c.id, VERSION.c.number, VERSION.c.digest, VERSION.c.person_id)
    rows = columns.where(VERSION.c.programme_id == programme).order_by(VERSION.c.number.desc()).limit(1)
    row = tx.execute(rows).one_or_none()
    return (row[0], row[1], row[2], row[3]) if row else None
