"""Joining: from a code to the first lesson, and a reason for everybody who may not."""

from dataclasses import replace
from datetime import time
from typing import Any

import pytest

from domain.at_the_door import Alert, CountGuess, TalkAbout
from domain.conversation import respond
from domain.effect import Effect, Enrol, Join, Say, SetLanguage
from domain.event import Event, Pressed, Said
from domain.facts import Facts
from domain.language import Language
from domain.message import Choice, Line, Notice, Secret, notice
from domain.organisation import Organisation
from tests.domain.make import CONTACT, NOW, invitation, keys, person

PLACE = "Gluosnių biblioteka"
AGREE, DECLINE = Choice("join.agree", "/agree"), Choice("join.decline", "/decline")
WHOLE = Choice("join.notice", "", url="/privacy?at=1&key=", secret=Secret("privacy:1", "link"))
POLSKI = Choice("Polski", "/language pl", literal=True)
NORSK = Choice("Norsk", "/language nb", literal=True)
ENGLISH = Choice("English", "/language en", literal=True)
LIETUVIU = Choice("Lietuvių", "/language lt", literal=True)

STRANGER = Say(notice("join.stranger", POLSKI, NORSK, ENGLISH))
WHO = Say(
    notice(
        "join.who", Choice("join.yes", "/yes"), Choice("join.no", "/no"), POLSKI, NORSK, ENGLISH,
        name="Jo••• Ka•••", organisation=PLACE,
    )
)  # fmt: skip
WHO_IN_POLISH = Say(
    notice(
        "join.who", Choice("join.yes", "/yes"), Choice("join.no", "/no"), LIETUVIU, NORSK, ENGLISH,
        name="Jo••• Ka•••", organisation=PLACE,
    )
)  # fmt: skip
PRIVACY = Say(notice("join.privacy", AGREE, DECLINE, WHOLE, organisation=PLACE, contact=CONTACT))
ANSWERED = Say(
    Notice(
        (Line("join.answered"), Line("join.privacy", {"organisation": PLACE, "contact": CONTACT})),
        (AGREE, DECLINE, WHOLE),
    )
)
UNKNOWN = Say(notice("join.unknown_code"))
USED = Say(notice("join.used_code", contact=CONTACT))
EXPIRED = Say(notice("join.expired_code", contact=CONTACT))
NEWER = Say(notice("join.newer_code", contact=CONTACT))
AFTER_ALL = Choice("join.after_all", "/yes")
NOT_ME = Say(notice("join.not_me", AFTER_ALL, contact=CONTACT))
DECLINED = Say(notice("join.declined", AGREE, contact=CONTACT))
IN: list[Effect] = [Join(3, 7), SetLanguage("lt"), Say(notice("join.welcome", hour="09:30")), Enrol(5)]
SPEAK_POLISH = SetLanguage("pl")


def newcomer(language: Language = "lt", **known: Any) -> Facts:
    """Somebody who has not joined."""
    return replace(Facts(NOW, language), **known)


def told(facts: Facts, event: Event) -> list[Effect]:
    return respond(facts, event, keys())


@pytest.mark.parametrize(
    "event",
    [
        Said("labas"),
        Said(""),
        Said("1"),
        Said("/start"),
        Said("/menu"),
        Said("/agree"),
        Said("/yes"),
        Said("/language"),
        Said("/language de"),
        Pressed("foreign-key:1"),
        Pressed(""),
    ],
    ids=repr,
)
def test_a_stranger_is_told_how_to_come_in(event: Event) -> None:
    assert told(newcomer(), event) == [STRANGER]


def test_a_stranger_may_choose_a_language() -> None:
    polish = Say(notice("join.stranger", LIETUVIU, NORSK, ENGLISH))
    assert told(newcomer(), Pressed("/language pl")) == [SPEAK_POLISH, polish]


