"""Reply to an open answer: once, to wherever its learner can be reached, when the gate lets it go."""

from datetime import datetime
from typing import Final, Literal

from actions.ask_gate import ask, passed
from domain.audit import Deed
from domain.delivery import POLICIES
from domain.message import Choice, notice
from domain.organisation import Scope
from domain.text import shortened
from storage import activity, addresses, audit, given, outbox, people, programmes, replies
from storage.database import Connection
from storage.outbox import New, To
from storage.replies import OpenAnswer

LONGEST: Final = 2_000  # characters
SHOWN: Final = 300  # characters of the question
Outcome = Literal["replied", "before", "unreachable"]


def reply(tx: Connection, scope: Scope, answer: int, words: str, now: datetime) -> Outcome | None:
    """What became of the reply, in the name of the scope's person; None when there is no such answer in the scope.

    "before": somebody has replied already, and that stays. "unreachable": it is kept and could not be sent.
    """
    found = replies.get(tx, scope, answer)
    if found is None:
        return None
    people.lock(tx, found.person)
    if not replies.add(tx, answer=answer, person=scope.person, words=words, at=now):
        return "before"
    where = {"version": found.version, "lesson": found.lesson, "card": found.card}
    activity.note(tx, found.person, "replied", now, **where)
    deed = Deed("answer.replied", found.organisation, found.person, after={"answer": answer})
    audit.note(tx, deed, scope.person, now)
    return "replied" if _tell(tx, found, people.name(tx, scope.person), words, now) else "unreachable"


def _tell(tx: Connection, answer: OpenAnswer, name: str, words: str, now: datetime) -> bool:
    person, address = people.get(tx, answer.person), addresses.of_person(tx, answer.person)
    if address is None:
        return False
    lesson = programmes.version(tx, answer.version).lessons[answer.lesson].text(person.language)
    question = lesson.cards[answer.card].question
    assert question is not None, "an answer is to a question"
    told = notice(
        "reply.told",
        Choice("menu.continue", "/continue"),
        name=name,
        question=shortened(question.prompt.plain, SHOWN),
        words=words,
    )
    end = now + POLICIES["personal"].late_after
    decision = ask(tx, person, "personal", end, now)
    gave = given.givers(tx, [person.id]).get((person.id, programmes.owner(tx, answer.version) or 0))
    to = To(address.id, address.channel, person.id, gave or answer.organisation)
    new = New(to, told, f"personal:reply:{answer.id}", "personal", passed(decision, person, now), end)
    outbox.add(tx, new, now)
    return True
