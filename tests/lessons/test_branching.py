"""Ways through a lesson: options and cards that lead to others, and questions of which only some are asked."""

from collections.abc import Callable
from pathlib import Path

import pytest

from domain.programme import Card, LessonText
from domain.question import Option, Question
from domain.text import Entity, Text
from lessons.parse import Origin, Parsed, parse_lesson
from lessons.shelf import Shelf

Read = Callable[[str], Parsed]
SCENARIO = """\
A reader asks for the address of another.

---

## What do you do? {#do}

- [Say *no*](#no)
- [ ] [Give it](#give)
  > Think of it.

---

## You say no {#no}

The reader is angry.

### And now? {#now}

- [x] [Explain](#end)
- [ ] Wait
  > No.

---

The reader waits too.

[On](#end-of-lesson)

---

![The rules](good.png)

# You give it {#give}

---

## The end {#end}

Well done.
"""


def bold(plain: str, length: int) -> Text:
    return Text(plain, (Entity("bold", 0, length),))


def led(text: str, where: int | None, why: str = "", *, correct: bool = False) -> Option:
    return Option(Text(text), correct, Text(why), where)


def test_a_scenario(read: Read, tmp_path: Path, png: bytes) -> None:
    (tmp_path / "good.png").write_bytes(png)
    parsed = read(SCENARIO)
    assert parsed.text
    no = Option(Text("Say no", (Entity("italic", 4, 2),)), leads_to=2)
    do = Question("do", "opinion", Text("What do you do?"), (no, led("Give it", 4, "Think of it.")))
    waits = (led("Explain", 5, correct=True), led("Wait", None, "No."))
    now = Question("now", "single", Text("And now?"), waits, shuffled=True)
    picture = parsed.text.cards[4].picture
    assert picture
    assert picture.alt == "The rules"
    assert parsed.text.cards == (
        Card(Text("A reader asks for the address of another.")),
        Card(question=do),
        Card(bold("You say no\n\nThe reader is angry.", 10), question=now),
        Card(Text("The reader waits too."), leads_to=6),
        Card(bold("You give it", 11), picture),
        Card(bold("The end\n\nWell done.", 7)),
    )
    assert [problem.rule for problem in parsed.problems] == ["too-short"]


def test_a_question_leads_on_after_any_answer(read: Read) -> None:
    answers = ("- [x] a\n- [ ] b\n", "1. a\n2. b\n", "|a|b|\n|-|-|\n|c|d|\n|e|f|\n", "= 4\n> Why.\n", "= ?\n")
    for answer in answers:
        text = read(f"## A? {{#a}}\n\n{answer}\n[On](#c)\n\n---\n\nB\n\n---\n\n## C {{#c}}\n").text
        assert text
        assert [card.leads_to for card in text.cards] == [2, None, None]


