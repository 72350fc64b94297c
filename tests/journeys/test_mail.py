"""A test that begins with a code by e-mail: the service in its own process, a mail server, and somebody who learns."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from sqlalchemy import MetaData, Table, select

from actions import edit_person, enlist
from actions.invite import invite
from domain.tree import Own
from storage import programmes
from storage.database import Connection, Database
from storage.schema import METADATA
from tests.actions.talk import texts
from tests.bot.channels.contract.on_web import WebVisitor
from tests.bot.channels.contract.visitor import reads
from tests.fakes.mail import MailServer, mail_server, plain_of
from tests.journeys.running import free_port, zinute
from tests.journeys.test_start import one_sentence
from tests.outages.serving import Service, serving, settings
from zinute.assemble import now, opened, publish_library
from zinute.config import Settings

HERE = {"Accept-Language": "lt", "Sec-Fetch-Site": "same-origin"}
ANA, CODE, INVITATION = "ana@sav.example", re.compile(r"\b\d{8}\b"), "ana-invitation"
PROGRAMME = "---\ntitle: Žuvys\n---\n\nKą žinome apie žuvis.\n"
TEST = """---
title: Žuvų testas
minutes: 1
pass: 100
limit: 5
code: email
---

## Kuri plaukia? {#swims}

- [x] Lydeka
- [ ] Žąsis
"""


async def ready(folder: Path) -> None:
    """A library with the test, and Ana who is invited to it."""
    taught = folder / "library" / "fish"
    taught.mkdir(parents=True)
    (taught / "programme.lt.md").write_text(PROGRAMME, encoding="utf-8")
    (taught / "01-test.lt.md").write_text(TEST, encoding="utf-8")
    async with opened(Settings(data=folder / "data")) as database:
        await publish_library(database, folder / "library")
        await database.write(_enlist)


def _enlist(tx: Connection) -> None:
    house = enlist.add_organisation(
        tx, "Savivaldybė", Own(country="LT", contact="Rūta, ruta@sav.example"), now=now()
    )
    person = edit_person.add(tx, None, {"name": "Ana Anaitė", "email": ANA}, house, now=now())
    programme = programmes.by_slug(tx, "fish")
    assert programme is not None
    invite(tx, person=person, programme=programme, code=INVITATION, now=now())


@asynccontextmanager
async def house(tmp_path: Path, **more: str) -> AsyncIterator[tuple[Service, WebVisitor]]:
    """The service runs, and Ana stands before the test in her browser."""
    await ready(tmp_path)
    async with (
        serving(tmp_path / "data", settings(tmp_path, **more)) as service,
        httpx.AsyncClient(base_url=service.url, headers=HERE, trust_env=False) as http,
    ):
        (await http.get("/chat")).raise_for_status()
        database = Database(f"sqlite:///{tmp_path / 'data' / 'zinute.db'}")
        ana = WebVisitor(http, database)
        await ana.says(f"/start {INVITATION}")
        await ana.presses(say("join.yes"))
        await ana.presses(say("join.agree"))
        await ana.presses(say("test.begin"))
        try:
            yield service, ana
        finally:
            await ana.closes()


@pytest.fixture
async def server() -> AsyncIterator[MailServer]:
    """A mail server that wants a password."""
    async with mail_server(login=("zinute", "s3cret-password")) as server:
        yield server


def by(server: MailServer) -> dict[str, str]:
    """The settings of a service whose mail goes there."""
    return {
        "ZINUTE_SMTP_URL": f"smtp://zinute:s3cret-password@127.0.0.1:{server.port}",
        "ZINUTE_MAIL_FROM": "Zinute <mokymai@zinute.example>",
        "ZINUTE_LOG_LEVEL": "debug",
    }


async def test_a_code_begins_a_test_and_is_found_nowhere(tmp_path: Path, server: MailServer) -> None:
    async with house(tmp_path, **by(server)) as (service, ana):
        await reads(ana, "Į a…@sav.example išsiuntėme 8 skaitmenų kodą")
        (code,) = CODE.findall(plain_of(await server.arrives(ANA)))
        wrong = f"{(int(code) + 1) % 10**8:08d}"
        await ana.says(wrong)
        await reads(ana, "Liko bandymų: 4")
        checks = (await service.web.get(f"{service.url}/readyz")).json()["checks"]
        assert (checks["email"]["well"], "mail" in checks) == (True, False)
        assert code not in await _stored(tmp_path)
        await ana.says(code)
        await ana.presses("Lydeka")
        await reads(ana, "išlaikytas")
        assert await service.stop() == 0
    log = service.log.read_text(encoding="utf-8")
    assert "lease taken" in log
    assert [secret for secret in (code, wrong, ANA, "s3cret") if secret in log] == []


async def test_a_mail_server_that_has_a_bad_day_keeps_no_service_down(
    tmp_path: Path, server: MailServer
) -> None:
    server.away = "554 5.3.2 no service today"
    async with house(tmp_path, **by(server)) as (service, ana):
        await reads(ana, "Į a…@sav.example išsiuntėme 8 skaitmenų kodą")
        answer = await service.web.get(f"{service.url}/readyz")
        assert (answer.status_code, answer.json()["checks"]["email"]["well"]) == (200, False)
        server.away = ""
        (code,) = CODE.findall(plain_of(await server.arrives(ANA)))
        await ana.says(code)
        await ana.presses("Lydeka")
        await reads(ana, "išlaikytas")


async def test_a_service_with_another_key_stops_with_one_sentence(tmp_path: Path, server: MailServer) -> None:
    data, own = tmp_path / "data", settings(tmp_path, **by(server))
    async with serving(data, own) as service:
        assert await service.stop() == 0
    assert not (data / "code-key").exists(), "a copy of the data has no key"
    (tmp_path / "state" / "code-key").rename(tmp_path / "other")
    code, _, err = await zinute("serve", "--data", str(data), "--port", str(free_port()), **own)
    assert (code, one_sentence(err)) == (2, True)
    assert f"another key than that in {tmp_path / 'state' / 'code-key'}: copy the key" in err
    async with serving(data, own | {"ZINUTE_CODE_KEY": str(tmp_path / "other")}) as again:
        assert await again.stop() == 0


async def test_where_mail_is_not_set_up_it_is_said_to_all(tmp_path: Path) -> None:
    async with house(tmp_path) as (service, ana):
        await reads(ana, "laiškų kol kas išsiųsti negalime. Atsiprašome; kreipkitės: Rūta, ruta@sav.example")
        check = (await service.web.get(f"{service.url}/readyz")).json()["checks"]["mail"]
        assert check == {
            "well": False,
            "says": "Tests of fish begin with a code by e-mail: set ZINUTE_SMTP_URL.",
        }
        assert "tests begin with a code by e-mail, and ZINUTE_SMTP_URL is not set" in service.said()
        assert "sitting: []" in await _stored(tmp_path)


async def _stored(folder: Path) -> str:
    """Everything that the store has, but what was typed."""
    database = Database(f"sqlite:///{folder / 'data' / 'zinute.db'}")
    await database.open()

    def look(tx: Connection) -> str:
        return "\n".join(f"{table.name}: {tx.execute(select(table)).all()}" for table in _tables(METADATA))

    try:
        return await database.read(look)
    finally:
        await database.close()


def _tables(metadata: MetaData) -> list[Table]:
    return [table for table in metadata.sorted_tables if table.name not in ("inbox", "webchat_entry")]


def say(key: str) -> str:
    return texts().say("lt", key)
