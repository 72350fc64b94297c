"""What every answer has: its headers, calm words where something is wrong, and a limit for what is sent."""

import re
from collections import defaultdict
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from console.app import create
from console.pages.front import Host
from domain.texts import Texts
from storage.database import Database
from tests.console.conftest import SAME_ORIGIN, Door
from tests.console.papers import Maker
from tests.console.test_matrix import NEEDS
from tests.console.town import Cast, Clock


@pytest.fixture
def app(database: Database, texts: Texts, clock: Clock) -> Starlette:
    async def hook(request: Request) -> Response:
        return PlainTextResponse(str(len(await request.body())))

    async def broken(_request: Request) -> Response:
        raise RuntimeError("canary")

    more = [Route("/hook", hook, methods=["POST"]), Route("/broken", broken)]
    hosts = [Host("Library", "lt", 1, "Rasa", ())]
    return create(database, texts, clock, more_routes=more, hosts=hosts, documents=Maker())


async def test_missing_and_not_yours_are_told_in_the_same_words(door: Door, cast: Cast) -> None:
    ids = (str(cast.elsewhere), "999999", "0", "-1", "abc", "１", str(2**31), str(2**63), "9" * 4000)
    async with door.signed_in(cast.coordinator) as browser:
        answers = [await browser.get(f"/console/people/{each}") for each in ids]
    assert {(answer.status_code, answer.text) for answer in answers} == {(404, answers[0].text)}
    assert "There is no such page" in answers[0].text


HEADERS = {
    "content-security-policy": "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
}
UNSURE = ("strict-transport-security", "cache-control")
ADDRESSES = [(need.method or method, need.address) for (method, _), need in NEEDS.items()]
OTHERS = [
    ("POST", "/hook"),
    ("GET", "/broken"),
    ("GET", "/nothing"),
    ("DELETE", "/console"),
    ("GET", "/console/"),
]


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_every_answer_is_protected(door: Door, cast: Cast, scheme: str) -> None:
    expected = HEADERS | (
        {"strict-transport-security": "max-age=31536000; includeSubDomains"} if scheme == "https" else {}
    )
    for method, named in [*ADDRESSES, *OTHERS]:
        address = named.format_map(defaultdict(lambda: 1))
        async with door.signed_in(cast.coordinator, f"{scheme}://console.test") as browser:
            answer = await browser.request(method, address, headers=SAME_ORIGIN)
        found = {
            name: value for name, value in answer.headers.items() if name in {*HEADERS, *expected, *UNSURE}
        }
        kept = "no-cache" if "static" in address else "no-store"
        assert (address, found) == (address, expected | {"cache-control": kept})


async def test_style_and_script_are_kept_under_the_address_that_pages_name(door: Door, cast: Cast) -> None:
    async with door.signed_in(cast.coordinator) as browser:
        page = (await browser.get("/console")).text
        named = set(re.findall(r'(?:src|href)="(/console/static/[^"]+)"', page))  # each is fetched once
        answers = [await browser.get(address) for address in named]
        lost = await browser.get("/console/static/none.css")
    assert {re.sub(r"\?v=\w{16}$", "", address) for address in named} == {
        f"/console/static/{name}" for name in ("console.css", "console.js", "icon.svg")
    }
    assert {answer.headers["cache-control"] for answer in answers} == {"public, max-age=31536000, immutable"}
    assert sum(len(answer.content) for answer in answers) < 30_000  # some 8 kB as they travel
    assert lost.status_code == 404


@pytest.mark.parametrize(
    ("headers", "passes"),
    [
        ({}, False),
        ({"Referer": "http://console.test/console"}, False),
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": ""}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://console.test"}, False),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, True),
        ({"Origin": "http://console.test"}, True),
        ({"Origin": "https://console.test"}, True),
        ({"Origin": "http://console.test:8000"}, False),
        ({"Origin": "http://evil.test"}, False),
        ({"Origin": "http://console.test.evil.test"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": ""}, False),
        ({"Origin": "http://["}, False),
    ],
)
async def test_what_other_sites_send_is_refused(door: Door, headers: dict[str, str], passes: bool) -> None:
    async with door.browser() as browser:
        posted = await browser.post("/hook", headers=headers, content=b"12345")
        looked = await browser.get("/sign-in", headers=headers)
    assert (posted.status_code, looked.status_code) == (200 if passes else 403, 200)
    unsaid = not {"Sec-Fetch-Site", "Origin"} & headers.keys()
    told = "It is not known where this was sent from" if unsaid else "This was not sent from here"
    assert posted.text == "5" if passes else told in posted.text


@pytest.mark.parametrize(
    ("address", "way"),
    [
        ("/none", '<a class="main" href="/">To the front page</a>'),
        ("/catalogue/none", '<a class="main" href="/">To the front page</a>'),
        ("/console/none", '<a class="main" href="/console">To the learners</a>'),
        ("/catalogue", ""),
        ("/sign-in", ""),
    ],
)
async def test_nobody_is_sent_to_a_page_that_asks_them_to_sign_in(door: Door, address: str, way: str) -> None:
    async with door.browser() as browser:
        page = (await browser.get(address)).text
    assert way in page
    assert '<a class="brand" href="/">' in page


async def test_a_refused_sign_out_leaves_the_session_alone(coordinator: httpx.AsyncClient) -> None:
    refused = await coordinator.post("/sign-out", headers={"Sec-Fetch-Site": "cross-site"})
    assert (refused.status_code, (await coordinator.get("/console")).status_code) == (403, 200)


@pytest.mark.parametrize("stated", [True, False])
async def test_a_body_has_a_largest_size(door: Door, stated: bool) -> None:
    async def parts(size: int) -> AsyncIterator[bytes]:
        for _ in range(size // 1024):
            yield b"x" * 1024

    async with door.browser() as browser:
        sizes = (1024 * 1024, 1024 * 1024 + 1024)
        contents = [b"x" * size if stated else parts(size) for size in sizes]
        answers = [
            await browser.post("/hook", content=each, headers={"Sec-Fetch-Site": "same-origin"})
            for each in contents
        ]
    assert [answer.status_code for answer in answers] == [200, 413]


@pytest.mark.parametrize(
    ("language", "words"), [("lt", "Pas mus įvyko klaida"), ("en", "Something went wrong here")]
)
async def test_a_fault_of_ours_is_told_calmly_and_without_its_inside(
    door: Door, language: str, words: str
) -> None:
    async with door.browser() as browser:
        answer = await browser.get("/broken", headers={"Accept-Language": f"{language},de;q=0.5"})
    assert (answer.status_code, words in answer.text) == (500, True)
    assert [word for word in ("canary", "Traceback", "RuntimeError") if word in answer.text] == []
