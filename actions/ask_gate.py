"""Ask the gate about a message to a person, with what it has to know from the store."""

from datetime import datetime

from actions.meters import GATE
from domain import gate
from domain.gate import Asked, Decision, Drop, Send
from domain.message import Kind
from domain.pacing import local
from domain.person import Person
from storage import queueing
from storage.database import Connection
from storage.outbox import Passed


def ask(tx: Connection, person: Person, kind: Kind, not_after: datetime, now: datetime) -> Decision:
    """Whether it may go now."""
    today = queueing.counted(tx, person.id, day_of(person, now))
    return decided(gate.decide(now, person, Asked(kind, not_after, today)))


def decided(decision: Decision) -> Decision:
    """The decision, counted for whoever watches this process."""
    what = "send" if isinstance(decision, Send) else "drop" if isinstance(decision, Drop) else "wait"
    GATE.add(what, decision.reason)
    return decision


def passed(decision: Send, person: Person, now: datetime) -> Passed:
    """What is kept of a message that may go: on which date it counts, and when the gate is asked again."""
    return Passed(decision.reason, until=decision.until, day=day_of(person, now))


def day_of(person: Person, now: datetime) -> str:
    """The person's date, as it is written in the store."""
    return local(now, person).date().isoformat()
