"""A8: passkeys are added, named, removed and signed in with; and what is not quite right is refused."""

import asyncio
import json

import httpx
import pytest
from starlette.applications import Starlette

from console.app import create
from domain.texts import Texts
from storage.database import Database
from tests.console.conftest import SAME_ORIGIN, Door
from tests.console.device import Device
from tests.console.keys import OTHER, PASSWORD, Phone, add_phone, choose, enter, entrance, post
from tests.console.town import Cast, Clock

ACCOUNT = "/console/account"
PLACE = f"{ACCOUNT}/passkeys"


@pytest.fixture
def app(database: Database, texts: Texts, clock: Clock) -> Starlette:
    return create(database, texts, clock, entrance=entrance())


async def asked(browser: httpx.AsyncClient, path: str) -> dict[str, object]:
    answer = await browser.post(path, headers=SAME_ORIGIN)
    assert answer.status_code == 200
    return dict(answer.json())


async def add(browser: httpx.AsyncClient, device: Device, name: str = "Work") -> httpx.Response:
    made = device.make(await asked(browser, f"{PLACE}/options"))
    return await post(browser, PLACE, credential=made, name=name)


async def sign_in(browser: httpx.AsyncClient, device: Device) -> httpx.Response:
    signed = device.sign(await asked(browser, "/sign-in/passkey/options"))
    return await post(browser, "/sign-in/passkey", credential=signed)


@pytest.fixture
async def device(coordinator: httpx.AsyncClient) -> Device:
    device = Device()
    assert (await add(coordinator, device)).headers["location"] == "/console/account?done=passkey"
    return device


async def test_it_signs_in_by_itself_also_where_there_is_a_second_step(
    door: Door, coordinator: httpx.AsyncClient, device: Device, clock: Clock
) -> None:
    await add_phone(coordinator, clock())
    for _ in range(2):
        async with door.browser() as browser:
            answer = await sign_in(browser, device)
            assert (answer.status_code, answer.headers["location"]) == (303, "/console")
            page = (await browser.get("/console/account")).text
            assert "Signed in with a passkey." in page
            assert "Rasa Rasaitė" in page


async def test_it_is_enough_where_everybody_must_have_two_factors(
    database: Database, texts: Texts, clock: Clock, door: Door, device: Device
) -> None:
    strict = Door(create(database, texts, clock, entrance=entrance(second_for_all=True)), database, clock)
    async with strict.browser() as browser:
        await sign_in(browser, device)
        assert (await browser.get("/console")).status_code == 200


async def test_it_has_a_name_and_can_be_removed_by_its_owner_only(
    door: Door, cast: Cast, coordinator: httpx.AsyncClient, device: Device
) -> None:
    await add(coordinator, Device(), "  <b>My\nphone</b>  " + "x" * 80)
    page = (await coordinator.get("/console/account")).text
    assert ("<strong>Work</strong>" in page, "&lt;b&gt;My phone&lt;/b&gt;" in page) == (True, True)
    which = json.loads(device.make({"challenge": ""}))["id"]
    async with door.signed_in(cast.sector) as stranger, door.browser() as browser:
        await post(stranger, f"{PLACE}/remove", which=which)
        assert (await sign_in(browser, device)).status_code == 303
        await post(coordinator, f"{PLACE}/remove", which=which)
        refused = await sign_in(browser, device)
    assert (refused.status_code, "The passkey was not taken" in refused.text) == (422, True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "http://evil.test"},
        {"origin": "https://console.test"},
        {"origin": "http://console.test.evil.test"},
        {"host": "evil.test"},
        {"checks": False},
        {"key": Device().key},
    ],
    ids=["site", "scheme", "longer", "host", "owner", "key"],
)
async def test_an_answer_for_another_site_or_of_another_key_is_refused(
    door: Door, device: Device, wrong: dict[str, object]
) -> None:
    for name, value in wrong.items():
        setattr(device, name, value)
    async with door.browser() as browser:
        assert (await sign_in(browser, device)).status_code == 422
        assert (await browser.get("/console")).status_code == 303


