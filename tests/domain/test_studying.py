"""Studying: cards one after another, answers with their explanation, and what comes next."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Literal

import pytest

from domain import studying
from domain.conversation import respond
from domain.effect import (
    CloseStep,
    Effect,
    Find,
    FinishLesson,
    Move,
    Note,
    OpenStep,
    Record,
    Say,
    Select,
    SetState,
    Wait,
)
from domain.event import Event, Pressed, Said
from domain.facts import Facts, Step
from domain.grading import Given
from domain.language import Language
from domain.message import Choice, Feedback, Moment, ShowCard, notice
from tests.domain.make import CONTINUE, MENU, TOMORROW, asked, facts, keys, programme, step, study

TAUGHT = programme("tsmot", "s", "t", languages=["lt", "pl"])
TEXT, SINGLE, MULTIPLE, OPINION = range(4)
ASK_AGAIN = Choice("help.ask_again", "/continue")
OLD_BUTTON = Say(notice("study.old_button", CONTINUE, MENU))
CHOOSE_FIRST = Say(notice("study.choose_first"))
TUESDAY = Moment(datetime(2026, 11, 24, 9, 30))  # noqa: DTZ001 (a wall time has no zone)


def standing(at: Step, **counts: int) -> Facts:
    """In the first lesson, in front of an open step."""
    return facts(study(TAUGHT, at.lesson, at.card, **counts), open=at)


def press(known: Facts, choice: str) -> list[Effect]:
    """A press on the open step's buttons."""
    return respond(replace(known, pressed=known.open), Pressed(f"k:{choice}"), keys())


def said(known: Facts, text: str) -> list[Effect]:
    return respond(known, Said(text), keys())


def shown(card: int, *, lesson: int = 0, heading: bool = False, key: str = "new1") -> Say:
    """A card of TAUGHT: the first lesson has five, the others one."""
    return Say(ShowCard(11, lesson, card, key, heading, last=card == 4 or lesson > 0))


def answered(at: Step, chosen: tuple[int, ...], worth: float | None) -> list[Effect]:
    """An answer in the middle of the first lesson: kept, explained, and the way on."""
    name = f"01-{at.card}"
    further = step("new1", at.card, selected=chosen)
    correct = None if worth is None else worth == 1
    feedback = Say(Feedback(11, 0, at.card, chosen, correct, "new1", worth=worth))
    return [CloseStep("k"), Record(at, 11, name, Given(chosen), worth), OpenStep(further), feedback]


@pytest.mark.parametrize(("by", "kinds", "is_question"), [("time", "ts", False), ("learner", "st", True)])
def test_a_lesson_begins_with_its_first_card(
    by: Literal["time", "learner"], kinds: str, is_question: bool
) -> None:
    assert studying.begin(facts(), study(programme("t", kinds), 1), keys(), by) == [
        Note("lesson_sent", {"version": 11, "lesson": 1, "by": by}),
        Move(1, 1, 0),
        OpenStep(Step("new1", 1, 1, 0, question=is_question)),
        Say(ShowCard(11, 1, 0, "new1", heading=True)),
    ]


@pytest.mark.parametrize(
    ("at", "next_card"), [(step(card=TEXT), SINGLE), (step(card=SINGLE), MULTIPLE), (step(card=OPINION), 4)]
)
@pytest.mark.parametrize("choice", ["next", "", "0", "ok", "garbage"])
def test_next_shows_the_next_card(at: Step, next_card: int, choice: str) -> None:
    opened = Step("new1", 1, 0, next_card, question=next_card != 4)
    effects = [CloseStep("k"), Move(1, 0, next_card), OpenStep(opened), shown(next_card)]
    assert press(standing(at), choice) == effects


@pytest.mark.parametrize(
    ("card", "choice", "chosen", "worth"),
    [
        (SINGLE, "1", (1,), 1),
        (SINGLE, "=1", (1,), 1),
        (SINGLE, "01", (1,), 1),
        (SINGLE, "=1,1", (1,), 1),
        (SINGLE, "0", (0,), 0),
        (SINGLE, "3", (3,), 0),
        (OPINION, "0", (0,), None),
        (OPINION, "=3", (3,), None),
        (MULTIPLE, "=0,2", (0, 2), 1),
        (MULTIPLE, "=2,0,2", (0, 2), 1),
        (MULTIPLE, "0,2", (0, 2), 1),
        (MULTIPLE, "=0", (0,), 0.5),
        (MULTIPLE, "=0,1,2,3", (0, 1, 2, 3), 0),
    ],
)
def test_an_answer(card: int, choice: str, chosen: tuple[int, ...], worth: float | None) -> None:
    at = asked(card=card)
    assert press(standing(at), choice) == answered(at, chosen, worth)


