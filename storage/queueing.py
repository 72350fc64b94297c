"""Messages that wait: what is due among them, and what the gate said of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Integer, bindparam, func, select, text, update

from domain.delivery import State
from domain.message import Kind
from domain.person import Person
from storage.announcements import ANNOUNCEMENT
from storage.hot import Prepared
from storage.organisations import ORGANISATION
from storage.outbox import OUTBOX, Passed, Turns, in_state, open_at
from storage.people import COLUMNS, IN_HOUSE, PERSON, of_row
from storage.wall import beyond


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message whose time to wait is over.

    `gated`: the gate has to be asked, which `said` why it waits; `person` is None where it cannot be.
    """

    id: int
    kind: Kind
    channel: str
    organisation: int | None
    lane: int
    step: str
    gated: bool
    not_after: datetime
    said: str
    doubtful: int
    person: Person | None


@dataclass(frozen=True, slots=True)
class Ready:
    """It may go now; `passed` is what the gate said if it was asked."""

    waiting: Waiting
    passed: Passed | None


@dataclass(frozen=True, slots=True)
class Later:
    """It waits on, until then, for what the gate said."""

    waiting: Waiting
    at: datetime
    said: str


@dataclass(frozen=True, slots=True)
class Over:
    """It is not sent."""

    waiting: Waiting
    state: State
    reason: str


Verdict = Ready | Later | Over


_FOUND = (
    select(
        OUTBOX.c.id,
        OUTBOX.c.kind,
        OUTBOX.c.channel,
        OUTBOX.c.organisation_id,
        OUTBOX.c.lane,
        OUTBOX.c.step,
        OUTBOX.c.gate,
        OUTBOX.c.day,
        OUTBOX.c.not_after,
        OUTBOX.c.doubtful,
        *COLUMNS,
    )
    .join_from(OUTBOX, PERSON, PERSON.c.id == OUTBOX.c.person_id, isouter=True)
    .join(ORGANISATION, IN_HOUSE, isouter=True)
    .where(in_state("waiting"), OUTBOX.c.due_at <= bindparam("now"))
    .order_by(OUTBOX.c.due_at, OUTBOX.c.id)
    .limit(bindparam("most", type_=Integer))
)
# Another scheduler may have a row in hand, or a coordinator (SQLite has one writer anyway, and no such words).
_DUE = Prepared(
    lambda dialect: _FOUND if dialect == "sqlite" else _FOUND.with_for_update(of=OUTBOX, skip_locked=True)
)
_STILL: tuple[Any, ...] = (in_state("waiting"), OUTBOX.c.id == bindparam("which"))
_READY = Prepared(update(OUTBOX).where(*_STILL).values(state="ready", turn=bindparam("place")))
_PASSED = Prepared(
    update(OUTBOX)
    .where(*_STILL)
    .values(
        state="ready",
        turn=bindparam("place"),
        gate=bindparam("said"),
        day=bindparam("date"),
        until=bindparam("end"),
    )
)
_LATER = Prepared(update(OUTBOX).where(*_STILL).values(due_at=bindparam("then"), gate=bindparam("said")))
_OVER = Prepared(
    update(OUTBOX)
    .where(*_STILL)
    .values(state=bindparam("end"), reason=bindparam("why"), ended_at=bindparam("now"))
)
KEYS_AT_ONCE = 500
_COUNTED = Prepared(
    select(func.count()).where(
        text("day <> ''"), OUTBOX.c.day == bindparam("date"), OUTBOX.c.person_id == bindparam("who")
    )
)


def due(tx: Connection, now: datetime, most: int) -> list[Waiting]:
    """Messages that have waited long enough, the longest due first; nobody else has them until the transaction ends."""
    return [_waiting(row) for row in _DUE.rows(tx, now=now, most=most)]


def _waiting(row: Sequence[Any]) -> Waiting:
    return Waiting(
        id=row[0],
        kind=row[1],
        channel=row[2],
        organisation=row[3],
        lane=row[4],
        step=row[5],
        gated=row[6] != "" and row[7] == "",
        not_after=row[8],
        said=row[6],
        doubtful=row[9],
        person=of_row(row[10:]) if row[10] is not None else None,
    )


def counted(tx: Connection, person: int, day: str) -> int:
    """How many messages count for the person on this date so far."""
    with beyond(tx, "messages"):
        row = _COUNTED.row(tx, who=person, date=day)
    return int(row[0]) if row else 0


def carry_out(tx: Connection, verdicts: Sequence[Verdict], now: datetime) -> None:
    """What was decided of each, in one go; what went on its way meanwhile is left alone."""
    turns = Turns(tx)
    ready = [each for each in verdicts if isinstance(each, Ready)]
    _READY.many(tx, [_place(each, turns) for each in ready if each.passed is None])
    passed = [(each, each.passed) for each in ready if each.passed]
    _PASSED.many(tx, [_place(each, turns) | _kept(what) for each, what in passed])
    _LATER.many(
        tx,
        [
            {"which": each.waiting.id, "then": each.at, "said": each.said}
            for each in verdicts
            if isinstance(each, Later)
        ],
    )
    _OVER.many(
        tx,
        [
            {"which": each.waiting.id, "end": each.state, "why": each.reason, "now": now}
            for each in verdicts
            if isinstance(each, Over)
        ],
    )


