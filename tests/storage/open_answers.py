"""People who answered an open question."""

from datetime import datetime

from domain.effect import Record
from domain.facts import Step
from domain.grading import Given
from domain.language import LANGUAGES
from domain.programme import Card, Lesson, LessonText, Programme, ProgrammeText
from domain.question import Question
from domain.text import Text
from storage import answers, enrolments, steps
from storage.answers import ANSWER
from storage.database import Connection

PROGRAMME = Programme(
    "open",
    tuple(ProgrammeText(each, f"Open {each}", "About") for each in LANGUAGES),
    (
        Lesson(
            "01",
            tuple(
                LessonText(
                    each, f"Say {each}", 3, (Card(question=Question("why", "open", Text(f"Why {each}?"))),)
                )
                for each in LANGUAGES
            ),
        ),
    ),
)


def write(
    tx: Connection,
    person: int,
    where: tuple[int, int],
    words: str,
    at: datetime,
    *,
    worth: float | None = None,
) -> int:
    """The id of a person's answer in a programme of this (id, version); one with a worth is not open."""
    programme, version = where
    enrolment = enrolments.enrol(tx, person=person, programme=programme, version=version, at=at)
    assert enrolment
    step = Step(f"open-{enrolment}", enrolment, 0, 0, question=True)
    steps.put(tx, step, at)
    answers.record(tx, Record(step, version, "why", Given(words=words), worth), at)
    found = tx.execute(ANSWER.select().where(ANSWER.c.step_key == step.key)).one()
    return int(found.id)
