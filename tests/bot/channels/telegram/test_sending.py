"""What the channel sends arrives as meant; what fails is named for what it is."""

import hashlib
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from bot.channel import AccountRefused, Ambiguous, Limited, NotConnected, Refused, SendError, Unreachable
from bot.channels.telegram import Telegram
from bot.channels.telegram.api import connect
from bot.channels.telegram.content import text_message
from bot.channels.telegram.problem import Unclear, failure
from bot.post import StorePost
from domain.message import Button, Content
from domain.programme import Picture
from domain.text import Entity, Text, join, marked
from storage import media
from tests.bot.channels.telegram.conftest import MakeTelegram
from tests.fakes.owner import BotApi
from tests.fakes.person import Person

PLAIN = Content(Text("Labas"))


@pytest.fixture
async def anna(bot_api: BotApi) -> Person:
    """Somebody who has started the bot."""
    person = await bot_api.person()
    await person.says("/start")
    return person


@pytest.fixture
async def picture(post: StorePost) -> Picture:
    """A picture of a published lesson."""
    data = BytesIO()
    Image.new("RGB", (64, 48), "teal").save(data, "PNG")
    digest = hashlib.sha256(data.getvalue()).hexdigest()
    await post.database.write(lambda tx: media.keep(tx, digest, data.getvalue()))
    return Picture(digest, "desk.png", "A desk", 64, 48)


async def test_text_arrives_with_its_entities(bot_api: BotApi, telegram: Telegram, anna: Person) -> None:
    link = Text("gairės", (Entity("link", 0, 6, "https://example.org/g"),))
    parts = [
        Text("Ačiū 👩‍🏫🎓"),
        marked("🎓b", "bold"),
        marked("i", "italic"),
        marked("s", "strike"),
        marked("c", "code"),
        marked("q", "quote"),
        link,
        marked("h", "hidden"),
    ]
    sent = await telegram.send(str(anna.id), Content(join(*parts, separator=" ")), key="k")
    seen = await anna.waits_for("Ačiū")
    assert seen.text == "Ačiū 👩‍🏫🎓 🎓b i s c q gairės h"
    assert seen.entities == (
        {"type": "bold", "offset": 13, "length": 3},
        {"type": "italic", "offset": 17, "length": 1},
        {"type": "strikethrough", "offset": 19, "length": 1},
        {"type": "code", "offset": 21, "length": 1},
        {"type": "blockquote", "offset": 23, "length": 1},
        {"type": "text_link", "offset": 25, "length": 6, "url": "https://example.org/g"},
        {"type": "spoiler", "offset": 32, "length": 1},
    )
    assert sent == str(seen.id)


@pytest.mark.parametrize(
    ("labels", "rows"),
    [
        (["A", "B", "C"], [["A", "B"], ["C"]]),
        (["Ne", "Taip, tikrai žinau"], [["Ne"], ["Taip, tikrai žinau"]]),
        (["x" * 12, "y" * 12], [["x" * 12, "y" * 12]]),
        (["🎓" * 7, "y"], [["🎓" * 7], ["y"]]),
        ([], []),
    ],
)
async def test_buttons_lie_side_by_side_when_all_are_short(
    telegram: Telegram, anna: Person, labels: list[str], rows: list[list[str]]
) -> None:
    buttons = tuple(Button(label, f"step:{index}") for index, label in enumerate(labels))
    await telegram.send(str(anna.id), replace(PLAIN, buttons=buttons), key="k")
    seen = await anna.waits_for("Labas")
    assert [[label for label, _ in row] for row in seen.rows] == rows
    assert [seen.data(label) for label in labels] == [f"step:{index}" for index in range(len(labels))]


async def test_a_picture_is_uploaded_once(
    bot_api: BotApi, telegram: Telegram, anna: Person, picture: Picture
) -> None:
    content = Content(marked("Registratūra", "bold"), picture=picture, buttons=(Button("Toliau", "s:next"),))
    for key in ("first", "second"):
        await telegram.send(str(anna.id), content, key=key)
    first, second = (entry["content"] for entry in await bot_api.ledger("sent"))
    assert first == second
    assert first["caption_entities"] == [{"type": "bold", "offset": 0, "length": 12}]
    seen = await anna.waits_for("Registratūra")
    assert (seen.picture, seen.labels) == (picture.digest, ["Toliau"])


async def test_a_picture_that_telegram_has_forgotten_is_uploaded_again(
    bot_api: BotApi, telegram: Telegram, anna: Person, post: StorePost, picture: Picture
) -> None:
    await post.keep_handle("telegram", telegram.account, picture.digest, "photo-of-another-bot")
    await telegram.send(str(anna.id), Content(Text("Stalas"), picture=picture), key="k")
    assert (await anna.waits_for("Stalas")).picture == picture.digest
    assert await post.handle("telegram", telegram.account, picture.digest) != "photo-of-another-bot"


async def test_a_picture_that_is_not_in_the_store_is_refused(telegram: Telegram, anna: Person) -> None:
    missing = Picture("0" * 64, "gone.png", "", 1, 1)
    with pytest.raises(Refused):
        await telegram.send(str(anna.id), Content(Text("Kur?"), picture=missing), key="k")


async def test_a_message_can_be_changed(telegram: Telegram, anna: Person, picture: Picture) -> None:
    plain, pictured = PLAIN, Content(Text("Stalas"), picture=picture)
    for content in (replace(plain, buttons=(Button("A", "a"),)), pictured):
        sent = await telegram.send(str(anna.id), content, key="k")
        changed = replace(content, text=marked("Jau įrašyta", "italic"), buttons=())
        await telegram.edit(str(anna.id), sent, changed)
        seen = await anna.waits_for("Jau įrašyta")
        assert (str(seen.id), seen.labels) == (sent, [])
        assert seen.entities == ({"type": "italic", "offset": 0, "length": 11},)
        await telegram.edit(str(anna.id), sent, changed)  # it looks so already


