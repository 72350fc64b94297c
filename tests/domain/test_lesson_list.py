"""The list of lessons, and picking one: in free order, in fixed order, and what is refused."""

from dataclasses import replace
from typing import Any

import pytest

from domain.conversation import enrolled, respond
from domain.effect import CloseStep, Effect, Move, Note, OpenStep, Read, Say, SetState, Wait
from domain.event import Pressed, Said
from domain.facts import Facts, Study
from domain.message import Choice, Line, Moment, Notice, ShowCard, notice
from domain.pacing import local
from domain.picking import A_PAGE
from domain.programme import Exam, Programme, Rules
from domain.sitting import ENTRY, Sitting
from tests.domain.make import (
    CONTINUE,
    MENU,
    NEXT_MONDAY,
    NOW,
    TOMORROW,
    facts,
    keys,
    person,
    programme,
    step,
    study,
)

FREE = Rules(order="free")
LESSONS = Choice("menu.lessons", "/lessons")
THREE = programme("t", "ts", "t", rules=FREE)
FIXED = programme("t", "ts", "t")
TESTED = programme("t", "!s", "t", rules=FREE)
LONG = programme(*["t"] * 20, rules=FREE)
DONE = frozenset({0})
SAT = Sitting(1, 11, 1, 1, ((1, 0),), NOW)
WHEN = Moment(local(TOMORROW, person()))


def told(known: Facts, text: str) -> list[Effect]:
    return respond(known, Said(text), keys())


def said(known: Facts, text: str) -> Notice:
    (effect,) = told(known, text)
    assert isinstance(effect, Say)
    assert isinstance(effect.message, Notice)
    return effect.message


def tap(lesson: int) -> Choice:
    return Choice(f"{lesson + 1:02} lt", f"/lesson 1 {lesson}", literal=True)


def states(told: Notice) -> list[str]:
    return [line.text.removeprefix("lessons.") for line in told.lines[1:]]


def begun(lesson: int, *, last: bool = True) -> list[Effect]:
    return [
        Note("lesson_sent", {"version": 11, "lesson": lesson, "by": "learner"}),
        Move(1, lesson, 0),
        OpenStep(step("new1", lesson=lesson)),
        Say(ShowCard(11, lesson, 0, "new1", heading=True, last=last)),
    ]


@pytest.mark.parametrize(
    ("mine", "found", "taps"),
    [
        (study(THREE), ["next", "open", "open"], (0, 1, 2)),
        (study(THREE, 1, 0, lessons_done=DONE), ["done", "here", "open"], (0, 1, 2)),
        (study(FIXED, 1, 0, lessons_done=DONE), ["done", "here", "later"], (0, 1)),
        (study(FIXED, 1, lessons_done=DONE), ["done", "next", "later"], (0, 1)),
        (study(TESTED), ["next", "later", "open"], (0, 2)),
        (study(TESTED, 1, lessons_done=frozenset({0, 2})), ["done", "next", "done"], (0, 1, 2)),
        (study(TESTED, 2, 0, state="finished"), ["done"] * 3, (0, 2)),
    ],
)
def test_the_list_says_the_state_of_each_and_leads_to_what_is_reached(
    mine: Study, found: list[str], taps: tuple[int, ...]
) -> None:
    shown = said(facts(mine), "/lessons")
    done = found.count("done")
    assert shown.lines[0] == Line("lessons.head", {"title": "safe lt", "done": done, "lessons": 3})
    assert states(shown) == found
    assert shown.choices == (*map(tap, taps), MENU)


MORE, BACK = Choice("lessons.more", "/lessons 5 2"), Choice("lessons.back", "/lessons 5 1")


@pytest.mark.parametrize(
    ("text", "lesson", "shown", "ways"),
    [
        ("/lessons", 0, range(8), (MORE,)),
        ("/lessons 5", 9, range(8, 16), (Choice("lessons.more", "/lessons 5 3"), BACK)),
        ("/lessons 5 0", 9, range(8), (MORE,)),
        ("/lessons 5 99", 9, range(16, 20), (Choice("lessons.back", "/lessons 5 2"),)),
        ("/lessons x", 0, range(8), (MORE,)),
    ],
)
def test_many_lessons_come_in_pages(text: str, lesson: int, shown: range, ways: tuple[Choice, ...]) -> None:
    assert said(facts(study(LONG, lesson)), text).choices == (*map(tap, shown), *ways, MENU)


