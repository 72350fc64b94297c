"""Pause and resume, and why there is a pause."""

from dataclasses import replace
from datetime import datetime

import pytest

from domain.effect import Note, Say, SetState, Wait
from domain.facts import Study
from domain.message import Choice, Line, Notice, notice
from domain.pausing import REASONS
from tests.domain.make import CONTINUE, MENU, NOW, TOMORROW, facts
from tests.domain.test_settings import FINISHED, MIDDLE, RESTING, RESUME, WAITING, told, utc

LEAVE = Choice("menu.leave", "/leave")
WHY = tuple(Choice(f"pause.because.{reason}", f"/because {reason}") for reason in REASONS)
PAUSED = Say(Notice((Line("pause.paused"), Line("pause.why")), (RESUME, *WHY)))
RESUMED = Say(notice("pause.resumed", CONTINUE, MENU))


@pytest.mark.parametrize("studies", [(), (FINISHED,)])
def test_there_is_nothing_to_pause(studies: tuple[Study, ...]) -> None:
    assert told(facts(*studies), "/pause") == [Say(notice("pause.nothing", MENU))]


def test_a_pause_is_not_begun_twice() -> None:
    assert told(facts(RESTING, FINISHED), "/pause") == [Say(notice("pause.already", RESUME, MENU))]


def test_everything_under_way_is_paused() -> None:
    assert told(facts(WAITING, MIDDLE, FINISHED), "/pause") == [
        SetState(1, "paused"),
        Wait(1, None),
        SetState(2, "paused"),
        Wait(2, None),
        Note("paused", {}),
        PAUSED,
    ]


@pytest.mark.parametrize("studies", [(), (FINISHED,), (WAITING,)])
def test_there_is_nothing_to_resume(studies: tuple[Study, ...]) -> None:
    assert told(facts(*studies), "/resume") == [Say(notice("pause.not_paused", CONTINUE, MENU))]


@pytest.mark.parametrize(("now", "due"), [(NOW, TOMORROW), (utc(23, 5), utc(23, 7, 30))])
def test_everything_paused_goes_on(now: datetime, due: datetime) -> None:
    """A lesson that waited comes at the next good hour; one in the middle waits for its learner."""
    studies = (
        replace(WAITING, state="paused", due_at=None),
        replace(MIDDLE, state="paused"),
        FINISHED,
    )
    assert told(facts(*studies, now=now), "/resume") == [
        SetState(1, "active"),
        SetState(2, "active"),
        Wait(1, due),
        Note("resumed", {}),
        RESUMED,
    ]


@pytest.mark.parametrize("reason", REASONS)
def test_one_tap_says_why_and_changes_nothing_else(reason: str) -> None:
    further = (LEAVE,) if reason == "away" else ()
    assert told(facts(RESTING, FINISHED), f"/because {reason}") == [
        Note("pause_reason", {"value": reason}),
        Say(notice("pause.thanks", RESUME, *further, MENU)),
    ]


@pytest.mark.parametrize("studies", [(), (FINISHED,), (WAITING, MIDDLE)])
def test_an_old_keyboard_asks_for_no_reason(studies: tuple[Study, ...]) -> None:
    assert told(facts(*studies), "/because busy") == [Say(notice("pause.not_paused", CONTINUE, MENU))]


@pytest.mark.parametrize("written", ["", "tired", "busy away"])
def test_a_reason_that_is_none_is_asked_for_again(written: str) -> None:
    assert told(facts(RESTING), f"/because {written}") == [Say(notice("pause.why", RESUME, *WHY))]
