"""What is sent is seen whole: every character, mark, link, picture and button; nothing is read as markup."""

import asyncio
import contextlib
from dataclasses import replace

import pytest

from bot.channel import Refused
from domain.fitting import Capabilities, fit
from domain.message import Content
from domain.text import Text
from storage import media
from tests.bot.channels.contract.contents import (
    CONTENTS,
    MARKUP,
    PICTURE,
    PNG,
    SHORT,
    buttons,
    options,
    several,
)
from tests.bot.channels.contract.house import House
from tests.bot.channels.contract.meeting import Met
from tests.bot.channels.contract.visitor import Messenger, Shown, bare, stretch

CHANGES = {
    "text": (Content(Text("Viena")), Content(Text("Kita 🎓"))),
    "buttons": (buttons(SHORT), Content(Text("Jau įrašyta"))),
    "ticks": (several(SHORT), several(SHORT, (0, 2))),
    "caption": (replace(options(SHORT), picture=PICTURE), Content(Text("Kita"), PICTURE)),
}


@pytest.fixture(autouse=True)
async def picture(house: House) -> None:
    """The picture of a published lesson."""
    await house.database.write(lambda tx: media.keep(tx, PICTURE.digest, PNG))


def differences(shown: Shown, content: Content, can: Capabilities) -> list[str]:
    """What is not seen of a content as it fits the messenger. Marks are where they belong, or there are none."""
    sent = fit(content, can)
    entities, plain = sent.text.entities, sent.text.plain
    labels = [button.label for button in (*sent.buttons, *([sent.submit] if sent.submit else []))]
    ticks = can.buttons and can.answers
    marks = tuple((each.kind, stretch(plain, each.offset, each.length)) for each in entities)
    selected = tuple(bare(labels[index]) for index in content.selected) if ticks else ()
    same = {
        "text": shown.says(plain),
        "marks": shown.marks == marks or not (shown.marks or can.hidden),
        "links": shown.links == tuple(each.url for each in entities if each.kind == "link"),
        "labels": shown.labels == tuple(labels),
        "selected": shown.selected == selected,
        "picture": shown.picture == (sent.picture.digest if sent.picture else ""),
    }
    return [what for what, is_same in same.items() if not is_same]


async def shows(messenger: Messenger, met: Met, key: str, content: Content) -> tuple[Shown, list[str]]:
    """Send a content: how it is seen, and what of it is not."""
    can = messenger.channel.capabilities
    await messenger.channel.send(met.address, fit(content, can), key=key)
    shown = (await met.visitor.sees())[-1]
    return shown, differences(shown, content, can)


async def test_every_content_is_seen_whole(messenger: Messenger, met: Met) -> None:
    missing = dict[str, list[str]]()
    for key, content in CONTENTS.items():
        shown, missing[key] = await shows(messenger, met, key, content)
        missing[key] += [] if shown.mentions(content.text.plain) else ["the author's text"]
        told = shown.picture or not content.picture or shown.mentions(content.picture.alt)
        missing[key] += [] if told else ["what the picture shows"]
    assert missing == {key: [] for key in CONTENTS}
    assert len(await met.visitor.sees()) == len(CONTENTS)


async def test_a_picture_is_seen_each_time(messenger: Messenger, met: Met) -> None:
    can = messenger.channel.capabilities
    for key in ("first", "second"):
        await messenger.channel.send(met.address, fit(Content(Text(key), PICTURE), can), key=key)
    seen = await met.visitor.sees()
    assert [shown.picture for shown in seen] == [PICTURE.digest if can.pictures else ""] * 2


async def test_text_is_never_markup(messenger: Messenger, met: Met) -> None:
    channel = messenger.channel
    for key in MARKUP:
        await channel.send(met.address, fit(Content(Text(key)), channel.capabilities), key=key)
    seen = await met.visitor.sees()
    assert [shown.says(plain) for shown, plain in zip(seen, MARKUP, strict=True)] == [True] * len(MARKUP)
    assert [(shown.marks, shown.links) for shown in seen] == [((), ())] * len(MARKUP)


async def test_labels_and_captions_are_never_markup(messenger: Messenger, met: Met) -> None:
    plain = "\n".join(MARKUP)
    for asked in (buttons(MARKUP), options(MARKUP), several(MARKUP)):
        content = replace(asked, text=Text(plain), picture=replace(PICTURE, alt=plain))
        shown, missing = await shows(messenger, met, asked.pick, content)
        assert missing == []
        kept = messenger.channel.capabilities.answers or asked.pick != "none"
        assert [label for label in MARKUP if kept and shown.way_to(label) is None] == []


async def test_the_same_key_again_is_one_message_where_the_messenger_says_so(
    messenger: Messenger, met: Met
) -> None:
    channel = messenger.channel
    tries = (
        channel.send(met.address, fit(CONTENTS["one, long"], channel.capabilities), key="k") for _ in "ab"
    )
    sent = [
        *await asyncio.gather(*tries),
        await channel.send(met.address, Content(Text("Kita")), key="other"),
    ]
    seen = await met.visitor.sees()
    assert [shown.says("Kita") for shown in seen] == (
        [False, True] if channel.capabilities.idempotent else [False, False, True]
    )
    assert len(set(sent)) == len(seen)


async def test_an_edit_changes_the_message_where_the_messenger_can(messenger: Messenger, met: Met) -> None:
    channel, can = messenger.channel, messenger.channel.capabilities
    for key, (before, after) in CHANGES.items():
        sent = await channel.send(met.address, fit(before, can), key=key)
        await channel.send(met.address, Content(Text("Po jos")), key=f"{key} other")
        for _ in range(2):  # again changes nothing
            with contextlib.nullcontext() if can.edits else pytest.raises(Refused):
                await channel.edit(met.address, sent, fit(after, can))
        shown, last = (await met.visitor.sees())[-2:]
        assert differences(shown, after if can.edits else before, can) == []
        assert last.says("Po jos")
    assert len(await met.visitor.sees()) == 2 * len(CHANGES)
