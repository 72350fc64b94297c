"""One's own data in the console: seen, copied, changed, asked to be corrected, erased, by whoever is signed in."""

import json
from datetime import UTC, datetime, time
from functools import partial

import httpx
import pytest
from starlette.applications import Starlette

from actions import correct, employ, my_data
from console.app import create
from domain.correction import Wish
from domain.language import LANGUAGES
from domain.rights import Role
from domain.texts import Texts
from domain.tree import Own
from storage import closings, corrections, erasures, organisations, people, studies
from storage.audit import AUDIT
from storage.database import Connection, Database
from storage.outbox import OUTBOX
from storage.sessions import SESSION
from tests.console.conftest import SAME_ORIGIN, Door, by_two_factors
from tests.console.keys import entrance
from tests.console.papers import Maker
from tests.console.test_live import TOO_SMALL, TOO_WIDE, base, complaints_of, enter
from tests.console.town import MONDAY, Cast, Clock
from tests.storage.samples import rows
from tests.tools.screens import Screens

__all__ = ["base"]
HERE = "/console/account/data"
DEEDS = (AUDIT.c.what, AUDIT.c.person_id, AUDIT.c.about_id, AUDIT.c.organisation_id, AUDIT.c.after)


@pytest.fixture
def app(database: Database, texts: Texts, clock: Clock) -> Starlette:
    return create(database, texts, clock, documents=Maker(), entrance=entrance())


async def says(browser: httpx.AsyncClient, place: str, /, **sent: str) -> httpx.Response:
    """What the page answers to a form."""
    return await browser.post(f"{HERE}{place}", data=sent, headers=SAME_ORIGIN)


async def wait(clock: Clock, *browsers: httpx.AsyncClient) -> None:
    """Half an hour goes by, in which something is looked at."""
    for _ in range(2):
        clock.move(minutes=16)
        for each in browsers:
            await each.get(HERE)


@pytest.mark.parametrize("who", ["learner", "coordinator", "author", "invited"])
async def test_whoever_is_signed_in_sees_what_is_kept_of_them(door: Door, cast: Cast, who: str) -> None:
    """A learner with a chat, a coordinator and an author without one, and somebody who has not joined."""
    async with door.signed_in(getattr(cast, who)) as browser:
        page = await browser.get(HERE, headers={"Accept-Language": "en"})
        account = await browser.get("/console/account")
    assert page.status_code == 200
    name = {"learner": "Ona", "coordinator": "Rasa", "author": "Ada", "invited": "Jonas"}[who]
    assert f"<li>{name}" in page.text
    assert "sign_in_link" not in page.text  # no table is called by its name
    assert f'id="my-data" href="{HERE}"' in account.text
    assert ('id="pause"' in page.text) == (who == "learner")


async def test_a_copy_of_both_kinds_asks_for_a_fresh_proof_and_has_everything_of_two_organisations(
    door: Door, database: Database, cast: Cast, clock: Clock
) -> None:
    named = employ.Named(cast.learner, cast.museum, {"job": "guide"})
    await database.write(lambda tx: employ.join(tx, named, MONDAY, by=None, why="sure"))
    async with door.signed_in(cast.learner) as browser:
        copy = json.loads((await browser.get(f"{HERE}/copy.json")).text)
        paper = await browser.get(f"{HERE}/copy.pdf")
        odd = await browser.get(f"{HERE}/copy.exe")
        await wait(clock, browser)
        later = await browser.get(f"{HERE}/copy.json")
    assert copy == json.loads(
        await database.read(partial(my_data.as_json, person=cast.learner, now=MONDAY))
    ) | {"tables": copy["tables"]}
    assert copy["everything"]
    assert [each["name"] for each in copy["organisations"]] == ["Library", "Museum"]
    assert copy["tables"]["employment"][0]["job"] == "guide"
    assert (paper.text[:20], odd.status_code) == ("%PDF-1.7 Ona Onaitė ", 404)
    assert (later.status_code, later.headers["location"]) == (
        303,
        "/console/proof?next=/console/account/data/copy.json",
    )
    given = [row for row in await rows(database, *DEEDS) if row[0] == "copy.given"]
    about = ("copy.given", cast.learner, cast.learner, cast.library)
    assert given == [(*about, '{"kind":"json"}'), (*about, '{"kind":"pdf"}')]


