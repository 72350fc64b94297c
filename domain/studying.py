"""Studying: cards one after another, answers with their explanation, and what comes next."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from domain.effect import (
    CloseStep,
    Effect,
    FinishLesson,
    Move,
    Note,
    OpenStep,
    Record,
    Say,
    Select,
    SetState,
    Wait,
)
from domain.facts import Facts, Step, Study
from domain.message import Choice, Feedback, Moment, ShowCard, notice
from domain.pacing import local, next_lesson_at
from domain.person import Person
from domain.question import Question, grade

NewKey = Callable[[], str]
CONTINUE, MENU = Choice("menu.continue", "/continue"), Choice("menu.menu", "/menu")


def begin(study: Study, new_key: NewKey, by: Literal["time", "learner"]) -> list[Effect]:
    """Show the first card of the lesson that waits."""
    note = Note("lesson_sent", {"version": study.version, "lesson": study.lesson, "by": by})
    return [note, *_show(study, 0, new_key)]


def go_on(facts: Facts, study: Study, new_key: NewKey) -> list[Effect]:
    """Show where the learner is in this study: the card again, the lesson that waits, or that all is done."""
    if study.state == "finished":
        return _end_programme(facts, study)[-1:]
    return [*_pause_over(study), *_where_they_are(facts, study, new_key)]


def _where_they_are(facts: Facts, study: Study, new_key: NewKey) -> list[Effect]:
    if study.card < 0:
        return begin(study, new_key, "learner")
    step = facts.open_in(study)
    if step is None:
        return _show(study, study.card, new_key)
    if step.of(study, facts.language).question and not step.question:
        return _advance(_Place(facts, study, step, new_key))
    return [Say(_card(study, step))]


def _pause_over(study: Study) -> list[Effect]:
    """Who goes on by themselves ends their pause, and is told so."""
    if study.state != "paused":
        return []
    return [SetState(study.enrolment, "active"), Note("resumed", {}), Say(notice("pause.over"))]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a press was made: the step, its study, and what else is known."""

    facts: Facts
    study: Study
    step: Step
    new_key: NewKey

    @property
    def is_last(self) -> bool:
        return self.step.card + 1 == len(self.study.text(self.facts.language, self.step.lesson).cards)


def press(facts: Facts, choice: str, new_key: NewKey) -> list[Effect]:
    """What follows a press on a step's button; an old or a foreign one changes nothing."""
    step = facts.pressed
    if step is None:
        return [Say(notice("study.old_button", CONTINUE, MENU))]
    if step.closed:
        return [Say(notice("study.recorded" if step.question else "study.behind", CONTINUE))]
    place = _Place(facts, facts.study(step.enrolment), step, new_key)
    question = step.of(place.study, facts.language).question
    over = _pause_over(place.study)
    if not step.question or question is None:
        return [*over, *_advance(place)]
    return [*over, *_choose(place, question, choice)]


def option_named(facts: Facts, text: str) -> str | None:
    """The press that a typed option of the open question stands for, whatever its case; None when it is none.

    What is ticked already is part of the answer.
    """
    step = facts.open
    if step is None or not step.question:
        return None
    question = step.of(facts.study(step.enrolment), facts.language).question
    names = [option.text.plain.casefold() for option in question.options] if question else []
    wanted = text.strip().casefold()
    if wanted not in names:
        return None
    chosen = {names.index(wanted), *step.selected}
    return "=" + ",".join(map(str, sorted(chosen)))


def _choose(place: _Place, question: Question, choice: str) -> list[Effect]:
    step, chosen = place.step, _indexes(choice, question)
    if question.kind == "multiple" and choice.isdecimal() and chosen:
        selected = tuple(sorted(set(step.selected) ^ set(chosen)))
        message = _card(place.study, replace(step, selected=selected))
        return [Select(step.key, selected), Say(message, edits_step=step.key)]
    if choice == "ok":
        chosen = step.selected
    if not chosen or (question.kind != "multiple" and len(chosen) > 1):
        return [Say(notice("study.choose_one" if chosen else "study.choose_first"))]
    return _answer(place, question, chosen)


