"""Answering: a press or words become an answer, what it is worth is kept and explained, and the lesson goes on."""

from dataclasses import replace

from domain import admitting, examining, reviewing
from domain.choosing import named, pick, pieces
from domain.effect import CloseStep, Effect, OpenStep, Record, Say, Select
from domain.facts import Facts, Step, Study
from domain.grading import MOST_WRITTEN, Given, number_in, score
from domain.message import Feedback, notice
from domain.question import Question
from domain.studying import (
    CONTINUE,
    MENU,
    NewKey,
    Place,
    advance,
    asked_last,
    card_at,
    end_lesson,
    pause_over,
)


def press(facts: Facts, choice: str, new_key: NewKey) -> list[Effect]:
    """What follows a press on a step's button; an old or a foreign one changes nothing."""
    step = facts.pressed
    if step is None:
        return [Say(notice("study.old_button", CONTINUE, MENU))]
    place = Place(facts, facts.study_at(step), step, new_key)
    if step.purpose == "review":
        return _press_again(place, choice)
    if step.closed and step.purpose == "test":
        return [Say(examining.behind(facts, step))]
    if step.closed:
        return [Say(notice("study.recorded" if step.question else "study.behind", CONTINUE))]
    over = pause_over(place.study)
    if step.purpose == "test" and not step.question:
        return [*over, *admitting.tapped(place, choice)]
    question = step.of(place.study, facts.language).question
    if not step.question or question is None:
        return [*over, *advance(place)]
    return [*over, *_choose(place, question, choice)]


def _press_again(place: Place, choice: str) -> list[Effect]:
    """A press on a question that came back. An answer to it does not end a pause."""
    if place.step.closed:
        return reviewing.behind(place, choice)
    other = reviewing.before_answer(place, choice)
    question = place.step.of(place.study, place.facts.language).question
    assert question is not None, "only questions come back"
    return _choose(place, question, choice) if other is None else other


def said(facts: Facts, words: str, new_key: NewKey) -> list[Effect] | None:
    """What follows when the open question is answered by writing; None when the words are no answer to one."""
    step = facts.open
    if step is None or not step.question or not facts.awaited:
        return None
    place = Place(facts, facts.study_at(step), step, new_key)
    question = step.of(place.study, facts.language).question
    assert question is not None, "a step that asks is at a question"
    if question.written:
        return _write(place, question, words.replace("\0", "").strip())
    choice = _option_named(question, step, words)
    return None if choice is None else press(replace(facts, pressed=step), choice, new_key)


def _option_named(question: Question, step: Step, words: str) -> str | None:
    """The choice that a typed option stands for, whatever its case; None when it is none.

    What is ticked already is part of the answer.
    """
    names, wanted = [piece.casefold() for piece in pieces(question)], words.strip().casefold()
    if wanted not in names:
        return None
    index = names.index(wanted)
    if question.kind != "multiple":
        return str(index)
    return "=" + ",".join(map(str, sorted({index, *step.selected})))


def _write(place: Place, question: Question, words: str) -> list[Effect]:
    if refused := _cannot_be(question, words):
        return [Say(notice(refused, most=MOST_WRITTEN))]
    if place.step.purpose == "review":
        return reviewing.before_answer(place, "") or _answer(place, question, Given(words=words))
    return [*pause_over(place.study), *_answer(place, question, Given(words=words))]


def _cannot_be(question: Question, words: str) -> str:
    if len(words) > MOST_WRITTEN:
        return "study.too_long"
    if question.kind == "number":
        return "" if number_in(words) else "study.write_number"
    return "" if words else "study.write"


def _choose(place: Place, question: Question, choice: str) -> list[Effect]:
    step, picked = place.step, pick(question, place.step.selected, choice)
    if picked is None:
        refused = _refusal(question, choice)
        return [Say(notice(refused))]
    if picked.complete:
        return _answer(place, question, Given(picked.chosen))
    message = card_at(place.study, replace(step, selected=picked.chosen))
    selected = Select(step.key, picked.chosen)
    return [selected, *asked_last(place.facts, step), Say(message, edits_step=step.key)]


def _refusal(question: Question, choice: str) -> str:
    if question.written:
        return "study.write_number" if question.kind == "number" else "study.write"
    if question.kind in ("order", "match"):
        return "study.choose_all"
    return "study.choose_one" if named(question, choice) else "study.choose_first"


def _answer(place: Place, question: Question, given: Given) -> list[Effect]:
    if place.step.purpose == "test":
        return examining.kept(place, question, given)
    step, study, worth = place.step, place.study, score(question, given)
    record = Record(step, study.version, question.id, given, worth)
    recorded: list[Effect] = [CloseStep(step.key), record]
    goes_on = step.purpose == "lesson" and place.after(given.chosen) is not None
    key = place.new_key() if goes_on else ""
    at = study.version, step.lesson, step.card
    said = Say(Feedback(*at, given.chosen, record.correct, key, worth, purpose=step.purpose))
    if goes_on:
        further = Step(key, study.enrolment, step.lesson, step.card, question=False, selected=given.chosen)
        return [*recorded, OpenStep(further), said]
    if step.purpose == "review":
        return [*recorded, said, *reviewing.go_on(place)]
    return [*recorded, said, *end_lesson(place.facts, _counted(study, record.correct))]


def _counted(study: Study, correct: bool | None) -> Study:
    """The study with one more answer in its counts; one that has no score does not count."""
    if correct is None:
        return study
    return replace(
        study,
        right=study.right + correct,
        graded=study.graded + 1,
        lesson_right=study.lesson_right + correct,
        lesson_graded=study.lesson_graded + 1,
    )
