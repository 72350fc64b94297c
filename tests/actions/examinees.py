"""Somebody who comes to a test: programmes that have one, and what they do in it, for the tests of tests."""

from collections.abc import Callable
from dataclasses import replace

from actions.invite import invite
from domain.message import ShowCard
from domain.programme import Exam, Programme, Rules
from domain.question import Question
from storage import sittings
from storage.database import Connection, Database
from storage.outbox import OUTBOX
from tests.actions.talk import Talk
from tests.domain.make import programme
from tests.storage.samples import MONDAY, Town, rows, settle_down

HARD = Exam(passing=75, minutes=30, attempts=2, wait_days=1)
RIGHT = {"single": "1", "multiple": "=0,2", "order": "=0,1,2,3", "match": "=0,1,2,3"}
WRONG = {"single": "0", "multiple": "=1", "order": "=3,2,1,0", "match": "=3,2,1,0"}
WRITTEN = {"number": ("37", "12"), "text": ("gerve", "antis")}


def examined(
    *lessons: str, exam: Exam = HARD, at: int = -1, skip: int = 0, shuffled: bool = False
) -> Programme:
    """A programme in which the lesson with this index is a test."""
    taught = programme(*lessons, shuffled=shuffled)
    changed = list(taught.lessons)
    text = replace(changed[at].texts[0], exam=exam)
    changed[at] = replace(changed[at], texts=(text,))
    return replace(taught, lessons=tuple(changed), rules=Rules(skip=skip))


async def comes(database: Database, taught: Programme) -> tuple[Talk, Town]:
    """Ana has joined for this programme."""

    def build(tx: Connection) -> Town:
        town = settle_down(tx, taught)
        invite(tx, person=town.ana, programme=town.programme, code="ana", now=MONDAY)
        return town

    town, ana = await database.write(build), Talk(database, tag="lt")
    await ana.join("ana")
    return ana, town


def question(taught: Programme, talk: Talk) -> Question:
    """The question that was shown last."""
    shown = next(each for each in reversed(talk.heard) if isinstance(each, ShowCard))
    found = taught.lessons[shown.lesson].texts[0].cards[shown.card].question
    assert found is not None
    return found


async def answers(talk: Talk, taught: Programme, *, right: bool) -> list[str]:
    """Answer the question that was shown last; what was said."""
    asked = question(taught, talk)
    if asked.written:
        return await talk.says(WRITTEN[asked.kind][0 if right else 1])
    return await talk.presses((RIGHT if right else WRONG)[asked.kind])


async def sits(talk: Talk, taught: Programme, right: Callable[[int], bool], count: int) -> list[str]:
    """Begin the test and answer `count` questions; what was said at the end."""
    said = await talk.presses("next")
    for number in range(count):
        said = await answers(talk, taught, right=right(number))
    return said


async def sat(database: Database, person: int) -> list[tuple[int, int, int, bool | None]]:
    """Lesson, number, answers and result of each sitting of a person."""
    found = await database.read(lambda tx: sittings.of_person(tx, person))
    return [(each.lesson, each.number, each.place, each.passed) for those in found.values() for each in those]


async def kinds(database: Database, prefix: str) -> list[str]:
    """As what messages with such keys were written."""
    where = OUTBOX.c.key.startswith(prefix, autoescape=True)
    return [row[1] for row in await rows(database, OUTBOX.c.id, OUTBOX.c.kind, where=where)]