END = "---\n\n## End {#end}\n"
TWO = "## A? {#a}\n\n- [x] One\n- [ ] Two\n"
REFUSED = {
    "nothing but a link": ("[On](#b)\n", [(5, "empty-card"), (5, "no-such-card")]),
    "no such card to go on to": ("A\n\n[On](#b)\n", [(7, "no-such-card")]),
    "no such card to choose": (
        "## A? {#a}\n- [Go](#b)\n- [ ] [Stay](#c)\n",
        [(6, "no-such-card"), (7, "no-such-card")],
    ),
    "no name": ("A\n\n[On](#)\n", [(7, "no-such-card")]),
    "a name in a list": ("A\n\n[On](#b)\n\n---\n\n- # B {#b}\n", [(7, "no-such-card")]),
    "an odd name": ("A\n\n[On](#\u202e%20<x>)\n", [(7, "no-such-card")]),
    "the end of the lesson": ("A\n\n[On](#end-of-lesson)\n", []),
    "itself": ("## A {#a}\n\n[On](#a)\n", [(7, "leads-back")]),
    "an option that leads to itself": ("## A? {#a}\n- [One](#a)\n- [Two](#end)\n" + END, [(6, "leads-back")]),
    "back": ("## A {#a}\n\n---\n\nB\n\n[On](#a)\n", [(11, "leads-back")]),
    "an option that leads back": (
        "## B {#b}\n\n---\n\n## A? {#a}\n- [One](#b)\n- [Two](#end-of-lesson)\n",
        [(10, "leads-back")],
    ),
    "forward to the next": ("A\n\n[On](#end)\n\n" + END, []),
    "nothing leads here": ("## A {#a}\n", [(5, "question-mark")]),
    "a name further down": ("A\n\n## B {#b}\n", [(7, "question-mark")]),
    "a name below a question": (f"{TWO}\n## B {{#b}}\n", [(10, "after-options")]),
    "a title with a class": ("## A {.fixed}\n", [(5, "question-id")]),
    "a title with two names": ("## A {#a #b}\n\n---\n\nB\n", [(5, "question-id"), (5, "question-mark")]),
    "a title with a bad name": ("A\n\n[On](#B)\n\n---\n\n## B {#B}\n", [(11, "question-id")]),
    "braces that are text": ("## A {a, b}\n", []),
    "the same title twice": (
        "A\n\n[On](#end)\n\n---\n\n## B {#end}\n\n" + END,
        [(15, "same-id")],
    ),
    "a title called like a question": (
        f"{TWO}\n[On](#end)\n\n---\n\n## A {{#a}}\n\n{END}",
        [(14, "same-id"), (14, "question-mark")],
    ),
    "a title called like the end": ("A\n\n[On](#end-of-lesson)\n\n---\n\n## B {#end-of-lesson}\n", [(11, "same-id")]),
    "a link in a text": ("A [word](#end) more\n\n" + END, [(5, "link"), (9, "question-mark")]),
    "a link with a word": ("A\n\n[On](#end) and on\n\n" + END, [(7, "link"), (11, "question-mark")]),
    "a link above a text": ("[On](#end)\n\nA\n\n" + END, [(5, "link"), (11, "question-mark")]),
    "two links": ("A\n\n[On](#end)\n\n[On](#end)\n\n" + END, [(7, "link")]),
    "a link in an explanation": (
        "## A? {#a}\n- [x] One\n  > [On](#end)\n- [ ] Two\n\n[On](#end)\n\n" + END,
        [(7, "link")],
    ),
    "another file": ("A\n\n[On](b.md#end)\n", [(7, "link")]),
    "several right": ("## A? {#a}\n- [x] [One](#end)\n- [x] Two\n\n" + END, [(5, "branching")]),
    "one right": ("## A? {#a}\n- [x] [One](#end)\n- [ ] Two\n\n" + END, []),
    "none right, all lead": ("## A? {#a}\n- [One](#end)\n- [ ] [Two](#end)\n\n" + END, []),
    "none right, one leads": ("## A? {#a}\n- [One](#end)\n- [ ] Two\n\n" + END, [(5, "no-right-answer")]),
    "an opinion, one leads": ("## A? {#a .opinion}\n- [One](#end)\n- [ ] Two\n\n" + END, []),
    "an opinion with a right one": (
        "## A? {#a .opinion}\n- [ ] [One](#end)\n- [x] Two\n\n" + END,
        [(5, "opinion-right")],
    ),
    "a box is missing": ("## A? {#a}\n- [One](#end)\n- [x] Two\n\n" + END, [(6, "option-form")]),
    "no words": ("## A? {#a}\n- [](#end)\n- [Two](#end)\n\n" + END, [(6, "option-form")]),
    "a picture that leads": ("## A? {#a}\n- [![a](b.png)](#end)\n- [Two](#end)\n\n" + END, [(7, "option-pictures")]),
    "more than a link": ("## A? {#a}\n- [One](#end) or so\n- [Two](#end)\n\n" + END, [(6, "option-form")]),
    "more than a link behind a box": (
        "## A? {#a}\n- [x] [One](#end) or so\n- [ ] [Two](#end)\n\n" + END,
        [(6, "link"), (6, "option-form")],
    ),
    "no question mark": ("## A {#a}\n- [One](#end)\n- [Two](#end)\n\n" + END, [(5, "question-mark")]),
    "no heading": (
        "- [One](#end)\n- [Two](#end)\n\n" + END,
        [(5, "options-alone"), (10, "question-mark")],
    ),
    "the same words": ("## A? {#a}\n- [One](#end)\n- [One](#end)\n\n" + END, [(7, "same-option")]),
    "a line to put in order that leads": (
        "## A? {#a}\n1. [One](#end)\n2. Two\n\n[On](#end)\n\n" + END,
        [(6, "link"), (6, "order-form")],
    ),
    "links are not followed where a card is lost": ("A\n\n[On](#b)\n\n---\n\n---\n\nB\n", [(10, "empty-card")]),
}  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), REFUSED.values(), ids=REFUSED.keys())
def test_ways_are_refused(body: str, expected: list[tuple[int, str]], read: Read) -> None:
    parsed = read(body)
    errors = [problem for problem in parsed.problems if problem.severity == "error"]
    assert [(problem.line, problem.rule) for problem in errors] == expected
    assert (parsed.text is None) == bool(expected)
    assert [p.message for p in errors if not p.message.endswith(".") or len(p.message) > 140] == []
    assert [p.message for p in errors if not p.message.isprintable()] == []


