"""The page, its files, its cookie and its pictures over HTTP."""

import hashlib
import re

import httpx
import pytest

from bot.channels.web import page
from storage import media
from tests.bot.channels.web.served import Served
from tests.bot.channels.web.visitor import Visitor


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
    assert re.fullmatch(r"zinute_chat=[\w-]{43}; HttpOnly; Max-Age=31536000; Path=/; SameSite=lax", cookie)
    assert second.headers["set-cookie"] == cookie


async def test_the_cookie_is_secure_where_the_request_is(web: Served) -> None:
    async with httpx.AsyncClient(base_url=web.url, headers={"X-Forwarded-Proto": "https"}) as http:
        answer = await http.get("/chat")
    assert re.fullmatch(r"__Host-zinute_chat=.*; Path=/; SameSite=lax; Secure", answer.headers["set-cookie"])


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
