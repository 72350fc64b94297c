"""What trainers are told in the chat: what they are asked to hold, who comes, and what was said of it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from domain.leading import Feedback, Led
from domain.leading_talk import (
    A_PAGE,
    Room,
    all_of,
    became,
    nobody,
    none,
    offer,
    room,
    thanks,
    told,
)
from domain.message import Notice
from tests.domain.make import person
from tests.domain.test_webinar import SAMPLE

TRAINER = person()
BEFORE = datetime(2020, 1, 1, tzinfo=UTC)
FEW = Feedback(2, None)


def lines(said: Notice) -> list[str]:
    return [each.text for each in said.lines]


def pressed(said: Notice) -> list[str]:
    return [each.data for each in said.choices]


def test_they_are_asked_and_can_say_yes_or_no() -> None:
    said = offer(SAMPLE, TRAINER, SAMPLE.starts_at)
    assert lines(said)[0] == "leading.offered"
    assert pressed(said) == [f"/lead {SAMPLE.id}", f"/notlead {SAMPLE.id}", "/leading"]


@pytest.mark.parametrize(
    ("result", "why", "said", "ways"),
    [
        ("accepted", "", ["leading.accepted"], ["/leading 1", "/leading"]),
        ("already", "", ["leading.already"], ["/leading 1", "/leading"]),
        (
            "declined",
            "",
            ["leading.declined", "leading.why"],
            ["/notlead 1 time", "/notlead 1 subject", "/menu"],
        ),
        ("declined", "time", ["leading.declined"], ["/leading", "/menu"]),
        ("gone", "", ["leading.gone"], ["/leading", "/menu"]),
    ],
)
def test_what_came_of_an_answer(result: Led, why: str, said: list[str], ways: list[str]) -> None:
    notice = became(result, replace(SAMPLE, id=1), TRAINER, why=why)
    assert (lines(notice), pressed(notice)) == (said, ways)


def test_what_they_hold_and_are_asked_to_hold() -> None:
    assert lines(all_of(TRAINER, [], [])) == ["leading.nothing"]
    said = all_of(TRAINER, [replace(SAMPLE, id=1)], [replace(SAMPLE, id=2)])
    assert lines(said) == ["leading.head", "leading.asked_line", "leading.held_line"]
    assert pressed(said) == ["/leading 2", "/leading 1", "/menu"]


def test_who_comes_stands_on_pages_and_what_was_said_of_it_comes_after() -> None:
    empty = Room([], 0, 0, [], FEW)
    before = room(SAMPLE, TRAINER, empty, 1, BEFORE)
    assert lines(before)[-1] == "leading.seats"
    assert pressed(before) == [f"/notlead {SAMPLE.id}", "/leading"]
    full = Room(["Ana", "Ben"], A_PAGE + 1, 0, [("Ana", "Kada?")], FEW)
    after = room(SAMPLE, TRAINER, full, 1, SAMPLE.ends_at)
    assert lines(after)[-3:] == ["leading.names", "leading.question", "leading.rated_few"]
    assert pressed(after) == [f"/leading {SAMPLE.id} 2", "/leading"]
    assert pressed(room(SAMPLE, TRAINER, full, 2, SAMPLE.ends_at)) == ["/leading"]


@pytest.mark.parametrize(
    ("feedback", "line"),
    [(Feedback(9, 43), "leading.rated"), (Feedback(9, 45, "more"), "leading.rated_more")],
)
def test_how_it_was_rated(feedback: Feedback, line: str) -> None:
    said = room(SAMPLE, TRAINER, Room([], 0, 0, [], feedback), 1, SAMPLE.ends_at)
    assert lines(said)[-1] == line


def test_they_are_told_what_becomes_of_it() -> None:
    assert lines(told(SAMPLE, TRAINER, known=False))[0] == "leading.named"
    assert lines(told(SAMPLE, TRAINER, known=True))[0] == "leading.changed"
    assert lines(told(replace(SAMPLE, state="cancelled"), TRAINER, known=True)) == ["leading.cancelled"]
    assert [lines(each) for each in (none(), thanks(), nobody(SAMPLE, TRAINER))] == [
        ["leading.none"],
        ["leading.noted"],
        ["leading.nobody"],
    ]
