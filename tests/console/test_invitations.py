"""Invitations in the console: who is found, what is made for them, links, requests, and undoing."""

import csv
import io
import re
from functools import partial

import httpx
import pytest
from playwright.async_api import expect
from sqlalchemy import Connection
from starlette.applications import Starlette

from actions.invite import VALID
from actions.join_link import renew
from console.app import create
from console.entrance import Entrance
from domain.texts import Texts
from storage import addresses, bindings, doorsteps, invitations, join_links, people
from storage.bindings import Wanted
from storage.database import Database
from storage.invitations import INVITATION, code_hash
from storage.outbox import OUTBOX
from tests.console.conftest import SAME_ORIGIN, Door
from tests.console.papers import Maker
from tests.console.test_live import TOO_SMALL, TOO_WIDE, base, complaints_of, enter
from tests.console.town import MONDAY, Cast, Clock, seeing
from tests.storage.samples import rows
from tests.tools.screens import Screens

__all__ = ["base"]

HERE = "/console/invitations"
KEY = b"k" * 32


@pytest.fixture
def app(database: Database, texts: Texts, clock: Clock) -> Starlette:
    entrance = Entrance(KEY, mails=True)
    return create(
        database, texts, clock, documents=Maker(), address="https://learn.example", entrance=entrance
    )


async def posts(browser: httpx.AsyncClient, path: str = HERE, **form: str | list[str]) -> httpx.Response:
    return await browser.post(path, data=form, headers=SAME_ORIGIN)


def names(page: httpx.Response) -> list[str]:
    return re.findall(r'<a href="/console/people/\d+">([^<]+)</a>', page.text)


def seen(page: httpx.Response) -> str:
    (when,) = re.findall(r'name="seen" value="([^"]+)"', page.text)
    return str(when)


async def test_people_are_listed_by_where_they_stand(coordinator: httpx.AsyncClient, cast: Cast) -> None:
    page = await coordinator.get(HERE)
    assert names(page) == ["Jonas Jonaitis", "Ona Onaitė", "Rasa Rasaitė", "Sigita Sektorė"]
    found = {
        state: names(await coordinator.get(HERE, params={"state": state})) for state in bindings.STANDINGS
    }
    assert found == {
        "joined": ["Ona Onaitė"],
        "invited": ["Jonas Jonaitis"],
        "expired": [],
        "new": ["Rasa Rasaitė", "Sigita Sektorė"],
    }
    assert names(await coordinator.get(HERE, params={"q": "JONAS.j"})) == ["Jonas Jonaitis"]
    assert "Per Hansen" not in (await coordinator.get(HERE, params={"organisation": cast.museum})).text


async def test_names_are_in_the_order_of_the_language(
    coordinator: httpx.AsyncClient, database: Database, cast: Cast
) -> None:
    """No store knows that Š comes after S."""
    called = {cast.invited: "Šarūnas Šarka", cast.learner: "Rasa Ąžuolienė"}

    def rename(tx: Connection) -> None:
        for who, name in called.items():
            tx.execute(people.PERSON.update().where(people.PERSON.c.id == who).values(name=name))

    await database.write(rename)
    page = await coordinator.get(HERE)
    assert names(page) == ["Rasa Ąžuolienė", "Rasa Rasaitė", "Šarūnas Šarka", "Sigita Sektorė"]


async def test_an_invitation_ends(coordinator: httpx.AsyncClient, database: Database, cast: Cast) -> None:
    look = partial(
        bindings.entrants,
        scope=seeing(1, cast.library),
        wanted=Wanted(MONDAY + VALID, state="expired"),
        most=9,
    )
    assert [each.name for each in await database.read(look)] == ["Jonas Jonaitis"]


async def test_letters_for_everybody_who_has_not_joined(
    coordinator: httpx.AsyncClient, database: Database, cast: Cast
) -> None:
    page = await coordinator.get(HERE)
    answer = await posts(coordinator, way="letter", whom="all", seen=seen(page), programme=str(cast.safe[0]))
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"].startswith('attachment; filename="invitations-2026-11-23')
    lines = answer.text.split("\n")
    assert [line.split(" https")[0] for line in lines] == [
        "%PDF-1.7 Jonas Jonaitis",
        "%PDF-1.7 Rasa Rasaitė",
        "%PDF-1.7 Sigita Sektorė",
    ]
    code = lines[0].split("/join/")[1].split(" ")[0]
    (kept,) = await rows(
        database, INVITATION.c.person_id, INVITATION.c.way, where=INVITATION.c.code_hash == code_hash(code)
    )
    assert kept == (cast.invited, "letter")
    again = await posts(coordinator, way="letter", whom="all", seen=seen(page))
    assert again.headers["location"] == f"{HERE}?done=nobody", "a second press makes no second code"


