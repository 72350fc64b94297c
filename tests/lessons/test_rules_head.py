"""The rules in the head of a programme's description: values, mistakes at their lines, languages together."""

from pathlib import Path
from typing import Any

import pytest

from domain.programme import ProgrammeText, Rules, keep_last_good
from lessons.library import read_library
from lessons.parse import Origin, parse_programme
from lessons.programmes import rules
from tests.lessons.folders import QUESTION, Write, languages, source, whole

ORIGIN = Origin("programme.lt.md", "programme", "lt")


def head(*lines: str) -> str:
    return "\n".join(["---", "title: P", *lines, "---", "", "About.", ""])


def read(*lines: str) -> Rules:
    """The rules of a description that is right."""
    told = parse_programme(head(*lines).encode(), ORIGIN)
    assert told.problems == ()
    return rules([told])


RIGHT: dict[str, tuple[str, Any]] = {
    "order: free": ("order", "free"),
    "order: fixed": ("order", "fixed"),
    "after: safe-online": ("after", ("safe-online",)),
    "after: b, a ,b": ("after", ("b", "a")),
    "pass: 1": ("passing", 1),
    "pass: 80 %": ("passing", 80),
    "pass: 100": ("passing", 100),
    "skip: 9": ("skip", 9),
    "certificate: 1 month": ("valid_months", 1),
    "certificate: 240 months": ("valid_months", 240),
    "certificate: for ever": ("valid_months", 0),
    "replaces: 4 h": ("replaces_minutes", 240),
    "replaces: 1,5h": ("replaces_minutes", 90),
    "replaces: 1.25 h": ("replaces_minutes", 75),
    "replaces: 1 h 30 min": ("replaces_minutes", 90),
    "replaces: 100 h": ("replaces_minutes", 6_000),
    "travel: 240min": ("travel_minutes", 240),
    "owner: City  Library": ("owner", "City Library"),
    "licence: CC BY 4.0": ("licence", "CC BY 4.0"),
    "jobs: Librarian, museum  guide,LIBRARIAN": ("jobs", ("librarian", "museum guide")),
    "sectors: Museums": ("sectors", ("museums",)),
}


@pytest.mark.parametrize(("line", "field", "value"), [(each, *said) for each, said in RIGHT.items()])
def test_a_rule(line: str, field: str, value: Any) -> None:
    assert read(line) == Rules(**{field: value})


def test_who_it_is_for_stands_in_the_text_of_its_language() -> None:
    told = parse_programme(head("for: visiems,  kas aptarnauja").encode(), ORIGIN)
    assert told.text == ProgrammeText("lt", "P", "About.", "visiems, kas aptarnauja")
    assert rules([told]) == Rules()


WRONG = {
    "order": ("order: FREE", "order: ", "order: random"),
    "after": (
        "after: ",
        "after: Safe Online",
        "after: a,,b",
        f"after: {', '.join(f'p{n}' for n in range(11))}",
    ),
    "pass": ("pass: 0", "pass: 101", "pass: 80.5", "pass: ٨", "pass: most"),
    "skip": ("skip: 0", "skip: 10", "skip: all"),
    "certificate": (
        "certificate: yes",
        "certificate: 0 months",
        "certificate: 241 months",
        "certificate: 2 years",
    ),
    "saving": (
        *(
            "replaces: 0 h",
            "replaces: 101 h",
            "replaces: 4",
            "replaces: ",
            "replaces: 1.001 h",
            "replaces: 0,01 h",
        ),
        *("travel: an hour", "travel: -1 h", "travel: ١ h"),
    ),
    "head-words": (*("for: ''", f"for: {'x' * 121}", "owner: \u200b", f"owner: {'x' * 101}", "licence: ''"),),
    "meant-for": (
        "jobs: a,,b",
        "sectors: ''",
        f"jobs: {'x' * 61}",
        f"jobs: {', '.join(map(str, range(41)))}",
    ),
}


@pytest.mark.parametrize(("rule", "line"), [(rule, line) for rule, lines in WRONG.items() for line in lines])
def test_a_mistake_is_told_at_its_line(rule: str, line: str) -> None:
    told = parse_programme(head("# a remark", line).encode(), ORIGIN)
    assert [(each.line, each.rule, each.severity) for each in told.problems] == [(4, rule, "error")]
    assert (told.text, rules([told])) == (None, Rules())


def errors(folder: Path) -> list[tuple[str, int, str, str]]:
    library = read_library(folder)
    return [
        (each.file, each.line, each.rule, each.message)
        for each in library.problems
        if each.severity == "error"
    ]


def test_a_rule_may_stand_in_any_language_and_in_several(tmp_path: Path, write: Write) -> None:
    whole(write)
    write("p/programme.pl.md", head("pass: 80", "for: dla wszystkich"))
    write("p/programme.en.md", head("pass: 80 %", "skip: 2"))
    (draft,) = read_library(tmp_path).drafts
    assert draft.programme.rules == Rules(passing=80, skip=2)
    assert [text.audience for text in draft.programme.texts] == ["", "dla wszystkich", "", ""]