TEXT = "x" * 300
WHY = "## B? {#b}\n\n- [x] One\n  > Yes.\n- [ ] Two\n  > No.\n"
FORK = "## A? {#a}\n\n- [One](#one)\n- [Two](#two)\n\n---\n\n"
ONE = f"## One {{#one}}\n\n{TEXT}\n\n[On](#end)\n\n---\n\n"
ADVICE = {
    "a fork": (f"{TEXT}\n\n{FORK}{ONE}## Two {{#two}}\n\n{TEXT}\n\n{END}", []),
    "texts of one way count": (
        f"{TEXT}\n\n{FORK}{ONE}## Two {{#two}}\n\nx\n\n---\n\nx\n\n---\n\nx\n\n{END}",
        [(5, "too-many-cards")],
    ),
    "the other way is too long": (
        f"{FORK}{ONE}## Two {{#two}}\n\n{TEXT * 4}\n\n{END}",
        [(5, "too-long")],
    ),
    "a card that nothing leads to": (
        f"{TEXT}\n\n{FORK}Lost.\n\n---\n\n{ONE}## Two {{#two}}\n\n{TEXT}\n\n{END}",
        [(14, "never-shown")],
    ),
    "cards behind the end": (
        f"{TEXT}\n{TEXT}\n\n[On](#end-of-lesson)\n\n---\n\nLost.\n\n---\n\n{WHY}",
        [(12, "never-shown"), (16, "never-shown")],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), ADVICE.values(), ids=ADVICE.keys())
def test_advice(body: str, expected: list[tuple[int, str]], read: Read) -> None:
    parsed = read(body)
    assert [(p.line, p.rule, p.severity) for p in parsed.problems] == [(*each, "advice") for each in expected]
    assert parsed.text


def drawn(draw: str, body: str) -> Parsed:
    head = f"---\ntitle: Title\nminutes: 3\ndraw: {draw}\n---\n"
    return parse_lesson((head + body).encode(), Origin("a.lt.md", "a", "lt"), Shelf(Path("/nowhere")))


THREE = "\n---\n\n".join(TWO.replace("#a", f"#{name}") for name in "abc")


def test_some_of_the_questions_are_asked(read: Read) -> None:
    everything = read(THREE).text
    assert everything
    assert drawn("2", THREE).text == LessonText("lt", "Title", 3, everything.cards, draw=2)
    assert everything.draw == 0


DRAWN = {
    "one": ("1", THREE, []),
    "all": ("3", THREE, [(4, "draw")]),
    "none": ("0", THREE, [(4, "draw")]),
    "a word": ("two", THREE, [(4, "draw")]),
    "nothing": ("", THREE, [(4, "draw")]),
    "many": ("1000", THREE, [(4, "draw")]),
    "of one": ("1", TWO, [(4, "draw")]),
    "of none": ("1", "Text.\n", [(4, "draw")]),
    "with options that lead": (
        "1",
        f"{THREE}\n---\n\n{TWO.replace('One', '[One](#end)').replace('#a', '#d')}\n{END}",
        [(4, "draw")],
    ),
    "with a card that leads": ("1", f"{THREE}\n[On](#end-of-lesson)\n", [(4, "draw")]),
    "a card that is lost": ("1", f"{TWO}\n---\n\n---\n\n{TWO.replace('#a', '#b')}", [(12, "empty-card")]),
}


@pytest.mark.parametrize(("draw", "body", "expected"), DRAWN.values(), ids=DRAWN.keys())
def test_draw(draw: str, body: str, expected: list[tuple[int, str]]) -> None:
    parsed = drawn(draw, body)
    errors = [problem for problem in parsed.problems if problem.severity == "error"]
    assert [(problem.line, problem.rule) for problem in errors] == expected
    assert [p.message for p in errors if not p.message.endswith(".") or len(p.message) > 140] == []
