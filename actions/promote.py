"""Messages that waited long enough: ask the gate again where it has a say, and put them in their lanes."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Final

import structlog

from actions.ask_gate import decided, passed, reader_of
from actions.give_back import give_back
from domain import gate
from domain.gate import Asked, Decision, Drop, Send
from domain.pacing import occurrence
from domain.person import Person
from storage import groups, people, queueing
from storage.database import Connection
from storage.queueing import Later, Over, Ready, Verdict, Waiting

AGAIN: Final = timedelta(minutes=15)
log = structlog.get_logger(__name__)


def promote(tx: Connection, now: datetime, most: int) -> list[Verdict]:
    """Decide about up to `most` of them, the longest due first; what was decided."""
    due, counted = queueing.due(tx, now, most), Counted(tx)
    people.lock_all(tx, {each.person.id for each in due if each.person and each.gated})
    verdicts = [_judged(tx, each, counted, now) for each in due]
    queueing.carry_out(tx, verdicts, now)
    for each in verdicts:
        if isinstance(each, Over) and each.state == "expired":
            give_back(tx, each.waiting.kind, each.waiting.step, now)
    return verdicts


def _judged(tx: Connection, waiting: Waiting, counted: "Counted", now: datetime) -> Verdict:
    """The verdict; one that cannot be reached (a zone that no longer exists, say) holds up nobody else's."""
    try:
        if waiting.gated and waiting.person is None:
            return _in_group(tx, waiting, now)
        return _verdict(waiting, counted, now)
    except Exception:
        log.exception("not decided", message=waiting.id)
        return Later(waiting, now + AGAIN, waiting.said)


class Counted:
    """What counts for each person on their date, with what this transaction adds to it."""

    def __init__(self, tx: Connection) -> None:
        self._tx = tx
        self._counts: Counter[tuple[int, str]] = Counter()

    def of(self, person: Person, day: str) -> int:
        """How many messages count so far."""
        key = (person.id, day)
        if key not in self._counts:
            self._counts[key] = queueing.counted(self._tx, person.id, day)
        return self._counts[key]

    def one_more(self, person: Person, day: str) -> None:
        """One goes."""
        self._counts[person.id, day] += 1


def _verdict(waiting: Waiting, counted: Counted, now: datetime) -> Verdict:
    person = waiting.person
    if waiting.not_after < now:
        return Over(waiting, "unknown" if waiting.doubtful else "expired", "late")
    if person is None or not waiting.gated:
        return Ready(waiting, None)
    day = occurrence(now, person)
    asked = Asked(waiting.kind, waiting.not_after, counted.of(person, day))
    decision = decided(gate.decide(now, person, asked))
    if isinstance(decision, Send):
        counted.one_more(person, day)
    return _follows(waiting, decision, person, now)


def _follows(waiting: Waiting, decision: Decision, person: Person, now: datetime) -> Verdict:
    if isinstance(decision, Drop):
        return Over(waiting, "dropped", decision.reason)
    if not isinstance(decision, Send):
        return Later(waiting, decision.at, decision.reason)
    return Ready(waiting, passed(decision, person, now))


def _in_group(tx: Connection, waiting: Waiting, now: datetime) -> Verdict:
    """The same of what goes to a group; of a person's who is not there any more nobody asks."""
    there = groups.of_message(tx, waiting.id)
    if there is None or waiting.not_after < now:
        return _verdict(waiting, Counted(tx), now)
    reader = reader_of(tx, there)
    decision = decided(gate.decide(now, reader, Asked(waiting.kind, waiting.not_after)))
    return _follows(waiting, decision, reader, now)