def test_languages_that_state_different_rules(tmp_path: Path, write: Write) -> None:
    whole(write)
    write("p/programme.pl.md", head("skip: 1", "replaces: 2 h"))
    write("p/programme.en.md", head("replaces: 120 min", "skip: 2"))
    message = 'Write "skip: 1" as in p/programme.pl.md, line 3, or say it in only one of them.'
    assert errors(tmp_path) == [("p/programme.en.md", 4, "programme-differs", message)]
    (draft,) = read_library(tmp_path).drafts
    assert (draft.broken, draft.programme.rules) == (
        (("programme", "en"),),
        Rules(skip=1, replaces_minutes=120),
    )


def test_a_broken_file_states_nothing(tmp_path: Path, write: Write) -> None:
    whole(write)
    write("p/programme.lt.md", head("skip: 1", "pass: no"))
    write("p/programme.en.md", head("skip: 2"))
    (draft,) = read_library(tmp_path).drafts
    assert draft.programme.rules == Rules(skip=2)


def test_while_a_description_is_broken_the_rules_stay_as_they_were(tmp_path: Path, write: Write) -> None:
    whole(write)
    write("p/programme.lt.md", head("skip: 1", "after: q"))
    languages(write, "q/programme", head())
    languages(write, "q/01", source("Q"))
    before = read_library(tmp_path).drafts[0].programme
    write("p/programme.lt.md", head("skip: one"))
    draft = read_library(tmp_path).drafts[0]
    kept = keep_last_good(draft.programme, before, draft.broken)
    assert (kept.rules, draft.programme.rules) == (Rules(skip=1, after=("q",)), Rules())


@pytest.mark.parametrize(
    ("mark", "test", "order", "advised"),
    [
        ("pass: 80", "02-b", "fixed", True),
        ("pass: 60", "02-b", "fixed", True),
        ("pass: 80", "01-a", "fixed", False),  # a test on the way
        ("pass: 80", "01-a", "free", True),
        ("pass: 80", "", "fixed", False),
        ("skip: 2", "02-b", "fixed", False),
    ],
)
def test_a_pass_mark_beside_a_final_test_says_nothing(
    *, tmp_path: Path, write: Write, mark: str, test: str, order: str, advised: bool
) -> None:
    whole(write)
    if test:
        tested = source("T", QUESTION.replace("#which", f"#{test}")).replace("minutes", "pass: 60\nminutes")
        languages(write, f"p/{test}", tested)
    write("p/programme.lt.md", head(mark, f"order: {order}"))
    told = "Remove pass from here, because the final test alone (60 %) decides on the certificate."
    expected = [("p/programme.lt.md", 3, "two-marks", told)] if advised else []
    problems = read_library(tmp_path).problems
    assert [(each.file, each.line, each.rule, each.message) for each in problems] == expected


def waiting(write: Write, **after: str) -> None:
    """A programme for each name, with what it waits for."""
    for slug, waits in after.items():
        languages(write, f"{slug}/01", source("A"))
        languages(write, f"{slug}/programme", head())
        if waits:
            write(f"{slug}/programme.en.md", head(f"after: {waits}"))


def test_programmes_that_come_before(tmp_path: Path, write: Write) -> None:
    waiting(write, a="", b="a", c="a, b")
    assert errors(tmp_path) == []
    assert [draft.programme.rules.after for draft in read_library(tmp_path).drafts] == [
        (),
        ("a",),
        ("a", "b"),
    ]
    assert errors(tmp_path / "c") == []  # alone, it may come after what is elsewhere


NEVER = {
    "unknown": (
        {"a": "b, z"},
        {"a": "There is no programme z beside this one, so correct its name or remove it from after."},
    ),
    "itself": ({"a": "a"}, {"a": "Remove a from after, because a programme cannot come before itself."}),
    "ring of two": (
        {"a": "b", "b": "a"},
        {
            "a": "Remove b from after, because b waits for a to be finished.",
            "b": "Remove a from after, because a waits for b to be finished.",
        },
    ),
    "ring of three, and one outside of it": (
        {"a": "b", "b": "c", "c": "a", "d": "a"},
        {
            "a": "Remove b from after, because b waits for a to be finished.",
            "b": "Remove c from after, because c waits for b to be finished.",
            "c": "Remove a from after, because a waits for c to be finished.",
        },
    ),
}


@pytest.mark.parametrize(("after", "told"), NEVER.values(), ids=NEVER.keys())
def test_what_can_never_be_begun(
    after: dict[str, str], told: dict[str, str], tmp_path: Path, write: Write
) -> None:
    waiting(write, **({"a": "", "b": ""} | after))
    assert errors(tmp_path) == [
        (f"{slug}/programme.en.md", 3, "after", message) for slug, message in told.items()
    ]
    assert [draft.broken for draft in read_library(tmp_path).drafts if draft.programme.slug in told] == [
        (("programme", "en"),)
    ] * len(told)
