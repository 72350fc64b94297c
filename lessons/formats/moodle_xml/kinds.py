"""The kinds of Moodle XML that are one question of ours."""

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from domain.language import Language
from domain.question import Number, Question
from domain.text import Text
from lessons.formats.answers import (
    CAPITALS,
    Answer,
    Made,
    choice,
    decimal,
    matching,
    numbers,
    ordered,
    words,
    worth_of,
)
from lessons.formats.bank import NotTaken
from lessons.formats.moodle_xml.fields import answers, is_set, line, within
from lessons.formats.moodle_xml.tree import Node
from lessons.formats.prompts import true_or_false
from lessons.formats.texts import line_of, short

_NO_UNITS: Final = "3"
_SOME: Final = frozenset({"1", "2", "random", "contiguous"})
_WHOLE: Final = "Some of its lines were asked at a time, and now all are."


def made_of(kind: str, node: Node, general: Text, language: Language) -> Made:
    """The question that an element of this kind is; one of calculated kinds has its numbers already."""
    return _true_or_false(node, general, language) if kind == "truefalse" else _READERS[kind](node, general)


def _choice(node: Node, general: Text) -> Made:
    return choice(answers(node), general, one=is_set(node, "single"), shuffled=is_set(node, "shuffleanswers"))


def _true_or_false(node: Node, general: Text, language: Language) -> Made:
    given = answers(node, written=True)
    if len(given) != 2:
        raise NotTaken("It does not have the two answers true and false.")
    first, second = given
    true, false = (second, first) if first.text.plain.lower() == "false" else (first, second)
    options = true_or_false(
        right=true.worth > false.worth, said=(true.comment, false.comment), language=language
    )
    again = [Answer(option.text, float(option.correct), option.explanation) for option in options]
    return choice(again, general, one=True, shuffled=False)


def _words(node: Node, general: Text) -> Made:
    made = words(answers(node, written=True), general)
    return made.told(CAPITALS) if node.inner("usecase") == "1" else made


def _matching(node: Node, general: Text) -> Made:
    markup = within(node)
    pairs = [
        (line(each, markup), line_of(each.inner("answer", "text"), "plain"))
        for each in node.all("subquestion")
    ]
    return matching(pairs, general)


def _ordering(node: Node, general: Text) -> Made:
    rows = [(worth_of(each.attributes.get("fraction", "")), line(each)) for each in node.all("answer")]
    made = ordered([text for _, text in sorted(rows, key=lambda row: row[0])], general)
    return made.told(_WHOLE) if node.inner("selecttype").lower() in _SOME else made


def _open(_: Node, general: Text) -> Made:
    return Made(Question("", "open", Text(), explanation=general))


def _numbers(node: Node, general: Text) -> Made:
    given = answers(node, written=True)
    margins = [each.inner("tolerance") for each in node.all("answer")]
    unit, lost = _unit(node)
    right = {
        place: Number(decimal(each.text.plain), abs(decimal(margin)) if margin else Decimal(0), unit)
        for place, (each, margin) in enumerate(zip(given, margins, strict=True))
        if each.worth > 0 and each.text.plain != "*"
    }
    return numbers(given, right, general).told(*lost)


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
    "calculatedmulti": _choice,
    "shortanswer": _words,
    "numerical": _numbers,
    "calculated": _numbers,
    "calculatedsimple": _numbers,
    "matching": _matching,
    "essay": _open,
    "ordering": _ordering,
}
KINDS: Final = frozenset({"truefalse", *_READERS})
