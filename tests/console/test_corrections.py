"""What people ask to have corrected, on the page of those who decide it."""

from functools import partial

import httpx
import pytest
from starlette.applications import Starlette

from actions import correct
from console.app import create
from domain.correction import Wish
from domain.texts import Texts
from storage import corrections, people
from storage.audit import AUDIT
from storage.corrections import Asked
from storage.database import Connection, Database
from storage.outbox import OUTBOX
from tests.console.conftest import SAME_ORIGIN, Door
from tests.console.keys import entrance
from tests.console.papers import Maker
from tests.console.town import MONDAY, Cast, Clock, seeing
from tests.storage.samples import rows

HERE = "/console/people/corrections"


@pytest.fixture
def app(database: Database, texts: Texts, clock: Clock) -> Starlette:
    return create(database, texts, clock, documents=Maker(), entrance=entrance())


async def asks(database: Database, person: int, at: int, wish: Wish) -> int:
    """The number of what somebody asks for."""
    await database.write(partial(correct.ask, person=person, wish=wish, now=MONDAY))
    found = await database.read(partial(corrections.wanted, scope=seeing(0, at)))
    return found[-1].id


async def says(browser: httpx.AsyncClient, which: int, **decision: str) -> httpx.Response:
    return await browser.post(f"{HERE}/{which}", data=decision, headers=SAME_ORIGIN)


async def test_it_is_shown_where_people_are_and_decided_once(
    coordinator: httpx.AsyncClient, door: Door, database: Database, cast: Cast
) -> None:
    assert "to-corrections" not in (await coordinator.get("/console")).text
    assert "Nothing waits" in (await coordinator.get(HERE)).text
    which = await asks(database, cast.invited, cast.library, Wish("name", "Jonas <b>Onis"))
    assert "Corrections asked for: 1" in (await coordinator.get("/console")).text
    page = (await coordinator.get(HERE)).text
    assert "Name: Jonas Jonaitis → Jonas &lt;b&gt;Onis" in page
    async with door.signed_in(cast.coordinator_elsewhere) as other:
        assert "Jonas" not in (await other.get(HERE)).text
        assert "to-corrections" not in (await other.get("/console")).text
        assert (await says(other, which, decision="take")).status_code == 404
    taken = await says(coordinator, which, decision="take")
    assert (taken.status_code, taken.headers["location"]) == (303, f"{HERE}?done=taken")
    assert (await says(coordinator, which, decision="take")).status_code == 404
    assert (await database.read(partial(people.get, person=cast.invited))).name == "Jonas <b>Onis"
    seen = [row[1] for row in await rows(database, AUDIT.c.number, AUDIT.c.after) if "corrections" in row[1]]
    assert seen == ['{"list":"corrections","count":1,"first":2}']


async def test_a_refusal_needs_a_word(coordinator: httpx.AsyncClient, database: Database, cast: Cast) -> None:
    which = await asks(database, cast.learner, cast.library, Wish("job", "vedėja"))
    silent = await says(coordinator, which, decision="refuse", why=" \n ")
    assert (silent.status_code, "the person reads them" in silent.text) == (422, True)
    refused = await says(coordinator, which, decision="refuse", why=f"Not\nyet {'x' * 400}")
    assert refused.headers["location"] == f"{HERE}?done=refused"
    [(_, body)] = await rows(database, OUTBOX.c.id, OUTBOX.c.body)
    assert f'"Not yet {"x" * 292}"' in body
    assert (await database.read(partial(people.get, person=cast.learner))).job == ""


async def test_what_cannot_be_waits_on_and_says_why(
    coordinator: httpx.AsyncClient, database: Database, cast: Cast
) -> None:
    email = f"jonas.jonaitis.{cast.library}@example.org"
    which = await asks(database, cast.learner, cast.library, Wish("email", email))
    page = (await coordinator.get(HERE)).text
    assert "go to the new address" in page
    taken = await says(coordinator, which, decision="take")
    assert (taken.status_code, "has the address" in taken.text) == (422, True)
    assert f"correction-{which}" in (await coordinator.get(HERE)).text


async def test_of_many_the_oldest_are_shown_and_the_rest_is_counted(
    coordinator: httpx.AsyncClient, database: Database, cast: Cast
) -> None:
    def plant(tx: Connection) -> None:
        for each in range(52):
            name = f"person-{each}@example.org"
            who = people.add(tx, organisation=cast.library, name=name, email=name, language="lt")
            corrections.ask(tx, who, Asked("job", f"job-{each}.", None, MONDAY))

    await database.write(plant)
    page = (await coordinator.get(HERE)).text
    assert [f"job-{each}." in page for each in (0, 49, 50, 51)] == [True, True, False, False]
    assert "Besides these wait: 2" in page
    [seen] = [
        row[1] for row in await rows(database, AUDIT.c.number, AUDIT.c.after) if "corrections" in row[1]
    ]
    assert '"count":50,' in seen
    for each in await database.read(partial(corrections.wanted, scope=seeing(0, cast.library))):
        if each.words in ("job-0.", "job-1."):
            assert (await says(coordinator, each.id, decision="take")).status_code == 303
    assert 'id="more"' not in (await coordinator.get(HERE)).text


async def test_who_only_looks_decides_nothing(door: Door, database: Database, cast: Cast) -> None:
    which = await asks(database, cast.learner, cast.library, Wish("name", "Ona Onienė"))
    await database.write(
        partial(people.grant, person=cast.invited, organisation=cast.library, role="auditor")
    )
    async with door.signed_in(cast.invited) as auditor:
        page = (await auditor.get(HERE)).text
        assert ("Ona Onienė" in page, 'name="decision"' in page) == (True, False)
        assert 'id="to-import"' not in (await auditor.get("/console")).text
        assert (await says(auditor, which, decision="take")).status_code == 403