@pytest.mark.parametrize(
    "wrong", [{"origin": "http://evil.test"}, {"host": "evil.test"}, {"checks": False}], ids=str
)
async def test_none_is_added_for_another_site(
    coordinator: httpx.AsyncClient, wrong: dict[str, object]
) -> None:
    device = Device()
    for name, value in wrong.items():
        setattr(device, name, value)
    refused = await add(coordinator, device)
    assert (refused.status_code, 'id="passkeys"' in refused.text) == (422, False)


async def test_an_answer_works_once_in_the_browser_that_asked(
    door: Door, device: Device, clock: Clock
) -> None:
    async with door.browser() as one, door.browser() as two:
        signed = device.sign(await asked(one, "/sign-in/passkey/options"))
        await asked(two, "/sign-in/passkey/options")
        assert (await post(two, "/sign-in/passkey", credential=signed)).status_code == 422, (
            "another's challenge"
        )
        answers = await asyncio.gather(*(post(one, "/sign-in/passkey", credential=signed) for _ in range(3)))
        assert sorted(each.status_code for each in answers) == [303, 422, 422]
        late = device.sign(await asked(two, "/sign-in/passkey/options"))
        clock.move(minutes=10)
        assert (await post(two, "/sign-in/passkey", credential=late)).status_code == 422


async def test_a_copy_of_a_device_is_noticed_by_its_count(door: Door, device: Device) -> None:
    async with door.browser() as browser:
        await sign_in(browser, device)
        await sign_in(browser, device)
        device.signs -= 1
        assert (await sign_in(browser, device)).status_code == 422


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "{}",
        "[]",
        "null",
        '{"id": 1}',
        '{"id": "x"}',
        "[" * 500,
        "x" * 100_000,
        r'{"id": "\ud800"}',
        r'{"id": "\u0000"}',
    ],
)
async def test_what_is_no_answer_is_refused(
    door: Door, coordinator: httpx.AsyncClient, device: Device, answer: str
) -> None:
    await asked(coordinator, f"{PLACE}/options")
    added = await post(coordinator, PLACE, credential=answer, name="x")
    async with door.browser() as browser:
        await asked(browser, "/sign-in/passkey/options")
        used = await post(browser, "/sign-in/passkey", credential=answer)
    assert (added.status_code, used.status_code) == (422, 422)


async def test_a_broken_answer_of_a_known_passkey_is_refused(door: Door, device: Device) -> None:
    async with door.browser() as browser:
        for part in ("clientDataJSON", "authenticatorData", "signature"):
            for broken in ("", "AAAA", "!", None, 5):
                given = json.loads(device.sign(await asked(browser, "/sign-in/passkey/options")))
                given["response"][part] = broken
                answer = await post(browser, "/sign-in/passkey", credential=json.dumps(given))
                assert answer.status_code == 422


async def test_a_broken_answer_of_a_new_device_is_refused(coordinator: httpx.AsyncClient) -> None:
    for part in ("clientDataJSON", "attestationObject"):
        for broken in ("", "AAAA", "!", "gYGBgYGBgYGBgYGBgYE", None, 5):
            given = json.loads(Device().make(await asked(coordinator, f"{PLACE}/options")))
            given["response"][part] = broken
            answer = await post(coordinator, PLACE, credential=json.dumps(given), name="x")
            assert answer.status_code == 422


async def test_one_passkey_is_one_persons(door: Door, cast: Cast, device: Device) -> None:
    async with door.signed_in(cast.sector) as other:
        assert (await add(other, device)).status_code == 422
    async with door.browser() as browser:
        await sign_in(browser, device)
        assert "Rasa Rasaitė" in (await browser.get("/console/account")).text


async def test_it_proves_who_somebody_is_to_its_owner_s_session_only(
    door: Door, cast: Cast, coordinator: httpx.AsyncClient, device: Device, clock: Clock
) -> None:
    async with door.signed_in(cast.sector) as other:
        clock.move(minutes=20)
        assert [(await each.get("/console")).status_code for each in (coordinator, other)] == [200, 200]
        clock.move(minutes=20)
        for browser, place in ((other, "/console/proof"), (coordinator, "/console/account")):
            assert (await choose(browser)).headers["location"] == "/console/proof?next=/console/account"
            signed = device.sign(await asked(browser, "/sign-in/passkey/options"))
            data = {"credential": signed, "next": "/console/account"}
            assert (await post(browser, "/console/proof/passkey", **data)).headers["location"] == place
        assert (await choose(coordinator)).status_code == 303


