"""Ask the gate about a message to a person, with what it has to know from the store."""

from datetime import datetime

from actions.meters import GATE
from domain import gate, group
from domain.gate import Asked, Decision, Drop, Send, WaitUntil
from domain.message import Kind
from domain.pacing import occurrence
from domain.person import Person
from storage import organisations, queueing
from storage.database import Connection
from storage.groups import Group
from storage.outbox import Passed


def ask(tx: Connection, person: Person, kind: Kind, not_after: datetime, now: datetime) -> Decision:
    """Whether it may go now."""
    today = queueing.counted(tx, person.id, occurrence(now, person))
    return decided(gate.decide(now, person, Asked(kind, not_after, today)))


def of_group(tx: Connection, there: Group, kind: Kind, not_after: datetime, now: datetime) -> Decision:
    """Whether it may go to a group now: at the hours and on the working days of its place."""
    return gate.decide(now, reader_of(tx, there), Asked(kind, not_after))


def reader_of(tx: Connection, there: Group) -> Person:
    """Whom the gate has before it in place of a group."""
    house = organisations.find(tx, there.organisation)
    assert house is not None, "organisations are not deleted"
    return group.reader(house, there.language)


def decided(decision: Decision) -> Decision:
    """The decision, counted for whoever watches this process."""
    what = "send" if isinstance(decision, Send) else "drop" if isinstance(decision, Drop) else "wait"
    GATE.add(what, decision.reason)
    return decision


def passed(decision: Decision, person: Person, now: datetime) -> Passed:
    """What is kept of the decision about a message: on which date it counts, or from when it may go, or never."""
    match decision:
        case Send(until, reason):
            return Passed(reason, until=until, day=occurrence(now, person))
        case WaitUntil(at, reason):
            return Passed(reason, at=at)
        case Drop(reason):
            return Passed(reason, dropped=True)
