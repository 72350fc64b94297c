"""What is written is read as what it was."""

import time
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from domain.programme import Card, LessonText
from domain.question import Number, Option, Question
from domain.text import Entity, Text
from lessons.library import read_library
from lessons.markup import compile_text
from lessons.parse import Origin, parse_lesson, parse_programme
from lessons.rules import Findings
from lessons.shelf import Shelf
from lessons.write import card, description, lesson, named_in, reference
from lessons.write_text import paragraphs

LIBRARY = Path(__file__).parents[2] / "library"
SIGNS = [
    "*", "**", "_", "__", "_____", "`", "```", "~~", "~~~", "||", "|", "[", "]", "(", ")", "[x] ", "![", "<b>",
    "<a@b.c>", "&amp;", "&", "#", "## ", "> ", "- ", "---", "-", "+ ", "1. ", "2) ", "=", "= ", "===", ":--",
    "|--|--|", "\\", "!", "?", "{#a}", "{", "}", "• ", "  • ", "https://a.example", "😀", "ž", "a", "word", " ",
    "  ", "\n", "\n\n", "\u00a0", "\u200b",
]  # fmt: skip
PLAIN = st.lists(st.sampled_from(SIGNS) | st.text(max_size=2), min_size=1, max_size=14).map("".join)


def settled(text: str) -> str:
    """As texts are that a file can hold: no spaces at the ends of lines, at most one empty line."""
    text = "".join(each for each in text if each.isprintable() or each == "\n")
    rows = [row.strip() for row in text.split("\n")]
    while "\n\n\n" in (joined := "\n".join(rows)):
        rows = joined.replace("\n\n\n", "\n\n").split("\n")
    return "\n".join(rows).strip()


def read(cards: list[Card]) -> tuple[LessonText | None, list[str]]:
    source = lesson(LessonText("lt", "A", 1, tuple(cards)))
    parsed = parse_lesson(source.encode(), Origin("a.lt.md", "a", "lt"), Shelf(Path("nowhere")))
    return parsed.text, [str(each) for each in parsed.problems if each.severity == "error"]


@settings(max_examples=600, deadline=None)
@given(PLAIN.map(settled))
def test_a_plain_text(plain: str) -> None:
    found = Findings("a.md")
    assert compile_text(paragraphs(Text(plain)), 1, found) == Text(plain)
    assert found.problems == []


MARKUP = [
    "> a\n\nb\n\n", "> ```\n> c\n> ```\n> - d\n\n", "*a*b ", "**a** _b_ ", "- a\n", "1. a\n   - b\n", "# A\n\n",
    "```\na\n\n  `` b\n```\n\n", "||a|| ", "[a *b*](https://b.cc/_x_?a&amp;b) ", "*a **b** `c`* ", "`` ` `` ",
    "~~a~~ ", "a\\\nb", "**", "_", "`", "\n\n", "x", " ",
]  # fmt: skip


@settings(max_examples=200, deadline=None)
@example("`a `\n\n> b\n\nc")
@given(st.lists(st.sampled_from(MARKUP), min_size=1, max_size=8).map("".join))
def test_a_marked_text(source: str) -> None:
    found = Findings("a.md")
    text = compile_text(source, 1, found)
    again = compile_text(paragraphs(text), 1, Findings("a.md"))
    assert found.problems or again in (text, Text(text.plain))


