"""One-time links, the session's cookie, and how a session ends."""

import asyncio
from http.cookies import SimpleCookie

import httpx
import pytest

from console.auth import BY_ITSELF
from storage import people
from storage.database import Database
from tests.console.conftest import SAME_ORIGIN, Door
from tests.console.town import Cast, Clock


async def use(browser: httpx.AsyncClient, token: str) -> httpx.Response:
    return await browser.post("/sign-in", data={"token": token}, headers=SAME_ORIGIN)


async def test_looking_at_a_link_does_not_use_it(door: Door, cast: Cast) -> None:
    token = await door.link(cast.coordinator)
    async with door.browser() as browser:
        pages = [await browser.get("/sign-in", params={"token": token}) for _ in range(3)]
        await browser.head("/sign-in", params={"token": token})
        used = await use(browser, token)
    assert ["Sign in as Rasa Rasaitė" in page.text for page in pages] == [True] * 3
    assert [page.headers.get("set-cookie") for page in pages] == [None] * 3
    assert used.status_code == 303


async def test_a_used_link_says_when_and_what_to_do(door: Door, cast: Cast) -> None:
    token = await door.link(cast.coordinator)
    async with door.browser() as first, door.browser() as second:
        await use(first, token)
        answers = [await second.get("/sign-in", params={"token": token}), await use(second, token)]
    for answer in answers:
        assert answer.status_code == 410
        assert "It was used on Monday 23 November, 09:30." in answer.text
        assert "Ask whoever runs Zinute for you for a sign-in link." in answer.text
        assert "set-cookie" not in answer.headers


async def test_an_expired_link_says_until_when_it_worked(door: Door, cast: Cast, clock: Clock) -> None:
    token = await door.link(cast.coordinator)
    clock.move(minutes=10)
    async with door.browser() as browser:
        answers = [await browser.get("/sign-in", params={"token": token}), await use(browser, token)]
    assert [answer.status_code for answer in answers] == [410, 410]
    assert ["It worked until Monday 23 November, 09:40." in answer.text for answer in answers] == [True, True]


@pytest.mark.parametrize("token", ["", "other", "x" * 5000, "'; --", "\x00"])
async def test_an_unknown_link_signs_nobody_in(door: Door, cast: Cast, token: str) -> None:
    async with door.browser() as browser:
        answer = await use(browser, token)
    assert (answer.status_code, "There is no such link" in answer.text) == (410, True)
    assert "set-cookie" not in answer.headers


