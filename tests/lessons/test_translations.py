"""The languages of a lesson, and the lessons of a programme: what they must agree on."""

from pathlib import Path

import pytest

from lessons.library import read_library
from tests.lessons.folders import QUESTION, TEXT, Write, found, named, source, whole

OTHER = "## Which? {#which}\n\n- [ ] One\n  > Yes.\n- [x] Two\n  > No.\n"
DIFFERENT = {
    "another right answer": (
        f"{TEXT}\n\n---\n\n{OTHER}",
        10,
        "Make card 2 as in 01-a.lt.md, where it is the question {#which} with 2 options, [x] at 1.",
    ),
    "another name": (
        f"{TEXT}\n\n---\n\n{QUESTION.replace('#which', '#other')}",
        10,
        "Make card 2 as in 01-a.lt.md, where it is the question {#which} with 2 options, [x] at 1.",
    ),
    "no question": (
        TEXT,
        6,
        "Make card 2 as in 01-a.lt.md, where it is the question {#which} with 2 options, [x] at 1.",
    ),
    "a question first": (
        f"{TEXT}\n\n{QUESTION}",
        8,
        "Make card 1 as in 01-a.lt.md, where it is a text.",
    ),
    "one card more": (
        f"{TEXT}\n\n---\n\n{QUESTION}\n---\n\nMore.\n",
        19,
        "Make card 3 as in 01-a.lt.md, where there is no card.",
    ),
}


@pytest.mark.parametrize(("body", "line", "message"), DIFFERENT.values(), ids=DIFFERENT.keys())
def test_translations_have_the_same_questions(
    body: str, line: int, message: str, tmp_path: Path, write: Write
) -> None:
    whole(write)
    write("p/01-a.nb.md", source("A", body))
    library = read_library(tmp_path)
    errors = [problem for problem in library.problems if problem.severity == "error"]
    assert [(p.file, p.line, p.rule, p.message) for p in errors] == [
        ("p/01-a.nb.md", line, "translation-differs", message)
    ]
    assert library.drafts[0].broken == (("01-a", "nb"),)
    assert named(library) == [("p", ["01-a:lt,pl,en", "02-b:lt,pl,nb,en"])]


MATCH = "| | |\n|-|-|\n| A | {} |\n| B | y |\n\n> Why.\n"
FORK = "- [ ] [A](#{})\n  > Yes.\n- [x] B\n  > No.\n\n---\n\n## End {{#end}}\n\nEnd.\n"
KINDS = {
    "order": (
        "1. A\n2. B\n3. C\n\n> Why.\n",
        "1. A\n2. B\n\n> Why.\n",
        "with 3 lines to put in order",
    ),
    "match": (MATCH.format("x"), MATCH.format("y"), "with a table of 2 rows, whose right sides are 1, 2"),
    "number": ("= 42,0 ± 1 kg | 7\n> Why.\n", "= 42 kg | 7\n> Why.\n", "with 42.0 ± 1 | 7 ± 0"),
    "another number": ("= 42\n> Why.\n", "= 43\n> Why.\n", "with 42 ± 0"),
    "text": ("= A\n> Why.\n", "= 42\n> Why.\n", "with words after ="),
    "open": ("= ?\n", "= A\n> Why.\n", "with = ?"),
    "options": (
        FORK.format("end"),
        FORK.format("end-of-lesson").replace("## End {#end}\n\n", ""),
        "with 2 options, [x] at 2, leading to card 3 and the next card",
    ),
    "options to the end": (
        FORK.format("end-of-lesson").replace("## End {#end}\n\n", ""),
        FORK.format("end"),
        "with 2 options, [x] at 2, leading to the end and the next card",
    ),
    "options without a right one": (
        "- [A](#end-of-lesson)\n- [B](#end-of-lesson)\n",
        "- [ ] A\n  > Yes.\n- [x] B\n  > No.\n",
        "with 2 options, no [x], leading to the end and the end",
    ),
    "the card": (
        "= ?\n\n[On](#end-of-lesson)\n",
        "= ?\n",
        "with = ?, then leading to the end",
    ),
}


BOXES = "## Which? {{#which{}}}\n\n- [x] A\n  > Yes.\n- [ ] B\n  > No.\n"


@pytest.mark.parametrize(
    ("first", "other", "change"),
    [(" .fixed", "", "Write .fixed behind"), ("", " .fixed", "Remove .fixed from behind")],
)
def test_options_are_fixed_in_all_languages_or_in_none(
    first: str, other: str, change: str, tmp_path: Path, write: Write
) -> None:
    whole(write)
    for language in ("lt", "pl", "en"):
        write(f"p/01-a.{language}.md", source("A", f"{TEXT}\n\n---\n\n{BOXES.format(first)}"))
    write("p/01-a.nb.md", source("A", f"{TEXT}\n\n---\n\n{BOXES.format(other)}"))
    problems = read_library(tmp_path).problems
    wanted = f"{change} the name of the question of card 2, as in 01-a.lt.md."
    assert [(p.file, p.line, p.rule, p.message) for p in problems] == [
        ("p/01-a.nb.md", 10, "translation-differs", wanted)
    ]


