"""Importing a roster in the console: brought, looked at, carried out, taken back; people by hand; who has left."""

import asyncio
import json
import re
from functools import partial
from time import perf_counter

import httpx
import pytest
from sqlalchemy import update

from console.auth import PROOF
from domain.person import Person
from storage import people, roster
from storage.audit import AUDIT
from storage.database import Database
from storage.people import PERSON
from tests.console.conftest import SAME_ORIGIN, Door, by_two_factors
from tests.console.test_audit import looks
from tests.console.test_learners import words
from tests.console.town import Cast, Clock
from tests.lessons.formats.test_roster import WORST
from tests.storage.samples import rows

HERE = "/console/people/import"
FILE = "Vardas;Pavardė;El. paštas;Pareigos\nOna;Petraitienė;ona.onaitė@example.org;vedėja\n"
HEAD = "Vardas;Pavardė;El. paštas;Pareigos;Tabelio Nr.\n"
ROWS = (
    HEAD
    + "Ona;Petraitienė;ona.onaite@b.lt;vedėja;7\nŽygimantas;Žukas;z@b.lt;=1+1;8\nRita;Ritė;R@b.lt;gidė;9\n"
)


async def bring(
    browser: httpx.AsyncClient, data: bytes, name: str = "žmonės.csv", place: str = ""
) -> httpx.Response:
    return await browser.post(
        HERE, files={"file": (name, data)}, data={"place": place}, headers=SAME_ORIGIN, follow_redirects=True
    )


async def press(browser: httpx.AsyncClient, page: httpx.Response, **ticked: str) -> httpx.Response:
    """The form of a preview, sent."""
    sign = re.search(r'name="sign" value="(\w+)"', page.text)
    form = {"sign": sign[1] if sign else "", **ticked}
    return await browser.post(page.url.path, data=form, headers=SAME_ORIGIN, follow_redirects=True)


def told(page: httpx.Response) -> str:
    found = re.search(r'id="done">(.*?)</p>', page.text)
    return words(found[1]) if found else ""


def totals(page: httpx.Response) -> dict[str, int]:
    found = re.findall(r'id="in-(\w+)"[^>]*>[^<]*<strong>(\d+)', page.text)
    return {kind: int(count) for kind, count in found}


async def found(database: Database, email: str) -> Person | None:
    who = await database.read(partial(people.by_email, email=email))
    return await database.read(partial(people.get, person=who)) if who else None


async def test_a_roster_is_looked_at_carried_out_and_taken_back(
    coordinator: httpx.AsyncClient, database: Database, cast: Cast
) -> None:
    page = await bring(coordinator, ROWS.encode("cp1257"), place=str(cast.library))
    assert totals(page) == {"error": 1, "new": 2, "absent": 2}
    assert "begins like a formula" in words(page.text)
    assert "Line 3" in words(page.text)
    assert "The file was read as cp1257" in words(page.text)
    assert await found(database, "r@b.lt") is None
    held = await press(coordinator, page)
    assert (held.status_code, "Some rows are wrong or in doubt" in told(held)) == (409, True)
    assert await found(database, "r@b.lt") is None
    done = await press(coordinator, page, partly="on")
    assert (told(done), TO_INVITE in done.text) == ("Imported.", True)
    rita = await found(database, "r@b.lt")
    assert rita
    assert (rita.name, rita.job, rita.organisation.id) == ("Rita Ritė", "gidė", cast.library)
    again = await bring(coordinator, ROWS.encode("utf-16"), place=str(cast.library))
    assert totals(again) == {"error": 1, "absent": 2, "unchanged": 2}
    listed = await coordinator.get(HERE)
    assert "žmonės.csv" in listed.text
    back = await coordinator.post(f"{done.url.path}/undo", headers=SAME_ORIGIN, follow_redirects=True)
    assert (told(back).startswith("Taken back: today"), TO_INVITE in back.text) == (True, False)
    assert await found(database, "r@b.lt") is None
    once = await coordinator.post(f"{done.url.path}/undo", headers=SAME_ORIGIN)
    assert (once.status_code, "can no longer be done" in told(once)) == (409, True)


async def test_carrying_out_and_taking_back_ask_again_who_it_is(
    door: Door, database: Database, cast: Cast, clock: Clock
) -> None:
    """Both give roles and mark people as left; to bring a file and to look at it does neither."""
    async with door.signed_in(cast.coordinator) as browser:
        clock.move(minutes=29)
        page = await bring(browser, ROWS.encode(), place=str(cast.library))
        clock.move(minutes=1)
        later = await bring(browser, ROWS.encode(), place=str(cast.library))
        asked = await press(browser, page, partly="on")
        assert (str(asked.url.path), asked.url.params["next"]) == (PROOF, page.url.path)
        assert await found(database, "r@b.lt") is None
    async with door.signed_in(cast.coordinator) as browser:
        assert told(await press(browser, later, partly="on")) == "Imported."
        clock.move(minutes=29)
        assert (await browser.get(later.url.path)).status_code == 200
        clock.move(minutes=1)
        undo = await browser.post(f"{later.url.path}/undo", headers=SAME_ORIGIN)
        assert undo.headers["location"] == f"{PROOF}?next={later.url.path}"
    assert await found(database, "r@b.lt")


