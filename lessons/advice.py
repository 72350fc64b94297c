"""What makes a lesson that is correct a better one; nothing here keeps it from being served."""

from typing import Final

from domain.programme import LessonText
from lessons.rules import Findings

SHORT: Final = 600
LONG: Final = 1_200
MOST_TEXT_CARDS: Final = 3


def advise(lesson: LessonText, line: int, found: Findings) -> None:
    """Length, number of messages, and whether anything is asked; `line` is where the first card begins."""
    taught = sum(card.text.units for card in lesson.cards)
    texts = sum(card.question is None for card in lesson.cards)
    if taught > LONG:
        found.add(
            line, "too-long", f"The lesson has {taught:,} characters, so shorten it to {SHORT} to {LONG:,}."
        )
    if taught < SHORT:
        found.add(line, "too-short", f"The lesson has {taught:,} characters, so write {SHORT} to {LONG:,}.")
    if texts > MOST_TEXT_CARDS:
        found.add(
            line, "too-many-cards", f"The lesson has {texts} cards of text, so use at most {MOST_TEXT_CARDS}."
        )
    if not lesson.questions:
        found.add(
            line, "no-question", 'Ask at least one question: a heading that ends with "?" and its options.'
        )
