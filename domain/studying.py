"""Studying: cards one after another, and what comes next. Answers are in answering.py."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Literal

from domain.certificate import earned
from domain.certifying import not_passed
from domain.effect import (
    Ask,
    Certify,
    CloseStep,
    Effect,
    FinishLesson,
    Move,
    Note,
    OpenStep,
    Say,
    SetState,
    Wait,
)
from domain.facts import Facts, Step, Study
from domain.introducing import barred, introduction, offer, offered
from domain.message import Choice, Line, Message, Moment, Notice, Param, ShowCard, notice
from domain.order import next_lesson, others
from domain.pacing import local, next_lesson_at
from domain.path import following
from domain.person import Person
from domain.picking import ways
from domain.programme import Card
from domain.sitting import running

NewKey = Callable[[], str]
OTHERS: Final = 2  # lessons that may be chosen in place of the next are shown at once
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


def begin(facts: Facts, study: Study, new_key: NewKey, by: Literal["time", "learner"]) -> list[Effect]:
    """Show the first card of the lesson that waits, or what is to be said before a test."""
    if offered(study):
        return _stand(facts, study, offer(study, new_key()))
    return barred(facts, study) or begin_lesson(facts, study, new_key, by)


def begin_lesson(facts: Facts, study: Study, new_key: NewKey, by: Literal["time", "learner"]) -> list[Effect]:
    """Show what the lesson that waits begins with."""
    note = Note("lesson_sent", {"version": study.version, "lesson": study.lesson, "by": by})
    return [note, *_show(facts, study, _after(study, study.lesson, -1), new_key)]


def go_on(facts: Facts, study: Study, new_key: NewKey) -> list[Effect]:
    """Show where the learner is in this study: the card again, the lesson that waits, or that all is done."""
    if study.state == "finished":
        return [Say(_finished(facts, study))]
    return [*pause_over(study), *_where_they_are(facts, study, new_key)]


def _where_they_are(facts: Facts, study: Study, new_key: NewKey) -> list[Effect]:
    if study.card < 0:
        return begin(facts, study, new_key, "learner")
    step = facts.open_in(study, "test") or facts.open_in(study)
    if step is None:
        return _show(facts, study, study.card, new_key)
    if step.purpose == "test":
        return [*asked_last(facts, step), Say(shown(facts, study, step))]
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
    return [closed, *_show(place.facts, place.study, card, place.new_key)]


def _show(facts: Facts, study: Study, card: int, new_key: NewKey) -> list[Effect]:
    """The card; where a test's questions begin, what is to be said before them."""
    asks = _cards(study, study.lesson)[card].question is not None
    step = Step(new_key(), study.enrolment, study.lesson, card, question=asks)
    if asks and study.text(facts.language).exam:
        step = replace(step, question=False, purpose="test")
    return _stand(facts, study, step)


def _stand(facts: Facts, study: Study, step: Step) -> list[Effect]:
    moved = Move(study.enrolment, study.lesson, max(step.card, 0))
    return [moved, OpenStep(step), Say(shown(facts, study, step))]


def shown(facts: Facts, study: Study, step: Step) -> Message:
    """What a step shows: its card, or what stands before a test."""
    if step.purpose == "test" and not step.question:
        return introduction(facts, study, step)
    return card_at(study, step)


def card_at(study: Study, step: Step) -> ShowCard:
    """The card of a step; a lesson's first carries its heading, a test's its number."""
    if step.purpose == "review":
        return asked_again(step)
    sitting = running(study.sittings) if step.purpose == "test" else None
    if sitting:
        place, of, chosen = sitting.place + 1, len(sitting.asked), step.selected
        return ShowCard(study.version, step.lesson, step.card, step.key, selected=chosen, number=place, of=of)
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
    right, graded = study.lesson_right, study.lesson_graded
    done, text = FinishLesson(study.enrolment, study.lesson, right, graded), study.text(facts.language)
    if text.exam:
        return [done, *onward(facts, study, study.lesson, "study.following")]
    told = "study.lesson_done" if graded else "study.lesson_done_unscored"
    params: dict[str, Param] = {"title": text.title, "right": right, "graded": graded}
    return [done, *onward(facts, study, study.lesson, told, **params)]


def onward(facts: Facts, study: Study, after: int, told: str, **params: Param) -> list[Effect]:
    """What comes behind this lesson (-1: from the first on) that is not done; nothing: the programme is done."""
    lesson = next_lesson(study.programme, study.lessons_done, after)
    if lesson is None:
        return _end_programme(facts, study)
    person = _joined(facts)
    due = next_lesson_at(facts.now, person, pace=study.pace)
    given: dict[str, Param] = {
        **params,
        "following": study.text(facts.language, lesson).title,
        "when": Moment(local(due, person)),
    }
    said = _or_another(facts, study, lesson, after, Line(told, given))
    return [Move(study.enrolment, lesson, -1), Wait(study.enrolment, due), Say(said)]


def _or_another(facts: Facts, study: Study, lesson: int, after: int, told: Line) -> Notice:
    """What comes next; in free order also what may be chosen in its place."""
    now, done = Choice("study.now", "/continue"), {*study.lessons_done, after}
    free = others(study.programme, done, lesson) if study.programme.rules.order == "free" else ()
    if not free:
        return Notice((told,), (now, MENU))
    return Notice((told, Line("lessons.or_another")), (now, *ways(study, facts.language, free, most=OTHERS)))


def _end_programme(facts: Facts, study: Study) -> list[Effect]:
    """The programme is done: its certificate where it gives one, else why there is none."""
    told, rules = _finished(facts, study), study.programme.rules
    done: list[Effect] = [SetState(study.enrolment, "finished"), _programme_done(study)]
    if earned(study.programme, study.right, study.graded):
        return [*done, Certify(study.enrolment, told)]
    return [*done, Say(told if rules.valid_months is None else not_passed(told, study.programme))]


def _finished(facts: Facts, study: Study) -> Notice:
    title = study.programme.text(facts.language).title
    choices = Choice("menu.programmes", "/programmes"), Choice("menu.progress", "/progress")
    key = "study.programme_done" if study.graded else "study.programme_done_unscored"
    return notice(key, *choices, title=title, right=study.right, graded=study.graded)


def _programme_done(study: Study) -> Note:
    details: dict[str, str | int | bool | None] = {
        "version": study.version,
        "right": study.right,
        "graded": study.graded,
    }
    return Note("programme_done", details)


def _joined(facts: Facts) -> Person:
    assert facts.person is not None, "only someone who joined has a study"
    return facts.person
