"""A test in the chat, decision by decision: what the walks of learners and the stores do not show exactly."""

from dataclasses import replace
from typing import Any

import pytest

from domain.effect import (
    Ask,
    BeginTest,
    CloseStep,
    CountInTest,
    Effect,
    EndTest,
    Find,
    FinishLesson,
    Move,
    Note,
    OpenStep,
    Record,
    Say,
    SetState,
    Wait,
)
from domain.event import Pressed, Said
from domain.facts import Step
from domain.grading import Given
from domain.message import Choice, Day, Line, Moment, Notice, ShowCard, notice
from domain.pacing import local
from domain.programme import Exam, Rules
from domain.sitting import Sitting
from tests.domain.examinee import (
    ASKED,
    END,
    EXAM,
    INTRODUCED,
    MINUTE,
    at,
    do,
    press,
    said,
    sat,
    sitting,
    with_test,
)
from tests.domain.make import CONTACT, CONTINUE, MENU, NOW, TOMORROW, facts, person, programme, study


def test_before_a_test_it_is_said_what_it_asks_for() -> None:
    (shown,) = do(facts(at(), open=INTRODUCED), Said("/continue"))
    lines = (
        Line("test.head", {"title": "02 lt"}),
        Line("test.questions", {"questions": 2, "passing": 75}),
        Line("test.limit", {"minutes": 30}),
        Line("test.attempts", {"left": 2, "attempts": 2}),
        Line("test.silent"),
    )
    assert shown == Say(Notice(lines, (Choice("test.begin", "k:next"),), "k"))


def test_where_nothing_is_limited_nothing_is_said_of_it() -> None:
    known = facts(at(taught=with_test(Exam(50), "1:tss")), open=INTRODUCED)
    (shown,) = do(known, Said("/continue"))
    assert said([shown]) == ["test.head", "test.questions", "test.silent"]
    assert isinstance(shown, Say)
    assert isinstance(shown.message, Notice)
    assert shown.message.lines[1].params == {"questions": 1, "passing": 50}


def test_texts_stand_before_the_introduction() -> None:
    waiting = replace(at(), card=-1)
    begun = do(facts(waiting), Said("/continue"))
    assert begun[1:3] == [Move(1, 1, 0), OpenStep(Step("new1", 1, 1, 0, question=False))]
    text = Step("k", 1, 1, 0, question=False)
    onward = do(facts(replace(at(), card=0), pressed=text, open=text), Pressed("k:next"))
    assert onward[:3] == [
        CloseStep("k"),
        Move(1, 1, 1),
        OpenStep(Step("new1", 1, 1, 1, question=False, purpose="test")),
    ]


def test_the_tap_begins_the_test() -> None:
    effects = press(INTRODUCED, at())
    begun = next(each.sitting for each in effects if isinstance(each, BeginTest))
    assert (begun.number, begun.started_at, begun.ends_at, {*begun.asked}) == (1, NOW, END, {(1, 1), (1, 2)})
    card = begun.asked[0][1]
    assert effects == [
        CloseStep("k"),
        BeginTest(begun),
        Note("test_begun", {"version": 11, "number": 1, "lesson": 1}),
        Move(1, 1, 1),
        Say(notice("test.until", when=Moment(local(END, person())))),
        OpenStep(Step("new1", 1, 1, card, question=True, purpose="test")),
        Say(ShowCard(11, 1, card, "new1", number=1, of=2)),
    ]
    assert "test.until" not in said(press(INTRODUCED, at(taught=with_test(Exam(50)))))


def test_an_answer_is_kept_without_a_verdict() -> None:
    effects = press(ASKED, at(sitting()), "1")
    assert effects == [
        CloseStep("k"),
        Record(ASKED, 11, "02-2", Given((1,)), 1.0),
        CountInTest(sitting(1)),
        OpenStep(Step("new1", 1, 1, 1, question=True, purpose="test")),
        Say(ShowCard(11, 1, 1, "new1", number=2, of=2)),
    ]


