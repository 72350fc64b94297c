"""What somebody does in a programme, as the rows that the conversation would have left."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from random import Random
from typing import Final

from domain.certificate import expiry, next_announcement, number_of
from domain.pacing import local, moment_of
from domain.person import Person
from domain.programme import Card, Programme
from domain.question import Question
from storage.activity import ACTIVITY
from storage.answers import ANSWER
from storage.certificates import CERTIFICATE, sought
from storage.codec import dump
from storage.enrolments import ENROLMENT
from storage.filling import Rows
from storage.sittings import SITTING
from storage.steps import STEP
from storage.studies import LESSON_DONE
from zinute.nation.habits import eager, next_sitting

_MOST: Final = 300  # seconds at a card
_PASSES: Final = 0.7


@dataclass(frozen=True, slots=True)
class Taught:
    """A programme as it is published."""

    id: int
    version: int
    programme: Programme


@dataclass(frozen=True, slots=True)
class _Here:
    """A card in front of somebody."""

    taught: Taught
    enrolment: int
    lesson: int
    place: int
    card: Card
    purpose: str


@dataclass(slots=True)
class Learner:
    """Somebody who learns, and how they go about it."""

    person: Person
    zeal: float
    rng: Random
    seconds: int = 0  # of lessons so far


class Learning:
    """Writes down what people do, until `now`."""

    def __init__(self, rows: Rows, now: datetime) -> None:
        self._rows, self._now = rows, now
        self._enrolments, self._steps, self._papers = count(1), count(1), count(1)
        self.papers: dict[int, int] = {}  # how many certificates each year had

    def enrol(self, learner: Learner, taught: Taught, at: datetime) -> None:
        """They begin it then, and go on as far as they get."""
        enrolment, person = next(self._enrolments), learner.person
        self._note(person, "enrolled", at, version=taught.version)
        begun, here, done = at, at, 0
        for number in range(len(taught.programme.lessons)):
            here = next_sitting(
                person, here, int(learner.rng.expovariate(learner.zeal / 1.5)) + (number > 0), learner.rng
            )
            goes_on = (
                learner.rng.random() < 0.8 + 0.19 * learner.zeal and eager(here, learner.rng)
            ) or number == 0
            if here > self._now or not goes_on:
                break
            here, passed = self._lesson(learner, taught, enrolment, number, here)
            if not passed:
                break
            done += 1
        finished = done == len(taught.programme.lessons)
        self._rows.add(
            ENROLMENT,
            {
                "id": enrolment,
                "person_id": person.id,
                "programme_id": taught.id,
                "version_id": taught.version,
                "state": "finished" if finished else learner.rng.choices(("active", "paused"), (7, 3))[0],
                "lesson": min(done, len(taught.programme.lessons) - 1),
                "card": -1,
                "due_at": None,
                "started_at": begun,
                "touched_at": here if done else begun,
            },
        )
        if finished:
            self._finish(learner, taught, enrolment, begun, here)

    def _lesson(
        self, learner: Learner, taught: Taught, enrolment: int, number: int, at: datetime
    ) -> tuple[datetime, bool]:
        """One lesson, card by card: when it was over, and whether it is done."""
        lesson = taught.programme.lessons[number].text(learner.person.language)
        purpose, began, asked = ("test" if lesson.exam else "lesson"), at, dict[str, bool]()
        self._note(learner.person, "lesson_sent", at, version=taught.version, lesson=number, by="clock")
        for place, card in enumerate(lesson.cards):
            here, opened = _Here(taught, enrolment, number, place, card, purpose), at
            at += timedelta(seconds=min(int(learner.rng.lognormvariate(3.6, 0.6)) + 5, _MOST))
            correct = self._card(here, learner, opened, at)
            if correct is not None:
                asked[f"{number}.{place}"] = correct
        right, passed = sum(asked.values()), True
        if lesson.exam:
            passed = right >= _PASSES * len(asked)
            self._sit(taught, enrolment, number, asked, (began, at), passed=passed)
        if passed:
            self._done(learner, enrolment, number, began, at)
            told = {"version": taught.version, "lesson": number, "right": right, "graded": len(asked)}
            self._note(learner.person, "lesson_done", at, **told)
        return at, passed

    def _card(self, here: "_Here", learner: Learner, opened: datetime, closed: datetime) -> bool | None:
        """One card, and whether what was answered is right."""
        key, question = f"{next(self._steps):020}", here.card.question
        chosen, correct = _answered(question, learner) if question else ("", None)
        self._rows.add(
            STEP,
            {
                "key": key,
                "enrolment_id": here.enrolment,
                "lesson": here.lesson,
                "card": here.place,
                "question": question is not None,
                "selected": chosen,
                "opened_at": opened,
                "closed_at": closed,
                "purpose": here.purpose,
                "version_id": None,
            },
        )
        if question:
            self._answer(here, key, question, (chosen, correct), closed)
        return correct

    def _answer(
        self, here: "_Here", key: str, question: Question, said: tuple[str, bool | None], at: datetime
    ) -> None:
        self._rows.add(
            ANSWER,
            {
                "step_key": key,
                "enrolment_id": here.enrolment,
                "version_id": here.taught.version,
                "lesson": here.lesson,
                "card": here.place,
                "question_id": question.id,
                "chosen": said[0],
                "correct": said[1],
                "answered_at": at,
                "words": "",
                "worth": None if said[1] is None else float(said[1]),
                "purpose": here.purpose,
                "fresh": 0,
            },
        )

    def _done(self, learner: Learner, enrolment: int, lesson: int, began: datetime, at: datetime) -> None:
        spent = int((at - began).total_seconds())
        learner.seconds += spent
        self._rows.add(
            LESSON_DONE,
            {
                "enrolment_id": enrolment,
                "lesson": lesson,
                "finished_at": at,
                "skipped": False,
                "seconds": spent,
            },
        )

    def _sit(
        self,
        taught: Taught,
        enrolment: int,
        lesson: int,
        asked: Mapping[str, bool],
        when: tuple[datetime, datetime],
        *,
        passed: bool,
    ) -> None:
        self._rows.add(
            SITTING,
            {
                "enrolment_id": enrolment,
                "lesson": lesson,
                "number": 1,
                "version_id": taught.version,
                "asked": ",".join(asked),
                "worths": ",".join("1" if each else "0" for each in asked.values()),
                "started_at": when[0],
                "finished_at": when[1],
                "reached": float(sum(asked.values())),
                "whole": len(asked),
                "passed": passed,
                "excused": False,
            },
        )

    def _finish(
        self, learner: Learner, taught: Taught, enrolment: int, begun: datetime, at: datetime
    ) -> None:
        self._note(learner.person, "programme_done", at, version=taught.version)
        months = taught.programme.rules.valid_months
        if months is None:
            return
        person, today = learner.person, local(at, learner.person).date()
        self.papers[today.year] = self.papers.get(today.year, 0) + 1
        number = number_of(today.year, self.papers[today.year])
        expires = expiry(today, months)
        first = next_announcement(expires, max(today, local(self._now, person).date())) if expires else None
        self._rows.add(
            CERTIFICATE,
            {
                "enrolment_id": enrolment,
                "begun_at": begun,
                "person_id": person.id,
                "organisation_id": person.organisation.id,
                "version_id": taught.version,
                "code": f"{learner.rng.getrandbits(128):032x}"[:22],
                "number": number,
                "name": person.name,
                "organisation": person.organisation.name,
                "programme": taught.programme.text(person.language).title,
                "language": person.language,
                "minutes": taught.programme.minutes(person.language),
                "issued_on": today,
                "expires_on": expires,
                "reason": "",
                "sought": f"{sought(person.name)} {number}",
                "announce_at": moment_of(first, person.hour, person) if first else None,
            },
        )
        self._note(person, "certified", at, version=taught.version, number=number)

    def _note(self, person: Person, what: str, at: datetime, **details: str | int | None) -> None:
        self._rows.add(
            ACTIVITY,
            {
                "person_id": person.id,
                "organisation_id": person.organisation.id,
                "what": what,
                "details": dump(details),
                "at": at,
            },
        )


def _answered(question: Question, learner: Learner) -> tuple[str, bool | None]:
    """What they choose, and whether that is right (None: nothing is)."""
    options = range(len(question.options))
    if not question.right:
        return (str(learner.rng.choice(options)) if question.options else "", None)
    if learner.rng.random() < 0.55 + 0.4 * learner.zeal:
        return ",".join(map(str, question.right)), True
    wrong = [each for each in options if each not in question.right]
    return str(learner.rng.choice(wrong or [*options])), False
