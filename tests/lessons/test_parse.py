"""One lesson file: what it becomes, and every rule with the line where it is reported."""

from collections.abc import Callable
from pathlib import Path

import pytest

from domain.programme import Card, LessonText, Picture
from domain.question import Option, Question
from domain.text import Entity, Text
from lessons.parse import Origin, Parsed, parse_lesson, parse_programme
from lessons.pictures import redraw
from lessons.shelf import Shelf

Read = Callable[[str], Parsed]
ORIGIN = Origin("a.lt.md", "a", "lt")
SAMPLE = """---
title: Ar tai asmens duomenys?
minutes: 3
---

Asmens duomenys – bet kokia informacija apie žmogų, kurį galima atpažinti.

![Registratūros langas](desk.jpg)

---

## Kuris iš šių duomenų nurodo žmogų? {#who}

- [ ] Bibliotekos kodas
  > Jis nurodo įstaigą, ne žmogų.
- [x] vardas.pavarde@biblioteka.lt
  > Taip: iš adreso atpažįstamas konkretus darbuotojas.
"""
GOOD = "- [x] Yes\n  > Right.\n- [ ] No\n  > Wrong.\n"


def option(text: str, *, correct: bool = False, why: str = "") -> Option:
    return Option(Text(text), correct, Text(why))


def test_the_sample_is_read_whole(tmp_path: Path, png: bytes) -> None:
    (tmp_path / "desk.jpg").write_bytes(png)
    shelf = Shelf(tmp_path)
    parsed = parse_lesson(SAMPLE.encode(), ORIGIN, shelf)
    text = "Asmens duomenys – bet kokia informacija apie žmogų, kurį galima atpažinti."
    (digest,) = shelf.served
    who = Question(
        "who",
        "single",
        Text("Kuris iš šių duomenų nurodo žmogų?"),
        (
            option("Bibliotekos kodas", why="Jis nurodo įstaigą, ne žmogų."),
            option(
                "vardas.pavarde@biblioteka.lt",
                correct=True,
                why="Taip: iš adreso atpažįstamas konkretus darbuotojas.",
            ),
        ),
        shuffled=True,
    )
    cards = (
        Card(Text(text), Picture(digest, "desk.png", "Registratūros langas", 8, 6)),
        Card(question=who),
    )
    assert parsed.text == LessonText("lt", "Ar tai asmens duomenys?", 3, cards)
    assert parsed.lines == (6, 12)
    assert [(problem.line, problem.rule) for problem in parsed.problems] == [(6, "too-short")]
    assert shelf.served == {digest: redraw(png)[0]}


def test_text_before_a_question_stays_in_its_card(read: Read) -> None:
    parsed = read(f"Think **first**.\n\n## Is it _so_? {{#so .opinion}}\n\n{GOOD.replace('x', ' ')}")
    assert parsed.text
    assert parsed.text.cards == (
        Card(
            Text("Think first.", (Entity("bold", 6, 5),)),
            None,
            Question(
                "so",
                "opinion",
                Text("Is it so?", (Entity("italic", 6, 2),)),
                (option("Yes", why="Right."), option("No", why="Wrong.")),
            ),
        ),
    )


def test_several_right_options_are_multiple_choice(read: Read) -> None:
    text = read("## Which?\n\n* [X] One\n* [x] Two 😀\n\n- [ ] Three\n").text
    assert text
    assert text.cards[0].question == Question(
        "a-q1",
        "multiple",
        Text("Which?"),
        (option("One", correct=True), option("Two 😀", correct=True), option("Three")),
        shuffled=True,
    )


def test_questions_without_a_name_get_one_from_their_place(read: Read) -> None:
    parsed = read(f"## A?\n{GOOD}\n---\n\n## B? {{#b}}\n{GOOD}\n---\n## C?\n{GOOD}")
    assert parsed.text
    assert [question.id for question in parsed.text.questions] == ["a-q1", "b", "a-q3"]
    assert [(p.line, p.rule) for p in parsed.problems if p.rule == "no-id"] == [(5, "no-id"), (20, "no-id")]


