"""Sittings: a test is sat for, once or several times. What is asked, who may begin, when it ends, what it is worth."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from math import floor
from typing import Final

from domain.grading import UNGRADED
from domain.pacing import DAY, local
from domain.person import Person
from domain.programme import Exam, LessonText, Programme

ENTRY: Final = -1  # in place of a lesson's index: the entry test, which is about all lessons
_SMALL: Final = 1e-9  # thirds of a question do not add up to a whole one in binary


@dataclass(frozen=True, slots=True)
class Sitting:
    """One try at a test by an enrolment: `number` counts from 1 for each `lesson` (ENTRY: the entry test).

    `asked` are the questions in their order, each by its lesson and card in this version; `worths` what the answers
    so far are worth, in the same order. It ends at `ends_at` whatever is answered by then (None: there is no limit).
    `passed` is None until it is over, and in an entry test. One that is `excused` does not count as an attempt.
    """

    enrolment: int
    version: int
    lesson: int
    number: int
    asked: tuple[tuple[int, int], ...]
    started_at: datetime
    ends_at: datetime | None = None
    worths: tuple[float, ...] = ()
    finished_at: datetime | None = None
    passed: bool | None = None
    excused: bool = False

    @property
    def place(self) -> int:
        """The index in `asked` of the question that waits; their number when all are answered."""
        return len(self.worths)

    @property
    def right(self) -> int:
        """How many answers are entirely right."""
        return self.worths.count(1)

    @property
    def percent(self) -> int:
        """What is reached of all that was asked. What is partly right counts in part, what has no answer not at all."""
        return floor(100 * sum(self.worths) / len(self.asked) + _SMALL)

    @property
    def wrong(self) -> tuple[tuple[int, int], ...]:
        """The questions that were not answered entirely right, or not at all."""
        worths = (*self.worths, *(0.0 for _ in self.asked[self.place :]))
        return tuple(pair for pair, worth in zip(self.asked, worths, strict=True) if worth != 1)

    def over(self, now: datetime) -> bool:
        """Whether its time is over, or it was finished."""
        return self.finished_at is not None or (self.ends_at is not None and now >= self.ends_at)


@dataclass(frozen=True, slots=True)
class Chance:
    """The next sitting of a test: its number, how many attempts are left with it (None: any number), and from when.

    `first` is the learner's local date on which it may begin (None: at once).
    """

    number: int
    left: int | None = None
    first: date | None = None

    def open(self, now: datetime, person: Person) -> bool:
        """Whether it may begin now."""
        waited = self.first is None or local(now, person).date() >= self.first
        return waited and self.left != 0


def has_tests(programme: Programme) -> bool:
    """Whether there is anything in the programme to sit for."""
    return bool(programme.rules.skip) or any(lesson.texts[0].exam for lesson in programme.lessons)


def wants_code(programme: Programme) -> bool:
    """Whether a test in the programme begins with a code."""
    exams = (lesson.texts[0].exam for lesson in programme.lessons)
    return any(exam and exam.code for exam in exams)


def running(sittings: Collection[Sitting]) -> Sitting | None:
    """The sitting that is not finished; an enrolment has at most one that counts."""
    going = (sitting for sitting in sittings if sitting.finished_at is None and not sitting.excused)
    return next(going, None)


def last(sittings: Sequence[Sitting], lesson: int) -> Sitting | None:
    """The newest sitting of a test."""
    return max(_of(sittings, lesson), key=lambda sitting: sitting.number, default=None)


def chance(exam: Exam, lesson: int, sittings: Sequence[Sitting], person: Person) -> Chance:
    """What the learner's next attempt at this test may be. Waiting is counted in the learner's own dates."""
    before = _of(sittings, lesson)
    counted = [sitting for sitting in before if not sitting.excused]
    number = 1 + max((sitting.number for sitting in before), default=0)
    left = max(0, exam.attempts - len(counted)) if exam.attempts else None
    ends = [sitting.finished_at for sitting in counted if sitting.finished_at]
    if not (ends and exam.wait_days):
        return Chance(number, left)
    return Chance(number, left, local(max(ends), person).date() + exam.wait_days * DAY)


def begun(seat: Sitting, programme: Programme) -> Sitting:
    """A sitting of which nothing is known yet but whose it is, with what is asked in it, and its end."""
    seed = f"{seat.enrolment}:{seat.lesson}:{seat.number}"
    if seat.lesson == ENTRY:
        return replace(seat, asked=entry_questions(programme, seed))
    taught = programme.lessons[seat.lesson].texts[0]
    minutes = taught.exam.minutes if taught.exam else 0
    ends = seat.started_at + timedelta(minutes=minutes) if minutes else None
    asked = tuple((seat.lesson, card) for card in drawn(taught, taught.draw, seed))
    return replace(seat, asked=asked, ends_at=ends)


def entry_questions(programme: Programme, seed: str) -> tuple[tuple[int, int], ...]:
    """What an entry test asks: some questions of each lesson that is not a test itself; nothing where there is none."""
    count = programme.rules.skip
    return tuple(
        (index, card)
        for index, lesson in enumerate(programme.lessons)
        if count and lesson.texts[0].exam is None
        for card in drawn(lesson.texts[0], count, seed)
    )


def drawn(taught: LessonText, count: int, seed: str) -> tuple[int, ...]:
    """The cards of `count` graded questions of a lesson (0: all of them), in an order of the seed's own."""
    graded = (
        (card.question.id, place)
        for place, card in enumerate(taught.cards)
        if card.question and card.question.kind not in UNGRADED
    )
    mixed = sorted(graded, key=lambda pair: sha256(f"{seed}:{pair[0]}".encode()).digest())
    return tuple(place for _, place in mixed[: count or None])


def answered(sitting: Sitting, worth: float) -> Sitting:
    """The sitting with one more answer."""
    return replace(sitting, worths=(*sitting.worths, worth))


def finished(sitting: Sitting, exam: Exam | None, now: datetime) -> Sitting:
    """The sitting once it is over, passed or not; an entry test (`exam` is None) is neither.

    It ended now, or with its time.
    """
    passed = None if exam is None else sitting.percent >= exam.passing
    ended = now if sitting.ends_at is None else min(now, sitting.ends_at)
    return replace(sitting, finished_at=ended, passed=passed)


def known(sitting: Sitting) -> tuple[int, ...]:
    """The lessons of which everything that was asked in an entry test was answered entirely right."""
    asked = dict.fromkeys(lesson for lesson, _ in sitting.asked)
    missed = {lesson for lesson, _ in sitting.wrong}
    return tuple(lesson for lesson in asked if lesson not in missed)


def _of(sittings: Sequence[Sitting], lesson: int) -> list[Sitting]:
    return [sitting for sitting in sittings if sitting.lesson == lesson]
