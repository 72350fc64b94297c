"""Reminders: a ladder begins when a lesson waits for its learner, and is climbed while nothing is done in it."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Final

import structlog

from actions.ask_gate import decided
from domain import gate, ladder
from domain.effect import Effect
from domain.facts import Facts
from domain.gate import Asked, Send, WaitUntil
from domain.ladder import PAUSE
from domain.language import Language
from domain.message import Notice
from domain.offers import offers
from domain.pacing import DAY, next_lesson_at, occurrence
from domain.person import Person
from domain.reminder import WORDINGS, paused, reminder
from storage import activity, crash, enrolments, outbox, people, programmes, schedules
from storage.database import Connection
from storage.outbox import New, Passed, To
from storage.schedules import Around, Due, Moved

AGAIN: Final = timedelta(minutes=15)
_ALWAYS: Final = datetime.max.replace(tzinfo=UTC)  # a reminder that has to wait is planned anew, not given up
log = structlog.get_logger(__name__)


def begin(tx: Connection, person: Person, enrolment: int, now: datetime) -> None:
    """A lesson waits for its learner, who did something in it just now or was sent it: the ladder begins (anew)."""
    rung = ladder.first_rung(now, person)
    schedules.put(tx, "reminder", person=person.id, item=enrolment, rung=rung.number, due_at=rung.due_at)


def end(tx: Connection, enrolment: int) -> None:
    """No lesson of this study waits for its learner any more."""
    schedules.stop(tx, "reminder", enrolment)


def follow(tx: Connection, who: int, facts: Facts, effects: Iterable[Effect], now: datetime) -> None:
    """The ladders of the studies in which this person just did something begin anew or end, as the effects left them.

    `facts` are those behind the effects: what was known before.
    """
    for enrolment, waits in ladder.touched(facts, effects).items():
        if waits:
            begin(tx, facts.person or people.get(tx, who), enrolment, now)
        else:
            end(tx, enrolment)


def remind(tx: Connection, now: datetime, most: int) -> int:
    """Climb up to `most` ladders that are due, the longest due first; how many there were."""
    due = schedules.due(tx, now, most)
    if not due:
        return 0
    dates = [(now + days * DAY).date().isoformat() for days in (-1, 0, 1)]  # today, wherever somebody is
    climb = _Climb(tx, now, schedules.around(tx, {each.person.id for each in due}, dates))
    for each in due:
        try:
            climb.one(each)
        except Exception:  # the others' reminders do not wait for this one
            log.exception("no reminder", enrolment=each.enrolment)
            climb.wait(each, now + AGAIN)
    schedules.move(tx, climb.moved)
    schedules.offer(tx, [(each.to.address, offers(each.message, None)) for each in climb.said])
    outbox.add_many(tx, climb.said, now)
    crash.point("reminded-uncommitted")
    return len(due)


@dataclass(slots=True)
class _Climb:
    """Ladders climbed in one transaction: where each goes on, and what is said. `around`: what came to whom so far."""

    tx: Connection
    now: datetime
    around: dict[int, Around]
    moved: list[Moved] = field(default_factory=list)
    said: list[New] = field(default_factory=list)
    messages: dict[tuple[int, int, Language, int | None], Notice] = field(default_factory=dict)

    def one(self, due: Due) -> None:
        """Say what this rung says, if it may be said now."""
        if due.state != "active" or due.card < 0:
            self.wait(due, None)
            return
        date, around = occurrence(self.now, due.person), self.around[due.person.id]
        decision = _decide(due, around, date, self.now)
        if isinstance(decision, datetime):
            self.wait(due, decision)
            return
        assert around.to is not None, "there is somewhere to say it"
        self._say(due, around.to, Passed(decision.reason, until=decision.until, day=date))
        self.around[due.person.id] = replace(around, reminded=date)

    def wait(self, due: Due, at: datetime | None) -> None:
        """Nothing is said before then (None: at all)."""
        self.moved.append(Moved(due.id, due.rung, at, due.said))

    def _say(self, due: Due, to: To, passed: Passed) -> None:
        if due.rung >= PAUSE:
            message = self._message(due, None)
            moved = Moved(due.id, ladder.SAME_DAY, None, due.said, passed.day)
            self._pause(due)
        else:
            wording = ladder.wording(due.said, len(WORDINGS))
            message = self._message(due, wording)
            said = (*(each for each in due.said if each != wording), wording)
            rung = ladder.next_rung(due.rung, self.now, due.person)
            moved = Moved(due.id, rung.number, rung.due_at, said, passed.day)
        self.moved.append(moved)
        key = f"reminder:{due.enrolment}:{due.lesson}:{passed.day}"
        self.said.append(New(to, message, key, "reminder", passed=passed))

    def _message(self, due: Due, wording: int | None) -> Notice:
        """The same words for everyone at the same lesson; no wording: the pause."""
        words = due.version, due.lesson, due.person.language, wording
        if words not in self.messages:
            programme, language = programmes.version(self.tx, due.version), due.person.language
            self.messages[words] = (
                paused(programme, due.lesson, language)
                if wording is None
                else reminder(programme, due.lesson, language, wording)
            )
        return self.messages[words]

    def _pause(self, due: Due) -> None:
        enrolments.set_state(self.tx, due.enrolment, "paused")
        activity.note(self.tx, due.person.id, "paused", self.now, version=due.version, by="time")


def _decide(due: Due, around: Around, date: str, now: datetime) -> Send | datetime:
    """Whether it may be said now, or when to look again. One reminder a day, whatever somebody learns."""
    at = ladder.caught_up(due.due_at, now, due.person)
    if at != due.due_at:
        return at
    if around.to is None or around.reminded == date:
        return next_lesson_at(now, due.person)
    decision = decided(gate.decide(now, due.person, Asked("reminder", _ALWAYS, around.messages[date])))
    if isinstance(decision, WaitUntil):
        return ladder.put_off(decision.at, due.person)
    assert isinstance(decision, Send), "it may wait as long as it has to"
    return decision
