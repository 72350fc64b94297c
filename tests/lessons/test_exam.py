"""Lessons that are tests: their heads, their cards, their languages."""

from pathlib import Path

import pytest

from domain.programme import Exam, LessonText
from lessons.check import check
from lessons.library import read_library
from lessons.parse import Origin, Parsed, parse_lesson
from lessons.shelf import Shelf
from lessons.write import lesson
from tests.lessons.folders import QUESTION, Write, languages, whole

NUMBER = "## How many? {#many}\n\n= 3\n\n> Three.\n"
OPINION = "## What now? {#now .opinion}\n\n- [ ] One\n- [ ] Two\n"
OPEN = "## Why? {#why}\n\n= ?\n"
BRANCH = "## Where? {#where}\n\n- [x] [A](#b)\n  > Yes.\n- [ ] B\n  > No.\n\n---\n\n## There? {#b}\n\n= 3\n"
GAP = "\n---\n\n"


def read(keys: str, body: str = QUESTION) -> Parsed:
    """A lesson with these keys in its head, from its fourth line on."""
    source = f"---\ntitle: T\nminutes: 3\n{keys}---\n{body}"
    return parse_lesson(source.encode(), Origin("a.lt.md", "a", "lt"), Shelf(Path("nowhere")))


def found(parsed: Parsed) -> list[tuple[int, str]]:
    return [(each.line, each.rule) for each in parsed.problems if each.severity == "error"]


@pytest.mark.parametrize(
    ("keys", "exam"),
    [
        ("", None),
        ("pass: 80\n", Exam(80)),
        ("pass: 1\n", Exam(1)),
        ("pass: 100\nlimit: 480\n", Exam(100, 480)),
        ("wait: 90\nattempts: 20\nlimit: 1\npass: 75\n", Exam(75, 1, 20, 90)),
        ("pass: 50\nattempts: 1\n", Exam(50, 0, 1)),
        ("code: email\npass: 50\n", Exam(50, code="email")),
    ],
)
def test_the_head_says_what_a_test_asks_for(keys: str, exam: Exam | None) -> None:
    parsed = read(keys)
    assert parsed.text
    assert (parsed.text.exam, parsed.text.shape.exam) == (exam, exam)


@pytest.mark.parametrize(
    ("keys", "lines"),
    [
        ("limit: 30\n", [4]),
        ("attempts: 3\nwait: 1\n", [4]),
        ("pass: 0\n", [4]),
        ("pass: 101\n", [4]),
        ("pass: 80 %\n", [4]),
        ("pass: yes\n", [4]),
        ("pass:\n", [4]),
        ("pass: ٨٠\n", [4]),
        ("pass: 80\nlimit: 481\n", [5]),
        ("pass: 80\nlimit: 1.5\nattempts: 21\nwait: 91\n", [5, 6, 7]),
        ("pass: 80\nattempts: 1\nwait: 1\n", [6]),
        ("code: email\n", [4]),
        ("pass: 80\ncode: sms\n", [5]),
        ("pass: 80\ncode:\n", [5]),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_line(keys: str, lines: list[int]) -> None:
    parsed = read(keys)
    assert parsed.text is None
    assert found(parsed) == [(line, "test") for line in lines]


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        (QUESTION, []),
        (f"Hello.\n{GAP}{QUESTION}", []),
        (f"Hello.\n{GAP}More.\n{GAP}{QUESTION}{GAP}{NUMBER}", []),
        ("Hello.\n", [6]),
        (OPINION, [6]),
        (f"{QUESTION}{GAP}{OPEN}", [15]),
        (f"{QUESTION}{GAP}More.\n{GAP}{NUMBER}", [15]),
        (f"{QUESTION}{GAP}Bye.\n", [15]),
        (BRANCH, [6]),
    ],
)
def test_its_cards_are_questions_that_can_be_graded(body: str, lines: list[int]) -> None:
    parsed = read("pass: 80\n", body)
    assert found(parsed) == [(line, "test") for line in lines]
    assert all(each.message.endswith(".") for each in parsed.problems)
    without = read("", body)
    assert found(without) == []


