"""The page on which an organisation is closed: one administrator asks, another one confirms, and it is over."""

import re
from functools import partial

import httpx
import pytest

from domain.rights import Grant
from storage import organisations, people, roles, sharing
from storage.audit import AUDIT
from storage.database import Connection, Database
from tests.console.conftest import SAME_ORIGIN, Door
from tests.console.town import MONDAY, Cast, Clock
from tests.storage.samples import rows

HERE = "/console/organisations"
NAMED = {"name": "museum "}


@pytest.fixture
async def two(database: Database, cast: Cast) -> Cast:
    """Kari administers the museum, and so does Rasa of the library; who writes at both is at home in the museum."""

    def grant(tx: Connection) -> None:
        people.grant(tx, cast.coordinator_elsewhere, cast.museum, "administrator")
        people.grant(tx, cast.coordinator, cast.museum, "administrator")

    await database.write(grant)
    return cast


async def free(database: Database, cast: Cast) -> None:
    """The author writes in the museum alone."""
    await database.write(partial(roles.take, grant=Grant(cast.author, "author", cast.library)))


async def send(browser: httpx.AsyncClient, place: int, deed: str = "", **form: str) -> httpx.Response:
    return await browser.post(f"{HERE}/{place}/close{deed}", data=form or NAMED, headers=SAME_ORIGIN)


def shown(page: str, which: str) -> str:
    """The words of the row with this id."""
    inside = re.search(rf'id="{which}"[^>]*>.*?<dd>(.*?)</dd>', page, re.DOTALL)
    assert inside
    return " ".join(re.sub("<[^>]+>", " ", inside[1]).split())


async def test_one_asks_another_confirms_and_it_is_closed(door: Door, database: Database, two: Cast) -> None:
    await free(database, two)
    async with door.signed_in(two.coordinator_elsewhere) as kari, door.signed_in(two.coordinator) as rasa:
        place = f"{HERE}/{two.museum}"
        assert f'href="{place}/close"' in (await kari.get(place)).text
        page = (await kari.get(f"{place}/close")).text
        assert [shown(page, f"count-{each}").split()[0] for each in ("only", "stay", "further", "roles")] == [
            *("3", "0", "0", "4"),
        ]
        assert 'id="asked"' not in (await rasa.get(f"{place}/close")).text
        wrong = await send(kari, two.museum, name="Library")
        assert (wrong.status_code, 'id="wrong"' in wrong.text) == (422, True)
        done = await send(kari, two.museum)
        assert (done.status_code, done.headers["location"]) == (303, f"{place}/close")
        assert 'id="confirm"' not in (await kari.get(f"{place}/close")).text
        refused = await send(kari, two.museum, "/confirm")
        assert (refused.status_code, "another administrator has to confirm" in refused.text) == (422, True)
        assert f'id="closing-{two.museum}"' in (await rasa.get(HERE)).text
        page = (await rasa.get(f"{place}/close")).text
        assert ("Kari Nordmann asked for this" in page, 'id="confirm"' in page) == (True, True)
        wrong = await send(rasa, two.museum, "/confirm", name="x")
        assert (wrong.status_code, 'id="wrong"' in wrong.text) == (422, True)
        over = await send(rasa, two.museum, "/confirm")
        assert (over.status_code, "It is closed" in over.text) == (200, True)
        gone = [await kari.get("/console"), await rasa.get("/console")]
        assert [each.headers["location"] for each in gone] == ["/sign-in?ended", "/sign-in?ended"]
    assert await database.read(organisations.closed) == {two.museum}
    told = await rows(database, AUDIT.c.number, AUDIT.c.what, AUDIT.c.person_id)
    told = [row[1:] for row in told if str(row[1]).startswith("organisation.")]
    assert told == [
        ("organisation.closing", two.coordinator_elsewhere),
        ("organisation.closed", two.coordinator),
    ]


async def test_it_is_said_which_programmes_are_its_own_and_who_uses_them(
    door: Door, database: Database, two: Cast
) -> None:
    def own(tx: Connection) -> None:
        sharing.put(tx, programme=two.safe[0], owner=two.museum, reach="everybody")
        sharing.adopt(tx, two.safe[0], two.library, MONDAY)

    await database.write(own)
    async with door.signed_in(two.coordinator_elsewhere) as kari:
        page = (await kari.get(f"{HERE}/{two.museum}/close")).text
    assert shown(page, "programmes").startswith(
        "safe &lt;en&gt; (in the lists of others: 1) What is offered to everybody"
    )


