"""Tokens of the API in the console: made after a fresh proof, shown once, listed, revoked, and told in the log."""

import re
from datetime import timedelta
from functools import partial
from itertools import product

import httpx
from sqlalchemy import select

from actions.api_tokens import idle, places_of
from actions.secure import Owner, start_anew
from domain.api_token import LIVES, MOST, SCOPES, well_formed
from domain.organisation import Scope
from storage import api_tokens
from storage.api_tokens import API_TOKEN, New
from storage.audit import AUDIT
from storage.database import Connection, Database
from tests.actions.test_programme_figures import listening
from tests.console.conftest import SAME_ORIGIN, Door
from tests.console.planted import Planted
from tests.console.town import Clock

HERE = "/console/rights/tokens"


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
        assert " · See people and their e-mail addresses; See how people are getting on</div>" in page.text
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


async def test_an_organisation_has_so_many_that_work_and_no_more(
    door: Door, database: Database, planted: Planted, clock: Clock
) -> None:
    own = planted.organisations["own"]
    async with door.signed_in(planted.actors["administrator", "own"]) as browser:
        there = await database.read(partial(api_tokens.working, organisation=own, now=clock()))
        for _ in range(MOST - there):
            assert (await make(browser, own)).status_code == 200
        refused = await make(browser, own)
        assert (refused.status_code, shown(refused)) == (422, "")
        assert f"This organisation has {MOST} tokens that work, and no more are possible" in refused.text
        assert (await make(browser, planted.organisations["unit"])).status_code == 200
        number = re.findall(rf'{HERE}/(\d+)"><button', refused.text)[0]
        await browser.post(f"{HERE}/{number}", headers=SAME_ORIGIN)
        assert (await make(browser, own)).status_code == 200


async def test_more_tokens_are_not_more_statements_and_say_how_they_stand(
    database: Database, planted: Planted, clock: Clock
) -> None:
    own, unit, now = planted.organisations["own"], planted.organisations["unit"], clock()
    makers = [
        who for (role, _), who in sorted(planted.actors.items()) if role in ("administrator", "auditor")
    ]

    def fill(tx: Connection) -> None:
        for number, (person, place) in enumerate(product(makers, (own, unit))):
            new = New(place, f"{number}", SCOPES[:1], now + timedelta(days=1))
            api_tokens.add(
                tx, new, f"{person} {place} {number} {len(api_tokens.visible(tx, scope))}", person, now
            )

    def counted(tx: Connection) -> int:
        found = api_tokens.visible(tx, scope)
        with listening(tx) as heard:
            resting = idle(tx, found, now)
        assert resting == {each.id for each in found if not places_of(tx, each, now)}
        assert 0 < len(resting) < len(found)
        return len(heard)

    scope = Scope(makers[0], frozenset(planted.organisations.values()))
    await database.write(fill)
    before = await database.read(counted)
    await database.write(fill)
    assert before == await database.read(counted) == 2


async def test_a_proof_has_to_be_fresh(door: Door, planted: Planted, clock: Clock) -> None:
    async with door.signed_in(planted.actors["administrator", "own"]) as browser:
        clock.move(minutes=29)
        assert (await browser.get(HERE)).status_code == 200
        clock.move(minutes=1)
        answers = [await browser.get(HERE), await make(browser, planted.organisations["own"])]
        answers.append(await browser.post(f"{HERE}/1", headers=SAME_ORIGIN))
    assert {each.headers["location"] for each in answers} == {f"/console/proof?next={HERE}"}
