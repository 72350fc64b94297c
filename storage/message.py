"""One message as those who answer for it read it: what it is, where it stands and why, and every try to send it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    String,
    and_,
    cast,
    exists,
    literal,
    or_,
    select,
)

from domain.delivery import State
from domain.language import Language
from domain.message import Kind, Message
from domain.organisation import Scope
from storage import senders
from storage.announcements import ANNOUNCEMENT
from storage.codec import load_message
from storage.enrolments import ENROLMENT
from storage.outbox import ATTEMPT, OUTBOX
from storage.people import PERSON
from storage.progress import LARGEST_ID
from storage.scoping import people, within
from storage.steps import STEP

OVER: Final[tuple[State, ...]] = ("unknown", "failed", "dropped", "expired")
LEFT: Final[tuple[State, ...]] = ("waiting", "ready", "held")
STATES: Final[tuple[State, ...]] = ("waiting", "ready", "sending", "sent", *OVER, "held")
# Columns of the outbox, and what they are called here.
_IS_CALLED: Final = {
    name: name for name in ("id", "key", "channel", "kind", "state", "gate", "day", "reason")
} | {
    "address_id": "address",
    "person_id": "person",
    "organisation_id": "organisation",
    "body": "message",
    "edits": "changes",
    **{
        name: name
        for name in ("due_at", "not_after", "until", "created_at", "ended_at", "attempts", "doubtful")
    },
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A message of the outbox as it stands; `name` is the person's, where the reader may see it.

    `message` is None when this version cannot read it. `told` are an announcement's words by language. `outcome` is the
    last attempt's. `again`: a person may have it sent once more, and it would still make sense.
    """

    id: int
    key: str
    address: int
    channel: str
    person: int | None
    organisation: int | None
    kind: Kind
    message: Message | None
    changes: bool
    state: State
    gate: str
    day: str
    due_at: datetime
    not_after: datetime
    until: datetime | None
    attempts: int
    doubtful: int
    created_at: datetime
    ended_at: datetime | None
    reason: str
    name: str
    told: Mapping[Language, str]
    outcome: str
    again: bool

    @property
    def droppable(self) -> bool:
        """It has not gone yet, and is not going just now."""
        return self.state in LEFT

    @property
    def gated(self) -> bool:
        """It waits for what the gate said; what waits otherwise waits for its next try."""
        return self.state == "waiting" and self.gate != "" and self.day == ""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try. `outcome` is empty while it lasts, and for ever when the sender stopped in it."""

    number: int
    started_at: datetime
    ended_at: datetime | None
    outcome: str
    reason: str


@dataclass(frozen=True, slots=True)
class Story:
    """A message and its attempts; `paused_until` is the end of its messenger's last pause, which may be over."""

    entry: Entry
    attempts: tuple[Attempt, ...]
    paused_until: datetime | None


def may_go_again() -> ColumnElement[bool]:
    """Whether it is over without having surely arrived, and nothing has overtaken it.

    Its buttons still work, its announcement was not called off, its reminder is still about the lesson that waits. A
    change of an older message, a one-time code and what is about a webinar that began are of no use later.
    """
    open_step = exists().where(STEP.c.key == OUTBOX.c.step, STEP.c.closed_at.is_(None))
    own = ANNOUNCEMENT.alias("own")
    going_on = exists().where(own.c.id == OUTBOX.c.announcement_id, own.c.state == "sending")
    study, lesson = cast(ENROLMENT.c.id, String), cast(ENROLMENT.c.lesson, String)
    waits = (
        ENROLMENT.c.person_id == OUTBOX.c.person_id,
        ENROLMENT.c.state == "active",
        ENROLMENT.c.card >= 0,
    )
    needed = exists().where(*waits, OUTBOX.c.key.like("reminder:" + study + ":" + lesson + ":%"))
    return and_(
        OUTBOX.c.state.in_(OVER),
        OUTBOX.c.edits.is_(None),
        OUTBOX.c.kind.not_in(("code", "webinar")),
        OUTBOX.c.body != "",  # its words were forgotten
        or_(OUTBOX.c.step == "", open_step),
        or_(OUTBOX.c.announcement_id.is_(None), going_on),
        or_(OUTBOX.c.kind != "reminder", needed),
    )


def entries(scope: Scope | None) -> Select[Any]:
    """Rows for `entry`: those of the scope with names, or any at all without (for the operator).

    A message is in the scope by the organisation that it was written for, wherever its person is today; their name is
    told only where that is in the scope too.
    """
    columns = (
        *(OUTBOX.c[name].label(known) for name, known in _IS_CALLED.items()),
        literal("").label("name") if scope is None else PERSON.c.name,
        ANNOUNCEMENT.c.texts,
        ATTEMPT.c.outcome,
        may_go_again().label("again"),
    )
    last = and_(ATTEMPT.c.outbox_id == OUTBOX.c.id, ATTEMPT.c.number == OUTBOX.c.attempts)
    joined = OUTBOX.outerjoin(ATTEMPT, last)
    joined = joined.outerjoin(ANNOUNCEMENT, ANNOUNCEMENT.c.id == OUTBOX.c.announcement_id)
    if scope is None:
        return select(*columns).select_from(joined)
    known = and_(PERSON.c.id == OUTBOX.c.person_id, people(scope))
    rows = select(*columns).select_from(joined.outerjoin(PERSON, known))
    return rows.where(within(scope, OUTBOX.c.organisation_id))


def entry(row: Row[Any]) -> Entry:
    """A row of `entries`."""
    values = dict(row._mapping)
    texts = values.pop("texts")
    return Entry(
        **values
        | {
            "message": _message(row.message),
            "changes": row.changes is not None,
            "name": row.name or "",
            "told": json.loads(texts) if texts else {},
            "outcome": row.outcome or "",
            "again": bool(row.again),
        }
    )


def _message(body: str) -> Message | None:
    try:
        return load_message(body)
    except ValueError:
        return None


def get(tx: Connection, scope: Scope, message: int) -> Story | None:
    """The message with this id, or None when there is none in the scope."""
    return story(tx, entries(scope).where(OUTBOX.c.id == message)) if 0 < message <= LARGEST_ID else None


def story(tx: Connection, rows: Select[Any]) -> Story | None:
    """The one row of `entries` with its attempts; None when there is none."""
    row = tx.execute(rows).one_or_none()
    if row is None:
        return None
    found = entry(row)
    columns = (ATTEMPT.c[name] for name in ("number", "started_at", "ended_at", "outcome", "reason"))
    tries = select(*columns).where(ATTEMPT.c.outbox_id == found.id).order_by(ATTEMPT.c.number)
    sender = senders.get(tx, found.channel)
    attempts = tuple(Attempt(*each) for each in tx.execute(tries))
    return Story(found, attempts, sender.paused_until if sender else None)
