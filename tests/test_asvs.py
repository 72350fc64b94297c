"""docs/asvs.md leaves no requirement out, and names tests that there are."""

import re
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
DOCUMENT: Final = (ROOT / "docs/asvs.md").read_text(encoding="utf-8")
ROW: Final = re.compile(r"^\| (\d+)\.(\d+)\.(\d+) \| (\d) \| (.+?) \| (.+) \|$", re.MULTILINE)
ROWS: Final = [
    ((int(a), int(b), int(c)), int(level), shown) for a, b, c, level, _, shown in ROW.findall(DOCUMENT)
]
TEST: Final = re.compile(r"`([\w/]+\.py)::(test_\w+)`")
WITHOUT_TEST: Final = re.compile(r"(?:(?:document|operator|by hand): \[.+]\(|none here\b|not yet\b).*")


@cache
def names_in(file: str) -> frozenset[str]:
    """The names of a file's tests; none where there is no such file."""
    path = ROOT / "tests" / file
    source = path.read_text(encoding="utf-8") if path.exists() else ""
    return frozenset(re.findall(r"^(?:async )?def (test_\w+)\(", source, re.MULTILINE))


def test_every_requirement_is_there_once_and_in_its_place() -> None:
    ids = [number for number, _, _ in ROWS]
    assert ids == sorted(set(ids))
    assert {chapter for chapter, _, _ in ids} == set(range(1, 18))
    assert [sum(level == each for _, level, _ in ROWS) for each in (1, 2)] == [70, 183]


def test_no_row_is_broken() -> None:
    assert len(ROWS) == len(re.findall(r"^\| \d", DOCUMENT, re.MULTILINE))


def test_each_is_shown_by_tests_that_there_are() -> None:
    named = {number: TEST.findall(shown) for number, _, shown in ROWS}
    lost = [
        (number, *each)
        for number, tests in named.items()
        for each in tests
        if each[1] not in names_in(each[0])
    ]
    assert lost == []
    assert [number for number, _, shown in ROWS if not (named[number] or WITHOUT_TEST.fullmatch(shown))] == []


def test_nothing_of_level_1_is_missing() -> None:
    assert [number for number, level, shown in ROWS if level == 1 and shown.startswith("not yet")] == []
