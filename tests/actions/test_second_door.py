"""The link of a second organisation: who learns elsewhere already comes by it as the person they are."""

from functools import partial

import pytest
from sqlalchemy import Connection

from actions import edit_person
from actions.decide_request import let_in
from actions.employ import Named, join
from actions.join_link import change
from actions.keys import new_code
from storage import addresses, people
from storage.addresses import ADDRESS
from storage.database import Database
from storage.doorsteps import DOORSTEP
from storage.employments import EMPLOYMENT
from tests.actions.entry import begins, email_of, newest_code, scope, talk
from tests.storage.samples import MONDAY, Town, rows


async def test_who_learns_elsewhere_joins_by_a_link_that_takes_their_domain(database: Database) -> None:
    """In the chat that they have, without a code; of others' domains it takes nobody."""
    town, link = await begins(database)
    email = await email_of(database, town.kari)
    kari = talk(database, "kari")

    def come(tx: Connection) -> None:
        people.consent(tx, town.kari, MONDAY)
        addresses.bind(tx, addresses.find_or_add(tx, "web", "kari", "lt", MONDAY).id, town.kari)

    await database.write(come)
    works = partial(rows, database, EMPLOYMENT.c.person_id, EMPLOYMENT.c.organisation_id)
    await kari.says(f"/start {link}")
    assert await works() == []
    domains = (email.partition("@")[2],)
    await database.write(
        partial(change, scope=scope(town), organisation=town.here, now=MONDAY, domains=domains)
    )
    assert await kari.says(f"/start {link}") == ["employment.agreed"]
    assert [tuple(each) for each in await works()] == [(town.kari, town.here)]
    assert await kari.says(f"/start {link}") != ["employment.agreed"]
    assert len(await works()) == 1
    await leaves(database, town)
    assert await kari.says(f"/start {link}") == ["employment.agreed"]
    assert [on for (on,) in await rows(database, EMPLOYMENT.c.left_on)] == [""]


async def leaves(database: Database, town: Town) -> None:
    """Kari works no more where the link is of."""
    left = partial(edit_person.change, by=scope(town), person=town.kari, cells={"left_on": "2026-11-20"})
    await database.write(partial(left, now=MONDAY))


@pytest.mark.parametrize("was_there", [False, True])
async def test_who_proves_the_mailbox_of_somebody_elsewhere_is_let_in_as_them(
    database: Database, was_there: bool
) -> None:
    """Also who worked there before."""
    town, link = await begins(database)
    email = await email_of(database, town.kari)
    if was_there:
        named = Named(town.kari, town.here)
        await database.write(partial(join, named=named, now=MONDAY, by=None, why="sure"))
        await leaves(database, town)
    domains = (email.partition("@")[2],)
    await database.write(
        partial(change, scope=scope(town), organisation=town.here, now=MONDAY, domains=domains)
    )
    new = talk(database, "new")
    await new.says(f"/start {link}")
    await new.says(email)
    await new.says(await newest_code(database))
    assert await new.says("Kari Nordmann") == ["join.requested"]
    [[place]] = await rows(database, DOORSTEP.c.address_id)
    decide = partial(let_in, scope=scope(town), address=place, now=MONDAY, new_code=new_code)
    assert await database.within(scope(town)).write(decide) == "let_in"
    works = EMPLOYMENT.c.person_id, EMPLOYMENT.c.organisation_id, EMPLOYMENT.c.left_on
    assert [tuple(each) for each in await rows(database, *works)] == [(town.kari, town.here, "")]
    await new.says("/agree")
    assert await rows(database, ADDRESS.c.person_id, where=ADDRESS.c.key == "new") == [(town.kari,)]
