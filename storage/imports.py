"""Imports of rosters: what a file said until it is carried out, what was done until it can be undone no more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Literal

import msgspec
from sqlalchemy import ColumnElement, Connection, and_, delete, insert, or_, select, update
from sqlmodel import Field, SQLModel

from domain.organisation import Scope
from domain.roster import Sheet
from storage.codec import dump
from storage.people import called
from storage.progress import LARGEST_ID
from storage.scoping import within
from storage.table import core

State = Literal["seen", "done", "undone"]
SEEN_FOR: Final = timedelta(days=1)
UNDO_FOR: Final = timedelta(days=30)
MOST: Final = 50


class ImportRow(SQLModel, table=True):
    """A roster that somebody brought. `sheet` is what the file says, kept for a day until it is carried out; `deeds`
    are what was changed, kept for 30 days to take it back; `kept` is what was not taken back, and why. All are JSON.

    `by_id` is NULL when it was the operator, `organisation_id` when the file says for each person where they are.
    `read_as` is the encoding of a text, "" of a workbook.
    """

    __tablename__ = "roster_import"
    id: int | None = Field(default=None, primary_key=True)
    by_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id", index=True)
    file: str
    at: datetime = Field(index=True)
    state: str
    read_as: str
    sheet: str
    deeds: str
    kept: str
    counts: str
    undone_at: datetime | None = None


IMPORT: Final = core(ImportRow)
_HEAD: Final = ("id", "by_id", "organisation_id", "file", "at", "state", "read_as", "counts", "undone_at")


@dataclass(frozen=True, slots=True)
class Deed:
    """What was done to a person: `added`, or words of theirs changed `before` to `after` (by their names)."""

    person: int
    added: bool = False
    before: Mapping[str, str] = field(default_factory=dict)
    after: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Left:
    """What was not taken back: a person who was added and has begun ("begun"), or a word that changed again."""

    person: int
    what: str


@dataclass(frozen=True, slots=True)
class Import:
    """An import as it is listed. `by` is the name of whoever brought it, "" for the operator."""

    id: int
    by_id: int | None
    by: str
    organisation: int | None
    file: str
    at: datetime
    state: State
    read_as: str
    counts: Mapping[str, int]
    undone_at: datetime | None

    def undoable(self, now: datetime) -> bool:
        """Whether it can still be taken back."""
        return self.state == "done" and now < self.at + UNDO_FOR


def add(
    tx: Connection,
    *,
    by: int | None,
    organisation: int | None,
    file: str,
    read_as: str,
    sheet: Sheet,
    at: datetime,
) -> int:
    """Keep what a file says; its id."""
    values = {"by_id": by, "organisation_id": organisation, "file": file, "at": at, "state": "seen"}
    values |= {"read_as": read_as, "sheet": dump(sheet), "deeds": "", "kept": "", "counts": "{}"}
    return int(tx.execute(insert(IMPORT).values(**values).returning(IMPORT.c.id)).scalar_one())


def get(tx: Connection, scope: Scope | None, number: int) -> Import | None:
    """The import with this id, if the scope has it (None: whoever brought it)."""
    if not 0 < number <= LARGEST_ID:
        return None
    row = tx.execute(_all().where(IMPORT.c.id == number, *_theirs(scope))).one_or_none()
    return _of(row) if row else None


def newest(tx: Connection, scope: Scope | None, most: int = MOST) -> list[Import]:
    """Those that were carried out, the newest first."""
    rows = _all().where(IMPORT.c.state != "seen", *_theirs(scope)).order_by(IMPORT.c.id.desc()).limit(most)
    return [_of(row) for row in tx.execute(rows)]


def sheet(tx: Connection, number: int) -> Sheet | None:
    """What the file says, while it is kept."""
    written = tx.execute(select(IMPORT.c.sheet).where(IMPORT.c.id == number)).scalar_one()
    return msgspec.json.decode(written, type=Sheet) if written else None


def deeds(tx: Connection, number: int) -> list[Deed]:
    """What it did, while that is kept."""
    written = tx.execute(select(IMPORT.c.deeds).where(IMPORT.c.id == number)).scalar_one()
    return msgspec.json.decode(written, type=list[Deed]) if written else []


def kept(tx: Connection, number: int) -> list[Left]:
    """What was not taken back."""
    written = tx.execute(select(IMPORT.c.kept).where(IMPORT.c.id == number)).scalar_one()
    return msgspec.json.decode(written, type=list[Left]) if written else []


def finish(
    tx: Connection, number: int, done: Sequence[Deed], counts: Mapping[str, int], at: datetime
) -> bool:
    """It was carried out; False when it was before. What the file says is not needed any more."""
    values = {"state": "done", "sheet": "", "deeds": dump(done), "counts": dump(counts), "at": at}
    waits = (IMPORT.c.id == number, IMPORT.c.state == "seen")
    return tx.execute(update(IMPORT).where(*waits).values(**values)).rowcount == 1


def take_back(tx: Connection, number: int, left: Sequence[Left], at: datetime) -> bool:
    """It was undone, but for these; False when it was before."""
    values = {"state": "undone", "deeds": "", "kept": dump(left), "undone_at": at}
    stands = (IMPORT.c.id == number, IMPORT.c.state == "done")
    return tx.execute(update(IMPORT).where(*stands).values(**values)).rowcount == 1


def forget(tx: Connection, now: datetime) -> int:
    """Delete files that nobody carried out, and what cannot be undone any more; how many rows."""
    unused = delete(IMPORT).where(IMPORT.c.state == "seen", IMPORT.c.at < now - SEEN_FOR)
    over = (IMPORT.c.at < now - UNDO_FOR, or_(IMPORT.c.deeds != "", IMPORT.c.kept != ""))
    settled = update(IMPORT).where(*over).values(deeds="", kept="")
    return tx.execute(unused).rowcount + tx.execute(settled).rowcount


def _all() -> Any:
    rows = select(*(IMPORT.c[name] for name in _HEAD), called(IMPORT.c.by_id).label("by"))
    return rows.select_from(IMPORT)


def _theirs(scope: Scope | None) -> tuple[ColumnElement[bool], ...]:
    if scope is None:
        return ()
    own = and_(IMPORT.c.by_id == scope.person, IMPORT.c.organisation_id.is_(None))
    return (or_(own, within(scope, IMPORT.c.organisation_id)),)


def _of(row: Any) -> Import:
    counts = msgspec.json.decode(row.counts, type=dict[str, int])
    names = ("id", "by_id", "file", "at", "state", "read_as", "undone_at")
    same = {name: getattr(row, name) for name in names}
    return Import(**same, by=row.by or "", organisation=row.organisation_id, counts=counts)
