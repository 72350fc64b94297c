"""Reviews: the first question of a day comes by itself, at the learner's hour; the others follow its answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Final

import structlog

from actions.around import around, dates
from actions.ask_gate import decided
from actions.remember import as_asked_now, learner_of
from domain import gate
from domain.facts import Step
from domain.gate import Asked, Send, WaitUntil
from domain.offers import offers
from domain.pacing import DAY, next_lesson_at, occurrence
from domain.person import Person
from domain.recall import Known, look_again, look_on, pick
from domain.reviewing import step_of
from domain.studying import NewKey, asked_again
from storage import crash, given, memories, outbox, programmes, reviews, schedules, sittings, steps
from storage.database import Connection
from storage.outbox import New, Passed
from storage.reviews import Due, Plan
from storage.schedules import Around

AGAIN: Final = timedelta(minutes=15)
_ALWAYS: Final = datetime.max.replace(tzinfo=UTC)  # what has to wait is planned anew, not given up
log = structlog.get_logger(__name__)


def review(tx: Connection, now: datetime, most: int, new_key: NewKey) -> int:
    """Ask up to `most` people who are to be asked, the longest due first; how many there were."""
    due = reviews.due(tx, now, most)
    if not due:
        return 0
    people = {each.person.id for each in due}
    asking = _Asking(
        tx,
        now,
        new_key,
        around(tx, dates((each.person for each in due), now)),
        memories.due(tx, people, now.date() + DAY),
        programmes.newest(tx),
        sittings.until(tx, people, now),
        given.givers(tx, people),
    )
    for each in due:
        try:
            asking.one(each)
        except Exception:  # the others' questions do not wait for this one
            log.exception("no review", person=each.person.id)
            asking.wait(each, now + AGAIN)
    asking.keep()
    crash.point("reviewed-uncommitted")
    return len(due)


@dataclass(slots=True)
class _Asking:
    """People asked in one transaction: what they know, what is said, and when each is to be asked next. `givers`: who
    alone gave whom what."""

    tx: Connection
    now: datetime
    new_key: NewKey
    around: Mapping[int, Around]
    known: Mapping[int, tuple[Known, ...]]
    newest: Mapping[int, int]
    sits_until: Mapping[int, datetime]
    givers: Mapping[tuple[int, int], int]
    moved: list[tuple[int, Plan]] = field(default_factory=list)
    gone: list[tuple[int, Known]] = field(default_factory=list)
    opened: list[tuple[int, Step]] = field(default_factory=list)
    said: list[New] = field(default_factory=list)
    offered: list[tuple[int, tuple[str, ...]]] = field(default_factory=list)

    def one(self, due: Due) -> None:
        """Ask this person, if they may be asked now and there is something to ask."""
        person = due.person
        if due.resting or not person.reviews:
            self.wait(due, None)
            return
        if ends := self.sits_until.get(person.id):  # what they write there is for the test
            self.wait(due, ends + AGAIN)
            return
        date = occurrence(self.now, person)
        here = self.around[person.id]
        if here.to is None or due.plan.day == date:
            self.wait(due, next_lesson_at(self.now, person))
            return
        decision = decided(gate.decide(self.now, person, Asked("lesson", _ALWAYS, here.messages)))
        if not isinstance(
            decision, Send
        ):  # it is dropped only where the person has left, and they may come back
            at = decision.at if isinstance(decision, WaitUntil) else next_lesson_at(self.now, person)
            self.wait(due, at)
            return
        known = self._pick(person)
        if known is None:
            self.wait(due, look_on(memories.next_due(self.tx, person.id), self.now, person))
        else:
            self._ask(due, here, known, Passed(decision.reason, until=decision.until, day=date))

    def wait(self, due: Due, at: datetime | None) -> None:
        """Nothing is asked before then (None: at all)."""
        self.moved.append((due.person.id, replace(due.plan, due_at=at)))

    def keep(self) -> None:
        """Write all of it."""
        memories.retire(self.tx, self.gone)
        steps.put_reviews(self.tx, self.opened, self.now)
        reviews.move(self.tx, self.moved)
        schedules.offer(self.tx, self.offered)
        outbox.add_many(self.tx, self.said, self.now)

    def _pick(self, person: Person) -> Known | None:
        asked, gone = as_asked_now(self.tx, person, self.known.get(person.id, ()), self.newest)
        self.gone += [(person.id, each) for each in gone]
        return pick(tuple(asked), learner_of(self.tx, person, self.now), at=self.now, asked=())

    def _ask(self, due: Due, around: Around, known: Known, passed: Passed) -> None:
        person, step = due.person, step_of(known, self.new_key)
        assert around.to is not None, "there is somewhere to ask it"
        silence = due.plan.silence + 1
        again = look_again(self.now, person, silence)
        self.moved.append((person.id, Plan(again, passed.day, (known.waiting.programme,), silence)))
        self.opened.append((person.id, step))
        key = f"review:{person.id}:{passed.day}"
        message = asked_again(step)
        house = self.givers.get((person.id, known.waiting.programme), around.to.organisation)
        self.said.append(New(around.to._replace(organisation=house), message, key, "lesson", passed=passed))
        question = programmes.edition(self.tx, known.version).question(known.spot, person.language)
        self.offered.append((around.to.address, offers(message, question)))
