"""What goes along with an announcement: in every messenger it is there, or there is a way to it."""

from dataclasses import replace
from hashlib import sha256

import pytest

from bot.announced import Telling, announced
from bot.voice import Voice
from domain.enclosed import Enclosed, File, Link
from domain.fitting import fit
from domain.message import Content
from storage import media
from tests.bot.channels.contract.contents import PICTURE, PNG
from tests.bot.channels.contract.house import House, texts
from tests.bot.channels.contract.meeting import Met
from tests.bot.channels.contract.visitor import Messenger

PDF = b"%PDF-1.7 %%EOF"
FILE = File(sha256(PDF).hexdigest(), "tvarka.pdf", len(PDF))
PUBLIC = "https://learn.example"
LINKED = Link("https://example.org/a", {"lt": "Atverti tvarką"})


@pytest.fixture(autouse=True)
async def kept(house: House) -> None:
    """The bytes of the picture and of the file."""
    await house.database.write(lambda tx: media.keep(tx, PICTURE.digest, PNG))
    await house.database.write(lambda tx: media.keep(tx, FILE.digest, PDF))


def told(enclosed: Enclosed, address: str | None = PUBLIC) -> Content:
    telling = Telling({"lt": "Nauja tvarka"}, enclosed, confirms=True, number=7)
    return announced(telling, Voice(texts(), "lt", address))


async def test_a_file_is_there_or_led_to_each_time(messenger: Messenger, met: Met) -> None:
    channel, can = messenger.channel, messenger.channel.capabilities
    for key in ("first", "second"):
        await channel.send(met.address, fit(told(Enclosed(file=FILE, links=(LINKED,))), can), key=key)
    for shown in await met.visitor.sees():
        address = f"{PUBLIC}{FILE.path}"
        led = address in dict(shown.opens).values() or shown.mentions(address)
        assert (shown.file, led) == (("tvarka.pdf", False) if can.largest else ("", True))
        assert LINKED.url in dict(shown.opens).values() or shown.mentions(LINKED.url)
        assert shown.mentions("Nauja tvarka")


async def test_a_picture_and_a_file_are_both_there_or_led_to(messenger: Messenger, met: Met) -> None:
    channel, can = messenger.channel, messenger.channel.capabilities
    content = fit(told(Enclosed(PICTURE, {"lt": "Stalas"}, FILE)), can)
    await channel.send(met.address, content, key="k")
    (shown,) = await met.visitor.sees()
    assert shown.picture == (PICTURE.digest if can.pictures else "")
    assert shown.picture or shown.mentions("Stalas")
    assert shown.file == ("tvarka.pdf" if can.together else "")


async def test_one_that_is_too_large_is_led_to_and_its_words_go(messenger: Messenger, met: Met) -> None:
    channel, can = messenger.channel, messenger.channel.capabilities
    large = replace(FILE, size=can.largest + 1)
    await channel.send(met.address, fit(told(Enclosed(file=large)), can), key="with an address")
    await channel.send(met.address, fit(told(Enclosed(file=large), None), can), key="without")
    first, second = await met.visitor.sees()
    assert f"{PUBLIC}{FILE.path}" in dict(first.opens).values() or first.mentions(f"{PUBLIC}{FILE.path}")
    assert (first.file, second.file) == ("", "")
    assert second.mentions("Nauja tvarka")


async def test_what_is_taken_back_is_gone_or_says_so(messenger: Messenger, met: Met) -> None:
    channel, can = messenger.channel, messenger.channel.capabilities
    voice, both = Voice(texts(), "lt", PUBLIC), (Enclosed(), Enclosed(PICTURE, {"lt": "Stalas"}))
    for enclosed in both if can.edits else ():
        sent = await channel.send(met.address, fit(told(enclosed), can), key=str(enclosed))
        gone = announced(Telling({"lt": "Nauja tvarka"}, enclosed, gone=True), voice)
        for _ in range(2):  # again changes nothing
            await channel.edit(met.address, sent, fit(gone, can))
    left = {(shown.text, shown.labels, shown.picture) for shown in await met.visitor.sees()}
    assert left <= {("Šis pranešimas atšauktas.", (), "")}
