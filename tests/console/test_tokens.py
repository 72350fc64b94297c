"""Tokens of the API in the console: made after a fresh proof, shown once, listed, revoked, and told in the log."""

import re
from datetime import timedelta
from functools import partial

import httpx
import pytest
from sqlalchemy import select

from actions.secure import Owner, start_anew
from domain.api_token import LIVES, well_formed
from storage.api_tokens import API_TOKEN
from storage.audit import AUDIT
from storage.database import Connection, Database
from tests.console.conftest import SAME_ORIGIN, Door
from tests.console.planted import Planted, plant
from tests.console.town import Clock

HERE = "/console/rights/tokens"


@pytest.fixture
async def planted(database: Database) -> Planted:
    return await database.write(plant)


async def make(browser: httpx.AsyncClient, place: int, **changes: object) -> httpx.Response:
    usual = {"name": "Personnel", "organisation": str(place), "scope": ["people:read"], "days": "30"}
    return await browser.post(HERE, data=usual | changes, headers=SAME_ORIGIN)


def shown(answer: httpx.Response) -> str:
    found = re.search(r'<code id="token">([^<]+)</code>', answer.text)
    return found[1] if found else ""


async def test_it_is_shown_once_works_and_is_revoked(
    door: Door, database: Database, planted: Planted, clock: Clock
) -> None:
    own, manager = planted.organisations["own"], planted.actors["administrator", "own"]
    async with door.signed_in(manager) as browser:
        assert 'href="/console/rights/tokens"' in (await browser.get("/console/rights")).text
        made = await make(browser, own, scope=["people:read", "progress:read", "none"])
        token = shown(made)
        assert (made.status_code, well_formed(token)) == (200, True)
        page = await browser.get(HERE)
        assert (token in page.text, "Not used yet." in page.text) == (False, True)
        assert '<code id="directory">/scim/v2</code>' in page.text  # after the service's own address

        header = {"Authorization": f"Bearer {token}"}
        async with door.browser() as program:
            for address, status in (("people", 200), ("progress", 200), ("certificates", 403)):
                assert (await program.get(f"/api/v1/{address}", headers=header)).status_code == status
        assert "Last used: today, 09:30." in (await browser.get(HERE)).text

        [number] = re.findall(
            rf'{HERE}/(\d+)"><button class="second">Revoke <span class="unseen">\(Per', page.text
        )
        done = await browser.post(f"{HERE}/{number}", headers=SAME_ORIGIN)
        assert (done.status_code, done.headers["location"]) == (303, f"{HERE}?done=revoked")
        assert "The token is revoked" in (await browser.get(done.headers["location"])).text
        assert (await browser.post(f"{HERE}/{number}", headers=SAME_ORIGIN)).status_code == 404
        log = (await browser.get("/console/audit")).text
        assert f"API token no. {number} made" in log
        assert f"API token no. {number} revoked" in log
    async with door.browser() as program:
        assert (await program.get("/api/v1/people", headers=header)).status_code == 401

    def deeds(tx: Connection) -> list[tuple[str, int | None, int | None]]:
        rows = select(AUDIT.c.what, AUDIT.c.person_id, AUDIT.c.organisation_id)
        rows = rows.where(AUDIT.c.what.like("token.%")).order_by(AUDIT.c.number)
        return [(row[0], row[1], row[2]) for row in tx.execute(rows)]

    assert await database.read(deeds) == [("token.made", manager, own), ("token.revoked", manager, own)]


async def test_it_ends_when_its_maker_starts_anew(
    door: Door, database: Database, planted: Planted, clock: Clock
) -> None:
    own, manager = planted.organisations["own"], planted.actors["administrator", "own"]
    async with door.signed_in(manager) as browser:
        token = shown(await make(browser, own, scope=["people:read"]))
    await database.write(partial(start_anew, owner=Owner(manager, clock(), mails=False)))
    async with door.browser() as program:
        answer = await program.get("/api/v1/people", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401


async def test_what_cannot_be_is_told_and_not_made(door: Door, database: Database, planted: Planted) -> None:
    own, other = planted.organisations["own"], planted.organisations["other"]

    def count(tx: Connection) -> int:
        return len(tx.execute(select(API_TOKEN)).all())

    before = await database.read(count)
    async with door.signed_in(planted.actors["administrator", "own"]) as browser:
        nameless, idle = await make(browser, own, name=" "), await make(browser, own, scope=["none"])
        assert [each.status_code for each in (nameless, idle)] == [422, 422]
        assert "Write what the token is for." in nameless.text
        assert "Tick at least one thing" in idle.text
        for place in (other, planted.organisations["sector"], 999_999, 0):
            assert (await make(browser, place)).status_code == 404
        assert await database.read(count) == before
        named = await make(browser, own, name="<b>" + "a" * 100, days="99999")
        assert (shown(named) != "", "<b>aaa" in named.text) == (True, False)

    def newest(tx: Connection) -> tuple[int, timedelta]:
        row = tx.execute(select(API_TOKEN).order_by(API_TOKEN.c.id.desc()).limit(1)).one()
        return len(row.name), row.expires_at - row.created_at

    assert await database.read(newest) == (60, timedelta(days=LIVES[1]))


async def test_a_proof_has_to_be_fresh(door: Door, planted: Planted, clock: Clock) -> None:
    async with door.signed_in(planted.actors["administrator", "own"]) as browser:
        clock.move(minutes=29)
        assert (await browser.get(HERE)).status_code == 200
        clock.move(minutes=1)
        answers = [await browser.get(HERE), await make(browser, planted.organisations["own"])]
        answers.append(await browser.post(f"{HERE}/1", headers=SAME_ORIGIN))
    assert {each.headers["location"] for each in answers} == {f"/console/proof?next={HERE}"}