@pytest.mark.parametrize("card", [SINGLE, MULTIPLE, OPINION])
@pytest.mark.parametrize(
    "choice",
    ["", "ok", "next", "4", "=4", "=0,4", "=", "=,", "0,", "==1", "-1", "=-1", "1.5", "¹", "١", "999", "=1 2", "1:1"],
)  # fmt: skip
def test_what_is_no_choice_is_no_answer(card: int, choice: str) -> None:
    assert press(standing(asked(card=card)), choice) == [CHOOSE_FIRST]


@pytest.mark.parametrize("card", [SINGLE, OPINION])
def test_only_one_can_be_chosen_where_one_is_asked_for(card: int) -> None:
    assert press(standing(asked(card=card)), "=0,1") == [Say(notice("study.choose_one"))]


@pytest.mark.parametrize(
    ("before", "choice", "after"),
    [((), "0", (0,)), ((0,), "2", (0, 2)), ((2,), "0", (0, 2)), ((0, 2), "2", (0,)), ((3,), "3", ())],
)
def test_options_of_a_multiple_choice_are_ticked(
    before: tuple[int, ...], choice: str, after: tuple[int, ...]
) -> None:
    known = standing(asked(card=MULTIPLE, selected=before))
    changed = Say(ShowCard(11, 0, MULTIPLE, "k", selected=after), edits_step="k")
    assert press(known, choice) == [Select("k", after), changed]


@pytest.mark.parametrize(("ticked", "worth"), [((0, 2), 1), ((0,), 0.5), ((1, 3), 0)])
def test_what_is_ticked_is_the_answer(ticked: tuple[int, ...], worth: float) -> None:
    at = asked(card=MULTIPLE, selected=ticked)
    assert press(standing(at), "ok") == answered(at, ticked, worth)


@pytest.mark.parametrize("text", ["Antis", "ANTIS", "  antis\n"])
def test_an_option_may_be_typed(text: str) -> None:
    at = asked(card=SINGLE)
    assert said(standing(at), text) == answered(at, (1,), 1)


@pytest.mark.parametrize(("ticked", "chosen"), [((), (2,)), ((0,), (0, 2)), ((2,), (2,)), ((3,), (2, 3))])
def test_what_is_ticked_already_is_part_of_what_is_typed(
    ticked: tuple[int, ...], chosen: tuple[int, ...]
) -> None:
    at = asked(card=MULTIPLE, selected=ticked)
    assert said(standing(at), "Gulbė") == answered(at, chosen, {(2,): 0.5, (0, 2): 1}.get(chosen, 0))


@pytest.mark.parametrize(
    ("language", "text", "chosen"),
    [("lt", "ŽĄSIS", 0), ("pl", "žąsis (PL)", 0), ("pl", "Gulbė (pl)", 2), ("en", "gulbė", 2)],
)
def test_an_option_is_typed_in_the_language_it_is_read_in(language: Language, text: str, chosen: int) -> None:
    at = asked(card=OPINION)
    assert said(replace(standing(at), language=language), text) == answered(at, (chosen,), None)


@pytest.mark.parametrize("text", ["Vista", "", "Antis!", "žąsis (pl)", "7"])
def test_what_is_no_option_is_asked_again(text: str) -> None:
    known = standing(asked(card=SINGLE))
    assert said(known, text) == [Say(notice("help.choose_an_option", ASK_AGAIN, MENU))]


@pytest.mark.parametrize("at", [step(card=TEXT), step(card=SINGLE)])
def test_options_are_typed_only_while_they_are_asked(at: Step) -> None:
    assert said(standing(at), "Antis") == [Find("Antis", said=True)]


@pytest.mark.parametrize("choice", ["next", "1", "ok", "=0,2", ""])
def test_a_step_that_is_done_stays_done(choice: str) -> None:
    known = standing(asked(card=SINGLE))
    old_answer, old_card = asked("old", closed=True, card=MULTIPLE), step("old", closed=True)
    event = Pressed(f"old:{choice}")
    assert [
        respond(replace(known, pressed=each), event, keys()) for each in (old_answer, old_card, None)
    ] == [
        [Say(notice("study.recorded", CONTINUE))],
        [Say(notice("study.behind", CONTINUE))],
        [OLD_BUTTON],
    ]  # fmt: skip


@pytest.mark.parametrize("event", [Pressed(""), Pressed("nobodys:1"), Pressed("menu")])
def test_a_button_of_nobody_changes_nothing(event: Event) -> None:
    assert respond(standing(asked(card=SINGLE)), event, keys()) == [OLD_BUTTON]


def lesson_done(key: str, right: int, graded: int) -> list[Effect]:
    told = notice(
        key, Choice("study.now", "/continue"), MENU,
        title="01 lt", right=right, graded=graded, following="02 lt", when=TUESDAY,
    )  # fmt: skip
    return [FinishLesson(1, 0, right, graded), Move(1, 1, -1), Wait(1, TOMORROW), Say(told)]


