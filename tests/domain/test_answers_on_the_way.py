"""Answers on the way through a lesson: who answers last, where an option leads, taps that come twice or too late."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.choosing import choices
from domain.conversation import respond
from domain.effect import Effect, Move, OpenStep, Say, SetState
from domain.event import Pressed, Said
from domain.facts import Facts
from domain.grading import Given
from domain.message import Feedback, Message, Notice, ShowCard
from tests.domain.make import asked, facts, keys, programme, shelf, step, study
from tests.domain.player import Player
from tests.domain.strategies import calm


def press(known: Facts, choice: str) -> list[Effect]:
    """A press on the open step's buttons."""
    return respond(replace(known, pressed=known.open), Pressed(f"k:{choice}"), keys())


def said(known: Facts, text: str) -> list[Effect]:
    return respond(known, Said(text), keys())


def between(first: str, second: str) -> Player:
    """Somebody who began one programme, then another, and is back at the first card of the first."""
    player = Player((shelf(programme(first), 5), shelf(programme(second, slug="gdpr"), 6)))
    player.enrol(5)
    player.enrol(6)
    player.say("/enrol safe")
    return player


@pytest.mark.parametrize("second", ["t", "f", "s", "n"])
def test_words_answer_the_question_that_was_shown_last(second: str) -> None:
    player = between("ft", second)
    player.say("Savais žodžiais.")
    assert [(answer.step.enrolment, answer.given.words) for answer in player.answers] == [
        (1, "Savais žodžiais.")
    ]


def test_pieces_are_named_for_the_question_that_was_pressed_last() -> None:
    player = between("rt", "r")
    player.press("step2:0.1")
    player.say("gulbė")
    assert [step.selected for step in player.steps.values()] == [(), (1, 2)]


def leading(kinds: str, card: int, **changes: Any) -> Facts:
    return facts(study(programme(kinds), 0, card), open=asked(card=card, **changes))


@pytest.mark.parametrize(("choice", "target"), [("0", 3), ("1", 1)])
def test_an_option_leads_on_from_its_explanation(choice: str, target: int) -> None:
    """The card that follows is the one the option leads to, also when going on is asked for in other words."""
    known = leading("s3ttt", 0)
    effects = press(known, choice)
    [further] = [effect.step for effect in effects if isinstance(effect, OpenStep)]
    later = replace(known, open=replace(further, key="k"))
    for way in (press(later, "next"), said(later, "/continue")):
        assert [effect.card for effect in way if isinstance(effect, Move)] == [target]


@pytest.mark.parametrize(("choice", "ends"), [("0", True), ("1", False)])
def test_an_option_may_lead_to_the_end(choice: str, ends: bool) -> None:
    effects = press(leading("o2t", 0), choice)
    assert (SetState(1, "finished") in effects) == ends
    [feedback] = [e.message for e in effects if isinstance(e, Say) and isinstance(e.message, Feedback)]
    assert (feedback.step == "") == ends


@pytest.mark.parametrize(
    ("kinds", "card", "last"),
    [("tt", 0, False), ("tt", 1, True), ("t2t", 0, True), ("t2tt", 0, False), ("tn", 0, False)],
)
def test_a_card_says_whether_it_is_the_last(kinds: str, card: int, last: bool) -> None:
    at = step(card=card)
    known = facts(study(programme(kinds), 0, card), open=at)
    assert said(known, "/continue") == [Say(ShowCard(11, 0, card, "k", heading=card == 0, last=last))]


def test_a_lesson_whose_first_question_is_not_drawn_begins_with_the_one_that_is() -> None:
    taught = programme("1:nnn")
    begun = [said(facts(replace(study(taught), enrolment=each)), "/continue") for each in range(1, 9)]
    shown = [[e.message for e in effects if isinstance(e, Say)] for effects in begun]
    assert {(each.card, each.heading, each.last) for [each] in shown if isinstance(each, ShowCard)} == {
        (0, True, True),
        (1, True, True),
        (2, True, True),
    }


def someone(kinds: str) -> Player:
    """Somebody who looks at the first card of a programme."""
    player = Player((shelf(programme(kinds, shuffled=True)),))
    player.enrol(5)
    return player


def in_short(messages: Sequence[Message]) -> list[str]:
    names = []
    for message in messages:
        match message:
            case Notice(lines):
                names.append(lines[0].text)
            case ShowCard(selected=selected):
                names.append("".join(map(str, selected)) or "card")
            case Feedback(worth=worth):
                names.append(f"worth {worth}")
    return names


