"""What is kept of people, for everybody to read; a copy of one person's data; and their erasure by a coordinator."""

import json
import re
from collections.abc import AsyncIterator
from functools import partial

import httpx
import pytest
from starlette.applications import Starlette

from actions import employ, my_data
from console.app import create
from domain.signing import link_token
from domain.texts import Texts
from storage import activity, erasures, people
from storage.audit import AUDIT
from storage.database import Connection, Database
from tests.console.conftest import KEY, SAME_ORIGIN, Door, privacy_of
from tests.console.keys import entrance
from tests.console.papers import Maker
from tests.console.test_live import TOO_SMALL, TOO_WIDE, base, complaints_of, enter
from tests.console.town import MONDAY, Cast, Clock
from tests.storage.samples import rows
from tests.tools.screens import Screens

__all__ = ["base"]
REFUSED = ((403, True), (422, True))


@pytest.fixture
def app(database: Database, texts: Texts, clock: Clock) -> Starlette:
    return create(database, texts, clock, documents=Maker(), entrance=entrance())


@pytest.fixture
async def anybody(door: Door) -> AsyncIterator[httpx.AsyncClient]:
    async with door.browser() as browser:
        yield browser


async def test_everybody_reads_what_is_kept(anybody: httpx.AsyncClient, cast: Cast) -> None:
    page = await anybody.get("/privacy", headers={"Accept-Language": "en"})
    assert "72 hours" in page.text
    assert "The organisation that invited you" in page.text
    named = await anybody.get(privacy_of(cast.library), headers={"Accept-Language": "lt"})
    assert "Už jūsų duomenis atsako Library. Klauskite: Rasa." in named.text
    theirs = privacy_of(cast.library).rpartition("=")[2]
    for odd in ("at=9999999999999", f"at={cast.library}", f"at={cast.museum}&key={theirs}", "at=1&key=ž"):
        page = await anybody.get(f"/privacy?{odd}", headers={"Accept-Language": "en"})
        assert (page.status_code, "The organisation that invited you" in page.text) == (200, True)
        assert "Museum" not in page.text


async def test_a_link_gives_its_owner_their_data_for_a_while(
    anybody: httpx.AsyncClient, database: Database, cast: Cast, clock: Clock
) -> None:
    seed = await database.write(partial(erasures.link, person=cast.learner, now=MONDAY))
    token = f"{seed}.{link_token(KEY, seed)}"
    for wrong in (seed, f"{seed}.{seed}", f"{seed}x.{link_token(KEY, seed)}"):
        assert (await anybody.get(f"/mydata/{wrong}.json")).status_code == 404
    copy = await anybody.get(f"/mydata/{token}.json")
    assert copy.json()["tables"]["person"][0]["name"] == "Ona Onaitė"
    assert copy.headers["content-disposition"] == 'attachment; filename="zinute.json"'
    assert copy.headers["cache-control"] == "no-store"
    paper = await anybody.get(f"/mydata/{token}.pdf")
    assert re.fullmatch(r"%PDF-1.7 Ona Onaitė \d+ everything", paper.text)
    assert copy.json()["everything"]
    assert (await anybody.get(f"/mydata/{token}.exe")).status_code == 404
    clock.move(minutes=15)
    late = await anybody.get(f"/mydata/{token}.json", headers={"Accept-Language": "en"})
    assert (late.status_code, "The time of the link is over" in late.text) == (404, True)


async def test_a_coordinator_erases_whom_they_name(
    coordinator: httpx.AsyncClient, database: Database, cast: Cast
) -> None:
    place = f"/console/people/{cast.learner}/erase"
    copy = await coordinator.get(f"/console/people/{cast.learner}/data.json")
    assert [json.loads(copy.text)[each] for each in ("person", "everything")] == [cast.learner, False]
    paper = await coordinator.get(f"/console/people/{cast.learner}/data.pdf")
    assert paper.text.endswith(" what is seen")
    for typed, status in (("", 422), ("Ona", 422), (" ona  onaitė", 303)):
        answer = await coordinator.post(place, data={"name": typed}, headers=SAME_ORIGIN)
        assert answer.status_code == status
        assert await database.read(partial(erasures.asked, person=cast.learner)) == (status == 303)
    assert "within minutes" in (await coordinator.get(place)).text
    what = AUDIT.c.what, AUDIT.c.person_id, AUDIT.c.about_id, AUDIT.c.organisation_id, AUDIT.c.after
    about = cast.coordinator, cast.learner, cast.library
    assert await rows(database, *what) == [
        ("copy.given", *about, '{"kind":"json"}'),
        ("copy.given", *about, '{"kind":"pdf"}'),
        ("erasure.asked", *about, "{}"),
    ]


