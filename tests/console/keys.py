"""What people in the tests sign in with: passwords, an authenticator of their own, and an entrance that hashes fast."""

import re
from datetime import datetime

import httpx
import pyotp
from argon2 import PasswordHasher

from console.entrance import Entrance
from console.hashing import Hashing
from tests.console.conftest import KEY, SAME_ORIGIN

PASSWORD = "kavos puodelis prie lango"
OTHER = "trys žalios varlės kieme"
RASA = "rasa.rasaitė.1@example.org"


def entrance(*, mails: bool = False, chats: bool = True, second_for_all: bool = False) -> Entrance:
    """One whose hashes take a millisecond."""
    quick = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    return Entrance(KEY, mails, "everybody" if second_for_all else "granting", Hashing(quick), chats=chats)


async def post(browser: httpx.AsyncClient, path: str, **data: str) -> httpx.Response:
    """What a form of ours sends."""
    return await browser.post(path, data=data, headers=SAME_ORIGIN)


async def choose(browser: httpx.AsyncClient, password: str = PASSWORD, **more: str) -> httpx.Response:
    """Whoever is signed in chooses a password."""
    return await post(browser, "/console/account/password", new=password, **more)


async def enter(browser: httpx.AsyncClient, password: str = PASSWORD, email: str = RASA) -> httpx.Response:
    """Somebody signs in with a password."""
    return await post(browser, "/sign-in/password", email=email, password=password)


class Phone:
    """Shows codes, as an authenticator does that has read the secret of a page."""

    def __init__(self, page: str) -> None:
        found = re.search(r"<code>([A-Z2-7 ]+)</code>", page)
        assert found
        self.shown = pyotp.TOTP(found[1].replace(" ", ""))

    def code(self, at: datetime) -> str:
        """The six digits at a moment."""
        return self.shown.at(at)


async def add_phone(browser: httpx.AsyncClient, at: datetime) -> tuple[Phone, list[str]]:
    """Whoever is signed in adds an authenticator; with the recovery codes that they are shown."""
    phone = Phone((await browser.get("/console/account/second")).text)
    shown = await post(browser, "/console/account/second", code=phone.code(at))
    assert shown.status_code == 200
    return phone, re.findall(r"<code>([A-Z2-7-]{29})</code>", shown.text)
