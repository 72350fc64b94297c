"""A town for the console's tests: two organisations, people with stated rights, and a clock that is moved."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from domain.effect import Record
from domain.facts import Step
from domain.grading import Given
from domain.language import LANGUAGES, Language
from domain.organisation import Scope
from domain.programme import Card, Lesson, LessonText, Programme, ProgrammeText
from domain.question import Option, Question
from domain.text import Text
from storage import (
    activity,
    addresses,
    answers,
    enrolments,
    invitations,
    organisations,
    people,
    programmes,
    steps,
    studies,
)
from storage.activity import Happening

MONDAY = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)  # 09:30 in Vilnius, 08:30 in Oslo


@dataclass
class Clock:
    """The time, until it is moved."""

    at: datetime = MONDAY

    def __call__(self) -> datetime:
        return self.at

    def move(self, **by: float) -> None:
        self.at += timedelta(**by)


def programme(slug: str = "safe", lessons: int = 2) -> Programme:
    """A programme in four languages; each lesson is a text and two questions. Titles tell their language."""
    return Programme(
        slug=slug,
        texts=tuple(ProgrammeText(language, f"{slug} <{language}>", "") for language in LANGUAGES),
        lessons=tuple(
            Lesson(f"{slug}-{number}", tuple(_lesson(slug, number, language) for language in LANGUAGES))
            for number in range(lessons)
        ),
    )


def _lesson(slug: str, number: int, language: Language) -> LessonText:
    options = (Option(Text("a")), Option(Text("b"), correct=True))
    questions = (
        Card(question=Question(f"q{each}", "single", Text(f"{slug}{number}q{each}&{language}?"), options))
        for each in range(2)
    )
    return LessonText(language, f"lesson{number}-{language}", 3, (Card(Text("Read.")), *questions))


@dataclass
class Town:
    """Writes what happens straight into the store, as the actions of the product do."""

    tx: Connection
    at: datetime = MONDAY

    def organisation(self, name: str, *, language: Language = "lt", zone: str = "Europe/Vilnius") -> int:
        return organisations.add(
            self.tx, name=name, country="LT", zone=zone, language=language, contact="Rasa"
        )

    def person(self, organisation: int, name: str, *, language: Language = "lt") -> int:
        email = f"{name}.{organisation}@example.org".lower().replace(" ", ".")
        return people.add(self.tx, organisation=organisation, name=name, email=email, language=language)

    def coordinator(self, of: Iterable[int], person: int) -> int:
        for organisation in of:
            people.grant(self.tx, person, organisation, "coordinator")
        return person

    def author(self, of: Iterable[int], person: int) -> int:
        for organisation in of:
            people.grant(self.tx, person, organisation, "author")
        return person

    def publish(self, content: Programme) -> tuple[int, int]:
        """Id of the programme and of its newest version."""
        programmes.publish(self.tx, content, self.at)
        owner = programmes.by_slug(self.tx, content.slug)
        assert owner
        return owner, programmes.newest(self.tx)[owner]

    def invite(self, person: int, programme_id: int) -> None:
        code, ends = f"code-{person}-{programme_id}", self.at + timedelta(days=14)
        invitations.add(self.tx, person=person, programme=programme_id, code=code, expires_at=ends)

    def join(self, person: int) -> None:
        people.consent(self.tx, person, self.at)
        place = addresses.find_or_add(self.tx, "web", f"web-{person}", None, self.at)
        addresses.bind(self.tx, place.id, person)
        self.note(person, "joined", channel="web")

    def enrol(self, person: int, where: tuple[int, int]) -> int:
        programme_id, version = where
        new = enrolments.enrol(self.tx, person=person, programme=programme_id, version=version, at=self.at)
        assert new
        self.note(person, "enrolled", version=version)
        return new

    def answer(self, enrolment: int, lesson: int, card: int, *, correct: bool | None) -> None:
        step = Step(
            f"step-{enrolment}-{lesson}-{card}",
            enrolment,
            lesson,
            card,
            question=True,
            selected=(),
            closed=False,
        )
        steps.put(self.tx, step, self.at)
        enrolments.move(self.tx, enrolment, lesson, card, self.at)
        found = enrolments.get(self.tx, enrolment)
        answered = Record(
            step, found.version, f"q{card - 1}", Given((1,)), None if correct is None else float(correct)
        )
        answers.record(self.tx, answered, self.at)
        values: dict[str, Any] = {"version": found.version, "lesson": lesson, "card": card}
        self.note(found.person, "answered", **values, question=f"q{card - 1}", chosen="1", correct=correct)

    def finish_lesson(self, enrolment: int, lesson: int, *, due: datetime | None = None) -> None:
        found = enrolments.get(self.tx, enrolment)
        enrolments.move(self.tx, enrolment, lesson, 0, self.at)
        (study,) = (each for each in studies.of_person(self.tx, found.person) if each.enrolment == enrolment)
        studies.finish_lesson(self.tx, enrolment, lesson, self.at)
        enrolments.move(self.tx, enrolment, lesson + 1, -1, self.at)
        enrolments.wait(self.tx, enrolment, due)
        values: dict[str, Any] = {"version": found.version, "lesson": lesson}
        self.note(found.person, "lesson_done", **values, right=study.lesson_right, graded=study.lesson_graded)

    def note(self, person: int, what: Happening, **details: str | int | bool | None) -> None:
        activity.note(self.tx, person, what, self.at, **details)

    def set(self, person: int, what: str, value: str) -> None:
        """A setting; its details have a key that `note` has a name for."""
        organisation = people.get(self.tx, person).organisation.id
        details = json.dumps({"what": what, "value": value})
        row = activity.ACTIVITY.insert().values(
            person_id=person, organisation_id=organisation, what="settings", details=details, at=self.at
        )
        self.tx.execute(row)


@dataclass(frozen=True)
class Cast:
    """Who lives in the town. `sector` coordinates both organisations, `author` writes in both."""

    library: int
    museum: int
    safe: tuple[int, int]
    learner: int
    invited: int
    coordinator: int
    elsewhere: int
    coordinator_elsewhere: int
    sector: int
    author: int


def settle(tx: Connection) -> Cast:
    """The town at MONDAY: in the library one learner who is half way and one who is invited; one in the museum."""
    town = Town(tx, MONDAY - timedelta(days=1))
    library, museum = (
        town.organisation("Library"),
        town.organisation("Museum", zone="Europe/Oslo", language="nb"),
    )
    safe = town.publish(programme())
    learner, invited = town.person(library, "Ona Onaitė"), town.person(library, "Jonas Jonaitis")
    elsewhere = town.person(museum, "Per Hansen", language="nb")
    town.invite(invited, safe[0])
    for who in (learner, elsewhere):
        town.join(who)
        study = town.enrol(who, safe)
        town.answer(study, 0, 1, correct=True)
        town.answer(study, 0, 2, correct=False)
        town.finish_lesson(study, 0, due=MONDAY + timedelta(days=1))
    return Cast(
        library=library,
        museum=museum,
        safe=safe,
        learner=learner,
        invited=invited,
        coordinator=town.coordinator([library], town.person(library, "Rasa Rasaitė", language="en")),
        elsewhere=elsewhere,
        coordinator_elsewhere=town.coordinator([museum], town.person(museum, "Kari Nordmann", language="en")),
        sector=town.coordinator([library, museum], town.person(library, "Sigita Sektorė", language="en")),
        author=town.author([library, museum], town.person(museum, "Ada Autorė", language="en")),
    )


def seeing(person: int, *organisation: int) -> Scope:
    """What the authenticator makes of a coordinator."""
    return Scope(person, frozenset(organisation))