def asks(options: str, heading: str = "## Which? {#which}") -> str:
    return f"Text.\n\n{heading}\n\n{options}"  # the heading in line 7, the options from line 9


ERRORS = {
    "no card": ("", [(5, "no-cards")]),
    "only space": ("\n \n\n", [(8, "no-cards")]),
    "an empty card": ("Text.\n\n---\n\n---\n\nMore.\n", [(8, "empty-card")]),
    "an empty card at the end": ("Text.\n\n---\n", [(8, "empty-card")]),
    "an invisible card": ("Text.\n\n---\n\n&nbsp;&#8203;\n", [(9, "empty-card")]),
    "31 cards": ("x\n\n---\n" * 30 + "x\n", [(95, "card-count")]),
    "--- in code is not a new card": ("```\n---\n```\n", []),
    "--- with spaces behind it is": ("Text.\n\n---  \n\nMore.\n", []),
    "code not closed": ("Text.\n\n```\ncode\n---\nmore\n", [(7, "open-code")]),
    "code closed by too few": ("````\n```\n", [(5, "open-code")]),
    "a line of inline code": ("```a```\n\n---\n\nb\n", []),
    "another rule": ("Text.\n\n***\n\nMore.\n", [(7, "not-text")]),
    "a table": ("Text.\n\n| a | b |\n|---|---|\n| c | d |\n", [(7, "not-text")]),
    "deep": ("> " * 14 + "x\n", [(5, "nesting")]),
    "3,901 units": ("x" * 3_901, [(5, "text-length")]),
    "3,900 units": ("x" * 3_900, []),
    "emoji over the limit": ("😀" * 1_950 + "x", [(5, "text-length")]),
    "emoji at the limit": ("😀" * 1_950, []),
    "a huge card": ("\n\n" + "[x](https://a.example/" + "y" * 10_000 + ")", [(7, "text-length")]),
    "javascript": ("Text\nand [go](javascript:alert(1)).", [(6, "link")]),
    "data": ("[go](data:text/html,x)", [(5, "link")]),
    "a relative link": ("[go](other.md)", [(5, "link")]),
    "tg": ("[go](tg://user?id=1)", [(5, "link")]),
    "no host": ("[go](https:///x)", [(5, "link")]),
    "a wrong host": ("[go](http://[x)", [(5, "link")]),
    "no one to write to": ("[go](mailto:)", [(5, "link")]),
    "a long address": (f"[go](https://a.example/{'x' * 2_000})", [(5, "link")]),
    "no words": ("a [](https://a.example) b", [(5, "link")]),
    "a footnote": ("[1]: https://a.example", [(5, "link")]),
    "hidden not closed": ("One\ntwo ||three", [(6, "hidden")]),
    "hidden over two paragraphs": ("||One\n\ntwo||", [(5, "hidden"), (7, "hidden")]),
    "hidden across bold": ("**a ||b** c||", [(5, "hidden"), (5, "hidden")]),
    "bold across hidden": ("||a **b|| c**", [(5, "hidden"), (5, "hidden")]),
    "bars that are meant": (r"a \|\| b `c || d`", []),
    "options alone": ("Text.\n\n- [ ] One\n- [x] Two\n", [(7, "options-alone")]),
    "a list is no option": ("Text.\n\n- [One](https://a.example)\n- Two\n", []),
    "no question mark": (asks(GOOD, "## Choose the best"), [(7, "question-mark")]),
    "no question mark but braces": (asks(GOOD, "## Choose {#c}"), [(7, "question-mark")]),
    "only a question mark": (asks(GOOD, "## ?"), [(7, "question-mark")]),
    "bold question": (asks(GOOD, "## **Which?** {#w}"), []),
    "wrong name": (asks(GOOD, "## Which? {#Kas}"), [(7, "question-id")]),
    "long name": (asks(GOOD, "## Which? {#%s}" % ("x" * 65)), [(7, "question-id")]),
    "a name without #": (asks(GOOD, "## Which? {who}"), [(7, "question-id")]),
    "bold text right below the options": (asks(f"{GOOD}*And* more.\n"), [(13, "after-options")]),
    "two names": (asks(GOOD, "## Which? {#a #b}"), [(7, "question-id")]),
    "unknown word": (asks(GOOD, "## Which? {#a .survey}"), [(7, "question-id")]),
    "same name": (f"## A? {{#a}}\n{GOOD}\n---\n\n## B? {{#a}}\n{GOOD}", [(13, "same-id")]),
    "two questions": (asks(GOOD) + "\n## And? {#and}\n\n" + GOOD, [(14, "one-question")]),
    "no options": (asks(""), [(7, "no-options")]),
    "one option": (asks("- [x] One\n"), [(7, "option-count")]),
    "thirteen options": (asks("".join(f"- [{'x '[n > 0]}] {n}\n" for n in range(13))), [(7, "option-count")]),
    "twelve options": (asks("".join(f"- [{'x '[n > 0]}] {n}\n" for n in range(12))), []),
    "same option": (asks("- [x] One\n- [ ]  One\n"), [(10, "same-option")]),
    "[X ]": (asks("- [X ] One\n- [ ] Two\n"), [(9, "option-form")]),
    "x": (asks("- x One\n- [ ] Two\n"), [(9, "option-form")]),
    "[*]": (asks("- [ ] One\n- [*] Two\n"), [(10, "option-form")]),
    "[]": (asks("- [] One\n- [ ] Two\n"), [(9, "option-form")]),
    "no space": (asks("- [x]One\n- [ ] Two\n"), [(9, "option-form")]),
    "no text": (asks("- [x]\n- [ ] Two\n"), [(9, "option-form")]),
    "invisible text": (asks("- [x] &#8203;\n- [ ] Two\n"), [(9, "option-form")]),
    "nothing": (asks("-\n- [ ] Two\n"), [(9, "option-form")]),
    "a quote first": (asks("- > Two\n- [ ] Two\n"), [(9, "option-form")]),
    "a link": (asks("- [x] [One](https://a.example)\n- [ ] Two\n"), [(9, "option-form")]),
    "hidden": (asks("- [x] ||One||\n- [ ] Two\n"), [(9, "option-form")]),
    "text under an option": (asks("- [x] One\n\n  Why.\n- [ ] Two\n"), [(11, "option-form")]),
    "two quotes": (asks("- [x] One\n  > a\n\n  > b\n- [ ] Two\n"), [(12, "option-form")]),
    "quote not indented": (asks("- [x] One\n> a\n- [ ] Two\n"), [(10, "after-options")]),
    "text after the options": (asks(f"{GOOD}\nAnd more.\n"), [(14, "after-options")]),
    "text right below the options": (asks(f"{GOOD}And more.\n"), [(13, "after-options")]),
    "text above the options": (asks(f"And more.\n\n{GOOD}"), [(9, "after-options")]),
    "301 units": (asks(f"- [x] {'x' * 301}\n- [ ] Two\n"), [(9, "option-length")]),
    "300 units": (asks(f"- [x] {'x' * 300}\n- [ ] Two\n"), []),
    "long explanation": (asks(f"- [x] One\n  > {'x' * 1_001}\n- [ ] Two\n"), [(9, "explanation-length")]),
    "question and options": (
        asks("".join(f"- [{'x '[n > 0]}] {n:0>300}\n" for n in range(12)), f"## {'x' * 300}? {{#x}}"),
        [(7, "question-length")],
    ),
    "feedback": (
        asks("".join(f"- [x] {n}\n  > {'x' * 990}\n" for n in range(4))),
        [(7, "feedback-length")],
    ),
    "feedback of one choice": (
        asks("".join(f"- [{'x '[n > 0]}] {n}\n  > {'x' * 990}\n" for n in range(4))),
        [],
    ),
    "no right answer": (asks("- [ ] One\n- [ ] Two\n"), [(7, "no-right-answer")]),
    "an opinion": (asks("- [ ] One\n- [ ] Two\n", "## Which? {.opinion}"), []),
    "a right opinion": (asks("- [x] One\n- [ ] Two\n", "## Which? {#w .opinion}"), [(7, "opinion-right")]),
    "a picture in a line": ("Look ![a](b.png) here", [(5, "picture-place")]),
    "a picture in a list": ("- ![a](b.png)", [(5, "picture-place")]),
    "a picture with a link": ("[![a](b.png)](https://a.example)", [(5, "picture-place")]),
    "two pictures": ("![a](good.png)\n\n![b](good.png)\n", [(7, "one-picture")]),
    "a long caption": ("![a](good.png)\n\n" + "x" * 901, [(5, "caption-length")]),
    "a good caption": ("![a](good.png)\n\n" + "x" * 900, []),
    "a question with a picture": (
        f"![a](good.png)\n\n{'x' * 850}\n\n## Which? {{#w}}\n\n{GOOD}\n",
        [],
    ),
    "a long question with a picture": (
        f"![a](good.png)\n\n{'x' * 880}\n\n## Which? {{#w}}\n\n{GOOD}\n",
        [(9, "question-length")],
    ),
    "a long description of a picture": (f"![{'x' * 501}](good.png)", [(5, "alt-length")]),
}