async def test_who_may_give_no_role_makes_nobody_a_coordinator(
    coordinator: httpx.AsyncClient, database: Database, cast: Cast
) -> None:
    rows, place = b"Name;E-mail;Coordinator\nRita;r@b.lt;yes\n", str(cast.library)
    page = await bring(coordinator, rows, place=place)
    assert totals(page) == {"error": 1, "absent": 2}
    assert "Only an administrator of this place can make somebody a coordinator" in words(page.text)
    manages = partial(people.grant, person=cast.coordinator, organisation=cast.library, role="administrator")
    await database.write(manages)
    await database.write(partial(by_two_factors, person=cast.coordinator))
    assert told(await press(coordinator, await bring(coordinator, rows, place=place))) == "Imported."


async def test_who_is_absent_leaves_only_when_it_is_ticked(
    coordinator: httpx.AsyncClient, database: Database, cast: Cast
) -> None:
    page = await bring(coordinator, FILE.replace("ė@", "e@").encode(), place=str(cast.library))
    await press(coordinator, page, absent_left="on")
    known = {each.id: each for each in await database.read(lambda tx: roster.known(tx, [cast.library]))}
    assert (known[cast.invited].said.left_on, known[cast.coordinator].said.left_on) == ("2026-11-23", "")


async def test_a_preview_leads_to_whom_it_is_about_and_to_nobody_elsewhere(
    coordinator: httpx.AsyncClient, database: Database, cast: Cast
) -> None:
    """A wrong or double row says nothing of whoever has its address elsewhere, and the log keeps who was shown."""
    mine, elsewhere = f"jonas.jonaitis.{cast.library}@example.org", f"per.hansen.{cast.museum}@example.org"
    twice = f"kari.nordmann.{cast.museum}@example.org"
    rows = f"E-mail;Job\n{mine};\n{elsewhere};=1+1\n{twice};\n{twice};\n"
    page = await bring(coordinator, rows.encode(), place=str(cast.library))
    assert totals(page) == {"error": 1, "doubt": 2, "unchanged": 1, "absent": 1}
    shown = {}
    for kind in ("error", "doubt", "unchanged", "absent"):
        shown[kind] = (await coordinator.get(f"{page.url.path}?kind={kind}")).text
    links = {kind: re.findall(r'rowheader[^>]*><a href="([^"]+)">([^<]+)', shown[kind]) for kind in shown}
    assert links["unchanged"] == [(f"/console/people/{cast.invited}", "Jonas Jonaitis")]
    assert (links["error"], links["doubt"]) == ([], [])
    assert not any(name in page for page in shown.values() for name in ("Per Hansen", "Kari Nordmann"))
    assert links["absent"] == [(f"/console/people/{cast.learner}", "Ona Onaitė")]
    look = (cast.coordinator, cast.library, "roster", 1)
    assert await looks(database) == [(*look, cast.invited), (*look, cast.learner)]


async def test_what_changed_since_it_was_shown_is_not_done(
    coordinator: httpx.AsyncClient, database: Database, cast: Cast
) -> None:
    page = await bring(coordinator, (HEAD + "Rita;Ritė;r@b.lt;gidė;9\n").encode(), place=str(cast.library))
    add = partial(people.add, organisation=cast.library, name="R", email="r@b.lt", language="lt")
    await database.write(add)
    refused = await press(coordinator, page)
    assert (refused.status_code, "Something changed since you looked" in told(refused)) == (409, True)
    assert totals(refused)["changed"] == 1


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"", "", "Choose a file first."),
        (b"", "a.csv", "The file is empty"),
        (b"PK\x03\x04", "a.xlsx", "The file cannot be read"),
        (b"PK\x03\x04", "a.csv", "This is neither CSV nor XLSX"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.xls", "This is neither CSV nor XLSX"),
        (b"E-mail\0;Name\n", "a.csv", "letters cannot be read"),
        (b"Name;Phone\nOna;8\n", "a.csv", "No heading for e-mail"),
        (b"Name;E-mail\n", "a.csv", "nobody below the headings"),
        (b"E-mail;Email;Name\na;b;c\n", "a.csv", "(E-mail / Email)"),
        (b'E-mail;Name\n"a@b.lt;Ona\n', "a.csv", "quotation mark"),
        (b"E-mail\n" + b"x" * 6_000_000, "a.csv", "too large"),
        (b"E-mail\n" + b"a\n" * 30_000, "a.csv", "too many rows"),
        (b"E-mail\n" + b";" * 10_000 + b"x\n", "a.csv", "too many columns"),
    ],
)
async def test_a_file_that_is_none_gets_a_sentence(
    coordinator: httpx.AsyncClient, data: bytes, name: str, said: str
) -> None:
    page = await bring(coordinator, data, name)
    assert (page.status_code, said in told(page)) == (422, True)