def test_an_order_by_presses_each_of_them_twice() -> None:
    player = someone("rt")
    for choice in ("0.3", "0.3", "1.0", "1.0", "2.1", "2.1", "ok", "ok"):
        player.press(f"step1:{choice}")
    recorded = "study.recorded"
    assert in_short(player.said) == ["card", "3", "3", "30", "30", "3012", "3012", "worth 0.5", recorded]
    assert [answer.given.chosen for answer in player.answers] == [(3, 0, 1, 2)]


def test_a_match_by_presses_each_of_them_twice() -> None:
    player = someone("gt")
    for choice in ("0.0", "0.0", "1.0", "1.0", "2.0", "2.0", "3.1", "3.1", "ok", "ok"):
        player.press(f"step1:{choice}")
    assert [(answer.given.chosen, answer.worth) for answer in player.answers] == [((0, 0, 0, 1), 1)]


def test_two_devices_put_one_answer_together() -> None:
    """What one of them still shows is not what the other has chosen meanwhile."""
    player = someone("ct")
    player.press("step1:0.0")
    player.press("step1:0.1")  # the other device still asks for the first row
    player.press("step1:1.1")
    player.press("step1:1.2")
    player.press("step1:2.2")
    player.press("step1:3.3")
    player.press("step1:3.3")
    player.press("step1:ok")
    player.press("step1:ok")
    assert [(answer.given.chosen, answer.worth) for answer in player.answers] == [((0, 1, 2, 3), 1)]


def test_numbers_one_after_another_stand_for_what_was_shown_last() -> None:
    player = someone("rt")
    for _ in range(3):
        shown = [int(each.rpartition(".")[2]) for each in player.offers if "." in each]
        player.say(str(shown.index(min(shown)) + 1))
    assert (in_short(player.said[-1:]), player.offers) == (["0123"], ("step1:ok", "step1:again"))
    player.say("1")
    assert [(answer.given.chosen, answer.worth) for answer in player.answers] == [((0, 1, 2, 3), 1)]


def test_numbers_at_once_stand_for_what_was_shown() -> None:
    for kinds in ("rt", "ct"):
        player = someone(kinds)
        shown = [int(each.rpartition(".")[2]) for each in player.offers]
        player.say(", ".join(str(shown.index(index) + 1) for index in range(4)))
        assert [(answer.given.chosen, answer.worth) for answer in player.answers] == [((0, 1, 2, 3), 1)]


def test_the_last_number_begins_anew() -> None:
    player = someone("rt")
    player.say("1")
    assert len(player.offers) == 4
    player.say("4")
    assert (in_short(player.said[-1:]), len(player.offers)) == (["card"], 4)


@pytest.mark.parametrize("number", ["1", "2", "4"])
def test_a_number_that_is_the_answer_is_no_choice_of_what_was_shown_before(number: str) -> None:
    """A question that is answered in words leaves nothing to choose by number."""
    player = someone("son")
    player.press(player.offers[0])
    player.press(player.offers[0])
    player.press(player.offers[0])
    player.press(player.offers[0])
    assert player.asks("number")
    player.say(number)
    assert [answer.given for answer in player.answers[2:]] == [Given(words=number)]


def test_after_the_menu_numbers_are_those_of_the_menu() -> None:
    player = someone("nt")
    player.say("/menu")
    player.say("2")
    assert (player.answers, in_short(player.said[-1:])) == ([], ["progress.head"])
    player.say("/continue")
    player.say("2")
    assert [answer.given for answer in player.answers] == [Given(words="2")]


@calm
@given(st.sampled_from("rcg"), st.lists(st.integers(0, 4), min_size=1, max_size=12))
def test_any_taps_make_one_whole_answer_at_most(kind: str, taps: list[int]) -> None:
    player = someone(f"{kind}t")
    seen = [player.offers]
    for tap in taps:
        waiting = player.facts().open
        assert waiting
        if not waiting.question:
            break
        before = waiting.selected
        buttons = seen[tap % len(seen)]
        pressed = buttons[tap % len(buttons)]
        player.press(pressed)
        seen.append(player.offers)
        now = player.steps[waiting.key].selected
        fresh = pressed.partition(":")[2] in choices(player.question(waiting), before, 0)  # type: ignore[arg-type]
        if not fresh and not pressed.endswith("again"):
            assert now == before
    assert len(player.answers) <= 1
