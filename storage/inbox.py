"""Updates as they came in: stored before they are acknowledged, handled in order per address."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Index, UniqueConstraint, delete, exists, select, text, update
from sqlmodel import Field, SQLModel

from storage.dialect import insert_new
from storage.table import core

TRIES = 5


class InboxRow(SQLModel, table=True):
    """A raw update. `state`: new, done, or quarantined after TRIES failures; `due_at` is when to try (again)."""

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("channel", "account", "key"),
        Index("inbox_new", "id", sqlite_where=text("state = 'new'"), postgresql_where=text("state = 'new'")),
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


@dataclass(frozen=True, slots=True)
class Waiting:
    """An update that waits to be handled."""

    id: int
    channel: str
    account: str
    address: str
    raw: str
    tries: int


def add(
    tx: Connection, *, channel: str, account: str, key: str, address: str, raw: str, at: datetime
) -> bool:
    """Store an update; False when its key is there already."""
    return insert_new(
        tx,
        INBOX,
        channel=channel,
        account=account,
        key=key,
        address=address,
        raw=raw,
        received_at=at,
        due_at=at,
        state="new",
        tries=0,
        error="",
    )


def waiting(tx: Connection, channels: Sequence[str], now: datetime, most: int) -> list[Waiting]:
    """The oldest updates that are to be handled; none behind one of its address that has to wait for another try."""
    columns = (INBOX.c[name] for name in ("id", "channel", "account", "address", "raw", "tries"))
    before = INBOX.alias("before")
    held_up = exists().where(
        before.c.state == "new",
        before.c.channel == INBOX.c.channel,
        before.c.address == INBOX.c.address,
        before.c.id <= INBOX.c.id,
        before.c.due_at > now,
    )
    rows = select(*columns).where(INBOX.c.state == "new", INBOX.c.channel.in_(channels), ~held_up)
    return [Waiting(*row) for row in tx.execute(rows.order_by(INBOX.c.id).limit(most))]


def settle(tx: Connection, update_id: int) -> bool:
    """Mark an update done; False when somebody else has."""
    done = update(INBOX).where(INBOX.c.id == update_id, INBOX.c.state == "new").values(state="done")
    return tx.execute(done).rowcount == 1


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
