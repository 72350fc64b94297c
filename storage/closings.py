"""Organisations that somebody wants to be closed, and those that were: who asked, who confirmed, what became of it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, delete, exists, select, update
from sqlmodel import Field, SQLModel

from domain.closing import LASTS
from storage.audit import AUDIT, written
from storage.dialect import insert_new
from storage.table import core


class ClosingRow(SQLModel, table=True):
    """That a place is to be closed and its people erased (`asked_by`, until `ends_at`), or is (`confirmed_by`, another
    person), and since when nobody is left there (`done_at`). Both people are empty where a restored backup had brought
    it back. Its units have rows of their own.

    `marks` is a keyed hash (hex) of what the place was called, by which it is known again in a backup; empty until it
    stands outside the store too.
    """

    __tablename__ = "closing"
    organisation_id: int = Field(
        primary_key=True, foreign_key="organisation.id", sa_column_kwargs={"autoincrement": False}
    )
    asked_by: int | None = Field(default=None, foreign_key="person.id")
    asked_at: datetime
    ends_at: datetime
    confirmed_by: int | None = Field(default=None, foreign_key="person.id")
    confirmed_at: datetime | None = None
    done_at: datetime | None = None
    marks: str


CLOSING = core(ClosingRow)
_NAMES: Final = (
    *("organisation_id", "asked_by", "asked_at", "ends_at"),
    *("confirmed_by", "confirmed_at", "done_at", "marks"),
)


@dataclass(frozen=True, slots=True)
class Closing:
    """A row of the table."""

    place: int
    asked_by: int | None
    asked_at: datetime
    ends_at: datetime
    confirmed_by: int | None
    confirmed_at: datetime | None
    done_at: datetime | None
    marks: str


@dataclass(frozen=True, slots=True)
class Stone:
    """Which place was closed when, as it is written outside the store too: no name."""

    place: int
    at: datetime
    marks: str


def ask(tx: Connection, place: int, by: int, now: datetime) -> bool:
    """It is to be closed; False when somebody has asked for that already. A request that ran out is none any more."""
    over = (CLOSING.c.organisation_id == place, CLOSING.c.confirmed_at.is_(None), CLOSING.c.ends_at <= now)
    tx.execute(delete(CLOSING).where(*over))
    row = {"organisation_id": place, "asked_by": by, "asked_at": now, "ends_at": now + LASTS, "marks": ""}
    return insert_new(tx, CLOSING, **row, confirmed_by=None, confirmed_at=None, done_at=None)


def withdraw(tx: Connection, places: Collection[int]) -> bool:
    """Nobody asks for it any more; False when nobody did, or it is confirmed."""
    open_ = (CLOSING.c.organisation_id.in_(sorted(places)), CLOSING.c.confirmed_at.is_(None))
    return tx.execute(delete(CLOSING).where(*open_)).rowcount > 0


def withdraw_of(tx: Connection, person: int, now: datetime) -> list[int]:
    """This person asks for none any more; which places they had asked to be closed."""
    open_ = (CLOSING.c.asked_by == person, CLOSING.c.confirmed_at.is_(None), CLOSING.c.ends_at > now)
    theirs = delete(CLOSING).where(*open_).returning(CLOSING.c.organisation_id)
    return sorted(tx.execute(theirs).scalars())


def confirm(tx: Connection, place: int, by: int, now: datetime) -> bool:
    """It is confirmed, by somebody who did not ask; False when nobody asks (any more), or another was first."""
    waits = (CLOSING.c.confirmed_at.is_(None), CLOSING.c.ends_at > now, CLOSING.c.asked_by != by)
    mine = update(CLOSING).where(CLOSING.c.organisation_id == place, *waits)
    return tx.execute(mine.values(confirmed_by=by, confirmed_at=now)).rowcount == 1


def along(tx: Connection, place: int, units: Collection[int]) -> None:
    """These close with the place, by what was asked and confirmed of it; each is known again by itself."""
    closed = of(tx, place)
    assert closed is not None, "it was confirmed"
    row = {name: getattr(closed, name) for name in _NAMES[1:]}
    for each in units:
        insert_new(tx, CLOSING, organisation_id=each, **row)


def again(tx: Connection, stone: Stone) -> None:
    """A restored backup has brought it back: it is closed as it was."""
    tx.execute(delete(CLOSING).where(CLOSING.c.organisation_id == stone.place))
    row = {
        "organisation_id": stone.place,
        "asked_at": stone.at,
        "ends_at": stone.at,
        "confirmed_at": stone.at,
    }
    insert_new(tx, CLOSING, **row, asked_by=None, confirmed_by=None, done_at=None, marks=stone.marks)


def of(tx: Connection, place: int) -> Closing | None:
    """What was asked of this place, whether it ran out or not, or became of it."""
    return next(iter(_found(tx, CLOSING.c.organisation_id == place)), None)


def asked(tx: Connection, places: Collection[int], now: datetime) -> list[Closing]:
    """Those of these places that wait for a second person."""
    waits = (CLOSING.c.confirmed_at.is_(None), CLOSING.c.ends_at > now)
    return _found(tx, CLOSING.c.organisation_id.in_(sorted(places)), *waits)


def under_way(tx: Connection) -> list[Closing]:
    """Those that are confirmed and not done."""
    return _found(tx, CLOSING.c.confirmed_at.is_not(None), CLOSING.c.done_at.is_(None))


def marked(tx: Connection, place: int, marks: str) -> None:
    """By this it is known again; it stands outside the store."""
    tx.execute(update(CLOSING).where(CLOSING.c.organisation_id == place).values(marks=marks))


def done(tx: Connection, place: int, at: datetime) -> None:
    """Nobody is left there."""
    tx.execute(update(CLOSING).where(CLOSING.c.organisation_id == place).values(done_at=at))


def stones(tx: Connection) -> list[Stone]:
    """The places that were closed here and can be known again."""
    rows = select(CLOSING.c.organisation_id, CLOSING.c.confirmed_at, CLOSING.c.marks)
    known = rows.where(CLOSING.c.confirmed_at.is_not(None), CLOSING.c.marks != "")
    return [Stone(*row) for row in tx.execute(known.order_by(CLOSING.c.organisation_id))]


def got_role(tx: Connection, person: int, since: datetime) -> bool:
    """Whether somebody was given a role since then, says the log."""
    given = (AUDIT.c.what == "role.given", AUDIT.c.about_id == person, AUDIT.c.at >= written(since))
    return bool(tx.execute(select(exists().where(*given))).scalar_one())


def _found(tx: Connection, *which: Any) -> list[Closing]:
    rows = select(*(CLOSING.c[name] for name in _NAMES)).where(*which)
    return [Closing(*row) for row in tx.execute(rows.order_by(CLOSING.c.organisation_id))]
