"""The head: plain keys and values, and nothing of what else YAML could mean."""

import time

import pytest

from lessons.head import Value, minutes, split, title, values
from lessons.rules import Findings

KNOWN = ("title", "minutes")
BOMB = "a: &a [x, x]\n" + "".join(
    f"{c}: &{c} [*{p}, *{p}, *{p}]\n" for p, c in zip("abcdefg", "bcdefgh", strict=True)
)
DEEP = 1_900

STRINGS = {
    "title: no": "no",
    "title: yes": "yes",
    "title: 12:30:45": "12:30:45",
    "title: 0777": "0777",
    "title: 2024-01-01": "2024-01-01",
    "title: ~": "~",
    "title: null": "null",
    "title: .inf": ".inf",
    'title: "A: b # c"': "A: b # c",
    "title: 'it''s'": "it's",
    "title: one\n  two": "one two",
    "title: >\n  one\n  two\n": "one two\n",
    "# a remark\ntitle: A": "A",
    "title: <<": "<<",
    "title: Ąžuolas 😀": "Ąžuolas 😀",
}


@pytest.mark.parametrize(("source", "expected"), STRINGS.items())
def test_values_are_strings(source: str, expected: str) -> None:
    found = Findings("a.md")
    assert values(source, KNOWN, found)["title"].text == expected
    assert found.problems == []


REFUSED = {
    "alias bomb": (BOMB, [(2, "head")]),
    "alias": ("title: A\nminutes: *a", [(3, "head")]),
    "anchor": ("title: A\nminutes: &a 3", [(3, "head")]),
    "anchored head": ("&a\ntitle: A", [(2, "head")]),
    "python": ("title: A\nminutes: !!python/object/apply:os.system [x]", [(3, "head")]),
    "string tag": ("title: !!str A", [(2, "head")]),
    "bare tag": ("title: ! A", [(2, "head")]),
    "merge": ("title: A\n<<: {title: B}", [(3, "head")]),
    "list": ("title: A\nminutes:\n- 3", [(4, "head")]),
    "nested": ("title:\n  lt: A", [(3, "head")]),
    "no mapping": ("just words", [(2, "head")]),
    "only a list": ("- a", [(2, "head")]),
    "deep lists": ("[" * DEEP, [(2, "head")]),
    "deep maps": ("{a: " * (DEEP // 2), [(2, "head")]),
    "deep keys": ("? " * DEEP, [(2, "head")]),
    "tab": ("title: A\n\tminutes: 3", [(3, "head")]),
    "colon": ("minutes: 3\ntitle: Ar tai: taip", [(3, "head")]),
    "open quote": ('minutes: 3\ntitle: "A', [(3, "head")]),
    "sign": ("title: @A", [(2, "head")]),
    "percent": ("%YAML 1.1", [(2, "head")]),
    "another document": ("title: A\n...\n--- b", [(4, "head")]),
    "cut off": ("title: C #1 is best", [(2, "head")]),
    "noncharacter": ("minutes: 3\ntitle: A\uffff", [(3, "head")]),
    "long": ("title: A\n" * 1_000, [(1, "head")]),
    "twice": ("title: A\nminutes: 3\ntitle: B", [(4, "head-key")]),
    "unknown": ("title: A\nauthor: B\nminutes: 3", [(3, "head-key")]),
}


@pytest.mark.parametrize(("source", "expected"), REFUSED.values(), ids=REFUSED.keys())
def test_anything_else_is_refused_at_its_line(source: str, expected: list[tuple[int, str]]) -> None:
    found = Findings("a.md")
    start = time.perf_counter()
    values(source, KNOWN, found)
    assert time.perf_counter() - start < 1
    assert [(problem.line, problem.rule) for problem in found.problems] == expected


@pytest.mark.parametrize("text", ["1", "9", "60"])
def test_minutes(text: str) -> None:
    found = Findings("a.md")
    assert minutes({"minutes": Value(text, 3)}, found) == int(text)
    assert found.problems == []


@pytest.mark.parametrize(
    "text", ["", "0", "61", "100", "-1", "3.5", "12:30", "1e1", "٣", "3 min", "no", "0x1"]
)
def test_wrong_minutes(text: str) -> None:
    found = Findings("a.md")
    assert minutes({"minutes": Value(text, 3)}, found) == 0
    assert [(problem.line, problem.rule) for problem in found.problems] == [(3, "minutes")]


@pytest.mark.parametrize(
    ("text", "line", "read"),
    [("", 1, ""), ("\u200b", 3, "\u200b"), ("x" * 81, 3, "x" * 81), ("😀" * 41, 3, "😀" * 41)],
)
def test_wrong_titles(text: str, line: int, read: str) -> None:
    found = Findings("a.md")
    assert title({"title": Value(text, 3)} if text else {}, found) == read
    assert [(problem.line, problem.rule) for problem in found.problems] == [(line, "title")]


def test_a_title_is_one_line() -> None:
    assert title({"title": Value(" one\n two ", 2)}, Findings("a.md")) == "one two"


def test_the_lines_of_the_head_are_blanked() -> None:
    assert split("---\na: b\n--- \nText\n---\n", Findings("a.md")) == (
        "a: b",
        ["", "", "", "Text", "---", ""],
    )
