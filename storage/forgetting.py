"""How people here forget: parameters that were fitted to their answers, and those answers."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, insert, select
from sqlmodel import Field, SQLModel

from domain.forgetting import Answered, Fitted, History
from domain.review import USUAL
from storage import programmes
from storage.answers import ANSWER
from storage.enrolments import ENROLMENT
from storage.organisations import ORGANISATION
from storage.people import PERSON
from storage.table import core

FRESH: Final = timedelta(minutes=5)  # so long the last ones are used before the store is asked again


class ForgettingRow(SQLModel, table=True):
    """FSRS's parameters ("0.2,1.3,...") as they were fitted once; the newest are used.

    `answers` and `people` are how many they were fitted to, `before` and `after` log-losses on answers held out.
    """

    __tablename__ = "forgetting"
    id: int | None = Field(default=None, primary_key=True)
    fitted_at: datetime
    parameters: str
    answers: int
    people: int
    before: float
    after: float


FORGETTING = core(ForgettingRow)


def parameters(tx: Connection, now: datetime) -> tuple[float, ...]:
    """Those to be used: the newest, or FSRS's own. Another process's are found within FRESH."""
    read_at, known = tx.info.get("forgetting", (None, USUAL))
    if read_at is None or abs(now - read_at) >= FRESH:
        known = current(tx)
        tx.info["forgetting"] = now, known
    found: tuple[float, ...] = known
    return found


def current(tx: Connection) -> tuple[float, ...]:
    """The newest that were kept, or FSRS's own."""
    rows = select(FORGETTING.c.parameters).order_by(FORGETTING.c.id.desc()).limit(1)
    written = tx.execute(rows).scalar_one_or_none()
    return tuple(map(float, written.split(","))) if written else USUAL


def keep(tx: Connection, fitted: Fitted, at: datetime) -> None:
    """Use these from now on."""
    values = {name: getattr(fitted, name) for name in ("answers", "people", "before", "after")}
    written = ",".join(map(repr, fitted.parameters))
    tx.execute(insert(FORGETTING).values(fitted_at=at, parameters=written, **values))
    tx.info.pop("forgetting", None)


def histories(tx: Connection) -> list[History]:
    """Everybody's answers with a score to questions that come back, each question's in their order.

    Days are those of the organisation's zone. What is asked in a test is left out.
    """
    columns = (ANSWER.c[name] for name in ("version_id", "lesson", "card", "answered_at", "worth"))
    rows = select(PERSON.c.id, ENROLMENT.c.programme_id, ANSWER.c.question_id, ORGANISATION.c.zone, *columns)
    rows = rows.join_from(ANSWER, ENROLMENT, ENROLMENT.c.id == ANSWER.c.enrolment_id)
    rows = rows.join(PERSON, PERSON.c.id == ENROLMENT.c.person_id)
    rows = rows.join(ORGANISATION, ORGANISATION.c.id == PERSON.c.organisation_id)
    rows = rows.where(ANSWER.c.worth.is_not(None), ANSWER.c.purpose.in_(("lesson", "review")))
    named = [(_name(tx, row), row) for row in tx.execute(rows.order_by(PERSON.c.id, ANSWER.c.id))]
    named = sorted((each for each in named if each[0][2]), key=lambda each: each[0])
    groups = groupby(named, key=lambda each: each[0])
    return [History(person, _answers(row for _, row in those)) for (person, *_), those in groups]


def _name(tx: Connection, row: Row[Any]) -> tuple[int, int, str]:
    names = programmes.edition(tx, row.version_id).names
    return row.id, row.programme_id, names.get((row.lesson, row.card), "")


def _answers(rows: Iterable[Row[Any]]) -> tuple[Answered, ...]:
    return tuple(Answered(row.answered_at.astimezone(ZoneInfo(row.zone)).date(), row.worth) for row in rows)
