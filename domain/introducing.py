"""What is said before a test: what it asks for, that it may not begin yet, or that lessons can be skipped by one."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from domain.effect import Effect, Move, Say, Wait
from domain.facts import Facts, Step, Study
from domain.message import Choice, Day, Line, Moment, Notice
from domain.pacing import DAY, lesson_at, local
from domain.person import Person
from domain.programme import Exam
from domain.proving import prompt, waiting
from domain.sitting import ENTRY, Chance, chance, entry_questions

CHECK: Final = "check"
START: Final = "start"
_MENU: Final = Choice("menu.menu", "/menu")


def introduction(facts: Facts, study: Study, step: Step) -> Notice:
    """What stands before a test, with the button that begins it: of the lesson itself, or of all lessons."""
    if step.lesson == ENTRY:
        return _offer(facts, study, step)
    text = study.text(facts.language)
    assert text.exam is not None, "only a test has an introduction"
    if waiting(facts, step):
        return prompt(facts, step)
    head = Line("test.head", {"title": text.title})
    asked = {"questions": text.draw or len(text.questions), "passing": text.exam.passing}
    lines = (head, Line("test.questions", {**asked}), *_terms(facts, study, text.exam), Line("test.silent"))
    return Notice(lines, (Choice("test.begin", f"{step.key}:next"),), step.key)


def offered(study: Study) -> bool:
    """Whether the learner can still choose between an entry test and the first lesson: nothing was done yet."""
    rules, sat = study.programme.rules, any(not sitting.excused for sitting in study.sittings)
    begun = study.lessons_done or sat
    return bool(rules.skip) and not begun and bool(entry_questions(study.programme, ""))


def offer(study: Study, key: str) -> Step:
    """The step at which the learner chooses."""
    return Step(key, study.enrolment, ENTRY, -1, question=False, purpose="test")


def barred(facts: Facts, study: Study) -> list[Effect]:
    """What follows in place of a test that may not begin now: it waits. Nothing where it may, or is none."""
    exam, person = study.text(facts.language).exam, _joined(facts)
    if exam is None:
        return []
    next_ = chance(exam, study.lesson, study.sittings, person)
    if next_.open(facts.now, person):
        return []
    head = Line("test.head", {"title": study.text(facts.language).title})
    told = Notice((head, _then(facts, next_)), (_MENU,))
    return [Move(study.enrolment, study.lesson, -1), *_wait(facts, study, next_), Say(told)]


def retry(facts: Facts, study: Study) -> tuple[list[Effect], Line, tuple[Choice, ...]]:
    """A test was not passed: where it goes on, what is said of that, and what can be pressed."""
    exam, person = study.text(facts.language).exam, _joined(facts)
    assert exam is not None, "only a test is not passed"
    next_ = chance(exam, study.lesson, study.sittings, person)
    now = (Choice("test.again", f"/enrol {study.programme.slug}"),) if next_.open(facts.now, person) else ()
    back = Move(study.enrolment, study.lesson, -1)
    return [back, *_wait(facts, study, next_)], _then(facts, next_), now


def _then(facts: Facts, next_: Chance) -> Line:
    """When the next attempt is possible, or whom to ask where none is left."""
    person = _joined(facts)
    if next_.left == 0:
        return Line("test.no_attempts", {"contact": person.organisation.contact})
    if next_.open(facts.now, person):
        return Line("test.again_now")
    assert next_.first is not None, "it is only waited for"
    return Line(
        "test.again_from", {"day": Day(next_.first), "when": Moment(local(_due(facts, next_), person))}
    )


def _wait(facts: Facts, study: Study, next_: Chance) -> list[Effect]:
    return [] if next_.left == 0 else [Wait(study.enrolment, _due(facts, next_))]


def _due(facts: Facts, next_: Chance) -> datetime:
    """When the test comes by itself."""
    person = _joined(facts)
    tomorrow = local(facts.now, person).date() + DAY
    return lesson_at(facts.now, person, max(tomorrow, next_.first or tomorrow))


def _terms(facts: Facts, study: Study, exam: Exam) -> Iterator[Line]:
    if exam.minutes:
        yield Line("test.limit", {"minutes": exam.minutes})
    left = chance(exam, study.lesson, study.sittings, _joined(facts)).left
    if left is not None:
        yield Line("test.attempts", {"left": left, "attempts": exam.attempts})
    if exam.code:
        yield Line("test.code")


def _offer(facts: Facts, study: Study, step: Step) -> Notice:
    questions = len(entry_questions(study.programme, ""))
    title = study.programme.text(facts.language).title
    choices = (Choice("entry.check", f"{step.key}:{CHECK}"), Choice("entry.start", f"{step.key}:{START}"))
    return Notice((Line("entry.offer", {"title": title, "questions": questions}),), choices, step.key)


def _joined(facts: Facts) -> Person:
    assert facts.person is not None, "only someone who joined has a study"
    return facts.person
