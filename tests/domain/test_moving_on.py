"""When a study may move on to a newer version, and where it stands there."""

from dataclasses import replace
from typing import Any

import pytest

from domain.conversation import respond
from domain.effect import MoveOn, Say, SetState, Wait
from domain.event import Said
from domain.facts import Facts, Study
from domain.ladder import touched
from domain.message import Choice, Notice
from domain.programme import Programme
from domain.sitting import ENTRY, Sitting
from tests.domain.make import NEXT_MONDAY, NOW, TOMORROW, facts, keys, programme, shelf, step, study

OLD = programme("t", "ts", "t")
FIRST, SECOND, THIRD = OLD.lessons
NEW = replace(OLD, lessons=(replace(FIRST, slug="00"), FIRST, THIRD))
TWO = frozenset({0, 1})
TAP = "/moveon 1 15"
MOVE = Choice("versions.move_on", TAP)


def known(mine: Study, new: Programme = NEW, version: int = 15, **changes: Any) -> Facts:
    return facts(mine, shelf=(replace(shelf(new), version=version),), **changes)


def first(known: Facts, text: str = TAP) -> str:
    (said,) = [each.message for each in respond(known, Said(text), keys()) if isinstance(each, Say)]
    assert isinstance(said, Notice)
    return said.lines[0].text


def test_what_is_done_stays_done_by_its_name() -> None:
    here = known(study(OLD, 2, 0, lessons_done=TWO), open=step(lesson=2))
    effects = respond(here, Said(TAP), keys())
    assert effects[:2] == [MoveOn(1, 11, 15, ((0, 1),), 0), Wait(1, TOMORROW)]
    assert touched(here, effects) == {1: False}
    assert first(here) == "versions.moved"


def test_it_moves_on_at_its_pace() -> None:
    here = known(study(OLD, 2, 0, lessons_done=TWO, pace=1), open=step(lesson=2))
    assert respond(here, Said(TAP), keys())[1] == Wait(1, NEXT_MONDAY)


def test_who_rests_goes_on_resting() -> None:
    here = known(study(OLD, 2, 0, lessons_done=TWO, state="paused"), open=step(lesson=2))
    effects = respond(here, Said(TAP), keys())
    assert effects[1] == SetState(1, "paused")
    assert touched(here, effects) == {1: False}
    assert first(here) == "versions.moved_paused"


@pytest.mark.parametrize("text", ["/progress", "/lessons"])
def test_it_is_offered(text: str) -> None:
    for here, there in (
        (known(study(OLD)), True),
        (known(study(OLD), version=11), False),
        (facts(study(OLD)), False),
    ):
        (said,) = respond(here, Said(text), keys())
        assert isinstance(said, Say)
        assert isinstance(said.message, Notice)
        assert (MOVE in said.message.choices) == there


SAT = Sitting(1, 11, 2, 1, ((2, 0),), NOW, finished_at=NOW, passed=False)


@pytest.mark.parametrize(
    ("here", "text"),
    [
        (known(study(OLD, state="finished")), "versions.none"),
        (known(study(OLD), version=11), "versions.none"),
        (known(study(OLD, 1, lessons_done=frozenset({0})), replace(OLD, lessons=(FIRST,))), "versions.none"),
        (known(study(OLD, sittings=(SAT,))), "versions.tested"),
        (known(study(OLD, sittings=(replace(SAT, finished_at=None),))), "lessons.test_runs"),
        (known(study(OLD, sittings=(replace(SAT, lesson=ENTRY),))), "versions.moved"),
        (known(study(OLD, 1, 1), open=step(lesson=1, card=1, question=True)), "lessons.finish_first"),
    ],
)
def test_when_it_is_refused(here: Facts, text: str) -> None:
    assert first(here) == text


@pytest.mark.parametrize("tap", ["/moveon 1 14", "/moveon 1 16", "/moveon 1", "/moveon 1 x"])
def test_another_version_than_the_button_named_is_said_to_be_another(tap: str) -> None:
    """A newer one came after the button: it moves to that one, and not without a word."""
    effects = respond(known(study(OLD)), Said(tap), keys())
    assert [each.new for each in effects if isinstance(each, MoveOn)] == [15]
    said = [each.message for each in effects if isinstance(each, Say)]
    assert [line.text for each in said if isinstance(each, Notice) for line in each.lines] == [
        "versions.newer_yet",
        "versions.moved",
    ]


def test_a_study_that_is_not_mine_does_not_move() -> None:
    assert [first(known(study(OLD)), f"/moveon{rest}") for rest in ("", " 2 15")] == ["versions.none"] * 2