async def test_a_table_for_a_mail_merge_has_no_formula(
    coordinator: httpx.AsyncClient, database: Database, cast: Cast
) -> None:
    def rename(tx: Connection) -> None:
        tx.execute(people.PERSON.update().where(people.PERSON.c.id == cast.invited).values(name='=1+1;\n"x"'))

    await database.write(rename)
    answer = await posts(
        coordinator, way="csv", whom="marked", person=[str(cast.invited), str(cast.elsewhere)]
    )
    assert answer.content.startswith(b"\xef\xbb\xbf")
    (row,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";")
    assert row["name"] == '\'=1+1; "x"'
    assert row["link"].startswith("https://learn.example/join/")
    assert (row["organisation"], row["ends"], row["language"]) == ("Library", "2026-12-07", "lt")


@pytest.mark.parametrize(("way", "asks"), [("letter", True), ("csv", True), ("mail", False)])
async def test_codes_of_everybody_are_given_after_a_fresh_proof(
    coordinator: httpx.AsyncClient, database: Database, clock: Clock, way: str, asks: bool
) -> None:
    """What is mailed, the people get and not the coordinator."""
    before = await rows(database, INVITATION.c.code_hash)
    clock.move(minutes=29)
    await coordinator.get(HERE)
    clock.move(minutes=1)
    answer = await posts(coordinator, way=way, whom="all", q="jonas.j", state="invited")
    back = f"/console/proof?next={HERE}%3Fq%3Djonas.j%26state%3Dinvited"
    assert answer.headers["location"] == (back if asks else f"{HERE}?q=jonas.j&state=invited&sent=1")
    assert (await rows(database, INVITATION.c.code_hash) == before) is asks


async def test_mails_go_through_the_outbox_without_their_codes(
    coordinator: httpx.AsyncClient, database: Database, cast: Cast
) -> None:
    answer = await posts(coordinator, way="mail", whom="marked", person=[str(cast.invited)])
    assert answer.headers["location"] == f"{HERE}?sent=1"
    ((body, person),) = await rows(
        database, OUTBOX.c.body, OUTBOX.c.person_id, where=OUTBOX.c.channel == "email"
    )
    assert person == cast.invited
    assert "invite.link" in body
    assert "1 invitation is on its way" in (await coordinator.get(answer.headers["location"])).text


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"whom": "marked"}, "done=unmarked"),
        ({"whom": "marked", "person": ["999999", "x", "-1"]}, "done=nobody"),
        ({"whom": "all", "q": "nobody is called so"}, "done=nobody"),
        ({"whom": "all", "seen": "yesterday", "state": "joined"}, "done=nobody"),
        ({"whom": "all", "q": "nobody\0", "state": "no such"}, "q=nobody&done=nobody"),
    ],
)
async def test_what_cannot_be_made_is_told(
    coordinator: httpx.AsyncClient, form: dict[str, str | list[str]], told: str
) -> None:
    answer = await coordinator.post(HERE, data=form, headers=SAME_ORIGIN)
    assert answer.status_code == 303
    assert told in answer.headers["location"]
    assert (await coordinator.get(answer.headers["location"])).status_code == 200


async def test_a_link_is_made_narrowed_renewed_and_closed(
    coordinator: httpx.AsyncClient, database: Database, cast: Cast
) -> None:
    link, house = f"{HERE}/link", str(cast.library)
    look = partial(join_links.of, organisation=cast.library)
    assert (await posts(coordinator, link, organisation=str(cast.museum), deed="renew")).status_code == 404
    await posts(coordinator, link, organisation=house, deed="renew")
    first = await database.read(look)
    assert first
    page = await coordinator.get(link)
    assert f"https://learn.example/join/{first.code}" in page.text
    assert "data:image/svg+xml;base64," in page.text
    wrong = await posts(coordinator, link, organisation=house, deed="domains", domains="lib.lt <b>")
    assert wrong.status_code == 422
    assert "&lt;b&gt;" in wrong.text
    await posts(coordinator, link, organisation=house, deed="domains", domains="@Lib.lt, lib.lt\nsav.lt")
    kept = await database.read(look)
    assert kept
    assert (kept.code, kept.domains, kept.open) == (first.code, ("lib.lt", "sav.lt"), True)
    await posts(coordinator, link, organisation=house, deed="renew")
    await posts(coordinator, link, organisation=house, deed="close")
    closed = await database.read(look)
    assert closed
    assert (closed.code != first.code, closed.domains, closed.open) == (True, ("lib.lt", "sav.lt"), False)
    assert (await posts(coordinator, link, organisation=house, deed="burn")).status_code == 303
    assert await database.read(look) == closed


