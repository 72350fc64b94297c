"""What a reminder says: titles of the programme and the lesson, the way on, and a way to be left alone."""

import pytest

from domain.absence import SNOOZE
from domain.language import LANGUAGES
from domain.message import Choice, Line, Notice, notice
from domain.pausing import WHY
from domain.reminder import WORDINGS, paused, reminder
from tests.domain.make import programme
from tests.domain.test_always import assert_spoken

TAUGHT = programme("t", "t", languages=("lt", "pl"))
TITLES = {"title": "safe pl", "lesson": "02 pl"}


@pytest.mark.parametrize("wording", range(len(WORDINGS)))
def test_a_reminder(wording: int) -> None:
    choices = Choice("menu.continue", "/enrol safe"), SNOOZE, Choice("menu.pause", "/pause")
    assert reminder(TAUGHT, 1, "pl", wording) == notice(WORDINGS[wording], *choices, **TITLES)


def test_the_pause_is_told_with_the_way_back() -> None:
    resume = Choice("menu.resume", "/enrol safe")
    lines = Line("reminder.paused", dict(TITLES)), Line("pause.why")
    assert paused(TAUGHT, 1, "pl") == Notice(lines, (resume, *WHY))


def test_there_are_enough_wordings_in_every_language() -> None:
    assert len(set(WORDINGS)) >= 6
    for language in LANGUAGES:
        for wording in range(len(WORDINGS)):
            assert_spoken(reminder(TAUGHT, 0, language, wording))
        assert_spoken(paused(TAUGHT, 0, language))
