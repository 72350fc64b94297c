"""Whoever's ways to sign in change is told by mail, and auditors see it: what changed, and nothing of how."""

import json

import httpx
import pytest
from sqlalchemy import update
from starlette.applications import Starlette

from actions.secure import Owner, start_anew
from bot.render import render
from bot.voice import Voice
from console.app import create
from domain.audit import OF_PEOPLE
from domain.message import Notice
from domain.programme import Programme
from domain.texts import Texts
from storage import people
from storage.audit import AUDIT
from storage.codec import load_message
from storage.database import Database
from storage.outbox import OUTBOX
from storage.people import PERSON
from tests.console.conftest import Door
from tests.console.device import Device
from tests.console.keys import add_phone, choose, enter, entrance, post
from tests.console.test_passkeys import add as add_passkey
from tests.console.town import MONDAY, Cast, Clock
from tests.storage.samples import rows

RASA = "rasa@example.org"
ALL = ["password", "authenticator", "codes", "code", "passkey", "no_passkey", "no_authenticator"]


@pytest.fixture
def app(database: Database, texts: Texts, clock: Clock) -> Starlette:
    return create(database, texts, clock, entrance=entrance(mails=True))


@pytest.fixture
async def rasa(coordinator: httpx.AsyncClient, cast: Cast, database: Database) -> httpx.AsyncClient:
    """Rasa at an address that mail can be sent to."""
    hers = update(PERSON).where(PERSON.c.id == cast.coordinator).values(email=RASA)
    await database.write(lambda tx: tx.execute(hers).rowcount)
    return coordinator


async def changes(database: Database) -> list[tuple[int | None, int | None, str]]:
    """By whom, whose and which changes the audit log has."""
    names = ("number", "person_id", "about_id", "after", "what")
    found = await rows(database, *(AUDIT.c[name] for name in names))
    return [(who, about, after) for _, who, about, after, what in found if what == "entrance.changed"]


async def mails(database: Database, texts: Texts) -> list[str]:
    """Every mail, in English."""
    voice = Voice(texts, "en", "https://zinute.example")
    sent = await rows(database, OUTBOX.c.id, OUTBOX.c.body, OUTBOX.c.channel)
    told = [load_message(body) for _, body, channel in sent if channel == "email"]
    assert all(isinstance(each, Notice) for each in told)
    return [render(each, _nothing, voice).text.plain for each in told]  # type: ignore[arg-type]


def _nothing(_version: int) -> Programme:
    raise AssertionError("no lesson is in a mail")


async def test_each_change_is_told_and_kept_without_what_is_secret(
    rasa: httpx.AsyncClient, door: Door, cast: Cast, database: Database, texts: Texts, *, clock: Clock
) -> None:
    await choose(rasa)
    phone, _ = await add_phone(rasa, clock())
    clock.move(minutes=1)
    page = await post(rasa, "/console/account/codes")
    code = page.text.split("<code>")[1].split("</code>")[0]
    async with door.browser() as other:
        await enter(other, email=RASA)
        assert (await post(other, "/sign-in/second", code=code)).status_code == 303
    device = Device()
    await add_passkey(rasa, device)
    which = json.loads(device.make({"challenge": ""}))["id"]
    for _ in range(2):  # what changes nothing is not told
        await post(rasa, "/console/account/passkeys/remove", which=which)
        await post(rasa, "/console/account/second/remove")
    who = cast.coordinator
    assert await changes(database) == [(who, who, f'{{"change":"{each}"}}') for each in ALL]
    told = await mails(database, texts)
    assert [each.split("\n\n")[:2] for each in told] == [
        ["How you sign in has changed: Library", texts.say("en", f"changed.{each}")] for each in ALL
    ]
    end = "If it was you, or you asked for it, there is nothing to do. If not, say so at once: Rasa."
    assert {each.split("\n\n")[2] for each in told} == {
        f"When: Monday 23 November, 09:{minute}. {end}" for minute in (30, 31)
    }
    stored = [*await rows(database, OUTBOX.c.body), *await rows(database, AUDIT.c.before, AUDIT.c.after)]
    assert [word for word in (code, phone.shown.secret, which) if word in str(stored)] == []


async def test_who_has_no_mail_and_where_none_is_sent_it_is_only_kept(
    coordinator: httpx.AsyncClient, database: Database, cast: Cast, texts: Texts
) -> None:
    await choose(coordinator)
    await database.write(lambda tx: start_anew(tx, Owner(cast.sector, MONDAY, mails=False)))
    assert await mails(database, texts) == []
    assert [each[:2] for each in await changes(database)] == [
        (cast.coordinator, cast.coordinator),
        (None, cast.sector),
    ]


async def test_auditors_read_what_changed(
    door: Door, rasa: httpx.AsyncClient, database: Database, cast: Cast
) -> None:
    await choose(rasa)
    await database.write(lambda tx: people.grant(tx, cast.sector, cast.library, "auditor"))
    async with door.signed_in(cast.sector) as auditor:
        page = (await auditor.get("/console/audit?what=entrance.changed")).text
    assert ("How somebody signs in changed: Rasa Rasaitė" in page, "A new password was set." in page) == (
        True,
        True,
    )
    assert "entrance.changed" in OF_PEOPLE
