"""Messages whose attempt has ended: what becomes of each, also where nobody knows how it ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, case, null, or_, select, update
from sqlmodel.sql.sqltypes import UTCDateTime

from domain.delivery import POLICIES, Next, Outcome
from domain.message import Kind
from storage.announcements import ANNOUNCEMENT
from storage.claiming import Claimed
from storage.hot import Prepared
from storage.outbox import ATTEMPT, OUTBOX, Turns, in_state

MOST_IN_DOUBT: Final = 1_000


@dataclass(frozen=True, slots=True)
class Ended:
    """How an attempt ended, what becomes of its message, and why."""

    outcome: Outcome
    then: Next
    reason: str


@dataclass(frozen=True, slots=True)
class InDoubt:
    """A message whose sender stopped with it in flight."""

    id: int
    kind: Kind
    step: str
    attempt: int
    doubtful: int
    fence: int


_END_ATTEMPT = Prepared(
    update(ATTEMPT)
    .where(ATTEMPT.c.outbox_id == bindparam("which"), ATTEMPT.c.number == bindparam("nth"))
    .values(
        ended_at=bindparam("now", type_=UTCDateTime()),
        outcome=bindparam("how"),
        reason=bindparam("why"),
    )
)
_OURS: Final = (in_state("sending"), OUTBOX.c.id == bindparam("which"), OUTBOX.c.fence == bindparam("mine"))
_SENT = Prepared(
    update(OUTBOX)
    .where(*_OURS)
    .values(state="sent", ended_at=bindparam("now"), sent_as=bindparam("as_"), reason="")
)
_SETTLE = Prepared(
    update(OUTBOX)
    .where(*_OURS)
    .values(
        state=bindparam("then"),
        due_at=bindparam("due"),
        ended_at=bindparam("end"),
        doubtful=bindparam("doubts"),
        reason=bindparam("why"),
    )
)
_PAUSED, _CANCELLED = (
    OUTBOX.c.announcement_id.in_(select(ANNOUNCEMENT.c.id).where(ANNOUNCEMENT.c.state == state))
    for state in ("paused", "cancelled")
)
_STOP: Final = (
    update(OUTBOX)
    .where(OUTBOX.c.id == bindparam("which"), in_state("ready", "waiting"), or_(_PAUSED, _CANCELLED))
    .values(
        state=case((_PAUSED, "held"), else_="dropped"),
        reason=case((_PAUSED, "paused"), else_="cancelled"),
        day=case((_PAUSED, OUTBOX.c.day), else_=""),
        ended_at=case((_PAUSED, null()), else_=bindparam("now", type_=UTCDateTime())),
    )
)


def settle_sent(tx: Connection, sent: Sequence[tuple[Claimed, str]], fence: int, now: datetime) -> None:
    """Write down that these were delivered, and as what the messenger knows them."""
    _END_ATTEMPT.many(
        tx,
        [{"which": each.id, "nth": each.attempt, "now": now, "how": "sent", "why": ""} for each, _ in sent],
    )
    _SENT.many(tx, [{"which": each.id, "mine": fence, "now": now, "as_": known} for each, known in sent])


def settle(tx: Connection, claimed: Claimed, ended: Ended, fence: int, now: datetime) -> None:
    """Write down how an attempt ended that did not deliver, and what becomes of the message."""
    outcome, then, reason = ended.outcome, ended.then, ended.reason
    _END_ATTEMPT.run(tx, which=claimed.id, nth=claimed.attempt, now=now, how=outcome, why=reason)
    _SETTLE.run(
        tx,
        which=claimed.id,
        mine=fence,
        then=then.state,
        due=now + then.wait,
        end=None if then.state in ("ready", "waiting") else now,
        doubts=claimed.doubtful + (outcome == "ambiguous"),
        why=reason,
    )


def move(tx: Connection, claimed: Claimed, address: int, channel: str) -> None:
    """Send it to this other address of the person instead."""
    turn = Turns(tx).next(channel, POLICIES[claimed.kind].lane, claimed.to.organisation)
    values = {"address_id": address, "channel": channel, "state": "ready", "ended_at": None, "turn": turn}
    tx.execute(update(OUTBOX).where(OUTBOX.c.id == claimed.id, in_state("failed")).values(**values))


def stop(tx: Connection, message: Claimed | InDoubt, now: datetime) -> None:
    """What would go on is held or dropped when its announcement was paused or cancelled while it was in flight."""
    if message.kind in ("announcement", "timely", "mandatory"):
        tx.execute(_STOP, {"which": message.id, "now": now})


def in_doubt(tx: Connection, channel: str, fence: int) -> list[InDoubt]:
    """Messages that a sender with a smaller fence left in flight."""
    columns = (OUTBOX.c[name] for name in ("id", "kind", "step", "attempts", "doubtful", "fence"))
    left = (in_state("sending"), OUTBOX.c.channel == channel, OUTBOX.c.fence < fence)
    rows = select(*columns).where(*left).order_by(OUTBOX.c.id).limit(MOST_IN_DOUBT)
    return [InDoubt(*row) for row in tx.execute(rows)]


def take_up(tx: Connection, left: InDoubt, outcome: Outcome, then: Next, now: datetime) -> None:
    """A message whose sender stopped goes on as `then` says; its last attempt keeps its empty outcome."""
    tx.execute(
        update(OUTBOX)
        .where(OUTBOX.c.id == left.id)
        .values(
            state=then.state,
            due_at=now + then.wait,
            ended_at=None if then.state in ("ready", "waiting") else now,
            doubtful=left.doubtful + (outcome == "ambiguous"),
            reason="sender stopped",
        )
    )
