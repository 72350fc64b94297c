"""Moodle XML read into the entries of a bank."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Final

from domain.language import Language
from domain.programme import Card
from domain.question import Number, Question
from domain.text import Text
from lessons.formats.answers import Answer, Made, choice, decimal, matching, numbers, ordered, words, worth_of
from lessons.formats.bank import Bank, Entry, Kind, NotTaken, Told
from lessons.formats.moodle_xml.tree import Node, questions
from lessons.formats.prompts import asked, true_or_false
from lessons.formats.texts import Markup, line_of, short, text_of
from lessons.visible import visible

_MARKUPS: Final[dict[str, Markup]] = {
    "html": "html",
    "moodle_auto_format": "moodle",
    "plain_text": "plain",
    "markdown": "markdown",
}
_FALSE: Final = frozenset({"0", "false"})
_NO_UNITS: Final = "3"


def recognises(text: str) -> bool:
    """Whether a text is XML."""
    return bool(re.match(r"\s*<(\?xml|quiz|!--)", text.removeprefix("\ufeff")))


def read(data: bytes, language: Language) -> Bank:
    """The questions and descriptions of the file."""
    entries, refused, group = list[Entry](), list[Told](), ""
    for node in questions(data):
        kind = node.attributes.get("type", "")
        if kind == "category":
            group = node.inner("category", "text")
            continue
        try:
            entries.append(_entry(node, kind, group, language))
        except NotTaken as reason:
            refused.append(Told(node.line, str(reason)))
    return Bank(tuple(entries), tuple(refused))


def _entry(node: Node, kind: str, group: str, language: Language) -> Entry:
    if kind not in _READERS and kind not in ("description", "truefalse"):
        raise NotTaken(f"It is of the kind '{short(kind)}', which a lesson does not have.")
    name = node.inner("idnumber") or node.inner("name", "text")
    if next(node.all("image_base64"), None):
        raise NotTaken("There is a picture in it, and this is not taken: add the question by hand.")
    said = _text(node.first("questiontext"))
    if kind == "description":
        if not visible(said.plain):
            raise NotTaken("It has no text.")
        return Entry(node.line, "description", Card(said), group, name)
    general = _text(node.first("generalfeedback"))
    made = _true_or_false(node, general, language) if kind == "truefalse" else _READERS[kind](node, general)
    told = _kind(kind, made.question)
    return Entry(node.line, told, asked(said, made.question, told, language), group, name, made.changed)


def _kind(kind: str, question: Question) -> Kind:
    if kind == "truefalse":
        return "truefalse"
    return "short" if question.kind == "text" else question.kind


def _text(node: Node, within: Markup = "html") -> Text:
    return text_of(*_source(node, within))


def _line(node: Node, within: Markup = "html") -> Text:
    return line_of(*_source(node, within))


def _source(node: Node, within: Markup) -> tuple[str, Markup]:
    """A field's text and markup. NotTaken when a file lies in it."""
    if stored := next(node.all("file"), None):
        name = short(stored.attributes.get("name", "without a name"))
        raise NotTaken(f"There is a file ({name}) in it, and files are not taken: add the question by hand.")
    return node.inner("text"), _MARKUPS.get(node.attributes.get("format", ""), within)


def _within(node: Node) -> Markup:
    return _MARKUPS.get(node.first("questiontext").attributes.get("format", ""), "html")


def _answers(node: Node, *, written: bool = False) -> list[Answer]:
    """The answers; `written`: they are what people write, which has no markup."""
    within = _within(node)
    return [
        Answer(
            line_of(each.inner("text") or each.text.strip(), "plain") if written else _line(each, within),
            worth_of(each.attributes.get("fraction", "")),
            _text(each.first("feedback"), within),
        )
        for each in node.all("answer")
    ]


def _choice(node: Node, general: Text) -> Made:
    one = node.inner("single").lower() not in _FALSE
    shuffled = node.inner("shuffleanswers").lower() not in _FALSE
    return choice(_answers(node), general, one=one, shuffled=shuffled)


def _true_or_false(node: Node, general: Text, language: Language) -> Made:
    answers = _answers(node, written=True)
    if len(answers) != 2:
        raise NotTaken("It does not have the two answers true and false.")
    first, second = answers
    true, false = (second, first) if first.text.plain.lower() == "false" else (first, second)
    options = true_or_false(
        right=true.worth > false.worth, said=(true.comment, false.comment), language=language
    )
    again = [Answer(option.text, float(option.correct), option.explanation) for option in options]
    return choice(again, general, one=True, shuffled=False)


def _words(node: Node, general: Text) -> Made:
    made = words(_answers(node, written=True), general)
    if node.inner("usecase") != "1":
        return made
    return Made(
        made.question, (*made.changed, "Capital letters counted in its answers, and now they do not.")
    )


def _matching(node: Node, general: Text) -> Made:
    within = _within(node)
    pairs = [
        (_line(each, within), line_of(each.inner("answer", "text"), "plain"))
        for each in node.all("subquestion")
    ]
    return matching(pairs, general)


def _ordering(node: Node, general: Text) -> Made:
    rows = [(worth_of(each.attributes.get("fraction", "")), _line(each)) for each in node.all("answer")]
    return ordered([text for _, text in sorted(rows, key=lambda row: row[0])], general)


def _open(_: Node, general: Text) -> Made:
    return Made(Question("", "open", Text(), explanation=general))


def _numbers(node: Node, general: Text) -> Made:
    answers = _answers(node, written=True)
    margins = [each.inner("tolerance") for each in node.all("answer")]
    unit, lost = _unit(node)
    right = {
        place: Number(decimal(each.text.plain), abs(decimal(margin)) if margin else Decimal(0), unit)
        for place, (each, margin) in enumerate(zip(answers, margins, strict=True))
        if each.worth > 0 and each.text.plain != "*"
    }
    made = numbers(answers, right, general)
    return Made(made.question, (*made.changed, *lost))


def _unit(node: Node) -> tuple[str, tuple[str, ...]]:
    """The unit in which the numbers are, and what is said of the others."""
    units = list(node.first("units").all("unit"))
    if not units or node.inner("showunits") == _NO_UNITS:
        return "", ()
    base = next((each for each in units if worth_of(each.inner("multiplier") or "1") == 0.01), units[0])
    lost = (short(each.inner("unit_name")) for each in units if each is not base)
    return base.inner("unit_name"), tuple(
        f"Answers in the unit '{each}' are no longer right." for each in lost
    )


_READERS: Final[dict[str, Callable[[Node, Text], Made]]] = {
    "multichoice": _choice,
    "shortanswer": _words,
    "numerical": _numbers,
    "matching": _matching,
    "essay": _open,
    "ordering": _ordering,
}
