"""A crowd that learns: people with their showings, answers and finished lessons, written straight into the store."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

from sqlalchemy import Connection, insert

from domain.facts import Purpose
from domain.programme import Programme
from domain.question import Question
from storage.answers import ANSWER
from storage.enrolments import ENROLMENT
from storage.invitations import INVITATION
from storage.people import PERSON
from storage.steps import STEP
from storage.studies import LESSON_DONE
from tests.console.town import MONDAY

AGO = MONDAY - timedelta(days=40)
SLOWLY = timedelta(seconds=20)
NUMBERS = count(1)


@dataclass
class Crowd:
    """People of one organisation who learn one version; `where` is (programme, version)."""

    tx: Connection
    organisation: int
    where: tuple[int, int]
    programme: Programme
    at: datetime = AGO

    def person(self) -> int:
        number = next(NUMBERS)
        name = f"Žmogus {self.organisation}-{self.where[1]}-{number}"
        row = insert(PERSON).values(
            organisation_id=self.organisation,
            name=name,
            email=f"{name}@crowd.example",
            language="lt",
            hour="09:30",
            days="12345",
            consented_at=self.at,
        )
        return int(self.tx.execute(row.returning(PERSON.c.id)).scalar_one())

    def invite(self, person: int) -> None:
        ends = self.at + timedelta(days=14)
        row = insert(INVITATION).values(
            person_id=person,
            programme_id=self.where[0],
            code_hash=f"hash-{person}-{self.where[0]}",
            expires_at=ends,
        )
        self.tx.execute(row)

    def enrol(self, person: int, *, state: str = "active", lesson: int = 0, card: int = 0) -> int:
        row = insert(ENROLMENT).values(
            person_id=person,
            programme_id=self.where[0],
            version_id=self.where[1],
            state=state,
            lesson=lesson,
            card=card,
            started_at=self.at,
            touched_at=self.at,
        )
        return int(self.tx.execute(row.returning(ENROLMENT.c.id)).scalar_one())

    def show(
        self,
        enrolment: int,
        lesson: int,
        card: int,
        *,
        took: timedelta | None = SLOWLY,
        purpose: Purpose = "lesson",
        question: bool = False,
        at: datetime | None = None,
    ) -> str:
        """A card, until they went on after so long; None: it is open."""
        key, opened = f"s{enrolment}-{next(NUMBERS)}", at or self.at
        row = insert(STEP).values(
            key=key,
            enrolment_id=enrolment,
            lesson=lesson,
            card=card,
            question=question,
            selected="",
            opened_at=opened,
            closed_at=None if took is None else opened + took,
            purpose=purpose,
        )
        self.tx.execute(row)
        return key

    def answer(
        self,
        enrolment: int,
        asked: Question,
        chosen: Sequence[int],
        *,
        worth: float | None = None,
        took: timedelta = SLOWLY,
        purpose: Purpose = "lesson",
        at: datetime | None = None,
        place: tuple[int, int] | None = None,
    ) -> None:
        """An answer at a showing; it is worth 1 when exactly the right ones are chosen, unless it is said."""
        lesson, card = place or self.place(asked.id)
        began = at or self.at
        key = self.show(enrolment, lesson, card, took=took, purpose=purpose, question=True, at=began)
        value = (
            None
            if asked.kind == "opinion"
            else float(tuple(chosen) == asked.right)
            if worth is None
            else worth
        )
        row = insert(ANSWER).values(
            step_key=key,
            enrolment_id=enrolment,
            version_id=self.where[1],
            lesson=lesson,
            card=card,
            question_id=asked.id,
            chosen=",".join(map(str, chosen)),
            words="",
            worth=value,
            correct=None if value is None else value == 1,
            answered_at=began + took,
            purpose=purpose,
        )
        self.tx.execute(row)

    def finish(self, enrolment: int, *lessons: int, at: datetime | None = None) -> None:
        for lesson in lessons:
            row = insert(LESSON_DONE).values(enrolment_id=enrolment, lesson=lesson, finished_at=at or self.at)
            self.tx.execute(row)

    def place(self, question: str) -> tuple[int, int]:
        """Lesson and card of a question."""
        return next(
            (lesson, card)
            for lesson, taught in enumerate(self.programme.lessons)
            for card, each in enumerate(taught.texts[0].cards)
            if each.question and each.question.id == question
        )
