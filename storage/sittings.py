"""Sittings: who sat for which test, what was asked, and how it ended."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Index, bindparam, func, select, text, update
from sqlmodel import Field, SQLModel

from domain.sitting import Sitting
from storage.bulk import among, listed
from storage.dialect import unless_there
from storage.enrolments import ENROLMENT
from storage.hot import Prepared
from storage.table import core

_IS_TIMED = text("finished_at IS NULL AND ends_at IS NOT NULL")


class SittingRow(SQLModel, table=True):
    """One try at a test: to show what a person was asked and reached, and to count attempts.

    `number` counts from 1 for each test; `lesson` is -1 in an entry test. `asked` are the questions in their order by
    lesson and card ("9.0,9.4"), `worths` what the answers so far are worth ("1,0.5"). `reached` of `whole` is the
    result, `passed` is empty until then, and in an entry test. A coordinator can excuse a sitting: it does not count.
    """

    __tablename__ = "sitting"
    __table_args__ = (Index("sitting_timed", "ends_at", sqlite_where=_IS_TIMED, postgresql_where=_IS_TIMED),)
    enrolment_id: int = Field(foreign_key="enrolment.id", primary_key=True)
    lesson: int = Field(primary_key=True)
    number: int = Field(primary_key=True)
    version_id: int = Field(foreign_key="programme_version.id")
    asked: str
    worths: str
    started_at: datetime
    ends_at: datetime | None = None
    finished_at: datetime | None = None
    reached: float
    whole: int
    passed: bool | None = None
    excused: bool


SITTING = core(SittingRow)
_NAMES = ("enrolment_id", "version_id", "lesson", "number", "asked", "started_at", "ends_at", "worths")
_COLUMNS = tuple(SITTING.c[name] for name in (*_NAMES, "finished_at", "passed", "excused"))
# What was sat for before the enrolment began (anew) is no attempt of it.
_BEFORE = (SITTING.c.started_at < ENROLMENT.c.started_at).label("before")
_OF_PERSON = Prepared(
    select(*_COLUMNS, _BEFORE)
    .join_from(SITTING, ENROLMENT, ENROLMENT.c.id == SITTING.c.enrolment_id)
    .where(ENROLMENT.c.person_id == bindparam("who"))
    .order_by(SITTING.c.enrolment_id, SITTING.c.lesson, SITTING.c.number)
)
_BEGIN = Prepared(unless_there(SITTING), [column.name for column in SITTING.columns])
_THIS = (
    SITTING.c.enrolment_id == bindparam("which"),
    SITTING.c.lesson == bindparam("test"),
    SITTING.c.number == bindparam("count"),
    SITTING.c.finished_at.is_(None),
)
_KEEP = Prepared(
    update(SITTING)
    .where(*_THIS)
    .values(
        worths=bindparam("answers"),
        reached=bindparam("sum"),
        finished_at=bindparam("end"),
        passed=bindparam("result"),
    )
)
_UNTIL = Prepared(
    lambda dialect: (
        select(ENROLMENT.c.person_id, func.max(SITTING.c.ends_at))
        .join_from(SITTING, ENROLMENT, ENROLMENT.c.id == SITTING.c.enrolment_id)
        .where(
            text("finished_at IS NULL AND ends_at IS NOT NULL"),
            SITTING.c.ends_at > bindparam("now"),
            among(dialect, ENROLMENT.c.person_id, "people"),
        )
        .group_by(ENROLMENT.c.person_id)
    )
)
_OVER = Prepared(
    select(SITTING.c.enrolment_id)
    .where(text("finished_at IS NULL AND ends_at IS NOT NULL"), SITTING.c.ends_at <= bindparam("now"))
    .order_by(SITTING.c.ends_at)
    .limit(bindparam("most"))
)


def of_person(tx: Connection, person: int) -> dict[int, tuple[Sitting, ...]]:
    """The person's sittings by enrolment, those of a test in their order."""
    found = defaultdict[int, list[Sitting]](list)
    for row in _OF_PERSON.rows(tx, who=person):
        found[row[0]].append(_sitting(row))
    return {enrolment: tuple(sittings) for enrolment, sittings in found.items()}


def begin(tx: Connection, sitting: Sitting) -> bool:
    """A new sitting; exactly one caller gets True."""
    new = _BEGIN.run(
        tx,
        enrolment_id=sitting.enrolment,
        lesson=sitting.lesson,
        number=sitting.number,
        version_id=sitting.version,
        asked=",".join(f"{lesson}.{card}" for lesson, card in sitting.asked),
        worths=_written(sitting.worths),
        started_at=sitting.started_at,
        ends_at=sitting.ends_at,
        finished_at=sitting.finished_at,
        reached=sum(sitting.worths),
        whole=len(sitting.asked),
        passed=sitting.passed,
        excused=sitting.excused,
    )
    return new == 1


def keep(tx: Connection, sitting: Sitting) -> bool:
    """The sitting as it stands now, with one more answer or over; False when it was over before."""
    kept = _KEEP.run(
        tx,
        which=sitting.enrolment,
        test=sitting.lesson,
        count=sitting.number,
        answers=_written(sitting.worths),
        sum=sum(sitting.worths),
        end=sitting.finished_at,
        result=sitting.passed,
    )
    return kept == 1


def excuse(tx: Connection, sitting: Sitting) -> None:
    """The sitting does not count as an attempt any more."""
    key = (SITTING.c.enrolment_id, SITTING.c.lesson, SITTING.c.number)
    this = (
        column == value
        for column, value in zip(key, (sitting.enrolment, sitting.lesson, sitting.number), strict=True)
    )
    tx.execute(update(SITTING).where(*this).values(excused=True))


def give_up(tx: Connection, enrolment: int, now: datetime) -> None:
    """What was left of before the enrolment began anew, and whose time is over, is over without a result."""
    left = (SITTING.c.enrolment_id == enrolment, SITTING.c.finished_at.is_(None), SITTING.c.ends_at <= now)
    tx.execute(update(SITTING).where(*left).values(finished_at=SITTING.c.ends_at, excused=True))


def until(tx: Connection, people: Collection[int], now: datetime) -> dict[int, datetime]:
    """Those of these people for whom the time of a test runs now, and when it is over."""
    return {row[0]: row[1] for row in _UNTIL.rows(tx, people=listed(tx, people), now=now)}


def over(tx: Connection, now: datetime, most: int) -> list[int]:
    """Enrolments in which the time of a test is over and nobody has ended it, the longest over first."""
    return [row[0] for row in _OVER.rows(tx, now=now, most=most)]


def _sitting(row: Sequence[Any]) -> Sitting:
    (
        enrolment,
        version,
        lesson,
        number,
        asked,
        started_at,
        ends_at,
        worths,
        finished_at,
        passed,
        excused,
        before,
    ) = row
    return Sitting(
        enrolment,
        version,
        lesson,
        number,
        tuple(_pair(pair) for pair in asked.split(",")),
        started_at,
        ends_at,
        tuple(map(float, worths.split(","))) if worths else (),
        finished_at,
        passed,
        bool(excused or before),
    )


def _pair(written: str) -> tuple[int, int]:
    lesson, card = map(int, written.split("."))
    return lesson, card


def _written(worths: Sequence[float]) -> str:
    return ",".join(f"{worth:.12g}" for worth in worths)
