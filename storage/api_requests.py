"""What programs asked for once: a row for each Idempotency-Key, with what came of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Connection, delete, select, update
from sqlmodel import Field, SQLModel

from storage.dialect import insert_new
from storage.table import core

KEPT: Final = timedelta(hours=24)


class ApiRequestRow(SQLModel, table=True):
    """`digest` is SHA-256 (hex) of what was asked for, `made` the id of what came of it.

    Kept for a day, so that the same request has the same answer and does nothing twice.
    """

    __tablename__ = "api_request"
    token_id: int = Field(foreign_key="api_token.id", primary_key=True)
    key: str = Field(primary_key=True)
    digest: str
    made: int
    at: datetime = Field(index=True)


API_REQUEST = core(ApiRequestRow)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that a token makes with a key of its own."""

    token: int
    key: str
    digest: str


class OtherRequest(Exception):
    """The key was used for something else."""


def begin(tx: Connection, asked: Asked, now: datetime) -> int | None:
    """None: it is ours to do, and has to be `settle`d in this transaction. Else what came of it when it was done.

    Raises OtherRequest. Somebody with the same key at the same time waits until this transaction ends.
    """
    tx.execute(delete(API_REQUEST).where(*_this(asked), API_REQUEST.c.at <= now - KEPT))
    values = {"token_id": asked.token, "key": asked.key, "digest": asked.digest, "at": now}
    if insert_new(tx, API_REQUEST, made=0, **values):
        return None
    row = tx.execute(select(API_REQUEST.c.digest, API_REQUEST.c.made).where(*_this(asked))).one()
    if row.digest != asked.digest:
        raise OtherRequest
    return int(row.made)


def settle(tx: Connection, asked: Asked, made: int) -> None:
    """This came of it."""
    tx.execute(update(API_REQUEST).where(*_this(asked)).values(made=made))


def forget(tx: Connection, now: datetime) -> int:
    """Delete what was asked for long ago; how many rows."""
    return tx.execute(delete(API_REQUEST).where(API_REQUEST.c.at <= now - KEPT)).rowcount


def _this(asked: Asked) -> tuple[ColumnElement[bool], ...]:
    return API_REQUEST.c.token_id == asked.token, API_REQUEST.c.key == asked.key
