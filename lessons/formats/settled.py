"""Whether a card can be a lesson's: written as a lesson file, read as one, and compared with what it was."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Final

from domain.language import Language
from domain.programme import Card, LessonText
from domain.question import WRITTEN, Option, Question
from domain.text import Text
from lessons.formats.bank import Entry, NotTaken
from lessons.parse import Origin, parse_lesson
from lessons.shelf import Shelf
from lessons.visible import visible
from lessons.write import lesson

_NOWHERE: Final = Path("there-are-no-pictures")
_NAME: Final = "question"
_FLATTENED: Final = "Bold letters, links or the like are left out of it."


def shelf_of(cards: Iterable[Card]) -> Shelf:
    """The pictures of these cards, which lie in no folder yet."""
    shelf = Shelf(_NOWHERE)
    for card in cards:
        if card.picture:
            shelf.put(card.picture)
    return shelf


def settled(entry: Entry, language: Language, shelf: Shelf | None = None) -> Entry:
    """The entry as a lesson will have it. NotTaken with the reason when a lesson cannot."""
    card = _named(entry.card)
    _refuse_empty(card.question)
    file = lesson(LessonText(language, "A", 1, (card,)))
    read = parse_lesson(file.encode("utf-8", "replace"), Origin("", "a", language), shelf or Shelf(_NOWHERE))
    if not read.text:
        raise NotTaken(next(problem.message for problem in read.problems if problem.severity == "error"))
    again = read.text.cards[0]
    if len(read.text.cards) == 1 and (again == card or _is_number(again, card)):
        return replace(entry, card=again)
    if len(read.text.cards) == 1 and unmarked(again) == unmarked(card):
        return replace(entry, card=again, changed=(*entry.changed, _FLATTENED))
    raise NotTaken("A lesson cannot say the same: write it by hand.")


def _refuse_empty(question: Question | None) -> None:
    """What would be told in the words of lesson files, which nobody has written here."""
    if question and question.kind not in WRITTEN and not question.options:
        raise NotTaken("It has no options.")
    if question and not all(visible(each) for each in _said(question)):
        raise NotTaken("One of its answers has no text.")


def _said(question: Question) -> list[str]:
    sides = [*(option.text for option in question.options), *question.targets]
    return [*(text.plain for text in sides), *question.accepted]


def unmarked(card: Card) -> Card:
    """The card without what is bold, a link and the like in its texts."""
    return replace(card, text=_bare(card.text), question=_plain(card.question) if card.question else None)


def _plain(question: Question) -> Question:
    options = tuple(_plain_option(option) for option in question.options)
    return replace(
        question,
        prompt=_bare(question.prompt),
        options=options,
        targets=tuple(map(_bare, question.targets)),
        explanation=_bare(question.explanation),
    )


def _plain_option(option: Option) -> Option:
    return replace(option, text=_bare(option.text), explanation=_bare(option.explanation))


def _bare(text: Text) -> Text:
    return Text(text.plain)


def _named(card: Card) -> Card:
    return replace(card, question=replace(card.question, id=_NAME)) if card.question else card


def _is_number(again: Card, card: Card) -> bool:
    """Whether an answer in words was a number all along: a lesson takes it as one, and so more ways to write it."""
    return (
        bool(again.question and card.question)
        and again.question is not None
        and card.question is not None
        and (again.question.kind, card.question.kind) == ("number", "text")
        and (again.text, again.question.prompt) == (card.text, card.question.prompt)
    )
