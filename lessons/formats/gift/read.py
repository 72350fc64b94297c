"""GIFT read into the entries of a bank."""

import re
from dataclasses import dataclass
from typing import Final

from domain.language import Language
from domain.programme import Card
from domain.question import Number, Question
from domain.text import Text
from lessons.formats.answers import Answer, Made, choice, decimal, matching, numbers, ordered, words, worth_of
from lessons.formats.bank import Bank, Entry, Kind, NotTaken, Told, counted
from lessons.formats.gift.parts import Block, Parts, blocks, category, freed, marked, parts
from lessons.formats.prompts import asked, true_or_false
from lessons.formats.source import decode
from lessons.formats.texts import line_of, text_of
from lessons.visible import visible

_WEIGHT: Final = re.compile(r"\s*%(-?[0-9]{1,3}(?:\.[0-9]{0,10})?)%")
_CHOICES: Final = re.compile(r"(?=[=~])")
_TRUE: Final = frozenset({"T", "TRUE"})
_FALSE: Final = frozenset({"F", "FALSE"})
_RANGE: Final = re.compile(r"(.+?)\.\.(.+)", re.DOTALL)


def read(data: bytes, language: Language) -> Bank:
    """The questions and descriptions of the file."""
    entries, refused, group = list[Entry](), list[Told](), ""
    for block in counted(blocks(decode(data))):
        named = category(block)
        if named is not None:
            group = named
            continue
        try:
            entries.append(_entry(block, group, language))
        except NotTaken as reason:
            refused.append(Told(block.line, str(reason)))
    return Bank(tuple(entries), tuple(refused))


@dataclass(frozen=True, slots=True)
class _Asked:
    """The parts of a question with answers, and what is known before its answers are read."""

    parts: Parts
    answers: str
    general: Text

    def text(self, held: str) -> Text:
        return text_of(*marked(held, self.parts.markup))

    def line(self, held: str) -> Text:
        return line_of(*marked(held, self.parts.markup))

    def answer(self, held: str, otherwise: float, *, written: bool = False) -> Answer:
        """An answer with its weight and its comment; without a weight it is worth `otherwise`.

        `written`: it is what people write, which has no markup.
        """
        weight = _WEIGHT.match(held)
        held = held[weight.end() :] if weight else held
        said, _, comment = held.partition("#")
        text = line_of(marked(said, "plain")[0], "plain") if written else self.line(said)
        return Answer(text, worth_of(weight[1]) if weight else otherwise, self.text(comment))


def _entry(block: Block, group: str, language: Language) -> Entry:
    cut = parts(block)
    name = block.label or cut.name
    said = text_of(cut.text, cut.markup)
    if cut.answers is None:
        if not visible(said.plain):
            raise NotTaken("It has no text.")
        return Entry(block.line, "description", Card(said), group, name)
    general = text_of(*marked(cut.comment, cut.markup))
    kind, made = _made(_Asked(cut, cut.answers, general), language)
    return Entry(block.line, kind, asked(said, made.question, kind, language), group, name, made.changed)


def _made(given: _Asked, language: Language) -> tuple[Kind, Made]:
    answers = given.answers
    if not answers:
        return "open", Made(Question("", "open", Text(), explanation=given.general))
    if answers.startswith("#"):
        return "number", _numbers(given)
    if answers.startswith(">"):
        rows = [given.line(each) for each in answers.split("\n")[1:] if each.strip()]
        return "order", ordered(rows, given.general)
    if "~" in answers:
        made = _choice(given)
        return "multiple" if made.question.kind == "multiple" else "single", made
    if "=" in answers and "->" in answers:
        return "match", _matching(given)
    if answers.partition("#")[0].strip() in _TRUE | _FALSE:
        return "truefalse", _true_or_false(given, language)
    pieces = [each for each in answers.split("=") if each.strip()]
    return "short", words([given.answer(each, 1, written=True) for each in pieces], given.general)


def _choice(given: _Asked) -> Made:
    pieces = [each for each in _CHOICES.split(given.answers) if each.strip(" \t\n~")]
    answers = [given.answer(each.lstrip("~="), float(each.startswith("="))) for each in pieces]
    return choice(answers, given.general, one="=" in given.answers)


def _matching(given: _Asked) -> Made:
    pairs = list[tuple[Text, Text]]()
    for each in given.answers.split("="):
        left, arrow, right = each.partition("->")
        if arrow:
            pairs.append((given.line(left), line_of(freed(right), "plain")))
        elif each.strip():
            raise NotTaken("One of its pairs has no -> between the left and the right side.")
    return matching(pairs, given.general)


def _true_or_false(given: _Asked, language: Language) -> Made:
    word, *comments = given.answers.split("#", 2)
    right = word.strip() in _TRUE
    wrong_said, right_said = (given.text(each) for each in (*comments, "", "")[:2])
    said = (right_said, wrong_said) if right else (wrong_said, right_said)
    options = true_or_false(right=right, said=said, language=language)
    answers = [Answer(option.text, float(option.correct), option.explanation) for option in options]
    return choice(answers, given.general, one=True, shuffled=False)


def _numbers(given: _Asked) -> Made:
    source, wrong, comment = given.answers[1:].partition("~")
    pieces = [each for each in source.split("=") if each.strip()]
    answers = [given.answer(each, 1, written=True) for each in pieces]
    right = {
        place: number
        for place, each in enumerate(answers)
        if (number := _number(each.text.plain)) is not None
    }
    if wrong:
        answers.append(Answer(Text("*"), 0, given.text(comment.lstrip("#"))))
    return numbers(answers, right, given.general)


def _number(source: str) -> Number | None:
    """`3`, `3:1` or `2..4`; None for any number."""
    if source == "*":
        return None
    if bounds := _RANGE.fullmatch(source):
        least, most = decimal(bounds[1]), decimal(bounds[2])
        return Number((least + most) / 2, abs(most - least) / 2)
    value, _, margin = source.partition(":")
    return Number(decimal(value), abs(decimal(margin)) if margin.strip() else decimal("0"))
