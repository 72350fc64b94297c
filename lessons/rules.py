"""Every rule that a lesson file is held to, and the list in which its problems are gathered."""

from typing import Final, Literal

from domain.problem import Problem

Severity = Literal["error", "advice"]

# Every rule is explained to authors in docs/lesson-format.md; a test compares the two lists.
ERRORS: Final[frozenset[str]] = frozenset(
    {
        "after",
        "after-options",
        "alt-length",
        "answer-count",
        "answer-form",
        "answer-length",
        "branching",
        "caption-length",
        "card-count",
        "certificate",
        "characters",
        "description",
        "draw",
        "empty-card",
        "empty-file",
        "encoding",
        "explanation-length",
        "feedback-length",
        "file-name",
        "file-size",
        "folder-name",
        "head",
        "head-key",
        "head-words",
        "hidden",
        "leads-back",
        "link",
        "match-form",
        "meant-for",
        "minutes",
        "nesting",
        "no-cards",
        "no-head",
        "no-lessons",
        "no-options",
        "no-programme",
        "no-right-answer",
        "no-such-card",
        "not-text",
        "one-picture",
        "one-question",
        "open-code",
        "opinion-right",
        "option-count",
        "option-form",
        "option-length",
        "option-pictures",
        "options-alone",
        "order",
        "order-form",
        "outside",
        "pass",
        "picture-animated",
        "picture-broken",
        "picture-kind",
        "picture-missing",
        "picture-path",
        "picture-place",
        "picture-size",
        "programme-differs",
        "question-class",
        "question-id",
        "question-kind",
        "question-length",
        "question-mark",
        "same-answer",
        "same-id",
        "same-option",
        "saving",
        "skip",
        "test",
        "text-length",
        "title",
        "translation-differs",
        "unreadable",
    }
)
ADVICE: Final[frozenset[str]] = frozenset(
    {
        "long-option",
        "missing-translation",
        "never-shown",
        "no-alt",
        "no-explanation",
        "no-id",
        "no-question",
        "too-long",
        "too-many-cards",
        "too-short",
        "two-marks",
    }
)
_SHOWN: Final = 40


class Findings:
    """The problems of one file, in the order in which they were found."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def add(self, line: int, rule: str, message: str) -> None:
        """Report `rule`, which must be one of ERRORS or ADVICE, at `line` of the file."""
        if rule not in ERRORS | ADVICE:
            raise KeyError(rule)
        severity: Severity = "advice" if rule in ADVICE else "error"
        self.problems.append(Problem(self.file, line, rule, message, severity))

    @property
    def errors(self) -> int:
        """How many of the problems are errors."""
        return sum(problem.severity == "error" for problem in self.problems)


def shown(text: str) -> str:
    """An author's own words for a message: one printable line, shortened to 40 characters."""
    line = "".join(
        character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text
    )
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1]}…"
