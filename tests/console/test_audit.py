"""The page of the audit log, and what is kept when somebody's page is opened."""

import json
import re
from collections.abc import AsyncIterator
from datetime import time, timedelta
from functools import partial

import httpx
import pytest

from actions.assign import assign, change_due, change_pace, end
from actions.certify import revoke
from actions.decide_request import let_in, turn_down
from actions.enlist import move, set_here
from actions.invite import invite, invite_many
from actions.join_link import change, renew
from actions.keys import new_code
from actions.undo_joining import undo
from console.auth import BY_ITSELF
from domain.assigning import Terms
from domain.audit import WHAT, Deed
from domain.organisation import Scope
from scheduler.jobs import assign as job
from storage import addresses, audit, doorsteps, people
from storage.audit import AUDIT
from storage.database import Connection, Database
from tests.console.conftest import SAME_ORIGIN, Door
from tests.console.full import full
from tests.console.papers import certify
from tests.console.planted import Planted
from tests.console.post import live
from tests.console.town import MONDAY, Cast, Clock, Town
from tests.storage import open_answers
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
    assert await rows(database, *SEEN) == [row]
    clock.move(hours=24)
    async with door.signed_in(cast.coordinator) as browser:
        await browser.get(page)
    assert await rows(database, *SEEN) == [row, row]


async def test_the_form_and_the_certificates_of_somebody_are_kept_too(
    door: Door, database: Database, cast: Cast, clock: Clock
) -> None:
    papers = await database.write(lambda tx: certify(tx, cast))
    row, valid = (cast.coordinator, "person.seen", cast.learner, cast.library), papers.ids["valid"]
    pages = (f"/console/people/{cast.learner}/edit", f"/console/certificates/{valid}")
    for number, page in enumerate(pages, start=1):
        async with door.signed_in(cast.coordinator) as browser:
            assert (await browser.get(page)).status_code == 200
        assert await rows(database, *SEEN, where=AUDIT.c.what == "person.seen") == [row] * number
        clock.move(hours=24)


LOOKS = ("number", "person_id", "organisation_id", "after")


async def looks(database: Database) -> list[tuple[object, ...]]:
    """Who looked at which list, with how many of which organisation."""
    kept = await rows(database, *(AUDIT.c[name] for name in LOOKS), where=AUDIT.c.what == "list.seen")
    return [(who, where, *json.loads(after).values()) for _, who, where, after in kept]


@pytest.mark.parametrize("place", ["/console", "/console/messages", "/console/answers"])
async def test_a_list_that_shows_nobody_leaves_nothing(
    auditor: httpx.AsyncClient, database: Database, place: str
) -> None:
    asked = "?q=nobody-is-called-so"
    assert (await auditor.get(f"{place}{asked}")).status_code == 200
    assert await rows(database, AUDIT.c.number) == []


async def test_a_look_at_a_list_is_one_row_and_the_same_look_is_kept_once(
    auditor: httpx.AsyncClient, door: Door, database: Database, cast: Cast, clock: Clock
) -> None:
    mine = (cast.coordinator, cast.library, "learners")
    await auditor.get("/console")
    page = await auditor.get("/console")
    shown = list(dict.fromkeys(map(int, re.findall(r'href="/console/people/(\d+)"', page.text))))
    whole = (*mine, len(shown), shown[0])
    assert len(shown) > 1
    assert await looks(database) == [whole]
    await auditor.get("/console?q=Ona%20Onait")
    assert await looks(database) == [whole, (*mine, 1, cast.learner)]
    clock.move(minutes=15, seconds=1)
    await auditor.get("/console")
    assert await looks(database) == [whole, (*mine, 1, cast.learner), whole]
    page = await auditor.get(HERE)
    assert f"A list looked at: {len(shown)} people" in page.text
    assert "people and how they are getting on" in page.text


async def test_who_sees_several_organisations_leaves_a_row_at_each(
    door: Door, database: Database, cast: Cast
) -> None:
    async with door.signed_in(cast.sector) as browser:
        await browser.get("/console")
    kept = await looks(database)
    assert {row[:3] for row in kept} == {
        (cast.sector, place, "learners") for place in (cast.library, cast.museum)
    }
    assert len(kept) == 2


async def test_whose_messages_and_answers_were_seen_is_kept(
    auditor: httpx.AsyncClient, database: Database, cast: Cast
) -> None:
    made = await database.write(lambda tx: live(tx, cast))
    where = await database.write(lambda tx: Town(tx).publish(open_answers.PROGRAMME))
    await database.write(
        partial(open_answers.write, person=cast.learner, where=where, words="Nes", at=MONDAY)
    )
    await auditor.get("/console/messages")
    await auditor.get("/console/answers")
    assert [row[:3] for row in await looks(database)] == [
        (cast.coordinator, cast.library, name) for name in ("messages", "answers")
    ]
    row = (cast.coordinator, "person.seen", cast.learner, cast.library)
    for page in (f"?person={cast.learner}", f"/{made['blocked']}", f"?person={cast.elsewhere}"):
        await auditor.get(f"/console/messages{page}")
        assert await rows(database, *SEEN, where=AUDIT.c.what == "person.seen") == [row]


