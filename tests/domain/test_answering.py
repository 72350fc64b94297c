"""Answers of every kind: put together by presses, typed, or written; kept once, whoever taps twice and wherever."""

from dataclasses import replace
from typing import Any

import pytest

from domain.conversation import respond
from domain.effect import CloseStep, Effect, Note, OpenStep, Record, Say, Select, SetState
from domain.event import Pressed, Said
from domain.facts import Facts, StudyState
from domain.grading import MOST_WRITTEN, Given
from domain.message import Choice, Feedback, ShowCard, notice
from tests.domain.make import CONTINUE, MENU, asked, facts, keys, programme, step, study

ORDER, PAIRS, GROUPS, NUMBER, TEXT, OPEN = range(6)
TAUGHT = programme("rcgnwft", languages=["lt", "pl"])
CHOOSE_ALL, WRITE = [Say(notice("study.choose_all"))], [Say(notice("study.write", most=MOST_WRITTEN))]
WRITE_NUMBER = [Say(notice("study.write_number", most=MOST_WRITTEN))]
TOO_LONG = [Say(notice("study.too_long", most=MOST_WRITTEN))]
RECORDED = [Say(notice("study.recorded", CONTINUE))]


def standing(card: int, **changes: Any) -> Facts:
    """In front of an open question."""
    return facts(study(TAUGHT, 0, card), open=asked(card=card, **changes))


def press(known: Facts, choice: str) -> list[Effect]:
    """A press on the open step's buttons."""
    return respond(replace(known, pressed=known.open), Pressed(f"k:{choice}"), keys())


def said(known: Facts, text: str) -> list[Effect]:
    return respond(known, Said(text), keys())


def chosen_so_far(card: int, *chosen: int) -> list[Effect]:
    message = ShowCard(11, 0, card, "k", heading=card == 0, selected=chosen)
    return [Select("k", chosen), Say(message, edits_step="k")]


def answered(known: Facts, given: Given, worth: float | None) -> list[Effect]:
    """An answer in the middle of the lesson: kept, explained, and the way on."""
    assert known.open
    card, correct = known.open.card, None if worth is None else worth == 1
    further = step("new1", card, selected=given.chosen)
    feedback = Feedback(11, 0, card, given.chosen, correct, "new1", worth)
    record = Record(known.open, 11, f"01-{card}", given, worth)
    return [CloseStep("k"), record, OpenStep(further), Say(feedback)]


@pytest.mark.parametrize(
    ("card", "before", "choice", "after"),
    [
        (ORDER, (), "0.2", (2,)),
        (ORDER, (2,), "1.0", (2, 0)),
        (ORDER, (2,), "0", (2, 0)),
        (ORDER, (), "=2,0", (2, 0)),
        (ORDER, (2, 0), "2.3", (2, 0, 3, 1)),
        (ORDER, (2, 0), "again", ()),
        (ORDER, (2, 0, 3, 1), "again", ()),
        (ORDER, (2, 0, 3, 1), "2.3", (2, 0, 3, 1)),
        (PAIRS, (3,), "1.0", (3, 0)),
        (PAIRS, (3, 0, 1), "3.2", (3, 0, 1, 2)),
        (GROUPS, (1,), "1.1", (1, 1)),
        (GROUPS, (1, 1), "again", ()),
    ],
)
def test_what_is_chosen_so_far_is_kept_and_shown(
    card: int, before: tuple[int, ...], choice: str, after: tuple[int, ...]
) -> None:
    assert press(standing(card, selected=before), choice) == chosen_so_far(card, *after)