def _place(ready: Ready, turns: Turns) -> dict[str, Any]:
    waiting = ready.waiting
    return {"which": waiting.id, "place": turns.next(waiting.channel, waiting.lane, waiting.organisation)}


def _kept(passed: Passed) -> dict[str, Any]:
    return {"said": passed.gate, "date": passed.day, "end": passed.until}


def ask_again(tx: Connection, outbox: int, now: datetime) -> None:
    """The person's hours ended before this message went: the gate is asked once more."""
    values = {"state": "waiting", "due_at": now, "day": "", "until": None}
    tx.execute(update(OUTBOX).where(OUTBOX.c.id == outbox).values(**values))


def hold(tx: Connection, announcement: int) -> int:
    """What is left of an announcement waits for a person; how many messages."""
    return _change(tx, announcement, ("ready", "waiting"), state="held", reason="paused", day="")


def let_go(tx: Connection, announcement: int, now: datetime) -> int:
    """What a pause held of an announcement asks the gate again; how many messages. What a restored store holds waits
    for whoever decides about that."""
    values = {"state": "waiting", "due_at": now, "day": "", "until": None, "reason": ""}
    left = (OUTBOX.c.announcement_id == announcement, in_state("held"), OUTBOX.c.reason == "paused")
    return tx.execute(update(OUTBOX).where(*left).values(**values)).rowcount


def cancel(tx: Connection, announcement: int, now: datetime) -> int:
    """What is left of an announcement is not sent; how many messages."""
    left = ("ready", "waiting", "held")
    return _change(tx, announcement, left, state="dropped", reason="cancelled", ended_at=now, day="")


def _change(tx: Connection, announcement: int, states: tuple[str, ...], **values: Any) -> int:
    left = (OUTBOX.c.announcement_id == announcement, in_state(*states))
    return tx.execute(update(OUTBOX).where(*left).values(**values)).rowcount


def drop_keys(tx: Connection, keys: Sequence[str], now: datetime) -> int:
    """What has not gone yet of the messages with these keys does not go, as it says what is not so any more."""
    dropped = 0
    for start in range(0, len(keys), KEYS_AT_ONCE):
        left = (OUTBOX.c.key.in_(keys[start : start + KEYS_AT_ONCE]), in_state("ready", "waiting", "held"))
        gone = {"state": "dropped", "reason": "overtaken", "ended_at": now, "day": ""}
        dropped += tx.execute(update(OUTBOX).where(*left).values(**gone)).rowcount
    return dropped


def drop_at(tx: Connection, address: int, now: datetime) -> int:
    """What has not gone to this address yet and is no reply does not go; how many messages."""
    left = (open_at(address), in_state("ready", "waiting", "held"), OUTBOX.c.kind != "reply")
    there = update(OUTBOX).where(*left)
    return tx.execute(there.values(state="dropped", reason="stopped here", ended_at=now, day="")).rowcount


def hold_open(tx: Connection) -> int:
    """Everything that is not sent yet waits for a person; how many messages."""
    left = update(OUTBOX).where(in_state("ready", "waiting", "sending"))
    return tx.execute(left.values(state="held", reason="restored")).rowcount


def held_by_organisation(tx: Connection) -> dict[int | None, int]:
    """How many messages of each organisation are held because of a restored store."""
    held = (in_state("held"), OUTBOX.c.reason == "restored")
    counted = select(OUTBOX.c.organisation_id, func.count()).where(*held)
    return {row[0]: row[1] for row in tx.execute(counted.group_by(OUTBOX.c.organisation_id))}


def let_go_open(tx: Connection, now: datetime) -> int:
    """What was held because of a restored store asks the gate again; how many messages. What is of an announcement that
    somebody paused stays held, by that."""
    paused = select(ANNOUNCEMENT.c.id).where(ANNOUNCEMENT.c.state == "paused")
    stays = (in_state("held"), OUTBOX.c.reason == "restored", OUTBOX.c.announcement_id.in_(paused))
    tx.execute(update(OUTBOX).where(*stays).values(reason="paused"))
    held = update(OUTBOX).where(in_state("held"), OUTBOX.c.reason == "restored")
    values = {"state": "waiting", "due_at": now, "day": "", "until": None, "reason": ""}
    return tx.execute(held.values(**values)).rowcount


def held_lessons(tx: Connection) -> list[str]:
    """The steps of lessons that are held because of a restored store."""
    held = (in_state("held"), OUTBOX.c.reason == "restored", OUTBOX.c.kind == "lesson", OUTBOX.c.step != "")
    return list(tx.execute(select(OUTBOX.c.step).where(*held).order_by(OUTBOX.c.id)).scalars())


def drop_held(tx: Connection, now: datetime) -> int:
    """What was held because of a restored store is not sent; how many messages."""
    held = update(OUTBOX).where(in_state("held"), OUTBOX.c.reason == "restored")
    return tx.execute(held.values(state="dropped", ended_at=now, day="")).rowcount
