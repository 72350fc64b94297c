"""A question that came back: answered, known or stopped, and what follows."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.conversation import respond
from domain.effect import CloseStep, Effect, Note, OpenStep, Record, Remember, Say, Select, SetReviews
from domain.event import Pressed, Said
from domain.facts import Facts, Step
from domain.grading import Given
from domain.ladder import touched
from domain.message import Choice, Feedback, Line, Notice, ShowCard, notice
from domain.recall import Known, Today, edition
from domain.review import Waiting
from tests.domain.make import CONTINUE, MENU, asked, facts, keys, person, programme, step, study
from tests.domain.remembering import JONAS, memory
from tests.domain.strategies import calm

NEWER = programme("smnw", slug="safe")
STUDY = study(programme("s"), state="finished", card=0)
HERE = edition(12, NEWER)
NEXT = Known(1, 12, (0, 1), Waiting(5, "01-1", memory()))
FOLLOWING = Step("new1", 1, 0, 1, question=True, purpose="review", version=12)
DONE = Say(notice("review.done", MENU))
SHOWN = Say(ShowCard(12, 0, 1, "new1", heading=True, purpose="review"))


def back(card: int = 0, **changes: object) -> Step:
    """A question of version 12 that came back."""
    return replace(asked("k", card, purpose="review", version=12), **changes)  # type: ignore[arg-type]


def knowing(at: Step, *due: Known, **changes: object) -> Facts:
    today = Today(JONAS, HERE, due=due)
    return facts(STUDY, open=None if at.closed else at, today=replace(today, **changes))  # type: ignore[arg-type]


def press(at: Step, choice: str, *due: Known, **changes: object) -> list[Effect]:
    return respond(replace(knowing(at, *due, **changes), pressed=at), Pressed(f"k:{choice}"), keys())


def test_an_answer_is_recorded_and_explained_and_that_was_all() -> None:
    record = Record(back(), 12, "01-0", Given((1,)), 1.0)
    feedback = Feedback(12, 0, 0, (1,), True, worth=1.0, purpose="review")
    assert press(back(), "1") == [CloseStep("k"), record, Say(feedback), DONE]


def test_the_next_of_today_follows() -> None:
    *_, opened, said = press(back(), "0", NEXT, asked=(5,))
    assert (opened, said) == (OpenStep(FOLLOWING), SHOWN)
    assert press(back(), "0", NEXT, asked=(5, 5, 5))[-1] == DONE


def test_who_is_in_the_middle_of_something_is_led_back_to_it() -> None:
    known = knowing(back())
    known = replace(known, pressed=back(), studies=(*known.studies, study(NEWER, enrolment=2)))
    assert respond(known, Pressed("k:1"), keys())[-1] == Say(notice("review.done", CONTINUE, MENU))


def test_what_is_known_is_not_asked() -> None:
    said = [Say(notice("review.known")), OpenStep(FOLLOWING), SHOWN]
    assert press(back(), "known", NEXT) == [CloseStep("k"), Remember(5, "01-0", "known"), *said]


def test_what_is_stopped_can_be_taken_up_again() -> None:
    undo = Choice("review.undo", "k:undo")
    told = Notice((Line("review.stopped"), Line("review.done")), (undo, MENU))
    assert press(back(), "enough", NEXT) == [CloseStep("k"), Remember(5, "01-0", "enough"), Say(told)]
    again = [Remember(5, "01-0", "again"), Say(notice("review.undone", MENU))]
    assert press(back(closed=True), "undo") == again


@pytest.mark.parametrize("choice", ["0", "known", "enough", "next"])
def test_an_old_keyboard_is_told_so_and_changes_nothing(choice: str) -> None:
    assert press(back(closed=True), choice, NEXT) == [Say(notice("review.behind", CONTINUE, MENU))]


@pytest.mark.parametrize("choice", ["0", "known", "enough"])
def test_what_was_withdrawn_meanwhile_is_not_recorded(choice: str) -> None:
    told = [CloseStep("k"), Say(notice("review.withdrawn")), OpenStep(FOLLOWING), SHOWN]
    assert press(back(), choice, NEXT, withdrawn=True) == told


def test_words_that_answer_a_withdrawn_question_are_not_recorded() -> None:
    effects = respond(knowing(back(3), withdrawn=True), Said("gervė"), keys())
    assert effects == [CloseStep("k"), Say(notice("review.withdrawn")), DONE]


def test_words_answer_and_do_not_end_a_pause() -> None:
    known = replace(knowing(back(3)), studies=(replace(STUDY, state="paused"),))
    closed, record, feedback, done = respond(known, Said("gerve"), keys())
    assert (closed, record) == (CloseStep("k"), Record(back(3), 12, "01-3", Given(words="gerve"), 1.0))
    assert (feedback, done) == (Say(Feedback(12, 0, 3, (), True, worth=1.0, purpose="review")), DONE)
    assert respond(known, Said(" "), keys()) == [Say(notice("study.write", most=2000))]


def test_an_option_can_be_typed() -> None:
    assert respond(knowing(back()), Said("antis"), keys()) == press(back(), "1")


def test_ticks_are_shown_where_the_question_stands() -> None:
    ticked = ShowCard(12, 0, 1, "k", heading=True, selected=(2,), purpose="review")
    assert press(back(1), "2") == [Select("k", (2,)), Say(ticked, edits_step="k")]


@pytest.mark.parametrize("word", ["known", "enough"])
def test_a_word_does_what_the_button_does(word: str) -> None:
    assert respond(knowing(back(), NEXT), Said(f"/{word}"), keys()) == press(back(), word, NEXT)
    reading = facts(STUDY, open=step("k"))
    [said] = respond(reading, Said(f"/{word}"), keys())
    assert isinstance(said, Say)
    assert said.message.lines[0].text == "help.unknown_command"  # type: ignore[union-attr]
    assert respond(facts(), Said(f"/{word}"), keys()) == respond(facts(), Said("/hm"), keys())


def test_going_on_shows_it_again_while_nothing_newer_is_open() -> None:
    shown = Say(ShowCard(12, 0, 0, "k", heading=True, purpose="review"))
    assert respond(knowing(back()), Said("/continue"), keys()) == [shown]
    lesson = study(programme("t"), 0, 0, enrolment=2, version=21)
    newer = step("n", enrolment=2)
    known = replace(knowing(back()), open=newer, waiting=(back(),), studies=(STUDY, lesson))
    assert respond(known, Said("/continue"), keys()) == [
        Say(ShowCard(21, 0, 0, "n", heading=True, last=True))
    ]


def test_of_the_version_that_is_learned_nothing_else_is_known() -> None:
    """A step may also come back in a conversation that knows nothing of the day: it is answered, and that is all."""
    own = replace(back(), version=11)
    known = facts(STUDY, open=own, pressed=own)
    assert respond(known, Pressed("k:1"), keys())[-1] == DONE
    assert respond(known, Pressed("k:known"), keys()) == [CloseStep("k"), Say(notice("review.known")), DONE]


def test_a_review_is_no_lesson_that_waits() -> None:
    effects = press(back(), "1", NEXT)
    newest = replace(STUDY, version=12, card=-1)
    assert touched(facts(newest), effects) == {}
    standing = replace(STUDY, state="active")
    assert touched(facts(standing, pressed=back()), effects) == {}


@calm
@given(
    st.sampled_from([*"01234", "next", "ok", "known", "enough", "undo", "=0,2", ""]),
    st.integers(0, 3),
    st.booleans(),
)
def test_there_is_one_result_and_a_word(choice: str, card: int, closed: bool) -> None:
    effects = press(back(card, closed=closed), choice, NEXT)
    assert any(isinstance(effect, Say) for effect in effects)
    closes = [effect for effect in effects if isinstance(effect, CloseStep)]
    kept = [effect for effect in effects if isinstance(effect, Record | Remember)]
    assert len(closes) == (0 if closed else len(kept))
    assert len(kept) <= 1


def test_reviews_are_switched_off_and_on() -> None:
    off = [SetReviews(False), Note("settings", {"what": "no_reviews", "value": ""})]
    on = [SetReviews(True), Note("settings", {"what": "reviews", "value": ""})]
    without = facts(person=person(reviews=False))
    no, yes = Choice("menu.no_reviews", "/reviews off"), Choice("menu.reviews", "/reviews on")
    assert respond(facts(), Said("/reviews off"), keys()) == [*off, Say(notice("settings.reviews_off", MENU))]
    assert respond(without, Said("/reviews on"), keys()) == [*on, Say(notice("settings.reviews_on", MENU))]
    assert respond(facts(), Said("/reviews"), keys()) == [Say(notice("settings.reviews_line", no, MENU))]
    assert respond(without, Said("/reviews"), keys()) == [Say(notice("settings.no_reviews_line", yes, MENU))]
    [said] = respond(without, Said("/settings more"), keys())
    assert isinstance(said, Say)
    assert yes in said.message.choices  # type: ignore[union-attr]
