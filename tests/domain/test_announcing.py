"""Announcements in the chat: what is meant by what is pressed and written, and what is said of one."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import announcing
from domain.announcing import A_PAGE, AWAITED, MOST_TOGETHER, Made
from domain.at_announcement import (
    AwaitWords,
    BeginAnnouncing,
    DoAnnouncement,
    KeepWords,
    StopWriting,
    Writing,
    writing_of,
)
from domain.conversation import respond
from domain.effect import Effect, Say
from domain.event import Pressed, Said
from domain.fitting import MOST_BUTTON_BYTES
from domain.language import LANGUAGES
from domain.message import Notice
from tests.domain.make import CONTACT, NOW, facts, keys

WRITING = Writing(5, "pl", 12, NOW + AWAITED)


def told(text: str, **known: Any) -> list[Effect]:
    return respond(replace(facts(), announces=True, **known), Said(text), keys())


def made(**changes: Any) -> Made:
    there = Made(7, 5, "Biblioteka", "Ben", "draft", (("lt", "Labas"),), people=3, languages=("lt",))
    return replace(there, seen="0123456789abcdef", press="0123456789ab", **changes)


def lines(said: Notice) -> list[str]:
    return [line.text for line in said.lines]


def pressed(said: Notice) -> list[str]:
    return [choice.data for choice in said.choices]


@pytest.mark.parametrize(
    ("text", "effects"),
    [
        ("/announce", [StopWriting(), BeginAnnouncing()]),
        ("/announce at 5", [StopWriting(), BeginAnnouncing(5)]),
        ("/announce at", [StopWriting(), BeginAnnouncing()]),
        ("/announce at x", [StopWriting(), BeginAnnouncing()]),
        ("/announce at 1234567890", [StopWriting(), BeginAnnouncing()]),
        ("/announce page 3", [StopWriting(), BeginAnnouncing(0, 3)]),
        ("/announce page ²", [StopWriting(), BeginAnnouncing(0, 0)]),
        ("/announce in 5 pl", [AwaitWords(Writing(5, "pl", 0, NOW + AWAITED))]),
        ("/announce in 5 pl 12", [AwaitWords(WRITING)]),
        ("/announce in 5 xx x", [AwaitWords(Writing(5, "lt", 0, NOW + AWAITED))]),
        ("/announce in 5", [StopWriting(), BeginAnnouncing()]),
        ("/announce off", [StopWriting(said=True)]),
        ("/announce send 7 abc", [StopWriting(), DoAnnouncement("send", 7, "abc")]),
        ("/announce send 7 " + "a" * 40, [StopWriting(), DoAnnouncement("send", 7, "a" * 32)]),
        ("/announce status 7", [StopWriting(), DoAnnouncement("status", 7)]),
        ("/announce status", [StopWriting(), BeginAnnouncing()]),
        ("/announce Labas visiems", [StopWriting(), BeginAnnouncing()]),
    ],
)
def test_what_is_meant(text: str, effects: list[Effect]) -> None:
    assert told(text) == effects
    refused = [StopWriting(), Say(announcing.not_yours(CONTACT))]
    assert respond(facts(), Said(text), keys()) == refused


def test_what_is_awaited_is_kept_and_anything_else_ends_the_waiting() -> None:
    assert told("Labas", writing=WRITING) == [KeepWords(WRITING, "Labas")]
    assert told(" ", writing=WRITING) == [Say(announcing.no_words(WRITING))]
    assert told("/menu", writing=WRITING) == [StopWriting(), *told("/menu")]
    assert told("/announce", writing=WRITING) == told("/announce")
    old = respond(replace(facts(), writing=WRITING), Pressed("key:next"), keys())
    assert old == [StopWriting(), *respond(facts(), Pressed("key:next"), keys())]


@given(st.integers(1, 2**31), st.sampled_from(LANGUAGES), st.integers(0, 2**31), st.integers(0, 7_200))
def test_what_is_awaited_is_read_as_it_was_kept_while_it_lasts(
    place: int, language: Any, draft: int, after: int
) -> None:
    writing = Writing(place, language, draft, NOW + AWAITED)
    now = NOW + timedelta(seconds=after)
    assert writing_of(writing.written(), now) == (writing if now < writing.until else None)
    assert writing_of("", now) is None


def test_places_stand_on_pages() -> None:
    places = [(number, f"P{number}") for number in range(1, A_PAGE + 2)]
    first, last = announcing.where(places, 1), announcing.where(places, 99)
    assert pressed(first)[-2:] == ["/announce page 2", "/announce off"]
    assert pressed(last) == [f"/announce at {A_PAGE + 1}", "/announce off"]
    assert announcing.where(places, 0) == first


def test_a_draft_goes_only_when_nothing_is_wrong_with_it() -> None:
    words, whole = announcing.shown(made(link="https://a.example"))
    assert words.lines[0].params["words"] == "Labas\n\nhttps://a.example"
    test, send, drop = (
        "/announce test 7 0123456789ab",
        "/announce send 7 0123456789abcdef",
        "/announce drop 7",
    )
    assert (lines(whole), pressed(whole)) == (["announce.people"], [test, send, "/announce in 5 lt 7", drop])
    poles = made(languages=("lt", "pl"), faults=(("language", "pl"),), unreachable=2, alone=2)
    wrong = announcing.shown(poles)[-1]
    assert lines(wrong) == [
        *("announce.people", "announce.unreachable", "announce.fault.language"),
        *("announce.second", "announce.languages"),
    ]
    assert pressed(wrong) == [test, "/announce in 5 lt 7", "/announce in 5 pl 7", drop]
    grouped = announcing.shown(made(groups=("Rūta", "Bitė")))[-1]
    assert lines(grouped) == ["announce.people", "announce.groups"]
    assert grouped.lines[1].params == {"titles": "Rūta, Bitė"}
    nobody = announcing.shown(made(texts=(), languages=(), faults=(("empty", None),)))[-1]
    assert pressed(nobody) == [drop]


def test_what_waits_for_approval_is_shown_to_each_with_what_they_can_do() -> None:
    asked = made(state="asked")
    mine, theirs = announcing.shown(asked)[-1], announcing.shown(replace(asked, mine=False))[-1]
    assert (lines(mine)[0], pressed(mine)) == ("announce.asked", ["/announce undo 7", "/announce status 7"])
    can = ["/announce approve 7 0123456789abcdef", "/announce refuse 7 0123456789abcdef"]
    assert (lines(theirs)[0], pressed(theirs)) == ("announce.wanted", can)
    assert pressed(announcing.wanted(asked)) == can
    long = replace(asked, texts=(("lt", "a" * MOST_TOGETHER),))
    assert pressed(announcing.wanted(long)) == ["/announce show 7"]
    assert lines(announcing.wanted_mail(asked)) == ["approval.subject", "approval.wanted", "approval.then"]


@pytest.mark.parametrize(
    ("changes", "said", "ways"),
    [
        ({"state": "draft"}, ["state.draft"], ["/announce show 7"]),
        ({"state": "asked"}, ["state.asked"], ["/announce status 7"]),
        ({"state": "due", "at": NOW}, ["state.due", "goes_at"], ["/announce undo 7", "/announce status 7"]),
        (
            {"state": "sending", "figures": (("sent", 1),)},
            ["state.sending", "figures"],
            ["/announce status 7"],
        ),
        (
            {"state": "done", "figures": (("sent", 1),), "confirms": True},
            ["state.done", "figures", "confirmed"],
            ["/menu"],
        ),
        ({"state": "cancelled"}, ["state.cancelled"], ["/menu"]),
    ],
)
def test_where_it_stands(changes: dict[str, Any], said: list[str], ways: list[str]) -> None:
    stood = announcing.stands(made(**changes))
    assert (lines(stood), pressed(stood)) == ([f"announce.{each}" for each in said], ways)
    assert lines(announcing.became("late", made(**changes))) == ["announce.late", *lines(stood)]
    assert announcing.shown(made(**changes))[-1] == stood or changes["state"] in ("draft", "asked")


def test_every_button_fits_into_what_messengers_take() -> None:
    whole = announcing.shown(replace(made(), id=2**31, place_id=2**31, languages=LANGUAGES))[-1]
    assert max(len(each.encode()) for each in pressed(whole)) <= MOST_BUTTON_BYTES


def test_what_else_is_said() -> None:
    said = [announcing.none(), announcing.stopped(), announcing.changed(), announcing.own()]
    assert [each.lines[0].text for each in said] == [
        *("announce.none", "announce.stopped", "announce.changed", "announce.own")
    ]
    assert pressed(announcing.refused("Dora", made())) == ["/announce show 7"]
    asks = announcing.ask_words(WRITING, "Biblioteka", ("lt", "pl"))
    assert pressed(asks) == ["/announce in 5 lt 12", "/announce off"]
