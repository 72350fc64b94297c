"""Reminders of announcements that go by themselves: which of them is due, and what belongs together."""

from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Connection, func, or_, select, update

from storage.announcements import ANNOUNCEMENT, Announced

KEY: Final = "chase:"  # how the keys of reminders begin that go by themselves


def set_rule(tx: Connection, announcement: int, days: int, times: int) -> None:
    """Who has not confirmed is reminded every so many days, so many times at most."""
    _set(tx, announcement, chase_days=days, chase_times=times)


def begin(tx: Connection, announcement: int, at: datetime | None) -> None:
    """The first reminder, or the next one, is due then; None: there is none any more."""
    _set(tx, announcement, chase_at=at)


def follow(tx: Connection, announcement: int, first: Announced) -> None:
    """It is in the words of that one, for some of its people: who confirms one of them has confirmed the other."""
    _set(tx, announcement, first_id=first.first or first.id)


def sent(tx: Connection, announcement: int) -> int:
    """How many reminders of it have gone by themselves."""
    return int(tx.execute(select(func.count()).where(*_of(announcement))).scalar_one())


def _of(announcement: int) -> tuple[ColumnElement[bool], ...]:
    """The reminders that go by themselves."""
    return ANNOUNCEMENT.c.first_id.is_not(None), ANNOUNCEMENT.c.key.startswith(f"{KEY}{announcement}:")


def due(tx: Connection, now: datetime) -> list[int]:
    """Of which people are to be reminded now, the longest due first."""
    rows = select(ANNOUNCEMENT.c.id).where(ANNOUNCEMENT.c.chase_at <= now)
    return list(tx.execute(rows.order_by(ANNOUNCEMENT.c.chase_at, ANNOUNCEMENT.c.id)).scalars())


def stop(tx: Connection, announcement: int) -> None:
    """Nobody is reminded of it any more, also not by what is due already, or waits for approval."""
    _set(tx, announcement, chase_at=None)
    waits = (ANNOUNCEMENT.c.first_id == announcement, ANNOUNCEMENT.c.state.in_(("due", "asked")))
    tx.execute(update(ANNOUNCEMENT).where(*waits).values(state="cancelled"))


def going(tx: Connection, announcement: int) -> list[int]:
    """The reminders of it that went by themselves, and of which messages may wait."""
    rows = select(ANNOUNCEMENT.c.id).where(*_of(announcement))
    return list(tx.execute(rows.where(ANNOUNCEMENT.c.state.in_(("sending", "paused")))).scalars())


def family(tx: Connection, announcement: int) -> list[int]:
    """It, the one that it reminds of, and all that remind of that."""
    first = select(ANNOUNCEMENT.c.first_id).where(ANNOUNCEMENT.c.id == announcement)
    found: int | None = tx.execute(first).scalar()
    root = found or announcement
    rows = select(ANNOUNCEMENT.c.id).where(or_(ANNOUNCEMENT.c.id == root, ANNOUNCEMENT.c.first_id == root))
    return list(tx.execute(rows.order_by(ANNOUNCEMENT.c.id)).scalars())


def _set(tx: Connection, announcement: int, **values: object) -> None:
    tx.execute(update(ANNOUNCEMENT).where(ANNOUNCEMENT.c.id == announcement).values(**values))
