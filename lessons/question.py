"""A heading that ends with "?" and the answers below it, made into a question of their kind."""

from dataclasses import dataclass, replace
from typing import Final

from domain.question import Question, QuestionKind
from domain.text import Text
from lessons.below import misplaced
from lessons.blocks import Block
from lessons.heading import Heading, asks
from lessons.limits import check_question
from lessons.markup import compiled
from lessons.matching import EXAMPLE, matching
from lessons.options import choice, is_options
from lessons.ordering import ordering
from lessons.placed import Asked
from lessons.rules import Findings
from lessons.written import is_written, looks_written, written

_CHOSEN: Final = ("single", "multiple", "opinion")
_FITS: Final[dict[str, tuple[tuple[QuestionKind, ...], str]]] = {
    ".opinion": (_CHOSEN, "options to choose from"),
    ".fixed": (_CHOSEN, "options to choose from"),
    ".forgiving": (("text",), "answers in words"),
}


@dataclass(frozen=True, slots=True)
class _Below:
    """What stands below a question: its answers, their explanation, and what should not be there."""

    answers: list[Block]
    explanation: Block | None
    strange: list[Block]


def is_question(block: Block, following: list[Block]) -> bool:
    """Whether a block is the heading of a question: it ends with "?", or has answers below it."""
    return block.kind == "heading" and (asks(block) or (bool(following) and is_answer(following[0])))


def is_answer(block: Block) -> bool:
    """Whether a block can only be meant as the answers of a question, even where there is none."""
    return is_options(block) or looks_written(block)


def question(top: Heading, below: list[Block], lines: list[str], found: Findings) -> Asked:
    """The question with the answers below its heading. `lines` are those of the whole file."""
    before = found.errors
    parts = _sorted(below)
    for block in parts.strange:
        _refuse(block, parts.answers, found)
    if not below:
        found.add(
            top.line,
            "no-options",
            "Write options below the question, each as - [ ] text or - [x] text, or end the heading without ?.",
        )
    if not parts.answers:
        return Asked(Question(top.id, "opinion", top.prompt))
    read = _read(top, parts.answers, lines, found)
    asked = replace(read.question, explanation=_explanation(parts, found), about=top.about)
    _check_classes(top, asked.kind, found)
    if found.errors == before:
        check_question(asked, top.line, found)
        _advise(asked, top.line, found)
    return replace(read, question=asked)


def _sorted(below: list[Block]) -> _Below:
    at = next((place for place, block in enumerate(below) if _has_answers(block)), len(below))
    first = below[at : at + 1]
    if first and first[0].kind == "bullet_list":
        lists = [block for block in below if block.kind == "bullet_list"]
        return _Below(lists, None, [block for block in below if block.kind != "bullet_list"])
    quote = next((block for block in below[at + 1 : at + 2] if block.kind == "blockquote"), None)
    return _Below(first, quote, below[:at] + below[at + (2 if quote else 1) :])


def _has_answers(block: Block) -> bool:
    return block.kind in ("bullet_list", "ordered_list", "table") or is_written(block)


def _read(top: Heading, answers: list[Block], lines: list[str], found: Findings) -> Asked:
    match answers[0].kind:
        case "bullet_list":
            return choice(top, answers, lines, found)
        case "ordered_list":
            return ordering(top, answers[0], lines, found)
        case "table":
            return matching(top, answers[0], lines, found)
    return written(top, answers[0], found)


def _explanation(parts: _Below, found: Findings) -> Text:
    return compiled(parts.explanation.children, found) if parts.explanation else Text()


def _check_classes(top: Heading, kind: QuestionKind, found: Findings) -> None:
    for word in top.classes:
        kinds, what = _FITS[word]
        if kind not in kinds:
            found.add(top.line, "question-class", f"Remove {word}, because it is only for {what}.")


def _advise(asked: Question, line: int, found: Findings) -> None:
    if asked.kind not in (*_CHOSEN, "open") and not asked.explanation:
        found.add(line, "no-explanation", "Say below the answers why they are right, as a quote: > text.")


def _refuse(block: Block, answers: list[Block], found: Findings) -> None:
    """A block below a question that is neither its answers nor their explanation."""
    if answers and _has_answers(block):
        found.add(
            block.line,
            "question-kind",
            "Give a question one kind of answers: options, one numbered list, one table or one line of =.",
        )
    elif block.kind == "blockquote" and answers and answers[0].kind == "bullet_list":
        found.add(
            block.line, "after-options", "Indent the explanation by two spaces, below the option it explains."
        )
    elif block.kind == "blockquote":
        found.add(block.line, "after-options", "Write one explanation (> text), right below the answers.")
    elif block.kind == "paragraph" and block.content.startswith("|"):
        found.add(
            block.line, "match-form", f"Write a table: a line | | |, a line |---|---|, and lines {EXAMPLE}."
        )
    else:
        misplaced(block.line, found)
