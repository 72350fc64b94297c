"""The time of a test is over: end it, and tell the result without waiting for a press."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from actions import facts as facts_of
from actions.ask_gate import ask, passed
from actions.carry_out import Turn
from actions.remind import follow
from domain import examining
from domain.delivery import POLICIES
from domain.facts import Facts
from domain.person import Person
from domain.sitting import Sitting, running
from storage import addresses, enrolments, given, outbox, people, sittings, steps
from storage.addresses import Address
from storage.database import Connection

AT_ONCE: Final = timedelta(minutes=15)  # so long after the end somebody still waits for the result


def close_test(tx: Connection, enrolment: int, *, now: datetime) -> bool:
    """End the sitting of an enrolment whose time is over, unless that is done; say whether it was ended here.

    The result is a reply to somebody who is in the middle of the test; a late one asks the gate, as a lesson does.
    """
    who = enrolments.get(tx, enrolment).person
    people.lock(tx, who)
    person = people.get(tx, who)
    facts = _facts(tx, person, now)
    study = facts.study(enrolment)
    sitting = running(study.sittings)
    if sitting is None:
        sittings.give_up(tx, enrolment, now)
    if sitting is None or not sitting.over(now):
        return False
    step = facts.open_in(study, "test")
    at = addresses.best_of_person(tx, person.id, outbox.shown_at(tx, step.key) if step else None)
    assert at is not None, "nobody who has no address has begun a test"
    turn = _turn(tx, person, at, sitting, now=now)
    turn.house = given.givers(tx, [who]).get((who, study.programme_id), person.organisation.id)
    turn.carry_out(examining.time_over(facts, study))
    follow(tx, person.id, facts, turn.done, now)
    return True


def _facts(tx: Connection, person: Person, now: datetime) -> Facts:
    waiting = steps.open_of(tx, person.id)
    facts = facts_of.of_person(tx, person, now)
    return replace(facts, open=waiting[0] if waiting else None, waiting=tuple(waiting[1:]))


def _turn(tx: Connection, person: Person, at: Address, sitting: Sitting, *, now: datetime) -> Turn:
    """Where the result is told, and as what."""
    assert sitting.ends_at is not None, "only a test with a limit runs out of time"
    soon = now - sitting.ends_at <= AT_ONCE
    useful = now + POLICIES["lesson"].late_after
    late = None if soon else passed(ask(tx, person, "lesson", useful, now), person, now)
    return Turn(
        tx,
        at,
        person.id,
        f"test:{sitting.enrolment}:{sitting.lesson}:{sitting.number}",
        "reply" if soon else "lesson",
        now,
        enrolled=lambda _programme: (),
        organisation=person.organisation.id,
        passed=late,
    )
