"""Secrets of a service that runs (faults.md, A16): in nothing that it shows, logs, gives away or keeps in its store.

Each of them is used meanwhile, and by some that refuse it.
"""

import base64
import sqlite3
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from pathlib import Path

import httpx
import pytest

from storage import providers
from storage.database import Database
from tests.console import test_tokens, test_webhooks
from tests.console.conftest import SAME_ORIGIN
from tests.console.keys import post
from tests.console.test_provided import issuer, links
from tests.fakes import lrs
from tests.fakes.lrs import Lrs
from tests.fakes.mail import MailServer, mail_server
from tests.fakes.owner import BotApi
from tests.fakes.receiver import Receiver, receiving
from tests.journeys.running import Running, demo, free_port
from tests.storage import stores
from tests.until import until

__all__ = ["issuer"]

METRICS, MAIL, RECORDS, RECORDER, CLIENT = (
    f"canary-{name}-0123456789abcdef" for name in ("metrics", "mail", "xapi", "xapi-key", "client")
)
RUTA, HERE = "ruta@gluosniai.example", 1  # she administers the library
TOKENS, HOOKS = test_tokens.HERE, test_webhooks.HERE
PAGES = (
    *("/metrics", "/readyz", "/chat", "/privacy", "/catalogue", "/.well-known/did.json", "/console/none"),
    *("/console", "/console/account", "/console/results.csv", "/console/audit", "/console/invitations"),
    *("/console/messages", "/console/certificates", "/console/rights", TOKENS, HOOKS, f"{HOOKS}/1"),
    *("/console/organisations/1", *(f"/console/people/{each}/data.json" for each in range(1, 9))),
)
ANSWERS = ("/api/v1/people", "/api/v1/certificates", "/api/v1/organisations", "/scim/v2/Users")
BROKEN = ("/console/certificates", "/api/v1/certificates")
SCOPES = ["people:read", "certificates:read", "organisations:read", "provisioning"]


@dataclass
class House:
    """A demonstration in use, with what it was given, what it showed, and what nobody else may ever read."""

    running: Running
    browser: httpx.AsyncClient
    store: Path
    secrets: dict[str, bytes] = field(default_factory=dict)
    shown: list[tuple[str, int, bytes]] = field(default_factory=list)

    async def gets(self, path: str, **headers: str) -> int:
        """The status of what is shown there."""
        answer = await self.browser.get(path, headers=headers)
        told = f"{answer.headers}".encode() + answer.content
        self.shown.append((path, answer.status_code, told))
        return answer.status_code


@dataclass(frozen=True)
class Others:
    """Those whom the service speaks to with a secret."""

    messenger: BotApi
    mails: MailServer
    records: Lrs
    receiver: Receiver

    def settings(self, port: int) -> dict[str, str]:
        """The environment of a service that does."""
        return {
            **self.messenger.environment(),
            "ZINUTE_LOG_LEVEL": "debug",
            "ZINUTE_METRICS_TOKEN": METRICS,
            "ZINUTE_MAIL_FROM": "Zinute <learn@zinute.example>",
            "ZINUTE_PRIVATE_ADDRESSES": "true",
            "ZINUTE_PUBLIC_URL": f"http://127.0.0.1:{port}",
            "ZINUTE_SMTP_URL": f"smtp://zinute:{MAIL}@127.0.0.1:{self.mails.port}",
            "ZINUTE_XAPI_URL": self.records.url,
            "ZINUTE_XAPI_KEY": RECORDER,
            "ZINUTE_XAPI_SECRET": RECORDS,
        }


@asynccontextmanager
async def others(messenger: BotApi) -> AsyncIterator[Others]:
    async with mail_server(login=("zinute", MAIL)) as mails:
        with lrs.running() as records, receiving() as receiver:
            yield Others(messenger, mails, records, receiver)


async def sign_in(house: House) -> None:
    link = house.running.coordinate_as("Rūta Petrauskienė").removeprefix(house.running.url)
    token, here = link.partition("token=")[2], {"Origin": house.running.url}
    answer = await house.browser.post("/sign-in", data={"token": token}, headers=here)
    assert answer.status_code == HTTPStatus.SEE_OTHER
    session = next(iter(house.browser.cookies.values()))
    house.secrets |= {"link": token.encode(), "session": session.encode()}


async def send_mail(house: House, mails: MailServer) -> None:
    """One that comes, and one that the server does not take."""
    await post(house.browser, "/sign-in/link", email=RUTA, to="mail")
    house.shown.append(("mail", 0, (await mails.arrives(RUTA)).as_bytes()))
    mails.answers["AUTH"] = ["454 4.7.0 later"] * 2
    mails.drop()
    await post(house.browser, "/sign-in/link", email=RUTA, to="mail")
    await until(lambda: not mails.answers["AUTH"], within=30)