async def test_the_learning_messages_stop_and_come_again(door: Door, database: Database, cast: Cast) -> None:
    def states(tx: Connection) -> list[tuple[str, datetime | None]]:
        return [(each.state, each.due_at) for each in studies.of_person(tx, cast.learner)]

    before = await database.read(states)
    async with door.signed_in(cast.learner) as browser:
        paused = await says(browser, "/learning", deed="pause")
        assert paused.headers["location"] == f"{HERE}?done=paused"
        assert await database.read(states) == [("paused", None)]
        assert 'id="resume"' in (await browser.get(HERE)).text
        await says(browser, "/learning", deed="pause")
        await says(browser, "/learning", deed="odd")
        resumed = await says(browser, "/learning", deed="resume")
    assert resumed.headers["location"] == f"{HERE}?done=resumed"
    [(state, due)] = await database.read(states)
    assert (state, due is not None, before[0][0]) == ("active", True, "active")
    assert await rows(database, OUTBOX.c.id) == []  # nothing is said in the chat of it


async def test_language_and_hour_hold_at_once(door: Door, database: Database, cast: Cast) -> None:
    async with door.signed_in(cast.learner) as browser:
        set_ = await says(browser, "/rhythm", language="pl", hour="14:05")
        assert set_.headers["location"] == f"{HERE}?done=rhythm"
        wrong = await says(browser, "/rhythm", language="pl", hour="25:00")
        odd = await says(browser, "/rhythm", language="xx", hour="14:05")
    assert (wrong.status_code, odd.status_code) == (422, 303)
    person = await database.read(partial(people.get, person=cast.learner))
    assert (person.language, person.hour) == ("pl", time(14, 5))
    [study] = await database.read(partial(studies.of_person, person=cast.learner))
    assert study.due_at == datetime(2026, 11, 24, 12, 5, tzinfo=UTC)


async def test_what_is_asked_for_waits_and_three_wait_at_most(
    door: Door, database: Database, cast: Cast
) -> None:
    named = employ.Named(cast.learner, cast.museum, {"job": "guide"})
    await database.write(lambda tx: employ.join(tx, named, MONDAY, by=None, why="sure"))
    async with door.signed_in(cast.learner) as browser:
        asked = [
            (await says(browser, "/correct", **wish)).headers["location"].rpartition("=")[2]
            for wish in (
                {"what": "name", "words": "Ona Onienė"},
                {"what": "name", "words": "  Ona   Petraitė "},
                {"what": "name", "words": "Ona Onaitė"},
                {"what": "email", "words": "ona@example.org"},
                {"what": "job", "words": "librarian", "work": "1"},
                {"what": "job", "words": "head of guides", "work": "2"},
            )
        ]
        page = (await browser.get(HERE)).text
        wrong = [
            await says(browser, "/correct", **wish)
            for wish in (
                {"what": "email", "words": "onà@example.org"},
                {"what": "job", "words": "x", "work": "7"},
                {"what": "odd", "words": " "},
            )
        ]
    assert asked == ["asked", "asked", "same", "asked", "asked", "many"]
    assert ("Ona Petraitė" in page, "Ona Onienė" in page, "librarian" in page) == (True, False, True)
    assert [each.status_code for each in wrong] == [422, 422, 422]
    assert "onà@example.org" in wrong[0].text
    assert "Parašykite, kaip turi būti." in wrong[2].text
    kept = await database.read(partial(corrections.of_person, person=cast.learner))
    assert [(each.what, each.words, each.employment) for each in kept] == [
        ("name", "Ona Petraitė", None),
        ("email", "ona@example.org", None),
        ("job", "librarian", None),
    ]


