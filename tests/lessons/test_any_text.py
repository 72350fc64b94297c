"""Whatever is written: nothing raises, every problem has its line, and what is accepted can be sent."""

import io
from dataclasses import replace
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from domain.fitting import MOST_CAPTION, MOST_OPTION, MOST_OPTIONS, MOST_TEXT, MOST_TITLE, Capabilities, fit
from domain.grading import Given, score
from domain.message import Button, Content
from domain.programme import Card, LessonText
from domain.question import Question
from domain.text import Text, join, units
from lessons.markup import compile_text
from lessons.parse import Origin, Parsed, parse_lesson, parse_programme
from lessons.pictures import redraw
from lessons.rules import ADVICE, ERRORS, Findings
from lessons.shelf import Shelf, UnusableError

ORIGIN = Origin("a.lt.md", "a", "lt")
NOWHERE = Path("/nowhere")
LESSON = """---
title: A lesson 😀
minutes: 3
---

One **bold _nested 😀_** ~~gone~~ `code` [link](https://a.example/?a=b) ||hidden **too**|| <b>

> quote
> - list
>   1. deeper

---

## Which one? {#which}

- [ ] One 😀
  > Because **it** is.
- [x] Two
  > `why`

---

```
code || ---
```

## And which? {#and .opinion}

* [ ] A
* [ ] B

---

## In which order? {#order}

1. One 😀
2. **Two**

> Because.

---

## What belongs to what? {#match}

| a | b |
|---|---|
| One \\| 😀 | Two |
| Three | `Two` |
Four | Two
> Because.

---

## How many? {#many}

= 42 ± 1 mg | 0,5 | −3 +- 2
> Because.

---

## How? {#how .forgiving}

= ačiū | \\*dėkui\\*

[On](#end)

---

## Why? {#why}
= ?

---

## Where to? {#where .fixed}

- [ ] [There](#there)
- [x] [Here](#end-of-lesson)

---

## There {#there}

There.

---

### The end {#end}
"""
KINDS = ("single", "multiple", "opinion", "order", "match", "number", "text", "open")
PIECES = st.sampled_from(
    [
        "---\n", "\n\n", "\n", "## ", "?", " {#a}", "{.opinion}", "- [ ] ", "- [x] ", "  > ", "> ", "* ", "1. ",
        "**", "_", "~~", "`", "```\n", "||", "|", "[a](", "https://a.example", ")", "![", "](a.png)", "<b>", "  ",
        "&nbsp;", "&#xD83D;", "\\", "😀", "ą", "a", "word ", "\u200d", "\u202e", "\u2028", "\t", "title: ",
        "minutes: 3\n", "&a ", "*a", "{", "}", "= 42", "|-|\n", "=====\n", "'", '"', "# ", ": ", "x" * 300,
        "\n= ", " ± ", "+-", "1,5", "?\n", " | ", "|a|b|\n", "|-|-|\n", "2. ", "3) ", "](#a)", "(#b)\n", "{#b}\n",
        "- [One](#b)\n", "[On](#end-of-lesson)\n", " {#a .fixed}\n", ".forgiving", "draw: 1\n", "\n> why\n", "## A?\n",
    ]
)  # fmt: skip
TEXTS = st.lists(PIECES | st.text(max_size=4), max_size=60).map("".join)


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """The lesson, or one card of it, with a few stretches of it cut out, repeated or replaced."""
    head, *cards = LESSON.split("\n---\n\n")
    text = draw(st.just(LESSON) | st.sampled_from(cards).map(lambda card: f"{head}\n---\n\n{card}"))
    for _ in range(draw(st.integers(0, 6))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 12)))
        text = text[:start] + draw(PIECES | st.just(text[start:end] * 2) | st.text(max_size=3)) + text[end:]
    return text


def read(source: bytes) -> Parsed:
    parsed = parse_lesson(source, ORIGIN, Shelf(NOWHERE))
    lines = source.replace(b"\r\n", b"\n").replace(b"\r", b"\n").count(b"\n") + 1
    errors = [problem for problem in parsed.problems if problem.severity == "error"]
    assert bool(errors) == (parsed.text is None)
    for problem in parsed.problems:
        assert 1 <= problem.line <= lines, problem
        assert problem.rule in (ERRORS if problem.severity == "error" else ADVICE)
        assert problem.message.endswith(".")
        assert problem.message.isprintable()
    if parsed.text:
        assert_sendable(parsed.text)
        assert len(parsed.lines) == len(parsed.text.cards)
    return parsed


def assert_sendable(lesson: LessonText) -> None:
    assert 0 < units(lesson.title) <= MOST_TITLE
    assert 1 <= lesson.minutes <= 60
    assert lesson.cards
    assert lesson.draw in range(max(1, len(lesson.questions)))
    for number, card in enumerate(lesson.cards):
        assert_card(card)
        options = card.question.options if card.question else ()
        ways = [card.leads_to, *(option.leads_to for option in options)]
        assert all(way is None or number < way <= len(lesson.cards) for way in ways)
        assert not lesson.draw or set(ways) == {None}


