"""Moodle XML: calculated questions are asked with the first set of numbers that the file has."""

from decimal import Decimal

import pytest

from domain.language import Language
from domain.programme import Card
from domain.question import Number, Option, Question
from domain.text import Text
from lessons.formats.bank import Bank, Told
from lessons.formats.moodle_xml import FORMAT

ONE_SET = "It is asked with one set of numbers, the first that the file has for it."
BOTH_SIDES = (
    "Its tolerance was larger above the answer than below, and now it is the larger one on both sides."
)


def sets(**items: dict[int, str]) -> str:
    told = "".join(
        f"<dataset_definition><name><text>{name}</text></name><dataset_items>"
        + "".join(
            f"<dataset_item><number>{number}</number><value>{value}</value></dataset_item>"
            for number, value in values.items()
        )
        + "</dataset_items></dataset_definition>"
        for name, values in items.items()
    )
    return f"<dataset_definitions>{told}</dataset_definitions>"


AB = sets(a={1: "9", 2: "3.5", 3: "7"}, b={2: "-2", 3: "1"}, unused={})


def answer(formula: str, worth: int = 100, **told: str) -> str:
    more = "".join(f"<{name}>{value}</{name}>" for name, value in told.items())
    return f'<answer fraction="{worth}"><text>{formula}</text>{more}</answer>'


def read(text: str, inner: str, kind: str = "calculated", language: Language = "en") -> Bank:
    asked = f"<questiontext><text><![CDATA[{text}]]></text></questiontext>"
    return FORMAT.read(f'<quiz>\n<question type="{kind}">{asked}{inner}</question></quiz>'.encode(), language)


def card(text: str, inner: str, kind: str = "calculated", language: Language = "en") -> Card:
    bank = read(text, inner, kind, language)
    assert bank.refused == ()
    (entry,) = bank.entries
    assert entry.changed[:1] == (ONE_SET,)
    return entry.card


ANSWERS = {
    "a number": ({}, "1.5", "0"),
    "nominal": ({"tolerance": "0.1", "tolerancetype": "2"}, "1.5", "0.1"),
    "relative": ({"tolerance": "0.1", "tolerancetype": "1"}, "1.5", "0.15"),
    "relative unless it is said": ({"tolerance": "0.1"}, "1.5", "0.15"),
    "geometric": ({"tolerance": "1", "tolerancetype": "3"}, "1.5", "1.5"),
    "decimals": ({"correctanswerlength": "3", "correctanswerformat": "1"}, "1.500", "0"),
    "fewer decimals": ({"correctanswerlength": "0", "correctanswerformat": "1"}, "2", "0.5"),
    "digits that count": ({"correctanswerlength": "1", "correctanswerformat": "2"}, "2", "0.5"),
}


@pytest.mark.parametrize(("told", "value", "margin"), ANSWERS.values(), ids=ANSWERS)
@pytest.mark.parametrize("kind", ["calculated", "calculatedsimple"])
def test_an_answer_with_its_tolerance(kind: str, told: dict[str, str], value: str, margin: str) -> None:
    asked = card("{a} + {b}?", answer("{a} + {b}", 100, **told) + AB, kind)
    numbers = (Number(Decimal(value), Decimal(margin)),)
    assert asked == Card(question=Question("", "number", Text("3.5 + -2?"), numbers=numbers))


def test_a_right_answer_that_was_rounded_stays_right() -> None:
    inner = answer("{a}/{b}/3", tolerance="0.001", correctanswerlength="2", correctanswerformat="1") + AB
    asked = card("{a} {b}?", inner).question
    assert asked
    assert asked.numbers == (Number(Decimal("-0.58"), Decimal("0.00391667")),)


def test_a_geometric_tolerance_is_told() -> None:
    bank = read("{a}?", answer("{a}", tolerance="0.1", tolerancetype="3") + AB)
    assert bank.entries[0].changed == (ONE_SET, BOTH_SIDES)


@pytest.mark.parametrize(("language", "shown"), [("en", "Is 3.5 or 7.25?"), ("lt", "Is 3,5 or 7,25?")])
def test_formulas_in_texts(language: Language, shown: str) -> None:
    inner = answer("{a} + {b}") + AB + "<generalfeedback><text>{={a}/2} {none}</text></generalfeedback>"
    asked = card("Is {a} or {=pow({a},2)-5}?", inner, language=language).question
    assert asked
    assert asked.prompt == Text(shown)
    assert asked.explanation.plain.endswith(" {none}")


def test_choices() -> None:
    inner = (
        answer("{={a}*{b}} m", correctanswerlength="1", correctanswerformat="1")
        + answer("{={a}*10} m", 0, correctanswerlength="1", correctanswerformat="2")
        + AB
    )
    asked = card("{a} times {b}?", inner, "calculatedmulti").question
    assert asked
    assert asked.options == (Option(Text("-7.0 m"), True), Option(Text("40 m")))


NO_NUMBERS = "The file has no numbers for its {a}: make them in Moodle, and export it again."
REFUSED = {
    "no items": (answer("{a}") + sets(a={}), NO_NUMBERS),
    "no whole set": (answer("{a}+{b}") + sets(a={1: "1"}, b={2: "1"}), NO_NUMBERS),
    "items that are no numbers": (answer("{a}") + sets(a={1: "many"}), NO_NUMBERS),
    "a name without numbers": (
        answer("{c}"),
        "Its formula '{c}' does not come to a number: add the question by hand.",
    ),
    "no formula": (
        answer("system(1)") + AB,
        "Its formula 'system(1)' does not come to a number: add the question by hand.",
    ),
    "nothing": (answer("1/0"), "Its formula '1/0' does not come to a number: add the question by hand."),
    "a large number": (answer("10**20+0.5"), "'100000000000000000000' is no number of at most 15 digits."),
    "an odd tolerance": (
        answer("1", tolerance="much"),
        "Its formula 'much' does not come to a number: add the question by hand.",
    ),
}


@pytest.mark.parametrize(("inner", "reason"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused(inner: str, reason: str) -> None:
    assert read("{a}?", inner).refused == (Told(2, reason),)