async def test_somebody_who_asks_all_the_time_is_not_heard_before_tomorrow(
    database: Database, cast: Cast
) -> None:
    async def ask(number: int) -> str:
        wish = Wish("name", f"Ona {'I' * number}")
        return (await database.write(partial(correct.ask, person=cast.learner, wish=wish, now=MONDAY))).became

    assert [await ask(number) for number in range(1, 12)] == ["asked"] * 10 + ["many"]


async def test_an_erasure_takes_the_name_and_a_fresh_proof_and_ends_every_session(
    door: Door, database: Database, cast: Cast, clock: Clock
) -> None:
    async with door.signed_in(cast.learner) as elsewhere, door.signed_in(cast.learner) as browser:
        await wait(clock, browser, elsewhere)
        stale = [await browser.get(f"{HERE}/erase"), await says(browser, "/erase", name="Ona Onaitė")]
        assert {each.headers["location"] for each in stale} == {f"/console/proof?next={HERE}/erase"}
        await database.write(partial(prove, person=cast.learner, now=clock()))
        assert "Ona Onaitė" in (await browser.get(f"{HERE}/erase")).text
        assert (await says(browser, "/erase", name="Ona")).status_code == 422
        assert not await database.read(partial(erasures.asked, person=cast.learner))
        done = await says(browser, "/erase", name="ona  ONAITĖ")
        assert done.status_code == 200
        for each in (browser, elsewhere):
            assert (await each.get(HERE)).headers["location"].startswith("/sign-in")
    assert await rows(database, SESSION.c.person_id) == []
    due = clock() + erasures.A_MOMENT
    assert await database.read(partial(erasures.due, most=9, now=due)) == [cast.learner]
    assert ("erasure.asked", cast.learner, cast.learner, cast.library, "{}") in await rows(database, *DEEDS)


def prove(tx: Connection, person: int, now: datetime) -> None:
    tx.execute(SESSION.update().where(SESSION.c.person_id == person).values(proven_at=now, seen_at=now))


@pytest.mark.parametrize(
    ("role", "others", "told"),
    [
        ("administrator", (), True),
        ("administrator", ("administrator",), False),
        ("administrator", ("coordinator",), True),
        ("coordinator", (), False),
    ],
)
async def test_the_last_who_manages_a_place_is_told_so_and_may_go(
    *, door: Door, database: Database, cast: Cast, role: Role, others: tuple[Role, ...], told: bool
) -> None:
    def give(tx: Connection) -> None:
        people.grant(tx, cast.learner, cast.library, role)
        for each in others:
            people.grant(tx, cast.invited, cast.library, each)

    await database.write(give)
    async with door.signed_in(cast.learner) as browser:
        await database.write(partial(by_two_factors, person=cast.learner))
        page = await browser.get(f"{HERE}/erase", headers={"Accept-Language": "lt"})
        assert ("Daugiau niekas netvarko: Library" in page.text) == told
        assert (await says(browser, "/erase", name="Ona Onaitė")).status_code == 200


@pytest.mark.parametrize(("others", "told"), [((), True), (("administrator",), True), (("platform",), False)])
async def test_the_last_platform_administrator_is_told_so_and_may_go(
    door: Door, database: Database, cast: Cast, others: tuple[Role, ...], told: bool
) -> None:
    """Also where somebody else manages the place at which that role stands."""

    def give(tx: Connection) -> None:
        people.grant(tx, cast.learner, cast.library, "platform")
        for each in others:
            people.grant(tx, cast.invited, cast.library, each)

    await database.write(give)
    async with door.signed_in(cast.learner) as browser:
        page = (await browser.get(f"{HERE}/erase", headers={"Accept-Language": "lt"})).text
        assert ("Kito platformos administratoriaus nėra" in page) == told
        assert "Daugiau niekas netvarko" not in page
        assert (await says(browser, "/erase", name="Ona Onaitė")).status_code == 200