SOON = 0.5  # seconds
TO_INVITE = 'href="/console/invitations?state=new"'
TAKEN = "Somebody else has the address r@b.lt already: check it, or find that person on the list."


async def test_pages_come_while_the_worst_files_are_read(coordinator: httpx.AsyncClient, door: Door) -> None:
    """By the better of two tries; where others share these processors, in a sixth of what all files take together:
    whoever waited for one of them would wait for a third."""
    files = [(name, made()) for name, made, _ in WORST]
    tries = [await slowest_page(coordinator, door, files) for _ in range(2)]
    assert [each for each in tries if each[0] < max(SOON, each[1] / 6)], tries


async def slowest_page(
    browser: httpx.AsyncClient, door: Door, files: list[tuple[str, bytes]]
) -> tuple[float, float]:
    """How long somebody else waited at most for a page while these were brought, and how long that took."""
    waited, begun = list[float](), perf_counter()
    async with door.browser() as other:
        bringing = asyncio.gather(*(bring(browser, data, name) for name, data in files))
        while not bringing.done():
            began = perf_counter()
            assert (await other.get("/sign-in")).status_code == 200
            waited.append(perf_counter() - began)
        assert {answer.status_code for answer in await bringing} == {422}
    return max(waited), perf_counter() - begun


async def test_twenty_files_an_hour_are_read(
    coordinator: httpx.AsyncClient, door: Door, cast: Cast, clock: Clock
) -> None:
    for _ in range(20):
        assert (await bring(coordinator, b"", "a.csv")).status_code == 422
        assert (await bring(coordinator, b"", "")).status_code == 422, "no file was chosen: it does not count"
    refused = await bring(coordinator, (HEAD + "Rita;Ritė;r@b.lt;gidė;9\n").encode())
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "3600")
    assert "Try again in 60 minutes" in refused.text
    assert "žmonės.csv" not in (await coordinator.get(HERE)).text
    async with door.signed_in(cast.sector) as other:
        assert (await bring(other, b"", "a.csv")).status_code == 422
    clock.move(hours=1, minutes=1)
    async with door.signed_in(cast.coordinator) as later:
        assert (await bring(later, b"", "a.csv")).status_code == 422


async def test_other_organisations_are_not_touched_and_not_named(
    coordinator: httpx.AsyncClient, door: Door, cast: Cast
) -> None:
    async def show(place: str) -> httpx.Response:
        rows = f"E-mail;Name;Organisation\nper.hansen.{cast.museum}@example.org;Per;{place}\n"
        return await bring(coordinator, rows.encode())

    page = await show("Library")
    assert totals(page)["asked"] == 1
    assert "The chat asks that person whether they work at yours" in words(page.text)
    assert "Per Hansen" not in page.text
    assert f'href="/console/people/{cast.elsewhere}"' not in page.text
    assert totals(await show("Museum")) == {"error": 1}
    async with door.signed_in(cast.coordinator_elsewhere) as other:
        assert (await other.get(page.url.path)).status_code == 404
        assert (await press(other, page)).status_code == 404


async def test_a_person_is_added_changed_and_leaves(
    coordinator: httpx.AsyncClient, database: Database, cast: Cast
) -> None:
    new = {"name": " Rita  Ritė", "email": "R@b.lt", "job": "gidė", "place": str(cast.library)}
    added = await coordinator.post("/console/people/new", data=new, headers=SAME_ORIGIN)
    place = added.headers["location"]
    twice = await coordinator.post("/console/people/new", data=new, headers=SAME_ORIGIN)
    assert (twice.status_code, told(twice)) == (422, TAKEN)
    assert 'value="gidė"' in twice.text
    changed = {**new, "name": "Rita Ritienė", "job": "", "language": "pl", "left_on": "2026-11-20"}
    saved = await coordinator.post(f"{place}/edit", data=changed, headers=SAME_ORIGIN)
    assert (saved.status_code, saved.headers["location"]) == (303, place)
    rita = await found(database, "r@b.lt")
    assert rita
    assert (rita.name, rita.job, rita.language, str(rita.left_on)) == ("Rita Ritienė", "", "pl", "2026-11-20")
    page = words((await coordinator.get(place)).text)
    assert "Left on 2026-11-20" in page
    wrong = await coordinator.post(
        f"{place}/edit", data={**new, "leave_from": "2026-11-20"}, headers=SAME_ORIGIN
    )
    assert (wrong.status_code, "its first and its last" in told(wrong)) == (422, True)
    away = {**new, "place": str(cast.museum)}
    refused = await coordinator.post(f"{place}/edit", data=away, headers=SAME_ORIGIN)
    assert (refused.status_code, "among your organisations" in told(refused)) == (422, True)


