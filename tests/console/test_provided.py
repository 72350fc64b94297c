"""A8: signing in with an organisation's own provider, at two of them on this machine; and what is forged is refused."""

import hmac
import logging
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from starlette.applications import Starlette

from console.app import create
from console.asking import Untrusted
from console.provider import Asked, checked
from console.reach import is_safe
from domain.bucket import PROVIDER
from domain.texts import Texts
from storage import providers
from storage.audit import AUDIT
from storage.database import Database
from storage.providers import Provider
from tests.console.conftest import Door
from tests.console.device import b64
from tests.console.keys import add_phone, entrance, post
from tests.console.town import Cast, Clock
from tests.storage.samples import rows
from tests.tools.provider import running


@pytest.fixture(scope="session")
def second_issuer() -> Iterator[str]:
    """It keeps nothing between tests but its key."""
    with running() as address:
        yield address


@pytest.fixture(params=["oidc-provider-mock", "oauth2-mock-server"])
def issuer(request: pytest.FixtureRequest) -> Iterator[str]:
    """A provider that asks nobody for a password."""
    if request.param == "oauth2-mock-server":
        yield request.getfixturevalue("second_issuer")
        return
    import warnings

    with warnings.catch_warnings(record=True):  # its own library says that a part of it grows old
        warnings.simplefilter("ignore")
        from oidc_provider_mock import run_server_in_thread

        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        with run_server_in_thread() as server:
            yield f"http://127.0.0.1:{server.server_port}"


@pytest.fixture
def clock() -> Clock:
    """The provider has the machine's clock."""
    clock = Clock()
    clock.at = datetime.now(UTC)
    return clock


@pytest.fixture
def app(database: Database, texts: Texts, clock: Clock) -> Starlette:
    return create(database, texts, clock, entrance=entrance())


@pytest.fixture
async def provider(database: Database, cast: Cast, issuer: str, tmp_path: Path) -> int:
    """The library's."""
    secret = tmp_path / "secret"
    secret.write_text("s3cret:/ä\n", encoding="utf-8")
    await database.write(
        lambda tx: providers.put(
            tx, cast.library, "Vilnius", issuer, client="zinute", secret_file=str(secret)
        )
    )
    return (await database.read(providers.all_of_them))[0].id


async def agreed(address: str, subject: str) -> str:
    """Somebody has signed in at the provider, and says yes if it asks; where it sends the browser back to."""
    async with httpx.AsyncClient() as there:
        answer = await there.get(f"{address}&{urlencode({'login_hint': subject})}")
        if answer.status_code == 200:
            answer = await there.post(address, data={"sub": subject, "action": "authorize"})
    assert answer.status_code == 302, answer.text
    return str(answer.headers["location"])


async def goes(browser: httpx.AsyncClient, path: str) -> str:
    """Where the provider is to be asked."""
    return onward(await post(browser, path))


async def comes_back(browser: httpx.AsyncClient, place: str) -> httpx.Response:
    parts = urlsplit(place)
    return await browser.get(f"{parts.path}?{parts.query}")


async def signs_in(browser: httpx.AsyncClient, provider: int, subject: str = "rasa") -> httpx.Response:
    return await comes_back(
        browser, await agreed(await goes(browser, f"/sign-in/organisation/{provider}"), subject)
    )


async def links(browser: httpx.AsyncClient, provider: int, subject: str = "rasa") -> httpx.Response:
    return await comes_back(browser, await agreed(await begins(browser, provider), subject))


async def begins(browser: httpx.AsyncClient, provider: int) -> str:
    """Where whoever connects an account is led."""
    return onward(await post(browser, f"/console/account/organisation/{provider}"))


def onward(page: httpx.Response) -> str:
    """Where a page of ours leads to."""
    (address,) = re.findall(r'id="onward" href="([^"]+)"', page.text)
    assert page.headers["refresh"] == f"0; url={unescape(address)}"
    return unescape(address)


@pytest.fixture
async def linked(coordinator: httpx.AsyncClient, provider: int) -> int:
    """The provider, at which Rasa's account is known to be hers."""
    assert (await links(coordinator, provider)).headers["location"] == "/console/account?done=organisation"
    return provider


async def test_an_account_that_was_connected_signs_in(door: Door, linked: int) -> None:
    async with door.browser() as browser:
        assert "Vilnius" in (await browser.get("/sign-in")).text
        answer = await signs_in(browser, linked)
        assert (answer.status_code, answer.headers["location"]) == (303, "/console")
        assert "Signed in through the organisation." in (await browser.get("/console/account")).text


async def test_what_is_sent_has_pkce_state_and_nonce_and_no_secret(door: Door, provider: int) -> None:
    async with door.browser() as browser:
        address = await goes(browser, f"/sign-in/organisation/{provider}")
    asked = parse_qs(urlsplit(address).query)
    assert {
        name: asked[name] for name in ("response_type", "client_id", "scope", "code_challenge_method")
    } == {
        "response_type": ["code"],
        "client_id": ["zinute"],
        "scope": ["openid"],
        "code_challenge_method": ["S256"],
    }
    assert asked["redirect_uri"] == ["http://console.test/sign-in/organisation/back"]
    assert {len(asked[name][0]) for name in ("state", "nonce", "code_challenge")} == {43}


