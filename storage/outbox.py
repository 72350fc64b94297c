"""Messages on their way out: the table, and how a message gets into it. How it gets out: claiming.py, settling.py."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from functools import lru_cache, partial
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    FromClause,
    Index,
    UniqueConstraint,
    and_,
    bindparam,
    func,
    literal_column,
    not_,
    or_,
    select,
    text,
)
from sqlmodel import Field, SQLModel

from domain.delivery import POLICIES, State
from domain.listening import Told
from domain.message import Kind, Message, Notice, ShowCard
from storage.bulk import Bulk
from storage.codec import dump_message, load_message
from storage.dialect import add_rows, numbered
from storage.enrolments import ENROLMENT
from storage.hot import Prepared
from storage.steps import STEP
from storage.table import EMPTY, ZERO, core
from storage.wall import beyond

OPEN: Final = ("ready", "sending", "waiting", "held")  # states that are not over
ODD: Final = ("unknown", "failed", "dropped", "expired", "held")  # states that a person may want to look at
BULK: Final = 2  # lanes from this one on are shared fairly among organisations


def _where(condition: str) -> dict[str, Any]:
    """A partial index, on both stores."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


def _one_of(states: Collection[str]) -> str:
    """SQLite makes a list (`IN`) anew at each row that is written, 2 us; and each of what is joined by OR by itself
    would let it look there for one state, behind all the others."""
    return "NOT (" + " AND ".join(f"state != '{state}'" for state in states) + ")"


_IS_SHARED = "state = 'ready' AND turn > 0"


