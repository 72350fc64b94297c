"""The page of the audit log, and what is kept when somebody's page is opened."""

import re
from collections.abc import AsyncIterator
from datetime import time, timedelta
from functools import partial

import httpx
import pytest

from actions.certify import revoke
from actions.enlist import move, set_here
from actions.invite import invite
from console.auth import BY_ITSELF
from domain.audit import WHAT, Deed
from domain.organisation import Scope
from storage import audit, people
from storage.audit import AUDIT
from storage.database import Connection, Database
from tests.console.conftest import SAME_ORIGIN, Door
from tests.console.papers import certify
from tests.console.town import MONDAY, Cast, Clock, Town
from tests.storage.samples import rows

HERE = "/console/audit"
SEEN = (AUDIT.c.person_id, AUDIT.c.what, AUDIT.c.about_id, AUDIT.c.organisation_id)


@pytest.fixture
async def auditor(door: Door, cast: Cast, database: Database) -> AsyncIterator[httpx.AsyncClient]:
    await database.write(
        partial(people.grant, person=cast.coordinator, organisation=cast.library, role="auditor")
    )
    async with door.signed_in(cast.coordinator) as browser:
        yield browser


async def test_who_opened_whose_page_is_kept_once_a_day(
    auditor: httpx.AsyncClient, door: Door, database: Database, cast: Cast, *, clock: Clock
) -> None:
    row = (cast.coordinator, "person.seen", cast.learner, cast.library)
    page = f"/console/people/{cast.learner}"
    for address, headers in ((page, {}), (page, {}), (f"{page}?before=2", {BY_ITSELF: "1"})):
        assert (await auditor.get(address, headers=headers)).status_code == 200
    assert await rows(database, *SEEN) == [row]
    await auditor.get(f"/console/people/{cast.elsewhere}")
    await auditor.get("/console/people/999999")
    await auditor.get("/console")
    assert await rows(database, *SEEN) == [row]
    clock.move(hours=24)
    async with door.signed_in(cast.coordinator) as browser:
        await browser.get(page)
    assert await rows(database, *SEEN) == [row, row]


async def test_a_page_is_shown_while_nothing_can_be_written(
    auditor: httpx.AsyncClient, database: Database, cast: Cast
) -> None:
    refuse = "CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'disk full'); END"
    await database.write(lambda tx: tx.exec_driver_sql(refuse).rowcount)
    page = await auditor.get(f"/console/people/{cast.learner}")
    assert (page.status_code, "Ona Onaitė" in page.text) == (200, True)
    assert await rows(database, *SEEN) == []


def everything(tx: Connection, cast: Cast) -> None:
    """One deed of each kind, most of them as the product does them."""
    papers = certify(tx, cast)
    scope = Scope(cast.coordinator, frozenset({cast.library}))
    revoke(tx, scope, papers.ids["valid"], reason="Secret reason", now=MONDAY)
    invite(tx, person=cast.learner, programme=cast.safe[0], code="c", now=MONDAY, by=cast.coordinator)
    set_here(tx, cast.library, {"cap": 2, "opens": time(9), "contact": "Ona Secret"}, MONDAY)
    sector = Town(tx).organisation("Sector")
    tx.exec_driver_sql(f"UPDATE organisation SET level = 'sector' WHERE id = {sector}")
    move(tx, cast.library, sector, MONDAY, by=cast.sector)
    for what in ("role.given", "role.taken"):
        audit.note(tx, Deed(what, cast.library, cast.learner, after={"role": "trainer"}), 77, MONDAY)
    audit.note(tx, Deed("person.seen", cast.museum, cast.elsewhere), cast.coordinator_elsewhere, MONDAY)
    audit.note(tx, Deed("person.seen", cast.library, cast.learner), cast.coordinator_elsewhere, MONDAY)