@pytest.mark.parametrize(("body", "expected"), ERRORS.values(), ids=ERRORS.keys())
def test_errors(body: str, expected: list[tuple[int, str]], read: Read, tmp_path: Path, png: bytes) -> None:
    (tmp_path / "good.png").write_bytes(png)
    parsed = read(body)
    errors = [problem for problem in parsed.problems if problem.severity == "error"]
    assert [(problem.line, problem.rule) for problem in errors] == expected
    assert (parsed.text is None) == bool(expected)
    assert [p.message for p in errors if not p.message.endswith(".") or len(p.message) > 140] == []


LONG = "x" * 600
ADVICE = {
    "good": (f"{LONG}\n\n## A? {{#a}}\n\n{GOOD}", []),
    "too short": (f"{LONG[1:]}\n\n## A? {{#a}}\n\n{GOOD}", [(5, "too-short")]),
    "too long": (f"\n{LONG}\n\n---\n\n{LONG}x\n\n## A? {{#a}}\n\n{GOOD}", [(6, "too-long")]),
    "four texts": (
        f"{LONG}\n\n---\na\n\n---\nb\n\n---\nc\n\n---\n## A? {{#a}}\n\n{GOOD}",
        [(5, "too-many-cards")],
    ),
    "no question": (LONG, [(5, "no-question")]),
    "no explanation": (f"{LONG}\n## A? {{#a}}\n- [x] Yes\n- [ ] No\n  > No.", [(7, "no-explanation")]),
    "long option": (
        f"{LONG}\n## A? {{#a}}\n- [x] Yes\n  > Yes.\n- [ ] {'x' * 101}\n  > No.",
        [(9, "long-option")],
    ),
    "no name": (f"{LONG}\n## A?\n{GOOD}", [(6, "no-id")]),
    "no alt": (f"{LONG}\n\n![ ](good.png)\n\n## A? {{#a}}\n{GOOD}", [(7, "no-alt")]),
}


