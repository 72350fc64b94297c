"""What a page sends."""

import asyncio
import json
import re
from datetime import UTC, datetime

import httpx
import pytest
from starlette.applications import Starlette

from bot.channels.web import WebChat
from bot.post import StorePost
from domain.event import Pressed, Said
from domain.limiter import SENDER_BURST
from storage import webchat
from tests.bot.channels.web.served import TEXTS, Served
from tests.bot.channels.web.visitor import ID, OWN, Visitor, opened
from tests.storage.incoming import stored


@pytest.mark.parametrize(
    ("sent", "event", "shown"),
    [
        ({"text": " labas 🙂 "}, Said("labas 🙂"), "labas 🙂"),
        ({"text": "/start abc", "label": "Pradėti"}, Said("/start abc"), "Pradėti"),
        ({"press": "k1:=0,1", "label": "Vienas, Du"}, Pressed("k1:=0,1"), "Vienas, Du"),
    ],
)
async def test_what_the_visitor_does_is_an_update_and_stands_in_the_chat(
    web: Served, visitor: Visitor, sent: dict[str, str], event: Said | Pressed, shown: str
) -> None:
    answer = await visitor.post(**sent)
    assert (answer.status_code, answer.content) == (202, b"")
    assert await web.came() == [(visitor.address, event, "")]
    async with opened(visitor) as stream:
        kind, _, entry = await stream.next()
    assert (kind, entry["who"], entry["id"], entry["text"]) == ("message", "me", ID, {"plain": shown})
    assert entry["press"] == sent.get("press", "")


@pytest.mark.parametrize(
    ("headers", "lang", "language"),
    [
        ({"Accept-Language": "de, pl;q=0.5"}, "", "pl"),
        ({"Accept-Language": "de-AT"}, "", "de-AT"),
        ({"Accept-Language": "pl"}, "nb", "nb"),
    ],
)
async def test_an_update_says_the_visitors_language(
    web: Served, visitor: Visitor, headers: dict[str, str], lang: str, language: str
) -> None:
    await visitor.http.post("/chat/messages", json={"id": ID, "text": "x", "lang": lang}, headers=headers)
    assert [language for _, _, language in await web.came()] == [language]


async def test_the_same_message_again_changes_nothing(web: Served, visitor: Visitor) -> None:
    answers = await asyncio.gather(*(visitor.post(text=f"{number}") for number in range(8)))
    assert {answer.status_code for answer in answers} == {202}
    assert len(await stored(web.database)) == 1
    assert len(await web.database.read(lambda tx: webchat.after(tx, visitor.address, 0, 100))) == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"[]", 400),
        (b"{", 400),
        (b"\xff\xfe", 400),
        ({"id": ID}, 400),
        ({"id": ID, "text": "  "}, 400),
        ({"id": ID, "text": "a", "press": "b"}, 400),
        ({"id": ID, "text": 5}, 400),
        ({"id": ID, "text": "a\0b"}, 400),
        ({"id": ID, "text": "\ud800"}, 400),
        ({"id": ID, "text": "a" * 4001}, 400),
        ({"id": ID, "press": "ž" * 33}, 400),
        ({"id": ID, "text": "a", "more": 1}, 400),
        ({"id": "short", "text": "a"}, 400),
        ({"id": "a:b:c:d:e", "text": "a"}, 400),
        ({"text": "a"}, 400),
        ({"id": ID, "text": "a", "label": "ž" * 16_000}, 413),
    ],
)
async def test_bad_input_is_refused_in_one_sentence(
    web: Served, visitor: Visitor, body: bytes | dict[str, object], status: int
) -> None:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    answer = await visitor.http.post("/chat/messages", content=content)
    assert answer.status_code == status
    assert re.fullmatch(r"[A-Z][^\n]{10,150}\.", answer.json()["error"])
    assert await stored(web.database) == []


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 202),
        ({"Origin": "http://{host}"}, 202),
        ({"Sec-Fetch-Site": "none"}, 202),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://elsewhere.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://["}, 403),
    ],
)
async def test_only_the_page_itself_may_send(
    web: Served, visitor: Visitor, headers: dict[str, str], status: int
) -> None:
    del visitor.http.headers["Sec-Fetch-Site"]
    said = {name: value.replace("{host}", f"127.0.0.1:{web.port}") for name, value in headers.items()}
    answer = await visitor.http.post("/chat/messages", json={"id": ID, "text": "x"}, headers=said)
    assert answer.status_code == status


async def test_who_sends_too_much_at_once_is_told_to_wait_and_nobody_else(
    web: Served, visitor: Visitor
) -> None:
    now = 100.0
    web.chat = WebChat(StorePost(web.database, TEXTS, lambda: datetime.now(UTC)), seconds=lambda: now)
    app = httpx.ASGITransport(Starlette(routes=list(web.chat.routes())))

    async def sends(http: httpx.AsyncClient, number: int) -> httpx.Response:
        return await http.post("/chat/messages", json={"id": f"{ID}{number}", "text": "x"})

    cookies = {"zinute_chat": visitor.http.cookies["zinute_chat"]}
    async with (
        httpx.AsyncClient(transport=app, base_url="http://chat.test", headers=OWN, cookies=cookies) as eager,
        httpx.AsyncClient(transport=app, base_url="http://chat.test", headers=OWN) as other,
    ):
        answers = [await sends(eager, number) for number in range(SENDER_BURST + 1)]
        assert [each.status_code for each in answers] == [202] * SENDER_BURST + [429]
        assert answers[-1].headers["Retry-After"] == "1"
        assert re.fullmatch(r"[A-Z][^\n]{10,150}\.", answers[-1].json()["error"])
        assert len(await stored(web.database)) == SENDER_BURST
        await other.get("/chat")
        assert (await sends(other, 0)).status_code == 202
        now += 0.5
        assert [(await sends(eager, SENDER_BURST + each)).status_code for each in (0, 1)] == [202, 429]
        now += 10
        answers = [await sends(eager, 100 + number) for number in range(SENDER_BURST + 1)]
        assert [each.status_code for each in answers] == [202] * SENDER_BURST + [429]


async def test_without_the_cookie_nothing_is_taken_or_told(web: Served) -> None:
    async with httpx.AsyncClient(base_url=web.url, headers=OWN) as http:
        assert (await http.post("/chat/messages", json={"id": ID, "text": "x"})).status_code == 401
        assert (await http.get("/chat/events")).status_code == 401
        assert (await http.get("/chat/earlier?before=5")).status_code == 400
