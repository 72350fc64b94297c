"""Answers: what was answered at a step, once."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection
from sqlmodel import Field, SQLModel

from domain.facts import Step
from storage.codec import dump_indexes
from storage.dialect import unless_there
from storage.hot import Prepared
from storage.table import core


class AnswerRow(SQLModel, table=True):
    """What was answered first at a step. `chosen` are option indexes; `correct` is empty for an opinion."""

    __tablename__ = "answer"
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


ANSWER = core(AnswerRow)
_RECORD = Prepared(unless_there(ANSWER), [column.name for column in ANSWER.columns if column.name != "id"])


@dataclass(frozen=True, slots=True)
class Answered:
    """What was answered at a step of a version; `correct` is None for an opinion."""

    step: Step
    version: int
    question: str
    chosen: tuple[int, ...]
    correct: bool | None


def record(tx: Connection, answered: Answered, at: datetime) -> bool:
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
        chosen=dump_indexes(answered.chosen),
        correct=answered.correct,
        answered_at=at,
    )
    return kept == 1
