"""Picking a lesson: the buttons that begin one."""

from collections.abc import Sequence
from typing import Final

from domain.facts import Step, Study
from domain.language import Language
from domain.message import Choice

A_PAGE: Final = 8  # so many lessons are shown at once


def ways(
    study: Study, language: Language, lessons: Sequence[int], *, most: int = A_PAGE
) -> tuple[Choice, ...]:
    """A button to each of these lessons; of many to the first ones, and one to the list of all."""
    shown = tuple(way(study, language, lesson) for lesson in lessons[:most])
    rest = Choice("lessons.all", f"/lessons {study.programme_id}")
    return (*shown, rest) if len(lessons) > most else shown


def way(study: Study, language: Language, lesson: int) -> Choice:
    """The button to one lesson."""
    return Choice(study.text(language, lesson).title, f"/lesson {study.enrolment} {lesson}", literal=True)


def untouched(study: Study, step: Step | None) -> bool:
    """Whether nothing has been asked yet in the lesson where the learner is, so that they can leave it.

    What stands before a test asks nothing. `step` is the one that waits in the study.
    """
    if study.card < 0 or (step and step.purpose == "test"):
        return True
    cards = study.programme.lessons[study.lesson].texts[0].cards
    return not any(card.question for card in cards[: study.card + 1])