async def test_an_account_with_the_same_address_is_nobodys_until_it_is_connected(
    door: Door, provider: int
) -> None:
    async with door.browser() as browser:
        answer = await signs_in(browser, provider, "rasa.rasaitė.1@example.org")
        assert (answer.status_code, "This account is not connected yet" in answer.text) == (403, True)
        assert (await browser.get("/console")).status_code == 303


async def test_a_second_step_is_still_asked_for(
    door: Door, coordinator: httpx.AsyncClient, linked: int, clock: Clock
) -> None:
    await add_phone(coordinator, clock())
    async with door.browser() as browser:
        assert (await signs_in(browser, linked)).headers["location"] == "/sign-in/second"
        assert (await browser.get("/console")).status_code == 303


async def test_only_the_organisation_s_own_people_connect_and_come_in(
    door: Door, cast: Cast, database: Database, linked: int
) -> None:
    async with door.signed_in(cast.coordinator_elsewhere) as other:
        assert "Vilnius" not in (await other.get("/console/account")).text
        assert (await links(other, linked, "kari")).status_code == 403
        assert (await links(other, linked, "rasa")).status_code == 403
    other_issuer = (await database.read(providers.all_of_them))[0].issuer
    await database.write(lambda tx: providers.remove(tx, cast.library, other_issuer))
    async with door.browser() as browser:
        assert (await post(browser, f"/sign-in/organisation/{linked}")).status_code == 404


async def test_one_account_is_one_persons_and_can_be_disconnected(
    door: Door, cast: Cast, coordinator: httpx.AsyncClient, linked: int, database: Database
) -> None:
    async with door.signed_in(cast.sector) as other:
        assert (await links(other, linked, "rasa")).status_code == 403
    await links(coordinator, linked)
    for _ in range(2):
        await post(coordinator, f"/console/account/organisation/{linked}/remove")
    kept = [(cast.coordinator, f'{{"change":"{each}"}}') for each in ("account", "no_account")]
    assert await rows(database, AUDIT.c.about_id, AUDIT.c.after) == kept
    async with door.browser() as browser:
        assert (await signs_in(browser, linked)).status_code == 403


async def test_an_answer_counts_once_in_the_browser_that_was_sent_with_its_state(
    door: Door, linked: int, clock: Clock
) -> None:
    async with door.browser() as one, door.browser() as two, door.browser() as third:
        back = await agreed(await goes(one, f"/sign-in/organisation/{linked}"), "rasa")
        await goes(two, f"/sign-in/organisation/{linked}")
        assert (await comes_back(two, back)).status_code == 403, "another browser's state"
        assert (await comes_back(third, back)).status_code == 403, "nobody sent this browser"
        assert [(await comes_back(one, back)).status_code for _ in range(2)] == [303, 403]
        late = await agreed(await goes(third, f"/sign-in/organisation/{linked}"), "rasa")
        clock.move(minutes=10)
        assert (await comes_back(third, late)).status_code == 403


@pytest.mark.parametrize(
    "change", [{"state": "x"}, {"state": ""}, {"code": "x"}, {"iss": "https://evil.test"}]
)
async def test_a_changed_answer_is_refused(door: Door, linked: int, change: dict[str, str]) -> None:
    async with door.browser() as browser:
        back = await agreed(await goes(browser, f"/sign-in/organisation/{linked}"), "rasa")
        query = {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()} | change
        answer = await browser.get(f"/sign-in/organisation/back?{urlencode(query)}")
    assert (answer.status_code, "did not work through the organisation" in answer.text) == (403, True)


async def test_a_code_of_another_sign_in_is_refused(door: Door, linked: int) -> None:
    """Injected by whoever got hold of it: the nonce in its token is another."""
    async with door.browser() as thief, door.browser() as browser:
        stolen = parse_qs(
            urlsplit(await agreed(await goes(browser, f"/sign-in/organisation/{linked}"), "rasa")).query
        )
        own = parse_qs(
            urlsplit(await agreed(await goes(thief, f"/sign-in/organisation/{linked}"), "thief")).query
        )
        mixed = urlencode({"code": stolen["code"][0], "state": own["state"][0]})
        assert (await thief.get(f"/sign-in/organisation/back?{mixed}")).status_code == 403
        assert (await thief.get("/console")).status_code == 303


async def test_connecting_ends_in_the_session_that_began_it(
    door: Door, cast: Cast, coordinator: httpx.AsyncClient, provider: int
) -> None:
    async with door.signed_in(cast.sector) as other:
        back = await agreed(await begins(coordinator, provider), "rasa")
        other.cookies.set("zinute_organisation", coordinator.cookies["zinute_organisation"])
        assert (await comes_back(other, back)).status_code == 403


