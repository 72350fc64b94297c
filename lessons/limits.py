"""How long a card, a question and its feedback may be, so that each is one message in every messenger."""

from typing import Final

from domain.fitting import MOST_CAPTION, MOST_OPTION, MOST_OPTIONS, MOST_PICTURES, MOST_TEXT
from domain.programme import Card
from domain.question import Option, Question
from domain.text import Text, units
from lessons.rules import Findings

MOST_EXPLANATION: Final = 1_000
MOST_ALT: Final = 500
LONG_OPTION: Final = 100
FEW_OPTIONS: Final = 2
MOST_ROWS: Final = 8  # of a list to put in order, of a table
_GAP: Final = 2  # an empty line between two texts
_TASK: Final = 80  # what to do is said in a line where buttons alone do not tell it
_LETTER: Final = len("12. \n")  # where buttons are short, the options stand in the text


def check_options(options: list[tuple[Option, int]], line: int, found: Findings) -> None:
    """Number, likeness and length of the options, each given with its line."""
    pictured = any(option.picture for option, _ in options)
    what, most = ("options that are pictures", MOST_PICTURES) if pictured else ("options", MOST_OPTIONS)
    if not FEW_OPTIONS <= len(options) <= most:
        found.add(
            line,
            "option-count",
            f"The question has {len(options)} {what}, so write {FEW_OPTIONS} to {most} of them.",
        )
    _refuse_same([(option.text, at) for option, at in options], found)
    for option, at in options:
        check_label(option.text, at, found)
        _check_explanation(option.explanation, at, found)


def check_rows(rows: list[tuple[Text, int]], line: int, found: Findings) -> None:
    """Number, likeness and length of what is put in order, or of the left sides of a table."""
    if not FEW_OPTIONS <= len(rows) <= MOST_ROWS:
        found.add(
            line,
            "option-count",
            f"The question has {len(rows)} rows, so write {FEW_OPTIONS} to {MOST_ROWS} of them.",
        )
    _refuse_same(rows, found)
    for text, at in rows:
        check_label(text, at, found)


def _refuse_same(labels: list[tuple[Text, int]], found: Findings) -> None:
    seen = set[str]()
    for text, at in labels:
        if text.plain in seen:
            found.add(at, "same-option", "This option is here twice, so change or remove one of them.")
        seen.add(text.plain)


def check_label(text: Text, line: int, found: Findings) -> None:
    """Length of a text to choose."""
    length = text.units
    if length > MOST_OPTION:
        found.add(line, "option-length", _shorten("option", length, MOST_OPTION))
    elif length > LONG_OPTION:
        found.add(
            line, "long-option", f"{_shorten('option', length, LONG_OPTION)[:-1]} for it to fit on a phone."
        )


def _check_explanation(text: Text, line: int, found: Findings) -> None:
    if text.units > MOST_EXPLANATION:
        found.add(line, "explanation-length", _shorten("explanation", text.units, MOST_EXPLANATION))


def check_question(question: Question, line: int, found: Findings) -> None:
    """The explanation of the whole, and the feedback: all that can be shown after one answer."""
    _check_explanation(question.explanation, line, found)
    if (total := _feedback(question)) > MOST_TEXT:
        found.add(
            line,
            "feedback-length",
            f"The feedback would have {total:,} characters, so shorten explanations to reach {MOST_TEXT:,}.",
        )


def _feedback(question: Question) -> int:
    """The longest feedback. That of an answer in words needs no limit: one right answer and the explanation."""
    if question.kind in ("order", "match"):  # without an explanation it is no longer than the card
        labels = (*(option.text for option in question.options), *question.targets)
        told = _TASK + sum(_LETTER + text.units for text in labels) + 2 * _GAP
        return told + question.explanation.units if question.explanation else 0
    shown = [option.text.units + option.explanation.units + 2 * _GAP for option in question.options]
    if question.kind == "multiple":
        return sum(shown)
    right = sum(shown[index] for index in question.right)  # and the one that was chosen
    wrong = [length for length, option in zip(shown, question.options, strict=True) if not option.correct]
    return right + max(wrong, default=0)


def check_card(card: Card, line: int, found: Findings) -> None:
    """Text, question and options together, with a picture or without."""
    most = MOST_CAPTION if card.picture else MOST_TEXT
    asked = _asked(card.question) if card.question else 0
    if asked and asked + card.text.units > most:
        found.add(line, "question-length", _shorten("card with its options", asked + card.text.units, most))
    elif not asked and card.text.units > most:
        rule, what = ("caption-length", "text beside a picture") if card.picture else ("text-length", "text")
        message = _shorten(what, card.text.units, most)
        found.add(line, rule, f"{message[:-1]} or divide it into cards with ---.")
    pictured = card.question is not None and card.question.pictured  # its options' own texts are measured
    if card.picture and not pictured and units(card.picture.alt) > MOST_ALT:
        found.add(line, "alt-length", _shorten("text in the brackets", units(card.picture.alt), MOST_ALT))


def _asked(question: Question) -> int:
    chosen = question.kind in ("single", "multiple", "opinion")
    return question.prompt.units + 2 * _GAP + _listed(question) + (0 if chosen else _TASK + _GAP)


def _listed(question: Question) -> int:
    """All that can be chosen; in matching also what was, unless each right side can be chosen only once."""
    labels = (*(option.text for option in question.options), *question.places)
    listed = sum(_LETTER + text.units for text in labels)
    if question.places == question.targets:
        return listed
    return listed + len(question.targets) * (_LETTER + max(place.units for place in question.places))


def _shorten(what: str, length: int, most: int) -> str:
    return f"The {what} has {length:,} characters, so shorten it to at most {most:,}."
