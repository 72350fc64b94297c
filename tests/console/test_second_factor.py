"""A8: the second factor: an authenticator, its codes, recovery codes; and A6: sessions and proofs."""

import asyncio
import re
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select
from starlette.applications import Starlette

from actions.entrust import give, take
from console.app import create
from domain.rights import Grant
from domain.texts import Texts
from storage import second_factors
from storage.database import Database
from storage.schema import METADATA
from tests.console.conftest import KEY, SAME_ORIGIN, Door
from tests.console.full import full
from tests.console.keys import OTHER, PASSWORD, Phone, add_phone, choose, enter, entrance, post
from tests.console.papers import Maker, certify
from tests.console.town import MONDAY, Cast, Clock
from zinute.config import Settings

STEP = timedelta(seconds=30)


@pytest.fixture
def app(database: Database, texts: Texts, clock: Clock) -> Starlette:
    return create(database, texts, clock, documents=Maker(), entrance=entrance())


@pytest.fixture
async def phone(coordinator: httpx.AsyncClient, clock: Clock) -> Phone:
    """Rasa's, who has a password too; half an hour later."""
    await choose(coordinator)
    phone, _ = await add_phone(coordinator, clock())
    clock.move(minutes=29)
    return phone


async def code(browser: httpx.AsyncClient, typed: str) -> httpx.Response:
    return await post(browser, "/sign-in/second", code=typed)


async def test_a_password_or_a_link_is_not_enough_then(
    door: Door, cast: Cast, phone: Phone, clock: Clock
) -> None:
    for first in ("password", "link"):
        async with door.browser() as browser:
            token = await door.link(cast.coordinator)
            answer = await (enter(browser) if first == "password" else post(browser, "/sign-in", token=token))
            assert answer.headers["location"] == "/sign-in/second"
            assert (await browser.get("/console")).status_code == 303
            assert "One more step" in (await browser.get("/sign-in/second")).text
            half = browser.cookies["zinute_step"]
            async with door.browser() as other:
                other.cookies.set("zinute_session", half)
                assert (await other.get("/console")).status_code == 303, "half a sign-in is no session"
            answer = await code(browser, phone.code(clock()))
            assert (answer.status_code, answer.headers["location"]) == (303, "/console")
            assert browser.cookies["zinute_session"] != half
            assert (await browser.get("/console")).status_code == 200
        clock.move(minutes=1)


async def test_an_authenticator_comes_with_its_recovery_codes_or_not_at_all(
    coordinator: httpx.AsyncClient, cast: Cast, database: Database, clock: Clock
) -> None:
    async with full(database, "recovery_code"):
        phone = Phone((await coordinator.get("/console/account/second")).text)
        assert (
            await post(coordinator, "/console/account/second", code=phone.code(clock()))
        ).status_code == 500
        assert await database.read(lambda tx: second_factors.seed(tx, cast.coordinator)) is None


async def test_a_code_works_once_for_whoever_is_first(door: Door, phone: Phone, clock: Clock) -> None:
    shown = phone.code(clock())
    async with door.browser() as one, door.browser() as two:
        await enter(one)
        await enter(two)
        answers = await asyncio.gather(code(one, shown), code(two, shown))
        assert sorted(each.status_code for each in answers) == [303, 422]
        late = one if answers[0].status_code == 422 else two
        assert (await code(late, shown)).status_code == 422
        assert (await code(late, phone.code(clock() - STEP))).status_code == 422, (
            "an older one is used up too"
        )
        assert (await code(late, phone.code(clock() + STEP))).status_code == 303


async def test_the_code_that_the_phone_was_added_with_is_used_up(
    door: Door, coordinator: httpx.AsyncClient, clock: Clock
) -> None:
    await choose(coordinator)
    phone, _ = await add_phone(coordinator, clock())
    async with door.browser() as browser:
        await enter(browser)
        assert (await code(browser, phone.code(clock()))).status_code == 422


@pytest.mark.parametrize(("steps", "status"), [(-2, 422), (-1, 303), (0, 303), (1, 303), (2, 422)])
async def test_a_clock_may_be_one_step_off(
    door: Door, phone: Phone, clock: Clock, steps: int, status: int
) -> None:
    async with door.browser() as browser:
        await enter(browser)
        assert (await code(browser, phone.code(clock() + steps * STEP))).status_code == status