async def connect_account(house: House, issuer: str, secret: Path) -> None:
    """With the secret of the client, at the organisation's provider."""
    database = Database(f"sqlite:///{house.store}")
    await database.open()
    new = partial(providers.put, organisation=HERE, name="Vilnius", issuer=issuer, client="zinute")
    await database.write(partial(new, secret_file=str(secret)))
    [provider] = await database.read(providers.all_of_them)
    await database.close()
    answer = await links(house.browser, provider.id)
    assert answer.headers["location"].endswith("?done=organisation")


async def tell_receiver(house: House, receiver: Receiver) -> None:
    """A webhook is made in the console, and tried."""
    made = await test_webhooks.make(house.browser, HERE, address=receiver.url)
    secret = test_webhooks.secret(made)
    receiver.secrets.append(secret)
    raw = base64.b64decode(secret.removeprefix("whsec_"))
    house.secrets |= {"webhook": secret.encode(), "its bytes": raw, "its hex": raw.hex().encode()}
    assert (await test_webhooks.do(house.browser, 1, "test")).status_code == HTTPStatus.SEE_OTHER
    await until(lambda: receiver.taken, within=30)


@contextmanager
def broken(store: Path) -> Iterator[None]:
    """A table that pages are made of is away."""
    with closing(sqlite3.connect(store, timeout=30)) as opened:
        opened.execute("ALTER TABLE certificate RENAME TO certificate_away")
        yield
        opened.execute("ALTER TABLE certificate_away RENAME TO certificate")


async def show(house: House, token: str) -> None:
    """Pages and answers, for those who may see them, and such as fail."""
    metrics, program = f"Bearer {METRICS}", f"Bearer {token}"
    assert {await house.gets(each, Authorization=metrics) for each in PAGES} == {200, 404}
    assert {await house.gets(each, Authorization=program) for each in ANSWERS} == {200}
    assert {await house.gets(each, Authorization=f"{program}x") for each in ANSWERS} == {401}
    # Its form has the link, which whoever asks has; the log may not.
    await house.browser.get(f"/sign-in?token={house.secrets['link'].decode()}")
    with broken(house.store):
        # What failed ends its connection.
        once = {"Authorization": program, "Connection": "close"}
        assert {await house.gets(each, **once) for each in BROKEN} == {500}


def of_files(paths: Iterable[Path]) -> Mapping[str, bytes]:
    """What stands in files of secrets, whole, in part and in hex."""
    found = {path.name: path.read_bytes().strip() for path in paths}
    middle = {
        f"{name}'s middle": each.splitlines()[len(each.splitlines()) // 2] for name, each in found.items()
    }
    return found | middle | {f"{name} in hex": each.hex().encode() for name, each in found.items()}


def as_sent(name: str, secret: str) -> bytes:
    """As a name and a secret stand in a header."""
    return base64.b64encode(f"{name}:{secret}".encode())


@pytest.mark.timeout(240)
@pytest.mark.parametrize("issuer", ["oidc-provider-mock"], indirect=True)
async def test_no_secret_is_shown_logged_given_away_or_stored(
    tmp_path: Path, bot_api: BotApi, issuer: str
) -> None:
    folder, port, client = tmp_path / "demo", free_port(), tmp_path / "client-key"
    client.write_text(CLIENT, encoding="utf-8")
    person = await bot_api.person("Vardenis Pavardenis", "lt")
    async with (
        others(bot_api) as them,
        demo(folder, port, them.settings(port)) as running,
        httpx.AsyncClient(base_url=running.url, timeout=60) as browser,
    ):
        (store,) = folder.glob("*.db")
        house = House(running, browser, store)
        await person.says("/start")
        await sign_in(house)
        await send_mail(house, them.mails)
        await connect_account(house, issuer, client)
        await tell_receiver(house, them.receiver)
        data = {"name": "Personnel", "organisation": str(HERE), "scope": SCOPES, "days": "30"}
        token = test_tokens.shown(await browser.post(TOKENS, data=data, headers=SAME_ORIGIN))
        assert token
        await show(house, token)
        await until(lambda: them.records.requests, within=30)
        assert await running.stop() == 0
    keys = [path for path in tmp_path.rglob("*key*") if path.is_file()]
    stores.copy(store, tmp_path / "backup.db")
    kept = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file() and path not in keys}
    assert {store, tmp_path / "backup.db", tmp_path / "demo.log"} <= set(kept)
    assert len(keys) >= 3
    secrets = {**house.secrets, **of_files(keys), "token": token.encode(), "bot": bot_api.token.encode()}
    secrets |= {each: each.encode() for each in (METRICS, MAIL, RECORDS, RECORDER)}
    secrets |= {"to xapi": as_sent(RECORDER, RECORDS), "to the provider": as_sent("zinute", CLIENT)}
    found = [
        (place, name) for name, secret in secrets.items() for place, text in kept.items() if secret in text
    ]
    assert found == []
    assert [
        (path, name) for name, secret in secrets.items() for path, _, text in house.shown if secret in text
    ] == []
