"""A code by e-mail before a test, decision by decision."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.effect import (
    BeginTest,
    CloseStep,
    CountWrong,
    Effect,
    Note,
    OpenStep,
    Record,
    Say,
    SendCode,
    SetState,
)
from domain.event import Pressed, Said
from domain.facts import Facts, Step, Study
from domain.mailbox import Mailbox, Mailed, code_of
from domain.message import Choice, Line, Moment, Notice, Secret
from domain.pacing import local
from domain.programme import Exam
from domain.sitting import wants_code
from tests.domain.examinee import EXAM, INTRODUCED, MINUTE, at, do, said, sat, with_test
from tests.domain.make import CONTACT, MENU, NOW, asked, facts, person, programme, study

KEY = b"k" * 32
CODED = with_test(replace(EXAM, code="email", attempts=0, wait_days=0))
SENT = Mailed("k", "seed", NOW - MINUTE)
CODE = code_of(KEY, "seed")
OTHER = f"{(int(CODE) + 1) % 10**8:08d}"
ANEW = Choice("code.anew", "k:anew")
PROMPT = Notice(
    (
        Line("code.sent", {"address": "j…@sav.lt", "digits": 8, "minutes": 10}),
        Line("code.nothing_came", {"contact": CONTACT}),
    ),
    (ANEW, MENU),
    "k",
)


def known(*mailed: Mailed, placed: Study | None = None, step: Step = INTRODUCED, **changes: object) -> Facts:
    """Somebody who stands before the test, with these codes of the last hour."""
    box = Mailbox("jonas@sav.lt", KEY, mailed)
    return replace(facts(placed or at(taught=CODED), open=step, mailbox=box), **changes)  # type: ignore[arg-type]


def tap(before: Facts, choice: str = "next") -> list[Effect]:
    return do(replace(before, pressed=before.open), Pressed(f"k:{choice}"))


def kinds(effects: list[Effect]) -> list[type[Effect]]:
    return [type(each) for each in effects]


def test_a_programme_says_whether_it_wants_codes() -> None:
    assert [wants_code(each) for each in (CODED, with_test())] == [True, False]


def test_before_a_test_with_a_code_that_is_said() -> None:
    (shown,) = do(known(), Said("/continue"))
    assert said([shown]) == ["test.head", "test.questions", "test.limit", "test.code", "test.silent"]


def test_the_tap_sends_a_code_and_begins_nothing() -> None:
    mail = Notice(
        (
            Line("code.mail_subject", {"title": "02 lt"}),
            Line("code.mail_code", {"code": Secret("new1")}),
            Line("code.mail_use", {"minutes": 10, "contact": CONTACT}),
        )
    )
    new = Mailed("k", "new1", NOW)
    assert tap(known()) == [SendCode(new, "jonas@sav.lt", mail), Say(PROMPT)]


@pytest.mark.parametrize(
    ("choice", "ago", "sends"),
    [
        ("next", 0.0, False),
        ("next", 599, False),
        ("next", 600, True),
        ("anew", 29, False),
        ("anew", 30, True),
    ],
)
def test_a_second_tap_sends_no_second_code(choice: str, ago: float, *, sends: bool) -> None:
    sent = replace(SENT, sent_at=NOW - timedelta(seconds=ago))
    effects = tap(known(sent), choice)
    assert kinds(effects) == ([SendCode, Say] if sends else [Say])
    assert effects[-1] == Say(PROMPT)


def test_a_code_of_another_step_is_none_of_this_one() -> None:
    assert kinds(tap(known(replace(SENT, step="other")))) == [SendCode, Say]


def test_who_waits_for_a_code_is_told_so_again() -> None:
    assert do(known(SENT), Said("/continue")) == [Say(PROMPT)]
    spent = replace(SENT, wrong=5)
    assert said(do(known(spent), Said("/continue")))[0] == "test.head"


def test_the_fourth_code_in_an_hour_waits() -> None:
    three = [replace(SENT, seed=f"{ago}", sent_at=NOW - ago * MINUTE) for ago in (5, 20, 50)]
    when = Moment(local(NOW + 10 * MINUTE, person()))
    told = Line("code.enough", {"when": when, "most": 3, "contact": CONTACT})
    assert tap(known(*three), "anew") == [Say(Notice((told,), (ANEW, MENU), "k"))]


@pytest.mark.parametrize(("box", "why"), [(Mailbox("", KEY), "no_address"), (Mailbox("a@b.lt"), "no_mail")])
def test_where_no_code_can_go_nothing_is_lost(box: Mailbox, why: str) -> None:
    told = Notice((Line(f"code.{why}", {"contact": CONTACT}),), (MENU,))
    assert tap(known(mailbox=box)) == [Say(told)]


@pytest.mark.parametrize("typed", [CODE, f" {CODE[:4]} {CODE[4:]}\n", f"{CODE[:2]}-{CODE[2:]}"])
def test_the_code_begins_the_test_and_its_time(typed: str) -> None:
    effects = do(known(SENT), Said(typed))
    begun = next(each.sitting for each in effects if isinstance(each, BeginTest))
    assert (begun.started_at, begun.ends_at) == (NOW, NOW + 30 * MINUTE)
    assert effects[0] == CloseStep("k")
    assert Note("test_begun", {"version": 11, "number": 1, "lesson": 1, "code": "email"}) in effects
    assert said(effects) == ["test.until"]


def test_the_code_ends_a_pause() -> None:
    paused = replace(at(taught=CODED), state="paused")
    effects = do(known(SENT, placed=paused), Said(CODE))
    assert effects[0] == SetState(1, "active")
    assert BeginTest in kinds(effects)


def test_the_code_is_known_also_where_another_question_was_asked_since() -> None:
    review = Step("r", 1, 0, 0, question=True, purpose="review", version=11)
    before = replace(known(SENT), open=review, waiting=(INTRODUCED,))
    assert BeginTest in kinds(do(before, Said(CODE)))
    not_whole = do(replace(before, open=replace(review, question=False)), Said(CODE[:7]))
    assert said(not_whole)[:1] != ["code.not_whole"], "a short number may be meant for what was asked last"


@pytest.mark.parametrize(
    ("kind", "typed", "awaited", "follows"),
    [
        ("n", OTHER, True, Record),
        ("n", OTHER, False, CountWrong),
        ("s", OTHER, True, CountWrong),
        ("n", CODE, True, BeginTest),
    ],
)
def test_digits_are_an_answer_where_a_number_is_asked_for(
    kind: str, typed: str, *, awaited: bool, follows: type[Effect]
) -> None:
    """A question of another programme is open; the code itself is one everywhere."""
    other = study(programme(kind, slug="other"), 0, 0, enrolment=2, programme_id=6)
    asks = asked("q", enrolment=2)
    before = known(SENT, studies=(at(taught=CODED), other), open=asks, waiting=(INTRODUCED,), awaited=awaited)
    effects = kinds(do(before, Said(typed)))
    assert [each for each in effects if each in (Record, CountWrong, BeginTest)] == [follows]


def test_what_is_wrong_is_counted() -> None:
    for wrong, left in ((0, 4), (3, 1)):
        sent = replace(SENT, wrong=wrong)
        told = Notice((Line("code.wrong", {"left": left}),), (ANEW,), "k")
        assert do(known(sent), Said(OTHER)) == [CountWrong(sent), Say(told)]
    last = replace(SENT, wrong=4)
    no_more = Say(Notice((Line("code.no_tries"),), (ANEW, MENU), "k"))
    assert do(known(last), Said(OTHER)) == [CountWrong(last), no_more]
    assert do(known(replace(SENT, wrong=5)), Said(CODE)) == [no_more]


def test_what_is_too_short_or_too_long_is_no_try() -> None:
    told = Notice((Line("code.not_whole", {"digits": 8}),), (ANEW,), "k")
    assert do(known(SENT), Said(CODE[:7])) == [Say(told)]
    assert do(known(SENT), Said(f"{CODE}1")) == [Say(told)]


def test_a_code_whose_time_is_over_is_none() -> None:
    old = replace(SENT, sent_at=NOW - 10 * MINUTE)
    assert do(known(old), Said(CODE)) == [Say(Notice((Line("code.expired"),), (ANEW, MENU), "k"))]


def test_a_test_that_may_not_begin_does_not_begin_by_its_code_either() -> None:
    failed = at(sat(0, 0), taught=with_test(replace(EXAM, code="email")))
    effects = do(known(SENT, placed=failed), Said(CODE))
    assert (effects[0], BeginTest in kinds(effects)) == (CloseStep("k"), False)
    assert said(effects) == ["test.head", "test.again_from"]


def test_the_same_code_from_another_device_answers_nothing() -> None:
    asked = Step("q", 1, 1, 2, question=True, purpose="test")
    begun = known(SENT, step=asked)
    assert said(do(begun, Said(CODE))) == ["code.before"]
    assert said(do(begun, Said(OTHER))) == ["help.choose_an_option"]
    late = known(replace(SENT, sent_at=NOW - 10 * MINUTE), step=asked)
    assert said(do(late, Said(CODE))) == ["help.choose_an_option"]


def test_where_there_is_no_code_digits_are_words() -> None:
    assert not any(isinstance(each, OpenStep | CountWrong) for each in do(known(), Said(CODE)))
    assert not any(isinstance(each, OpenStep) for each in do(known(SENT), Said("labas")))


def test_an_exam_without_a_code_begins_with_the_tap() -> None:
    plain = known(placed=at(taught=with_test(Exam(50))), mailbox=None)
    assert BeginTest in kinds(tap(plain))