@pytest.mark.parametrize("typed", ["", "12345", "abcdef", "１２３４５６", "0" * 60, "\x00", "-", "' OR 1=1"])
async def test_what_is_no_code_is_refused(door: Door, phone: Phone, typed: str) -> None:
    async with door.browser() as browser:
        await enter(browser)
        refused = await code(browser, typed)
        assert (refused.status_code, "The code is not right" in refused.text) == (422, True)


async def test_five_wrong_codes_in_a_quarter_of_an_hour_from_whatever_browser(
    door: Door, phone: Phone, clock: Clock
) -> None:
    async with door.browser() as one, door.browser() as two:
        await enter(one)
        await enter(two)
        wrong = [await code(one, "000000") for _ in range(5)]
        refused = await code(two, phone.code(clock()))
        assert ([each.status_code for each in wrong], refused.status_code) == ([422] * 5, 429)
        clock.move(minutes=15)
        await enter(two)
        assert (await code(two, phone.code(clock()))).status_code == 303


async def test_twenty_wrong_codes_a_day_and_the_page_says_when_it_is_over(
    door: Door, phone: Phone, clock: Clock
) -> None:
    statuses = []
    async with door.browser() as browser:
        for _ in range(4):
            await enter(browser)
            statuses += [(await code(browser, "000000")).status_code for _ in range(5)]
            clock.move(minutes=15)
        await enter(browser)
        refused = await code(browser, phone.code(clock()))
        assert (statuses, refused.status_code) == ([422] * 20, 429)
        assert ("Try again in 23 hours." in refused.text, refused.headers["retry-after"]) == (True, "82800")
        clock.move(hours=23)
        await enter(browser)
        assert (await code(browser, phone.code(clock()))).status_code == 303


async def test_half_a_sign_in_lasts_for_ten_minutes(door: Door, phone: Phone, clock: Clock) -> None:
    async with door.browser() as browser:
        await enter(browser)
        clock.move(minutes=10)
        assert (await code(browser, phone.code(clock()))).headers["location"] == "/sign-in?ended"


async def test_a_recovery_code_works_once_and_they_are_ten(
    door: Door, coordinator: httpx.AsyncClient, clock: Clock
) -> None:
    await choose(coordinator)
    _, codes = await add_phone(coordinator, clock())
    assert (len(set(codes)), {len(each.replace("-", "")) * 5 for each in codes}) == (10, {120})
    for typed, status in ((codes[0].lower().replace("-", " "), 303), (codes[0], 422), (codes[1], 303)):
        async with door.browser() as browser:
            await enter(browser)
            assert (await code(browser, typed)).status_code == status
    page = (await coordinator.get("/console/account")).text
    assert "8 recovery codes are left." in page


async def test_new_codes_make_the_old_ones_worthless(
    door: Door, coordinator: httpx.AsyncClient, clock: Clock
) -> None:
    await choose(coordinator)
    _, old = await add_phone(coordinator, clock())
    shown = await post(coordinator, "/console/account/codes")
    new = re.findall(r"<code>([A-Z2-7-]{29})</code>", shown.text)
    async with door.browser() as browser:
        await enter(browser)
        assert [(await code(browser, each)).status_code for each in (old[0], new[0])] == [422, 303]


async def test_neither_secret_nor_codes_are_in_the_store(
    coordinator: httpx.AsyncClient, clock: Clock, database: Database
) -> None:
    page = (await coordinator.get("/console/account/second")).text
    phone = Phone(page)
    shown = await post(coordinator, "/console/account/second", code=phone.code(clock()))
    codes = re.findall(r"<code>([A-Z2-7-]{29})</code>", shown.text)

    def everything(tx: object) -> str:
        return str([tx.execute(select(table)).all() for table in METADATA.sorted_tables])  # type: ignore[attr-defined]

    stored = await database.read(everything)
    secrets = [phone.shown.secret, *codes, *(each.replace("-", "") for each in codes), KEY.decode()]
    assert len(secrets) == 22
    assert [each for each in secrets if each in stored] == []


