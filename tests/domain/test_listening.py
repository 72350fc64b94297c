"""When words are an answer: while the question is what was shown last, in the same sitting."""

from datetime import timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.conversation import respond
from domain.effect import Effect, Find, Record, Say
from domain.event import Said
from domain.listening import LOOKED_AT, SITTING, Told, awaited, between
from domain.message import Announcement, Choice, Excerpt, Issued, Kind, Message, Notice, ShowCard, notice
from domain.reading import Hit, found
from tests.domain.examinee import ASKED
from tests.domain.make import CONTINUE, MENU, NOW, asked, facts, keys, programme, study

TAUGHT = programme("tws")
QUESTION = ShowCard(11, 0, 1, "k")
OTHER = ShowCard(13, 0, 0, "other")
PROGRAMMES = Choice("menu.programmes", "/programmes")
ASK_AGAIN = Choice("help.ask_again", "/continue")
REFUSED, OLD = notice("study.write_number"), notice("study.recorded", CONTINUE)
AGAIN = notice("help.choose_an_option", ASK_AGAIN, MENU)
MENUS = notice("menu.head", CONTINUE, PROGRAMMES)
INTRODUCTION = Notice((), (), "k")


def told(*messages: Message, kind: Kind = "reply", ago: timedelta = timedelta()) -> list[Told]:
    """These, the newest first, all at the same time."""
    return [Told(each, kind, NOW - ago) for each in messages]


@pytest.mark.parametrize(
    ("messages", "are"),
    [
        ((QUESTION,), True),
        ((REFUSED, QUESTION), True),
        ((OLD, AGAIN, REFUSED, QUESTION), True),
        ((OTHER, QUESTION), False),
        ((MENUS, QUESTION), False),
        ((notice("help.privacy", MENU), QUESTION), False),
        ((Excerpt(11, 0, 0, (MENU,)), QUESTION), False),
        ((Announcement(1), QUESTION), False),
        ((Issued("q" * 22, "2026-000001", "t"), QUESTION), False),
        ((INTRODUCTION, QUESTION), False),
        ((QUESTION, MENUS), True),
        ((REFUSED,) * LOOKED_AT, False),
        ((), False),
    ],
)
def test_words_answer_what_was_shown_last(messages: tuple[Message, ...], *, are: bool) -> None:
    assert awaited(asked("k", 1), told(*messages), NOW) == are


def test_what_comes_by_itself_comes_between() -> None:
    """A coordinator's word leads back to the lesson too, and is what somebody thanks for."""
    word = told(notice("reply.told", CONTINUE), kind="personal")
    assert not awaited(asked("k", 1), word + told(QUESTION), NOW)


def test_in_a_test_only_what_somebody_did_comes_between() -> None:
    assert between(ASKED) == ("reply",)
    assert between(asked("k", 1)) == get_args(Kind)


@given(st.timedeltas(timedelta(), timedelta(days=40)), st.timedeltas(timedelta(), timedelta(days=40)))
def test_a_question_is_out_of_mind_after_a_sitting(shown: timedelta, remarked: timedelta) -> None:
    history = told(REFUSED, ago=min(shown, remarked)) + told(QUESTION, ago=shown)
    assert awaited(asked("k", 1), history, NOW) == (shown <= SITTING)


@pytest.mark.parametrize("card", [1, 2])
@pytest.mark.parametrize(
    ("words", "effects"),
    [
        ("gervė", [Find("gervė", said=True)]),
        ("Gulbė", [Find("Gulbė", said=True)]),
        ("37", [Say(notice("help.question_waits", ASK_AGAIN, MENU))]),
    ],
)
def test_words_that_come_later_are_looked_for_or_led_back(
    card: int, words: str, effects: list[Effect]
) -> None:
    known = facts(study(TAUGHT, 0, card), open=asked("k", card), awaited=False)
    assert respond(known, Said(words), keys()) == effects


def test_what_was_found_instead_leads_back_to_the_question() -> None:
    hit = Hit(11, TAUGHT, 0, 0)
    known = facts(study(TAUGHT, 0, 1), open=asked("k", 1), awaited=False)
    for hits, last in (([hit], ASK_AGAIN), ([], MENU)):
        [effect] = found(known, Find("gervė", said=True), hits)
        assert isinstance(effect, Say)
        assert isinstance(effect.message, Notice)
        assert effect.message.choices[-1] == last
        assert ASK_AGAIN in effect.message.choices


def test_words_that_are_awaited_are_recorded() -> None:
    known = facts(study(TAUGHT, 0, 1), open=asked("k", 1))
    effects = respond(known, Said("gervė"), keys())
    assert [effect.given.words for effect in effects if isinstance(effect, Record)] == ["gervė"]
