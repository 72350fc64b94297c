"""A message that was not delivered: what waited for it goes on some other way."""

from datetime import datetime

from domain.message import Kind
from domain.pacing import next_lesson_at
from storage import addresses, enrolments, people, sending
from storage.database import Connection
from storage.sending import Claimed


def give_back(tx: Connection, kind: Kind, step: str, now: datetime) -> None:
    """A lesson of which the first card never came waits again for the learner's next hour."""
    enrolment = enrolments.unseen(tx, step) if kind == "lesson" and step else None
    if enrolment is not None:
        person = people.get(tx, enrolments.get(tx, enrolment).person)
        if enrolments.close_step(tx, step, now):
            enrolments.put_back(tx, enrolment, next_lesson_at(now, person))


def use_next_address(tx: Connection, claimed: Claimed) -> bool:
    """The address is dead; another one of the person takes its messages. False when there is none."""
    addresses.reach(tx, claimed.to.address, reachable=False)
    if claimed.to.person is None or claimed.edits:
        return False
    other = addresses.of_person(tx, claimed.to.person)
    if other is None:
        return False
    sending.move(tx, claimed, other.id, other.channel)
    return True
