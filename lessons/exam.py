"""What makes a lesson a test: the keys of its head, and what its cards may be."""

import re
from typing import Final

from domain.grading import UNGRADED
from domain.programme import Code, Exam
from lessons.branching import branches
from lessons.head import Value
from lessons.placed import Placed
from lessons.rules import Findings

KEYS: Final = ("pass", "limit", "attempts", "wait", "code")
MOST_LIMIT: Final = 480
MOST_ATTEMPTS: Final = 20
MOST_WAIT: Final = 90
_NUMBER: Final = re.compile("[1-9][0-9]{0,2}")
_EXPLAINED: Final = {
    "pass": ("Say how much has to be reached in per cent (1 to 100)", "pass: 80", 100),
    "limit": (f"Say how long the test takes in whole minutes (1 to {MOST_LIMIT})", "limit: 30", MOST_LIMIT),
    "attempts": (f"Say how often it can be tried (1 to {MOST_ATTEMPTS})", "attempts: 3", MOST_ATTEMPTS),
    "wait": (f"Say how many days to wait between two attempts (1 to {MOST_WAIT})", "wait: 1", MOST_WAIT),
}


def exam(head: dict[str, Value], found: Findings) -> Exam | None:
    """What the head says of a test; None for a lesson that is none. What is wrong goes to `found`."""
    given = {key: head[key] for key in KEYS if key in head}
    if given and "pass" not in given:
        key, value = next(iter(given.items()))
        found.add(value.line, "test", f'Write "pass: 80" too, or remove {key}: only a test has it.')
        return None
    code = _code(given.pop("code", None), found)
    read = {key: _number(key, value, found) for key, value in given.items()}
    if not given:
        return None
    if read.get("wait") and read.get("attempts") == 1:
        found.add(given["wait"].line, "test", "Remove wait, because there is only one attempt.")
    return Exam(read["pass"], read.get("limit", 0), read.get("attempts", 0), read.get("wait", 0), code)


def check_cards(placed: list[Placed], found: Findings) -> None:
    """A test has questions that can be graded, texts only before the first of them, and one way through."""
    if not placed:
        return
    cards = [each.card for each in placed]
    first = next((place for place, card in enumerate(cards) if card.question), None)
    if first is None:
        message = "Ask something: a test needs at least one question that has a right answer."
        found.add(placed[0].line, "test", message)
        return
    if branches(cards):
        found.add(placed[0].line, "test", "Let no card lead to another, because a test asks in any order.")
    for place, (each, card) in enumerate(zip(placed, cards, strict=True)):
        if card.question is None and place > first:
            message = "Move this card above the first question, because a test asks one after another."
            found.add(each.line, "test", message)
        elif card.question and card.question.kind in UNGRADED:
            message = "Mark what is right, or ask this in a lesson: in a test every answer counts."
            found.add(each.line, "test", message)


def refuse_about(placed: list[Placed], found: Findings) -> None:
    """Only a question of a test says where it is taught."""
    for each in placed:
        if each.card.question and each.card.question.about:
            found.add(each.line, "test", "Remove lesson= from the braces, because this lesson is no test.")


def _number(key: str, value: Value, found: Findings) -> int:
    what, example, most = _EXPLAINED[key]
    if _NUMBER.fullmatch(value.text) and int(value.text) <= most:
        return int(value.text)
    found.add(value.line, "test", f'{what}: "{example}".')
    return 0


def _code(value: Value | None, found: Findings) -> Code:
    if value is None:
        return ""
    if value.text != "email":
        message = 'Write "code: email", or leave it out when nobody has to type a code before the test.'
        found.add(value.line, "test", message)
    return "email"


def written(exam: Exam | None) -> dict[str, int | str]:
    """The keys of a head that say this; those that say nothing are left out."""
    if exam is None:
        return {}
    values = (exam.passing, exam.minutes, exam.attempts, exam.wait_days, exam.code)
    return {key: value for key, value in zip(KEYS, values, strict=True) if value}


def difference(here: Exam | None, there: Exam | None, source: str) -> str:
    """What to write into the head so that it says of the test what the head of `source` says."""
    wanted, has = written(there), written(here)
    if not wanted:
        return f"Remove {' and '.join(has)} from the head, as in {source}."
    lines = " and ".join(f'"{key}: {value}"' for key, value in wanted.items() if has.get(key) != value)
    extra = " and ".join(key for key in has if key not in wanted)
    if lines:
        return f"Write {lines} into the head, as in {source}."
    return f"Remove {extra} from the head, as in {source}."