@pytest.mark.parametrize(("body", "expected"), ADVICE.values(), ids=ADVICE.keys())
def test_advice(body: str, expected: list[tuple[int, str]], read: Read, tmp_path: Path, png: bytes) -> None:
    (tmp_path / "good.png").write_bytes(png)
    parsed = read(body)
    assert [(p.line, p.rule, p.severity) for p in parsed.problems] == [(*each, "advice") for each in expected]
    assert parsed.text


SOURCES = {
    "nothing": (b"", [(1, "empty-file")]),
    "white space": (b"\xef\xbb\xbf \r\n", [(1, "empty-file")]),
    "cp1257": ("---\ntitle: Ąžuolas\n---\n".encode("cp1257"), [(2, "encoding")]),
    "UTF-16": ("---\ntitle: A\n".encode("utf-16"), [(1, "encoding")]),
    "UTF-16 without a mark": ("---\ntitle: A\n".encode("utf-16-le"), [(1, "characters")]),
    "a lone surrogate": ("---\n\n\ud800".encode(errors="surrogatepass"), [(3, "encoding")]),
    "a NUL": (b"---\r\ntitle: A\r\nminutes: 1\r\n---\r\na\x00b", [(5, "characters")]),
    "an escape": (b"---\rtitle: \x1b[31mA\r---\r\r", [(2, "characters")]),
    "a control character of Windows": ("---\ntitle: A\u0092s\n".encode(), [(2, "characters")]),
    "no head": (b"# Title\n\nText\n", [(1, "no-head")]),
    "a head that comes late": (b"\n---\ntitle: A\n---\nText\n", [(1, "no-head")]),
    "a head not closed": (b"---\ntitle: A\nminutes: 3\n\nText\n", [(1, "no-head")]),
}