async def test_whoever_works_where_it_is_to_be_closed_is_told_to_take_a_copy(
    door: Door, database: Database, cast: Cast, clock: Clock
) -> None:
    unit = partial(organisations.add_place, name="Reading room", own=Own(), level="unit", above=cast.museum)
    room = await database.write(unit)
    named = employ.Named(cast.learner, room, {"job": "guide"})
    await database.write(lambda tx: employ.join(tx, named, MONDAY, by=None, why="sure"))
    await database.write(
        partial(people.grant, person=cast.author, organisation=cast.library, role="platform")
    )
    async with door.signed_in(cast.learner) as browser:
        for place, told in ((room, "Reading room"), (cast.museum, "Museum"), (cast.library, "Library")):
            assert f"Prašoma uždaryti: {told}" not in (await browser.get(HERE)).text
            await database.write(partial(closings.ask, place=place, by=cast.author, now=clock()))
            assert f"Prašoma uždaryti: {told}" in (await browser.get(HERE)).text
        clock.move(hours=24 * 7)
    async with door.signed_in(cast.learner) as browser:
        assert "Prašoma uždaryti" not in (await browser.get(HERE)).text


async def test_on_the_page_of_people_one_is_led_to_ones_own(
    coordinator: httpx.AsyncClient, database: Database, cast: Cast
) -> None:
    await database.write(
        partial(people.grant, person=cast.coordinator, organisation=cast.library, role="administrator")
    )
    await database.write(partial(by_two_factors, person=cast.coordinator))
    mine = f"/console/people/{cast.coordinator}/erase"
    name = {"name": "Rasa Rasaitė"}
    for answer in (await coordinator.get(mine), await coordinator.post(mine, data=name, headers=SAME_ORIGIN)):
        assert answer.headers["location"] == f"{HERE}/erase"
    assert not await database.read(partial(erasures.asked, person=cast.coordinator))


async def test_who_must_have_a_second_factor_shows_it_first(
    door: Door, database: Database, cast: Cast
) -> None:
    async with door.signed_in(cast.learner) as browser:
        await database.write(
            partial(people.grant, person=cast.learner, organisation=cast.library, role="administrator")
        )
        for place in ("", "/copy.json", "/erase"):
            answer = await browser.get(f"{HERE}{place}")
            assert answer.headers["location"] == "/console/account/second"


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_pages_are_good_on_a_phone_and_for_everybody(
    *, door: Door, cast: Cast, base: str, browser_page: Screens, axe: str, database: Database, language: str
) -> None:
    """Nothing wider than 320 px, targets of 44 px on touch; no complaint of axe-core, light and dark."""
    person = cast.coordinator
    named = employ.Named(person, cast.museum, {"job": "guide"})
    await database.write(lambda tx: employ.join(tx, named, MONDAY, by=None, why="sure"))
    wishes = (
        Wish("email", f"{'rasa.' * 8}rasaite@biblioteka.gluosniai.example"),
        Wish("job", "head of guides", 2),
    )
    for wish in wishes:
        await database.write(partial(correct.ask, person=person, wish=wish, now=MONDAY))
    page = await browser_page("phone")
    await enter(page, door, base, person)
    await page.context.add_cookies([{"name": "zinute_language", "value": language, "url": base}])
    found = list[tuple[str, str, object]]()
    for place in (HERE, f"{HERE}/erase", "/console/people/corrections", "/console"):
        await page.goto(f"{base}{place}")
        await page.evaluate(
            "document.querySelectorAll('details:not(.menu)').forEach((each) => { each.open = true })"
        )
        for width, height in ((1280, 800), (390, 844), (320, 640)):
            await page.set_viewport_size({"width": width, "height": height})
            wide = await page.evaluate(TOO_WIDE.replace("320", str(width)))
            found += [(place, str(width), each) for each in wide]
        found += [(place, "44", small) for small in await page.evaluate(TOO_SMALL)]
        if language == "lt":
            await page.set_viewport_size({"width": 1280, "height": 800})
            found += [(place, *said) for said in await complaints_of(axe, page)]
    assert found == []