async def test_every_other_list_of_people_is_kept_too(
    door: Door, database: Database, planted: Planted
) -> None:
    own, who = planted.organisations["own"], planted.actors["administrator", "own"]
    given = planted.ids["assignment", "own"]
    await job.JOB.run(database, MONDAY)
    preview = f"new?at={own}&programme={planted.taught}"
    pages = (
        ("certificates", "/console/certificates"),
        ("requests", "/console/invitations/link"),
        ("invitations", "/console/invitations"),
        ("joined", "/console/invitations/joined"),
        ("roles", "/console/rights"),
        ("assignment", f"/console?assignment={given}&group=reached"),
        ("assignment", f"/console/assignments/{preview}"),
        ("roster", f"/console/people/import/{planted.ids['import', 'own']}?kind=absent"),
    )
    async with door.signed_in(who) as browser:
        for number, (name, page) in enumerate(pages, start=1):
            assert (await browser.get(page)).status_code == 200, page
            kept = [row for row in await looks(database) if row[1] == own]
            assert (len(kept), kept[-1][:3]) == (number, (who, own, name)), page
    lists = await rows(database, AUDIT.c.after, where=AUDIT.c.what == "list.seen")
    unnamed = [after["list"] for (each,) in lists if "first" not in (after := json.loads(each))]
    assert set(unnamed) == {"requests"}, "who asks to be let in is nobody's number yet"


@pytest.mark.parametrize("place", ["/console", "/console/people/{}"])
async def test_a_page_is_shown_while_nothing_can_be_written(
    auditor: httpx.AsyncClient, database: Database, cast: Cast, place: str
) -> None:
    async with full(database, "audit"):
        page = await auditor.get(place.format(cast.learner))
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
        f"The organisation moved is under: – → #{cast.museum + 1} Sigita Sektorė today, 09:30",
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


def joining(tx: Connection, cast: Cast) -> None:
    """What is done about who comes in and what they are to learn, as the product does it."""
    scope, by = Scope(cast.coordinator, frozenset({cast.library})), cast.coordinator
    renew(tx, scope, cast.library, MONDAY, lambda: "Secret")
    for opened in (False, True):
        change(tx, scope, cast.library, MONDAY, opened=opened)
    change(tx, scope, cast.library, MONDAY, domains=("secret.example",))
    for name in ("secret-in", "secret-out"):
        place = addresses.find_or_add(tx, "web", name, "lt", MONDAY).id
        doorsteps.knock(tx, place, cast.library, None, MONDAY)
        here = doorsteps.DOORSTEP.update().where(doorsteps.DOORSTEP.c.address_id == place)
        tx.execute(here.values(proved=True, email=f"{name}@secret.example"))
        doorsteps.ask(tx, place, f"Eva {name}", MONDAY)
        if name == "secret-in":
            let_in(tx, scope, place, MONDAY, lambda: "c")
        else:
            turn_down(tx, scope, place, MONDAY)
    place = addresses.find_or_add(tx, "telegram", "77", None, MONDAY).id
    addresses.bind(tx, place, cast.invited, MONDAY)
    undo(tx, scope, place, MONDAY)
    invite_many(tx, [cast.invited, cast.learner], None, way="letter", now=MONDAY, new_code=new_code, by=by)
    given = assign(tx, Terms(cast.safe[0], cast.library, MONDAY.date(), why="Secret"), by=by, now=MONDAY)
    change_due(tx, given, MONDAY.date() + timedelta(days=9), by=by, now=MONDAY)
    change_pace(tx, given, 2, by=by, now=MONDAY)
    end(tx, given, MONDAY, by)


async def test_it_says_who_let_whom_in_and_what_was_assigned(
    auditor: httpx.AsyncClient, database: Database, cast: Cast
) -> None:
    await database.write(partial(joining, cast=cast))
    page = (await auditor.get(HERE)).text
    told = [
        " ".join(re.sub("<[^>]+>", " ", row).split()) for row in re.findall(r"<tr .*?</tr>", page, re.DOTALL)
    ]
    assert [each.removesuffix(" Rasa Rasaitė today, 09:30") for each in told[1:]] == [
        "Assignment no. 1 ended",
        "The pace of assignment no. 1 changed",
        "The due date of assignment no. 1 changed",
        "A programme assigned (no. 1)",
        "Invitations: 2 people",
        "Joining undone: Jonas Jonaitis",
        "A request to be let in turned down",
        "Let in at their request: Eva secret-in",
        "Person added: Eva secret-in",
        "The allowed e-mail domains changed",
        "The organisation’s link switched on",
        "The organisation’s link switched off",
        "A new link of the organisation made",
    ]
    assert 'href="/console/assignments/1"' in page
    kept = await rows(database, AUDIT.c.before, AUDIT.c.after)
    assert [row for row in kept if "secret" in str(row).lower()] == []


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
            Deed("provider.trusted", cast.library, after={"issuer": "https://id.example", "client": "z"}),
            Deed("provider.removed", cast.library, before={"issuer": "https://id.example"}),
            Deed("answer.replied", cast.library, cast.learner, after={"answer": 1}),
            Deed("messages.again", cast.library, after={"count": 1, "messages": "5"}),
            Deed("messages.dropped", cast.library, after={"count": 2, "messages": "5 7"}),
            Deed("held.sent", cast.library, after={"count": 1}),
            Deed("held.dropped", cast.library, after={"count": 2}),
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
        f"Person moved: Ona Onaitė Organisation, unit: #{cast.museum} → Library",
        "A list of people imported New: 2 Moved elsewhere: 1 Have left: 3",
        "An import taken back Taken back: 2 Not taken back: 1",
        "Copy of the data taken: Ona Onaitė",
        "Erasure of the data asked for: Ona Onaitė",
        "People may sign in with this provider https://id.example",
        "People may no longer sign in with this provider https://id.example",
        "An open answer replied to: Ona Onaitė",
        "Sent again: 1 message",
        "Not to be sent: 2 messages",
        "After a backup was restored, sent: 1 message",
        "After a backup was restored, not sent: 2 messages",
        f"{settings} e-mail domains: – → a.lt and b.lt years that what was learned is kept: – → 5",
    ]
