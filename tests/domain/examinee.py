"""Somebody in a test, for the tests of its rules."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from domain.conversation import respond
from domain.effect import (
    Effect,
    Say,
)
from domain.event import Pressed, Said
from domain.facts import Facts, Step, Study
from domain.message import Notice
from domain.programme import Exam, Programme
from domain.sitting import Sitting
from tests.domain.make import NOW, facts, keys, programme, study

MINUTE = timedelta(minutes=1)
EXAM = Exam(75, 30, attempts=2, wait_days=1)
INTRODUCED = Step("k", 1, 1, 1, question=False, purpose="test")
ASKED = Step("k", 1, 1, 2, question=True, purpose="test")
END = NOW + 30 * MINUTE


def with_test(exam: Exam = EXAM, kinds: str = "tss", after: str = "t") -> Programme:
    """A text, then a test, and something after it."""
    taught = programme("t", f"!{kinds}", *after)
    text = replace(taught.lessons[1].texts[0], exam=exam)
    return replace(
        taught, lessons=(taught.lessons[0], replace(taught.lessons[1], texts=(text,)), *taught.lessons[2:])
    )


def sitting(*worths: float, number: int = 1, **changes: Any) -> Sitting:
    """One that runs."""
    asked = ((1, 2), (1, 1))
    return replace(Sitting(1, 11, 1, number, asked, NOW, END, worths), **changes)


def sat(*worths: float, number: int = 1, passed: bool = False, **changes: Any) -> Sitting:
    """One that is over."""
    return sitting(*worths, number=number, finished_at=NOW, passed=passed, **changes)


def at(*sittings: Sitting, taught: Programme | None = None, **changes: Any) -> Study:
    """Somebody who stands in the test."""
    placed = study(taught or with_test(), 1, 1, done=1, lessons_done=frozenset({0}))
    return replace(placed, sittings=sittings, **changes)


def said(effects: list[Effect]) -> list[str]:
    notices = [each.message for each in effects if isinstance(each, Say) and isinstance(each.message, Notice)]
    return [line.text for each in notices for line in each.lines]


def do(known: Facts, event: Pressed | Said) -> list[Effect]:
    return respond(known, event, keys())


def press(step: Step, placed: Study, choice: str = "next", **changes: Any) -> list[Effect]:
    waits = None if step.closed else step
    return do(facts(placed, pressed=step, open=waits, **changes), Pressed(f"k:{choice}"))
