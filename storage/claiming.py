"""Messages out of the outbox: what may go is claimed, and journalled before its first byte."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    and_,
    bindparam,
    exists,
    func,
    insert,
    literal_column,
    or_,
    select,
    update,
)

from domain.language import DEFAULT, Language
from domain.message import Kind, Message
from domain.messengers import ALWAYS
from storage.addresses import ADDRESS
from storage.codec import load_message
from storage.hot import Prepared
from storage.organisations import ORGANISATION, listed
from storage.outbox import ATTEMPT, OPEN, OUTBOX, To, in_state
from storage.people import IN_HOUSE, PERSON

ANYWHERE: Final = ("reply", "code")  # kinds that answer what somebody just did, where they did it


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that is ours to send, and its attempt. `target` is the messenger's id of the message to change.

    `allowed`: it may go there; what comes by itself goes only to messengers that the person's main organisation allows.
    """

    id: int
    key: str
    attempt: int
    doubtful: int
    to: To
    place: str
    language: Language
    kind: Kind
    body: str
    step: str
    edits: bool
    target: str
    due_at: datetime
    not_after: datetime
    until: datetime | None
    reachable: bool
    allowed: bool

    @property
    def message(self) -> Message:
        """What is to be said; raises ValueError when this version cannot read it."""
        return load_message(self.body)


def _free() -> ColumnElement[bool]:
    """No other message of the address is in flight, and no earlier one that is as urgent waits for its next try.

    One that waits for the person's hours holds up nobody, tried or not.
    """
    other = OUTBOX.alias("other")
    ready, waiting, sending = (
        other.c.state == literal_column(f"'{state}'") for state in ("ready", "waiting", "sending")
    )
    open_ = in_state(*OPEN, of=other)
    earlier = and_(other.c.id < OUTBOX.c.id, other.c.lane <= OUTBOX.c.lane)
    empty: ColumnElement[str] = literal_column("''")
    tried = and_(waiting, other.c.attempts > 0, or_(other.c.gate == empty, other.c.day != empty))
    ahead = or_(sending, and_(earlier, or_(ready, tried)))
    return ~exists().where(other.c.address_id == OUTBOX.c.address_id, open_, ahead)


_MINE: Final = (in_state("ready"), OUTBOX.c.channel == bindparam("channel"))
_ANY = Prepared(select(OUTBOX.c.id).where(*_MINE, _free()).limit(1))
_changed = OUTBOX.alias("changed")
_FOUND = (
    select(
        OUTBOX.c.id,
        OUTBOX.c.key,
        OUTBOX.c.attempts,
        OUTBOX.c.doubtful,
        OUTBOX.c.address_id,
        OUTBOX.c.channel,
        OUTBOX.c.person_id,
        OUTBOX.c.organisation_id,
        ADDRESS.c.key.label("place"),
        func.coalesce(PERSON.c.language, ADDRESS.c.language).label("spoken"),
        OUTBOX.c.kind,
        OUTBOX.c.body,
        OUTBOX.c.step,
        OUTBOX.c.edits,
        _changed.c.sent_as,
        OUTBOX.c.due_at,
        OUTBOX.c.not_after,
        OUTBOX.c.until,
        ADDRESS.c.reachable,
        ORGANISATION.c.messengers,
    )
    .join_from(OUTBOX, ADDRESS, ADDRESS.c.id == OUTBOX.c.address_id)
    .outerjoin(PERSON, PERSON.c.id == OUTBOX.c.person_id)
    .outerjoin(ORGANISATION, IN_HOUSE)
    .outerjoin(_changed, _changed.c.id == OUTBOX.c.edits)
    .where(*_MINE, _free())
    .order_by(OUTBOX.c.lane, OUTBOX.c.turn, OUTBOX.c.id)
    .limit(bindparam("most", type_=Integer))
)
# A coordinator may have a row in hand (SQLite has one writer anyway, and no such words).
_CLAIM = Prepared(
    lambda dialect: _FOUND if dialect == "sqlite" else _FOUND.with_for_update(of=OUTBOX, skip_locked=True)
)
_TAKE = Prepared(
    update(OUTBOX)
    .where(OUTBOX.c.id == bindparam("which"))
    .values(state="sending", fence=bindparam("mine"), attempts=bindparam("number"))
)
_JOURNAL = Prepared(insert(ATTEMPT), ["outbox_id", "number", "fence", "started_at", "outcome", "reason"])


def anything(tx: Connection, channel: str) -> bool:
    """Whether there is something to claim; only a look."""
    return _ANY.row(tx, channel=channel) is not None


def claim(tx: Connection, channel: str, fence: int, now: datetime, most: int) -> list[Claimed]:
    """Take up to `most` messages, the most urgent lane first, one an address; journal an attempt of each."""
    claimed = [_claimed(row) for row in _one_each(_CLAIM.rows(tx, channel=channel, most=most))]
    _TAKE.many(tx, [{"which": each.id, "mine": fence, "number": each.attempt} for each in claimed])
    _JOURNAL.many(
        tx,
        [
            {
                "outbox_id": each.id,
                "number": each.attempt,
                "fence": fence,
                "started_at": now,
                "outcome": "",
                "reason": "",
            }
            for each in claimed
        ],
    )
    return claimed


def _one_each(rows: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The first for each address: two of different lanes can be found at once."""
    return list({row[4]: row for row in reversed(rows)}.values())[::-1]


def _claimed(row: tuple[Any, ...]) -> Claimed:
    return Claimed(
        id=row[0],
        key=row[1],
        attempt=row[2] + 1,
        doubtful=row[3],
        to=To(row[4], row[5], row[6], row[7]),
        place=row[8],
        language=row[9] or DEFAULT,
        kind=row[10],
        body=row[11],
        step=row[12],
        edits=row[13] is not None,
        target=row[14] or "",
        due_at=row[15],
        not_after=row[16],
        until=row[17],
        reachable=row[18],
        allowed=row[10] in ANYWHERE or not row[19] or row[5] in (*listed(row[19]), *ALWAYS),
    )


def attempts(tx: Connection) -> int:
    """The number of the newest attempt; 0 when there was none."""
    return int(tx.execute(select(func.coalesce(func.max(ATTEMPT.c.id), 0))).scalar_one())
