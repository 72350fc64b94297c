"""Webhooks in the console: a secret that is shown once, what came of what was told, and what can be done."""

import re
from pathlib import Path

import httpx
import pytest

from console import reach
from console.app import create
from console.asking import Asking
from console.entrance import Entrance
from console.outgoing import Outgoing, Request
from console.pages.webhooks import WHY
from console.reach import Forbidden
from domain.hook import TOPICS
from domain.texts import Texts
from storage.audit import AUDIT
from storage.database import Database
from storage.hooks import DELIVERY, HOOK
from tests.console.conftest import KEY, SAME_ORIGIN, Door
from tests.console.planted import Planted, plant
from tests.console.town import Clock
from tests.storage.samples import rows

HERE = "/console/rights/webhooks"


@pytest.fixture
async def planted(database: Database) -> Planted:
    return await database.write(plant)


async def make(browser: httpx.AsyncClient, place: int, **changes: object) -> httpx.Response:
    usual = {"address": "https://hooks.example/in", "organisation": str(place), "topic": list(TOPICS)}
    return await browser.post(HERE, data=usual | changes, headers=SAME_ORIGIN)


async def do(browser: httpx.AsyncClient, hook: int, what: str, **more: object) -> httpx.Response:
    return await browser.post(f"{HERE}/{hook}", data={"do": what, **more}, headers=SAME_ORIGIN)


def secret(answer: httpx.Response) -> str:
    found = re.search(r'<code id="secret">(whsec_[^<]+)</code>', answer.text)
    return found[1] if found else ""


async def put(browser: httpx.AsyncClient, database: Database, place: int) -> int:
    """The id of a new one."""
    assert secret(await make(browser, place))
    [[hook]] = await rows(database, HOOK.c.id, where=HOOK.c.address.like("%/in"))
    return int(hook)


async def test_its_secret_is_shown_once_and_turned(door: Door, database: Database, planted: Planted) -> None:
    own, manager = planted.organisations["own"], planted.actors["administrator", "own"]
    async with door.signed_in(manager) as browser:
        assert f'href="{HERE}"' in (await browser.get("/console/rights")).text
        made = await make(browser, own, topic=["person.joined", "none"])
        [[hook, seed]] = await rows(database, HOOK.c.id, HOOK.c.seed, where=HOOK.c.address.like("%/in"))
        first = secret(made)
        assert (made.status_code, len(first), seed in made.text) == (200, 50, False)
        page = await browser.get(f"{HERE}/{hook}")
        assert (first in page.text, "https://hooks.example/in" in page.text) == (False, True)
        for each in (page, await browser.get(HERE)):
            assert " · somebody joined<" in each.text
        second = secret(await do(browser, hook, "secret"))
        assert (len(second), second == first) == (50, False)


async def test_what_came_of_a_try_is_shown_and_tried_again(
    door: Door, database: Database, planted: Planted
) -> None:
    async with door.signed_in(planted.actors["administrator", "own"]) as browser:
        hook = await put(browser, database, planted.organisations["own"])
        assert (await do(browser, hook, "test")).headers["location"] == f"{HERE}/{hook}?done=test"
        page = await browser.get(f"{HERE}/{hook}?done=test")
        assert ("The test is being sent." in page.text, "<strong>a test</strong>" in page.text) == (
            True,
            True,
        )
        what = {"state": "failed", "tries": 10, "status": 500, "why": "500 <b>no", "tried_at": door.clock()}
        await database.write(lambda tx: tx.execute(DELIVERY.update().values(what)).rowcount)
        page = await browser.get(f"{HERE}/{hook}")
        assert "Tried 10 times, last today, 09:30. 500 &lt;b&gt;no" in " ".join(page.text.split())
        away = {"status": 0, "why": "it cannot be reached (gaierror)"}
        await database.write(lambda tx: tx.execute(DELIVERY.update().values(away)).rowcount)
        browser.cookies.set("zinute_language", "lt")
        assert "adreso pasiekti nepavyko (gaierror)" in (await browser.get(f"{HERE}/{hook}")).text
        [[delivery]] = await rows(database, DELIVERY.c.id)
        again = await do(browser, hook, "again", delivery=delivery)
        assert again.headers["location"] == f"{HERE}/{hook}?done=again"
        assert (await do(browser, hook, "again", delivery=delivery + 1)).status_code == 404
    assert [tuple(each) for each in await rows(database, DELIVERY.c.state)] == [("waiting",)]


