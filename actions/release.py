"""Time has come for a lesson: ask the gate, and send its first card or wait on."""

from datetime import datetime

from actions import facts as facts_of
from actions.carry_out import Turn
from domain import gate, studying
from domain.gate import WaitUntil
from domain.pacing import local, next_lesson_at
from domain.studying import NewKey
from storage import addresses, enrolments, people
from storage.database import Connection


def release(tx: Connection, enrolment: int, *, now: datetime, new_key: NewKey) -> bool:
    """Send the lesson that an enrolment waits for, unless it is not due any more; say whether it was sent."""
    if not enrolments.take_due(tx, enrolment, now):
        return False
    person = people.get(tx, enrolments.get(tx, enrolment).person)
    decision, address = gate.decide(now, person), addresses.of_person(tx, person.id)
    if isinstance(decision, WaitUntil):
        enrolments.wait(tx, enrolment, decision.at)
        return False
    if address is None:
        enrolments.wait(tx, enrolment, next_lesson_at(now, person))
        return False
    study = facts_of.of_person(tx, person, now).study(enrolment)
    occurrence = f"lesson:{enrolment}:{study.lesson}:{local(now, person).date()}"
    turn = Turn(tx, address, person.id, occurrence, "lesson", now, enrolled=lambda _programme: ())
    turn.carry_out(studying.begin(study, new_key, "time"))
    return True