async def test_it_says_what_was_done_by_whom_and_nothing_of_others(
    auditor: httpx.AsyncClient, database: Database, cast: Cast
) -> None:
    await database.write(partial(everything, cast=cast))
    page = (await auditor.get(HERE)).text
    told = [
        " ".join(re.sub("<[^>]+>", " ", row).split()) for row in re.findall(r"<tr .*?</tr>", page, re.DOTALL)
    ]
    somebody = f"Somebody from elsewhere (no. {cast.coordinator_elsewhere}) today, 09:30"
    changed = "messages a day: – → 2 contact: … → … messages from: – → 09:00"
    assert told[1:] == [
        f"Page opened: Ona Onaitė {somebody}",
        "The role “trainer” taken back: Ona Onaitė Somebody from elsewhere (no. 77) today, 09:30",
        "Given the role “trainer”: Ona Onaitė Somebody from elsewhere (no. 77) today, 09:30",
        f"The organisation moved is under: – → {cast.museum + 1} Sigita Sektorė today, 09:30",
        f"The organisation’s settings changed {changed} Whoever runs Zinute today, 09:30",
        "Invitation: Ona Onaitė Rasa Rasaitė today, 09:30",
        "A certificate revoked Rasa Rasaitė today, 09:30",
        "A certificate revoked Rasa Rasaitė today, 09:30",
    ]
    assert [word for word in ("Per Hansen", "Kari", "Museum", "Secret") if word in page] == []
    kinds = re.findall(r'<option value="([\w.]+)"', page)
    assert kinds == [what for what in WHAT if what != "log.shortened"]
    kept = await rows(database, *(AUDIT.c[name] for name in ("number", "before", "after")))
    assert [row for row in kept if "Secret" in str(row)] == []


async def test_it_is_narrowed_to_what_and_to_whom(
    auditor: httpx.AsyncClient, database: Database, cast: Cast
) -> None:
    await database.write(partial(everything, cast=cast))
    found = {
        query: len(re.findall(r'id="deed-', (await auditor.get(f"{HERE}?{query}")).text))
        for query in ("", "what=role.given", "q=rasa", "q=rasa&what=invitation.made", "q=kari", "what=none")
    }
    assert list(found.values()) == [8, 1, 3, 1, 0, 8]


async def test_it_is_paged_from_the_newest_on(
    auditor: httpx.AsyncClient, database: Database, cast: Cast
) -> None:
    def fill(tx: Connection) -> None:
        for number in range(120):
            at = MONDAY - timedelta(days=1, minutes=number)
            audit.note(tx, Deed("person.seen", cast.library, cast.learner), cast.coordinator, at)

    await database.write(fill)
    address, seen = HERE, list[int]()
    while address:
        page = (await auditor.get(address)).text
        seen += map(int, re.findall(r'id="deed-(\d+)"', page))
        onward = re.search(r'id="earlier" rel="next" href="([^"]+)"', page)
        address = onward[1] if onward else ""
    assert seen == list(range(120, 0, -1))


async def test_an_empty_log_says_when_there_will_be_something(auditor: httpx.AsyncClient) -> None:
    assert "Nothing yet" in (await auditor.get(HERE)).text
    assert (await auditor.post(HERE, headers=SAME_ORIGIN)).status_code == 405


async def test_it_says_what_became_of_people(
    auditor: httpx.AsyncClient, database: Database, cast: Cast
) -> None:
    def deeds(tx: Connection) -> None:
        known = {"place": cast.museum}, {"place": cast.library}
        for deed in (
            Deed("person.added", cast.library, cast.learner),
            Deed("person.changed", cast.library, cast.learner, after={"words": "name job"}),
            Deed("person.left", cast.library, cast.learner),
            Deed("person.moved", cast.library, cast.learner, *known),
            Deed("roster.imported", cast.library, 1, after={"new": 2, "away": 1, "left": 3}),
            Deed("roster.undone", cast.library, 1, after={"back": 2, "kept": 1}),
            Deed("copy.given", cast.library, cast.learner, after={"kind": "pdf"}),
            Deed("erasure.asked", cast.library, cast.learner),
        ):
            audit.note(tx, deed, cast.coordinator, MONDAY)
        set_here(tx, cast.library, {"keep": 5, "domains": ("a.lt", "b.lt")}, MONDAY)

    await database.write(deeds)
    page = (await auditor.get(HERE)).text
    told = re.findall(r'<th role="rowheader" scope="row">(.*?)</th>', page, re.DOTALL)
    settings = "The organisation’s settings changed"
    assert [" ".join(re.sub("<[^>]+>", " ", each).split()) for each in reversed(told)] == [
        "Person added: Ona Onaitė",
        "Person’s details changed: Ona Onaitė Name, Job",
        "Marked as having left: Ona Onaitė",
        f"Person moved: Ona Onaitė Organisation, unit: {cast.museum} → Library",
        "A list of people imported New: 2 Moved elsewhere: 1 Have left: 3",
        "An import taken back Taken back: 2 Not taken back: 1",
        "Copy of the data taken: Ona Onaitė",
        "Erasure of the data asked for: Ona Onaitė",
        f"{settings} e-mail domains: – → a.lt, b.lt years that what was learned is kept: – → 5",
    ]
