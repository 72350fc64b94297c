"""How often something was tried: a row for each person or place, and what is counted of it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select, update
from sqlmodel import Field, SQLModel

from domain.bucket import Limit
from storage.dialect import insert_new
from storage.sessions import token_hash
from storage.table import core


class BucketRow(SQLModel, table=True):
    """`key` is SHA-256 (hex) of what is tried and by whom, so that it names nobody; `tries` are moments (ISO), of
    which none counts any more after `ends_at`.
    """

    __tablename__ = "bucket"
    key: str = Field(primary_key=True)
    tries: str
    ends_at: datetime = Field(index=True)


BUCKET = core(BucketRow)


def take(tx: Connection, limit: Limit, whose: str, now: datetime) -> timedelta:
    """Try once more: counted and nothing to wait, or not counted and how long to wait."""
    key = _key(limit, whose)
    insert_new(tx, BUCKET, key=key, tries="", ends_at=now)
    tries = _tries(tx, key)
    if wait := limit.wait(tries, now):
        return wait
    _put(tx, key, (*limit.counting(tries, now), now), now + limit.within)
    return timedelta(0)


def give_back(tx: Connection, limit: Limit, whose: str, now: datetime) -> None:
    """The try at this moment was the right person's: it does not count."""
    key = _key(limit, whose)
    tries = list(_tries(tx, key))
    if now in tries:
        tries.remove(now)
        _put(tx, key, tries, now + limit.within)


def forget(tx: Connection, now: datetime) -> int:
    """Delete what does not count any more; how many."""
    return tx.execute(delete(BUCKET).where(BUCKET.c.ends_at <= now)).rowcount


def _tries(tx: Connection, key: str) -> list[datetime]:
    """The tries; nobody else counts here until the transaction ends (SQLite has one writer anyway)."""
    row = tx.execute(select(BUCKET.c.tries).where(BUCKET.c.key == key).with_for_update()).scalar_one_or_none()
    return [datetime.fromisoformat(each) for each in row.split()] if row else []


def _put(tx: Connection, key: str, tries: Sequence[datetime], ends_at: datetime) -> None:
    written = " ".join(each.isoformat() for each in tries)
    tx.execute(update(BUCKET).where(BUCKET.c.key == key).values(tries=written, ends_at=ends_at))


def _key(limit: Limit, whose: str) -> str:
    return token_hash(f"{limit.name}:{whose}")
