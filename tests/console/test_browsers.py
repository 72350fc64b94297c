"""What a browser is told and what is taken from it: cookies, forms of other sites, files, passwords, the end."""

import re
from collections.abc import Iterator
from http.cookies import Morsel, SimpleCookie

import httpx
import pytest
from sqlalchemy import func, select
from starlette.applications import Starlette
from starlette.routing import Route

from bot.channels.web import WebChat
from bot.post import StorePost
from console.app import create
from domain.texts import Texts
from storage import people
from storage.database import Connection, Database
from storage.people import PERSON
from storage.schema import METADATA
from tests.console.conftest import SAME_ORIGIN, Door
from tests.console.keys import PASSWORD, RASA, choose, enter, entrance, post
from tests.console.planted import Planted, plant
from tests.console.test_matrix import NEEDS
from tests.console.town import Cast, Clock

HTTPS = "https://console.test"
TEXTS = ("text/", "application/xml", "image/svg+xml")
OTHERS = (
    {"Sec-Fetch-Site": "cross-site", "Content-Type": "application/x-www-form-urlencoded"},
    {"Sec-Fetch-Site": "same-site", "Content-Type": "application/x-www-form-urlencoded"},
    {"Sec-Fetch-Site": "cross-site", "Content-Type": "text/plain"},
    {"Origin": "https://evil.test", "Content-Type": "text/plain"},
    {"Origin": "https://evil.console.test", "Content-Type": "multipart/form-data; boundary=x"},
    {"Origin": "null", "Content-Type": "application/x-www-form-urlencoded"},
    {"Content-Type": "application/x-www-form-urlencoded"},
    {"Content-Type": "text/plain"},
)


@pytest.fixture
def app(database: Database, texts: Texts, clock: Clock) -> Starlette:
    chat = WebChat(StorePost(database, texts, clock))
    return create(database, texts, clock, entrance=entrance(mails=True), more_routes=chat.routes())


def cookies(answer: httpx.Response) -> Iterator[tuple[str, Morsel[str]]]:
    for sent in answer.headers.get_list("set-cookie"):
        yield from SimpleCookie(sent).items()


async def test_every_cookie_is_of_this_host_alone(door: Door, cast: Cast, clock: Clock) -> None:
    """Over https: named so, secure, hidden from scripts, and not sent along by other sites' forms."""
    async with door.signed_in(cast.coordinator, HTTPS) as browser:
        answers = [await browser.get("/chat"), await post(browser, "/console/language", language="pl")]
        answers += [
            await browser.get("/console/account/second"),
            await post(browser, "/sign-in/passkey/options"),
        ]
        answers += [await choose(browser), await post(browser, "/sign-out")]
    found = dict(each for answer in answers for each in cookies(answer))
    names = {name.removeprefix("__Host-zinute_").partition("-")[0] for name in found}
    assert names >= {"chat", "language", "session"}
    assert [name for name in found if not name.startswith("__Host-")] == []
    kept = {
        (each["secure"], each["httponly"], each["path"], each["samesite"], each["domain"])
        for each in found.values()
    }
    assert kept == {(True, True, "/", "lax", "")}


async def test_what_was_chosen_is_known_over_https(door: Door) -> None:
    async with door.browser(HTTPS) as browser:
        await post(browser, "/console/language", language="pl")
        assert 'lang="pl"' in (await browser.get("/sign-in")).text


async def test_no_form_of_another_site_is_taken(
    app: Starlette, door: Door, database: Database, cast: Cast
) -> None:
    """Every route that changes something, whatever kind of form is sent from elsewhere or does not say from where:
    403, and nothing is changed."""
    async with door.signed_in(cast.coordinator) as browser:
        before = await database.read(everything)
        unsafe = [
            (each, way)
            for each in app.routes
            if isinstance(each, Route)
            for way in (each.methods or set()) - {"GET", "HEAD"}
        ]
        answers = [
            (
                await browser.request(way, each.path.replace("{", "").replace("}", ""), headers=headers)
            ).status_code
            for each, way in unsafe
            for headers in OTHERS
        ]
        assert await database.read(everything) == before
    assert len(unsafe) >= 40
    assert set(answers) == {403}


def everything(tx: Connection) -> list[list[tuple[object, ...]]]:
    return [[tuple(row) for row in tx.execute(select(table))] for table in METADATA.sorted_tables]


async def test_every_text_says_its_character_set(door: Door, database: Database) -> None:
    planted = await database.write(plant)
    missing = []
    async with door.signed_in(planted.actors["platform", "sector"]) as browser:
        more = ["/chat", "/console/static/icon.svg", "/console/static/console.js", "/console/none"]
        for address in (
            *more,
            *(need.address for (way, _), need in NEEDS.items() if way == "GET" and not need.method),
        ):
            kind = (await browser.get(address.replace("{id}", "1"))).headers.get("content-type", "")
            if kind.startswith(TEXTS) and "charset=utf-8" not in kind:
                missing.append((address, kind))
    assert missing == []


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("GET", "/console/static/../app.py", 404),
        ("GET", "/console/static/..%2fapp.py", 404),
        ("GET", "/console/static/%2e%2e/%2e%2e/pyproject.toml", 404),
        ("GET", "/console/static/", 404),
        ("GET", "/console/static", 404),
        ("GET", "/chat/static/", 404),
        ("GET", "/.git/config", 404),
        ("GET", "/.env", 404),
        ("TRACE", "/console", 405),
        ("TRACE", "/sign-in", 405),
    ],
)
async def test_only_the_pages_own_files_are_served(
    door: Door, method: str, address: str, status: int
) -> None:
    async with door.browser() as browser:
        assert (await browser.request(method, address)).status_code == status


