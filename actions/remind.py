"""Reminders: a ladder begins when a lesson waits for its learner, and is climbed while nothing is done in it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

import structlog

from actions.ask_gate import decided
from domain import gate, ladder
from domain.effect import Effect
from domain.facts import Facts
from domain.gate import Asked, Send, WaitUntil
from domain.ladder import PAUSE
from domain.offers import offers
from domain.pacing import DAY, next_lesson_at, occurrence
from domain.person import Person
from domain.reminder import WORDINGS, paused, reminder
from storage import activity, addresses, crash, enrolments, outbox, people, programmes, schedules
from storage.database import Connection
from storage.outbox import New, Passed, To
from storage.schedules import Day, Due, Moved

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
    dates = {(now + days * DAY).date().isoformat() for days in (-1, 0, 1)}  # today, wherever somebody is
    climb = _Climb(tx, now, schedules.days(tx, {each.person.id for each in due}, dates) if due else {})
    for each in due:
        try:
            climb.one(each)
        except Exception:  # the others' reminders do not wait for this one
            log.exception("no reminder", enrolment=each.enrolment)
            climb.wait(each, now + AGAIN)
    schedules.move(tx, climb.moved)
    outbox.add_many(tx, climb.said, now)
    crash.point("reminded-uncommitted")
    return len(due)


@dataclass(slots=True)
class _Climb:
    """Ladders climbed in one transaction: where each goes on, and what is said. `days` is what came to whom so far."""

    tx: Connection
    now: datetime
    days: dict[tuple[int, str], Day]
    moved: list[Moved] = field(default_factory=list)
    said: list[New] = field(default_factory=list)

    def one(self, due: Due) -> None:
        """Say what this rung says, if it may be said now."""
        if due.state != "active" or due.card < 0:
            self.wait(due, None)
            return
        date = occurrence(self.now, due.person)
        day = self.days.get((due.person.id, date), Day())
        decision = _decide(due, day, self.now)
        if isinstance(decision, datetime):
            self.wait(due, decision)
            return
        assert due.to is not None, "there is somewhere to say it"
        self._say(due, due.to, Passed(decision.reason, until=decision.until, day=date))
        self.days[due.person.id, date] = Day(day.messages + 1, reminded=True)

    def wait(self, due: Due, at: datetime | None) -> None:
        """Nothing is said before then (None: at all)."""
        self.moved.append(Moved(due.id, due.rung, at, due.said))

    def _say(self, due: Due, to: To, passed: Passed) -> None:
        programme, language = programmes.version(self.tx, due.version), due.person.language
        if due.rung >= PAUSE:
            message = paused(programme, due.lesson, language)
            self._pause(due)
            moved = Moved(due.id, ladder.SAME_DAY, None, due.said, passed.day)
        else:
            wording = ladder.wording(due.said, len(WORDINGS))
            message = reminder(programme, due.lesson, language, wording)
            said = (*(each for each in due.said if each != wording), wording)
            rung = ladder.next_rung(due.rung, self.now, due.person)
            moved = Moved(due.id, rung.number, rung.due_at, said, passed.day)
        key = f"reminder:{due.enrolment}:{due.lesson}:{passed.day}"
        addresses.offer(self.tx, to.address, offers(message, None))
        self.moved.append(moved)
        self.said.append(New(to, message, key, "reminder", passed=passed))

    def _pause(self, due: Due) -> None:
        enrolments.set_state(self.tx, due.enrolment, "paused")
        activity.note(self.tx, due.person.id, "paused", self.now, version=due.version, by="time")


def _decide(due: Due, day: Day, now: datetime) -> Send | datetime:
    """Whether it may be said now, or when to look again. One reminder a day, whatever somebody learns."""
    at = ladder.caught_up(due.due_at, now, due.person)
    if at != due.due_at:
        return at
    if due.to is None or day.reminded:
        return next_lesson_at(now, due.person)
    decision = decided(gate.decide(now, due.person, Asked("reminder", _ALWAYS, day.messages)))
    if isinstance(decision, WaitUntil):
        return ladder.put_off(decision.at, due.person)
    assert isinstance(decision, Send), "it may wait as long as it has to"
    return decision
