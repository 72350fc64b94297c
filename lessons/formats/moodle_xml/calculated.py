"""Calculated questions: asked with the first set of numbers that the file has for them."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import ROUND_HALF_UP, ROUND_UP, Decimal
from html import unescape
from itertools import islice
from typing import Final

from domain.language import Language
from lessons.formats.answers import MOST_DIGITS
from lessons.formats.bank import NotTaken
from lessons.formats.formula import UncountableError, value_of
from lessons.formats.moodle_xml.tree import Node
from lessons.formats.texts import short

CALCULATED: Final = frozenset({"calculated", "calculatedsimple", "calculatedmulti"})
_ONE_SET: Final = "It is asked with one set of numbers, the first that the file has for it."
_BOTH_SIDES: Final = (
    "Its tolerance was larger above the answer than below, and now it is the larger one on both sides."
)
_NAME: Final = re.compile(r"\{([^{}=\s][^{}]{0,99})\}")
_EXPRESSION: Final = re.compile(r"\{=([^{}]*+(?:\{[^{}]*+\}[^{}]*+)*+)\}")
_NOMINAL: Final = frozenset({"2", "nominal"})
_GEOMETRIC: Final = frozenset({"3", "geometric"})
_SIGNIFICANT: Final = "2"
_KEPT: Final = 6  # digits of a tolerance
MOST_ITEMS: Final = 100  # sets of numbers that Moodle makes for a name
Values = Mapping[str, float]
Change = Callable[[str], str]


def calculated(node: Node, kind: str, language: Language) -> tuple[Node, tuple[str, ...]]:
    """The question with numbers in place of names and formulas, and in sentences what it lost."""
    values = _first_set(node)
    comma = "." if language == "en" else ","

    def filled(source: str, length: str = "", form: str = "") -> str:
        def counted(found: re.Match[str]) -> str:
            number = _rounded(_counted(unescape(found[1]), values), length, form)
            return f"{number:f}".replace(".", comma)

        def known(found: re.Match[str]) -> str:
            value = values.get(found[1])
            return found[0] if value is None else f"{_exact(value):f}".replace(".", comma)

        return _NAME.sub(known, _EXPRESSION.sub(counted, source))

    def answered(answer: Node) -> Node:
        if kind == "calculatedmulti":
            length, form = answer.inner("correctanswerlength"), answer.inner("correctanswerformat")
            answer = _with_text(answer, lambda source: filled(source, length, form))
        else:
            answer = _answered(answer, values)
        return _each(answer, "feedback", lambda said: _with_text(said, filled))

    geometric = any(each.inner("tolerancetype").lower() in _GEOMETRIC for each in node.all("answer"))
    for name in ("questiontext", "generalfeedback"):
        node = _each(node, name, lambda said: _with_text(said, filled))
    node = _each(node, "answer", answered)
    return node, (_ONE_SET, _BOTH_SIDES) if geometric and kind != "calculatedmulti" else (_ONE_SET,)


def signs_of(node: Node) -> int:
    """How much there is to calculate: the length of its formulas."""
    answers = sum(len(each.inner("text")) for each in node.all("answer"))
    return answers + sum(len(found) for said in _texts(node) for found in _EXPRESSION.findall(said))


def _each(node: Node, tag: str, change: Callable[[Node], Node]) -> Node:
    return replace(node, children=[change(each) if each.tag == tag else each for each in node.children])


def _with_text(node: Node, change: Change) -> Node:
    return _each(node, "text", lambda text: replace(text, text=change(text.text)))


def _first_set(node: Node) -> Values:
    """The numbers by their names: those of the first item that every name in use has."""
    used = set(_NAME.findall(" ".join(_texts(node))))
    items = {
        name: _items(each)
        for each in node.first("dataset_definitions").all("dataset_definition")
        if (name := each.inner("name", "text")) in used
    }
    complete = set.intersection(*(set(each) for each in items.values())) if items else set[int]()
    if items and not complete:
        name = short(next((name for name, each in items.items() if not each), next(iter(items))))
        raise NotTaken(
            f"The file has no numbers for its {{{name}}}: make them in Moodle, and export it again."
        )
    return {name: each[min(complete)] for name, each in items.items()}


def _texts(node: Node) -> list[str]:
    """All texts in which names can stand."""
    fields = [node, *node.all("answer")]
    said = [each.inner("text") for each in node.all("answer")]
    names = ("questiontext", "generalfeedback", "feedback")
    return [*said, *(field.inner(name, "text") for field in fields for name in names)]


def _items(definition: Node) -> dict[int, float]:
    """The numbers of a name, by which set they belong to."""
    found = dict[int, float]()
    items = islice(definition.first("dataset_items").all("dataset_item"), MOST_ITEMS)
    for place, item in enumerate(items, 1):
        number, value = item.inner("number") or str(place), item.inner("value")
        try:
            found.setdefault(int(number), value_of(value, {}))
        except (ValueError, UncountableError):
            continue
    return found


def _counted(formula: str, values: Values) -> Decimal:
    try:
        return _exact(value_of(formula.strip().removeprefix("="), values))
    except UncountableError:
        raise NotTaken(
            f"Its formula '{short(formula)}' does not come to a number: add the question by hand."
        ) from None


def _answered(answer: Node, values: Values) -> Node:
    """An answer with its number, and with a tolerance that is the same on both sides."""
    formula = answer.inner("text")
    if formula == "*":
        return answer
    exact = _counted(formula, values)
    shown = _rounded(exact, answer.inner("correctanswerlength"), answer.inner("correctanswerformat"))
    least, most = _bounds(exact, abs(_counted(answer.inner("tolerance") or "0", {})), answer)
    margin = max(most - shown, shown - least, Decimal(0))
    if margin:
        margin = margin.quantize(Decimal(1).scaleb(margin.adjusted() - _KEPT + 1), ROUND_UP).normalize()
    told = [Node("text", answer.line, {}, f"{shown:f}"), Node("tolerance", answer.line, {}, f"{margin:f}")]
    return replace(answer, children=[*told, *answer.all("feedback")])


def _bounds(exact: Decimal, tolerance: Decimal, answer: Node) -> tuple[Decimal, Decimal]:
    kind = answer.inner("tolerancetype").lower()
    if kind in _NOMINAL:
        return exact - tolerance, exact + tolerance
    if kind in _GEOMETRIC:
        one, other = exact / (1 + tolerance), exact * (1 + tolerance)
        return min(one, other), max(one, other)
    return exact - abs(exact) * tolerance, exact + abs(exact) * tolerance


def _exact(value: float) -> Decimal:
    """A number without the noise behind its fifteenth digit."""
    return Decimal(f"{value:.{MOST_DIGITS}g}") + 0


def _rounded(number: Decimal, length: str, form: str) -> Decimal:
    """A number with so many decimals, or digits that count; as it is where the file does not say."""
    if not number or not length.isdecimal() or int(length) > MOST_DIGITS:
        return number
    places = int(length) if form != _SIGNIFICANT else max(int(length), 1) - 1 - number.adjusted()
    if places + number.adjusted() >= MOST_DIGITS:
        return number
    return number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP) + 0
