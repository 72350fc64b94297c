"""What people do comes in whole, is stored first, and nothing that one update is harms another."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

from bot.channel import Update
from domain.event import Incoming, Pressed, Said
from domain.fitting import MOST_BUTTON_BYTES, fit
from domain.language import language_of
from domain.message import Button, Content
from domain.offers import by_number
from domain.text import Text
from storage.inbox import INBOX
from tests.bot.channels.contract.contents import MARKUP
from tests.bot.channels.contract.house import House, texts
from tests.bot.channels.contract.meeting import Met, done, happened, meet, understood
from tests.bot.channels.contract.messengers import answered
from tests.bot.channels.contract.visitor import Messenger
from tests.storage.samples import rows

pytestmark = answered

SAID = (
    "ąčęėįšųūž ĄČĘĖĮŠŲŪŽ „–“",
    "Ačiū 👩‍🏫🎓 🇱🇹",
    "ž" * 4_000,
    ("🎓 " * 2_000)[:3_999] + ".",
    "/start hT4kq9Zx_aB1",
    "1",
    "1 3",
    '{"text": "x"}',
    *MARKUP,
)
DATA = ("/menu", "hT4kq9Zx_aB1:next", "x" * MOST_BUTTON_BYTES, "ž" * (MOST_BUTTON_BYTES // 2))
BROKEN = ("", "{", "[]", "{}", "null", "7", '"x"', "\0", '{"update_id": 7', "[" * 100_000)
ODD: tuple[Any, ...] = (None, 7, True, [], {}, ["x"], {"text": 7})


async def test_what_is_said_comes_in_as_it_is(house: House, messenger: Messenger) -> None:
    visitor = await messenger.visitor()
    for text in SAID:
        await visitor.says(text)
    came = await understood(house, messenger, len(SAID))
    assert [incoming.event for incoming in came] == [Said(text) for text in SAID]
    assert len({incoming.address for incoming in came}) == 1
    assert {language_of(incoming.language) for incoming in came} == {"lt"}


async def test_it_is_stored_under_its_address_and_account(house: House, messenger: Messenger) -> None:
    visitor = await messenger.visitor()
    for text in ("viena", "dvi"):
        await visitor.says(text)
    stored = await house.came(messenger.channel.name, 2)
    understood_as = {incoming.address for row in stored if (incoming := meaning(messenger, row.raw))}
    assert {(row.account, row.address) for row in stored} == {
        (messenger.channel.account, address) for address in understood_as
    }


async def test_people_have_addresses_of_their_own(house: House, messenger: Messenger) -> None:
    one, other = await meet(house, messenger), await meet(house, messenger)
    assert (one.address != other.address) == messenger.crowd
    assert "" not in (one.address, other.address)


async def test_what_cannot_be_stored_comes_again_or_stops_the_messenger(
    house: House, messenger: Messenger
) -> None:
    visitor = await messenger.visitor()
    house.post.away = True
    await visitor.says("Labas")
    again = asyncio.create_task(happened(house, messenger))
    ends = [again] if messenger.receiving.done() else [again, messenger.receiving]
    await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    assert house.post.refused
    if messenger.stopped:
        again.cancel()
    else:
        assert await again == [Said("Labas")]


async def test_a_press_gives_the_buttons_data(house: House, messenger: Messenger, met: Met) -> None:
    can = messenger.channel.capabilities
    labels = [f"Mygtukas {number}" for number in range(len(DATA))]
    menu = Content(Text("Ką darome?"), buttons=tuple(map(Button, labels, DATA)), hint="Parašykite numerį.")
    await messenger.channel.send(met.address, fit(menu, can), key="k")
    for label in labels:
        await met.visitor.presses(label)
    came = await understood(house, messenger, len(DATA))
    assert {incoming.address for incoming in came} == {met.address}
    events = [done(incoming) for incoming in came]
    pressed = events if can.buttons else [by_number(each, DATA) for each in events]
    assert pressed == [Pressed(data) for data in DATA]


async def test_what_is_broken_has_no_meaning(messenger: Messenger) -> None:
    assert [raw[:20] for raw in BROKEN if meaning(messenger, raw) is not None] == []


async def test_an_update_in_another_shape_has_no_meaning_or_a_sound_one(
    house: House, messenger: Messenger, met: Met
) -> None:
    await met.visitor.says("Labas")
    [row] = await house.came(messenger.channel.name)
    unsound = [raw for raw in bent(json.loads(row.raw)) if not sound(meaning(messenger, json.dumps(raw)))]
    assert unsound == []


async def test_what_is_broken_harms_nothing_else(house: House, messenger: Messenger, met: Met) -> None:
    channel = messenger.channel
    for key, address in (("odd-1", "somebody"), ("odd-2", met.address), ("odd-3", "")):
        await house.post.receive(channel.name, channel.account, Update(key, address, "{"))
    await met.visitor.says("/help")
    await house.arrived(channel.name, 4)
    await house.lets_time_pass(channel)
    sorry, answer = (await met.visitor.sees())[-2:]
    assert sorry.mentions(texts().say("lt", "help.sorry"))
    assert answer.mentions(texts().say("lt", "join.stranger"))
    states = await rows(house.database, INBOX.c.id, INBOX.c.key, INBOX.c.state)
    assert {key: state for _, key, state in states if key.startswith("odd")} == dict.fromkeys(
        ("odd-1", "odd-2", "odd-3"), "quarantined"
    )


def meaning(messenger: Messenger, raw: str) -> Incoming | None:
    """What decode makes of it; None too when it raises, which quarantines the update."""
    try:
        return messenger.channel.decode(raw)
    except Exception:  # noqa: BLE001 (any exception is allowed)
        return None


def sound(incoming: Incoming | None) -> bool:
    """Whether there is nothing in it but text."""
    if incoming is None:
        return True
    event = incoming.event
    words = event.text if isinstance(event, Said) else event.data if isinstance(event, Pressed) else ""
    return all(type(each) is str for each in (incoming.address, incoming.language, words))


def bent(whole: Any) -> Iterator[Any]:
    """The same JSON with one part of it replaced or missing."""
    yield from ODD
    if not isinstance(whole, dict):
        return
    for name, part in whole.items():
        yield {each: value for each, value in whole.items() if each != name}
        for other in bent(part):
            yield whole | {name: other}
