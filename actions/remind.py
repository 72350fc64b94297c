"""Reminders: a ladder begins when a lesson waits for its learner, and is climbed while nothing is done in it."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Final

import structlog

from actions.around import around, dates
from actions.ask_gate import decided
from domain import gate, ladder
from domain.assigned import dated
from domain.assigning import in_last_week
from domain.effect import Effect
from domain.facts import Facts
from domain.gate import Asked, Decision, Send, WaitUntil
from domain.ladder import PAUSE, Rung
from domain.language import Language
from domain.message import Notice
from domain.offers import offers
from domain.pacing import local, next_lesson_at, occurrence
from domain.person import Person
from domain.reminder import WORDINGS, paused, reminder
from storage import activity, crash, enrolments, given, outbox, people, programmes, reached, schedules
from storage.database import Connection
from storage.outbox import New, Passed, To
from storage.schedules import Around, Due, Moved

AGAIN: Final = timedelta(minutes=15)
_ALWAYS: Final = datetime.max.replace(tzinfo=UTC)  # a reminder that has to wait is planned anew, not given up
Words = tuple[int, int, Language, int | None, date | None]
Rhythm = tuple[Hashable, ...]
log = structlog.get_logger(__name__)


def begin(tx: Connection, person: Person, enrolment: int, now: datetime) -> None:
    """A lesson waits for its learner, who did something in it just now or was sent it: the ladder begins (anew)."""
    rung = ladder.first_rung(now, person)
    schedules.put(tx, "reminder", person=person.id, item=enrolment, rung=rung.number, due_at=rung.due_at)


def end(tx: Connection, enrolment: int) -> None:
    """No lesson of this study waits for its learner any more."""
    schedules.stop(tx, "reminder", enrolment)


def follow(tx: Connection, who: int, facts: Facts, effects: Sequence[Effect], now: datetime) -> None:
    """The ladders of the studies in which this person just did something begin anew or end, as the effects left them.

    `facts` are those behind the effects: what was known before.
    """
    for enrolment, waits in ladder.touched(facts, effects).items():
        if not waits:
            end(tx, enrolment)
        elif not ladder.stays(facts, effects, enrolment):
            begin(tx, facts.person or people.get(tx, who), enrolment, now)


def remind(tx: Connection, now: datetime, most: int) -> int:
    """Climb up to `most` ladders that are due, the longest due first; how many there were."""
    due = schedules.due(tx, now, most)
    if not due:
        return 0
    days = dates((each.person for each in due), now)
    climb = _Climb(tx, now, days, around(tx, days), reached.dues(tx, days), given.givers(tx, days))
    for each in due:
        try:
            climb.one(each)
        except Exception:  # the others' reminders do not wait for this one
            log.exception("no reminder", enrolment=each.enrolment)
            climb.wait(each, now + AGAIN)
    schedules.move(tx, climb.moved)
    schedules.offer(tx, climb.offered)
    outbox.add_many(tx, climb.said, now)
    crash.point("reminded-uncommitted")
    return len(due)


@dataclass(slots=True)
class _Climb:
    """Ladders climbed in one transaction: where each goes on, what is said, and the presses that this offers where.

    `days`: what day it is for whom, `around`: what came to them before, `dues`: by when they have to finish which
    programme, `givers`: who alone gave whom what, `reminded`: who is reminded just now. The gate
    and the ladder are asked once for all of a rhythm (`decisions`, by how much came to them today; `rungs`).
    """

    tx: Connection
    now: datetime
    days: dict[int, str]
    around: dict[int, Around]
    dues: dict[tuple[int, int], date]
    givers: dict[tuple[int, int], int]
    moved: list[Moved] = field(default_factory=list)
    said: list[New] = field(default_factory=list)
    offered: list[tuple[int, tuple[str, ...]]] = field(default_factory=list)
    reminded: set[int] = field(default_factory=set)
    decisions: dict[tuple[Rhythm, int], Decision] = field(default_factory=dict)
    rungs: dict[tuple[Rhythm, int], Rung] = field(default_factory=dict)
    messages: dict[Words, tuple[Notice, tuple[str, ...]]] = field(default_factory=dict)

    def one(self, due: Due) -> None:
        """Say what this rung says, if it may be said now."""
        if due.state != "active" or due.card < 0:
            self.wait(due, None)
            return
        if anew := ladder.begun_anew(due.due_at, due.since, due.person):
            self.moved.append(Moved(due.id, anew.number, anew.due_at, due.said))
            return
        who = due.person.id
        date = self.days.get(who) or occurrence(self.now, due.person)
        known = self.around[who]
        if known.to is None or known.reminded or who in self.reminded:
            self.wait(due, _tomorrow(due, self.now))
            return
        rhythm = due.person.rhythm
        decision = self._decide(due, rhythm, known.messages)
        if isinstance(decision, datetime):
            self.wait(due, decision)
            return
        self._say(due, rhythm, known.to, Passed(decision.reason, until=decision.until, day=date))
        self.reminded.add(who)

    def wait(self, due: Due, at: datetime | None) -> None:
        """Nothing is said before then (None: at all)."""
        self.moved.append(Moved(due.id, due.rung, at, due.said))

    def _say(self, due: Due, rhythm: Rhythm, to: To, passed: Passed) -> None:
        if due.rung >= PAUSE:
            message, presses = self._message(due, None)
            moved = Moved(due.id, ladder.SAME_DAY, None, due.said)
            self._pause(due)
        else:
            wording = ladder.wording(due.said, len(WORDINGS))
            message, presses = self._message(due, wording)
            said = (*filter(wording.__ne__, due.said), wording)
            rung = self._next(due, rhythm)
            moved = Moved(due.id, rung.number, rung.due_at, said)
        self.moved.append(moved)
        key = f"reminder:{due.enrolment}:{due.lesson}:{passed.day}"
        if house := self.givers.get((due.person.id, due.programme)):
            to = to._replace(organisation=house)
        self.said.append(New(to, message, key, "reminder", passed=passed))
        self.offered.append((to.address, presses))

    def _decide(self, due: Due, rhythm: Rhythm, messages: int) -> Send | datetime:
        """Whether it may be said now, or when to look again; so many `messages` came today."""
        now, person = self.now, due.person
        at = ladder.caught_up(due.due_at, now, person)
        if at != due.due_at:
            return at
        which = rhythm, messages
        if which not in self.decisions:
            self.decisions[which] = gate.decide(now, person, Asked("reminder", _ALWAYS, messages))
        decision = decided(self.decisions[which])
        if isinstance(decision, WaitUntil):
            return ladder.put_off(decision.at, person)
        # It may wait as long as it has to, so it is dropped only where the person has left; they may come back.
        return decision if isinstance(decision, Send) else next_lesson_at(now, person)

    def _next(self, due: Due, rhythm: Rhythm) -> Rung:
        which = rhythm, due.rung
        if which not in self.rungs:
            self.rungs[which] = ladder.next_rung(due.rung, self.now, due.person)
        return self.rungs[which]

    def _message(self, due: Due, wording: int | None) -> tuple[Notice, tuple[str, ...]]:
        """The same words and presses for everyone at the same lesson; no wording: the pause."""
        language = due.person.language
        due_on = self.dues.get((due.person.id, due.programme))
        if due_on and not in_last_week(due_on, local(self.now, due.person).date()):
            due_on = None
        words = due.version, due.lesson, language, wording, due_on
        if words not in self.messages:
            programme = programmes.version(self.tx, due.version)
            message = (
                paused(programme, due.lesson, language)
                if wording is None
                else dated(reminder(programme, due.lesson, language, wording), due_on)
            )
            self.messages[words] = message, offers(message, None)
        return self.messages[words]

    def _pause(self, due: Due) -> None:
        enrolments.set_state(self.tx, due.enrolment, "paused")
        activity.note(self.tx, due.person.id, "paused", self.now, version=due.version, by="time")


def _tomorrow(due: Due, now: datetime) -> datetime:
    """When to look again, where nothing can be said today: one reminder a day, whatever somebody learns."""
    at = ladder.caught_up(due.due_at, now, due.person)
    return at if at != due.due_at else next_lesson_at(now, due.person)