async def test_who_only_looks_at_a_place_has_no_buttons_there_and_changes_nothing(
    door: Door, database: Database, cast: Cast
) -> None:
    await database.write(
        partial(people.grant, person=cast.coordinator, organisation=cast.museum, role="auditor")
    )
    theirs, ours = f"{HERE}/link?organisation={cast.museum}", f"{HERE}/link?organisation={cast.library}"
    scope = seeing(cast.coordinator_elsewhere, cast.museum)
    await database.write(lambda tx: renew(tx, scope, cast.museum, MONDAY, lambda: "AbCdEfGhIjKl"))
    place = await asks(database, cast.museum)
    async with door.signed_in(cast.coordinator) as browser:
        page = (await browser.get(theirs)).text
        assert ("Eva &lt;i&gt;" in page, "AbCdEfGhIjKl" in page) == (True, True)
        assert [word for word in ('name="deed"', 'name="decision"') if word in page] == []
        assert 'name="deed"' in (await browser.get(ours)).text
        for deed in ("renew", "close", "domains"):
            answer = await posts(browser, f"{HERE}/link", organisation=str(cast.museum), deed=deed)
            assert answer.status_code == 404
        assert (await posts(browser, f"{HERE}/requests/{place}", decision="let_in")).status_code == 404
        made = await posts(browser, whom="marked", person=[str(cast.elsewhere)])
        assert made.headers["location"] == f"{HERE}?done=nobody"
        new = await browser.get(f"/console/assignments/new?programme={cast.safe[0]}&at={cast.museum}")
        assert ("Museum" in new.text.partition("<form")[2], 'id="assign"' in new.text) == (False, False)
        made = await posts(browser, f"/console/assignments/new?programme={cast.safe[0]}&at={cast.museum}")
        assert made.status_code == 422


async def asks(database: Database, house: int, name: str = "Eva <i>") -> int:
    """Somebody asks to be let in; the address."""

    def ask(tx: Connection) -> int:
        place = addresses.find_or_add(tx, "web", "eva", "lt", MONDAY)
        doorsteps.knock(tx, place.id, house, None, MONDAY)
        here = doorsteps.DOORSTEP.update().where(doorsteps.DOORSTEP.c.address_id == place.id)
        tx.execute(here.values(proved=True, email="eva@lib.lt"))
        doorsteps.ask(tx, place.id, name, MONDAY)
        return place.id

    return await database.write(ask)


async def test_a_request_is_shown_to_its_coordinators_and_decided_once(
    coordinator: httpx.AsyncClient, database: Database, cast: Cast
) -> None:
    theirs = await asks(database, cast.museum)
    assert "Eva" not in (await coordinator.get(f"{HERE}/link")).text
    assert (await posts(coordinator, f"{HERE}/requests/{theirs}", decision="let_in")).status_code == 404
    place = await asks(database, cast.library)
    assert "Eva &lt;i&gt;" in (await coordinator.get(f"{HERE}/link")).text
    done = await posts(coordinator, f"{HERE}/requests/{place}", decision="let_in")
    assert done.headers["location"].endswith("done=let_in")
    assert (await posts(coordinator, f"{HERE}/requests/{place}")).status_code == 404
    assert "Eva &lt;i&gt;" in (await coordinator.get(HERE)).text


async def test_who_cannot_be_on_a_roster_is_not_let_in(
    coordinator: httpx.AsyncClient, database: Database, cast: Cast
) -> None:
    place = await asks(database, cast.library, "@Eva")
    done = await posts(coordinator, f"{HERE}/requests/{place}", decision="let_in")
    assert "cannot be on the list of people" in (await coordinator.get(done.headers["location"])).text
    assert await database.read(partial(people.by_email, email="eva@lib.lt")) is None
    done = await posts(coordinator, f"{HERE}/requests/{place}", decision="turn_down")
    assert done.headers["location"].endswith("done=turned_down")


