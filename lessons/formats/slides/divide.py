"""Slides divided into lessons: by the sections of the file, each lesson of a size that is learned in one go."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby, pairwise
from typing import Final

from domain.fitting import MOST_TITLE
from domain.language import Language
from domain.programme import Card, LessonText
from domain.text import join
from lessons.advice import LONG, MOST_TEXT_CARDS
from lessons.cards import MOST_CARDS
from lessons.formats.bank import Entry, Filed, NotTaken
from lessons.formats.grouped import MOST_QUESTIONS, filed, named
from lessons.formats.settled import settled
from lessons.formats.texts import short
from lessons.visible import visible

_A_MINUTE: Final = 1_000  # characters that are read in it
_MOST_MINUTES: Final = 60


def divide(entries: Sequence[Entry], title: str, language: Language) -> list[Filed]:
    """The lessons in the order of the slides; one in which no slide has a title is called `title`."""
    sections = (list(group) for _, group in groupby(named(entries), lambda entry: entry.category))
    return filed(_lesson(chunk, title, language) for section in sections for chunk in _chunks(section))


def _lesson(chunk: list[Entry], title: str, language: Language) -> LessonText:
    cards = [entry.card for entry in _joined(chunk, language)]
    names = (entry.name for entry in chunk if visible(entry.name))
    return LessonText(language, short(next(names, title), MOST_TITLE), _minutes(cards), tuple(cards))


def _minutes(cards: Sequence[Card]) -> int:
    asked = sum(card.question is not None for card in cards)
    return min(_MOST_MINUTES, max(1, math.ceil(_size(cards) / _A_MINUTE + asked / 2)))


def _size(cards: Sequence[Card]) -> int:
    return sum(card.text.units for card in cards)


def _chunks(section: list[Entry]) -> Iterator[list[Entry]]:
    """Parts of about the same length, each of at most 1,200 characters where its slides allow it."""
    total = _size([entry.card for entry in section])
    goal = total / max(1, math.ceil(total / LONG))
    chunk = list[Entry]()
    for entry in section:
        if chunk and _is_full(chunk, entry, goal):
            yield chunk
            chunk = []
        chunk.append(entry)
    yield chunk


def _is_full(chunk: list[Entry], following: Entry, goal: float) -> bool:
    """Whether the next slide begins another lesson; a question stays with the slides before it."""
    cards = [entry.card for entry in chunk]
    if following.card.question:
        return sum(card.question is not None for card in cards) == MOST_QUESTIONS
    size, more = _size(cards), following.card.text.units
    pictures = sum(card.picture is not None and not card.question for card in cards)
    if len(cards) >= MOST_CARDS or (following.card.picture and pictures >= MOST_TEXT_CARDS):
        return True
    return size > 0 and (size + more > LONG or size + more / 2 > goal)


def _joined(chunk: list[Entry], language: Language) -> list[Entry]:
    """The entries, short texts that follow each other on one card, so that a lesson has at most three of text."""
    cards = list(chunk)
    while sum(not entry.card.question for entry in cards) > MOST_TEXT_CARDS:
        pairs = [
            (first.card.text.units + second.card.text.units, place)
            for place, (first, second) in enumerate(pairwise(cards))
            if _is_text(first.card) and _is_text(second.card)
        ]
        both = next((each for place in sorted(pairs) if (each := _pair(cards, place[1], language))), None)
        if not both:
            break
        cards = both
    return cards


def _is_text(card: Card) -> bool:
    return not card.question and not card.picture


def _pair(entries: list[Entry], place: int, language: Language) -> list[Entry]:
    """The entries with two of them as one; nothing when a lesson would not say the same."""
    first, second = entries[place], entries[place + 1]
    both = replace(first, card=replace(first.card, text=join(first.card.text, second.card.text)), changed=())
    try:
        again = settled(both, language)
    except NotTaken:
        return []
    if again.changed:
        return []
    return [*entries[:place], again, *entries[place + 2 :]]