@pytest.mark.parametrize("piece", MARKUP)
def test_a_text_of_many_marks(piece: str) -> None:
    found = Findings("a.md")
    text = compile_text(piece * (8_000 // len(piece)), 1, found)
    begin = time.process_time()
    written = paragraphs(text)
    assert time.process_time() - begin < 2
    assert found.problems or compile_text(written, 1, Findings("a.md")) == text


CARDS = [
    Card(Text("Two\nlines\n\n• a\n• b\n  1. c\n  2. d")),
    Card(
        Text("bold and link", (Entity("bold", 0, 4), Entity("link", 9, 4, "https://a.example/?a=1&copy=2"))),
        question=Question(
            "a",
            "single",
            Text("Is [x] # {b} *c* a?", (Entity("italic", 17, 1),)),
            (
                Option(Text("# 1. | a || b _____"), explanation=Text("- why\n\n> so")),
                Option(Text("= x y", (Entity("code", 2, 1),)), correct=True),
            ),
            shuffled=False,
        ),
    ),
    Card(
        question=Question(
            "b",
            "multiple",
            Text("?!?"),
            (Option(Text("a"), correct=True), Option(Text("[ ] b"), correct=True), Option(Text("c\\"))),
            shuffled=True,
        )
    ),
    Card(
        question=Question("c", "opinion", Text("c?"), (Option(Text("a")), Option(Text("b"))), shuffled=False)
    ),
    Card(
        question=Question(
            "d",
            "order",
            Text("d?"),
            (Option(Text("# a")), Option(Text("- b")), Option(Text("3. c"))),
            explanation=Text("Two\n\nparts"),
            shuffled=True,
        )
    ),
    Card(
        question=Question(
            "e",
            "match",
            Text("e?"),
            (Option(Text(r"a \| b || c")), Option(Text("-")), Option(Text("x _|_ y"))),
            (Text("1 | 2"), Text("="), Text("1 | 2")),
            explanation=Text("why"),
            shuffled=True,
        )
    ),
    Card(
        question=Question(
            "f",
            "number",
            Text("f?"),
            numbers=(Number(Decimal("-4.50"), Decimal("0.1"), "mg"), Number(Decimal("1E+3"))),
        )
    ),
    Card(question=Question("g", "text", Text("g?"), accepted=("a | b \\| c", "*d* = 4"), forgiving=True)),
    Card(question=Question("h", "open", Text("h?"), explanation=Text("Say it."))),
]


@pytest.mark.parametrize("told", CARDS, ids=lambda told: told.question.id if told.question else "text")
def test_a_card(told: Card) -> None:
    text, errors = read([told])
    assert errors == []
    assert text
    assert text.cards == (told,)


def test_a_lesson() -> None:
    text, errors = read(CARDS)
    assert errors == []
    assert text == LessonText("lt", "A", 1, tuple(CARDS))


def test_what_cannot_be_marked_becomes_plain() -> None:
    inside = Text('w"or"d', (Entity("bold", 1, 4),))
    crossing = Text("a\n\nb", (Entity("bold", 0, 4),))
    assert (paragraphs(inside), paragraphs(crossing)) == ('w"or"d', "a\n\nb")


@pytest.mark.parametrize("title", ['A: "b" #c', "- a", "{a}", "\u2028a\x07b\\", "😀"])
def test_a_title(title: str) -> None:
    shown = " ".join("".join(each if each.isprintable() else " " for each in title).split())
    read = parse_programme(description(title, "About *it*.").encode(), Origin("p.lt.md", "p", "lt"))
    told, problems = read.text, read.problems
    assert problems == ()
    assert told
    assert (told.title, told.description) == (shown, "About *it*.")


@pytest.mark.parametrize("slug", ["safe-online", "front-desk"])
def test_the_lessons_that_ship(slug: str) -> None:
    (draft,) = read_library(LIBRARY / slug).drafts
    for each in draft.programme.lessons:
        for text in each.texts:
            for told in text.cards:
                assert card(told)
                again, errors = read([Card(told.text, None, told.question)])
                assert errors == []
                assert again
                assert again.cards == (Card(told.text, None, told.question),)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), st.text(st.sampled_from("a]()[`\\! ")))
def test_a_name_is_found_in_whatever_text_refers_to_it(name: str, around: str) -> None:
    assert name in named_in(around + "\n" + reference("A", name) + around)


@pytest.mark.parametrize(
    "source",
    [
        "![A](cat.png)",
        "![A]( <cat.png> )",
        "![A](\ncat.png 'title')",
        "![A](c%61t\\.png)",
        "[![A](&#99;at.png)](#b)",
        "](cat.png",
    ],
)
def test_a_name_is_found_in_every_way_to_write_an_address(source: str) -> None:
    assert "cat.png" in named_in(source)


def test_a_name_in_a_longer_one_or_in_words_is_none() -> None:
    assert named_in("![A](black-cat.png) cat.png (cat.png) [cat.png]") == {"black-cat.png"}