@pytest.mark.parametrize(
    ("card", "before", "choice", "chosen", "worth"),
    [
        (ORDER, (0, 1, 2, 3), "ok", (0, 1, 2, 3), 1),
        (ORDER, (3, 2, 1, 0), "ok", (3, 2, 1, 0), 0),
        (ORDER, (3, 2, 1, 0), "=0,1,2,3", (0, 1, 2, 3), 1),
        (ORDER, (), "=0,1,3,2", (0, 1, 3, 2), 5 / 6),
        (ORDER, (2,), "=0,1", (2, 0, 1, 3), 4 / 6),
        (PAIRS, (0, 1, 2, 3), "ok", (0, 1, 2, 3), 1),
        (PAIRS, (1, 0, 2, 3), "ok", (1, 0, 2, 3), 0.5),
        (GROUPS, (0, 0, 0, 1), "ok", (0, 0, 0, 1), 1),
        (GROUPS, (0,), "=0,0,0", (0, 0, 0, 0), 0.75),
    ],
)
def test_what_is_whole_is_answered_by_the_button_or_typed_at_once(
    card: int, before: tuple[int, ...], choice: str, chosen: tuple[int, ...], worth: float
) -> None:
    known = standing(card, selected=before)
    assert press(known, choice) == answered(known, Given(chosen), worth)


@pytest.mark.parametrize(
    ("card", "before", "text", "after"),
    [
        (ORDER, (), "gulbė", (2,)),
        (ORDER, (2,), " ŽĄSIS ", (2, 0)),
        (PAIRS, (3,), "upė", (3, 1)),
        (GROUPS, (0,), "Vanduo", (0, 0)),
        (GROUPS, (0, 0, 0), "miškas", (0, 0, 0, 1)),
    ],
)
def test_a_piece_may_be_typed(card: int, before: tuple[int, ...], text: str, after: tuple[int, ...]) -> None:
    assert said(standing(card, selected=before), text) == chosen_so_far(card, *after)


def test_a_piece_is_typed_in_the_language_it_is_read_in() -> None:
    assert said(replace(standing(GROUPS), language="pl"), "vanduo (pl)") == chosen_so_far(GROUPS, 0)


@pytest.mark.parametrize(
    ("card", "before", "choice"),
    [
        (ORDER, (2,), "2"),
        (ORDER, (2,), "=2"),
        (ORDER, (), "ok"),
        (ORDER, (2,), "ok"),
        (ORDER, (), "=0,0"),
        (PAIRS, (2,), "1.2"),
        (PAIRS, (), "4"),
        (GROUPS, (), "2"),
        (GROUPS, (), "next"),
        (GROUPS, (0, 0, 0), "ok"),
        (GROUPS, (0, 0, 0, 1), "1"),
    ],
)
def test_what_cannot_be_put_there_is_no_answer(card: int, before: tuple[int, ...], choice: str) -> None:
    assert press(standing(card, selected=before), choice) == CHOOSE_ALL


@pytest.mark.parametrize("card", [ORDER, PAIRS, GROUPS])
def test_what_is_no_piece_is_asked_again(card: int) -> None:
    ask_again = Choice("help.ask_again", "/continue")
    assert said(standing(card), "Varna") == [Say(notice("help.choose_an_option", ask_again, MENU))]


@pytest.mark.parametrize("card", [ORDER, PAIRS, GROUPS])
@pytest.mark.parametrize("choice", ["0.0", "0.1", "1.0", "3.1"])
def test_old_buttons_of_a_half_made_answer_change_nothing(card: int, choice: str) -> None:
    """The second tap, and buttons that were shown before others were pressed: what is chosen is shown instead."""
    known = standing(card, selected=(1, 0))
    assert press(known, choice) == chosen_so_far(card, 1, 0)


@pytest.mark.parametrize("card", [ORDER, PAIRS, GROUPS])
def test_going_on_shows_how_far_it_is_done(card: int) -> None:
    known = standing(card, selected=(1,))
    assert said(known, "/continue") == [Say(ShowCard(11, 0, card, "k", heading=card == 0, selected=(1,)))]


@pytest.mark.parametrize(
    ("card", "text", "words", "worth"),
    [
        (NUMBER, "37,5", "37,5", 1),
        (NUMBER, " 38 °C\n", "38 °C", 1),
        (NUMBER, "36,9", "36,9", 0),
        (NUMBER, "37 K", "37 K", 0),
        (TEXT, "Gervė", "Gervė", 1),
        (TEXT, " pilkoji gerve! ", "pilkoji gerve!", 1),
        (TEXT, "Varna", "Varna", 0),
        (TEXT, "37", "37", 0),
        (TEXT, "a\0b", "ab", 0),
        (OPEN, "Kažkas\nsavais žodžiais", "Kažkas\nsavais žodžiais", None),
        (OPEN, "x" * MOST_WRITTEN, "x" * MOST_WRITTEN, None),
        (OPEN, " " * 9 + "x" * MOST_WRITTEN, "x" * MOST_WRITTEN, None),
    ],
)
def test_an_answer_in_words(card: int, text: str, words: str, worth: float | None) -> None:
    known = standing(card)
    assert said(known, text) == answered(known, Given(words=words), worth)