class OutboxRow(SQLModel, table=True):
    """`key` is natural: kind, person, item, occurrence.

    `state`: waiting (until `due_at`) -> ready -> sending -> sent, unknown (it may have arrived) or failed; dropped (by
    the gate or a coordinator), expired (too late), held (waits for a person). `reason` says why it is where it is.
    `gate` is what the gate said last ("" for what nobody asked it about), `until` when it has to be asked again, `day`
    the person's date on which the message counts. `turn` is its place in its lane, `fence` who claimed it last.
    `person_id` and `organisation_id` are those behind the address, kept here to be looked for (without a reference
    to check at each insert). `edits` is the id of the row whose message this one changes, `step` the key on its
    buttons, `sent_as` the messenger's id of the message. `doubtful` counts the attempts that may have arrived.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("outbox_ready", "channel", "lane", "turn", "id", **_where("state = 'ready'")),
        Index("outbox_fair", "channel", "lane", "organisation_id", "turn", **_where(_IS_SHARED)),
        Index("outbox_open", "address_id", "id", **_where(_one_of(OPEN))),
        Index("outbox_due", "due_at", "id", **_where("state = 'waiting'")),
        Index("outbox_odd", "state", "organisation_id", "id", **_where(_one_of(ODD))),
        Index("outbox_sending", "channel", **_where("state = 'sending'")),
        Index("outbox_day", "day", "person_id", **_where("day <> ''")),
        Index("outbox_step", "step", **_where("step <> ''")),
        Index("outbox_announcement", "announcement_id", **_where("announcement_id IS NOT NULL")),
        Index("outbox_person", "person_id", "id"),
        Index("outbox_organisation", "organisation_id", "id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    address_id: int = Field(foreign_key="address.id")
    channel: str = Field(sa_column_kwargs=EMPTY)
    person_id: int | None = None
    organisation_id: int | None = None
    announcement_id: int | None = Field(default=None, foreign_key="announcement.id")
    kind: str
    lane: int
    turn: int = Field(sa_type=BigInteger, sa_column_kwargs=ZERO)
    body: str
    edits: int | None = None
    step: str
    state: str
    gate: str = Field(sa_column_kwargs=EMPTY)
    day: str = Field(sa_column_kwargs=EMPTY)
    due_at: datetime
    not_after: datetime
    until: datetime | None = None
    attempts: int = Field(sa_column_kwargs=ZERO)
    doubtful: int = Field(sa_column_kwargs=ZERO)
    fence: int = Field(sa_column_kwargs=ZERO)
    created_at: datetime
    ended_at: datetime | None = None
    sent_as: str
    reason: str


class AttemptRow(SQLModel, table=True):
    """One try to send; written before the first byte leaves. An empty outcome means that nobody knows."""

    __tablename__ = "attempt"
    __table_args__ = (UniqueConstraint("outbox_id", "number"),)
    id: int | None = Field(default=None, primary_key=True)
    outbox_id: int = Field(foreign_key="outbox.id")
    number: int
    fence: int = Field(sa_column_kwargs=ZERO)
    started_at: datetime
    ended_at: datetime | None = None
    outcome: str = ""
    reason: str = ""


OUTBOX, ATTEMPT = core(OutboxRow), core(AttemptRow)


def in_state(*states: str, of: FromClause = OUTBOX) -> ColumnElement[bool]:
    """Whether a row is in one of these states, in words that a partial index understands."""
    others = [of.c.state != literal_column(f"'{state}'") for state in states]
    if len(states) > 1:
        return not_(and_(*others))
    is_it = not_(others[0])
    return and_(in_state(*ODD, of=of), is_it) if states[0] in ODD else is_it


def open_at(address: int) -> ColumnElement[bool]:
    """Whether a message to this address is not over."""
    return and_(OUTBOX.c.address_id == address, in_state(*OPEN))


class To(NamedTuple):
    """Where a message goes: an address, and who is behind it."""

    address: int
    channel: str
    person: int | None = None
    organisation: int | None = None


class Passed(NamedTuple):
    """What the gate said of a message: why, from when (None: now), until when, and on which date it counts.

    `dropped`: it is not sent at all, and kept to say so.
    """

    gate: str
    at: datetime | None = None
    until: datetime | None = None
    day: str = ""
    dropped: bool = False


class New(NamedTuple):
    """A message to be added. `edits` is the id of the message that it changes."""

    to: To
    message: Message
    key: str
    kind: Kind
    passed: Passed | None = None
    not_after: datetime | None = None
    edits: int | None = None
    announcement: int | None = None


def _columns() -> list[str]:
    """Those that a new message says; the store begins the others at 0."""
    begun = {"id", "attempts", "doubtful", "fence"}
    return [column.name for column in OUTBOX.columns if column.name not in begun]


_ADD = Prepared(numbered(OUTBOX), _columns())
_ADD_MANY = Bulk({name: OUTBOX.c[name].type for name in _columns()}, partial(add_rows, OUTBOX))
# The first of an order and not the least: PostgreSQL, which may not know yet how many there are, would look at all.
_TURNS = select(OUTBOX.c.turn).where(
    in_state("ready"), OUTBOX.c.channel == bindparam("channel"), OUTBOX.c.lane == bindparam("lane")
)
_FIRST_TURN = Prepared(_TURNS.order_by(OUTBOX.c.turn).limit(1))
_LAST_TURNS = _TURNS.where(OUTBOX.c.turn > literal_column("0")).order_by(OUTBOX.c.turn.desc()).limit(1)
_LAST_TURN = Prepared(_LAST_TURNS.where(OUTBOX.c.organisation_id == bindparam("organisation")))
_LAST_TURN_OF_NONE = Prepared(_LAST_TURNS.where(OUTBOX.c.organisation_id.is_(None)))
_NEWEST_OF_STEP = Prepared(
    select(func.max(OUTBOX.c.id)).where(
        text("step <> ''"),
        OUTBOX.c.step == bindparam("step"),
        OUTBOX.c.address_id == bindparam("address"),
        OUTBOX.c.edits.is_(None),
    )
)


_ON_STEPS: Final = (ShowCard, Notice)


class Turns:
    """Places in the lanes, so that each organisation gets its share of a lane however much another has queued.

    Start-time fair queueing with every message of the same cost: an organisation's next place is one after its last,
    and never before the place that is served now. Places begin at 1; a lane that is not shared has only 0. Good for
    one transaction.
    """

    def __init__(self, tx: Connection) -> None:
        self._tx = tx
        self._first: dict[tuple[str, int], int] = {}
        self._last: dict[tuple[str, int, int | None], int] = {}

    def next(self, channel: str, lane: int, organisation: int | None) -> int:
        """The place of one more message."""
        if lane < BULK:
            return 0
        key = channel, lane, organisation
        last = self._last.get(key)
        self._last[key] = place = (self._before(*key) if last is None else last) + 1
        return place

    def _before(self, channel: str, lane: int, organisation: int | None) -> int:
        """The place of the organisation's last message there, or that before the one which is served now."""
        lane_key = channel, lane
        if lane_key not in self._first:
            with beyond(self._tx, "messages"):
                first = _FIRST_TURN.row(self._tx, channel=channel, lane=lane)
            self._first[lane_key] = first[0] or 1 if first else 1
        found = self._found(channel, lane, organisation)
        return self._first[lane_key] - 1 if found is None else found

    def _found(self, channel: str, lane: int, organisation: int | None) -> int | None:
        if organisation is None:
            last = _LAST_TURN_OF_NONE.row(self._tx, channel=channel, lane=lane)
        else:
            last = _LAST_TURN.row(self._tx, channel=channel, lane=lane, organisation=organisation)
        return last[0] if last else None