@pytest.mark.parametrize("sent", ["", "x", "99999999"])
async def test_a_message_that_is_not_there_cannot_be_changed(
    telegram: Telegram, anna: Person, sent: str
) -> None:
    with pytest.raises(Refused):
        await telegram.edit(str(anna.id), sent, PLAIN)


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ({"status": 429, "retry_after": 7}, (Limited, 0)),
        ({"status": 429}, (Limited, 0)),
        ({"status": 403, "description": "Forbidden: bot was blocked by the user"}, (Unreachable, 0)),
        ({"status": 400, "description": "Bad Request: chat not found"}, (Unreachable, 0)),
        ({"status": 400, "description": "Bad Request: can't parse entities"}, (Refused, 0)),
        ({"status": 413, "body": "<html>Request Entity Too Large</html>"}, (Refused, 0)),
        ({"status": 401, "description": "Unauthorized"}, (AccountRefused, 0)),
        ({"status": 404, "description": "Not Found"}, (AccountRefused, 0)),
        ({"status": 500, "description": "Internal Server Error: restart", "accept": True}, (Ambiguous, 1)),
        ({"status": 502, "body": "<html>Bad Gateway</html>"}, (Ambiguous, 0)),
        ({"then": "close", "accept": True}, (Ambiguous, 1)),
        ({"status": 200, "body": "not JSON", "accept": True}, (Ambiguous, 1)),
        ({"status": 302, "body": ""}, (Ambiguous, 0)),
    ],
)
async def test_a_failure_is_named_for_what_it_is(
    bot_api: BotApi,
    telegram: Telegram,
    anna: Person,
    fault: dict[str, Any],
    outcome: tuple[type[SendError], int],
) -> None:
    error, delivered = outcome
    await bot_api.fails("sendMessage", **fault)
    with pytest.raises(SendError) as caught:
        await telegram.send(str(anna.id), PLAIN, key="k")
    assert type(caught.value) is error
    assert getattr(caught.value, "retry_after", None) == fault.get("retry_after")
    assert bot_api.token not in f"{caught.value!r} {caught.value.__cause__!r}"
    assert len(await bot_api.ledger("sent")) == delivered
    await telegram.send(str(anna.id), PLAIN, key="k")  # the connection is in order again


@pytest.mark.parametrize(
    "fault",
    [
        {"body": '{"ok": true, "result": {"message_id": {message_id}, "date": "odd", "chat": 7}}'},
        {"body": '{"ok": true, "result": {"message_id": {message_id}, "chat": {"id":'},
        {"then": "cut"},
    ],
)
async def test_ok_is_sent_even_when_the_rest_cannot_be_read(
    bot_api: BotApi, telegram: Telegram, anna: Person, fault: dict[str, Any]
) -> None:
    await bot_api.fails("sendMessage", accept=True, **fault)
    sent = await telegram.send(str(anna.id), PLAIN, key="k")
    assert sent == str((await anna.waits_for("Labas")).id)


async def test_ok_without_a_number_is_sent(bot_api: BotApi, telegram: Telegram, anna: Person) -> None:
    await bot_api.fails("sendMessage", accept=True, body='{"ok": true, "result": true}')
    assert await telegram.send(str(anna.id), PLAIN, key="k") == ""


async def test_nothing_has_left_when_nobody_listens(
    bot_api: BotApi, make_telegram: MakeTelegram, unused_tcp_port: int
) -> None:
    nowhere = {"ZINUTE_TELEGRAM_API": f"http://127.0.0.1:{unused_tcp_port}"}
    channel = make_telegram(bot_api.environment() | nowhere)
    with pytest.raises(NotConnected) as caught:
        await channel.send("1", PLAIN, key="k")
    assert caught.value.retry_after is None


async def test_a_request_that_is_never_answered_is_ambiguous(bot_api: BotApi, anna: Person) -> None:
    await bot_api.fails("sendMessage", then="silence", accept=True)
    bot = connect(bot_api.token, bot_api.url)
    with pytest.raises(Unclear) as caught:
        await bot(text_message(str(anna.id), PLAIN), request_timeout=1)
    await bot.session.close()
    assert type(failure(caught.value)) is Ambiguous
    assert len(await bot_api.ledger("sent")) == 1


async def test_somebody_who_blocked_the_bot_or_never_came_is_unreachable(
    bot_api: BotApi, telegram: Telegram, anna: Person
) -> None:
    stranger = await bot_api.person()
    await anna.blocks()
    for address in (str(anna.id), str(stranger.id), "no number"):
        with pytest.raises(Unreachable):
            await telegram.send(address, PLAIN, key="k")


@pytest.mark.parametrize(
    "content",
    [
        Content(Text("")),
        Content(Text("x" * 4097)),
        Content(Text("\ud83d")),
        Content(Text("x"), buttons=(Button("A", "d" * 65),)),
    ],
)
async def test_what_telegram_never_takes_is_refused(
    telegram: Telegram, anna: Person, content: Content
) -> None:
    with pytest.raises(Refused):
        await telegram.send(str(anna.id), content, key="k")


async def test_half_a_surrogate_pair_in_a_caption_is_refused(
    telegram: Telegram, anna: Person, picture: Picture
) -> None:
    with pytest.raises(Refused):
        await telegram.send(str(anna.id), Content(Text("\ud83d"), picture=picture), key="k")
