"""The webhook over raw HTTP: forged, broken, huge and unlucky requests."""

import asyncio
import json
from collections.abc import AsyncIterator
from random import Random
from typing import ClassVar

import pytest

from bot.channel import Update
from bot.channels.telegram import Telegram
from bot.channels.telegram.updates import Arrived
from bot.channels.telegram.webhook import webhook
from bot.post import StorePost
from tests.bot.channels.telegram.conftest import MakeTelegram, serving, stored
from tests.fakes.owner import SECRET, BotApi
from zinute.patience import Patient

GOOD = json.dumps({"update_id": 7, "message": {"from": {"id": 42}, "text": "labas"}}).encode()
MANY = 1_000_001


class Hasty(Patient):
    """The web server's protocol, which waits a tenth of a second for a request."""

    within: ClassVar[float] = 0.1


class Unlucky(StorePost):
    """A post whose store can be away."""

    away = False

    async def receive(self, channel: str, account: str, update: Update) -> None:
        if self.away:
            raise OSError("disk full")
        await super().receive(channel, account, update)


@pytest.fixture
def unlucky(post: StorePost) -> Unlucky:
    return Unlucky(post.database, post.texts, post.now)


@pytest.fixture
async def port(bot_api: BotApi, unlucky: Unlucky, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[int]:
    """Where the webhook listens."""
    for name, value in bot_api.environment(webhook="http://127.0.0.1:1/telegram/webhook").items():
        monkeypatch.setenv(name, value)
    channel = Telegram(unlucky)
    async with serving(channel.routes()) as port:
        yield port
    await channel.close()


async def ask(
    port: int, body: bytes, *, secret: bytes | None = SECRET.encode(), method: str = "POST", length: str = ""
) -> tuple[int, dict[str, str]]:
    """Status and headers of the answer to one request."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = f"{method} /telegram/webhook HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    head += length or f"Content-Length: {len(body)}\r\n"
    token = b"" if secret is None else b"X-Telegram-Bot-Api-Secret-Token: " + secret + b"\r\n"
    writer.write(head.encode() + token + b"\r\n" + body)
    try:
        answer = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
    finally:
        writer.close()
    first, *lines = answer.decode().strip().split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines)
    return int(first.split()[1]), headers


@pytest.mark.parametrize(
    "secret",
    [None, b"", b"wrong", SECRET.encode() + b"x", SECRET[:-1].encode(), "ąžuolas".encode(), b"\xff\xfe\x80"],
)
async def test_t12_a_forged_update_is_refused(port: int, post: StorePost, secret: bytes | None) -> None:
    status, _ = await ask(port, GOOD, secret=secret)
    assert (status, await stored(post)) == (401, [])


async def test_an_update_is_stored_before_it_is_accepted(port: int, post: StorePost) -> None:
    for _ in range(2):
        assert (await ask(port, GOOD))[0] == 200
        assert [(row.address, json.loads(row.raw)) for row in await stored(post)] == [
            ("42", json.loads(GOOD))
        ]


async def test_an_update_that_cannot_be_stored_is_to_come_again(
    port: int, unlucky: Unlucky, post: StorePost
) -> None:
    unlucky.away = True
    status, headers = await ask(port, GOOD)
    assert (status, headers["retry-after"]) == (503, "5")
    unlucky.away = False
    assert ((await ask(port, GOOD))[0], len(await stored(post))) == (200, 1)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"7",
        b"{}",
        b'{"update_id": "7"}',
        b'{"update_id": true}',
        b"\xff\xfe",
        b"[" * 900_000,
        b'{"update_id": ' + b"9" * 9_000 + b"}",
    ],
    ids=lambda body: body[:20].decode("latin-1"),
)
async def test_t12_what_is_no_update_is_refused(port: int, post: StorePost, body: bytes) -> None:
    assert ((await ask(port, body))[0], await stored(post)) == (400, [])


async def test_t12_a_huge_body_is_refused(port: int, post: StorePost) -> None:
    assert (await ask(port, b"", length=f"Content-Length: {MANY}\r\n"))[0] == 413
    chunk = f"{MANY:x}\r\n".encode() + b"x" * MANY + b"\r\n0\r\n\r\n"
    assert (await ask(port, chunk, length="Transfer-Encoding: chunked\r\n"))[0] == 413
    assert await stored(post) == []


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD", "OPTIONS"])
async def test_t12_only_post_is_answered(port: int, method: str) -> None:
    assert (await ask(port, b"", method=method))[0] == 405


@pytest.mark.parametrize("length", [257, 8_000, 40_000, 200_000])
async def test_t12_a_very_long_secret_is_refused(port: int, post: StorePost, length: int) -> None:
    status, _ = await ask(port, GOOD, secret=b"x" * length)
    assert status in (400, 401, 431)
    assert await stored(post) == []


async def test_t12_a_body_that_comes_too_slowly_is_refused(unlucky: Unlucky, post: StorePost) -> None:
    async def take(arrived: Arrived) -> None:
        await unlucky.receive("telegram", "1", arrived.update)

    async with serving([webhook(SECRET.encode(), take)], http=Hasty) as port:
        with pytest.raises((asyncio.IncompleteReadError, ConnectionResetError)):
            await ask(port, GOOD[:9], length=f"Content-Length: {len(GOOD)}\r\n")
        assert await stored(post) == []
        assert (await ask(port, GOOD))[0] == 200


async def test_t12_a_body_that_ends_too_early_is_not_stored(port: int, post: StorePost) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    head = f"POST /telegram/webhook HTTP/1.1\r\nHost: x\r\nContent-Length: {len(GOOD)}\r\n"
    writer.write(
        head.encode() + b"X-Telegram-Bot-Api-Secret-Token: " + SECRET.encode() + b"\r\n\r\n" + GOOD[:40]
    )
    writer.close()
    await writer.wait_closed()
    assert ((await ask(port, GOOD))[0], len(await stored(post))) == (200, 1)


async def test_t12_an_update_that_is_replayed_a_hundred_times_is_stored_once(
    port: int, post: StorePost
) -> None:
    answers = await asyncio.gather(*(ask(port, GOOD) for _ in range(100)))
    assert ({status for status, _ in answers}, len(await stored(post))) == ({200}, 1)


@pytest.mark.parametrize("seed", [1])
async def test_t12_whatever_comes_is_never_the_servers_fault(port: int, post: StorePost, seed: int) -> None:
    """Mutated requests: every answer is a 200 or says what the caller did wrong."""
    print("seed", seed)
    rng = Random(seed)
    good = request(GOOD)
    for _ in range(300):
        raw = bytearray(good)
        for _ in range(rng.randint(1, 6)):
            place = rng.randrange(len(raw))
            raw[place : place + rng.randint(0, 3)] = rng.choice(
                [b"", b"\xff", b"\0", b"\r\n", b": ", b"9", b"}"]
            )
        status = await answered(port, bytes(raw))
        assert status in (0, 200, 400, 401, 404, 405, 413), bytes(raw)


def request(body: bytes) -> bytes:
    head = (
        f"POST /telegram/webhook HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {len(body)}\r\n"
    )
    return head.encode() + b"X-Telegram-Bot-Api-Secret-Token: " + SECRET.encode() + b"\r\n\r\n" + body


async def answered(port: int, raw: bytes) -> int:
    """The status; 0 when the connection ends without one."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(raw)
    writer.write_eof()
    first = await asyncio.wait_for(reader.readline(), 10)
    writer.close()
    return int(first.split()[1]) if first else 0


async def test_telegram_comes_again_until_an_update_is_stored(
    bot_api: BotApi, port: int, unlucky: Unlucky, post: StorePost, make_telegram: MakeTelegram
) -> None:
    unlucky.away = True
    hooked = make_telegram(bot_api.environment(webhook=f"http://127.0.0.1:{port}/telegram/webhook"))
    await hooked.open()
    anna = await bot_api.person()
    await anna.says("/start")

    async def refused() -> bool | None:
        return 503 in [event["status"] for event in await bot_api.events("delivered")] or None

    assert await bot_api.until(refused)
    unlucky.away = False
    await bot_api.confirmed({(await bot_api.events("queued"))[0]["number"]})
    assert [waiting.address for waiting in await stored(post)] == [str(anna.id)]
