"""Drafts of lessons: what authors have changed in the console and not published yet."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, delete, func, insert, select
from sqlmodel import Field, SQLModel

from domain.language import Language
from storage.people import called
from storage.table import core


class DraftRow(SQLModel, table=True):
    """A lesson in one language as authors change it, one of each; gone once it is published.

    `base` is a digest of the published text that it is to replace, as its author saw that. `person_id` is who saved it
    last, so that another author knows whom to ask.
    """

    __tablename__ = "draft"
    programme_id: int = Field(primary_key=True, foreign_key="programme.id")
    lesson: str = Field(primary_key=True)
    language: str = Field(primary_key=True)
    source: str
    base: str
    person_id: int = Field(foreign_key="person.id")
    saved_at: datetime


DRAFT = core(DraftRow)


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft, and who saved it when."""

    lesson: str
    language: Language
    source: str
    base: str
    by: str
    at: datetime

    @property
    def key(self) -> tuple[str, Language]:
        """Which text of the programme it is to replace."""
        return self.lesson, self.language


def of_programme(tx: Connection, programme: int) -> list[Draft]:
    """The drafts of a programme, in the order of its lessons."""
    names = ("lesson", "language", "source", "base")
    rows: Select[tuple[Any, ...]] = (
        select(*(DRAFT.c[name] for name in names), called(DRAFT.c.person_id), DRAFT.c.saved_at)
        .where(DRAFT.c.programme_id == programme)
        .order_by(DRAFT.c.lesson, DRAFT.c.language)
    )
    return [Draft(*row) for row in tx.execute(rows)]


def counts(tx: Connection) -> dict[int, int]:
    """How many drafts each programme has; nothing where there are none."""
    rows = select(DRAFT.c.programme_id, func.count()).group_by(DRAFT.c.programme_id)
    return {row[0]: row[1] for row in tx.execute(rows)}


def put(
    tx: Connection,
    programme: int,
    key: tuple[str, Language],
    *,
    source: str,
    base: str,
    person: int,
    at: datetime,
) -> None:
    """Keep a draft in the place of the one before."""
    drop(tx, programme, key)
    lesson, language = key
    which = {"programme_id": programme, "lesson": lesson, "language": language}
    tx.execute(insert(DRAFT).values(**which, source=source, base=base, person_id=person, saved_at=at))


def drop(tx: Connection, programme: int, key: tuple[str, Language]) -> None:
    """Let go of a draft, if there is one."""
    which = (DRAFT.c.programme_id == programme, DRAFT.c.lesson == key[0], DRAFT.c.language == key[1])
    tx.execute(delete(DRAFT).where(*which))


def drop_all(tx: Connection, programme: int) -> None:
    """Let go of all drafts of a programme."""
    tx.execute(delete(DRAFT).where(DRAFT.c.programme_id == programme))
