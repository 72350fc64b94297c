"""Admitting: what stands before a test, from its introduction over its code to the moment it begins."""

from dataclasses import replace

from domain.effect import CloseStep, Effect, Say
from domain.examining import begin_sitting
from domain.facts import Facts, Study
from domain.introducing import START, barred, offered
from domain.mailbox import DIGITS, digits_in
from domain.message import notice
from domain.picking import untouched
from domain.proving import refused, send
from domain.sitting import ENTRY
from domain.studying import CONTINUE, MENU, NewKey, Place, begin_lesson, pause_over


def tapped(place: Place, choice: str) -> list[Effect]:
    """What follows a press on what stands before a test."""
    study, closed = place.study, CloseStep(place.step.key)
    if place.step.lesson != ENTRY:
        return _tapped_test(place, choice)
    if choice == START or not offered(study):
        return [closed, *begin_lesson(place.facts, study, place.new_key, "learner")]
    return [closed, *begin_sitting(place, ENTRY)]


def _tapped_test(place: Place, choice: str) -> list[Effect]:
    """The test of the step's own lesson begins, wherever the learner stands by now; or a code is sent before it."""
    if stays := _stays(place):
        return stays
    exam, bar = _there(place).text(place.facts.language).exam, barred(place.facts, _there(place))
    if bar or not (exam and exam.code):
        return _go(place, bar)
    return send(place.facts, _there(place), place.step, place.new_key, choice)


def meant(facts: Facts, words: str) -> bool:
    """Whether words are for a code before they are for the open question: it is waited for there, or this is it."""
    box, typed = facts.mailbox, digits_in(words)
    last = box.newest if box else None
    if box is None or last is None:
        return False
    return box.is_code(last, typed) or (facts.open is not None and facts.open.key == last.step)


def proved(facts: Facts, words: str, new_key: NewKey) -> list[Effect] | None:
    """What follows when a code that came by e-mail is typed; None when the words are no code that is waited for."""
    last, typed = facts.mailbox.newest if facts.mailbox else None, digits_in(words)
    if last is None or not typed:
        return None
    step = next((each for each in (facts.open, *facts.waiting) if each and each.key == last.step), None)
    if step is None:
        return _proved_before(facts, typed)
    if len(typed) != DIGITS and step != facts.open:
        return None
    place = Place(facts, facts.study(step.enrolment), step, new_key)
    if why := refused(facts, step, last, typed) or _stays(place):
        return why
    return [*pause_over(place.study), *_go(place, barred(facts, _there(place)), code="email")]


def _proved_before(facts: Facts, typed: str) -> list[Effect] | None:
    """The same code once more, from another device: it is no answer to the question that is open by now."""
    box = facts.mailbox
    last = box.newest if box else None
    if box and last and not last.over(facts.now) and box.is_code(last, typed):
        return [Say(notice("code.before", CONTINUE))]
    return None


def _stays(place: Place) -> list[Effect]:
    """What is said where the test that a step stands before cannot be begun from where the learner is.

    They leave another lesson for it only where they have not answered anything (as lesson_list.tap has it).
    """
    facts, study, step = place.facts, place.study, place.step
    if step.lesson in study.lessons_done:
        return [CloseStep(step.key), Say(notice("study.behind", CONTINUE))]
    if step.lesson != study.lesson and not untouched(study, facts.open_in(study)):
        title = study.text(facts.language).title
        return [Say(notice("lessons.finish_first", CONTINUE, MENU, title=title))]
    return []


def _there(place: Place) -> Study:
    """The study where the test of the step comes next."""
    study, step = place.study, place.step
    return (
        study if step.lesson == study.lesson else replace(study.waiting(step.lesson), card=max(step.card, 0))
    )


def _go(place: Place, bar: list[Effect], *, code: str = "") -> list[Effect]:
    """The test begins, unless there is a bar; another lesson that was open is left."""
    step, study = place.step, place.study
    left = place.facts.open_in(study) if step.lesson != study.lesson else None
    closed = [CloseStep(each.key) for each in (step, left) if each]
    return [*closed, *(bar or begin_sitting(replace(place, study=_there(place)), step.lesson, code=code))]
