"""The author's checker: what a folder of lessons has, and what is wrong with it, as lines and as JSON."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from domain.problem import Problem
from lessons.library import read_library


@dataclass(frozen=True, slots=True)
class Report:
    """How many programmes and lessons can be served, and the problems by file and line."""

    programmes: int
    lessons: int
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> int:
        """How many problems keep a file from being served."""
        return sum(problem.severity == "error" for problem in self.problems)

    @property
    def advice(self) -> int:
        """How many problems do not."""
        return len(self.problems) - self.errors


def check(folder: Path) -> Report:
    """Read a folder as the product would. LibraryError when it cannot be read at all."""
    library = read_library(folder)
    lessons = sum(len(draft.programme.lessons) for draft in library.drafts)
    return Report(len(library.drafts), lessons, tuple(sorted(library.problems)))


def lines(report: Report) -> list[str]:
    """`file:line: rule: what to do`, one line for each problem."""
    return [str(problem) for problem in report.problems]


def as_json(report: Report) -> str:
    """The whole report as a JSON object, with the counts of errors and advice first."""
    return json.dumps(
        {
            "errors": report.errors,
            "advice": report.advice,
            "programmes": report.programmes,
            "lessons": report.lessons,
            "problems": [asdict(problem) for problem in report.problems],
        },
        ensure_ascii=False,
        indent=2,
    )
