"""What makes a lesson that is correct a better one; nothing here keeps it from being served."""

from typing import Final

from domain.programme import Card
from lessons.branching import longest
from lessons.rules import Findings

SHORT: Final = 600
LONG: Final = 1_200
MOST_TEXT_CARDS: Final = 3


def advise(cards: tuple[Card, ...], line: int, found: Findings, *, test: bool = False) -> None:
    """Length and number of messages (on the longest way through), and whether anything is asked.

    `line` is where the first card begins. A test teaches nothing, so it cannot be too short.
    """
    taught = longest(cards, lambda card: card.text.units)
    texts = longest(cards, lambda card: int(card.question is None))
    if taught > LONG:
        found.add(
            line, "too-long", f"The lesson has {taught:,} characters, so shorten it to {SHORT} to {LONG:,}."
        )
    if taught < SHORT and not test:
        found.add(line, "too-short", f"The lesson has {taught:,} characters, so write {SHORT} to {LONG:,}.")
    if texts > MOST_TEXT_CARDS:
        found.add(
            line, "too-many-cards", f"The lesson has {texts} cards of text, so use at most {MOST_TEXT_CARDS}."
        )
    if not any(card.question for card in cards):
        found.add(
            line, "no-question", 'Ask at least one question: a heading that ends with "?" and its options.'
        )