@pytest.mark.parametrize(
    ("known", "effects"),
    [
        pytest.param({}, [CountGuess(), UNKNOWN], id="wrong"),
        pytest.param(
            {"pending": invitation()}, [CountGuess(), UNKNOWN], id="wrong, and another was being talked about"
        ),
        pytest.param({"shown": invitation()}, [TalkAbout(3), WHO], id="open"),
        pytest.param({"shown": invitation(state="used")}, [Alert(3), USED], id="used"),
        pytest.param({"shown": invitation(state="used", here=True)}, [USED], id="used here"),
        pytest.param({"shown": invitation(state="replaced")}, [NEWER], id="replaced"),
        pytest.param({"shown": invitation(state="expired")}, [EXPIRED], id="expired"),
        pytest.param(
            {"pending": invitation(id=2), "agreed_name": True, "shown": invitation()},
            [TalkAbout(3), WHO],
            id="open, and another was agreed to already",
        ),
    ],
)
def test_a_code_is_shown(known: dict[str, Any], effects: list[Effect]) -> None:
    assert told(newcomer(**known), Said("/start AbC")) == effects


EVENTS: list[Event] = [
    Said("/yes"),
    Said("/no"),
    Said("/agree"),
    Said("/decline"),
    Said("/start"),
    Said("/menu"),
    Said("/language"),
    Said("/language de"),
    Said("/language pl"),
    Said("taip"),
    Said(""),
    Pressed("foreign-key:next"),
]
AT_THE_NAME: list[list[Effect]] = [
    [TalkAbout(3, agreed_name=True), PRIVACY],
    [TalkAbout(3), NOT_ME],
    [WHO],
    [WHO],
    [WHO],
    [WHO],
    [WHO],
    [WHO],
    [SPEAK_POLISH, WHO_IN_POLISH],
    [WHO],
    [WHO],
    [WHO],
]
AT_THE_PRIVACY_NOTICE: list[list[Effect]] = [
    [ANSWERED],
    [TalkAbout(3), NOT_ME],
    IN,
    [DECLINED],
    [PRIVACY],
    [PRIVACY],
    [PRIVACY],
    [PRIVACY],
    [SPEAK_POLISH, PRIVACY],
    [PRIVACY],
    [PRIVACY],
    [PRIVACY],
]


@pytest.mark.parametrize(("event", "effects"), list(zip(EVENTS, AT_THE_NAME, strict=True)))
def test_asked_whether_the_name_is_theirs(event: Event, effects: list[Effect]) -> None:
    assert told(newcomer(pending=invitation()), event) == effects


@pytest.mark.parametrize(("event", "effects"), list(zip(EVENTS, AT_THE_PRIVACY_NOTICE, strict=True)))
def test_asked_whether_they_agree(event: Event, effects: list[Effect]) -> None:
    """Having declined changes nothing: agreeing is still possible."""
    assert told(newcomer(pending=invitation(), agreed_name=True), event) == effects


@pytest.mark.parametrize("agreed", [False, True])
@pytest.mark.parametrize(
    ("state", "refusal"), [("used", [Alert(3), USED]), ("expired", [EXPIRED]), ("replaced", [NEWER])]
)
@pytest.mark.parametrize("word", ["/yes", "/no", "/agree", "/decline", "labas"])
def test_an_invitation_that_is_lost_meanwhile(
    agreed: bool, state: str, refusal: list[Effect], word: str
) -> None:
    facts = newcomer(pending=invitation(state=state), agreed_name=agreed)
    assert told(facts, Said(word)) == [TalkAbout(None), *refusal]


def test_the_language_spoken_here_becomes_the_persons() -> None:
    facts = newcomer("nb", pending=invitation(), agreed_name=True)
    assert told(facts, Said("/agree")) == [IN[0], SetLanguage("nb"), *IN[2:]]


def test_the_welcome_says_the_persons_own_hour() -> None:
    facts = newcomer(pending=invitation(person=person(hour=time(7, 5))), agreed_name=True)
    assert told(facts, Said("/agree"))[2] == Say(notice("join.welcome", hour="07:05"))


def test_words_of_another_organisation_are_its_own() -> None:
    museum = Organisation(2, "Muzeum", "PL", "Europe/Warsaw", "pl", "Ola")
    facts = newcomer(pending=invitation(person=person(organisation=museum)), agreed_name=True)
    theirs = Choice("join.notice", "", url="/privacy?at=2&key=", secret=Secret("privacy:2", "link"))
    assert told(facts, Said("/menu")) == [
        Say(notice("join.privacy", AGREE, DECLINE, theirs, organisation="Muzeum", contact="Ola"))
    ]
    assert told(facts, Said("/no")) == [TalkAbout(3), Say(notice("join.not_me", AFTER_ALL, contact="Ola"))]
