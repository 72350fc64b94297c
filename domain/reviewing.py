"""Reviewing: a question that came back is answered, known or stopped, and the next of today follows."""

from domain.effect import CloseStep, Effect, Hint, OpenStep, Remember, Say
from domain.facts import Facts, Step
from domain.message import Choice, Line, Notice, notice
from domain.recall import Known, pick
from domain.studying import CONTINUE, MENU, NewKey, Place, asked_again

KNOWN, ENOUGH, UNDO = "known", "enough", "undo"
WAYS_OUT = KNOWN, ENOUGH


def step_of(known: Known, new_key: NewKey) -> Step:
    """The step at which a question is asked again."""
    at = known.enrolment, *known.spot
    return Step(new_key(), *at, question=True, purpose="review", version=known.version)


def before_answer(place: Place, choice: str) -> list[Effect] | None:
    """What follows where no answer is given: a way out, or that the question was withdrawn; None: it is an answer.

    Who stops a question is asked no other today, so that the way back stands at the end.
    """
    closed, today = CloseStep(place.step.key), place.facts.today
    if today and today.withdrawn:
        return [closed, Say(notice("review.withdrawn")), *go_on(place)]
    if choice == KNOWN:
        return [closed, *_remember(place, "known"), Say(notice("review.known")), *go_on(place)]
    if choice == ENOUGH:
        undo = Choice("review.undo", f"{place.step.key}:{UNDO}")
        told = Line("review.stopped"), Line("review.done")
        return [closed, *_remember(place, "enough"), Say(Notice(told, (undo, *_onward(place.facts))))]
    return None


def behind(place: Place, choice: str) -> list[Effect]:
    """What follows a press on a question that is over."""
    if choice == UNDO:
        return [*_remember(place, "again"), Say(notice("review.undone", MENU))]
    return [Say(notice("review.behind", CONTINUE, MENU))]


def go_on(place: Place) -> list[Effect]:
    """The next question of today, or that it is enough."""
    facts, today = place.facts, place.facts.today
    following = pick(today.due, today.learner, at=facts.now, asked=today.asked) if today else None
    if following is None:
        return [Say(notice("review.done", *_onward(facts)))]
    step = step_of(following, place.new_key)
    return [OpenStep(step), Say(asked_again(step))]


def _onward(facts: Facts) -> tuple[Choice, ...]:
    return (CONTINUE, MENU) if any(study.state == "active" for study in facts.studies) else (MENU,)


def word(facts: Facts, choice: str, new_key: NewKey) -> list[Effect] | None:
    """The same by a word (/known, /enough), where a question that came back was asked last."""
    step = facts.open
    if step is None or step.purpose != "review":
        return None
    return before_answer(Place(facts, facts.study_at(step), step, new_key), choice)


def _remember(place: Place, how: Hint) -> list[Effect]:
    today = place.facts.today
    name = today.edition.names.get((place.step.lesson, place.step.card)) if today else None
    return [Remember(place.study.programme_id, name, how)] if name else []
