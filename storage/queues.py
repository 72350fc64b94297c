"""How the store is: whether it can be written, how long its queues are, and how old what waits in them.

Each look goes along an index and stops after a bounded number of rows, however many there are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Table, func, literal_column, select, text

from storage import instance, senders
from storage.inbox import INBOX
from storage.migrate import SCRIPTS
from storage.outbox import OUTBOX, in_state
from storage.senders import Sender

MOST: Final = 100_000  # rows that are counted: a longer queue is shown as this long
NEXT: Final = 100  # rows at the head of a lane among which the oldest is looked for
LANES: Final = ("reply", "code", "reminder", "lesson", "announcement")

_TOUCH: Final = "UPDATE alembic_version SET version_num = version_num RETURNING version_num"


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits in one place. `oldest`: since when the first of it could have gone on; None when it is empty."""

    length: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class Standing:
    """The lease of each channel (None: nobody ever held it), and since when nothing is sent by itself, if so."""

    senders: dict[str, Sender | None]
    held_at: datetime | None


@dataclass(frozen=True, slots=True)
class Queues:
    """`ready` are messages by channel and lane, `states` numbers of those that wait for time or for a person."""

    ready: dict[tuple[str, str], Queue]
    states: dict[str, int]
    updates: Queue
    quarantined: int


def standing(tx: Connection, channels: Sequence[str]) -> Standing:
    """How these channels stand."""
    return Standing({name: senders.get(tx, name) for name in channels}, instance.held_at(tx))


def look(tx: Connection, channels: Sequence[str]) -> Queues:
    """The queues of these channels."""
    places = [(channel, lane) for channel in channels for lane in range(len(LANES))]
    return Queues(
        ready={(channel, LANES[lane]): _lane(tx, channel, lane) for channel, lane in places},
        states={name: _length(tx, OUTBOX, in_state(name)) for name in ("waiting", "unknown", "held")},
        updates=_updates(tx),
        quarantined=_length(tx, INBOX, INBOX.c.state == literal_column("'quarantined'")),
    )


def _lane(tx: Connection, channel: str, lane: int) -> Queue:
    here = in_state("ready"), OUTBOX.c.channel == channel, OUTBOX.c.lane == lane
    ahead = select(OUTBOX.c.due_at).where(*here).order_by(OUTBOX.c.turn, OUTBOX.c.id).limit(NEXT)
    oldest: datetime | None = min(tx.execute(ahead).scalars(), default=None)
    return Queue(_length(tx, OUTBOX, *here) if oldest else 0, oldest)


def _updates(tx: Connection) -> Queue:
    new = INBOX.c.state == literal_column("'new'")
    first = select(INBOX.c.received_at).where(new).order_by(INBOX.c.id).limit(1)
    return Queue(_length(tx, INBOX, new), tx.execute(first).scalar_one_or_none())


def _length(tx: Connection, table: Table, *where: ColumnElement[bool]) -> int:
    some: Any = select(literal_column("1")).select_from(table).where(*where).limit(MOST).subquery()
    return int(tx.execute(select(func.count()).select_from(some)).scalar_one())


def touch(tx: Connection) -> str:
    """The revision of the store's schema; it is written as it was, which fails where nothing can be written."""
    return str(tx.execute(text(_TOUCH)).scalar_one())


@cache
def newest_schema() -> str:
    """The revision that this version of the program needs: migrations are numbered, and each follows the one before."""
    return max(script.name[:4] for script in (SCRIPTS / "versions").glob("[0-9]*.py"))