def test_a_test_may_be_a_large_pool_and_is_never_too_short() -> None:
    def pool(count: int) -> str:
        return GAP.join(NUMBER.replace("#many", f"#many-{number}") for number in range(count))

    parsed = read("pass: 80\ndraw: 20\n", pool(200))
    assert parsed.problems == ()
    assert parsed.text
    assert (len(parsed.text.cards), parsed.text.draw) == (200, 20)
    assert [rule for _, rule in found(read("pass: 80\n", pool(201)))] == ["card-count"]
    assert [rule for _, rule in found(read("", pool(31)))] == ["card-count"]


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ("", 'Write "pass: 80" and "limit: 30" into the head, as in 01-a.lt.md.'),
        ("pass: 80\n", 'Write "limit: 30" into the head, as in 01-a.lt.md.'),
        ("pass: 70\nlimit: 30\n", 'Write "pass: 80" into the head, as in 01-a.lt.md.'),
        ("pass: 80\nlimit: 30\nwait: 2\n", "Remove wait from the head, as in 01-a.lt.md."),
    ],
)
def test_translations_are_the_same_test(keys: str, message: str, tmp_path: Path, write: Write) -> None:
    whole(write)
    source = f"---\ntitle: A\nminutes: 2\npass: 80\nlimit: 30\n---\n\n{QUESTION}"
    languages(write, "p/01-a", source)
    assert check(tmp_path).problems == ()
    write("p/01-a.en.md", source.replace("pass: 80\nlimit: 30\n", keys))
    errors = [each for each in read_library(tmp_path).problems if each.severity == "error"]
    assert [(each.file, each.line, each.rule, each.message) for each in errors] == [
        ("p/01-a.en.md", 1, "translation-differs", message)
    ]


def test_a_translation_is_no_test_where_the_first_is_none(tmp_path: Path, write: Write) -> None:
    whole(write)
    languages(write, "p/01-a", f"---\ntitle: A\nminutes: 2\n---\n\n{QUESTION}")
    write("p/01-a.en.md", f"---\ntitle: A\nminutes: 2\npass: 80\nwait: 1\n---\n\n{QUESTION}")
    errors = [each.message for each in read_library(tmp_path).problems if each.severity == "error"]
    assert errors == ["Remove pass and wait from the head, as in 01-a.lt.md."]


def test_a_question_of_a_test_names_the_lesson_that_teaches_it(tmp_path: Path, write: Write) -> None:
    whole(write)
    asks = QUESTION.replace("#which", "#asked lesson=01-a")
    languages(write, "p/03-t", f"---\ntitle: T\nminutes: 2\npass: 80\n---\n\n{asks}")
    library = read_library(tmp_path)
    assert library.problems == ()
    text = library.drafts[0].programme.lessons[2].text("en")
    assert [question.about for question in text.questions] == ["01-a"]
    again = parse_lesson(lesson(text).encode(), Origin("a.en.md", "a", "en"), Shelf(tmp_path))
    assert again.text == text


@pytest.mark.parametrize(
    ("keys", "about", "found"),
    [
        ("pass: 80\n", "lesson=01-b", (7, "test", "no other lesson 01-b")),
        ("pass: 80\n", "lesson=03-t", (7, "test", "no other lesson 03-t")),
        ("pass: 80\n", "lesson=01-a lesson=02-b", (7, "question-id", "at most one")),
        ("", "lesson=01-a", (6, "test", "Remove lesson=")),
    ],
)
def test_a_lesson_that_is_named_is_there(
    keys: str, about: str, found: tuple[int, str, str], tmp_path: Path, write: Write
) -> None:
    whole(write)
    asks = QUESTION.replace("#which", f"#asked {about}")
    write("p/03-t.lt.md", f"---\ntitle: T\nminutes: 2\n{keys}---\n\n{asks}")
    errors = [each for each in read_library(tmp_path).problems if each.severity == "error"]
    line, rule, words = found
    assert [(each.file, each.line, each.rule) for each in errors] == [("p/03-t.lt.md", line, rule)]
    assert words in errors[0].message


def test_translations_name_the_same_lesson(tmp_path: Path, write: Write) -> None:
    whole(write)
    asks = QUESTION.replace("#which", "#asked lesson=01-a")
    languages(write, "p/03-t", f"---\ntitle: T\nminutes: 2\npass: 80\n---\n\n{asks}")
    write("p/03-t.en.md", f"---\ntitle: T\nminutes: 2\npass: 80\n---\n\n{asks.replace(' lesson=01-a', '')}")
    errors = [each.message for each in read_library(tmp_path).problems if each.severity == "error"]
    assert errors == [
        "Make card 1 as in 03-t.lt.md, where it is the question {#asked lesson=01-a} with 2 options, [x] at 1."
    ]


@pytest.mark.parametrize("exam", [Exam(80), Exam(80, 30, 3, 1), Exam(1, attempts=2)])
def test_a_test_that_is_written_is_read_as_what_it_was(exam: Exam) -> None:
    parsed = read("pass: 80\n", f"{QUESTION}{GAP}{NUMBER}")
    assert parsed.text
    told = LessonText("lt", "T", 3, parsed.text.cards, 1, exam)
    again = parse_lesson(lesson(told).encode(), Origin("a.lt.md", "a", "lt"), Shelf(Path("nowhere")))
    assert again.text == told