@pytest.mark.parametrize("answer", ["none yet", "no", "no after a yes"])
async def test_their_copy_says_nothing_of_who_else_said_that_they_work_there(
    coordinator: httpx.AsyncClient, database: Database, cast: Cast, answer: str
) -> None:
    """The person's own says it."""

    def ask(tx: Connection) -> int:
        named = employ.Named(cast.learner, cast.museum, {"job": "guide"})
        why: employ.Why = "sure" if answer == "no after a yes" else "said"
        _, number = employ.join(tx, named, MONDAY, by=None, why=why)
        assert number
        if answer != "none yet":
            activity.note(tx, cast.learner, "left", MONDAY, cast.museum, left_on="2026-11-20")
            employ.answer(tx, cast.learner, number, MONDAY, works=False)
        return number

    await database.write(ask)
    mine = await database.read(partial(my_data.as_json, person=cast.learner, now=MONDAY))
    assert {"Museum", "guide"} <= {*re.findall("Museum|guide", mine.decode())}
    copy = await coordinator.get(f"/console/people/{cast.learner}/data.json")
    assert (copy.status_code, re.findall("Museum|guide", copy.text)) == (200, [])
    tables = copy.json()["tables"]
    places = {row.get("organisation_id") for found in tables.values() for row in found}
    assert (places - {None}, "employment" in tables) == ({cast.library}, False)
    paper = await coordinator.get(f"/console/people/{cast.learner}/data.pdf")
    assert (paper.status_code, "Museum" in paper.text) == (200, False)


async def test_a_coordinator_gives_no_copy_of_whoever_works_elsewhere(
    coordinator: httpx.AsyncClient, database: Database, cast: Cast
) -> None:
    named = employ.Named(cast.learner, cast.museum)
    await database.write(lambda tx: employ.join(tx, named, MONDAY, by=None, why="sure"))
    for place in ("data.json", "data.pdf", "erase"):
        assert (await coordinator.get(f"/console/people/{cast.learner}/{place}")).status_code == 404
    shown = (await coordinator.get(f"/console/people/{cast.learner}")).text
    assert 'id="own-data"' not in shown


async def test_a_coordinator_erases_nobody_whose_role_is_not_theirs_to_give(
    coordinator: httpx.AsyncClient, door: Door, database: Database, cast: Cast
) -> None:
    for who in (cast.learner, cast.invited):
        await database.write(
            partial(people.grant, person=who, organisation=cast.library, role="administrator")
        )
    page, named = f"/console/people/{cast.learner}", {"name": "Ona Onaitė"}
    for answer in (
        await coordinator.get(f"{page}/data.json"),
        await coordinator.get(f"{page}/erase"),
        await coordinator.post(f"{page}/erase", data=named, headers=SAME_ORIGIN),
        await coordinator.post(f"{page}/edit", data={"email": "mine@b.lt"}, headers=SAME_ORIGIN),
    ):
        assert (answer.status_code, "has a role that you cannot give" in answer.text) in REFUSED
    assert not await database.read(partial(erasures.asked, person=cast.learner))
    async with door.signed_in(cast.invited) as administrator:
        answer = await administrator.post(f"{page}/erase", data=named, headers=SAME_ORIGIN)
    assert answer.status_code == 303
    assert await database.read(partial(erasures.asked, person=cast.learner))


async def test_who_only_looks_on_is_offered_nothing_that_changes_people(
    coordinator: httpx.AsyncClient, door: Door, database: Database, cast: Cast
) -> None:
    page, acts = f"/console/people/{cast.learner}", ("/erase", "/edit")
    shown = (await coordinator.get(page)).text, (await coordinator.get("/console")).text
    assert ([each in shown[0] for each in acts], "/people/import" in shown[1]) == ([True, True], True)
    looks = partial(people.grant, person=cast.invited, organisation=cast.library, role="auditor")
    await database.write(looks)
    async with door.signed_in(cast.invited) as auditor:
        shown = (await auditor.get(page)).text, (await auditor.get("/console")).text
    assert "Ona Onaitė" in shown[0]
    assert ([each in shown[0] for each in acts], "/people/import" in shown[1]) == ([False, False], False)


@pytest.mark.parametrize("language", ["lt", "pl", "nb", "en"])
async def test_the_pages_are_good_on_a_phone_and_for_everybody(
    *, door: Door, cast: Cast, base: str, browser_page: Screens, axe: str, language: str
) -> None:
    """Nothing wider than 320 px, targets of 44 px on touch; no complaint of axe-core, light and dark."""
    page = await browser_page("phone")
    await enter(page, door, base, cast.coordinator)
    await page.context.add_cookies([{"name": "zinute_language", "value": language, "url": base}])
    found = list[tuple[str, str, object]]()
    for place in (privacy_of(cast.library), f"/console/people/{cast.learner}/erase"):
        await page.goto(f"{base}{place}")
        await page.set_viewport_size({"width": 320, "height": 640})
        found += [(place, "320", wide) for wide in await page.evaluate(TOO_WIDE)]
        found += [(place, "44", small) for small in await page.evaluate(TOO_SMALL)]
        await page.set_viewport_size({"width": 1280, "height": 800})
        if language == "lt":
            found += [(place, *said) for said in await complaints_of(axe, page)]
        await page.set_viewport_size({"width": 390, "height": 844})
    assert found == []