@pytest.mark.parametrize(
    ("card", "text", "refused"),
    [
        (NUMBER, "labas", WRITE_NUMBER),
        (NUMBER, "", WRITE_NUMBER),
        (NUMBER, "apie 37", WRITE_NUMBER),
        (NUMBER, "2018.05.25", WRITE_NUMBER),
        (NUMBER, "9" * (MOST_WRITTEN + 1), TOO_LONG),
        (TEXT, "", WRITE),
        (TEXT, " \n", WRITE),
        (OPEN, "", WRITE),  # a picture, a sticker, a voice message
        (OPEN, "\0", WRITE),
        (OPEN, "x" * (MOST_WRITTEN + 1), TOO_LONG),
        (TEXT, "x" * (MOST_WRITTEN + 1), TOO_LONG),
    ],
)
@pytest.mark.parametrize("state", ["active", "paused"])
def test_what_cannot_be_an_answer_is_not_recorded(
    card: int, text: str, refused: list[Effect], state: StudyState
) -> None:
    known = standing(card)
    resting = replace(known, studies=(replace(known.studies[0], state=state),))
    assert said(resting, text) == refused


@pytest.mark.parametrize("choice", ["0", "=0", "ok", "next", "again", "0.0", ""])
def test_no_press_answers_what_is_answered_in_words(choice: str) -> None:
    refused = [press(standing(card), choice) for card in (NUMBER, TEXT, OPEN)]
    number, words = Say(notice("study.write_number")), Say(notice("study.write"))
    assert refused == [[number], [words], [words]]


@pytest.mark.parametrize(
    ("card", "does", "given"),
    [
        (TEXT, Said("gervė"), Given(words="gervė")),
        (NUMBER, Said("37,5"), Given(words="37,5")),
        (ORDER, Pressed("k:=0,1,2,3"), Given((0, 1, 2, 3))),
        (ORDER, Said("strazdas"), None),
    ],
)
def test_who_answers_in_a_pause_ends_it(card: int, does: Said | Pressed, given: Given | None) -> None:
    known = standing(card)
    resting = replace(known, studies=(replace(known.studies[0], state="paused"),), pressed=known.open)
    over = [SetState(1, "active"), Note("resumed", {}), Say(notice("pause.over"))]
    follows = answered(known, given, 1) if given else chosen_so_far(card, 3)
    assert respond(resting, does, keys()) == [*over, *follows]


@pytest.mark.parametrize("card", [NUMBER, TEXT, OPEN])
def test_words_answer_only_while_they_are_asked_for(card: int) -> None:
    """The second device comes too late, and so does a second message."""
    known = facts(study(TAUGHT, 0, card), open=step(card=card))
    help_ = Choice("menu.help", "/help")
    assert said(known, "37,5") == [Say(notice("help.not_understood", CONTINUE, MENU, help_))]


@pytest.mark.parametrize("card", [ORDER, PAIRS, GROUPS, NUMBER, TEXT, OPEN])
@pytest.mark.parametrize("choice", ["0.0", "again", "ok", "=0,1,2,3", "x"])
def test_an_answer_that_was_given_stays(card: int, choice: str) -> None:
    done = asked("old", card, closed=True, selected=(0,))
    known = facts(study(TAUGHT, 0, card), open=step(card=card), pressed=done)
    assert respond(known, Pressed(f"old:{choice}"), keys()) == RECORDED


@pytest.mark.parametrize("text", ["/menu", "/help", "/progress"])
def test_a_command_is_no_answer(text: str) -> None:
    effects = said(standing(OPEN), text)
    assert [type(effect) for effect in effects] == [Say]