async def test_a_password_is_hidden_and_may_be_pasted(door: Door, cast: Cast) -> None:
    async with door.signed_in(cast.coordinator) as browser:
        await choose(browser)
    async with door.browser() as browser:
        shown = [(await browser.get("/sign-in")).text]
        await enter(browser)
        shown.append((await browser.get("/console/account")).text)
    fields = re.findall(r'<input [^>]*name="(password|new|current)"([^>]*)>', " ".join(shown))
    assert sorted(name for name, _ in fields) == ["current", "new", "password"]
    assert [each for _, each in fields if 'type="password"' not in each or 'autocomplete="off"' in each] == []
    assert [page for page in shown if "onpaste" in page] == []


async def test_a_password_is_taken_as_it_is(door: Door, cast: Cast, clock: Clock) -> None:
    """Of 64 characters and more, to the last and in its case; it is still the password two years later."""
    long = f"{PASSWORD} " * 4
    async with door.signed_in(cast.coordinator) as browser:
        assert (await choose(browser, long)).status_code == 303
    for wrong in (long[:-1], long[:64], long.upper(), f" {long}"):
        async with door.browser() as browser:
            assert (await enter(browser, wrong, RASA)).status_code == 422
    clock.move(days=730)
    async with door.browser() as browser:
        assert (await enter(browser, long, RASA)).status_code == 303


async def test_a_new_store_has_nobody(database: Database) -> None:
    assert (
        await database.read(lambda tx: tx.execute(select(func.count()).select_from(PERSON)).scalar_one()) == 0
    )


async def test_a_session_is_in_no_address(door: Door, cast: Cast) -> None:
    """Nor in a page; and a token in an address is nobody's session."""
    async with door.signed_in(cast.coordinator) as browser:
        token = browser.cookies["zinute_session"]
        pages = [
            await browser.get(each) for each in ("/console", "/console/account", f"/console?session={token}")
        ]
    assert [page.url for page in pages[:2] if token in page.text] == []
    async with door.browser() as other:
        for address in (
            f"/console?zinute_session={token}",
            f"/console?session={token}",
            f"/console?token={token}",
        ):
            assert (await other.get(address)).status_code == 303


async def test_signing_out_clears_what_the_browser_kept(coordinator: httpx.AsyncClient) -> None:
    answer = await coordinator.post("/sign-out", headers=SAME_ORIGIN)
    assert answer.headers["clear-site-data"] == '"cache"'


@pytest.mark.parametrize("more", [{"organisation_id": "2"}, {"role": "platform"}, {"id": "1", "strong": "1"}])
async def test_what_no_form_asks_for_changes_nothing(
    coordinator: httpx.AsyncClient, database: Database, cast: Cast, more: dict[str, str]
) -> None:
    """Mass assignment (faults.md, A2): fields of the store that a form has not."""

    def theirs(tx: Connection) -> tuple[object, ...]:
        row = tx.execute(select(PERSON).where(PERSON.c.id == cast.learner)).one()
        return (row.organisation_id, row.erased_at, tx.execute(select(METADATA.tables["role"])).all())

    before = await database.read(theirs)
    edited = {
        "name": "Ona Nauja",
        "email": "ona.nauja@example.org",
        "place": str(cast.library),
        "language": "lt",
    }
    await coordinator.post(f"/console/people/{cast.learner}/edit", data=edited | more, headers=SAME_ORIGIN)
    assert await database.read(theirs) == before


async def test_a_name_that_is_said_twice_or_elsewhere_confuses_nobody(door: Door, database: Database) -> None:
    """A form is not read from the address, and what is checked is what is used: the last (the API refuses two)."""
    planted, link = await database.write(plant), "/console/invitations/link"
    own, other = planted.organisations["own"], planted.organisations["other"]

    async def put(address: str, *organisations: int) -> int:
        form = {"organisation": [str(each) for each in organisations], "deed": "close"}
        return (await browser.post(address, data=form, headers=SAME_ORIGIN)).status_code

    async with door.signed_in(planted.actors["coordinator", "own"]) as browser:
        assert await put(link, own) == await put(link, other, own) == 303
        assert await put(link, own, other) == await put(f"{link}?organisation={own}", other) == 404
        assert await put(f"{link}?organisation={own}&deed=close") == 404
        assert await put(f"{link}?organisation={other}", own) == 303
        assert (await choose(browser)).status_code == 303
    async with door.browser() as stranger:
        email = {"email": (await database.read(lambda tx: _address(tx, planted)))}
        way = "/sign-in/password"
        assert (await post(stranger, f"{way}?password={PASSWORD}", **email)).status_code == 422
        stranger.cookies.set("password", PASSWORD)
        assert (await post(stranger, way, **email)).status_code == 422
        assert (await post(stranger, f"{way}?password=x", password=PASSWORD, **email)).status_code == 303


def _address(tx: Connection, planted: Planted) -> str:
    return people.email(tx, planted.actors["coordinator", "own"])