@pytest.mark.parametrize(
    ("kind", "choice", "correct", "counts"),
    [("s", "1", True, (3, 4)), ("s", "0", False, (2, 4)), ("m", "=0,2", True, (3, 4)), ("o", "0", None, (2, 3))],
)  # fmt: skip
def test_the_last_answer_ends_the_lesson(
    kind: str, choice: str, correct: bool | None, counts: tuple[int, int]
) -> None:
    at = asked(card=1)
    learning = study(programme("t" + kind, "t"), 0, 1, right=6, graded=9, lesson_right=2, lesson_graded=3)
    chosen = tuple(map(int, choice.removeprefix("=").split(",")))
    assert press(facts(learning, open=at), choice) == [
        CloseStep("k"),
        Record(at, 11, "01-1", Given(chosen), None if correct is None else float(correct)),
        Say(Feedback(11, 0, 1, chosen, correct, worth=None if correct is None else float(correct))),
        *lesson_done("study.lesson_done", *counts),
    ]


@pytest.mark.parametrize(
    ("counts", "key"), [((2, 3), "study.lesson_done"), ((0, 0), "study.lesson_done_unscored")]
)
def test_the_last_card_ends_the_lesson(counts: tuple[int, int], key: str) -> None:
    """Also when the lesson had a question before its last cards."""
    right, graded = counts
    known = standing(step(card=4), lesson_right=right, lesson_graded=graded)
    assert press(known, "next") == [CloseStep("k"), *lesson_done(key, right, graded)]


def test_a_lesson_of_opinions_has_no_score() -> None:
    at = asked()
    effects = press(facts(study(programme("o", "t"), 0, 0), open=at), "1")
    assert effects[-4:] == lesson_done("study.lesson_done_unscored", 0, 0)


def test_the_next_lesson_is_never_on_the_same_day() -> None:
    early = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)  # 07:00 in Vilnius, before the person's hour
    assert press(replace(standing(step(card=4)), now=early), "next")[-2] == Wait(1, TOMORROW)


def programme_done(right: int, graded: int) -> list[Effect]:
    choices = Choice("menu.programmes", "/programmes"), Choice("menu.progress", "/progress")
    return [
        SetState(1, "finished"),
        Note("programme_done", {"version": 11, "right": right, "graded": graded}),
        Say(notice("study.programme_done", *choices, title="safe lt", right=right, graded=graded)),
    ]


def test_the_last_card_of_the_last_lesson_ends_the_programme() -> None:
    learning = study(TAUGHT, 2, 0, right=3, graded=4)
    assert press(facts(learning, open=step(lesson=2)), "next") == [
        CloseStep("k"),
        FinishLesson(1, 2, 0, 0),
        *programme_done(3, 4),
    ]


def test_the_last_answer_of_the_last_lesson_counts() -> None:
    learning, at = study(programme("s"), 0, 0, right=3, graded=4, lesson_right=1, lesson_graded=1), asked()
    assert press(facts(learning, open=at), "1") == [
        CloseStep("k"),
        Record(at, 11, "01-0", Given((1,)), 1),
        Say(Feedback(11, 0, 0, (1,), True, worth=1)),
        FinishLesson(1, 0, 2, 2),
        *programme_done(4, 5),
    ]


@pytest.mark.parametrize("card", [TEXT, SINGLE, MULTIPLE, OPINION])
def test_going_on_shows_the_open_card_again(card: int) -> None:
    known = standing(replace(step(card=card), question=card != TEXT))
    assert said(known, "/continue") == [shown(card, heading=card == TEXT, key="k")]


@pytest.mark.parametrize("card", [SINGLE, MULTIPLE, OPINION])
def test_going_on_after_an_answer_shows_the_next_card(card: int) -> None:
    known = standing(step(card=card))
    assert said(known, "/continue") == press(known, "next")


def test_going_on_without_an_open_step_opens_one() -> None:
    known = facts(study(TAUGHT, 0, SINGLE))
    opened = Step("new1", 1, 0, SINGLE, question=True)
    assert said(known, "/continue") == [Move(1, 0, SINGLE), OpenStep(opened), shown(SINGLE)]


@pytest.mark.parametrize("ticked", [(), (0,), (0, 2)])
def test_a_question_shown_again_shows_the_ticks_that_count(ticked: tuple[int, ...]) -> None:
    """What is not shown as ticked is not sent as an answer either."""
    kept, seen = ticked, None
    for effect in said(standing(asked(card=MULTIPLE, selected=ticked)), "/continue"):
        if isinstance(effect, Select):
            kept = effect.selected
        if isinstance(effect, Say):
            seen = effect.message.selected if isinstance(effect.message, ShowCard) else ()
    assert seen == kept