async def test_a_port_that_is_not_opened_any_more_is_told_in_the_reader_s_language(
    door: Door, database: Database, planted: Planted
) -> None:
    """As it stands in the store when whoever runs the installation has turned private addresses off since."""
    with pytest.raises(Forbidden) as why:
        await Outgoing().ask(Request("https://hooks.example:9443/in"), 1, 1)
    async with door.signed_in(planted.actors["administrator", "own"]) as browser:
        hook = await put(browser, database, planted.organisations["own"])
        await do(browser, hook, "test")
        what = {"state": "failed", "tries": 1, "status": 0, "why": str(why.value), "tried_at": door.clock()}
        await database.write(lambda tx: tx.execute(DELIVERY.update().values(what)).rowcount)
        browser.cookies.set("zinute_language", "lt")
        page = (await browser.get(f"{HERE}/{hook}")).text
    assert "adresas veda į prievadą, kuris neatveriamas (9443)" in page


def test_every_reason_why_nothing_was_opened_has_a_sentence() -> None:
    """A new one: a word of console/reach.py to begin with, and in WHY what it is called."""
    raised = re.compile(r"raise (?:Forbidden|Unreachable)\((?:f\"\{)?([^)}]*)")
    files = Path(reach.__file__).parent.rglob("*.py")
    begin = {each for file in files for each in raised.findall(file.read_text(encoding="utf-8"))}
    assert {getattr(reach, each, each) for each in begin} == set(WHY)


async def test_it_is_switched_off_and_on_and_removed(
    door: Door, database: Database, planted: Planted
) -> None:
    async with door.signed_in(planted.actors["administrator", "own"]) as browser:
        hook = await put(browser, database, planted.organisations["own"])
        await do(browser, hook, "test")
        assert (await do(browser, hook, "off")).headers["location"] == f"{HERE}/{hook}?done=off"
        assert "Nothing is sent to this address." in (await browser.get(f"{HERE}/{hook}")).text
        assert 'class="state revoked">Off' in (await browser.get(HERE)).text
        await do(browser, hook, "on")
        assert (await do(browser, hook, "remove")).headers["location"] == f"{HERE}?done=removed"
        assert (await browser.get(f"{HERE}/{hook}")).status_code == 404
        assert f"Webhook no. {hook} added" in (await browser.get("/console/audit")).text
    deeds = await rows(
        database, AUDIT.c.number, AUDIT.c.what, AUDIT.c.after, where=AUDIT.c.what.like("hook.%")
    )
    assert [tuple(each[1:]) for each in sorted(deeds)] == [
        ("hook.made", f'{{"topics":"{" ".join(TOPICS)}"}}'),
        ("hook.changed", '{"what":"off"}'),
        ("hook.changed", '{"what":"on"}'),
        ("hook.removed", "{}"),
    ]
    assert await rows(database, DELIVERY.c.id) == []


async def test_what_cannot_be_is_told_and_not_made(door: Door, database: Database, planted: Planted) -> None:
    own = planted.organisations["own"]
    before = len(await rows(database, HOOK.c.id))
    async with door.signed_in(planted.actors["administrator", "own"]) as browser:
        for address in ("http://hooks.example/", "hooks.example", "https://a:b@hooks.example/", ""):
            answer = await make(browser, own, address=address)
            assert (answer.status_code, "Write the whole address" in answer.text) == (422, True)
        for address in (
            "http://127.0.0.1/",
            "https://10.0.0.7/",
            "https://localhost/",
            "https://a.example:25/",
        ):
            answer = await make(browser, own, address=address)
            assert (answer.status_code, "This address cannot be reached from here" in answer.text) == (
                422,
                True,
            )
        idle = await make(browser, own, topic=["none"])
        assert (idle.status_code, "Tick at least one thing to tell." in idle.text) == (422, True)
        for place in (planted.organisations["other"], planted.organisations["sector"], 999_999, 0):
            assert (await make(browser, place)).status_code == 404
        assert len(await rows(database, HOOK.c.id)) == before
        for _ in range(9):
            assert (await make(browser, own)).status_code == 200
        full = await make(browser, own)
        assert (full.status_code, "has ten addresses already" in full.text) == (422, True)


async def test_a_proof_has_to_be_fresh(door: Door, planted: Planted, clock: Clock) -> None:
    async with door.signed_in(planted.actors["administrator", "own"]) as browser:
        clock.move(minutes=29)
        assert (await browser.get(HERE)).status_code == 200
        clock.move(minutes=1)
        own = planted.organisations["own"]
        answers = [await browser.get(HERE), await make(browser, own), await do(browser, 1, "test")]
    assert {each.headers["location"] for each in answers} == {f"/console/proof?next={HERE}"}


async def test_inside_a_network_where_whoever_runs_the_service_has_said_so(
    database: Database, planted: Planted, texts: Texts, clock: Clock
) -> None:
    asking = Asking(Outgoing(private=True))
    app = create(database, texts, clock, entrance=Entrance(key=KEY, asking=asking))
    door = Door(app, database, clock)
    async with door.signed_in(planted.actors["administrator", "own"]) as browser:
        for address, status in (("http://127.0.0.1:9000/", 200), ("https://169.254.169.254/", 422)):
            assert (await make(browser, planted.organisations["own"], address=address)).status_code == status
