"""A message that was not delivered: what waited for it goes on some other way."""

from dataclasses import replace
from datetime import datetime

import structlog

from domain.mailbox import MAIL
from domain.message import Kind
from domain.pacing import DAY, next_lesson_at
from storage import addresses, enrolments, people, queueing, reviews, settling, steps
from storage.claiming import Claimed
from storage.database import Connection

log = structlog.get_logger(__name__)


def give_back(tx: Connection, kind: Kind, step: str, now: datetime) -> None:
    """A lesson of which the first card never came, or a question, waits again for the learner's next hour."""
    if kind != "lesson" or not step:
        return
    enrolment, again = steps.unseen(tx, step), steps.came_back(tx, step)
    if enrolment is not None and steps.close(tx, step, now):
        enrolments.put_back(tx, enrolment, _next_hour(tx, enrolment, now))
    if again is not None and steps.close(tx, step, now):
        _ask_again(tx, again, now)


def _ask_again(tx: Connection, enrolment: int, now: datetime) -> None:
    """Nobody was silent about a question that never came."""
    who = enrolments.get(tx, enrolment).person
    plan = reviews.get(tx, who)
    at, silence = _next_hour(tx, enrolment, now), max(0, plan.silence - 1)
    reviews.put(tx, who, replace(plan, due_at=at, silence=silence))


def _next_hour(tx: Connection, enrolment: int, now: datetime) -> datetime:
    """Of its learner; a day from now where there is none (in a zone that no longer exists, say)."""
    person = people.get(tx, enrolments.get(tx, enrolment).person)
    try:
        return next_lesson_at(now, person)
    except Exception:  # the message that was not delivered is settled all the same
        log.exception("no next hour", enrolment=enrolment)
        return now + DAY


def drop_held(tx: Connection, now: datetime) -> int:
    """What a restored store held is not sent; how many messages. A lesson among them comes another day."""
    lessons = queueing.held_lessons(tx)
    dropped = queueing.drop_held(tx, now)
    for step in lessons:
        give_back(tx, "lesson", step, now)
    return dropped


def use_next_address(tx: Connection, claimed: Claimed) -> bool:
    """The address is dead, or not allowed any more; another one of the person takes its messages. False when there is
    none.

    A code shows that somebody reads this very address, and a mailbox is nobody's place to learn in: no other takes
    what goes there.
    """
    if claimed.allowed:
        addresses.reach(tx, claimed.to.address, reachable=False)
    if claimed.to.person is None or claimed.edits or claimed.kind == "code" or claimed.to.channel == MAIL:
        return False
    messengers = people.get(tx, claimed.to.person).organisation.messengers
    other = addresses.of_person(tx, claimed.to.person, messengers)
    if other is None:
        return False
    settling.move(tx, claimed, other.id, other.channel)
    return True
