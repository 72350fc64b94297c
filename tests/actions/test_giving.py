"""Who gave what to somebody of several organisations: each sees what it gave, and the main one the rest."""

from functools import partial
from typing import Any

from actions import edit_person, enlist
from actions.invite import invite
from domain.assigning import After, Query, Terms
from domain.organisation import Scope
from domain.tree import Own
from storage import listing
from storage.database import Connection, Database
from storage.given import GIVEN
from storage.listing import Part
from tests.actions.land import DAY, Land, enrolled, look, make
from tests.actions.test_employ import Two, planted, scope
from tests.storage.samples import MONDAY, rows


def works_at(tx: Connection, place: int) -> None:
    """An operator adds the nurse there too, as a guide."""
    cells = {"name": "nurse", "email": "nurse@a.example", "job": "gidė"}
    edit_person.add(tx, None, cells, place, now=MONDAY)


async def both(database: Database) -> Two:
    two = await database.write(planted)
    await database.write(partial(works_at, place=two.land.other))
    await look(database)
    return two


async def seen(database: Database, two: Two, who: Scope) -> set[int]:
    found = await database.read(lambda tx: listing.studies(tx, who, Part(most=9), person=two.nurse))
    return {each.programme for each in found}


def later(land: Land, place: int, **more: Any) -> Terms:
    """It waits until they have finished the week, which they never do."""
    return land.terms(place=place, programme=land.after, after=After(land.week, "finished", 1), **more)


async def test_what_one_assignment_gives_by_both_employments_is_seen_by_both(database: Database) -> None:
    two = await both(database)
    await make(database, two.land.terms())
    await look(database)
    assert (two.nurse, two.land.week) in await enrolled(database)
    assert await seen(database, two, two.here) == await seen(database, two, two.there) == {two.land.week}


async def test_what_still_waits_for_the_main_organisation_is_seen_by_it(database: Database) -> None:
    two = await both(database)
    land = two.land
    await make(database, later(land, land.library))
    await look(database)
    await make(database, land.terms(place=land.other, programme=land.after))
    await look(database, MONDAY + DAY)
    assert await seen(database, two, two.here) == await seen(database, two, two.there) == {land.after}


async def test_whom_the_main_organisation_invited_is_seen_by_it_before_and_after(database: Database) -> None:
    two = await both(database)
    land = two.land
    invited = partial(invite, person=two.nurse, now=MONDAY)
    await database.write(lambda tx: invited(tx, programme=land.week, code="1" * 32))
    for programme in (land.week, land.after):
        await make(database, land.terms(place=land.other, programme=programme))
    await look(database)
    await look(database, MONDAY + DAY)
    assert await seen(database, two, two.here) == {land.week}
    await database.write(lambda tx: invited(tx, programme=land.after, code="2" * 32))
    assert (
        await seen(database, two, two.here) == await seen(database, two, two.there) == {land.week, land.after}
    )


async def test_who_is_no_guide_any_more_is_still_given_what_all_are_given(database: Database) -> None:
    two = await both(database)
    land = two.land
    await make(database, later(land, land.other, query=Query(job="gidė")))
    await make(database, later(land, land.other))
    await look(database)
    change = partial(edit_person.change, by=two.there, person=two.nurse, now=MONDAY)
    await database.write(partial(change, cells={"job": "vedėja"}))
    await look(database)
    assert await rows(database, GIVEN.c.programme_id, GIVEN.c.alone) == [(land.after, True)]
    await database.write(partial(change, cells={"left_on": "2026-11-23"}))
    await look(database)
    assert await rows(database, GIVEN.c.programme_id, GIVEN.c.alone) == []


async def test_the_new_main_organisation_sees_nothing_that_others_gave(database: Database) -> None:
    """The week is of the first and the third, the follow-up of the third alone; the second gave nothing."""
    two = await both(database)
    land = two.land
    archive = partial(enlist.add_organisation, name="Archyvas", own=Own(), above=land.country, now=MONDAY)
    third = await database.write(archive)
    await database.write(partial(works_at, place=third))
    await make(database, land.terms(place=land.library))
    for programme in (land.week, land.after):
        await make(database, land.terms(place=third, programme=programme))
    await look(database)
    await look(database, MONDAY + DAY)
    houses = (two.here, two.there, scope(two.nurse, third))
    before = [await seen(database, two, each) for each in houses]
    assert before == [{land.week}, set(), {land.week, land.after}]
    leave = {"left_on": "2026-11-23"}
    await database.within(two.here).write(
        partial(edit_person.change, by=two.here, person=two.nurse, cells=leave, now=MONDAY)
    )
    assert [await seen(database, two, each) for each in houses] == before