def test_another_programme_has_a_list_of_its_own() -> None:
    other = study(programme("t", slug="gdpr"), enrolment=2, programme_id=6, version=13)
    known = facts(study(THREE), other)
    assert said(known, "/lessons").choices[-1] == Choice("menu.programmes", "/programmes")
    assert said(known, "/lessons 6").lines[0].params["title"] == "gdpr lt"
    assert LESSONS in said(known, "/progress").choices
    assert said(facts(), "/lessons").lines[0].text == "study.nothing"


def test_at_a_lessons_end_few_of_many_are_offered() -> None:
    at = step()
    effects = respond(facts(study(LONG, 0, 0), open=at, pressed=at), Pressed("k:next"), keys())
    (end,) = [each.message for each in effects if isinstance(each, Say)]
    assert isinstance(end, Notice)
    rest = Choice("lessons.all", "/lessons 5")
    assert end.choices == (Choice("study.now", "/continue"), tap(2), tap(3), rest)


def test_in_free_order_it_begins_with_a_choice() -> None:
    params: dict[str, Any] = {"title": "safe lt", "following": "01 lt", "when": WHEN}
    choice = [Wait(1, TOMORROW), Say(notice("lessons.choose", *map(tap, range(3)), MENU, **params))]
    assert enrolled(facts(study(THREE)), 5, keys()) == choice
    assert told(facts(study(THREE, due_at=TOMORROW)), "/enrol safe")[-1] == choice[-1]
    resumed = told(facts(study(THREE, state="paused")), "/enrol safe")
    assert [resumed[0], *resumed[-2:]] == [SetState(1, "active"), *choice]


def test_what_is_not_chosen_comes_at_its_pace() -> None:
    assert enrolled(facts(study(THREE, pace=1)), 5, keys())[0] == Wait(1, NEXT_MONDAY)
    at = step(lesson=2)
    known = facts(study(THREE, 2, 0, pace=1), open=at, pressed=at)
    assert Wait(1, NEXT_MONDAY) in respond(known, Pressed("k:next"), keys())


def test_of_many_lessons_the_first_are_offered_and_the_way_to_the_rest() -> None:
    (*_, end) = enrolled(facts(study(LONG)), 5, keys())
    assert isinstance(end, Say)
    assert isinstance(end.message, Notice)
    assert end.message.choices == (
        *map(tap, range(A_PAGE)),
        Choice("lessons.all", "/lessons 5"),
        MENU,
    )


def test_a_test_in_front_is_not_what_free_order_begins_with() -> None:
    two = programme("!s", "t", rules=FREE)
    assert enrolled(facts(study(two)), 5, keys()) == [Move(1, 1, -1), *begun(1)]
    three = programme("!s", "t", "t", rules=FREE)
    assert enrolled(facts(study(three)), 5, keys())[0] == Move(1, 1, -1)


def test_an_entry_test_is_offered_before_the_choice() -> None:
    skipping = programme("ts", "ts", rules=Rules(order="free", skip=1))
    (*_, end) = enrolled(facts(study(skipping)), 5, keys())
    assert isinstance(end, Say)
    assert isinstance(end.message, Notice)
    assert end.message.lines[0].text == "entry.offer"


def test_at_a_lessons_end_what_is_left_may_be_chosen() -> None:
    at = step(lesson=2)
    effects = respond(facts(study(THREE, 2, 0), open=at, pressed=at), Pressed("k:next"), keys())
    assert effects[-3:-1] == [Move(1, 0, -1), Wait(1, TOMORROW)]
    (end,) = [each.message for each in effects if isinstance(each, Say)]
    assert isinstance(end, Notice)
    assert [line.text for line in end.lines] == ["study.lesson_done_unscored", "lessons.or_another"]
    assert end.choices == (Choice("study.now", "/continue"), tap(1))
    last = study(THREE, 2, 0, lessons_done=DONE)
    effects = respond(facts(last, open=at, pressed=at), Pressed("k:next"), keys())
    (end,) = [each.message for each in effects if isinstance(each, Say)]
    assert isinstance(end, Notice)
    assert end.choices == (Choice("study.now", "/continue"), MENU)


