"""Messages on their way out: claimed under a lease, journalled before the first byte, settled by their outcome."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Index,
    Select,
    UniqueConstraint,
    and_,
    exists,
    func,
    insert,
    or_,
    select,
    text,
    update,
)
from sqlmodel import Field, SQLModel

from domain.delivery import LEASE, POLICIES, Next, Outcome
from domain.language import DEFAULT, Language
from domain.message import Kind, Message, ShowCard
from storage.addresses import ADDRESS
from storage.codec import dump_message, load_message
from storage.dialect import insert_new
from storage.people import PERSON
from storage.table import core

_IS_OPEN, _HAS_STEP = text("state IN ('ready', 'sending')"), text("step <> ''")


class OutboxRow(SQLModel, table=True):
    """`key` is natural: kind, person, item, occurrence. `state`: ready, sending, sent, unknown, failed, dropped.

    `edits` is the id of the row whose message this one changes, `step` the key on its buttons, `sent_as` the
    messenger's id of the message.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("outbox_ready", "due_at", sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN),
        Index("outbox_open", "address_id", "id", sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN),
        Index("outbox_step", "step", sqlite_where=_HAS_STEP, postgresql_where=_HAS_STEP),
    )
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    address_id: int = Field(foreign_key="address.id")
    kind: str
    lane: int
    body: str
    edits: int | None = None
    step: str
    state: str
    due_at: datetime
    not_after: datetime
    lease_until: datetime | None = None
    created_at: datetime
    sent_as: str = ""
    reason: str = ""


class AttemptRow(SQLModel, table=True):
    """One try to send; written before the first byte leaves. An empty outcome means that nobody knows."""

    __tablename__ = "attempt"
    __table_args__ = (UniqueConstraint("outbox_id", "number"),)
    id: int | None = Field(default=None, primary_key=True)
    outbox_id: int = Field(foreign_key="outbox.id")
    number: int
    started_at: datetime
    ended_at: datetime | None = None
    outcome: str = ""
    reason: str = ""


OUTBOX, ATTEMPT = core(OutboxRow), core(AttemptRow)
OPEN = ("ready", "sending")


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that is ours to send, and its attempt. `target` is the messenger's id of the message to change."""

    id: int
    key: str
    attempt: int
    doubtful: int
    channel: str
    address: int
    to: str
    language: Language
    kind: Kind
    body: str
    target: str

    @property
    def message(self) -> Message:
        """What is to be said; raises ValueError when this version cannot read it."""
        return load_message(self.body)


def add(
    tx: Connection,
    message: Message,
    *,
    key: str,
    address: int,
    kind: Kind,
    at: datetime,
    edits: int | None = None,
) -> int | None:
    """A new message's id; None when its key is there already."""
    policy = POLICIES[kind]
    new = insert_new(
        tx,
        OUTBOX,
        key=key,
        address_id=address,
        kind=kind,
        lane=policy.lane,
        body=dump_message(message),
        edits=edits,
        step=message.step if isinstance(message, ShowCard) and edits is None else "",
        state="ready",
        due_at=at,
        not_after=at + policy.late_after,
        created_at=at,
        sent_as="",
        reason="",
    )
    return int(tx.execute(select(OUTBOX.c.id).where(OUTBOX.c.key == key)).scalar_one()) if new else None


def anything(tx: Connection, channel: str, now: datetime) -> bool:
    """Whether there is something to claim, to take up or to give up; only a look."""
    left = or_(
        and_(OUTBOX.c.state == "sending", OUTBOX.c.lease_until < now),
        and_(OUTBOX.c.state == "ready", OUTBOX.c.not_after < now),
    )
    mine = select(OUTBOX.c.id).join(ADDRESS, ADDRESS.c.id == OUTBOX.c.address_id)
    looks = _claimable(channel, now), mine.where(ADDRESS.c.channel == channel, left)
    return any(tx.execute(rows.limit(1)).first() for rows in looks)


def claim(tx: Connection, channel: str, now: datetime, most: int) -> list[Claimed]:
    """Take up to `most` messages, one for each address and each the oldest open one there; journal an attempt each."""
    rows = _claimable(channel, now).limit(most)
    if tx.dialect.name == "postgresql":
        rows = rows.with_for_update(skip_locked=True, of=OUTBOX)
    return [_take(tx, row, now) for row in tx.execute(rows).scalars().all()]


def _claimable(channel: str, now: datetime) -> Select[Any]:
    earlier = OUTBOX.alias("earlier")
    first = ~exists().where(
        earlier.c.address_id == OUTBOX.c.address_id, earlier.c.id < OUTBOX.c.id, earlier.c.state.in_(OPEN)
    )
    ready = (OUTBOX.c.state == "ready", OUTBOX.c.due_at <= now, ADDRESS.c.channel == channel, first)
    rows = select(OUTBOX.c.id).join(ADDRESS, ADDRESS.c.id == OUTBOX.c.address_id).where(*ready)
    return rows.order_by(OUTBOX.c.lane, OUTBOX.c.id)