@pytest.mark.parametrize(("first", "other", "message"), KINDS.values(), ids=KINDS.keys())
def test_translations_have_questions_of_the_same_kind(
    first: str, other: str, message: str, tmp_path: Path, write: Write
) -> None:
    whole(write)
    top = f"{TEXT}\n\n---\n\n## Which? {{#which}}\n\n"
    for language in ("lt", "pl", "en"):
        write(f"p/01-a.{language}.md", source("A", top + first))
    write("p/01-a.nb.md", source("A", top + other))
    problems = read_library(tmp_path).problems
    wanted = f"Make card 2 as in 01-a.lt.md, where it is the question {{#which}} {message}."
    assert [(p.file, p.line, p.rule, p.message) for p in problems] == [
        ("p/01-a.nb.md", 10, "translation-differs", wanted)
    ]


SAME = {
    "words": ("= A | B\n> Why.\n", "= C\n> Why.\n"),
    "units and decimals": ("= 42,50 ± 1 mg\n> Why.\n", "= 42.5 mlg ± 1.0\n> Why.\n"),
    "right sides": (MATCH.format("x"), MATCH.format("z")),
    "names of cards": (FORK.format("end"), FORK.format("fin").replace("#end", "#fin")),
}


@pytest.mark.parametrize(("first", "other"), SAME.values(), ids=SAME.keys())
def test_translations_may_differ_in_words(first: str, other: str, tmp_path: Path, write: Write) -> None:
    whole(write)
    top = f"{TEXT}\n\n---\n\n## Which? {{#which}}\n\n"
    for language in ("lt", "pl", "en"):
        write(f"p/01-a.{language}.md", source("A", top + first))
    write("p/01-a.nb.md", source("A", top + other))
    assert read_library(tmp_path).problems == ()


@pytest.mark.parametrize(
    ("first", "other", "message"),
    [
        ("draw: 1\n", "", 'Write "draw: 1" into the head, as in 01-a.lt.md.'),
        ("", "draw: 1\n", "Remove draw from the head, as in 01-a.lt.md."),
        ("draw: 1\n", "draw: 2\n", 'Write "draw: 1" into the head, as in 01-a.lt.md.'),
    ],
)
def test_translations_ask_as_many_questions(
    first: str, other: str, message: str, tmp_path: Path, write: Write
) -> None:
    whole(write)
    body = "\n---\n\n".join([TEXT, *(QUESTION.replace("#which", f"#{name}") for name in "abc")])
    for language in ("lt", "pl", "nb", "en"):
        draw = other if language == "nb" else first
        write(f"p/01-a.{language}.md", source("A", body).replace("minutes: 2\n", f"minutes: 2\n{draw}"))
    assert [(p.file, p.line, p.rule, p.message) for p in read_library(tmp_path).problems] == [
        ("p/01-a.nb.md", 1, "translation-differs", message)
    ]


def test_without_lithuanian_the_first_good_language_is_followed(tmp_path: Path, write: Write) -> None:
    whole(write)
    write("p/01-a.lt.md", b"\xff")
    write(
        "p/01-a.pl.md",
        source("A", f"{TEXT}\n\n---\n\n{QUESTION.replace('[x]', '[ ]').replace('}', ' .opinion}')}"),
    )
    library = read_library(tmp_path)
    assert found(library) == [("p/01-a.lt.md", 1, "encoding"), ("p/01-a.pl.md", 10, "translation-differs")]
    assert named(library)[0][1][0] == "01-a:nb,en"


def test_an_opinion_is_described(tmp_path: Path, write: Write) -> None:
    whole(write)
    opinion = QUESTION.replace("[x]", "[ ]").replace("}", " .opinion}")
    write("p/01-a.lt.md", source("A", f"{TEXT}\n\n---\n\n{opinion}"))
    messages = {problem.message for problem in read_library(tmp_path).problems}
    assert messages == {
        "Make card 2 as in 01-a.lt.md, where it is the question {#which} with 2 options, .opinion."
    }


def test_names_of_questions_are_unique_in_a_programme(tmp_path: Path, write: Write) -> None:
    whole(write)
    write("p/02-b.pl.md", source("B"))
    library = read_library(tmp_path)
    assert found(library) == [("p/02-b.pl.md", 10, "same-id")]
    assert library.drafts[0].broken == (("02-b", "pl"),)
