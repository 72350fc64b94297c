"""Who may send for a messenger: one process at a time, by a lease that beats and a fence that only grows.

A lease needs no clock that two machines share: whoever wants it watches the beat, and takes it over when it stood
still for a while by the watcher's own clock. Every claim and every settlement names the fence that it was made under,
so a process that slept through a takeover cannot write any more.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, or_, select, update
from sqlmodel import Field, SQLModel

from storage.dialect import insert_new
from storage.hot import Prepared
from storage.table import core


class SenderRow(SQLModel, table=True):
    """`owner` is the process that holds the lease ("" when it was given back), `beat` grows while it is held.

    `paused_until`: the messenger takes nothing from our account before. `heard_at`: when the messenger was last heard.
    """

    __tablename__ = "sender"
    channel: str = Field(primary_key=True)
    fence: int
    owner: str
    beat: int
    paused_until: datetime | None = None
    heard_at: datetime | None = None


class GapRow(SQLModel, table=True):
    """A time in which a messenger was not heard so long that it forgot what people pressed; `asked` were told."""

    __tablename__ = "gap"
    id: int | None = Field(default=None, primary_key=True)
    channel: str
    began_at: datetime
    ended_at: datetime
    asked: int


SENDER, GAP = core(SenderRow), core(GapRow)


class Fenced(Exception):
    """Another process sends for this messenger now."""


@dataclass(frozen=True, slots=True)
class Sender:
    """The lease of a messenger as it stands."""

    fence: int
    owner: str
    beat: int
    paused_until: datetime | None
    heard_at: datetime | None


_MINE = (SENDER.c.channel == bindparam("which"), SENDER.c.fence == bindparam("mine"))
_HOLD = Prepared(update(SENDER).where(*_MINE).values(beat=SENDER.c.beat + 1))


def get(tx: Connection, channel: str) -> Sender | None:
    """The lease; None when nobody ever held it."""
    columns = (SENDER.c.fence, SENDER.c.owner, SENDER.c.beat, SENDER.c.paused_until, SENDER.c.heard_at)
    row = tx.execute(select(*columns).where(SENDER.c.channel == channel)).one_or_none()
    return Sender(*row) if row else None


def sends(tx: Connection, channel: str) -> bool:
    """Whether a process sends for the messenger now."""
    found = get(tx, channel)
    return found is not None and found.owner != ""


def take(tx: Connection, channel: str, owner: str, seen: Sender | None) -> Sender | None:
    """The lease with the next fence, when it is still as it was seen; None when somebody else moved."""
    if seen is None:
        seen = Sender(0, "", 0, None, None)
        insert_new(tx, SENDER, channel=channel, fence=0, owner="", beat=0)
    unmoved = (SENDER.c.channel == channel, SENDER.c.fence == seen.fence, SENDER.c.beat == seen.beat)
    mine = update(SENDER).where(*unmoved).values(fence=seen.fence + 1, owner=owner, beat=seen.beat + 1)
    return get(tx, channel) if tx.execute(mine).rowcount == 1 else None


def hold(tx: Connection, channel: str, fence: int) -> None:
    """Beat; raises Fenced when the lease is somebody else's."""
    if _HOLD.run(tx, which=channel, mine=fence) != 1:
        raise Fenced(channel)


def give_back(tx: Connection, channel: str, fence: int) -> None:
    """Let the next process take the lease at once."""
    mine = (SENDER.c.channel == channel, SENDER.c.fence == fence)
    tx.execute(update(SENDER).where(*mine).values(owner="", beat=SENDER.c.beat + 1))


def pause(tx: Connection, channel: str, until: datetime) -> None:
    """Send nothing for this messenger before then; a pause that lasts longer stays."""
    shorter = or_(SENDER.c.paused_until.is_(None), SENDER.c.paused_until < until)
    tx.execute(update(SENDER).where(SENDER.c.channel == channel, shorter).values(paused_until=until))


def heard(tx: Connection, channel: str, fence: int, at: datetime) -> None:
    """The messenger was heard; raises Fenced when the lease is somebody else's."""
    mine = (SENDER.c.channel == channel, SENDER.c.fence == fence)
    if tx.execute(update(SENDER).where(*mine).values(heard_at=at)).rowcount != 1:
        raise Fenced(channel)


def note_gap(tx: Connection, channel: str, began: datetime, ended: datetime, asked: int) -> None:
    """Keep that the messenger was not heard for a while."""
    tx.execute(insert(GAP).values(channel=channel, began_at=began, ended_at=ended, asked=asked))
