"""Open answers, which a person reads, and what was replied to them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, and_, func, select
from sqlmodel import Field, SQLModel

from domain.organisation import Scope
from storage.answers import ANSWER
from storage.dialect import insert_new
from storage.enrolments import ENROLMENT
from storage.people import PERSON, called
from storage.progress import LARGEST_ID
from storage.scoping import place, theirs
from storage.table import core

PAGE: Final = 50


class ReplyRow(SQLModel, table=True):
    """What a person wrote to a learner about an open answer of theirs, once. `person_id` is who wrote it."""

    __tablename__ = "reply"
    answer_id: int = Field(primary_key=True, foreign_key="answer.id")
    person_id: int = Field(foreign_key="person.id")
    words: str
    replied_at: datetime


REPLY = core(ReplyRow)
# An open answer has words and nothing that they are worth; a partial index knows these rows.
_OPEN: Final[tuple[ColumnElement[bool], ...]] = (ANSWER.c.words != "", ANSWER.c.worth.is_(None))


@dataclass(frozen=True, slots=True)
class Replied:
    """What was replied, by whom and when."""

    words: str
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class OpenAnswer:
    """What a learner of an organisation wrote at a card, and the reply to it."""

    id: int
    person: int
    name: str
    organisation: int
    version: int
    lesson: int
    card: int
    words: str
    at: datetime
    reply: Replied | None = None


def page(
    tx: Connection, scope: Scope, *, waiting: bool, before: int = LARGEST_ID, most: int = PAGE
) -> list[OpenAnswer]:
    """Open answers of the scope with ids below `before`, the newest first; `waiting`: without a reply only."""
    rows = _answers(scope).where(ANSWER.c.id < before).order_by(ANSWER.c.id.desc()).limit(most)
    return [
        _answer(tuple(row))
        for row in tx.execute(rows.where(REPLY.c.answer_id.is_(None)) if waiting else rows)
    ]


def waiting(tx: Connection, scope: Scope) -> int:
    """How many open answers of the scope have no reply."""
    found = _answers(scope).where(REPLY.c.answer_id.is_(None)).subquery()
    return int(tx.execute(select(func.count()).select_from(found)).scalar_one())


def get(tx: Connection, scope: Scope, answer: int) -> OpenAnswer | None:
    """The open answer with this id, or None when there is none in the scope."""
    if not 0 < answer <= LARGEST_ID:
        return None
    row = tx.execute(_answers(scope).where(ANSWER.c.id == answer)).one_or_none()
    return _answer(tuple(row)) if row else None


def add(tx: Connection, *, answer: int, person: int, words: str, at: datetime) -> bool:
    """Keep a reply; False when there is one already (the first one counts)."""
    return insert_new(tx, REPLY, answer_id=answer, person_id=person, words=words, replied_at=at)


def _answers(scope: Scope) -> Select[tuple[Any, ...]]:
    names = ("version_id", "lesson", "card", "words", "answered_at")
    return (
        select(
            ANSWER.c.id,
            PERSON.c.id,
            PERSON.c.name,
            place(scope),
            *(ANSWER.c[name] for name in names),
            REPLY.c.words,
            called(REPLY.c.person_id),
            REPLY.c.replied_at,
        )
        .join_from(ANSWER, ENROLMENT, ENROLMENT.c.id == ANSWER.c.enrolment_id)
        .join(PERSON, PERSON.c.id == ENROLMENT.c.person_id)
        .join(REPLY, REPLY.c.answer_id == ANSWER.c.id, isouter=True)
        .where(and_(*_OPEN), *theirs(scope, None))
    )


def _answer(row: Sequence[Any]) -> OpenAnswer:
    *found, words, name, at = row
    answer = OpenAnswer(*found)
    return answer if words is None else replace(answer, reply=Replied(words, name, at))