def _take(tx: Connection, outbox: int, now: datetime) -> Claimed:
    tx.execute(update(OUTBOX).where(OUTBOX.c.id == outbox).values(state="sending", lease_until=now + LEASE))
    tries = select(func.count(), func.count().filter(ATTEMPT.c.outcome.in_(("", "ambiguous"))))
    number, doubtful = tx.execute(tries.where(ATTEMPT.c.outbox_id == outbox)).one()
    tx.execute(
        insert(ATTEMPT).values(outbox_id=outbox, number=number + 1, started_at=now, outcome="", reason="")
    )
    row = tx.execute(_to_send(outbox)).one()._mapping
    return Claimed(
        id=outbox,
        key=row["key"],
        attempt=number + 1,
        doubtful=doubtful,
        channel=row["channel"],
        address=row["address_id"],
        to=row["to"],
        language=row["spoken"] or DEFAULT,
        kind=row["kind"],
        body=row["body"],
        target=row["target"] or "",
    )


def _to_send(outbox: int) -> Select[Any]:
    changed = OUTBOX.alias("changed")
    spoken = func.coalesce(PERSON.c.language, ADDRESS.c.language).label("spoken")
    rows = select(OUTBOX, ADDRESS.c.channel, ADDRESS.c.key.label("to"), ADDRESS.c.person_id, spoken)
    rows = rows.add_columns(changed.c.sent_as.label("target"))
    rows = rows.join_from(OUTBOX, ADDRESS, ADDRESS.c.id == OUTBOX.c.address_id)
    rows = rows.outerjoin(PERSON, PERSON.c.id == ADDRESS.c.person_id)
    return rows.outerjoin(changed, changed.c.id == OUTBOX.c.edits).where(OUTBOX.c.id == outbox)


def settle(
    tx: Connection,
    claimed: Claimed,
    outcome: Outcome,
    then: Next,
    now: datetime,
    *,
    sent_as: str = "",
    reason: str = "",
) -> bool:
    """Write down how the attempt ended and what becomes of the message.

    False when the message is not ours any more (its lease ran out and it was taken up): only the attempt is noted.
    """
    mine = and_(ATTEMPT.c.outbox_id == claimed.id, ATTEMPT.c.number == claimed.attempt)
    tx.execute(update(ATTEMPT).where(mine).values(ended_at=now, outcome=outcome, reason=reason))
    values = {"state": then.state, "due_at": now + then.wait, "lease_until": None, "reason": reason}
    later = exists().where(ATTEMPT.c.outbox_id == claimed.id, ATTEMPT.c.number > claimed.attempt)
    ours = update(OUTBOX).where(OUTBOX.c.id == claimed.id, OUTBOX.c.state == "sending", ~later)
    return tx.execute(ours.values(**values, sent_as=sent_as)).rowcount == 1


def drop_late(tx: Connection, now: datetime) -> int:
    """Give up messages that are of no use any more; how many."""
    late = update(OUTBOX).where(OUTBOX.c.state == "ready", OUTBOX.c.not_after < now)
    return tx.execute(late.values(state="dropped", reason="late")).rowcount


def abandoned(tx: Connection, channel: str, now: datetime) -> list[tuple[int, Kind, int, int]]:
    """Messages whose sender died with them in flight: id, kind, attempts, attempts that may have arrived."""
    doubtful = func.count().filter(or_(ATTEMPT.c.outcome == "", ATTEMPT.c.outcome == "ambiguous"))
    rows = select(OUTBOX.c.id, OUTBOX.c.kind, func.count(), doubtful)
    rows = rows.join_from(OUTBOX, ATTEMPT, ATTEMPT.c.outbox_id == OUTBOX.c.id)
    rows = rows.join(ADDRESS, ADDRESS.c.id == OUTBOX.c.address_id).where(ADDRESS.c.channel == channel)
    rows = rows.where(OUTBOX.c.state == "sending", OUTBOX.c.lease_until < now)
    return [(row[0], row[1], row[2], row[3]) for row in tx.execute(rows.group_by(OUTBOX.c.id, OUTBOX.c.kind))]


def release(tx: Connection, outbox: int, then: Next, now: datetime) -> None:
    """An abandoned message goes on as `then` says."""
    values = {"state": then.state, "due_at": now + then.wait, "lease_until": None, "reason": "sender stopped"}
    tx.execute(update(OUTBOX).where(OUTBOX.c.id == outbox, OUTBOX.c.state == "sending").values(**values))


def newest_of_step(tx: Connection, address: int, step: str) -> int | None:
    """The id of the message whose buttons carry this step key, sent to the address last."""
    rows = select(func.max(OUTBOX.c.id)).where(OUTBOX.c.address_id == address, OUTBOX.c.edits.is_(None))
    return tx.execute(rows.where(OUTBOX.c.step == step)).scalar_one_or_none()