async def test_who_joined_is_listed_and_undone(door: Door, database: Database, cast: Cast) -> None:
    def join(tx: Connection) -> int:
        made = invitations.add(
            tx, person=cast.invited, programme=None, code="c", expires_at=MONDAY + VALID, way="letter"
        )
        place = addresses.find_or_add(tx, "telegram", "77", None, MONDAY)
        addresses.bind(tx, place.id, cast.invited, MONDAY, made)
        return place.id

    place = await database.write(join)
    undo = f"{HERE}/joined/{place}/undo"
    async with door.signed_in(cast.coordinator_elsewhere) as browser:
        assert "Jonas" not in (await browser.get(f"{HERE}/joined")).text
        assert (await posts(browser, undo)).status_code == 404
    async with door.signed_in(cast.coordinator) as browser:
        page = await browser.get(f"{HERE}/joined")
        assert (names(page), "Printed letter" in page.text, "Telegram" in page.text) == (
            ["Jonas Jonaitis"],
            True,
            True,
        )
        assert (await posts(browser, undo)).headers["location"] == f"{HERE}/joined?undone=1"
        assert names(await browser.get(f"{HERE}/joined?undone=1")) == []
        assert (await posts(browser, undo)).status_code == 404
        assert "was undone" in (await browser.get(f"/console/people/{cast.invited}")).text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/join", 200),
        ("/join?code=x", 422),
        ("/join/x", 404),
        ("/join/j_abc", 200),
        ("/join/read-11-0", 200),
        ("/join/read-11", 404),
        ("/join/AAAAAAAAAAAAAAAAAAAAAA", 200),
        ("/join?code=0000+0000-0000+0000-0000+0000-OO", 303),
    ],
)
async def test_a_code_leads_to_the_messengers_whether_it_is_one_or_not(
    door: Door, path: str, status: int
) -> None:
    async with door.browser() as browser:
        answer = await browser.get(path)
    assert answer.status_code == status
    if status == 303:
        assert answer.headers["location"] == "/join/AAAAAAAAAAAAAAAAAAAAAA"


async def fill(database: Database, cast: Cast) -> None:
    """Something on every page: a link, somebody who asks, somebody who joined, somebody with a long name."""
    scope = seeing(cast.coordinator, cast.library, cast.museum)

    def put(tx: Connection) -> None:
        renew(tx, scope, cast.library, MONDAY, lambda: "AbCdEfGhIjKl")
        long = "Konstancija Aleksandra Didžiulytė-Petrauskienė"
        email = "konstancija.aleksandra.didziulyte.petrauskiene@gluosniu-viesoji-biblioteka.example"
        person = people.add(tx, organisation=cast.library, name=long, email=email, language="lt")
        place = addresses.find_or_add(tx, "telegram", "77", None, MONDAY)
        addresses.bind(tx, place.id, person, MONDAY)

    await database.write(put)
    await asks(database, cast.library)


async def test_every_page_is_accessible_and_fits(
    *, browser_page: Screens, axe: str, door: Door, base: str, database: Database, cast: Cast
) -> None:
    await fill(database, cast)
    page, found = await browser_page("phone"), list[tuple[object, ...]]()
    complaints = await enter(page, door, base, cast.sector)
    for place in (HERE, f"{HERE}/link", f"{HERE}/joined", "/join", f"/join/{'A' * 22}"):
        await page.set_viewport_size({"width": 390, "height": 844})
        await page.goto(f"{base}{place}")
        found += [(place, *said) for said in await complaints_of(axe, page)]
        await page.set_viewport_size({"width": 320, "height": 640})
        found += [(place, "320", wide) for wide in await page.evaluate(TOO_WIDE)]
        found += [(place, "44", small) for small in await page.evaluate(TOO_SMALL)]
        await page.set_viewport_size({"width": 1280, "height": 800})
        found += [(place, "1280", wide) for wide in await page.evaluate(TOO_WIDE.replace("320", "1280"))]
    assert (found, complaints) == ([], [])


async def test_a_coordinator_invites_those_whom_they_marked(
    *, browser_page: Screens, door: Door, base: str, database: Database, cast: Cast
) -> None:
    page = await browser_page("desktop")
    await enter(page, door, base, cast.coordinator)
    await page.goto(f"{base}{HERE}?state=new")
    await page.get_by_label("Mark Rasa Rasaitė").check()
    await page.get_by_label("How they get the code").select_option("csv")
    async with page.expect_download() as coming:
        await page.get_by_role("button", name="Invite those marked").click()
    download = await coming.value
    assert download.suggested_filename.endswith(".csv")
    await page.goto(f"{base}{HERE}?state=invited")
    await expect(page.get_by_role("rowheader", name="Rasa Rasaitė")).to_be_visible()
