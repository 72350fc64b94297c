"""Whatever is written: nothing raises, every problem has its line, and what is accepted can be sent."""

import io
from dataclasses import replace
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from domain.fitting import MOST_CAPTION, MOST_OPTION, MOST_OPTIONS, MOST_TEXT, MOST_TITLE, Capabilities, fit
from domain.message import Button, Content
from domain.programme import Card, LessonText
from domain.text import Text, join, units
from lessons.markup import compile_text
from lessons.parse import Origin, Parsed, parse_lesson, parse_programme
from lessons.pictures import Shelf, UnusableError, redraw
from lessons.rules import ADVICE, ERRORS, Findings

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
"""
PIECES = st.sampled_from(
    [
        "---\n", "\n\n", "\n", "## ", "?", " {#a}", "{.opinion}", "- [ ] ", "- [x] ", "  > ", "> ", "* ", "1. ",
        "**", "_", "~~", "`", "```\n", "||", "|", "[a](", "https://a.example", ")", "![", "](a.png)", "<b>", "  ",
        "&nbsp;", "&#xD83D;", "\\", "😀", "ą", "a", "word ", "\u200d", "\u202e", "\u2028", "\t", "title: ",
        "minutes: 3\n", "&a ", "*a", "{", "}", "= 42", "|-|\n", "=====\n", "'", '"', "# ", ": ", "x" * 300,
    ]
)  # fmt: skip
TEXTS = st.lists(PIECES | st.text(max_size=4), max_size=60).map("".join)


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """The lesson with a few stretches of it cut out, repeated or replaced."""
    text = LESSON
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
    for card in lesson.cards:
        assert_card(card)


def assert_card(card: Card) -> None:
    assert_text(card.text)
    assert card.text or card.question or card.picture
    most = MOST_CAPTION if card.picture else MOST_TEXT
    shown = card.text
    buttons: tuple[Button, ...] = ()
    if card.question:
        assert_text(card.question.prompt)
        assert 2 <= len(card.question.options) <= MOST_OPTIONS
        for option in card.question.options:
            assert_text(option.text)
            assert_text(option.explanation)
            assert 0 < option.text.units <= MOST_OPTION
            assert "\n" not in option.text.plain
        shown = join(card.text, card.question.prompt)
        buttons = tuple(Button(option.text.plain, "x") for option in card.question.options)
    plainest = Capabilities(False, 20, True, True, False, False, False)
    for can in (plainest, replace(plainest, buttons=True)):
        assert fit(Content(shown, None, buttons, "one"), can).text.units <= most


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
