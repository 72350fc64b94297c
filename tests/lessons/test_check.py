"""The checker: lines and JSON of the same report."""

import json
from collections.abc import Callable
from pathlib import Path

from domain.problem import Problem
from lessons.check import Report, as_json, check, lines

Write = Callable[[str, str | bytes], Path]


def test_a_report(tmp_path: Path, write: Write) -> None:
    write("p/programme.lt.md", "---\ntitle: P\n---\n\nAbout.\n")
    write("p/02.lt.md", "---\ntitle: A\nminutes: 2\n---\n\n" + "x" * 600)
    write("p/01.lt.md", "---\ntitle: A\nminutes: 90\n---\n\n" + "x" * 600)
    report = check(tmp_path)
    translate = "Translate the lesson into Polski, Norsk, English."
    minutes = 'Say how long it takes in whole minutes (1 to 60): "minutes: 3".'
    ask = 'Ask at least one question: a heading that ends with "?" and its options.'
    assert report == Report(
        1,
        1,
        (
            Problem("p/01.lt.md", 1, "missing-translation", translate, "advice"),
            Problem("p/01.lt.md", 3, "minutes", minutes),
            Problem("p/02.lt.md", 1, "missing-translation", translate, "advice"),
            Problem("p/02.lt.md", 6, "no-question", ask, "advice"),
            Problem(
                "p/programme.lt.md",
                1,
                "missing-translation",
                translate.replace("lesson", "programme"),
                "advice",
            ),
        ),
    )
    assert lines(report)[1] == f"p/01.lt.md:3: minutes: {minutes}"
    read = json.loads(as_json(report))
    assert list(read) == ["errors", "advice", "programmes", "lessons", "problems"]
    assert (read["errors"], read["advice"], read["programmes"], read["lessons"]) == (1, 4, 1, 1)
    assert read["problems"][1] == {
        "file": "p/01.lt.md",
        "line": 3,
        "rule": "minutes",
        "message": minutes,
        "severity": "error",
    }


def test_the_library_that_ships_has_no_errors() -> None:
    report = check(Path(__file__).parents[2] / "library")
    assert [str(problem) for problem in report.problems if problem.severity == "error"] == []
    assert report.programmes > 0