def _answer(place: _Place, question: Question, chosen: tuple[int, ...]) -> list[Effect]:
    step, study, correct = place.step, place.study, grade(question, chosen)
    recorded: list[Effect] = [CloseStep(step.key), Record(step, study.version, question.id, chosen, correct)]
    feedback = Feedback(study.version, step.lesson, step.card, chosen, correct)
    if place.is_last:
        return [*recorded, Say(feedback), *_end_lesson(place.facts, _counted(study, correct))]
    further = Step(place.new_key(), study.enrolment, step.lesson, step.card, question=False)
    return [*recorded, OpenStep(further), Say(replace(feedback, step=further.key))]


def _counted(study: Study, correct: bool | None) -> Study:
    """The study with one more answer in its counts; an opinion does not count."""
    if correct is None:
        return study
    return replace(
        study,
        right=study.right + correct,
        graded=study.graded + 1,
        lesson_right=study.lesson_right + correct,
        lesson_graded=study.lesson_graded + 1,
    )


def _advance(place: _Place) -> list[Effect]:
    closed = CloseStep(place.step.key)
    if place.is_last:
        return [closed, *_end_lesson(place.facts, place.study)]
    return [closed, *_show(place.study, place.step.card + 1, place.new_key)]


def _show(study: Study, card: int, new_key: NewKey) -> list[Effect]:
    question = study.programme.lessons[study.lesson].texts[0].cards[card].question
    step = Step(new_key(), study.enrolment, study.lesson, card, question=question is not None)
    moved = Move(study.enrolment, study.lesson, card)
    return [moved, OpenStep(step), Say(_card(study, step))]


def _card(study: Study, step: Step) -> ShowCard:
    """The card of a step; the first one carries the lesson's heading."""
    return ShowCard(study.version, step.lesson, step.card, step.key, step.card == 0, step.selected)


def _end_lesson(facts: Facts, study: Study) -> list[Effect]:
    done = FinishLesson(study.enrolment, study.lesson, study.lesson_right, study.lesson_graded)
    if study.lesson + 1 == len(study.programme.lessons):
        return [done, *_end_programme(facts, study)]
    person = _joined(facts)
    due = next_lesson_at(facts.now, person)
    told = notice(
        "study.lesson_done" if study.lesson_graded else "study.lesson_done_unscored",
        Choice("study.now", "/continue"),
        MENU,
        title=study.text(facts.language).title,
        right=study.lesson_right,
        graded=study.lesson_graded,
        following=study.text(facts.language, study.lesson + 1).title,
        when=Moment(local(due, person)),
    )
    return [done, Move(study.enrolment, study.lesson + 1, -1), Wait(study.enrolment, due), Say(told)]


def _end_programme(facts: Facts, study: Study) -> list[Effect]:
    title = study.programme.text(facts.language).title
    choices = Choice("menu.programmes", "/programmes"), Choice("menu.progress", "/progress")
    key = "study.programme_done" if study.graded else "study.programme_done_unscored"
    told = notice(key, *choices, title=title, right=study.right, graded=study.graded)
    details: dict[str, str | int | bool | None] = {
        "version": study.version,
        "right": study.right,
        "graded": study.graded,
    }
    return [SetState(study.enrolment, "finished"), Note("programme_done", details), Say(told)]


def _indexes(choice: str, question: Question) -> tuple[int, ...]:
    """`"1"` and `"=0,2"` as rising option indexes; empty when any of them is none."""
    parts = choice.removeprefix("=").split(",")
    if not all(part.isascii() and part.isdecimal() and len(part) < 3 for part in parts):
        return ()
    indexes = tuple(sorted({int(part) for part in parts}))
    return indexes if indexes[-1] < len(question.options) else ()


def _joined(facts: Facts) -> Person:
    assert facts.person is not None, "only someone who joined has a study"
    return facts.person