async def test_of_twenty_who_race_one_is_signed_in(door: Door, cast: Cast) -> None:
    token = await door.link(cast.coordinator)
    async with door.browser() as browser:
        answers = await asyncio.gather(*(use(browser, token) for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [303, *[410] * 19]
    assert sum("set-cookie" in answer.headers for answer in answers) == 1


@pytest.mark.parametrize(
    ("base", "name", "secure"),
    [
        ("http://console.test", "zinute_session", False),
        ("https://console.test", "__Host-zinute_session", True),
    ],
)
async def test_the_cookie(door: Door, cast: Cast, base: str, name: str, secure: bool) -> None:
    token = await door.link(cast.coordinator)
    async with door.browser(base) as browser:
        answer = await use(browser, token)
        assert (await browser.get("/console")).status_code == 200
    ((sent, cookie),) = SimpleCookie(answer.headers["set-cookie"]).items()
    kept = {key: value for key, value in cookie.items() if value}
    expected = {"path": "/", "httponly": True, "samesite": "lax"}
    assert (sent, kept) == (name, expected | ({"secure": True} if secure else {}))
    assert len(cookie.value) == 43  # 256 bits


async def test_over_https_a_cookie_without_the_prefix_is_nothing(door: Door, cast: Cast) -> None:
    async with door.signed_in(cast.coordinator) as plain, door.browser("https://console.test") as secure:
        secure.cookies.set("zinute_session", plain.cookies["zinute_session"])
        assert (await secure.get("/console")).status_code == 303


async def test_a_new_sign_in_ends_the_old_session(door: Door, cast: Cast) -> None:
    token = await door.link(cast.coordinator)
    async with door.signed_in(cast.coordinator) as browser, door.browser() as thief:
        thief.cookies.set("zinute_session", browser.cookies["zinute_session"])
        assert (await thief.get("/console")).status_code == 200
        await use(browser, token)
        assert [(await each.get("/console")).status_code for each in (browser, thief)] == [200, 303]


async def test_signing_out_ends_the_session_everywhere(door: Door, cast: Cast) -> None:
    async with door.signed_in(cast.coordinator) as browser, door.browser() as thief:
        thief.cookies.set("zinute_session", browser.cookies["zinute_session"])
        out = await browser.post("/sign-out", headers=SAME_ORIGIN)
        assert "zinute_session" not in browser.cookies
        assert (await thief.get("/console")).headers["location"] == "/sign-in?ended"
        assert "You have signed out" in (await browser.get(out.headers["location"])).text


async def test_a_session_lives_while_it_is_used_and_12_hours_at_most(
    coordinator: httpx.AsyncClient, clock: Clock
) -> None:
    for _ in range(24):
        assert (await coordinator.get("/console")).status_code == 200
        clock.move(minutes=29, seconds=59)
    assert (await coordinator.get("/console")).status_code == 200
    clock.move(seconds=24)
    ended = await coordinator.get("/console")
    assert (ended.status_code, ended.headers["location"]) == (303, "/sign-in?ended")
    assert "You were signed out" in (await coordinator.get("/sign-in?ended")).text


async def test_a_session_dies_of_30_idle_minutes(coordinator: httpx.AsyncClient, clock: Clock) -> None:
    clock.move(minutes=30)
    assert (await coordinator.get("/console")).status_code == 303
    clock.move(minutes=-30)
    clock.move(minutes=29)
    assert (await coordinator.get("/console")).status_code == 200


async def test_a_page_that_keeps_itself_up_to_date_is_not_somebody_at_work(
    coordinator: httpx.AsyncClient, clock: Clock
) -> None:
    for _ in range(2):
        assert (await coordinator.get("/console", headers={BY_ITSELF: "1"})).status_code == 200
        clock.move(minutes=15)
    assert (await coordinator.get("/console", headers={BY_ITSELF: "1"})).status_code == 303


async def test_a_right_that_is_taken_away_is_gone_at_once(door: Door, cast: Cast, database: Database) -> None:
    async with door.signed_in(cast.coordinator) as browser:
        assert (await browser.get("/console")).status_code == 200
        await database.write(lambda tx: tx.execute(people.ROLE.delete()).rowcount)
        refused = await browser.get("/console")
    assert (refused.status_code, "This page is for coordinators" in refused.text) == (403, True)


@pytest.mark.parametrize(
    ("place", "back"),
    [
        ("/console?sort=-last", "/console?sort=-last"),
        ("/sign-in?token=t", "/sign-in?token=t"),
        ("/", "/"),
        ("/catalogue?q=a&sector=museums", "/catalogue?q=a&sector=museums"),
        ("//evil.test", "/console"),
        ("https://evil.test", "/console"),
        ("/\\evil.test", "/console"),
        ("", "/console"),
    ],
)
async def test_choosing_a_language_comes_back_to_the_page(door: Door, place: str, back: str) -> None:
    async with door.browser() as browser:
        answer = await browser.post(
            "/console/language", data={"language": "nb", "next": place}, headers=SAME_ORIGIN
        )
        page = await browser.get("/sign-in")
    assert (answer.status_code, answer.headers["location"]) == (303, back)
    assert '<html lang="nb">' in page.text


@pytest.mark.parametrize(
    ("asked", "language"),
    [("pl-PL,pl;q=0.9", "pl"), ("de, no;q=0.5", "nb"), ("de", "en"), ("", "en"), (";;,", "en")],
)
async def test_the_browsers_language_is_spoken_until_one_is_known(
    door: Door, asked: str, language: str
) -> None:
    async with door.browser() as browser:
        page = await browser.get("/sign-in", headers={"Accept-Language": asked})
    assert f'<html lang="{language}">' in page.text
    assert page.headers["content-language"] == language


async def test_a_coordinators_own_language_goes_before_the_browsers(coordinator: httpx.AsyncClient) -> None:
    asked = {"Accept-Language": "pl"}
    pages = [await coordinator.get(path, headers=asked) for path in ("/console", "/console/people/999999")]
    assert ['<html lang="en">' in page.text for page in pages] == [True, True]


@pytest.mark.parametrize("language", ["", "xx", "lt<script>"])
async def test_an_unknown_language_changes_nothing(coordinator: httpx.AsyncClient, language: str) -> None:
    await coordinator.post("/console/language", data={"language": language}, headers=SAME_ORIGIN)
    assert (await coordinator.get("/console")).headers["content-language"] in ("en", "lt")
