"""How long a card, a question and its feedback may be, so that each is one message in every messenger."""

from typing import Final

from domain.fitting import MOST_CAPTION, MOST_OPTION, MOST_OPTIONS, MOST_TEXT
from domain.programme import Card
from domain.question import Option, Question
from domain.text import units
from lessons.rules import Findings

MOST_EXPLANATION: Final = 1_000
MOST_ALT: Final = 500
LONG_OPTION: Final = 100
FEW_OPTIONS: Final = 2
_GAP: Final = 2  # an empty line between two texts
_LETTER: Final = len("12. \n")  # where buttons are short, the options stand in the text


def check_options(options: list[tuple[Option, int]], line: int, found: Findings) -> None:
    """Number, likeness and length of the options, each given with its line."""
    if not FEW_OPTIONS <= len(options) <= MOST_OPTIONS:
        found.add(
            line,
            "option-count",
            f"The question has {len(options)} options, so write {FEW_OPTIONS} to {MOST_OPTIONS} of them.",
        )
    seen = set[str]()
    for option, at in options:
        if option.text.plain in seen:
            found.add(at, "same-option", "This option is here twice, so change or remove one of them.")
        seen.add(option.text.plain)
        _check_option(option, at, found)


def _check_option(option: Option, line: int, found: Findings) -> None:
    length, explained = option.text.units, option.explanation.units
    if length > MOST_OPTION:
        found.add(line, "option-length", _shorten("option", length, MOST_OPTION))
    elif length > LONG_OPTION:
        found.add(
            line, "long-option", f"{_shorten('option', length, LONG_OPTION)[:-1]} for it to fit on a phone."
        )
    if explained > MOST_EXPLANATION:
        found.add(line, "explanation-length", _shorten("explanation", explained, MOST_EXPLANATION))
    elif not explained:
        found.add(
            line, "no-explanation", "Say below the option why it is right or wrong, as a quote: > text."
        )


def check_question(question: Question, line: int, found: Findings) -> None:
    """The feedback: every option that can be shown after an answer, with its explanation."""
    shown = [option.text.units + option.explanation.units + 2 * _GAP for option in question.options]
    if question.kind != "multiple":  # the one that was chosen, and the one that is right
        right = sum(shown[index] for index in question.right)
        wrong = [length for length, option in zip(shown, question.options, strict=True) if not option.correct]
        shown = [right, max(wrong, default=0)]
    if (total := sum(shown)) > MOST_TEXT:
        found.add(
            line,
            "feedback-length",
            f"The feedback would have {total:,} characters, so shorten explanations to reach {MOST_TEXT:,}.",
        )


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
    if card.picture and units(card.picture.alt) > MOST_ALT:
        found.add(line, "alt-length", _shorten("text in the brackets", units(card.picture.alt), MOST_ALT))


def _asked(question: Question) -> int:
    options = sum(_LETTER + option.text.units for option in question.options)
    return question.prompt.units + 2 * _GAP + options


def _shorten(what: str, length: int, most: int) -> str:
    return f"The {what} has {length:,} characters, so shorten it to at most {most:,}."
