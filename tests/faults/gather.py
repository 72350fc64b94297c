"""Evidence: everything the store and the ledger say of a round, brought into the shape that the judge reads."""

import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from tests.faults.evidence import Answer, Attempt, Evidence, Intended, Issued, Message, Step, Update
from tests.faults.messenger import Ledger
from tests.faults.store import Row, Store

_MESSAGES = """
    SELECT outbox.id, outbox.key, address.key AS chat, outbox.kind, outbox.state, outbox.due_at, outbox.sent_as,
      outbox.reason, outbox.edits, outbox.announcement_id, announcement.texts
    FROM outbox JOIN address ON address.id = outbox.address_id
    LEFT JOIN announcement ON announcement.id = outbox.announcement_id
    WHERE outbox.channel = 'telegram' AND outbox.id > {outbox} ORDER BY outbox.id
"""
_ATTEMPTS = "SELECT outbox_id, started_at, outcome FROM attempt WHERE outbox_id > {outbox} ORDER BY id"
_UPDATES = "SELECT id, key, state FROM inbox WHERE channel = 'telegram' AND id > {inbox} ORDER BY id"
_STEPS = "SELECT key, enrolment_id, lesson, card, question, closed_at FROM step"
_ANSWERS = "SELECT step_key, enrolment_id, lesson, card, chosen FROM answer"
_ACTIVITIES = "SELECT person_id, details FROM activity WHERE what = 'answered'"


@dataclass(frozen=True, slots=True)
class Since:
    """Where a round begins: the greatest ids in the store, and how many entries the ledger has."""

    outbox: int
    inbox: int
    ledger: int


@dataclass(frozen=True, slots=True)
class Notes:
    """What the harness itself did in a round."""

    since: Since
    issued: tuple[Issued, ...] = ()
    intended: Intended = field(default_factory=Intended)
    kills: tuple[float, ...] = ()
    late_allowed: bool = False


async def begin(store: Store, ledger: Ledger) -> Since:
    """A round begins now."""
    ledger.read()
    (greatest,) = await store.rows(
        "SELECT (SELECT coalesce(max(id), 0) FROM outbox) AS outbox, (SELECT coalesce(max(id), 0) FROM inbox) AS inbox"
    )
    return Since(greatest["outbox"], greatest["inbox"], len(ledger.entries))


async def gather(store: Store, ledger: Ledger, notes: Notes) -> Evidence:
    """What there is to judge when a round is over."""
    since = notes.since
    return Evidence(
        messages=await _messages(store, since),
        copies=ledger.copies(since.ledger),
        updates=tuple(
            Update(row["id"], row["key"], row["state"])
            for row in await store.rows(_UPDATES.format(inbox=since.inbox))
        ),
        steps=tuple(_step(row) for row in await store.rows(_STEPS)),
        answers=tuple(Answer(*row.values()) for row in await store.rows(_ANSWERS)),
        activities=Counter(_answered(row) for row in await store.rows(_ACTIVITIES)),
        issued=notes.issued,
        intended=notes.intended,
        kills=notes.kills,
        late_allowed=notes.late_allowed,
        integrity=await store.integrity(),
    )


async def _messages(store: Store, since: Since) -> tuple[Message, ...]:
    attempts = defaultdict[int, list[Attempt]](list)
    for row in await store.rows(_ATTEMPTS.format(outbox=since.outbox)):
        attempts[row["outbox_id"]].append(Attempt(row["started_at"], row["outcome"]))
    rows = await store.rows(_MESSAGES.format(outbox=since.outbox))
    return tuple(_message(row, tuple(attempts[row["id"]])) for row in rows)


def _message(row: Row, attempts: tuple[Attempt, ...]) -> Message:
    return Message(
        id=row["id"],
        key=row["key"],
        chat=int(row["chat"]),
        kind=row["kind"],
        state=row["state"],
        due_at=row["due_at"],
        sent_as=row["sent_as"],
        reason=row["reason"],
        edits=row["edits"] is not None,
        announcement=row["announcement_id"],
        text=json.loads(row["texts"])["lt"] if row["texts"] else "",
        attempts=attempts,
    )


def _step(row: Row) -> Step:
    place = (row["enrolment_id"], row["lesson"], row["card"])
    return Step(row["key"], *place, question=bool(row["question"]), closed=row["closed_at"] is not None)


def _answered(row: Row) -> tuple[int, int, int]:
    details: dict[str, Any] = json.loads(row["details"])
    return row["person_id"], details["lesson"], details["card"]