def test_the_last_answer_ends_a_test_that_is_passed() -> None:
    last = replace(ASKED, card=1)
    effects = press(last, at(sitting(1)), "1")
    over = sat(1, 1, passed=True)
    passed = Line("test.passed", {"title": "02 lt", "right": 2, "of": 2, "percent": 100, "passing": 75})
    follows = Line("study.following", {"following": "03 lt", "when": Moment(local(TOMORROW, person()))})
    assert effects[2:] == [
        EndTest(over),
        Note(
            "test_done",
            {
                "version": 11,
                "number": 1,
                "lesson": 1,
                "right": 2,
                "graded": 2,
                "percent": 100,
                "passed": True,
            },
        ),
        FinishLesson(1, 1, 2, 2),
        Move(1, 2, -1),
        Wait(1, TOMORROW),
        Say(Notice((passed, follows), (Choice("study.now", "/continue"), MENU))),
    ]


def test_a_passed_test_at_the_end_ends_the_programme_and_offers_explanations() -> None:
    effects = press(replace(ASKED, card=1), at(sitting(0), taught=with_test(Exam(50), after="")), "1")
    assert SetState(1, "finished") in effects
    assert said(effects) == ["test.passed", "test.look_again", "study.programme_done_unscored"]
    told = effects[-1]
    assert isinstance(told, Say)
    assert isinstance(told.message, Notice)
    assert told.message.choices[-1] == Choice("test.explain", "/explain 1 1")
    assert told.message.lines[1] == Line("test.look_again", {"questions": "– Kuris?"})


@pytest.mark.parametrize(
    ("exam", "then", "back", "choices"),
    [
        (
            EXAM,
            Line("test.again_from", {"day": Day(TOMORROW.date()), "when": Moment(local(TOMORROW, person()))}),
            [Move(1, 1, -1), Wait(1, TOMORROW)],
            (MENU,),
        ),
        (
            Exam(75),
            Line("test.again_now"),
            [Move(1, 1, -1), Wait(1, TOMORROW)],
            (Choice("test.again", "/enrol safe"), MENU),
        ),
        (Exam(75, attempts=1), Line("test.no_attempts", {"contact": CONTACT}), [Move(1, 1, -1)], (MENU,)),
    ],
)
def test_a_failed_test_says_when_it_goes_on(
    exam: Exam, then: Line, back: list[Effect], choices: tuple[Choice, ...]
) -> None:
    effects = press(replace(ASKED, card=1), at(sitting(0, ends_at=None), taught=with_test(exam)), "0")
    told = effects[-1]
    assert isinstance(told, Say)
    assert isinstance(told.message, Notice)
    assert said(effects) == ["test.failed", "test.look_again", then.text]
    assert (effects[4:-1], told.message.lines[-1], told.message.choices) == (back, then, choices)
    assert [each for each in effects if isinstance(each, FinishLesson)] == []


@pytest.mark.parametrize("event", [Pressed("k:1"), Said("Antis")])
def test_an_answer_after_the_end_is_not_counted(event: Pressed | Said) -> None:
    pressed = ASKED if isinstance(event, Pressed) else None
    effects = do(facts(at(sitting(1)), pressed=pressed, open=ASKED, now=END), event)
    assert said(effects) == ["test.late", "test.failed", "test.look_again", "test.again_from"]
    assert [each for each in effects if isinstance(each, Record)] == []
    assert effects[0] == CloseStep("k")
    assert next(each.sitting for each in effects if isinstance(each, EndTest)).finished_at == END


@pytest.mark.parametrize(
    ("words", "ends"),
    [("/continue", True), ("/enrol safe", True), ("/start", True), ("/menu", False), ("/enrol gdpr", False)],
)
def test_who_goes_on_after_the_end_is_told_the_result(words: str, ends: bool) -> None:
    effects = do(facts(at(sitting(1)), open=ASKED, now=END), Said(words))
    assert any(isinstance(each, EndTest) for each in effects) == ends
    assert ("test.time_over" in said(effects)) == ends


