"""Examining: a test from its first question to its result. Nothing is said of an answer before the end."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from domain.effect import (
    BeginTest,
    CloseStep,
    CountInTest,
    Effect,
    Move,
    Note,
    OpenStep,
    Record,
    Say,
)
from domain.event import Command, Said, StepPress
from domain.examined import Details, end, named, result, seated
from domain.facts import Facts, Step, Study
from domain.grading import Given, score
from domain.message import Line, Moment, Notice, notice
from domain.pacing import local
from domain.question import Question
from domain.sitting import Sitting, answered, begun, last, running
from domain.studying import CONTINUE, MENU, Place, card_at

LATE: Final = timedelta(minutes=5)


def begin_sitting(place: Place, lesson: int, *, code: str = "") -> list[Effect]:
    """The time starts: the first question. `code`: by which way one came that was typed before."""
    facts, study = place.facts, place.study
    before = last(study.sittings, lesson)
    seat = Sitting(study.enrolment, study.version, lesson, before.number + 1 if before else 1, (), facts.now)
    sitting = begun(seat, study.programme)
    proof = {"code": code} if code else {}
    details: Details = {"version": study.version, "number": sitting.number, **named(lesson), **proof}
    return [
        BeginTest(sitting),
        Note("test_begun", details),
        Move(study.enrolment, study.lesson, study.card),
        *_until(facts, sitting),
        *_ask(place, sitting),
    ]


def _until(facts: Facts, sitting: Sitting) -> list[Effect]:
    assert facts.person is not None, "only someone who joined sits for a test"
    if sitting.ends_at is None:
        return []
    return [Say(notice("test.until", when=Moment(local(sitting.ends_at, facts.person))))]


def _ask(place: Place, sitting: Sitting) -> list[Effect]:
    """The question that waits."""
    lesson, card = sitting.asked[sitting.place]
    study = seated(place.study, sitting)
    step = Step(place.new_key(), study.enrolment, lesson, card, question=True, purpose="test")
    return [OpenStep(step), Say(card_at(study, step))]


def kept(place: Place, question: Question, given: Given) -> list[Effect]:
    """An answer is kept, and the next question follows; after the last one the result."""
    sitting, worth = running(place.study.sittings), score(question, given)
    assert sitting is not None, "a test's question is open only while it is sat for"
    assert worth is not None, "a test asks only what can be graded"
    sitting = answered(sitting, worth)
    record = Record(place.step, place.study.version, question.id, given, worth)
    done: list[Effect] = [CloseStep(place.step.key), record]
    if sitting.place < len(sitting.asked):
        return [*done, CountInTest(sitting), *_ask(place, sitting)]
    return [*done, *end(place.facts, replace(place.study, state="active"), sitting)]


def out_of_time(facts: Facts, meaning: Command | StepPress | Said) -> list[Effect]:
    """What follows in place of what was done, when it is about a test whose time is over; else nothing."""
    ended = (study for study in facts.studies if _is_over(facts, study))
    return next(filter(None, (_too_late(facts, study, meaning) for study in ended)), [])


def _too_late(facts: Facts, study: Study, meaning: Command | StepPress | Said) -> list[Effect]:
    step = facts.open_in(study, "test")
    if isinstance(meaning, Command):
        return time_over(facts, study) if _goes_on(study, meaning) else []
    about = facts.pressed if isinstance(meaning, StepPress) else facts.open
    return time_over(facts, study, answer=True) if step and about == step else []


def _is_over(facts: Facts, study: Study) -> bool:
    sitting = running(study.sittings)
    return sitting is not None and sitting.over(facts.now)


def _goes_on(study: Study, command: Command) -> bool:
    """Whether the command asks to go on where the learner is."""
    slug = study.programme.slug
    return (command.name, command.argument) in (("continue", ""), ("start", ""), ("enrol", slug))


def time_over(facts: Facts, study: Study, *, answer: bool = False) -> list[Effect]:
    """A test whose time is over is closed, and its result told. `answer`: one came too late and is not counted."""
    sitting, step = running(study.sittings), facts.open_in(study, "test")
    assert sitting is not None, "only a running test comes to its end"
    closed: list[Effect] = [CloseStep(step.key)] if step else []
    why = Line("test.late" if answer else "test.time_over")
    return [*closed, *end(facts, study, sitting, why)]


def behind(facts: Facts, step: Step) -> Notice:
    """What is said of a press on something in a test that is closed: that it came too late, or is behind."""
    study = facts.study(step.enrolment)
    sitting = last(study.sittings, step.lesson)
    if sitting is None or sitting.finished_at is None or not step.question:
        return notice("study.behind", CONTINUE)
    if sitting.version != study.version:  # of before the programme began again
        return notice("study.behind", CONTINUE)
    if (step.lesson, step.card) not in sitting.asked[sitting.place :]:
        return notice("study.behind", CONTINUE)
    return Notice((Line("test.late"), result(facts, study, sitting)), (CONTINUE, MENU))


def late_words(facts: Facts) -> list[Effect]:
    """What is said of words that came just after the end of a test, when they were to be its answer; else nothing."""
    for study in facts.studies:
        for sitting in study.sittings:
            if sitting.version != study.version or not _just_ran_out(sitting, facts.now):
                continue
            lesson, card = sitting.asked[sitting.place]
            question = study.text(facts.language, lesson).cards[card].question
            if question and question.written:
                told = (Line("test.late"), result(facts, study, sitting))
                return [Say(Notice(told, (CONTINUE, MENU)))]
    return []


def _just_ran_out(sitting: Sitting, now: datetime) -> bool:
    """Whether its time ended it, a question being open, and that is so short ago that an answer may still come."""
    end = sitting.finished_at
    return end is not None and sitting.place < len(sitting.asked) and now - end <= LATE
