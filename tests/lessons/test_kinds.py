"""Every kind of question: what is read of it, and what is refused with its line."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from domain.question import Number, Option, Question, QuestionKind
from domain.text import Entity, Text
from lessons.parse import Parsed

Read = Callable[[str], Parsed]
ORDER = "1. Stop\n2. Look\n3. Tell\n"
TABLE = "| Who | Where |\n|---|---|\n| A hen | a yard |\n| A duck | a pond |\n| A swan | a pond |\n"


def asks(answers: str, heading: str = "## Which? {#which}") -> str:
    return f"Text.\n\n{heading}\n\n{answers}"  # the heading in line 7, the answers from line 9


def question(kind: QuestionKind, **parts: Any) -> Question:
    return Question("which", kind, Text("Which?"), **parts, shuffled=kind in ("order", "match"))


def options(*texts: str) -> tuple[Option, ...]:
    return tuple(Option(Text(text)) for text in texts)


def number(value: str, tolerance: str = "0", unit: str = "") -> Number:
    return Number(Decimal(value), Decimal(tolerance), unit)


def numbers(*each: Number) -> Question:
    return question("number", numbers=each)


def accepted(*each: str) -> Question:
    return question("text", accepted=each)


STEPS = options("Stop", "Look", "Tell")
BIRDS = options("A hen", "A duck", "A swan")
PLACES = (Text("a yard"), Text("a pond"), Text("a pond"))
WHY = Text("Because it is so.", (Entity("bold", 11, 2),))
QUOTE = "> Because it **is** so.\n"
READ = {
    "an order": (ORDER, question("order", options=STEPS)),
    "an order with brackets": ("1) Stop\n2) Look\n3) Tell\n", question("order", options=STEPS)),
    "an order with empty lines": (ORDER.replace("\n", "\n\n"), question("order", options=STEPS)),
    "an order, explained": (f"{ORDER}\n{QUOTE}", question("order", options=STEPS, explanation=WHY)),
    "an order, explained right below": (
        f"{ORDER}{QUOTE}",
        question("order", options=STEPS, explanation=WHY),
    ),
    "an order over two lines": ("1. One\n   two\n2. Three\n", question("order", options=options("One two", "Three"))),
    "plain texts": ("1. *One* `two`\n2. Three\n", question("order", options=options("One two", "Three"))),
    "a matching": (TABLE, question("match", options=BIRDS, targets=PLACES)),
    "a matching without titles": (
        TABLE.replace("Who", "").replace("Where", ""),
        question("match", options=BIRDS, targets=PLACES),
    ),
    "a matching without outer bars": (
        "Who | Where\n:-: | -\nA hen | a yard\nA duck | a pond\nA swan | a pond\n",
        question("match", options=BIRDS, targets=PLACES),
    ),
    "a matching, explained": (
        f"{TABLE}\n{QUOTE}",
        question("match", options=BIRDS, targets=PLACES, explanation=WHY),
    ),
    "bars and emphasis in a table": (
        "| | |\n|-|-|\n| a \\| b | *c* |\n| d | c |\n",
        question("match", options=options("a | b", "d"), targets=(Text("c"), Text("c"))),
    ),
    "a number": ("= 42\n", numbers(number("42"))),
    "a number without a space": ("=42\n", numbers(number("42"))),
    "a number with all": ("= 42 ± 1 mg\n", numbers(number("42", "1", "mg"))),
    "a number in plain signs": ("= 42 +- 0.5 mg\n", numbers(number("42", "0.5", "mg"))),
    "a number in other plain signs": ("= 42+/-0,5mg\n", numbers(number("42", "0.5", "mg"))),
    "a number, its unit first": ("= 42 mg ± 1\n", numbers(number("42", "1", "mg"))),
    "a number, its unit twice": ("= 5 % ± 1 %\n", numbers(number("5", "1", "%"))),
    "a decimal comma": ("= −1 234,50\n", numbers(number("-1234.5"))),
    "a decimal point": ("= .5 ± 0\n", numbers(number("0.5"))),
    "several numbers": (
        "= 1 kg | 1000 g | 0,001 t\n",
        numbers(number("1", unit="kg"), number("1000", unit="g"), number("0.001", unit="t")),
    ),
    "units": (
        "= 1 km/h | 1 m² | 1 °C | 1 € | 1 ‰\n",
        numbers(*(number("1", unit=unit) for unit in ("km/h", "m²", "°C", "€", "‰"))),
    ),
    "15 digits": ("= 123456789012345\n", numbers(number("123456789012345"))),
    "a number, explained": (f"= 42\n{QUOTE}", question("number", numbers=(number("42"),), explanation=WHY)),
    "words": ("= ačiū\n", accepted("ačiū")),
    "several words": ("= ačiū | dėkui|labai  ačiū\n", accepted("ačiū", "dėkui", "labai  ačiū")),
    "words, explained": (f"= a\n\n{QUOTE}", question("text", accepted=("a",), explanation=WHY)),
    "signs that are meant": (r"= a \| b | \*c\* | &lt;d>", accepted("a | b", "*c*", "<d>")),
    "a date": ("= 1410-07-15\n", accepted("1410-07-15")),
    "a time": ("= 10:30\n", accepted("10:30")),
    "a number and several words": ("= 100 metų vienatvės\n", accepted("100 metų vienatvės")),
    "a number or words": ("= 5 | five\n", accepted("5", "five")),
    "a sign": ("= %\n", accepted("%")),
    "100 units": (f"= {'x' * 100}\n", accepted("x" * 100)),
    "20 answers": (f"= {' | '.join('abcdefghijklmnopqrst')}\n", accepted(*"abcdefghijklmnopqrst")),
    "an open answer": ("= ?\n", question("open")),
    "an open answer without a space": ("=?\n", question("open")),
    "an open answer, explained": (f"= ?\n{QUOTE}", question("open", explanation=WHY)),
}  # fmt: skip


@pytest.mark.parametrize(("answers", "expected"), READ.values(), ids=READ.keys())
def test_a_question_is_read(answers: str, expected: Question, read: Read) -> None:
    parsed = read(asks(answers))
    assert [str(problem) for problem in parsed.problems if problem.severity == "error"] == []
    assert parsed.text
    assert parsed.text.questions == (expected,)


BOXES = "- [x] One\n  > Yes.\n- [ ] Two\n  > No.\n"
CLASSES = {
    "single": ("", BOXES, (True, False)),
    "single, fixed": (" .fixed", BOXES, (False, False)),
    "multiple, fixed": (" .fixed", BOXES.replace("[ ]", "[x]"), (False, False)),
    "opinion": (" .opinion", BOXES.replace("[x]", "[ ]"), (False, False)),
    "opinion, fixed": (" .fixed .opinion", BOXES.replace("[x]", "[ ]"), (False, False)),
    "text": ("", "= a\n", (False, False)),
    "text, forgiving": (" .forgiving", "= a\n", (False, True)),
    "order": ("", ORDER, (True, False)),
}


@pytest.mark.parametrize(("classes", "answers", "expected"), CLASSES.values(), ids=CLASSES.keys())
def test_classes(classes: str, answers: str, expected: tuple[bool, bool], read: Read) -> None:
    text = read(asks(answers, f"## Which? {{#which{classes}}}")).text
    assert text
    (asked,) = text.questions
    assert (asked.shuffled, asked.forgiving) == expected
    assert asked.id == "which"


LEFT = "| | |\n|-|-|\n"
REFUSED = {
    "order: one line": ("1. One\n", [(7, "option-count")]),
    "order: nine lines": ("".join(f"{n}. Line {n}\n" for n in range(1, 10)), [(7, "option-count")]),
    "order: eight lines": ("".join(f"{n}. Line {n}\n" for n in range(1, 9)), []),
    "order: from 0": ("0. One\n1. Two\n", [(9, "order-form")]),
    "order: all 1": ("1. One\n1. Two\n1. Three\n", [(10, "order-form")]),
    "order: falling": ("2. One\n1. Two\n", [(9, "order-form")]),
    "order: a gap": ("1. One\n2. Two\n4. Three\n", [(11, "order-form")]),
    "order: same": ("1. One\n2. Two\n3. One\n", [(11, "same-option")]),
    "order: same but for emphasis": ("1. One\n2. *One*\n", [(10, "same-option")]),
    "order: empty": ("1.\n2. Two\n", [(9, "order-form")]),
    "order: invisible": ("1. &#8203;\n2. Two\n", [(9, "order-form")]),
    "order: a box": ("1. [ ] One\n2. [x] Two\n", [(9, "order-form"), (10, "order-form")]),
    "order: a quote": ("1. > One\n2. Two\n", [(9, "order-form")]),
    "order: a list": ("1. One\n   - a\n2. Two\n", [(10, "order-form")]),
    "order: explained in a line": ("1. One\n   > Why.\n2. Two\n", [(10, "order-form")]),
    "order: a link": ("1. [One](https://a.example)\n2. Two\n", [(9, "order-form")]),
    "order: a link to a card": ("1. [One](#one)\n2. Two\n", [(9, "link"), (9, "order-form")]),
    "order: hidden": ("1. ||One||\n2. Two\n", [(9, "order-form")]),
    "order: a picture": ("1. ![One](a.png)\n2. Two\n", [(9, "order-form")]),
    "order: 301 units": (f"1. {'x' * 301}\n2. Two\n", [(9, "option-length")]),
    "order: 300 units": (f"1. {'x' * 300}\n2. Two\n", []),
    "order: a second list": (f"{ORDER}4) Four\n", [(12, "question-kind")]),
    "order: text right below": (f"{ORDER}And more.\n", [(12, "after-options")]),
    "order: text below": (f"{ORDER}\nAnd more.\n", [(13, "after-options")]),
    "order: two quotes": (f"{ORDER}\n> a\n\n> b\n", [(15, "after-options")]),
    "order: a quote above": (f"> a\n\n{ORDER}", [(9, "after-options")]),
    "order: too long": (
        "".join(f"{n}. {n:x>300}\n" for n in range(1, 9)) + f"\n> {'x' * 1_001}\n",
        [(7, "explanation-length")],
    ),
    "match: three columns": ("|a|b|c|\n|-|-|-|\n|1|2|3|\n|1|2|3|\n", [(9, "match-form")]),
    "match: one column": ("|a|\n|-|\n|1|\n|2|\n", [(9, "match-form")]),
    "match: three cells": (f"{LEFT}|a|b|c|\n|d|e|\n", [(11, "match-form")]),
    "match: one cell": (f"{LEFT}|a|b|\n|d|\n", [(12, "match-form")]),
    "match: text right below": (f"{LEFT}|a|b|\n|d|e|\nMore.\n", [(13, "match-form")]),
    "match: hidden bars": (f"{LEFT}|a|\\|\\|b\\|\\||\n|d|e|\n", [(11, "match-form")]),
    "match: an empty side": (f"{LEFT}|a| |\n|d|e|\n", [(11, "match-form")]),
    "match: a link": (f"{LEFT}|a|[b](https://a.example)|\n|d|e|\n", [(11, "match-form")]),
    "match: a picture": (f"{LEFT}|![a](a.png)|b|\n|d|e|\n", [(11, "match-form")]),
    "match: no rows": (LEFT, [(7, "option-count")]),
    "match: one row": (f"{LEFT}|a|b|\n", [(7, "option-count")]),
    "match: nine rows": (LEFT + "".join(f"|{n}|b{n}|\n" for n in range(9)), [(7, "option-count")]),
    "match: eight rows": (LEFT + "".join(f"|{n}|b{n}|\n" for n in range(8)), []),
    "match: same left side": (f"{LEFT}|a|b|\n|a|c|\n", [(12, "same-option")]),
    "match: a long left side": (f"{LEFT}|{'x' * 301}|b|\n|c|d|\n", [(11, "option-length")]),
    "match: a long right side": (f"{LEFT}|a|{'x' * 301}|\n|c|d|\n", [(11, "option-length")]),
    "match: no title line": ("||\n|-|-|\n|a|b|\n", [(9, "match-form")]),
    "match: not a table": ("| a | b |\n| c | d |\n", [(9, "match-form")]),
    "match: both sides are too long": (
        LEFT + "".join(f"|{n:x>240}|{n:y>240}|\n" for n in range(8)),
        [(7, "question-length")],
    ),
    "match: both sides are not too long": (
        LEFT + "".join(f"|{n:x>220}|{n:y>220}|\n" for n in range(8)),
        [],
    ),
    "match: a side that is chosen again and again": (
        LEFT + "".join(f"|{n:x>220}|{n // 2:y>220}|\n" for n in range(8)),
        [(7, "question-length")],
    ),
    "match: feedback": (
        LEFT + "".join(f"|{n:x>200}|{n:y>200}|\n" for n in range(8)) + f"\n> {'x' * 900}\n",
        [(7, "feedback-length")],
    ),
    "number: below zero": ("= 42 ± -1\n", [(9, "answer-form")]),
    "number: two units": ("= 42 mg ± 1 g\n", [(9, "answer-form")]),
    "number: a unit of two words": ("= 42 ± 1 kv. m\n", [(9, "answer-form")]),
    "number: two tolerances": ("= 42 ± 1 ± 2\n", [(9, "answer-form")]),
    "number: no tolerance": ("= 42 ±\n", [(9, "answer-form")]),
    "number: with words": ("= 42 ± 1 | many\n", [(9, "answer-form")]),
    "number: 16 digits": ("= 1234567890123456\n", [(9, "answer-length")]),
    "number: 16 decimals": ("= 0.0000000000000001\n", [(9, "answer-length")]),
    "number: a long tolerance": ("= 1 ± 1234567890123456\n", [(9, "answer-length")]),
    "number: same": ("= 42 | 42,0\n", [(9, "same-answer")]),
    "number: same unit": ("= 42 mg | 42 MG\n", [(9, "same-answer")]),
    "number: 21": (f"= {' | '.join(map(str, range(21)))}\n", [(9, "answer-count")]),
    "text: nothing": ("=\n", [(9, "answer-form")]),
    "text: nothing between bars": ("= a | | b\n", [(9, "answer-form")]),
    "text: only punctuation": ("= ... | a\n", [(9, "answer-form")]),
    "text: ? among others": ("= ? | a\n", [(9, "answer-form")]),
    "text: invisible": ("= &#8203;\n", [(9, "answer-form")]),
    "text: bold": ("= **a**\n", [(9, "answer-form")]),
    "text: a link": ("= [a](https://a.example)\n", [(9, "answer-form")]),
    "text: a picture": ("= ![a](a.png)\n", [(9, "answer-form")]),
    "text: 101 units": (f"= {'x' * 101}\n", [(9, "answer-length")]),
    "text: same": ("= Ačiū | ačiū!\n", [(9, "same-answer")]),
    "text: 21": (f"= {' | '.join('abcdefghijklmnopqrstu')}\n", [(9, "answer-count")]),
    "text: two lines": ("= a\nb\n", [(10, "answer-form")]),
    "text: two lines of =": ("= a\n= b\n", [(10, "answer-form")]),
    "text: two paragraphs of =": ("= a\n\n= b\n", [(11, "question-kind")]),
    "text: text below": ("= a\n\nMore.\n", [(11, "after-options")]),
    "a line of =====": ("=====\n", [(9, "after-options")]),
    "text: a long explanation": (f"= a\n> {'x' * 1_001}\n", [(7, "explanation-length")]),
    "an option with a picture in it": ("- [ ] Here ![A red cross](a.png)\n- [x] Two\n", [(9, "option-form")]),
    "options and an order": (f"{BOXES}\n{ORDER}", [(14, "question-kind")]),
    "an order and options": (f"{ORDER}\n{BOXES}", [(13, "question-kind")]),
    "options and a number": (f"{BOXES}\n= 4\n", [(14, "question-kind")]),
    "a table and a number": (f"{TABLE}\n= 4\n", [(15, "question-kind")]),
    "only text": ("Text.\n", [(9, "after-options")]),
    "only a quote": ("> Text.\n", [(9, "after-options")]),
}


@pytest.mark.parametrize(("answers", "expected"), REFUSED.values(), ids=REFUSED.keys())
def test_answers_are_refused(answers: str, expected: list[tuple[int, str]], read: Read) -> None:
    refuses(read(asks(answers)), expected)


def refuses(parsed: Parsed, expected: list[tuple[int, str]]) -> None:
    errors = [problem for problem in parsed.problems if problem.severity == "error"]
    assert [(problem.line, problem.rule) for problem in errors] == expected
    assert (parsed.text is None) == bool(expected)
    assert [p.message for p in errors if not p.message.endswith(".") or len(p.message) > 140] == []


HEADINGS = {
    "an opinion in order": ("## Which? {#w .opinion}", ORDER, [(7, "question-class")]),
    "a fixed order": ("## Which? {#w .fixed}", ORDER, [(7, "question-class")]),
    "a fixed table": ("## Which? {#w .fixed}", TABLE, [(7, "question-class")]),
    "forgiving options": ("## Which? {#w .forgiving}", BOXES, [(7, "question-class")]),
    "a forgiving number": ("## Which? {#w .forgiving}", "= 4\n", [(7, "question-class")]),
    "all classes": (
        "## Which? {.forgiving #w .fixed .opinion}",
        "= a\n",
        [(7, "question-class"), (7, "question-class")],
    ),
    "another class": ("## Which? {#w .Fixed}", ORDER, [(7, "question-id")]),
    "no question mark above words": ("## Which", "= a\n", [(7, "question-mark")]),
    "no question mark above a line of =": ("## Which", "=====\n", []),
    "no question mark above an order": ("## Which {#w}", ORDER, [(7, "question-mark")]),
    "no heading": ("", "= a\n", [(9, "options-alone")]),
    "a list is no order": ("## Do this", ORDER, []),
}


@pytest.mark.parametrize(("heading", "answers", "expected"), HEADINGS.values(), ids=HEADINGS.keys())
def test_headings_are_refused(
    heading: str, answers: str, expected: list[tuple[int, str]], read: Read
) -> None:
    refuses(read(asks(answers, heading)), expected)


LONG = "x" * 600
ADVICE = {
    "an order without a reason": (ORDER, [(7, "no-explanation")]),
    "a table without a reason": (TABLE, [(7, "no-explanation")]),
    "a number without a reason": ("= 4\n", [(7, "no-explanation")]),
    "words without a reason": ("= a\n", [(7, "no-explanation")]),
    "an open answer without one": ("= ?\n", []),
    "an order with a reason": (f"{ORDER}\n{QUOTE}", []),
    "a long line": (f"1. {'x' * 101}\n2. Two\n\n{QUOTE}", [(9, "long-option")]),
    "a long left side": (f"{LEFT}|{'x' * 101}|b|\n|c|d|\n{QUOTE}", [(11, "long-option")]),
    "a long right side": (f"{LEFT}|a|b|\n|c|{'x' * 101}|\n{QUOTE}", [(12, "long-option")]),
}


@pytest.mark.parametrize(("answers", "expected"), ADVICE.values(), ids=ADVICE.keys())
def test_advice(answers: str, expected: list[tuple[int, str]], read: Read) -> None:
    parsed = read(asks(answers).replace("Text.", LONG))
    assert [(p.line, p.rule, p.severity) for p in parsed.problems] == [(*each, "advice") for each in expected]
    assert parsed.text
