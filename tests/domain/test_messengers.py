"""Which messengers an organisation allows, and what is said in the others."""

from dataclasses import replace
from typing import Any

import pytest

from bot.channel import REGISTRY
from domain.conversation import respond
from domain.doorway import Arrival, Doorway, JoinLink
from domain.effect import Effect, Say
from domain.event import Pressed, Said
from domain.facts import Facts
from domain.message import Line, Notice, Several
from domain.messengers import ALWAYS, MESSENGERS, allows
from tests.domain.make import LIBRARY, NOW, invitation, keys, person
from tests.domain.test_arriving import EMAIL, KEY, MAILED, RIGHT, in_short

WEB_ONLY = replace(LIBRARY, messengers=("web",))
JONAS = person(organisation=WEB_ONLY)
SAID = Line("messenger.allowed", {"organisation": LIBRARY.name, "messengers": Several(("messenger.web",))})
INVITED = replace(invitation(), person=JONAS)
OF_ROSTER = Arrival(LIBRARY, email=EMAIL, mailed=MAILED, person=JONAS, known=True)


def test_the_messengers_that_can_be_allowed_are_those_that_there_are() -> None:
    assert {*MESSENGERS, *ALWAYS} == {*REGISTRY}


@pytest.mark.parametrize(
    ("allowed", "channel", "may"),
    [
        ((), "telegram", True),
        (("web",), "telegram", False),
        (("web",), "web", True),
        (("web", "telegram"), "telegram", True),
        (("web",), "email", True),
        (("web",), "terminal", True),
    ],
)
def test_what_is_named_is_allowed_and_everything_where_nothing_is(
    allowed: tuple[str, ...], channel: str, may: bool
) -> None:
    assert allows(replace(LIBRARY, messengers=allowed), channel) == may


def at_the_door(channel: str, **known: Any) -> Facts:
    door = Doorway(key=KEY, **known.pop("door", {}))
    return replace(Facts(NOW, "lt", channel=channel, door=door), **known)


def told(facts: Facts, words: str) -> list[Effect]:
    return respond(facts, Said(words), keys())


ARRIVING: list[tuple[dict[str, Any], str, list[str]]] = [
    ({"shown": INVITED}, "/start abc", ["TalkAbout", "join.who"]),
    ({"pending": INVITED}, "/yes", ["TalkAbout", "join.privacy"]),
    ({"pending": INVITED, "agreed_name": True}, "/agree", ["Join", "SetLanguage", "join.welcome", "Enrol"]),
    (
        {"door": {"link": JoinLink(WEB_ONLY, open=True)}},
        "/start j_x",
        ["TalkAbout", "Knock", "join.ask_email"],
    ),
    ({"door": {"arrival": Arrival(WEB_ONLY)}}, "labas", ["join.ask_email"]),
    ({"door": {"arrival": OF_ROSTER}}, RIGHT, ["Prove", "Admit", "join.who"]),
]


@pytest.mark.parametrize(("known", "words", "inside"), ARRIVING)
def test_nobody_comes_in_by_a_messenger_that_their_organisation_does_not_allow(
    known: dict[str, Any], words: str, inside: list[str]
) -> None:
    """By a code, by the organisation's link, and by a code of a mailbox; what is said is one sentence."""
    assert in_short(told(at_the_door("web", **known), words)) == inside
    refused = [each for each in told(at_the_door("telegram", **known), words) if isinstance(each, Say)]
    assert refused == [Say(Notice((SAID,)))]


def test_a_refused_way_in_is_not_used_up() -> None:
    for known, words, _ in ARRIVING:
        done = in_short(told(at_the_door("telegram", **known), words))
        assert set(done) <= {"TalkAbout", "messenger.allowed"}


def test_who_wants_to_move_is_told_which_there_are() -> None:
    joined = at_the_door("web", person=JONAS)
    assert in_short(told(joined, "/move")) == [
        "MakeCode",
        "move.head+messenger.allowed+move.link+move.hand",
    ]
    assert in_short(told(replace(joined, door=Doorway()), "/move")) == ["move.ask+messenger.allowed"]
    anywhere = replace(joined, person=person())
    assert in_short(told(anywhere, "/move")) == ["MakeCode", "move.head+move.link+move.hand"]


@pytest.mark.parametrize("event", [Said("labas"), Said("/continue"), Pressed("k:1"), Said("/start abc")])
def test_who_learned_in_one_that_is_not_allowed_any_more_is_shown_the_way(event: Said | Pressed) -> None:
    [said] = respond(at_the_door("telegram", person=JONAS), event, keys())
    assert isinstance(said, Say)
    assert isinstance(said.message, Notice)
    assert said.message.lines == (SAID,)
    assert [each.data for each in said.message.choices] == ["/move", "/mydata"]


def test_what_is_their_own_they_have_everywhere() -> None:
    joined = at_the_door("telegram", person=JONAS)
    for words in ("/move", "/mydata", "/mydata stop here", "/privacy", "/help", "/language"):
        assert "messenger.allowed" not in in_short(told(joined, words)), words