async def test_it_is_not_told_who_elsewhere_has_an_address(
    coordinator: httpx.AsyncClient, database: Database, cast: Cast
) -> None:
    theirs = update(PERSON).where(PERSON.c.id == cast.elsewhere).values(email="kari@museum.no")
    await database.write(lambda tx: tx.execute(theirs).rowcount)
    place = f"/console/people/{cast.learner}/edit"
    refused = await coordinator.post(place, data={"email": "kari@museum.no"}, headers=SAME_ORIGIN)
    words = (
        "The address kari@museum.no cannot be used here: check it, and ask the administrator if it is right."
    )
    assert (refused.status_code, told(refused)) == (422, words)


async def test_whoever_has_left_is_signed_in_no_more(
    door: Door, database: Database, cast: Cast, clock: Clock
) -> None:
    grant = partial(people.grant, person=cast.sector, organisation=cast.library, role="administrator")
    await database.write(grant)
    async with door.signed_in(cast.sector) as other:
        leaves = {"email": "rasa@b.lt", "left_on": "2026-11-24"}
        await other.post(f"/console/people/{cast.coordinator}/edit", data=leaves, headers=SAME_ORIGIN)
        async with door.signed_in(cast.coordinator) as browser:
            assert (await browser.get("/console")).status_code == 200
        clock.move(hours=20)
    async with door.signed_in(cast.sector) as other, door.browser() as browser:
        token = await door.link(cast.coordinator)
        await browser.post("/sign-in", data={"token": token}, headers=SAME_ORIGIN)
        assert (await browser.get("/console")).headers["location"] == "/sign-in?left"
        assert "list says that you have left" in (await browser.get("/sign-in?left")).text
        back = {"email": "rasa@b.lt", "left_on": ""}
        await other.post(f"/console/people/{cast.coordinator}/edit", data=back, headers=SAME_ORIGIN)
        assert (await browser.get("/console")).status_code == 200


@pytest.mark.parametrize("named", ["by their number", "by their name"])
async def test_whom_a_doubtful_row_names_is_kept(
    door: Door, database: Database, cast: Cast, named: str
) -> None:
    """It may lead to somebody else, or to nobody: a file of guesses finds nobody's name or address unseen."""
    ona = PERSON.c.id == cast.learner
    rasa = update(PERSON).where(PERSON.c.id == cast.coordinator).values(email="rasa@b.lt")
    await database.write(lambda tx: tx.execute(update(PERSON).where(ona).values(number="7")))
    await database.write(lambda tx: tx.execute(rasa))
    row = "Rasa;Rasaitė;rasa@b.lt;7" if named == "by their number" else "Ona;Onaitė;other@b.lt;"
    async with door.signed_in(cast.coordinator) as browser:
        file = f"Vardas;Pavardė;El. paštas;Tabelio Nr.\n{row}\n".encode()
        page = await bring(browser, file, place=str(cast.library))
    assert totals(page)["doubt"] == 1
    [(after,)] = await rows(database, AUDIT.c.after, where=AUDIT.c.what == "list.seen")
    kept = json.loads(after)
    expected = 2 if named == "by their number" else 1
    assert (kept["list"], kept["count"]) == ("roster", expected)


async def test_whom_an_undone_roster_left_is_kept(
    door: Door, database: Database, cast: Cast, clock: Clock
) -> None:
    ona = PERSON.c.id == cast.learner
    await database.write(lambda tx: tx.execute(update(PERSON).where(ona).values(email="ona@b.lt")))
    file = "Vardas;Pavardė;El. paštas;Pareigos\nOna;Onaitė;ona@b.lt;vedėja\n".encode()
    async with door.signed_in(cast.coordinator) as browser:
        done = await press(browser, await bring(browser, file, place=str(cast.library)))
        await database.write(lambda tx: tx.execute(update(PERSON).where(ona).values(job="gidė")))
        clock.move(minutes=16)  # another look
        before = len(await looks(database))
        back = f"{done.url.path}/undo"
        page = await browser.post(back, headers=SAME_ORIGIN, follow_redirects=True)
    assert "Ona Onaitė" in page.text
    new = (await looks(database))[before:]
    assert [row[:3] for row in new] == [(cast.coordinator, cast.library, "roster")]
