"""Answers: what was answered at a step, once."""

from datetime import datetime

from sqlalchemy import Connection, Index, text
from sqlmodel import Field, SQLModel

from domain.effect import Record
from storage.codec import dump_indexes
from storage.dialect import unless_there
from storage.hot import Prepared
from storage.table import EMPTY, LESSON, core

_IS_OPEN = text("words <> '' AND worth IS NULL")


class AnswerRow(SQLModel, table=True):
    """What was answered first at a step: options by their indexes in `chosen`, or `words`.

    `worth` is from 0 to 1, `correct` whether it is entirely right; both are empty for an opinion, and for an open
    answer. `purpose` is that of the step.
    """

    __tablename__ = "answer"
    __table_args__ = (Index("answer_open", "id", sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN),)
    id: int | None = Field(default=None, primary_key=True)
    step_key: str = Field(unique=True, foreign_key="step.key")
    enrolment_id: int = Field(foreign_key="enrolment.id", index=True)
    version_id: int = Field(foreign_key="programme_version.id")
    lesson: int
    card: int
    question_id: str
    chosen: str
    correct: bool | None = None
    answered_at: datetime
    words: str = Field(sa_column_kwargs=EMPTY)
    worth: float | None = None
    purpose: str = Field(sa_column_kwargs=LESSON)


ANSWER = core(AnswerRow)
_RECORD = Prepared(unless_there(ANSWER), [column.name for column in ANSWER.columns if column.name != "id"])


def record(tx: Connection, answered: Record, at: datetime) -> bool:
    """Keep an answer; False when the step has one already (the first one counts)."""
    step = answered.step
    kept = _RECORD.run(
        tx,
        step_key=step.key,
        enrolment_id=step.enrolment,
        version_id=answered.version,
        lesson=step.lesson,
        card=step.card,
        question_id=answered.question,
        chosen=dump_indexes(answered.given.chosen),
        words=answered.given.words,
        correct=answered.correct,
        worth=answered.worth,
        answered_at=at,
        purpose=step.purpose,
    )
    return kept == 1
