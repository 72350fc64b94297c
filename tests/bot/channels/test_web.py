"""The web chat over HTTP, with a real server and a real store."""

import asyncio
import hashlib
import json
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from bot.channel import Refused
from bot.channels.web import page
from bot.channels.web.feed import MOST_PAGES
from bot.channels.web.stream import AT_ONCE, HISTORY
from domain.event import Pressed, Said
from domain.message import Button, Content
from domain.text import Text, marked
from storage import inbox, media, webchat
from storage.database import Database
from tests.bot.channels.webchat import Served, served

ID = "0123456789abcdef"
QUESTION = Content(
    marked("Kuris?", "bold"),
    buttons=(Button("Vienas", "k1:0"), Button("Du", "k1:1")),
    pick="many",
    submit=Button("Gerai", "k1:ok"),
)


@pytest.fixture
async def web(sqlite_url: str) -> AsyncIterator[Served]:
    """A web chat that runs."""
    async with served(sqlite_url) as running:
        yield running


@dataclass
class Visitor:
    """A browser with a cookie, and the address that follows from it."""

    http: httpx.AsyncClient
    address: str

    async def post(self, **sent: object) -> httpx.Response:
        return await self.http.post("/chat/messages", json={"id": ID, **sent})


@asynccontextmanager
async def visiting(web: Served) -> AsyncIterator[Visitor]:
    async with httpx.AsyncClient(base_url=web.url, timeout=5) as http:
        await http.get("/chat")
        token = http.cookies["zinute_chat"]
        yield Visitor(http, hashlib.sha256(token.encode()).hexdigest())


@pytest.fixture
async def visitor(web: Served) -> AsyncIterator[Visitor]:
    async with visiting(web) as someone:
        yield someone