def test_what_is_about_something_else_is_done_as_always_when_the_time_is_over() -> None:
    other = replace(study(programme("ts", slug="gdpr"), 0, 0), enrolment=2, version=12)
    here = Step("o", 2, 0, 0, question=False)
    known = facts(at(sitting(1)), other, open=ASKED, pressed=here, waiting=(here,), now=END)
    effects = do(known, Pressed("o:next"))
    assert effects[:2] == [CloseStep("o"), Move(2, 0, 1)]


def test_a_test_of_which_no_question_is_open_ends_all_the_same() -> None:
    effects = do(facts(at(sitting(1)), now=END), Said("/continue"))
    assert isinstance(effects[0], EndTest)
    assert do(facts(at(sitting(1)), now=END), Said("Antis")) == [Find("Antis", said=True)]


CLOSED = replace(ASKED, closed=True)
RAN_OUT = replace(sat(passed=False), finished_at=END)


@pytest.mark.parametrize(
    ("step", "sittings", "told"),
    [
        (CLOSED, (RAN_OUT,), ["test.late", "test.failed"]),
        (CLOSED, (sat(1, 1),), ["study.behind"]),
        (replace(CLOSED, card=1), (sat(1, 1),), ["study.behind"]),
        (CLOSED, (sitting(1),), ["study.behind"]),
        (replace(INTRODUCED, closed=True), (sitting(),), ["study.behind"]),
        (replace(INTRODUCED, closed=True), (), ["study.behind"]),
    ],
)
def test_a_press_on_something_closed_in_a_test(
    step: Step, sittings: tuple[Sitting, ...], told: list[str]
) -> None:
    effects = press(step, at(*sittings))
    assert said(effects) == told
    assert len(effects) == 1


@pytest.mark.parametrize(
    ("kinds", "minutes", "told"),
    [("tnn", 4, "test.late"), ("tnn", 6, "help.not_understood"), ("tss", 4, "help.not_understood")],
)
def test_words_that_come_just_after_the_end(kinds: str, minutes: int, told: str) -> None:
    placed = replace(at(RAN_OUT, taught=with_test(kinds=kinds)), card=-1)
    known = facts(placed, now=END + minutes * MINUTE)
    assert said(do(known, Said("37")))[0] == told


def test_a_test_that_may_not_begin_yet_waits() -> None:
    effects = press(INTRODUCED, at(sat(0, 0)))
    when = Moment(local(TOMORROW, person()))
    assert effects == [
        CloseStep("k"),
        Move(1, 1, -1),
        Wait(1, TOMORROW),
        Say(
            Notice(
                (
                    Line("test.head", {"title": "02 lt"}),
                    Line("test.again_from", {"day": Day(TOMORROW.date()), "when": when}),
                ),
                (MENU,),
            )
        ),
    ]


def test_another_programme_goes_on_while_a_test_waits() -> None:
    other = replace(study(programme("ts", slug="gdpr")), enrolment=2, version=12)
    waiting = replace(at(sat(0, 0)), card=-1)
    effects = do(facts(waiting, other), Said("/continue"))
    assert Move(2, 0, 0) in effects
    assert Move(2, 0, 0) not in do(facts(replace(waiting, sittings=()), other), Said("/continue"))


def test_a_running_test_goes_on_before_anything_else() -> None:
    other = replace(study(programme("ts", slug="gdpr"), 0, 0), enrolment=2, version=12)
    here = Step("o", 2, 0, 0, question=False)
    known = facts(other, at(sitting(1)), open=here, waiting=(replace(ASKED, card=1),))
    assert do(known, Said("/continue"))[-1] == Say(ShowCard(11, 1, 1, "k", number=2, of=2))


