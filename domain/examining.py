"""Examining: a test from the tap that begins it to its result. Nothing is said of an answer before the end."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from domain.effect import (
    BeginTest,
    CloseStep,
    CountInTest,
    Effect,
    EndTest,
    FinishLesson,
    Move,
    Note,
    OpenStep,
    Record,
    Say,
    SetState,
    Wait,
)
from domain.event import Command, Said, StepPress
from domain.facts import Facts, Step, Study
from domain.grading import Given, score
from domain.introducing import START, barred, offered, retry
from domain.message import Choice, Feedback, Line, Moment, Notice, Param, notice
from domain.pacing import local
from domain.question import Question
from domain.sitting import ENTRY, Sitting, answered, begun, finished, known, last, running
from domain.studying import CONTINUE, MENU, Place, begin_lesson, card_at, end_lesson, onward
from domain.text import shortened

MOST_LISTED: Final = 20
MOST_PROMPT: Final = 80
LATE: Final = timedelta(minutes=5)
Details = dict[str, str | int | bool | None]


def tapped(place: Place, choice: str) -> list[Effect]:
    """What follows a press on what stands before a test."""
    study, closed = place.study, CloseStep(place.step.key)
    if place.step.lesson != ENTRY:
        return [closed, *(barred(place.facts, study) or _begin(place, study.lesson))]
    if choice == START or not offered(study):
        return [closed, *begin_lesson(place.facts, study, place.new_key, "learner")]
    return [closed, *_begin(place, ENTRY)]


def _begin(place: Place, lesson: int) -> list[Effect]:
    """The time starts: the first question."""
    facts, study = place.facts, place.study
    before = last(study.sittings, lesson)
    seat = Sitting(study.enrolment, study.version, lesson, before.number + 1 if before else 1, (), facts.now)
    sitting = begun(seat, study.programme)
    details: Details = {"version": study.version, "number": sitting.number, **_named(lesson)}
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
    study = _with(place.study, sitting)
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
    return [*done, *_end(place.facts, replace(place.study, state="active"), sitting)]


def out_of_time(facts: Facts, meaning: Command | StepPress | Said) -> list[Effect]:
    """What follows in place of what was done, when it is about a test whose time is over; else nothing."""
    study = next((study for study in facts.studies if _is_over(facts, study)), None)
    if study is None:
        return []
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
    return [*closed, *_end(facts, study, sitting, why)]


def behind(facts: Facts, step: Step) -> Notice:
    """What is said of a press on something in a test that is closed: that it came too late, or is behind."""
    study = facts.study(step.enrolment)
    sitting = last(study.sittings, step.lesson)
    if sitting is None or sitting.finished_at is None or not step.question:
        return notice("study.behind", CONTINUE)
    if (step.lesson, step.card) not in sitting.asked[sitting.place :]:
        return notice("study.behind", CONTINUE)
    return Notice((Line("test.late"), _result(facts, study, sitting)), (CONTINUE, MENU))


def late_words(facts: Facts) -> list[Effect]:
    """What is said of words that came just after the end of a test, when they were to be its answer; else nothing."""
    for study in facts.studies:
        for sitting in study.sittings:
            if not _just_ran_out(sitting, facts.now):
                continue
            lesson, card = sitting.asked[sitting.place]
            question = study.text(facts.language, lesson).cards[card].question
            if question and question.written:
                told = (Line("test.late"), _result(facts, study, sitting))
                return [Say(Notice(told, (CONTINUE, MENU)))]
    return []


def _just_ran_out(sitting: Sitting, now: datetime) -> bool:
    """Whether its time ended it, a question being open, and that is so short ago that an answer may still come."""
    end = sitting.finished_at
    return end is not None and sitting.place < len(sitting.asked) and now - end <= LATE


def explain(facts: Facts, argument: str) -> list[Effect]:
    """The explanations of what was wrong in a test ("ENROLMENT LESSON") that was passed."""
    wanted = argument.split()
    found = (
        (study, sitting)
        for study in facts.studies
        for sitting in study.sittings
        if sitting.passed and [str(study.enrolment), str(sitting.lesson)] == wanted
    )
    study, sitting = next(found, (None, None))
    if study is None or sitting is None or not sitting.wrong:
        return [Say(notice("test.nothing_to_explain", CONTINUE, MENU))]
    return [
        Say(Feedback(study.version, lesson, card, (), None, solved=True))
        for lesson, card in sitting.wrong[:MOST_LISTED]
    ]


def _end(facts: Facts, study: Study, sitting: Sitting, *first: Line) -> list[Effect]:
    """The result, and what comes now."""
    exam = study.text(facts.language, sitting.lesson).exam if sitting.lesson != ENTRY else None
    over = finished(sitting, exam, facts.now)
    study = _with(study, over)
    details: Details = {
        "version": study.version,
        "number": over.number,
        **_named(over.lesson),
        "right": over.right,
        "graded": len(over.asked),
        "percent": over.percent,
        "passed": over.passed,
    }
    then = _entered(facts, study, over) if exam is None else _examined(facts, study, over, first)
    return [EndTest(over), Note("test_done", details), *_resting(study, then)]


def _examined(facts: Facts, study: Study, sitting: Sitting, first: Iterable[Line]) -> list[Effect]:
    lines = (*first, _result(facts, study, sitting), *_to_look_at(facts, study, sitting))
    if not sitting.passed:
        back, then, choices = retry(facts, study)
        return [*back, Say(Notice((*lines, then), (*choices, MENU)))]
    counted = replace(study, lesson_right=sitting.right, lesson_graded=len(sitting.asked))
    explains = (Choice("test.explain", f"/explain {study.enrolment} {sitting.lesson}"),)
    return in_front(end_lesson(facts, counted), lines, explains if sitting.wrong else ())


def _entered(facts: Facts, study: Study, sitting: Sitting) -> list[Effect]:
    """The lessons that are known are done; learning goes on at the first one that is not."""
    skipped = known(sitting)
    asked = [lesson for lesson, _ in sitting.asked]
    done: list[Effect] = []
    for lesson in skipped:
        count = asked.count(lesson)
        done.append(FinishLesson(study.enrolment, lesson, count, count, skipped=True))
    titles = "\n".join(f"– {study.text(facts.language, lesson).title}" for lesson in skipped)
    line = Line("entry.skipped", {"lessons": titles}) if skipped else Line("entry.none_skipped")
    study = replace(study, lessons_done=study.lessons_done | {*skipped})
    return [*done, *in_front(onward(facts, study, -1, "study.following"), (line,), ())]


def in_front(effects: list[Effect], lines: tuple[Line, ...], choices: tuple[Choice, ...]) -> list[Effect]:
    """The effects with these lines in front of what is said in the end, and choices behind its own: one message.

    Where they do not end with a notice, one comes before them.
    """
    *others, end = effects
    if isinstance(end, Say) and isinstance(end.message, Notice):
        said = Notice((*lines, *end.message.lines), (*end.message.choices, *choices))
        return [*others, Say(said)]
    return [Say(Notice(lines, choices)), *effects]


def _resting(study: Study, effects: list[Effect]) -> list[Effect]:
    """What comes by itself does not, while the learner has paused."""
    ends = any(isinstance(effect, SetState) for effect in effects)
    if study.state != "paused" or ends:
        return effects
    return [*(each for each in effects if not isinstance(each, Wait)), SetState(study.enrolment, "paused")]


def _result(facts: Facts, study: Study, sitting: Sitting) -> Line:
    text = study.text(facts.language, sitting.lesson)
    assert text.exam is not None, "only a test is passed or not"
    params: dict[str, Param] = {
        "title": text.title,
        "right": sitting.right,
        "of": len(sitting.asked),
        "percent": sitting.percent,
        "passing": text.exam.passing,
    }
    return Line("test.passed" if sitting.passed else "test.failed", params)


def _to_look_at(facts: Facts, study: Study, sitting: Sitting) -> list[Line]:
    """What was not right, without what would have been."""
    wrong = sitting.wrong
    if not wrong:
        return []
    prompts = [_prompt(study, facts, *pair) for pair in wrong[:MOST_LISTED]]
    return [Line("test.look_again", {"questions": "\n".join(f"– {each}" for each in prompts)})]


def _prompt(study: Study, facts: Facts, lesson: int, card: int) -> str:
    """The question on a line, and the lesson that teaches it."""
    question = study.text(facts.language, lesson).cards[card].question
    assert question is not None, "a test asks questions"
    prompt = shortened(question.prompt.plain, MOST_PROMPT)
    taught = (each for each in study.programme.lessons if each.slug == question.about)
    titles = [each.text(facts.language).title for each in taught]
    return " → ".join((prompt, *titles))


def _named(lesson: int) -> Details:
    """A lesson in the details of a note; an entry test has none."""
    return {} if lesson == ENTRY else {"lesson": lesson}


def _with(study: Study, sitting: Sitting) -> Study:
    """The study with the sitting as it stands now."""
    key = sitting.lesson, sitting.number
    others = (each for each in study.sittings if (each.lesson, each.number) != key)
    return replace(study, sittings=(*others, sitting))