def add(tx: Connection, new: New, now: datetime) -> int | None:
    """A new message's id; None when its key is there already."""
    return _ADD.add(tx, **_row(new, dump_message(new.message), now, Turns(tx)))


def add_many(tx: Connection, news: Sequence[New], now: datetime) -> None:
    """Many new messages at once; those whose key is there already stay as they are."""
    turns, messages = Turns(tx), {id(new.message): new.message for new in news}
    bodies = {which: dump_message(message) for which, message in messages.items()}
    _ADD_MANY.run(tx, [_row(new, bodies[id(new.message)], now, turns) for new in news])


def _row(new: New, body: str, now: datetime, turns: Turns) -> dict[str, Any]:
    policy, passed, message = POLICIES[new.kind], new.passed or Passed(""), new.message
    due = passed.at or now
    state: State = "dropped" if passed.dropped else "ready" if due <= now else "waiting"
    ready = state == "ready"
    return {
        "key": new.key,
        "address_id": new.to.address,
        "channel": new.to.channel,
        "person_id": new.to.person,
        "organisation_id": new.to.organisation,
        "announcement_id": new.announcement,
        "kind": new.kind,
        "lane": policy.lane,
        "turn": turns.next(new.to.channel, policy.lane, new.to.organisation) if ready else 0,
        "body": body,
        "edits": new.edits,
        "step": message.step if isinstance(message, _ON_STEPS) and new.edits is None else "",
        "state": state,
        "gate": passed.gate,
        "day": passed.day if ready else "",
        "due_at": due,
        "not_after": new.not_after or _late(due, policy.late_after),
        "until": passed.until,
        "created_at": now,
        "ended_at": now if passed.dropped else None,
        "sent_as": "",
        "reason": passed.gate if passed.dropped else "",
    }


@lru_cache(maxsize=64)
def _late(due: datetime, after: timedelta) -> datetime:
    """One object for many rows, which is converted once."""
    return due + after


def newest_of_step(tx: Connection, address: int, step: str) -> int | None:
    """The id of the message whose buttons carry this step key, sent to the address last."""
    row = _NEWEST_OF_STEP.row(tx, address=address, step=step)
    return row[0] if row else None


def told(tx: Connection, address: int, person: int, *, kinds: Collection[Kind], most: int) -> list[Told]:
    """What the person was sent at this address or is being sent now, of these kinds, the newest first."""
    rows = select(OUTBOX.c.body, OUTBOX.c.kind, OUTBOX.c.created_at)
    theirs = (OUTBOX.c.person_id == person, OUTBOX.c.address_id == address, OUTBOX.c.kind.in_(kinds))
    on_the_way = OUTBOX.c.state.in_(("ready", "sending", "sent", "unknown"))
    newest = rows.where(*theirs, on_the_way, OUTBOX.c.body != "").order_by(OUTBOX.c.id.desc()).limit(most)
    return [Told(load_message(body), kind, at) for body, kind, at in tx.execute(newest)]


def shown_at(tx: Connection, step: str) -> int | None:
    """The address at which the step was shown last."""
    rows = select(OUTBOX.c.address_id).where(text("step <> ''"), OUTBOX.c.step == step)
    return tx.execute(rows.order_by(OUTBOX.c.id.desc()).limit(1)).scalar_one_or_none()


def asked(tx: Connection, channel: str, since: datetime) -> list[To]:
    """Where a question waits for its answer that was sent since then, once for each address."""
    seen = OUTBOX.c.state.in_(("sending", "sent", "unknown"))
    sent = (OUTBOX.c.channel == channel, OUTBOX.c.created_at >= since, OUTBOX.c.edits.is_(None), seen)
    asks = or_(ENROLMENT.c.state == "active", STEP.c.purpose == "review")
    waits = (STEP.c.closed_at.is_(None), STEP.c.question, asks)
    columns = (OUTBOX.c.address_id, OUTBOX.c.channel, OUTBOX.c.person_id, OUTBOX.c.organisation_id)
    rows = select(*columns).distinct().join_from(STEP, OUTBOX, OUTBOX.c.step == STEP.c.key)
    rows = rows.join(ENROLMENT, ENROLMENT.c.id == STEP.c.enrolment_id)
    return [To(*row) for row in tx.execute(rows.where(*waits, *sent))]