async def test_a_provider_that_is_away_or_another_is_told_calmly(
    door: Door, cast: Cast, database: Database, issuer: str
) -> None:
    for wrong in (f"{issuer}/other", "http://127.0.0.1:9", "http://evil.test"):
        await database.write(
            lambda tx, wrong=wrong: providers.put(tx, cast.library, "X", wrong, client="z", secret_file="")  # type: ignore[misc]
        )
    for each in await database.read(providers.all_of_them):
        async with door.browser() as browser:
            assert (await post(browser, f"/sign-in/organisation/{each.id}")).status_code == 403


KEY, OTHERS = RSAKey.generate_key(2048), RSAKey.generate_key(2048)
KEYS = KeySet([KEY]).as_dict(private=False)
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
TRUSTED = Provider(1, 1, "V", "https://id.example", "zinute")
ASKED = Asked("state", "nonce", "verifier")
GOOD: dict[str, Any] = {
    "iss": "https://id.example",
    "aud": "zinute",
    "sub": "rasa",
    "nonce": "nonce",
    "iat": NOW.timestamp(),
    "exp": NOW.timestamp() + 300,
}


def token(key: RSAKey = KEY, alg: str = "RS256", **changed: Any) -> str:
    claims = {name: value for name, value in (GOOD | changed).items() if value is not None}
    return jwt.encode({"alg": alg, "kid": KEY.thumbprint()}, claims, key, algorithms=[alg])


def test_a_good_token_says_who_it_is() -> None:
    KEY.ensure_kid()
    assert checked(TRUSTED, ASKED, token(), KeySet([KEY]).as_dict(private=False), NOW) == "rasa"
    assert checked(TRUSTED, ASKED, token(aud=["zinute"]), KeySet([KEY]).as_dict(private=False), NOW) == "rasa"


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://evil.example"},
        {"iss": None},
        {"aud": "other"},
        {"aud": ["zinute", "other"]},
        {"aud": None},
        {"azp": "other"},
        {"nonce": "other"},
        {"nonce": None},
        {"exp": NOW.timestamp() - 61},
        {"exp": None},
        {"iat": NOW.timestamp() + 61},
        {"iat": None},
        {"sub": None},
        {"sub": ""},
        {"sub": 5},
        {"sub": "x" * 256},
        {"nbf": NOW.timestamp() + 61},
    ],
    ids=str,
)
def test_a_token_that_is_not_for_this_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(Untrusted):
        checked(TRUSTED, ASKED, token(**changed), KEYS, NOW)


def test_a_token_that_the_provider_did_not_sign_is_refused() -> None:
    head, body, _ = token().split(".")
    hs256 = b64(b'{"alg": "HS256"}')
    mac = hmac.digest(KEY.as_pem(private=False), f"{hs256}.{body}".encode(), "sha256")
    none = "eyJhbGciOiJub25lIn0"
    forged = (
        f"{none}.{body}.",
        f"{head}.{body}.",
        f"{head}.{body}.AAAA",
        token(OTHERS),
        f"{hs256}.{body}.{b64(mac)}",
    )
    for each in (*forged, "", "a.b.c", None, 5):
        with pytest.raises(Untrusted):
            checked(TRUSTED, ASKED, each, KEYS, NOW)
    with pytest.raises(Untrusted):
        checked(TRUSTED, ASKED, token(), {"keys": []}, NOW)


@pytest.mark.parametrize(
    ("address", "safe"),
    [
        ("https://id.example", True),
        ("http://127.0.0.1:8080", True),
        ("http://[::1]:8080", True),
        ("http://id.example", False),
        ("http://169.254.169.254", False),
        ("http://127.0.0.1.evil.test", False),
        ("file:///etc/passwd", False),
        ("ftp://127.0.0.1", False),
        ("https://", False),
        ("", False),
    ],
)
def test_an_address_that_others_can_read_is_not_asked(address: str, safe: bool) -> None:
    assert is_safe(address) is safe


async def test_no_other_site_can_begin_to_connect_an_account(
    coordinator: httpx.AsyncClient, provider: int
) -> None:
    page = f"/console/account/organisation/{provider}"
    foreign = {"Sec-Fetch-Site": "cross-site"}
    assert (await coordinator.get(page, headers=foreign)).status_code == 405
    assert (await coordinator.post(page, headers=foreign)).status_code == 403
    assert "zinute_organisation" not in coordinator.cookies


async def test_of_one_place_so_many_an_hour_go_and_whoever_comes_in_does_not_count(
    door: Door, linked: int, clock: Clock
) -> None:
    page = f"/sign-in/organisation/{linked}"
    async with door.browser() as browser:
        for _ in range(3):
            assert (await signs_in(browser, linked)).status_code == 303
        statuses = [(await post(browser, page)).status_code for _ in range(PROVIDER.most + 1)]
        assert statuses == [200] * PROVIDER.most + [429]
        clock.move(hours=1)
        assert (await post(browser, page)).status_code == 200


async def test_another_site_begins_nothing_here(door: Door, linked: int) -> None:
    page = f"/sign-in/organisation/{linked}"
    async with door.browser() as browser:
        looked = await browser.get(page)
        forged = await browser.post(page, headers={"Sec-Fetch-Site": "cross-site"})
        assert (looked.status_code, forged.status_code) == (405, 403)
        assert not browser.cookies
