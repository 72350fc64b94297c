"""Somebody of another organisation, added by hand: they join, are asked, or have said no; and what is then changed."""

from functools import partial

import httpx
import pytest

from actions import employ, enlist
from storage.database import Connection, Database
from storage.employments import EMPLOYMENT
from storage.people import PERSON
from tests.console.conftest import SAME_ORIGIN
from tests.console.test_learners import words
from tests.console.test_roster import told
from tests.console.town import MONDAY, Cast
from tests.storage.samples import rows

NEW = "/console/people/new"


@pytest.fixture
def named(cast: Cast) -> dict[str, str]:
    """What a coordinator of the library writes of whom the museum has."""
    email = f"per.hansen.{cast.museum}@example.org"
    return {"name": "Someone", "email": email, "job": "gidas", "number": "7", "place": str(cast.library)}


async def own_domain(database: Database, cast: Cast) -> None:
    await database.write(lambda tx: enlist.set_here(tx, cast.library, {"domains": ("example.org",)}, MONDAY))


async def test_whose_address_is_the_own_joins_and_only_their_work_here_is_changed(
    coordinator: httpx.AsyncClient, database: Database, cast: Cast, named: dict[str, str]
) -> None:
    await own_domain(database, cast)
    before = await rows(database, *PERSON.c, where=PERSON.c.id == cast.elsewhere)
    added = await coordinator.post(NEW, data=named, headers=SAME_ORIGIN)
    place = f"/console/people/{cast.elsewhere}"
    assert (added.status_code, added.headers["location"]) == (303, place)
    twice = await coordinator.post(NEW, data=named, headers=SAME_ORIGIN)
    assert (twice.status_code, "has the address" in told(twice)) == (422, True)
    form = await coordinator.get(f"{place}/edit")
    assert "At the other organisation it goes on." in form.text, "whoever leaves here learns on there"
    assert "This person works at another organisation too" in words(form.text)
    assert ("Museum" in form.text, "leave_from" in form.text, form.text.count(" readonly")) == (
        False,
        False,
        2,
    )
    other = {**named, "language": "pl", "email": "x@b.lt", "job": "vedėjas", "leave_from": "2026-12-01"}
    saved = await coordinator.post(f"{place}/edit", data=other, headers=SAME_ORIGIN)
    assert (saved.status_code, saved.headers["location"]) == (303, place)
    assert await rows(database, *PERSON.c, where=PERSON.c.id == cast.elsewhere) == before
    said = await rows(database, EMPLOYMENT.c.organisation_id, EMPLOYMENT.c.job, EMPLOYMENT.c.number)
    assert [tuple(each) for each in said] == [(cast.library, "vedėjas", "7")]


async def test_who_is_asked_is_not_shown_and_who_said_no_is_not_asked_again(
    coordinator: httpx.AsyncClient, database: Database, cast: Cast, named: dict[str, str]
) -> None:
    for _ in range(2):
        asked = await coordinator.post(NEW, data=named, headers=SAME_ORIGIN)
        assert (asked.status_code, asked.headers["location"]) == (303, f"{NEW}?asked")
    page = words((await coordinator.get(f"{NEW}?asked")).text)
    assert "The chat asks that person whether they work at yours; they appear once they agree." in page
    for address in ("", "/edit"):
        assert (await coordinator.get(f"/console/people/{cast.elsewhere}{address}")).status_code == 404

    def say(tx: Connection, *, works: bool) -> None:
        [number] = tx.execute(EMPLOYMENT.select()).scalars()
        employ.answer(tx, cast.elsewhere, number, MONDAY, works=works)

    await database.write(partial(say, works=False))
    no = await coordinator.post(NEW, data=named, headers=SAME_ORIGIN)
    assert (no.status_code, "cannot be used here" in told(no)) == (422, True)
    await database.write(partial(say, works=True))
    assert (await coordinator.get(f"/console/people/{cast.elsewhere}")).status_code == 200