def test_a_tap_begins_the_lesson() -> None:
    assert told(facts(study(THREE)), "/lesson 1 2") == begun(2)
    assert told(facts(study(THREE)), "/lesson 1 0") == begun(0)
    unread = facts(study(THREE, 0, 0), open=step())
    assert told(unread, "/lesson 1 2") == [CloseStep("k"), *begun(2)]
    rests = told(facts(study(THREE, state="paused")), "/lesson 1 2")
    assert [rests[0], *rests[-4:]] == [SetState(1, "active"), *begun(2)]


def test_a_second_tap_shows_where_one_is() -> None:
    known = facts(study(THREE, 2, 0), open=step(lesson=2))
    assert told(known, "/lesson 1 2") == [Say(ShowCard(11, 2, 0, "k", heading=True, last=True))]


def test_the_offer_of_an_entry_test_gives_way() -> None:
    skipping = programme("ts", "ts", rules=Rules(order="free", skip=1))
    offer = step(lesson=ENTRY, card=-1, purpose="test")
    effects = told(facts(study(skipping, 0, 0), open=offer), "/lesson 1 1")
    assert effects == [CloseStep("k"), *begun(1, last=False)]


@pytest.mark.parametrize("card", [0, 1])
def test_a_lesson_in_which_something_was_answered_is_finished_first(card: int) -> None:
    half = programme("st", "t", rules=FREE)
    known = facts(study(half, 0, card), open=step(card=card, selected=(1,) if card == 0 else ()))
    first = notice("lessons.finish_first", CONTINUE, MENU, title="01 lt")
    assert said(known, "/lesson 1 1") == first


@pytest.mark.parametrize(
    ("mine", "lesson"), [(study(FIXED), 1), (study(FIXED), 2), (study(TESTED), 1), (study(TESTED, 2, 0), 1)]
)
def test_what_is_not_reached_is_not_begun(mine: Study, lesson: int) -> None:
    title = f"{lesson + 1:02} lt"
    assert said(facts(mine), f"/lesson 1 {lesson}") == notice(
        "lessons.not_yet", CONTINUE, LESSONS, MENU, title=title
    )


def test_what_is_done_is_read_again() -> None:
    assert told(facts(study(THREE, 1, lessons_done=DONE)), "/lesson 1 0") == [Read(11, 0, 0)]
    assert told(facts(study(FIXED, 2, 0, state="finished")), "/lesson 1 2") == [Read(11, 2, 0)]


def test_nothing_is_begun_while_a_test_runs() -> None:
    sits = study(TESTED, 1, 0, lessons_done=frozenset({0}), sittings=(SAT,))
    assert said(facts(sits), "/lesson 1 2") == notice("lessons.test_runs", CONTINUE, MENU)


@pytest.mark.parametrize("text", ["", " 1", " 1 3", " 1 -1", " 2 0", " 1 x", " 1 ١", " 99999999999 0"])
def test_a_lesson_that_is_not_mine_or_not_there_is_gone(text: str) -> None:
    assert said(facts(study(THREE)), f"/lesson{text}") == notice("lessons.gone", LESSONS, MENU)


def test_a_test_without_attempts_is_not_begun() -> None:
    """It waits, as everywhere."""
    failed = replace(SAT, finished_at=NOW, passed=False)
    two = replace_exam(programme("t", "!s", "!s", rules=FREE))
    mine = study(two, 2, lessons_done=DONE, sittings=(failed,))
    effects = told(facts(mine), "/lesson 1 1")
    assert effects[0] == Move(1, 1, -1)
    assert isinstance(effects[-1], Say)


def replace_exam(taught: Programme) -> Programme:
    """The second lesson's test may be sat for once."""
    first, second, *rest = taught.lessons
    text = replace(second.texts[0], exam=Exam(50, attempts=1))
    return replace(taught, lessons=(first, replace(second, texts=(text,)), *rest))