def assert_card(card: Card) -> None:
    assert_text(card.text)
    assert card.text or card.question or card.picture
    most = MOST_CAPTION if card.picture else MOST_TEXT
    shown, buttons = card.text, tuple[Button, ...]()
    if card.question:
        assert_question(card.question)
        shown = join(card.text, card.question.prompt, Text("\n".join(matched(card.question))))
        choices = card.question.places or [option.text for option in card.question.options]
        buttons = tuple(Button(text.plain, "x") for text in choices)
    plainest = Capabilities(False, 20, True, True, False, False, False)
    for can in (plainest, replace(plainest, buttons=True)):
        assert fit(Content(shown, None, buttons, "one"), can).text.units <= most


def assert_question(asked: Question) -> None:
    for text in (asked.prompt, asked.explanation, *asked.targets):
        assert_text(text)
    assert bool(asked.options) == (asked.kind in KINDS[:5])
    assert bool(asked.numbers) == (asked.kind == "number")
    assert bool(asked.accepted) == (asked.kind == "text")
    assert len(asked.targets) == (len(asked.options) if asked.kind == "match" else 0)
    assert len(asked.options) in (
        0,
        *range(2, (8 if asked.targets or asked.kind == "order" else MOST_OPTIONS) + 1),
    )
    for option in asked.options:
        assert_text(option.text)
        assert_text(option.explanation)
        assert option.leads_to is None or asked.kind in ("single", "opinion")
    for text in (*asked.targets, *(option.text for option in asked.options)):
        assert 0 < text.units <= MOST_OPTION
        assert "\n" not in text.plain
    assert_right_answers(asked)


def assert_right_answers(asked: Question) -> None:
    """Whatever is accepted as right in a file is right when a learner gives it."""
    for number in asked.numbers:
        for value in (number.value, number.value + number.tolerance, number.value - number.tolerance):
            assert score(asked, Given(words=f"{value:f} {number.unit}")) == 1
    for words in asked.accepted:
        assert 0 < units(words) <= 100
        assert score(asked, Given(words=words)) == 1
    if asked.kind in ("single", "multiple"):
        assert score(asked, Given(asked.right)) == 1
    if asked.kind == "order":
        assert score(asked, Given(tuple(range(len(asked.options))))) == 1
    if asked.kind == "match":
        assert score(asked, Given(tuple(map(asked.places.index, asked.targets)))) == 1


def matched(asked: Question) -> list[str]:
    """The rows of a matching, each with the longest right side that can be chosen for it."""
    once = asked.places == asked.targets
    longest = max((place.plain for place in asked.places), key=units, default="")
    return [
        option.text.plain if once else f"{option.text.plain} → {longest}"
        for option in asked.options
        if asked.targets
    ]


def assert_text(text: Text) -> None:
    """Entities lie inside the text, on whole characters, outer before inner; no space surrounds it."""
    data = text.plain.encode("utf-16-le")
    assert text.plain == text.plain.strip()
    assert "\x00" not in text.plain
    order = [(entity.offset, -entity.length) for entity in text.entities]
    assert order == sorted(order)
    for entity in text.entities:
        end = entity.offset + entity.length
        assert 0 <= entity.offset < end <= text.units
        data[2 * entity.offset : 2 * end].decode("utf-16-le")  # raises on half of a surrogate pair
        assert (entity.kind == "link") == bool(entity.url)
        assert entity.url.isascii()
    for first in text.entities:
        for second in text.entities:
            crossing = (
                first.offset < second.offset < first.offset + first.length < second.offset + second.length
            )
            assert not crossing


def test_the_lesson_itself_is_read() -> None:
    text = read(LESSON.encode()).text
    assert text
    assert {question.kind for question in text.questions} == set(KINDS) - {"multiple"}


@settings(max_examples=400, deadline=None)
@given(mutated())
def test_a_mutated_lesson(text: str) -> None:
    read(text.encode(errors="surrogatepass"))


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_any_body(text: str) -> None:
    read(f"---\ntitle: A\nminutes: 1\n---\n{text}".encode(errors="surrogatepass"))


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_any_head(text: str) -> None:
    source = f"---\n{text}\n---\n".encode(errors="surrogatepass")
    read(source)
    parse_programme(source, ORIGIN)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes(source: bytes) -> None:
    read(source)
    parse_programme(source, ORIGIN)


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_any_markup(text: str) -> None:
    found = Findings("a.md")
    compiled = compile_text(text, 1, found)
    if not found.problems:
        assert_text(compiled)


def drawn(form: str) -> bytes:
    out = io.BytesIO()
    Image.effect_mandelbrot((40, 30), (-2, -1, 1, 1), 20).save(out, form)
    return out.getvalue()


PICTURES = [drawn("PNG"), drawn("JPEG"), drawn("WEBP")]


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(PICTURES), st.lists(st.tuples(st.integers(0, 2_000), st.binary(min_size=1, max_size=6)))
)
def test_any_picture(picture: bytes, changes: list[tuple[int, bytes]]) -> None:
    data = bytearray(picture)
    for start, piece in changes:
        data[start : start + len(piece)] = piece
    try:
        served, kind, size = redraw(bytes(data))
    except UnusableError:
        return
    with Image.open(io.BytesIO(served)) as again:
        assert (again.get_format_mimetype(), again.size) == (kind, size)