async def test_adding_and_removing_ends_all_other_sessions(
    door: Door, cast: Cast, coordinator: httpx.AsyncClient, clock: Clock
) -> None:
    async with door.signed_in(cast.coordinator) as other:
        await add_phone(coordinator, clock())
        assert [(await each.get("/console")).status_code for each in (coordinator, other)] == [200, 303]
    await post(coordinator, "/console/account/second/remove")
    async with door.signed_in(cast.coordinator) as other:
        assert (await other.get("/console")).status_code == 200


async def test_nobody_adds_an_authenticator_that_was_shown_to_another(
    door: Door, cast: Cast, coordinator: httpx.AsyncClient, clock: Clock
) -> None:
    phone = Phone((await coordinator.get("/console/account/second")).text)
    async with door.signed_in(cast.sector) as browser:
        browser.cookies.set("zinute_step", coordinator.cookies["zinute_step"])
        answer = await post(browser, "/console/account/second", code=phone.code(clock()))
        assert answer.headers["location"] == "/console/account/second"
    wrong = await post(coordinator, "/console/account/second", code="000000")
    assert (wrong.status_code, phone.shown.secret[:4] in wrong.text) == (422, True)


async def test_where_everybody_must_have_one_nothing_else_opens(
    database: Database, texts: Texts, clock: Clock, cast: Cast
) -> None:
    app = create(database, texts, clock, entrance=entrance(second_for_all=True))
    door = Door(app, database, clock)
    async with door.signed_in(cast.coordinator) as browser:
        answer = await browser.get("/console")
        assert (answer.status_code, answer.headers["location"]) == (303, "/console/account/second")
        assert "Your rights need a second step." in (await browser.get("/console/account/second")).text
        await add_phone(browser, clock())
        assert (await browser.get("/console")).status_code == 200
        await post(browser, "/console/account/second/remove")
        assert "Signing in also asks for a code" in (await browser.get("/console/account")).text


async def test_something_dangerous_asks_again_after_half_an_hour(
    door: Door, cast: Cast, database: Database, clock: Clock
) -> None:
    papers = await database.write(lambda tx: certify(tx, cast))
    place = f"/console/certificates/{papers.ids['valid']}"
    async with door.signed_in(cast.coordinator) as browser:
        await choose(browser)
        for _ in range(3):
            clock.move(minutes=10)
            assert (await browser.get("/console")).status_code == 200
        asked = await post(browser, f"{place}/revoke", reason="Copied")
        assert asked.headers["location"] == f"/console/proof?next={place}"
        assert "Confirm that it is you" in (await browser.get(asked.headers["location"])).text
        before = browser.cookies["zinute_session"]
        assert (await post(browser, "/console/proof", next=place, password=OTHER)).status_code == 422
        proven = await post(browser, "/console/proof", next=place, password=PASSWORD)
        assert (proven.status_code, proven.headers["location"]) == (303, place)
        assert browser.cookies["zinute_session"] != before
        assert (await post(browser, f"{place}/revoke", reason="Copied")).headers["location"] == place
        assert "Revoked" in (await browser.get(place)).text
        browser.cookies.set("zinute_session", before)
        assert (await browser.get("/console")).status_code == 303, "the token from before the proof is dead"


async def test_a_code_proves_it_too_and_works_once(
    coordinator: httpx.AsyncClient, phone: Phone, clock: Clock
) -> None:
    assert (await coordinator.get("/console")).status_code == 200
    clock.move(minutes=1)
    asked = await post(coordinator, "/console/account/codes")
    assert asked.headers["location"] == "/console/proof?next=/console/account"
    shown = phone.code(clock())
    proofs = [(await post(coordinator, "/console/proof", code=shown)).status_code for _ in range(2)]
    assert proofs == [303, 422]
    assert (await post(coordinator, "/console/account/codes")).status_code == 200


