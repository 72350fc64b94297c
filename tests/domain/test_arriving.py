"""Arriving without a code: what is asked, what is said to whom, and that nothing tells whom the roster has."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.at_the_door import Admit, Knock, MissProof, Prove, Request, SendProof, TalkAbout
from domain.conversation import respond
from domain.doorway import Arrival, Doorway, JoinLink, Written
from domain.effect import Effect, Say, SetLanguage
from domain.event import Said
from domain.facts import Facts
from domain.guessing import Guard
from domain.mailbox import Mailed, secret_of
from domain.message import Notice
from tests.domain.make import LIBRARY, NOW, invitation, keys, person

KEY = b"k" * 32
EMAIL = "jonas@lib.example"
MAILED = Mailed("", "seed", NOW - timedelta(minutes=1))
RIGHT = secret_of(KEY, "seed", "letters")
CODE_SENT = Arrival(LIBRARY, email=EMAIL, mailed=MAILED, person=person(), known=True)


def at_the_door(**known: Any) -> Facts:
    return Facts(NOW, "lt", door=Doorway(key=KEY, **known))


def told(facts: Facts, words: str) -> list[Effect]:
    return respond(facts, Said(words), keys())


def in_short(effects: list[Effect]) -> list[str]:
    """Effects by their names, what is said by its ids."""
    return [
        "+".join(line.text for line in each.message.lines)
        if isinstance(each, Say) and isinstance(each.message, Notice)
        else type(each).__name__
        for each in effects
    ]


SENT = "join.code_sent+join.nothing_came"


@pytest.mark.parametrize(
    ("facts", "words", "expected"),
    [
        (
            at_the_door(link=JoinLink(LIBRARY, open=True)),
            "/start j_x",
            ["TalkAbout", "Knock", "join.ask_email"],
        ),
        (at_the_door(link=JoinLink(LIBRARY, open=False)), "/start j_x", ["join.link_closed"]),
        (at_the_door(arrival=Arrival(LIBRARY)), "/menu", ["join.ask_email"]),
        (at_the_door(arrival=Arrival(LIBRARY)), "/language pl", ["SetLanguage", "join.ask_email"]),
        (at_the_door(arrival=Arrival(LIBRARY)), "a@", ["join.no_email"]),
        (at_the_door(arrival=CODE_SENT), "/menu", [SENT]),
        (at_the_door(arrival=CODE_SENT), "0000-0000-0000", ["MissProof", "code.wrong"]),
        (at_the_door(arrival=CODE_SENT), RIGHT, ["Prove", "Admit", "join.who"]),
        (at_the_door(arrival=replace(CODE_SENT, invitation=3)), RIGHT, ["Prove", "TalkAbout", "join.who"]),
        (at_the_door(arrival=replace(CODE_SENT, person=None)), RIGHT, ["Prove", "join.your_name"]),
        (at_the_door(arrival=replace(CODE_SENT, known=False)), RIGHT, ["MissProof", "code.wrong"]),
        (
            at_the_door(arrival=replace(CODE_SENT, mailed=replace(MAILED, wrong=4))),
            "0000-0000-0000",
            ["MissProof", "code.no_tries"],
        ),
        (at_the_door(arrival=replace(CODE_SENT, mailed=replace(MAILED, wrong=5))), RIGHT, ["code.no_tries"]),
        (
            at_the_door(
                arrival=replace(CODE_SENT, mailed=replace(MAILED, sent_at=NOW - timedelta(minutes=10)))
            ),
            RIGHT,
            ["code.expired"],
        ),
        (
            at_the_door(arrival=CODE_SENT, guard=Guard(NOW + timedelta(minutes=1))),
            RIGHT,
            ["join.too_many"],
        ),
        (at_the_door(arrival=replace(CODE_SENT, proved=True)), "/menu", ["join.your_name"]),
        (at_the_door(arrival=replace(CODE_SENT, proved=True)), "12", ["join.your_name"]),
        (at_the_door(arrival=replace(CODE_SENT, proved=True)), "@Jonas", ["join.your_name"]),
        (at_the_door(arrival=replace(CODE_SENT, proved=True)), " Jonas  K ", ["Request", "join.requested"]),
        (at_the_door(arrival=replace(CODE_SENT, asked=True)), RIGHT, ["join.request_waits"]),
    ],
)
def test_what_follows_at_the_door(facts: Facts, words: str, expected: list[str]) -> None:
    assert in_short(told(facts, words)) == expected


def test_a_name_is_kept_on_one_line() -> None:
    facts = at_the_door(arrival=replace(CODE_SENT, proved=True))
    assert told(facts, " Jonas\n K ")[0] == Request("Jonas K")


@given(st.booleans(), st.lists(st.integers(0, 59), max_size=3))
def test_what_is_said_is_the_same_whether_the_mailbox_is_known(known: bool, minutes: list[int]) -> None:
    sent = tuple(sorted((NOW - timedelta(minutes=each) for each in minutes), reverse=True))

    def says(known: bool) -> list[Effect]:
        written = Written(EMAIL, known=known, sent=sent)
        return told(at_the_door(arrival=Arrival(LIBRARY), written=written), EMAIL)

    one, other = says(known), says(not known)
    assert one[-1] == other[-1]
    mails = [each.message for each in (*one, *other) if isinstance(each, SendProof)]
    assert [each is None for each in mails].count(False) == (len(sent) < 3)


def test_a_code_anew_goes_to_the_same_mailbox() -> None:
    facts = at_the_door(arrival=CODE_SENT, written=Written(EMAIL, known=True, sent=(NOW,)))
    (sent, _) = told(facts, "/anew")
    assert isinstance(sent, SendProof)
    assert (sent.address, sent.mailed.sent_at) == (EMAIL, NOW)


def test_while_many_guess_a_right_code_needs_its_mailbox() -> None:
    shown = replace(
        at_the_door(guard=Guard(alarm=True), written=Written(EMAIL, known=True)), shown=invitation()
    )
    assert in_short(told(shown, "/start AbC")) == ["TalkAbout", "Knock", "SendProof", SENT]
    assert told(shown, "/start AbC")[1] == Knock(LIBRARY.id, 3)
    nobodys = replace(shown, door=replace(shown.door, written=Written("", known=True)))
    assert in_short(told(nobodys, "/start AbC")) == ["TalkAbout", "join.who"]


def test_a_code_for_another_messenger_needs_the_mailbox_too() -> None:
    mine = replace(invitation(), moves=True)
    shown = replace(at_the_door(written=Written(EMAIL, known=True)), shown=mine)
    assert in_short(told(shown, "/start AbC")) == ["TalkAbout", "Knock", "SendProof", SENT]
    for door in (replace(shown.door, written=Written("", known=True)), replace(shown.door, key=b"")):
        assert in_short(told(replace(shown, door=door), "/start AbC")) == ["TalkAbout", "join.who"]


def test_words_that_are_nothing_but_a_code_are_one() -> None:
    facts = replace(at_the_door(), shown=invitation())
    assert told(facts, "A" * 22)[0] == TalkAbout(3)
    limited = at_the_door(guard=Guard(NOW + timedelta(minutes=7)))
    assert in_short(told(limited, "A" * 22)) == ["join.too_many"]


def test_what_the_effects_are_about() -> None:
    assert told(at_the_door(arrival=CODE_SENT), RIGHT)[:2] == [Prove(MAILED), Admit(7)]
    assert told(at_the_door(arrival=CODE_SENT), "0" * 12)[0] == MissProof(MAILED)
    assert told(at_the_door(arrival=CODE_SENT), "/language nb")[0] == SetLanguage("nb")


def test_a_link_is_nothing_to_somebody_who_joined_and_move_needs_a_key() -> None:
    joined = replace(at_the_door(link=JoinLink(LIBRARY, open=True)), person=person())
    assert in_short(told(joined, "/start j_x"))[0] == "join.welcome_back"
    assert in_short(told(joined, "/move")) == ["MakeCode", "move.head+move.link+move.hand"]
    assert in_short(told(replace(joined, door=Doorway()), "/move")) == ["move.ask"]