class Stream:
    """The events of an open page, as (event, id, data)."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self._lines = response.aiter_lines()

    async def next(self) -> tuple[str, str, Any]:
        found = {"event": "message", "id": ""}
        async for line in self._lines:
            name, _, value = line.partition(": ")
            found[name] = value
            if not line and "data" in found:
                return found["event"], found["id"], json.loads(found["data"])
        raise EOFError

    async def until(self, event: str) -> list[tuple[str, str, Any]]:
        got = [await self.next()]
        while got[-1][0] != event:
            got.append(await self.next())
        return got


@asynccontextmanager
async def opened(visitor: Visitor, after: str = "", **headers: str) -> AsyncIterator[Stream]:
    async with visitor.http.stream("GET", f"/chat/events{after}", headers=headers) as response:
        assert response.status_code == 200
        yield Stream(response)


# --- the page -------------------------------------------------------------------------------------------------


async def test_the_page_keeps_to_itself(web: Served) -> None:
    async with httpx.AsyncClient(base_url=web.url) as http:
        answer = await http.get("/chat")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", answer.text)


async def test_the_cookie_is_a_secret_of_one_browser_for_a_year(web: Served) -> None:
    async with httpx.AsyncClient(base_url=web.url) as http:
        first, second = await http.get("/chat"), await http.get("/chat")
    cookie = first.headers["set-cookie"]
    assert re.fullmatch(
        r"zinute_chat=[\w-]{43}; HttpOnly; Max-Age=31536000; Path=/chat; SameSite=lax", cookie
    )
    assert second.headers["set-cookie"] == cookie


async def test_the_cookie_is_secure_where_the_request_is(web: Served) -> None:
    async with httpx.AsyncClient(base_url=web.url, headers={"X-Forwarded-Proto": "https"}) as http:
        answer = await http.get("/chat")
    assert answer.headers["set-cookie"].endswith("; SameSite=lax; Secure")


async def test_a_cookie_that_is_not_ours_is_replaced(web: Served) -> None:
    async with httpx.AsyncClient(base_url=web.url, cookies={"zinute_chat": "short"}) as http:
        assert (await http.get("/chat/events")).status_code == 401
        assert "short" not in (await http.get("/chat")).headers["set-cookie"]


@pytest.mark.parametrize(
    ("query", "wanted", "language"),
    [
        ("", "pl-PL,pl;q=0.9,en;q=0.8", "pl"),
        ("", "de, en;q=0.3, no;q=0.7", "nb"),
        ("", "de-DE", "lt"),
        ("", "", "lt"),
        ("", ";;q=,,=;q=9", "lt"),
        ("?lang=nb", "pl", "nb"),
        ("?lang=xx", "pl", "pl"),
    ],
)
async def test_the_page_speaks_the_visitors_language(
    web: Served, query: str, wanted: str, language: str
) -> None:
    async with httpx.AsyncClient(base_url=web.url, headers={"Accept-Language": wanted}) as http:
        answer = await http.get(f"/chat{query}")
    assert f'<html lang="{language}">' in answer.text
    assert f'aria-label="{language} web.send"' in answer.text


async def test_every_file_of_the_page_is_kept_for_ever_and_all_are_small(web: Served) -> None:
    total = 0
    async with httpx.AsyncClient(base_url=web.url) as http:
        text = (await http.get("/chat")).text
        folder = re.search(r"/chat/static/[0-9a-f]{16}/", text)
        assert folder
        for file in (path for path in page.FOLDER.iterdir() if path.name != page.PAGE):
            answer = await http.get(folder[0] + file.name)
            assert answer.content == file.read_bytes()
            assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert (answer.headers["content-encoding"], answer.headers["vary"]) == ("gzip", "Accept-Encoding")
            total += int(answer.headers["content-length"])
            plain = await http.get(folder[0] + file.name, headers={"Accept-Encoding": "identity"})
            assert (plain.content, "content-encoding" in plain.headers) == (answer.content, False)
        for wrong in (
            folder[0] + page.PAGE,
            folder[0] + "%2e%2e%2fpage.py",
            f"/chat/static/{'0' * 16}/chat.js",
        ):
            assert (await http.get(wrong)).status_code == 404
    assert total < 15_000


# --- messages in ----------------------------------------------------------------------------------------------


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
    assert len(await web.database.read(lambda tx: inbox.waiting(tx, ["web"], 100))) == 1
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
    assert await web.database.read(lambda tx: inbox.waiting(tx, ["web"], 100)) == []


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 202),
        ({"Sec-Fetch-Site": "same-origin"}, 202),
        ({"Sec-Fetch-Site": "none"}, 202),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://elsewhere.example"}, 403),
        ({"Origin": "null"}, 403),
    ],
)
async def test_only_the_page_itself_may_send(visitor: Visitor, headers: dict[str, str], status: int) -> None:
    answer = await visitor.http.post("/chat/messages", json={"id": ID, "text": "x"}, headers=headers)
    assert answer.status_code == status


async def test_without_the_cookie_nothing_is_taken_or_told(web: Served) -> None:
    async with httpx.AsyncClient(base_url=web.url) as http:
        assert (await http.post("/chat/messages", json={"id": ID, "text": "x"})).status_code == 401
        assert (await http.get("/chat/events")).status_code == 401
        assert (await http.get("/chat/earlier?before=5")).status_code == 400


async def said(web: Served, visitor: Visitor, count: int) -> None:
    """The bot has said 0, 1, 2, ..."""
    sending = (web.chat.send(visitor.address, Content(Text(str(n))), key=f"m{n}") for n in range(count))
    await asyncio.gather(*sending)


# --- messages out ---------------------------------------------------------------------------------------------


async def test_a_message_is_on_every_open_page_at_once(web: Served, visitor: Visitor) -> None:
    async with opened(visitor) as one, opened(visitor) as two:
        assert [await each.next() for each in (one, two)] == [("ready", "0", {"more": False})] * 2
        began = time.monotonic()
        await web.chat.send(visitor.address, QUESTION, key="m1")
        kind, number, entry = await one.next()
        assert (kind, number, entry) == await two.next()
        assert time.monotonic() - began < 0.5
    assert (kind, number, entry["who"]) == ("message", "1", "bot")
    assert entry["text"] == {
        "plain": "Kuris?",
        "entities": [{"kind": "bold", "offset": 0, "length": 6, "url": ""}],
    }
    assert entry["buttons"] == [{"label": "Vienas", "data": "k1:0"}, {"label": "Du", "data": "k1:1"}]
    assert (entry["pick"], entry["submit"]) == ("many", {"label": "Gerai", "data": "k1:ok"})


async def test_sending_the_same_key_again_shows_one_message(web: Served, visitor: Visitor) -> None:
    sent = [await web.chat.send(visitor.address, QUESTION, key="m1") for _ in range(3)]
    assert len(set(sent)) == 1
    async with opened(visitor) as stream:
        assert [kind for kind, _, _ in await stream.until("ready")] == ["message", "ready"]


async def test_an_edit_changes_the_message_on_open_pages_and_new_ones(web: Served, visitor: Visitor) -> None:
    sent = await web.chat.send(visitor.address, QUESTION, key="m1")
    async with opened(visitor) as stream:
        await stream.until("ready")
        await web.chat.edit(visitor.address, sent, Content(Text("Kitaip")))
        _, _, entry = await stream.next()
    assert (str(entry["seq"]), entry["text"]["plain"], entry["buttons"]) == (sent, "Kitaip", [])
    async with opened(visitor) as stream:
        assert (await stream.next())[2]["text"]["plain"] == "Kitaip"


@pytest.mark.parametrize("sent", ["99999", "", "x"])
async def test_what_was_never_sent_cannot_be_edited(web: Served, visitor: Visitor, sent: str) -> None:
    with pytest.raises(Refused):
        await web.chat.edit(visitor.address, sent, QUESTION)


async def test_a_page_that_was_cut_off_gets_what_came_meanwhile(web: Served, visitor: Visitor) -> None:
    await said(web, visitor, 4)
    for after, headers in (
        ("?after=2", {}),
        ("", {"Last-Event-ID": "2"}),
        ("?after=0", {"Last-Event-ID": "2"}),
    ):
        async with opened(visitor, after, **headers) as stream:
            got = await stream.until("ready")
        assert [entry.get("text", {}).get("plain") for _, _, entry in got] == ["2", "3", None]
        assert [number for _, number, _ in got] == ["3", "4", "4"]


@pytest.mark.parametrize(("count", "after"), [(2, 50), (AT_ONCE + 1, 1)])
async def test_a_page_that_cannot_be_continued_begins_anew(
    web: Served, visitor: Visitor, count: int, after: int
) -> None:
    await said(web, visitor, count)
    async with opened(visitor, f"?after={after}") as stream:
        got = await stream.until("ready")
    assert got[0][0] == "anew"
    assert got[-2][2]["text"]["plain"] == str(count - 1)
    assert got[-1] == ("ready", str(count), {"more": count > HISTORY})


async def test_a_long_chat_comes_in_parts(web: Served, visitor: Visitor) -> None:
    await said(web, visitor, HISTORY + 60)
    async with opened(visitor) as stream:
        got = await stream.until("ready")
    assert [entry["text"]["plain"] for _, _, entry in got[:-1]] == [str(n) for n in range(60, HISTORY + 60)]
    assert got[-1][2] == {"more": True}
    second = (await visitor.http.get(f"/chat/earlier?before={got[0][2]['seq']}")).json()
    assert [entry["text"]["plain"] for entry in second["entries"]] == [
        str(number) for number in range(10, 60)
    ]
    third = (await visitor.http.get(f"/chat/earlier?before={second['entries'][0]['seq']}")).json()
    assert (len(third["entries"]), second["more"], third["more"]) == (10, True, False)


async def test_people_see_their_own_chat_only(web: Served, visitor: Visitor) -> None:
    async with visiting(web) as other, opened(visitor) as mine, opened(other) as theirs:
        await mine.until("ready")
        await theirs.until("ready")
        await web.chat.send(other.address, Content(Text("hers")), key="m1")
        await web.chat.send(visitor.address, Content(Text("mine")), key="m1")
        await other.post(text="hers too")
        assert (await mine.next())[2]["text"]["plain"] == "mine"
        assert [(await theirs.next())[2]["text"]["plain"] for _ in range(2)] == ["hers", "hers too"]
        seq = (await web.database.read(lambda tx: webchat.before(tx, other.address, None, 1)))[0].seq
        assert (await visitor.http.get(f"/chat/earlier?before={seq + 1}")).json()["entries"] == [
            (await visitor.http.get(f"/chat/earlier?before={seq + 100}")).json()["entries"][0]
        ]


async def test_what_another_process_writes_comes_too(web: Served, visitor: Visitor, sqlite_url: str) -> None:
    other = Database(sqlite_url)
    await other.open()
    async with opened(visitor) as stream:
        await stream.until("ready")
        new = webchat.New("bot", "k", json.dumps({"text": {"plain": "from afar"}}), web.chat._post.now())
        await other.write(lambda tx: webchat.append(tx, visitor.address, new))
        assert (await asyncio.wait_for(stream.next(), 2))[2]["text"]["plain"] == "from afar"
    await other.close()


async def test_a_quiet_line_beats(sqlite_url: str) -> None:
    async with served(sqlite_url, beat=0.05) as web, visiting(web) as visitor, opened(visitor) as stream:
        await stream.until("ready")
        assert [await stream.next() for _ in range(3)] == [("beat", "", 1)] * 3


async def test_open_pages_do_not_keep_the_server_from_stopping(sqlite_url: str) -> None:
    async with served(sqlite_url) as web, visiting(web) as visitor, opened(visitor) as stream:
        await stream.until("ready")
        began = time.monotonic()
        await web.stop()
        assert time.monotonic() - began < 1
        with pytest.raises(EOFError):
            await stream.next()
        await web.start()


async def test_a_closed_page_is_forgotten_and_the_store_left_in_peace(web: Served, visitor: Visitor) -> None:
    async with opened(visitor) as stream:
        await stream.until("ready")
        assert len(web.chat._feed._pages) == 1
    for _ in range(200):
        await asyncio.sleep(0.01)
        if web.chat._feed._watch and web.chat._feed._watch.done():
            break
    assert web.chat._feed._pages == {}
    assert web.chat._feed._watch
    assert web.chat._feed._watch.done()


async def test_the_oldest_of_too_many_pages_ends(web: Served, visitor: Visitor) -> None:
    async with opened(visitor) as oldest:
        await oldest.until("ready")
        more = [opened(visitor) for _ in range(MOST_PAGES)]
        for each in more:
            await each.__aenter__()
        with pytest.raises(EOFError):
            await asyncio.wait_for(oldest.next(), 2)
        for each in more:
            await each.__aexit__(None, None, None)


async def test_asking_only_for_the_head_of_a_stream_ends(visitor: Visitor) -> None:
    answer = await visitor.http.head("/chat/events")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")


# --- pictures -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n....", "image/png"),
        (b"\xff\xd8\xff\xe0....", "image/jpeg"),
        (b"<svg onload=alert(1)>", "application/octet-stream"),
    ],
)
async def test_a_picture_is_served_for_ever_as_what_it_is(
    web: Served, visitor: Visitor, data: bytes, kind: str
) -> None:
    digest = hashlib.sha256(data).hexdigest()
    await web.database.write(lambda tx: media.keep(tx, digest, data))
    answer = await visitor.http.get(f"/chat/pictures/{digest}")
    assert (answer.status_code, answer.content, answer.headers["content-type"]) == (200, data, kind)
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("digest", ["0" * 64, "0" * 63, "G" * 64, "..%2f..%2fchat", "%00"])
async def test_what_is_no_picture_is_not_found(visitor: Visitor, digest: str) -> None:
    assert (await visitor.http.get(f"/chat/pictures/{digest}")).status_code == 404
