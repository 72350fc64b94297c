"""Signing in as somebody at a browser does it: with a password manager's fields, a passkey, and pages for everybody."""

import pytest
from playwright.async_api import Page, expect
from starlette.applications import Starlette

from console.app import create
from domain.texts import Texts
from storage.database import Database
from tests.console.conftest import Door
from tests.console.keys import PASSWORD, RASA, Phone, entrance
from tests.console.test_live import TOO_SMALL, base, complaints_of
from tests.console.town import Cast, Clock
from tests.tools.screens import SIZES, Screen, Screens

__all__ = ["base"]
TOO_WIDE = "document.documentElement.scrollWidth"


@pytest.fixture
def app(database: Database, texts: Texts, clock: Clock) -> Starlette:
    return create(database, texts, clock, entrance=entrance(mails=True))


async def looked_at(page: Page, axe: str, screen: Screen) -> None:
    """The page is as wide as its screen, can be hit with a finger, and axe-core finds nothing."""
    assert await page.evaluate(TOO_WIDE) <= SIZES[screen]["width"]
    small = [each for each in await page.evaluate(TOO_SMALL) if "<a " not in each]
    assert (page.url, small) == (page.url, [])
    assert (page.url, await complaints_of(axe, page)) == (page.url, [])


async def device_of(page: Page) -> None:
    """The browser gets a device with passkeys whose owner puts the finger on it."""
    session = await page.context.new_cdp_session(page)
    await session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    await session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


@pytest.mark.parametrize("screen", ["phone", "desktop"])
async def test_a_password_a_phone_and_a_passkey(
    *, door: Door, cast: Cast, clock: Clock, base: str, browser_page: Screens, screen: Screen, axe: str
) -> None:
    page = await browser_page(screen)
    complaints = list[str]()
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    base = base.replace("127.0.0.1", "localhost")
    await device_of(page)
    await page.goto(f"{base}/sign-in?token={await door.link(cast.coordinator)}")
    await page.get_by_role("button", name="Sign in as").click()
    await page.locator("#account").click()
    await looked_at(page, axe, screen)
    await secured(page)
    phone = await phone_added(page, clock, axe, screen)
    await looked_at(page, axe, screen)
    await signs_in(page, phone, clock, axe, screen)
    await page.goto(f"{base}/console/proof?next=/console/account")
    await looked_at(page, axe, screen)
    await page.locator("#sign-out").click()
    await page.get_by_role("button", name="Use a passkey").click()
    await page.wait_for_url("**/console")
    assert complaints == []


async def secured(page: Page) -> None:
    """A password and a passkey are added."""
    await page.locator("#new").fill(PASSWORD)
    await page.locator("#set-password").click()
    await expect(page.locator("#done")).to_contain_text("The password is changed.")
    await page.locator("#name").fill("Work computer")
    await page.get_by_role("button", name="Add a passkey").click()
    await expect(page.locator("#passkeys")).to_contain_text("Work computer")


async def phone_added(page: Page, clock: Clock, axe: str, screen: Screen) -> Phone:
    """An authenticator is added, and its recovery codes are seen."""
    await page.locator("#add-second").click()
    await looked_at(page, axe, screen)
    phone = Phone(await page.content())
    await page.locator("#code").fill(phone.code(clock()))
    await page.locator("#add").click()
    await expect(page.locator("#codes li")).to_have_count(10)
    await looked_at(page, axe, screen)
    await page.locator("#kept").click()
    return phone


async def signs_in(page: Page, phone: Phone, clock: Clock, axe: str, screen: Screen) -> None:
    """Out, and in again with the password and a code."""
    await page.locator("#sign-out").click()
    await looked_at(page, axe, screen)
    await page.locator("#email").fill(RASA)
    await page.locator("#password").fill(PASSWORD)
    await page.locator("#enter").click()
    await looked_at(page, axe, screen)
    clock.move(minutes=1)
    await page.locator("#code").fill(phone.code(clock()))
    await page.locator("#enter").click()
    await page.wait_for_url("**/console")


async def test_without_a_passkey_a_failure_is_told_and_the_password_is_still_there(
    *, door: Door, base: str, browser_page: Screens
) -> None:
    page = await browser_page("desktop")
    await device_of(page)
    await page.goto(base.replace("127.0.0.1", "localhost") + "/sign-in")
    await page.get_by_role("button", name="Use a passkey").click()
    await expect(page.get_by_role("alert")).to_contain_text("That did not work with the passkey.")
    await expect(page.locator("#password")).to_be_visible()
    names = await page.eval_on_selector_all("input", "(all) => all.map((each) => each.autocomplete)")
    assert [each for each in names if each] == ["username", "current-password"]