@pytest.mark.parametrize(("source", "expected"), SOURCES.values(), ids=SOURCES.keys())
def test_bytes_that_are_no_lesson(source: bytes, expected: list[tuple[int, str]], tmp_path: Path) -> None:
    parsed = parse_lesson(source, ORIGIN, Shelf(tmp_path))
    assert [(problem.line, problem.rule) for problem in parsed.problems] == expected
    assert (parsed.text, parsed.lines) == (None, ())
    problems = parse_programme(source, ORIGIN).problems
    assert [(problem.line, problem.rule) for problem in problems] == expected


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_byte_order_marks(end: str, mark: str, tmp_path: Path, png: bytes) -> None:
    (tmp_path / "desk.jpg").write_bytes(png)
    usual = parse_lesson(SAMPLE.encode(), ORIGIN, Shelf(tmp_path))
    other = parse_lesson((mark + SAMPLE.replace("\n", end)).encode(), ORIGIN, Shelf(tmp_path))
    assert other == usual


PROGRAMMES = {
    "good": ("---\ntitle: A\n---\n\nOne **two**\nthree.\n\nFour.\n", []),
    "minutes": ("---\ntitle: A\nminutes: 3\n---\nOne.\n", [(3, "head-key")]),
    "no text": ("---\ntitle: A\n---\n\n", [(5, "description")]),
    "cards": ("---\ntitle: A\n---\n\nOne.\n\n---\n\nTwo.\n", [(5, "description")]),
    "1,001 units": (f"---\ntitle: A\n---\n\n{'x' * 1_001}\n", [(5, "description")]),
    "much": (f"---\ntitle: A\n---\n\n{'x' * 100_000}\n", [(5, "description")]),
    "a link": ("---\ntitle: A\n---\n\n[One](https://a.example).\n", [(5, "description")]),
    "a table": ("---\ntitle: A\n---\n\nOne.\n\n|a|\n|-|\n", [(7, "not-text")]),
    "a picture": ("---\ntitle: A\n---\n\n![One](a.png)\n", [(5, "description")]),
}


@pytest.mark.parametrize(("source", "expected"), PROGRAMMES.values(), ids=PROGRAMMES.keys())
def test_programmes(source: str, expected: list[tuple[int, str]]) -> None:
    told = parse_programme(source.encode(), ORIGIN)
    text, problems = told.text, told.problems
    assert [(problem.line, problem.rule) for problem in problems] == expected
    assert (text is None) == bool(expected)
    assert not text or (text.title, text.description) == ("A", "One two three.\n\nFour.")
