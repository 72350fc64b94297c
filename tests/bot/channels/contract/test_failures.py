"""What goes wrong is said in the contract's words, and a channel that is closed leaves nothing behind."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from bot.channel import AccountRefused, Ambiguous, NotSent, Refused, SendError, Unreachable
from domain.fitting import fit
from domain.message import Button, Content
from domain.text import Entity, Text
from tests.bot.channels.contract.contents import CONTENTS, PICTURE
from tests.bot.channels.contract.house import House
from tests.bot.channels.contract.meeting import Met, happened, meet
from tests.bot.channels.contract.messengers import answered
from tests.bot.channels.contract.running import Opening
from tests.bot.channels.contract.visitor import Messenger

FAILURES = (NotSent, Unreachable, Refused, AccountRefused, Ambiguous)
PLAIN = Content(Text("Labas"))
NOBODY = ("", "0", "-1", "nobody", "no body", "ž", "0" * 64, "9" * 40)
NEVER_SENT = ("", "x", "0", "-1", "99999999", "9" * 18, "9" * 40, "²")
ODD = {
    "nothing": Content(Text("")),
    "a space": Content(Text(" ")),
    "too long": Content(Text("ž" * 20_000)),
    "half a pair": Content(Text("a\ud83d")),
    "a zero": Content(Text("a\0b")),
    "an entity past the end": Content(Text("a", (Entity("bold", 0, 9),))),
    "an odd address": Content(Text("a", (Entity("link", 0, 1, "javascript:alert(1)"),))),
    "too much data": replace(PLAIN, buttons=(Button("A", "d" * 65),)),
    "no label": replace(PLAIN, buttons=(Button("", "d"),)),
    "half a pair on a button": replace(PLAIN, buttons=(Button("\ud83d", "d"),)),
    "a picture that is not in the store": replace(PLAIN, picture=replace(PICTURE, digest="0" * 64)),
}


async def outcome(
    messenger: Messenger, address: str, content: Content, key: str = "k"
) -> str | type[SendError]:
    """The id of what was sent, or the failure; what is no failure of the contract goes through."""
    try:
        return await messenger.channel.send(address, fit(content, messenger.channel.capabilities), key=key)
    except FAILURES as error:
        return type(error)


async def test_who_cannot_be_reached_is_a_failure(messenger: Messenger, met: Met) -> None:
    channel = messenger.channel
    sent = await channel.send(met.address, PLAIN, key="before")
    await met.visitor.goes()
    for content in (PLAIN, fit(CONTENTS["one, long"], channel.capabilities)):
        with pytest.raises(FAILURES):
            await channel.send(met.address, content, key="k")
    with pytest.raises(FAILURES):
        await channel.edit(met.address, sent, Content(Text("Kita")))


async def test_who_cannot_be_reached_keeps_nothing_from_others(house: House, messenger: Messenger) -> None:
    one, other = await meet(house, messenger), await meet(house, messenger)
    if not messenger.crowd:
        return
    await one.visitor.goes()
    tries = (outcome(messenger, each.address, PLAIN) for each in (one, other, one))
    failed, sent, again = await asyncio.gather(*tries)
    assert failed == again
    assert [isinstance(each, str) for each in (failed, sent)] == [False, True]
    assert [shown.text for shown in await other.visitor.sees()] == ["Labas"]


async def test_what_is_sent_to_an_unknown_address_is_seen_nowhere_else(
    messenger: Messenger, met: Met
) -> None:
    for address in NOBODY:
        await outcome(messenger, address, PLAIN)
    assert await met.visitor.sees() == []


async def test_what_was_never_sent_cannot_be_changed(messenger: Messenger, met: Met) -> None:
    errors = dict[str, str]()
    for sent in NEVER_SENT:
        try:
            await messenger.channel.edit(met.address, sent, PLAIN)
        except Exception as error:  # noqa: BLE001 (all of them are compared below)
            errors[sent] = type(error).__name__
    assert errors == dict.fromkeys(NEVER_SENT, Refused.__name__)


async def test_an_odd_content_is_sent_or_a_failure_and_the_next_one_is_sent(
    messenger: Messenger, met: Met
) -> None:
    for key, content in ODD.items():
        await outcome(messenger, met.address, content, key)
        assert isinstance(await outcome(messenger, met.address, PLAIN, f"{key} next"), str)
        assert (await met.visitor.sees())[-1].text.strip() == "Labas"


@answered
async def test_a_closed_channel_leaves_nothing_running(house: House, opening: Opening) -> None:
    before = asyncio.all_tasks()
    async with opening(house) as messenger:
        met = await meet(house, messenger)
        channel = messenger.channel
        await channel.send(met.address, fit(CONTENTS["one, short"], channel.capabilities), key="k")
        await met.visitor.presses("Taip")
        await happened(house, messenger)
        await met.visitor.sees()
        await channel.close()
        await channel.close()
    assert await still_running(before) == set()


async def test_a_channel_can_be_closed_before_it_did_anything(house: House, opening: Opening) -> None:
    before = asyncio.all_tasks()
    async with opening(house) as messenger:
        await messenger.channel.close()
    assert await still_running(before) == set()


async def still_running(before: "set[asyncio.Task[Any]]") -> "set[asyncio.Task[Any]]":
    """The tasks that were added and do not end at once; what ends at its next look, a second later, is one too."""
    left = asyncio.all_tasks() - before
    return (await asyncio.wait(left, timeout=0.9))[1] if left else set()
