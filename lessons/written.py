"""Answers in words: a line that begins with "=" and says what is right."""

import re
import unicodedata
from decimal import Decimal
from typing import Final

from domain.grading import number_in, plain
from domain.question import Number, Question
from domain.text import units
from lessons.blocks import Block
from lessons.heading import Heading
from lessons.labels import label
from lessons.placed import Asked
from lessons.rules import Findings

MOST_ANSWERS: Final = 20
MOST_ANSWER: Final = 100
MOST_DIGITS: Final = 15
MOST_UNIT: Final = 20
_ANSWERS: Final = re.compile(r"=(?!=)")
_ALONE: Final = re.compile(r"=[ \t]")
_BAR: Final = re.compile(r"(?<!\\)\|")
_MARGIN: Final = re.compile(r"±|\+/?-")


def is_written(block: Block) -> bool:
    """Whether a block below a question is a line of right answers."""
    return block.kind == "paragraph" and bool(_ANSWERS.match(block.content))


def looks_written(block: Block) -> bool:
    """Whether a block is surely meant as a line of right answers, even where no question is."""
    return block.kind == "paragraph" and bool(_ALONE.match(block.content))


def written(top: Heading, block: Block, found: Findings) -> Asked:
    """The question that is answered by a number, by words, or openly (`= ?`)."""
    body, *more = block.content[1:].split("\n")
    if more:
        found.add(block.line + 1, "answer-form", "Write all answers on the line of =, with | between them.")
    parts = [part.strip() for part in _BAR.split(body)]
    if len(parts) > MOST_ANSWERS:
        found.add(
            block.line, "answer-count", f"There are {len(parts)} answers, so leave at most {MOST_ANSWERS}."
        )
        parts = parts[:MOST_ANSWERS]
    numbers = [number for part in parts if (number := _number(part))]
    if parts == ["?"]:
        asked = Question(top.id, "open", top.prompt)
    elif len(numbers) == len(parts):
        asked = Question(top.id, "number", top.prompt, numbers=_checked(numbers, block.line, found))
    else:
        forgiving = ".forgiving" in top.classes
        accepted = tuple(_words(part, block.line, found) for part in parts)
        _refuse_same([same for each in accepted if (same := plain(each))], block.line, found)
        asked = Question(top.id, "text", top.prompt, accepted=accepted, forgiving=forgiving)
    return Asked(asked)


def _number(part: str) -> Number | None:
    """`42`, `42 ± 1` and `42 ± 1 mg` (a unit is one word, behind either number); None for anything else."""
    read = [number_in(each) for each in _MARGIN.split(part)]
    known = [each for each in read if each]
    found = {unit for _, unit in known if unit}
    if len(known) != len(read) or len(known) > 2 or len(found) > 1 or not all(map(_is_unit, found)):
        return None
    margin = known[1][0] if len(known) == 2 else Decimal(0)
    return Number(known[0][0], margin, "".join(found)) if margin >= 0 else None


def _is_unit(word: str) -> bool:
    """Whether `word` can be a unit: mg, km/h, m², °C, %."""
    begins = unicodedata.category(word[0])[0] == "L" or unicodedata.category(word[0]) in ("Sc", "So")
    whole = not any(character.isspace() or character.isdecimal() for character in word)
    return units(word) <= MOST_UNIT and whole and (begins or word[0] in "%‰")


def _checked(numbers: list[Number], line: int, found: Findings) -> tuple[Number, ...]:
    values = [value for number in numbers for value in (number.value, number.tolerance)]
    if any(_digits(value) > MOST_DIGITS for value in values):
        found.add(line, "answer-length", f"Write the number with at most {MOST_DIGITS} digits.")
    _refuse_same([(number.value, number.unit.casefold()) for number in numbers], line, found)
    return tuple(numbers)


def _digits(value: Decimal) -> int:
    _, digits, exponent = value.as_tuple()
    return max(len(digits), abs(int(exponent)))


def _words(part: str, line: int, found: Findings) -> str:
    before = found.errors
    if "±" in part:
        found.add(
            line,
            "answer-form",
            "Write a number as 42 ± 1 mg, its unit in one word, and only numbers between the bars.",
        )
        return ""
    text = label(part, line, "answer-form", found)
    if found.errors > before:
        return ""
    if text.entities:
        found.add(
            line, "answer-form", r"Write the answer without emphasis, or \ before a sign that is meant."
        )
    elif not plain(text.plain):
        found.add(line, "answer-form", "Write a letter or a digit in each answer; other signs do not count.")
    elif text.units > MOST_ANSWER:
        found.add(
            line,
            "answer-length",
            f"An answer has {text.units:,} characters, so shorten it to at most {MOST_ANSWER}.",
        )
    return text.plain


def _refuse_same(answers: list[str] | list[tuple[Decimal, str]], line: int, found: Findings) -> None:
    if len(set(answers)) < len(answers):
        found.add(line, "same-answer", "An answer is here twice, so remove one of them.")
