"""Time has come for a lesson: ask the gate, and send its first card or wait on."""

from datetime import datetime, timedelta
from typing import Final

from actions import facts as facts_of
from actions.ask_gate import ask, passed
from actions.carry_out import Turn
from actions.remind import begin
from domain import studying
from domain.delivery import POLICIES
from domain.gate import Send, WaitUntil
from domain.pacing import next_lesson_at
from domain.studying import NewKey
from storage import addresses, crash, enrolments, people, sittings
from storage.database import Connection

AGAIN: Final = timedelta(minutes=15)


def release(tx: Connection, enrolment: int, *, now: datetime, new_key: NewKey) -> bool:
    """Send the lesson that an enrolment waits for, unless it is not due any more; say whether it was sent."""
    who = enrolments.get(tx, enrolment).person
    people.lock(tx, who)
    person, due_at = people.get(tx, who), enrolments.get(tx, enrolment).due_at
    if due_at is None or not enrolments.take_due(tx, enrolment, now):
        return False
    if ends := sittings.until(tx, [who], now).get(who):  # what they write there is for the test
        enrolments.wait(tx, enrolment, ends + AGAIN)
        return False
    decision = ask(tx, person, "lesson", now + POLICIES["lesson"].late_after, now)
    address = addresses.of_person(tx, person.id, person.organisation.messengers)
    if not isinstance(decision, Send) or address is None:
        again = decision.at if isinstance(decision, WaitUntil) else next_lesson_at(now, person)
        enrolments.wait(tx, enrolment, again)
        return False
    facts = facts_of.of_person(tx, person, now)
    study = facts.study(enrolment)
    occurrence = f"lesson:{enrolment}:{study.lesson}:{due_at:%Y%m%dT%H%M%S}"
    turn = Turn(
        tx,
        address,
        person.id,
        occurrence,
        "lesson",
        now,
        enrolled=lambda _programme: (),
        organisation=person.organisation.id,
        house=study.giver or person.organisation.id,
        passed=passed(decision, person, now),
    )
    turn.carry_out(studying.begin(facts, study, new_key, "time"))
    begin(tx, person, enrolment, now)
    crash.point("released-uncommitted")
    return True