async def test_nobody_is_told_of_what_somebody_asked_who_manages_it_no_more(
    door: Door, database: Database, two: Cast
) -> None:
    await free(database, two)
    waits, mine = f'id="closing-{two.museum}"', "/console/account/data"
    async with (
        door.signed_in(two.coordinator_elsewhere) as kari,
        door.signed_in(two.coordinator) as rasa,
        door.signed_in(two.elsewhere) as learner,
    ):
        learner.cookies.set("zinute_language", "lt")
        await send(kari, two.museum)
        assert waits in (await rasa.get(HERE)).text
        assert "Prašoma uždaryti: Museum" in (await learner.get(mine)).text
        role = Grant(two.coordinator_elsewhere, "administrator", two.museum)
        await database.write(partial(roles.take, grant=role))
        assert waits not in (await rasa.get(HERE)).text
        assert "Prašoma uždaryti" not in (await learner.get(mine)).text


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("lt", "Pavadinimas nesutampa. Įrašykite jį taip, kaip parašyta aukščiau."),
        ("pl", "Nazwa się nie zgadza. Wpisz ją tak, jak powyżej."),
        ("nb", "Navnet er ikke det samme. Skriv det slik det står ovenfor."),
        ("en", "The name is not the same. Type it as it is written above."),
    ],
)
async def test_a_name_that_is_not_the_same_is_that_of_an_organisation(
    door: Door, database: Database, two: Cast, language: str, said: str
) -> None:
    """A person's is another word in some languages."""
    await free(database, two)
    async with door.signed_in(two.coordinator_elsewhere) as kari:
        kari.cookies.set("zinute_language", language)
        assert said in (await send(kari, two.museum, name="Library")).text


async def test_whoever_manages_above_still_sees_that_it_was_and_nothing_to_do(
    door: Door, database: Database, two: Cast
) -> None:
    await free(database, two)
    top = await database.write(
        lambda tx: people.add(
            tx, organisation=two.library, name="Viskas", email="v@example.org", language="en"
        )
    )
    await database.write(partial(people.grant, person=top, organisation=two.library, role="platform"))
    async with door.signed_in(two.coordinator_elsewhere) as kari, door.signed_in(top) as all_of_it:
        await send(kari, two.museum)
        assert (await send(all_of_it, two.museum, "/confirm")).status_code == 200
        page = await all_of_it.get(f"{HERE}/{two.museum}")
        assert (page.status_code, 'id="closed"' in page.text, 'id="edit"' in page.text) == (200, True, False)
        assert f"place-{two.museum}" not in (await all_of_it.get(HERE)).text
        for each in ("close", "edit"):
            assert (await all_of_it.get(f"{HERE}/{two.museum}/{each}")).status_code == 404
        log = (await all_of_it.get("/console/audit")).text
        assert "The organisation was closed, confirmed by a second person" in log


async def test_who_asked_or_could_confirm_says_that_it_is_not_to_be(
    door: Door, database: Database, two: Cast
) -> None:
    await free(database, two)
    async with door.signed_in(two.coordinator_elsewhere) as kari, door.signed_in(two.coordinator) as rasa:
        for browser in (kari, rasa):
            await send(kari, two.museum)
            assert (await send(browser, two.museum, "/withdraw")).status_code == 303
            nothing = await send(rasa, two.museum, "/confirm")
            assert (nothing.status_code, "Nobody asks for it any more" in nothing.text) == (422, True)
    assert await database.read(organisations.closed) == frozenset()


async def test_what_is_in_the_way_is_said_with_no_form(door: Door, database: Database, two: Cast) -> None:
    """The author has a role in the library; then nobody else administers the museum."""
    async with door.signed_in(two.coordinator_elsewhere) as kari:
        page = (await kari.get(f"{HERE}/{two.museum}/close")).text
        assert ("role elsewhere: Ada Autorė" in page, 'id="ask"' in page) == (True, False)
        refused = await send(kari, two.museum)
        assert (refused.status_code, "role elsewhere: Ada Autorė" in refused.text) == (422, True)
        await free(database, two)
        await database.write(partial(roles.take, grant=Grant(two.coordinator, "administrator", two.museum)))
        page = (await kari.get(f"{HERE}/{two.museum}/close")).text
        assert ("There is no other administrator who could confirm it" in page, 'id="ask"' in page) == (
            True,
            False,
        )
        assert 'id="to-roles" href="/console/rights"' in page


async def test_it_asks_for_a_proof_that_is_not_old(
    door: Door, database: Database, two: Cast, clock: Clock
) -> None:
    await free(database, two)
    async with door.signed_in(two.coordinator_elsewhere) as kari:
        for _ in range(2):
            clock.move(minutes=16)
            assert (await kari.get(HERE)).status_code == 200
        place = f"{HERE}/{two.museum}/close"
        sent = [await send(kari, two.museum, deed) for deed in ("", "/confirm", "/withdraw")]
        for answer in (await kari.get(place), *sent):
            assert (answer.status_code, answer.headers["location"]) == (303, f"/console/proof?next={place}")