@pytest.mark.parametrize("words", ["/continue", "/start"])
def test_a_running_test_goes_on_before_a_question_that_came_back(words: str) -> None:
    back = Step("r", 1, 0, 0, question=True, purpose="review", version=11)
    known = facts(at(sitting(1)), open=back, waiting=(replace(ASKED, card=1),))
    assert do(known, Said(words)) == [Ask("k"), Say(ShowCard(11, 1, 1, "k", number=2, of=2))]


def test_of_two_tests_whose_time_is_over_the_one_that_is_answered_ends() -> None:
    other = replace(at(sitting(1, enrolment=2, version=12)), enrolment=2, version=12, programme_id=6)
    step = Step("o", 2, 1, 1, question=True, purpose="test")
    known = facts(at(sitting(1)), other, open=step, pressed=step, waiting=(ASKED,), now=END)
    effects = do(known, Pressed("o:0"))
    assert effects[0] == CloseStep("o")
    assert said(effects)[0] == "test.late"
    assert not any(isinstance(each, Record) for each in effects)


def test_an_old_button_of_a_test_of_another_version_is_behind() -> None:
    """The programme began again in a version in which that lesson is no test."""
    ran_out = replace(RAN_OUT, version=10, excused=True)
    placed = replace(study(programme("t", "t"), 0, 0), sittings=(ran_out,))
    assert said(press(CLOSED, placed)) == ["study.behind"]
    written = replace(placed, card=-1, programme=programme("t"))
    assert said(do(facts(written, now=END), Said("37"))) == ["help.not_understood"]


@pytest.mark.parametrize("state", ["active", "paused"])
def test_a_pause_outlasts_the_end_of_a_test(state: Any) -> None:
    effects = do(facts(at(sitting(), state=state), open=ASKED, now=END), Said("/continue"))
    waits = any(isinstance(each, Wait) for each in effects)
    assert (waits, SetState(1, "paused") in effects) == (state == "active", state == "paused")


def test_an_answer_ends_a_pause() -> None:
    effects = press(replace(ASKED, card=1), at(sitting(1), state="paused"), "0")
    assert SetState(1, "active") in effects
    assert SetState(1, "paused") not in effects


ELSEWHERE = programme("ts", "t", "!tss", rules=Rules(order="free"))
OF_THIRD = Step("k", 1, 2, 1, question=False, purpose="test")


@pytest.mark.parametrize("left", [Step("l", 1, 0, 0, question=False), None])
def test_the_step_says_which_test_begins_wherever_the_learner_stands(left: Step | None) -> None:
    """An introduction that stayed open, pressed by somebody who looks at another lesson."""
    card = 0 if left else -1
    known = facts(study(ELSEWHERE, 0, card), pressed=OF_THIRD, open=OF_THIRD, waiting=(left,) if left else ())
    effects = do(known, Pressed("k:next"))
    closed = [each.key for each in effects if isinstance(each, CloseStep)]
    assert closed == (["k", "l"] if left else ["k"])
    begun = next(each.sitting for each in effects if isinstance(each, BeginTest))
    assert (begun.lesson, {lesson for lesson, _ in begun.asked}) == (2, {2})
    assert [each for each in effects if isinstance(each, Move)] == [Move(1, 2, 1)]


def test_a_lesson_in_which_something_was_asked_is_finished_first() -> None:
    left = Step("l", 1, 0, 1, question=True)
    known = facts(study(ELSEWHERE, 0, 1), pressed=OF_THIRD, open=OF_THIRD, waiting=(left,))
    assert do(known, Pressed("k:next")) == [
        Say(notice("lessons.finish_first", CONTINUE, MENU, title="01 lt"))
    ]


def test_a_test_that_is_done_does_not_begin_again() -> None:
    known = facts(study(ELSEWHERE, lessons_done=frozenset({2})), pressed=OF_THIRD, open=OF_THIRD)
    assert do(known, Pressed("k:next")) == [CloseStep("k"), Say(notice("study.behind", CONTINUE))]
