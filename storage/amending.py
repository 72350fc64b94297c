"""Changes of an announcement that went: a row of the outbox for each message, and how many of them are done."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, String, cast, exists, func, literal, or_, select

from storage.groups import BOUND, GROUP
from storage.outbox import OUTBOX, To


@dataclass(frozen=True, slots=True)
class Amended:
    """How many messages were changed, wait to be, could not be, and stand where nothing can be changed."""

    done: int = 0
    left: int = 0
    failed: int = 0
    fixed: int = 0

    @property
    def mark(self) -> str:
        """A word that is another one when one of these is."""
        return f"{self.done}.{self.left}.{self.failed}.{self.fixed}"


def key_of(announcement: int, revision: int, message: int) -> str:
    """The key of the row that changes a message."""
    return f"change:{announcement}:{revision}:{message}"


def arrived(tx: Connection, announcement: int, channels: Collection[str]) -> list[tuple[int, To]]:
    """The messages of these messengers that are there, or are just being sent: to people, and to groups that are bound
    still."""
    columns = (OUTBOX.c.id, OUTBOX.c.address_id, OUTBOX.c.channel, OUTBOX.c.person_id)
    there = (OUTBOX.c.announcement_id == announcement, OUTBOX.c.state.in_(("sent", "sending")))
    grouped = exists().where(GROUP.c.address_id == OUTBOX.c.address_id, *BOUND)
    rows = select(*columns, OUTBOX.c.organisation_id).where(
        *there, OUTBOX.c.channel.in_(channels), or_(OUTBOX.c.person_id.is_not(None), grouped)
    )
    return [(row[0], To(*row[1:])) for row in tx.execute(rows.order_by(OUTBOX.c.id))]


def count(
    tx: Connection, announcement: int, revision: int, since: datetime, channels: Collection[str]
) -> Amended:
    """How far this change is, which was made then; nothing can be changed but in these messengers."""
    change = OUTBOX.alias("change")
    known = literal(key_of(announcement, revision, 0)[:-1]).concat(cast(OUTBOX.c.id, String))
    rows = select(OUTBOX.c.channel, change.c.state, func.count()).select_from(
        OUTBOX.outerjoin(change, change.c.key == known)
    )
    went = (OUTBOX.c.announcement_id == announcement, OUTBOX.c.state == "sent", OUTBOX.c.ended_at <= since)
    rows = rows.where(*went).group_by(OUTBOX.c.channel, change.c.state)
    found = {"done": 0, "left": 0, "failed": 0, "fixed": 0}
    for channel, state, many in tx.execute(rows):
        if state is None and channel in channels:
            continue  # it went with the new words
        open_ = "left" if state in ("ready", "waiting", "sending") else "failed"
        found["fixed" if channel not in channels else "done" if state == "sent" else open_] += many
    return Amended(**found)
