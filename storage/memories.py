"""Memories: what each learner is taken to know of each question that they answered, and when it is due again."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Connection, Index, Select, and_, bindparam, func, literal_column, select, text, update
from sqlmodel import Field, SQLModel

from domain.recall import Known
from domain.review import Memory, Waiting
from storage.bulk import Bulk, among, listed
from storage.dialect import unless_there
from storage.enrolments import ENROLMENT
from storage.hot import Prepared
from storage.programmes import PROGRAMME
from storage.table import agree, core

_IS_DUE = text("due IS NOT NULL")


class MemoryRow(SQLModel, table=True):
    """What is known of a person's memory of a question of a programme (`question`: its name there).

    `stability` (days) and `difficulty` (1 to 10) are FSRS's; `reviewed_on` and `due` are ISO dates of the person's,
    `due` is empty when it does not come back. `streak` counts right answers since the last that was not, `answers` all.
    `state`: learning, review, retired, stopped. It stood at a card of a lesson of a version when it was answered last.
    """

    __tablename__ = "memory"
    __table_args__ = (
        Index("memory_due", "person_id", "due", sqlite_where=_IS_DUE, postgresql_where=_IS_DUE),
        agree("memory_version", "programme_version", {"version_id": "id", "programme_id": "programme_id"}),
    )
    person_id: int = Field(foreign_key="person.id", primary_key=True)
    programme_id: int = Field(foreign_key="programme.id", primary_key=True)
    question: str = Field(primary_key=True)
    version_id: int
    lesson: int
    card: int
    stability: float
    difficulty: float
    reviewed_on: str
    due: str | None = None
    streak: int
    answers: int
    state: str


@dataclass(frozen=True, slots=True)
class Owned:
    """What a person knows."""

    person: int
    known: Known


MEMORY = core(MemoryRow)
_NAMES: Final = [column.name for column in MEMORY.columns]
_KEY: Final = (
    MEMORY.c.person_id == bindparam("who"),
    MEMORY.c.programme_id == bindparam("taught"),
    MEMORY.c.question == bindparam("name"),
)
_THEIRS: Final = (
    ENROLMENT.c.person_id == MEMORY.c.person_id,
    ENROLMENT.c.programme_id == MEMORY.c.programme_id,
)
_ADD = Prepared(unless_there(MEMORY), _NAMES)
_CHANGED: Final = tuple(name for name in _NAMES if name not in ("person_id", "programme_id", "question"))
_SET = Prepared(update(MEMORY).where(*_KEY).values({name: bindparam(f"new_{name}") for name in _CHANGED}))
_RETIRE = Bulk(
    {"who": MEMORY.c.person_id.type, "taught": MEMORY.c.programme_id.type, "name": MEMORY.c.question.type},
    lambda _, given: (
        update(MEMORY)
        .where(
            MEMORY.c.person_id == given["who"],
            MEMORY.c.programme_id == given["taught"],
            MEMORY.c.question == given["name"],
        )
        .values(due=None, state=literal_column("'retired'"))
    ),
)


def _known() -> Select[Any]:
    return select(ENROLMENT.c.id, *MEMORY.columns).join_from(MEMORY, ENROLMENT, _THEIRS[0] & _THEIRS[1])


_LAST: Final = MEMORY.c.due <= bindparam("last")
# Of what was taken back, or is written anew, nobody is asked: the newest wording is not for learners yet.
_DRAFTS: Final = select(PROGRAMME.c.id).where(PROGRAMME.c.reach == literal_column("'draft'"))
_AWAKE: Final = and_(ENROLMENT.c.state != literal_column("'paused'"), MEMORY.c.programme_id.not_in(_DRAFTS))
_GET = Prepared(_known().where(*_KEY))
_DUE = Prepared(
    lambda dialect: (
        _known()
        .where(among(dialect, MEMORY.c.person_id, "people"), _LAST, _IS_DUE, _AWAKE)
        .order_by(MEMORY.c.person_id, MEMORY.c.programme_id, MEMORY.c.question)
    )
)
_NEXT = Prepared(
    select(func.min(MEMORY.c.due))
    .join_from(MEMORY, ENROLMENT, _THEIRS[0] & _THEIRS[1])
    .where(MEMORY.c.person_id == bindparam("who"), _IS_DUE, _AWAKE)
)


def add(tx: Connection, person: int, known: Known) -> bool:
    """The person knows this from now on; False when they did before."""
    return _ADD.run(tx, **_row(person, known)) == 1


def put(tx: Connection, person: int, known: Known) -> None:
    """This is what the person knows of it now."""
    row, waiting = _row(person, known), known.waiting
    values = {f"new_{name}": row[name] for name in _CHANGED}
    _SET.run(tx, who=person, taught=waiting.programme, name=waiting.question, **values)


def get(tx: Connection, person: int, programme: int, question: str) -> Known | None:
    """What the person knows of the question with this name."""
    row = _GET.row(tx, who=person, taught=programme, name=question)
    return _of_row(row).known if row else None


def due(tx: Connection, people: Collection[int], last: date) -> dict[int, tuple[Known, ...]]:
    """What is due to these people until this date, of programmes that are neither paused nor drafts."""
    found = defaultdict[int, list[Known]](list)
    for row in _DUE.rows(tx, people=listed(tx, people), last=last.isoformat()):
        owned = _of_row(row)
        found[owned.person].append(owned.known)
    return {person: tuple(known) for person, known in found.items()}


def next_due(tx: Connection, person: int) -> date | None:
    """The first date on which something is due to the person, of programmes that are neither paused nor drafts."""
    row = _NEXT.row(tx, who=person)
    return _date(row[0]) if row and row[0] else None


def retire(tx: Connection, gone: Sequence[tuple[int, Known]]) -> None:
    """These questions are no more: they do not come back to these people."""
    rows = [
        {"who": person, "taught": known.waiting.programme, "name": known.waiting.question}
        for person, known in gone
    ]
    _RETIRE.run(tx, rows)


def _row(person: int, known: Known) -> dict[str, Any]:
    memory, (lesson, card) = known.waiting.memory, known.spot
    return {
        "person_id": person,
        "programme_id": known.waiting.programme,
        "question": known.waiting.question,
        "version_id": known.version,
        "lesson": lesson,
        "card": card,
        "stability": memory.stability,
        "difficulty": memory.difficulty,
        "reviewed_on": memory.reviewed_on.isoformat(),
        "due": memory.due.isoformat() if memory.due else None,
        "streak": memory.streak,
        "answers": memory.answers,
        "state": memory.state,
    }


def _of_row(row: Sequence[Any]) -> Owned:
    enrolment, person, programme, question, version, lesson, card, stability, difficulty, *rest = row
    reviewed_on, due_on, streak, answers, state = rest
    memory = Memory(
        stability, difficulty, _date(reviewed_on), _date(due_on) if due_on else None, streak, answers, state
    )
    return Owned(person, Known(enrolment, version, (lesson, card), Waiting(programme, question, memory)))


@lru_cache(maxsize=4_096)
def _date(written: str) -> date:
    return date.fromisoformat(written)
