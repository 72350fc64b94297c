"""The end of a test: what was reached, what that means, and where to look again."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from domain.effect import Effect, EndTest, FinishLesson, Note, Say, SetState, Wait
from domain.facts import Facts, Study
from domain.introducing import retry
from domain.message import Choice, Feedback, Line, Notice, Param, notice
from domain.sitting import ENTRY, Sitting, finished, known
from domain.studying import CONTINUE, MENU, end_lesson, onward
from domain.text import shortened

MOST_LISTED: Final = 20
MOST_PROMPT: Final = 80
Details = dict[str, str | int | bool | None]


def end(facts: Facts, study: Study, sitting: Sitting, *first: Line) -> list[Effect]:
    """The result, and what comes now."""
    exam = study.text(facts.language, sitting.lesson).exam if sitting.lesson != ENTRY else None
    over = finished(sitting, exam, facts.now)
    study = seated(study, over)
    details: Details = {
        "version": study.version,
        "number": over.number,
        **named(over.lesson),
        "right": over.right,
        "graded": len(over.asked),
        "percent": over.percent,
        "passed": over.passed,
    }
    then = _entered(facts, study, over) if exam is None else _examined(facts, study, over, first)
    return [EndTest(over), Note("test_done", details), *_resting(study, then)]


def _examined(facts: Facts, study: Study, sitting: Sitting, first: Iterable[Line]) -> list[Effect]:
    lines = (*first, result(facts, study, sitting), *_to_look_at(facts, study, sitting))
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


def result(facts: Facts, study: Study, sitting: Sitting) -> Line:
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


def explain(facts: Facts, argument: str) -> list[Effect]:
    """The explanations of what was wrong in a test ("ENROLMENT LESSON") that was passed, the last time that it was."""
    wanted = argument.split()
    found = (
        sitting
        for study in facts.studies
        for sitting in study.sittings
        if sitting.passed and [str(study.enrolment), str(sitting.lesson)] == wanted
    )
    sitting = max(found, key=lambda each: each.number, default=None)
    if sitting is None or not sitting.wrong:
        return [Say(notice("test.nothing_to_explain", CONTINUE, MENU))]
    return [
        Say(Feedback(sitting.version, lesson, card, (), None, solved=True))
        for lesson, card in sitting.wrong[:MOST_LISTED]
    ]


def named(lesson: int) -> Details:
    """A lesson in the details of a note; an entry test has none."""
    return {} if lesson == ENTRY else {"lesson": lesson}


def seated(study: Study, sitting: Sitting) -> Study:
    """The study with the sitting as it stands now."""
    key = sitting.lesson, sitting.number
    others = (each for each in study.sittings if (each.lesson, each.number) != key)
    return replace(study, sittings=(*others, sitting))
