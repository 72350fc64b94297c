"""Studying: cards one after another, and what comes next. Answers are in answering.py."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from domain.effect import Ask, CloseStep, Effect, FinishLesson, Move, Note, OpenStep, Say, SetState, Wait
from domain.facts import Facts, Step, Study
from domain.message import Choice, Moment, ShowCard, notice
from domain.pacing import local, next_lesson_at
from domain.path import following
from domain.person import Person
from domain.programme import Card

NewKey = Callable[[], str]
CONTINUE, MENU = Choice("menu.continue", "/continue"), Choice("menu.menu", "/menu")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a learner does something: the step, its study, and what else is known."""

    facts: Facts
    study: Study
    step: Step
    new_key: NewKey

    def after(self, chosen: tuple[int, ...]) -> int | None:
        """The card that follows when these options were chosen; None at the end of the lesson."""
        card = _after(self.study, self.step.lesson, self.step.card, chosen)
        return card if card < len(_cards(self.study, self.step.lesson)) else None


def begin(study: Study, new_key: NewKey, by: Literal["time", "learner"]) -> list[Effect]:
    """Show the first card of the lesson that waits."""
    note = Note("lesson_sent", {"version": study.version, "lesson": study.lesson, "by": by})
    return [note, *_show(study, _after(study, study.lesson, -1), new_key)]


def go_on(facts: Facts, study: Study, new_key: NewKey) -> list[Effect]:
    """Show where the learner is in this study: the card again, the lesson that waits, or that all is done."""
    if study.state == "finished":
        return _end_programme(facts, study)[-1:]
    return [*pause_over(study), *_where_they_are(facts, study, new_key)]


def _where_they_are(facts: Facts, study: Study, new_key: NewKey) -> list[Effect]:
    if study.card < 0:
        return begin(study, new_key, "learner")
    step = facts.open_in(study)
    if step is None:
        return _show(study, study.card, new_key)
    if step.of(study, facts.language).question and not step.question:
        return advance(Place(facts, study, step, new_key))
    return [*asked_last(facts, step), Say(card_at(study, step))]


def asked_last(facts: Facts, step: Step) -> list[Effect]:
    """What makes a step that is shown again the one that words are about."""
    return [] if facts.open and facts.open.key == step.key else [Ask(step.key)]


def pause_over(study: Study) -> list[Effect]:
    """Who goes on by themselves ends their pause, and is told so."""
    if study.state != "paused":
        return []
    return [SetState(study.enrolment, "active"), Note("resumed", {}), Say(notice("pause.over"))]


def advance(place: Place) -> list[Effect]:
    """Leave the card for what follows it."""
    closed, card = CloseStep(place.step.key), place.after(place.step.selected)
    if card is None:
        return [closed, *end_lesson(place.facts, place.study)]
    return [closed, *_show(place.study, card, place.new_key)]


def _show(study: Study, card: int, new_key: NewKey) -> list[Effect]:
    asks = _cards(study, study.lesson)[card].question is not None
    step = Step(new_key(), study.enrolment, study.lesson, card, question=asks)
    moved = Move(study.enrolment, study.lesson, card)
    return [moved, OpenStep(step), Say(card_at(study, step))]


def card_at(study: Study, step: Step) -> ShowCard:
    """The card of a step; the first one carries the lesson's heading, what comes back says where it comes from."""
    if step.purpose == "review":
        return asked_again(step)
    first = step.card == _after(study, step.lesson, -1)
    last = _after(study, step.lesson, step.card) == len(_cards(study, step.lesson))
    return ShowCard(study.version, step.lesson, step.card, step.key, first, step.selected, last)


def asked_again(step: Step) -> ShowCard:
    """The question of a step at which it comes back."""
    assert step.version is not None, "what comes back is of a version of its own"
    at = step.version, step.lesson, step.card, step.key
    return ShowCard(*at, heading=True, selected=step.selected, purpose="review")


def _cards(study: Study, lesson: int) -> tuple[Card, ...]:
    return study.programme.lessons[lesson].texts[0].cards


def _after(study: Study, lesson: int, card: int, chosen: tuple[int, ...] = ()) -> int:
    """The card that follows in this lesson (their number at its end); translations have the same way."""
    return following(study.programme.lessons[lesson].texts[0], card, chosen, study.enrolment)


def end_lesson(facts: Facts, study: Study) -> list[Effect]:
    """The lesson is done: say how it went and what comes when; after the last one the programme is done."""
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


def _joined(facts: Facts) -> Person:
    assert facts.person is not None, "only someone who joined has a study"
    return facts.person
