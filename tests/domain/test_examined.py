"""The end of a test, decision by decision; and the entry test, which is about all lessons."""

from dataclasses import replace

import pytest

from domain.effect import (
    BeginTest,
    EndTest,
    FinishLesson,
    Move,
    Note,
    OpenStep,
    Say,
    SetState,
    Wait,
)
from domain.event import Said
from domain.examined import in_front
from domain.facts import Step, Study
from domain.introducing import offer
from domain.message import Choice, Feedback, Line, Notice, ShowCard
from domain.sitting import ENTRY, Sitting
from tests.domain.examinee import (
    ASKED,
    at,
    do,
    press,
    said,
    sat,
    sitting,
    with_test,
)
from tests.domain.make import NOW, TOMORROW, facts, programme, study


def test_a_result_is_told_before_what_is_said_in_another_way() -> None:
    line, choice, ends = Line("test.passed"), Choice("test.explain", "/explain 1 1"), SetState(1, "finished")
    assert in_front([ends], (line,), (choice,)) == [Say(Notice((line,), (choice,))), ends]
    card = Say(ShowCard(11, 1, 1, "k"))
    assert in_front([card], (line,), ()) == [Say(Notice((line,))), card]


OFFER = offer(study(programme("ts")), "k")


def entering(*lessons: str, skip: int = 1) -> Study:
    return study(programme(*lessons, skip=skip), 0, 0)


def test_the_entry_test_is_offered_before_the_first_lesson() -> None:
    placed = replace(entering("tss", "ts", "!ss"), card=-1)
    choices = Choice("entry.check", "new1:check"), Choice("entry.start", "new1:start")
    told = Notice((Line("entry.offer", {"title": "safe lt", "questions": 2}),), choices, "new1")
    assert do(facts(placed), Said("/continue")) == [
        Move(1, 0, 0),
        OpenStep(replace(OFFER, key="new1")),
        Say(told),
    ]


@pytest.mark.parametrize(
    ("placed", "choice", "begins"),
    [
        (entering("tss", "ts"), "check", True),
        (entering("tss", "ts"), "start", False),
        (entering("tss", "ts", skip=0), "check", False),
        (replace(entering("tss", "ts"), lessons_done=frozenset({0})), "check", False),
        (entering("to", "!ss"), "check", False),
    ],
)
def test_the_entry_test_begins_only_where_it_is_offered(placed: Study, choice: str, begins: bool) -> None:
    effects = press(OFFER, placed, choice)
    assert any(isinstance(each, BeginTest) for each in effects) == begins
    assert any(isinstance(each, Note) and each.what == "lesson_sent" for each in effects) != begins


def test_the_entry_test_is_offered_anew_to_who_begins_again() -> None:
    before = Sitting(1, 11, ENTRY, 1, ((0, 1),), NOW, worths=(1,), finished_at=NOW, excused=True)
    placed = replace(entering("tss", "ts"), card=-1, sittings=(before,))
    assert said(do(facts(placed), Said("/continue"))) == ["entry.offer"]
    counts = replace(placed, sittings=(replace(before, excused=False),))
    assert said(do(facts(counts), Said("/continue"))) == []


def test_what_is_known_at_the_beginning_is_done() -> None:
    placed = entering("tss", "tm", "ts", skip=1)
    asked = ((0, 1), (1, 1), (2, 1))
    begun = Sitting(1, 11, ENTRY, 1, asked, NOW, worths=(1, 0.5))
    last = Step("k", 1, 2, 1, question=True, purpose="test")
    effects = press(last, replace(placed, sittings=(begun,)), "1")
    over = replace(begun, worths=(1, 0.5, 1), finished_at=NOW)
    assert effects[2:-1] == [
        EndTest(over),
        Note(
            "test_done",
            {"version": 11, "number": 1, "right": 2, "graded": 3, "percent": 83, "passed": None},
        ),
        FinishLesson(1, 0, 1, 1, skipped=True),
        FinishLesson(1, 2, 1, 1, skipped=True),
        Move(1, 1, -1),
        Wait(1, TOMORROW),
    ]
    assert said(effects) == ["entry.skipped", "study.following"]


@pytest.mark.parametrize(
    ("argument", "cards"),
    [("1 1", [1, 2]), ("1 0", []), ("2 1", []), ("", []), ("x", []), ("1 1 1", [])],
)
def test_explanations_are_shown_of_a_passed_test_alone(argument: str, cards: list[int]) -> None:
    passed = sat(0.5, 0.5, passed=True, asked=((1, 1), (1, 2)))
    effects = do(facts(at(passed)), Said(f"/explain {argument}"))
    if cards:
        assert effects == [Say(Feedback(11, 1, card, (), None, solved=True)) for card in cards]
    else:
        assert said(effects) == ["test.nothing_to_explain"]
    assert said(do(facts(at(replace(passed, passed=False))), Said("/explain 1 1"))) == [
        "test.nothing_to_explain"
    ]
    again = replace(sat(1, 0.5, number=2, passed=True), version=12)
    effects = do(facts(at(passed, again, version=12)), Said(f"/explain {argument}"))
    newest = [Say(Feedback(12, 1, 1, (), None, solved=True))]
    assert effects == newest if cards else said(effects) == ["test.nothing_to_explain"]
    effects = do(facts(at(passed, version=12)), Said(f"/explain {argument}"))
    old = [Say(Feedback(11, 1, card, (), None, solved=True)) for card in cards]
    assert effects == old if cards else said(effects) == ["test.nothing_to_explain"]
    right = sat(1, 1, passed=True)
    assert said(do(facts(at(right)), Said("/explain 1 1"))) == ["test.nothing_to_explain"]


def test_where_to_look_again_is_said_with_the_question() -> None:
    taught = with_test(kinds="ss")
    (first, second), text = taught.lessons[1].texts[0].cards, taught.lessons[1].texts[0]
    assert first.question
    named = replace(first, question=replace(first.question, about="01"))
    tests = replace(taught.lessons[1], texts=(replace(text, cards=(named, second)),))
    placed = at(
        sitting(0, asked=((1, 0), (1, 1))), taught=replace(taught, lessons=(taught.lessons[0], tests))
    )
    effects = press(replace(ASKED, card=1), placed, "0")
    told = effects[-1]
    assert isinstance(told, Say)
    assert isinstance(told.message, Notice)
    assert told.message.lines[1].params["questions"] == "– Kuris? → 01 lt\n– Kuris?"


def test_a_long_list_of_what_was_wrong_is_cut() -> None:
    taught = with_test(kinds="s" * 30)
    many = sitting(asked=tuple((1, place) for place in range(30)), worths=(0,) * 29)
    effects = press(replace(ASKED, card=29), at(many, taught=taught), "0")
    told = effects[-1]
    assert isinstance(told, Say)
    assert isinstance(told.message, Notice)
    assert str(told.message.lines[1].params["questions"]).count("– ") == 20