@pytest.mark.parametrize("place", ["https://evil.test", "//evil.test", "/\\evil.test", ""])
async def test_a_proof_leads_to_a_page_of_ours(coordinator: httpx.AsyncClient, place: str) -> None:
    await choose(coordinator)
    answer = await post(coordinator, "/console/proof", next=place, password=PASSWORD)
    assert answer.headers["location"] == "/console"


async def test_ten_wrong_proofs_a_day(
    door: Door, coordinator: httpx.AsyncClient, phone: Phone, clock: Clock
) -> None:
    statuses = []
    for _ in range(12):
        statuses.append((await post(coordinator, "/console/proof", password=OTHER)).status_code)
        clock.move(minutes=20)
    assert statuses == [422] * 10 + [429] * 2


async def test_one_session_or_all_others_are_ended(
    door: Door, cast: Cast, coordinator: httpx.AsyncClient
) -> None:
    agent = {"User-Agent": "Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/140.0"}
    async with door.browser() as second, door.signed_in(cast.coordinator) as third:
        token = await door.link(cast.coordinator)
        headers = {"Sec-Fetch-Site": "same-origin"} | agent
        await second.post("/sign-in", data={"token": token}, headers=headers)
        page = (await coordinator.get("/console/account")).text
        assert ("Firefox, Windows" in page, page.count("Unknown browser")) == (True, 2)
        (which,) = re.findall(r'Firefox, Windows.*?name="which" value="(\w+)"', page, re.DOTALL)
        async with door.signed_in(cast.sector) as stranger:
            await post(stranger, "/console/account/sessions", which=which)
        assert (await second.get("/console")).status_code == 200, "another's session is left alone"
        await post(coordinator, "/console/account/sessions", which=which)
        assert [(await each.get("/console")).status_code for each in (second, third)] == [303, 200]
        await post(coordinator, "/console/account/sessions")
        assert [(await each.get("/console")).status_code for each in (coordinator, third)] == [200, 303]


@pytest.mark.parametrize("gives", [True, False])
async def test_a_session_dies_when_its_person_gets_or_loses_a_role(
    coordinator: httpx.AsyncClient, door: Door, cast: Cast, database: Database, gives: bool
) -> None:
    async with door.signed_in(cast.sector) as other:
        do = give if gives else take
        grant = Grant(cast.coordinator, "auditor" if gives else "coordinator", cast.library)
        await database.write(lambda tx: do(tx, grant, None, MONDAY))
        assert [(await each.get("/console")).status_code for each in (coordinator, other)] == [303, 200]


async def test_a_session_that_was_given_to_a_browser_is_not_the_one_after_signing_in(
    door: Door, cast: Cast
) -> None:
    """A6, fixation: what an attacker put into the browser signs nobody in."""
    token = await door.link(cast.coordinator)
    async with door.browser() as browser, door.browser() as thief:
        for each in (browser, thief):
            each.cookies.set("zinute_session", "fixed" * 8)
        await post(browser, "/sign-in", token=token)
        assert [(await each.get("/console")).status_code for each in (browser, thief)] == [200, 303]


async def test_roles_copies_and_erasures_ask_again(
    door: Door, cast: Cast, database: Database, clock: Clock
) -> None:
    await database.write(
        lambda tx: give(tx, Grant(cast.coordinator, "administrator", cast.library), None, MONDAY)
    )
    whom, rights = f"/console/people/{cast.learner}", "/console/rights"
    places = [
        ("GET", rights, rights),
        ("POST", rights, rights),
        ("POST", f"{rights}/{cast.learner}/{cast.library}/trainer", rights),
        *((how, path, path) for how, path in (("GET", f"{whom}/data.json"), ("GET", f"{whom}/erase"))),
        ("POST", f"{whom}/erase", f"{whom}/erase"),
    ]
    async with door.signed_in(cast.coordinator) as browser:
        for minutes in (20, 20):
            clock.move(minutes=minutes)
            assert (await browser.get("/console")).status_code == 200
        for how, path, back in places:
            answer = await browser.request(how, path, headers=SAME_ORIGIN)
            assert answer.headers["location"] == f"/console/proof?next={back}"


def test_everybody_must_have_one_where_nothing_else_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ZINUTE_SECOND_FACTOR", raising=False)
    assert Settings().second_factor == "everybody"