@pytest.mark.parametrize("way", ["link", "password"])
async def test_whoever_has_one_adds_and_changes_nothing_without_it(
    door: Door, cast: Cast, coordinator: httpx.AsyncClient, device: Device, way: str
) -> None:
    """A6, A8: who reads somebody's mail or knows their password gets no factor of their own by it."""
    await choose(coordinator)
    token, asks = await door.link(cast.coordinator), f"/console/proof?next={ACCOUNT}"
    async with door.browser() as browser:
        await (post(browser, "/sign-in", token=token) if way == "link" else enter(browser))
        assert (await browser.get("/console")).status_code == 200
        assert (await browser.get(f"{ACCOUNT}/second")).headers["location"] == f"{asks}/second"
        paths = ("second/remove", "codes", "passkeys/options", "passkeys", "passkeys/remove", "password")
        for path in (*paths, "organisation/1"):
            assert (await post(browser, f"{ACCOUNT}/{path}")).headers["location"] == asks
        page = (await browser.get(asks)).text
        assert ('id="password"' in page, "/console/proof/passkey" in page) == (False, True)
        proof = {"next": ACCOUNT, "password": PASSWORD}
        assert (await post(browser, "/console/proof", **proof)).status_code == 422
        assert (await post(browser, f"{ACCOUNT}/codes")).headers["location"] == asks
        await prove(browser, device)
        assert (await add(browser, Device())).headers["location"] == f"{ACCOUNT}?done=passkey"


async def test_where_two_factors_are_needed_the_passkey_is_asked_for(
    database: Database, texts: Texts, clock: Clock, cast: Cast, device: Device
) -> None:
    strict = Door(create(database, texts, clock, entrance=entrance(second_for_all=True)), database, clock, 1)
    async with strict.signed_in(cast.coordinator) as browser:
        sent = await browser.get("/console/messages")
        assert sent.headers["location"] == "/console/proof?next=/console/messages"
        await prove(browser, device)
        assert (await browser.get("/console/messages")).status_code == 200
    async with strict.signed_in(cast.sector) as other:
        assert (await other.get("/console")).headers["location"] == f"{ACCOUNT}/second"
        assert (await add(other, Device())).status_code == 303
        assert (await other.get("/console")).status_code == 200


async def prove(browser: httpx.AsyncClient, device: Device) -> None:
    signed = device.sign(await asked(browser, "/sign-in/passkey/options"))
    proven = await post(browser, "/console/proof/passkey", credential=signed, next=ACCOUNT)
    assert proven.headers["location"] == ACCOUNT


async def test_whoever_is_locked_out_by_a_stranger_comes_in_by_a_passkey(
    door: Door, coordinator: httpx.AsyncClient, device: Device, clock: Clock
) -> None:
    """A7: a stranger who guesses locks the password and the codes, and not the person."""
    await choose(coordinator)
    phone, _ = await add_phone(coordinator, clock())
    async with door.browser() as stranger:
        await enter(stranger)
        for _ in range(6):
            await post(stranger, "/sign-in/second", code="000000")
        statuses = [(await enter(stranger, OTHER)).status_code for _ in range(21)]
        assert statuses[-1] == 429
    assert isinstance(phone, Phone)
    async with door.browser() as browser:
        assert (await sign_in(browser, device)).headers["location"] == "/console"


async def test_there_are_none_where_the_address_is_a_number(
    door: Door, cast: Cast, database: Database, texts: Texts, clock: Clock
) -> None:
    app = create(database, texts, clock, address="http://127.0.0.1:8000", entrance=entrance())
    async with Door(app, database, clock).signed_in(cast.coordinator) as browser:
        assert "only for sites with a name" in (await browser.get("/console/account")).text
        assert (await browser.post("/sign-in/passkey/options", headers=SAME_ORIGIN)).status_code == 404
