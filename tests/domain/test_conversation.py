"""The menu and its commands, another code, and which study goes on."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any, get_args

import pytest

from domain import own_data
from domain.at_announcement import Confirm, Vote
from domain.at_the_door import Alert, CountGuess
from domain.conversation import COMMANDS, PRESSES, enrolled, respond
from domain.doorway import Doorway
from domain.effect import (
    Ask,
    CloseStep,
    Effect,
    Enrol,
    Find,
    Join,
    Move,
    Note,
    OpenStep,
    Read,
    Say,
    SetState,
    Share,
    ShowOwnData,
    Work,
)
from domain.event import Said
from domain.facts import Facts, Step, Study, StudyState
from domain.fitting import MOST_BUTTON_BYTES
from domain.guessing import Guard
from domain.language import LANGUAGES, Language
from domain.message import Choice, Line, Notice, Param, ShowCard, notice
from lessons.names import is_slug
from tests.actions.talk import texts
from tests.domain.make import (
    CONTACT,
    CONTINUE,
    MENU,
    NOW,
    asked,
    facts,
    invitation,
    keys,
    person,
    programme,
    shelf,
    step,
    study,
)

MENU_CHOICES = (
    CONTINUE,
    Choice("menu.progress", "/progress"),
    Choice("menu.programmes", "/programmes"),
    Choice("menu.webinars", "/webinars"),
    Choice("menu.certificates", "/certificates"),
    Choice("menu.settings", "/settings"),
    Choice("menu.help", "/help"),
)
NOTHING = Say(notice("study.nothing", MENU_CHOICES[2], MENU))
SAFE, GDPR = programme("ts", "t", languages=["lt", "pl"]), programme("m", slug="gdpr", languages=["en"])
SHELF = (shelf(SAFE, 5), shelf(GDPR, 6))


def told(known: Facts, text: str) -> list[Effect]:
    return respond(known, Said(text), keys())


def other(**changes: Any) -> Study:
    """Enrolment 2, in the programme gdpr."""
    return replace(Study(2, 6, 13, GDPR, "active", 0, -1), **changes)


def begun(enrolment: int, version: int, *, question: bool, by: str = "learner") -> list[Effect]:
    """The first lesson of an enrolment, with its first card; that of GDPR, a question, has no other."""
    return [
        Note("lesson_sent", {"version": version, "lesson": 0, "by": by}),
        Move(enrolment, 0, 0),
        OpenStep(Step("new1", enrolment, 0, 0, question)),
        Say(ShowCard(version, 0, 0, "new1", heading=True, last=question)),
    ]


def over(enrolment: int, state: str) -> list[Effect]:
    """What is said first when somebody goes on in a pause."""
    told_so = Say(notice("pause.over"))
    return [SetState(enrolment, "active"), Note("resumed", {}), told_so] if state == "paused" else []


HELP = Say(notice("help.text", CONTINUE, MENU, contact=CONTACT))
JOINED = Say(notice("join.already", CONTINUE, contact=CONTACT))
PRIVACY_WAYS = (own_data.OWN_DATA, own_data.notice_page(person()), MENU)
PRIVACY = Say(notice("help.privacy", *PRIVACY_WAYS, organisation="Gluosnių biblioteka", contact=CONTACT))
UNKNOWN = Say(notice("help.unknown_command", *MENU_CHOICES))


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("/menu", Say(notice("menu.head", *MENU_CHOICES))),
        ("/MENU now", Say(notice("menu.head", *MENU_CHOICES))),
        ("/help", HELP),
        ("/privacy", PRIVACY),
        ("/yes", JOINED),
        ("/no", JOINED),
        ("/agree", JOINED),
        ("/decline", JOINED),
        ("/mydata", ShowOwnData()),
        ("/@ZinuteBot", UNKNOWN),
        ("//", UNKNOWN),
        ("/works", UNKNOWN),
        ("/works x", UNKNOWN),
        ("/worksnot ²", UNKNOWN),
        ("/worksnot 17", Work(17, works=False)),
        ("/confirm", UNKNOWN),
        ("/confirm ²", UNKNOWN),
        ("/confirm 7", Confirm(7)),
        ("/vote 7 2", Vote(7, 1)),
        ("labas", Find("labas", said=True)),
        ("", Say(notice("help.not_understood", CONTINUE, MENU, MENU_CHOICES[-1]))),
        ("37,5 kg", Say(notice("help.not_understood", CONTINUE, MENU, MENU_CHOICES[-1]))),
        ("labas " * 50, Say(notice("help.not_understood", CONTINUE, MENU, MENU_CHOICES[-1]))),
        ("/find", Say(notice("find.ask", Choice("menu.programmes", "/programmes"), MENU))),
        ("/find  slaptažodis ", Find("slaptažodis")),
        ("/read 11 2 3", Read(11, 2, 3)),
        ("/share 11 2", Share(11, 2)),
        ("/start read-11-2", Read(11, 2, 0)),
    ],
)
@pytest.mark.parametrize("state", ["active", "paused"])
def test_information(text: str, reply: Effect, state: str) -> None:
    assert told(facts(study(SAFE, state=state)), text) == [reply]


@pytest.mark.parametrize("language", LANGUAGES)
def test_help_names_every_command_and_no_other(language: Language) -> None:
    words = texts().say(language, "help.text", contact="")
    assert sorted(re.findall(r"/([a-z]+)", words)) == sorted(COMMANDS)
    assert not set(COMMANDS) & set(PRESSES)


def test_who_may_announce_is_helped_with_that_too() -> None:
    lines = (Line("help.text", {"contact": CONTACT}), Line("help.announce"))
    known = facts(study(SAFE), announces=True)
    assert told(known, "/help") == [Say(Notice(lines, (CONTINUE, MENU), reader="coordinator"))]


@pytest.mark.parametrize("studies", [(), (study(SAFE, 1, 0, state="finished"),)])
def test_the_menu_goes_on_only_where_there_is_something_to_go_on_with(studies: tuple[Study, ...]) -> None:
    assert told(facts(*studies), "/menu") == [Say(notice("menu.head", *MENU_CHOICES[1:]))]


@pytest.mark.parametrize("text", ["/continue", "/start"])
def test_there_is_nothing_to_go_on_with(text: str) -> None:
    finished = study(SAFE, 1, 0, state="finished")
    assert [told(facts(), text), told(facts(finished), text)] == [[NOTHING], [NOTHING]]


@pytest.mark.parametrize("text", ["/continue", "/start"])
def test_going_on_begins_the_lesson_that_waits(text: str) -> None:
    assert told(facts(study(SAFE)), text) == begun(1, 11, question=False)


MIDDLE, WAITING = {"card": 0}, {"card": -1}
RESTING: dict[str, Any] = {"state": "paused"}
DONE: dict[str, Any] = {"state": "finished", "card": 0}


@pytest.mark.parametrize(
    ("first", "second", "goes_on"),
    [
        (WAITING, MIDDLE, 2),
        (MIDDLE, WAITING, 1),
        (MIDDLE, MIDDLE, 1),  # the one touched last stands first
        (WAITING, WAITING, 1),
        (RESTING, WAITING, 2),
        (MIDDLE | RESTING, WAITING, 2),
        (WAITING | RESTING, MIDDLE | RESTING, 2),
        (WAITING | RESTING, WAITING | RESTING, 1),
        (DONE, WAITING | RESTING, 2),
        (DONE, MIDDLE, 2),
    ],
)
def test_which_study_goes_on(first: dict[str, Any], second: dict[str, Any], goes_on: int) -> None:
    known = facts(study(SAFE, 0, **first), other(**second))
    moved = [effect.enrolment for effect in told(known, "/continue") if isinstance(effect, Move)]
    assert moved == [goes_on]


@pytest.mark.parametrize("state", ["active", "paused"])
def test_a_study_taken_up_again_is_active(state: str) -> None:
    effects = told(facts(study(SAFE, state=state)), "/continue")
    assert effects == [*over(1, state), *begun(1, 11, question=False)]


def test_enrolled_means_the_first_lesson_at_once() -> None:
    known = facts(study(SAFE), other())
    assert enrolled(known, 6, keys()) == begun(2, 13, question=True)


def test_enrolled_already_means_where_they_are() -> None:
    at = step(card=0)
    known = facts(study(SAFE, 0, 0), open=at)
    assert enrolled(known, 5, keys()) == [Say(ShowCard(11, 0, 0, "k", heading=True))]


def test_enrolled_where_all_is_done_begins_nothing_anew() -> None:
    """Nothing is asked a second time, and the study stays finished."""
    known = facts(study(SAFE, 1, 0, state="finished", right=1, graded=2), shelf=SHELF)
    choices = MENU_CHOICES[2], MENU_CHOICES[1]
    done = notice("study.programme_done", *choices, title="safe lt", right=1, graded=2)
    assert enrolled(known, 5, keys()) == [Say(done)]


@pytest.mark.parametrize(
    ("at", "effects"),
    [
        pytest.param(asked(card=1), [Ask("k"), Say(ShowCard(11, 0, 1, "k"))], id="not answered yet"),
        pytest.param(
            step(card=1),
            [
                CloseStep("k"),
                Move(1, 0, 2),
                OpenStep(step("new1", 2)),
                Say(ShowCard(11, 0, 2, "new1", last=True)),
            ],
            id="answered",
        ),
    ],
)
def test_a_step_waits_while_another_study_is_looked_at(at: Step, effects: list[Effect]) -> None:
    first, second = study(programme("tst"), 0, 1), other(card=0)
    known = facts(first, second, open=asked("new", enrolment=2), waiting=(at,))
    assert told(known, "/enrol safe") == effects
    assert told(known, "/enrol gdpr") == [Say(ShowCard(13, 0, 0, "new", heading=True, last=True))]


CODE = "/start AbC"
SOMEBODY_ELSE = person(id=8, name="Ona")
REFUSED = Say(notice("join.someone_else", CONTINUE, contact=CONTACT))
WELCOME_BACK = Say(notice("join.welcome_back"))


@pytest.mark.parametrize(
    ("shown", "effects"),
    [
        pytest.param(None, [CountGuess(), Say(notice("join.unknown_code"))], id="wrong"),
        pytest.param(invitation(programme=6), [Join(3, 7), Enrol(6)], id="their own"),
        pytest.param(
            invitation(state="used", here=True),
            [WELCOME_BACK, *begun(1, 11, question=False)],
            id="used here",
        ),
        pytest.param(
            invitation(state="used"), [Say(notice("join.used_code", contact=CONTACT))], id="used elsewhere"
        ),
        pytest.param(
            invitation(state="expired"), [Say(notice("join.expired_code", contact=CONTACT))], id="expired"
        ),
        pytest.param(invitation(person=SOMEBODY_ELSE), [REFUSED], id="somebody else's"),
        pytest.param(
            invitation(person=SOMEBODY_ELSE, state="used"), [Alert(3), REFUSED], id="somebody else's, used"
        ),
        pytest.param(invitation(person=SOMEBODY_ELSE, state="expired"), [REFUSED], id="somebody else's, old"),
    ],
)
def test_another_code(shown: Any, effects: list[Effect]) -> None:
    assert told(facts(study(SAFE), shown=shown), CODE) == effects


def test_whoever_showed_too_many_codes_has_to_wait_also_after_joining() -> None:
    limited = Doorway(guard=Guard(until=NOW + timedelta(minutes=9)))
    known = facts(study(SAFE), shown=None, door=limited)
    assert told(known, CODE) == [Say(notice("join.too_many", minutes=9))]


def test_a_code_used_here_with_nothing_left_to_do() -> None:
    known = facts(shown=invitation(state="used", here=True))
    assert told(known, CODE) == [WELCOME_BACK, NOTHING]


def figures(title: str, done: int, lessons: int, right: int, graded: int) -> dict[str, Param]:
    return {"title": title, "done": done, "lessons": lessons, "right": right, "graded": graded}


LESSONS = Choice("menu.lessons", "/lessons")


def test_progress() -> None:
    known = facts(
        study(SAFE, 1, 0, done=1, right=2, graded=3),
        other(state="finished", done=1, right=1, graded=1),
        replace(other(state="paused"), enrolment=3, programme_id=7),
    )
    lines = (
        Line("progress.head"),
        Line("progress.active", figures("safe lt", 1, 2, 2, 3)),
        Line("progress.finished", figures("gdpr en", 1, 1, 1, 1)),
        Line("progress.paused_unscored", figures("gdpr en", 0, 1, 0, 0)),
    )
    assert told(known, "/progress") == [Say(Notice(lines, (CONTINUE, LESSONS, MENU)))]
    assert told(facts(), "/progress") == [NOTHING]
    (finished,) = told(facts(study(SAFE, 1, 0, state="finished")), "/progress")
    assert isinstance(finished, Say)
    assert isinstance(finished.message, Notice)
    assert finished.message.choices == (MENU_CHOICES[2], LESSONS, MENU)


@pytest.mark.parametrize("state", get_args(StudyState))
def test_before_the_first_answer_nothing_is_counted(state: StudyState) -> None:
    (said,) = told(facts(study(SAFE, state=state)), "/progress")
    assert isinstance(said, Say)
    assert isinstance(said.message, Notice)
    line = said.message.lines[1]
    assert line.text == f"progress.{state}_unscored"
    for language in LANGUAGES:
        assert texts().say(language, line.text, **line.params).count("0") == 1  # no lesson is done


def short(state: str, title: str, minutes: int, lessons: int) -> Line:
    params: dict[str, Param] = {"title": title, "minutes": minutes, "details": ""}
    if title == "gdpr en":
        params["details"] = " · English"
    if state != "open":
        params |= {"done": 0, "lessons": lessons}
    return Line(f"programmes.{state}_short", params)


WEB = Choice("programmes.web", "", url="/catalogue")
SEE_SAFE = Choice("safe pl", "/programme safe", literal=True)
SEE_GDPR = Choice("gdpr en", "/programme gdpr", literal=True)


@pytest.mark.parametrize(
    ("mine", "states"),
    [
        ((), ("open", "open")),
        ((study(SAFE),), ("active", "open")),
        ((study(SAFE, state="paused"),), ("paused", "open")),
        ((study(SAFE, state="finished"), other()), ("finished", "active")),
    ],
)
def test_programmes(mine: tuple[Study, ...], states: tuple[str, str]) -> None:
    lines, taps = [short(states[0], "safe pl", 6, 2), short(states[1], "gdpr en", 3, 1)], [SEE_SAFE, SEE_GDPR]
    if states[0] == "finished":
        lines.reverse()
        taps.reverse()
    listed = [Say(Notice((Line("programmes.head"), *lines), (*taps, WEB, MENU)))]
    known = facts(*mine, shelf=SHELF, language="pl")
    assert told(known, "/programmes") == listed
    assert told(known, "/enrol") == listed
    if states[0] == "finished":
        assert told(known, "/enrol safe") == listed


def test_there_are_no_programmes() -> None:
    none = [Say(notice("programmes.none", MENU))]
    assert [told(facts(), "/programmes"), told(facts(), "/enrol")] == [none, none]


def test_a_programme_is_taken() -> None:
    assert told(facts(study(SAFE), shelf=SHELF), "/enrol gdpr") == [Enrol(6)]


@pytest.mark.parametrize("on_the_shelf", [(), SHELF])
@pytest.mark.parametrize("state", ["active", "paused"])
def test_a_programme_that_was_taken_goes_on(state: str, on_the_shelf: Any) -> None:
    known = facts(study(SAFE), other(state=state), shelf=on_the_shelf)
    assert told(known, "/enrol gdpr") == [*over(2, state), *begun(2, 13, question=True)]


def test_a_programme_of_any_name_has_a_button_that_every_messenger_takes() -> None:
    longest = max(("a" * length for length in range(1, 200) if is_slug("a" * length)), key=len)
    [effect] = told(facts(shelf=(shelf(programme("t", slug=longest)),)), "/programmes")
    assert isinstance(effect, Say)
    assert isinstance(effect.message, Notice)
    longer = [each.data for each in effect.message.choices if len(each.data.encode()) > MOST_BUTTON_BYTES]
    assert longer == []


def test_free_text_in_front_of_a_question_of_another_study_is_about_that_question() -> None:
    known = facts(study(SAFE), other(card=0), open=asked(enrolment=2))
    ask_again = Choice("help.ask_again", "/continue")
    assert told(known, "labas") == [Say(notice("help.choose_an_option", ask_again, MENU))]
