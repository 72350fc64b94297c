"""Updates as they came in: stored before they are acknowledged, handled in order per address."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Index,
    Insert,
    Integer,
    UniqueConstraint,
    bindparam,
    delete,
    exists,
    func,
    literal_column,
    select,
    text,
    update,
)
from sqlmodel import Field, SQLModel

from storage.dialect import numbered
from storage.hot import Prepared
from storage.table import core

TRIES = 5
_IS_NEW, _IS_BAD = text("state = 'new'"), text("state = 'quarantined'")


class InboxRow(SQLModel, table=True):
    """An update. `state`: new, done, or quarantined after TRIES failures; `due_at` is when to try (again).

    `raw` is what came in, kept where it has to be handled later: what was handled as it came is kept where it belongs.
    """

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("channel", "account", "key"),
        Index("inbox_new", "id", sqlite_where=_IS_NEW, postgresql_where=_IS_NEW),
        Index("inbox_quarantined", "id", sqlite_where=_IS_BAD, postgresql_where=_IS_BAD),
        Index("inbox_order", "channel", "address", "id", sqlite_where=_IS_NEW, postgresql_where=_IS_NEW),
    )
    id: int | None = Field(default=None, primary_key=True)
    channel: str
    account: str
    key: str
    address: str
    raw: str
    received_at: datetime
    due_at: datetime
    state: str
    tries: int
    error: str


INBOX = core(InboxRow)
_NEW: ColumnElement[str] = literal_column("'new'")


@dataclass(frozen=True, slots=True)
class Waiting:
    """An update that waits to be handled."""

    id: int
    channel: str
    account: str
    address: str
    raw: str
    tries: int
    received_at: datetime


_GIVEN = ("channel", "account", "key", "address", "received_at", "due_at")
_ADD = Prepared(numbered(INBOX), [column.name for column in INBOX.columns if column.name != "id"])
_before = INBOX.alias("before")
_EARLIER = exists().where(
    _before.c.state == _NEW,
    _before.c.channel == INBOX.c.channel,
    _before.c.address == INBOX.c.address,
    _before.c.id < INBOX.c.id,
)


def _handled(dialect: str) -> Insert:
    """A new update that is done: nothing is inserted where another one of its address waits."""
    given = {name: bindparam(name, type_=INBOX.c[name].type) for name in _GIVEN}
    waits = exists().where(
        _before.c.state == _NEW,
        _before.c.channel == given["channel"],
        _before.c.address == given["address"],
    )
    fixed: list[ColumnElement[Any]] = [literal_column(word) for word in ("''", "'done'", "0", "''")]
    return numbered(
        INBOX, [*given, "raw", "state", "tries", "error"], select(*given.values(), *fixed).where(~waits)
    )(dialect)


_ADD_HANDLED = Prepared(_handled)
_DONE = Prepared(
    update(INBOX)
    .where(INBOX.c.id == bindparam("which"), INBOX.c.state == _NEW, ~_EARLIER)
    .values(state="done")
)


_NAMES = ("id", "channel", "account", "address", "raw", "tries", "received_at")
_WAITING = Prepared(
    select(*(INBOX.c[name] for name in _NAMES))
    .where(
        INBOX.c.state == _NEW,
        INBOX.c.channel == bindparam("where"),
        INBOX.c.due_at <= bindparam("now"),
        ~_EARLIER,
    )
    .order_by(INBOX.c.id)
    .limit(bindparam("most", type_=Integer))
)


@dataclass(frozen=True, slots=True)
class New:
    """An update that came in at this moment; `due_at`: when it is to be handled (None: now)."""

    channel: str
    account: str
    key: str
    address: str
    raw: str
    at: datetime
    due_at: datetime | None = None


def add(tx: Connection, new: New) -> int | None:
    """A new update's id; None when its key is there already."""
    return _ADD.add(tx, **_given(new), raw=new.raw, state="new", tries=0, error="")


def add_handled(tx: Connection, new: New) -> int | None:
    """The id of a new update that the caller handles; None when its key is there, or an earlier one of its address
    waits."""
    return _ADD_HANDLED.add(tx, **_given(new))


def _given(new: New) -> dict[str, Any]:
    return {
        "channel": new.channel,
        "account": new.account,
        "key": new.key,
        "address": new.address,
        "received_at": new.at,
        "due_at": new.due_at or new.at,
    }


def take_turn(tx: Connection, channel: str, address: str) -> None:
    """Whoever handles something of this address is alone with it until the transaction ends; SQLite has one writer.

    What somebody else has just committed is seen after this.
    """
    if tx.dialect.name == "postgresql":
        tx.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"{channel}:{address}", 0))))


def waiting(tx: Connection, channels: Iterable[str], now: datetime, most: int) -> list[Waiting]:
    """The oldest updates that can be handled now: of each address the first, unless it waits for another try."""
    rows = [row for channel in channels for row in _WAITING.rows(tx, where=channel, now=now, most=most)]
    return [Waiting(*row) for row in sorted(rows)[:most]]


def settle(tx: Connection, update_id: int) -> bool:
    """Mark an update done; False when somebody else has, or when an earlier one of its address is not done yet."""
    return _DONE.run(tx, which=update_id) == 1


def backlog(tx: Connection, most: int) -> int:
    """How many updates wait, counted up to `most`."""
    new = select(INBOX.c.id).where(INBOX.c.state == _NEW).limit(most).subquery()
    return int(tx.execute(select(func.count()).select_from(new)).scalar_one())


def fail(tx: Connection, waiting: Waiting, error: str, again_at: datetime) -> bool:
    """Count a failure of an update that is not done; True when that quarantines it, else it is tried again then."""
    tries = waiting.tries + 1
    state = "quarantined" if tries >= TRIES else "new"
    values = {"tries": tries, "state": state, "error": error, "due_at": again_at}
    failed = update(INBOX).where(INBOX.c.id == waiting.id, INBOX.c.state == "new").values(**values)
    return tx.execute(failed).rowcount == 1 and state == "quarantined"


def forget(tx: Connection, before: datetime) -> int:
    """Delete updates that were dealt with or set aside and came in before this moment; how many."""
    old = delete(INBOX).where(INBOX.c.state != "new", INBOX.c.received_at < before)
    return tx.execute(old).rowcount
