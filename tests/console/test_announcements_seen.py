"""The page of an announcement is what it says: of what changed meanwhile, what it waits for, and what it leaves out."""

import re

import httpx
from sqlalchemy import update

from actions.enlist import set_here
from storage import people
from storage.database import Connection, Database
from storage.organisations import ORGANISATION
from storage.people import ROLE
from tests.console.conftest import Door
from tests.console.test_announcements import FORM, post, second, seen, state, written
from tests.console.town import MONDAY, Cast, Town
from tests.storage.samples import rows


async def test_nobody_approves_sends_or_changes_what_they_have_not_seen(
    coordinator: httpx.AsyncClient, door: Door, cast: Cast, database: Database
) -> None:
    """Whoever has an older page is shown what is there now."""
    async with second(door, database, cast) as other:
        page = await written(coordinator, cast)
        old, new = await seen(other, page), FORM | {"text-en": "Other words"}
        await post(coordinator, f"{page}/edit", **new, place=str(cast.library))
        for address, form in ((page, {"do": "send"}), (f"{page}/edit", {**FORM, "place": str(cast.library)})):
            late = await post(other, address, **form, seen=old)
            assert (late.status_code, "changed meanwhile" in late.text) == (409, True)
            assert (await state(database), await seen(other, page)) == (
                "draft",
                await seen(coordinator, page),
            )
        assert "Other words" in (await coordinator.get(page)).text
        await post(coordinator, page, do="send", when="2026-11-23T12:00")
        old = await seen(other, page)
        await post(coordinator, page, do="undo")
        await post(coordinator, page, do="send", when="2026-11-23T13:00")
        late = await post(other, page, do="approve", seen=old)
        assert (late.status_code, "changed meanwhile" in late.text) == (409, True)
        assert await state(database) == "asked"
        await post(other, page, do="approve")
    assert await state(database) == "due"


async def test_it_says_for_what_it_still_waits(
    coordinator: httpx.AsyncClient, door: Door, cast: Cast, database: Database
) -> None:
    """Also where who announced it may not any more, and is too many's; and where nobody is needed any more."""
    async with second(door, database, cast) as other:
        page = await written(coordinator, cast)
        await post(coordinator, page, do="send")
        assert "one alone may tell 1 at most" in (await other.get(page)).text
        theirs = ROLE.delete().where(ROLE.c.person_id == cast.coordinator)
        kept = await rows(database, *ROLE.c, where=ROLE.c.person_id == cast.coordinator)
        await database.write(lambda tx: tx.execute(theirs))
        assert "may not announce things here any more" in (await other.get(page)).text
        names = [each.name for each in ROLE.c]
        back = [dict(zip(names, each, strict=True)) for each in kept]
        await database.write(lambda tx: tx.execute(ROLE.insert(), back))
        await database.write(lambda tx: set_here(tx, cast.library, {"approver_above": 0}, MONDAY))
        shown = (await other.get(page)).text
    assert "No second person is needed any more" in shown
    assert "may not announce things here any more" not in shown


async def test_places_that_are_too_many_to_name_are_counted(
    door: Door, cast: Cast, database: Database
) -> None:
    def tree(tx: Connection) -> int:
        town = Town(tx, MONDAY)
        top = town.organisation("Sector", language="en")
        for number in range(14):
            house = town.organisation(f"House {number}")
            tx.execute(update(ORGANISATION).where(ORGANISATION.c.id == house).values(above_id=top))
            for name in ("Viena", "Antra") if number else ("Viena", "Antra", "Trečia"):
                town.join(town.person(house, name))
        people.grant(tx, cast.sector, top, "coordinator")
        return top

    top = await database.write(tree)
    async with door.signed_in(cast.sector) as sector:
        page = await written(sector, cast, place=str(top))
        assert "and 2 more places: 4" in (await sector.get(page)).text


async def test_an_open_page_is_another_one_when_its_words_are(
    coordinator: httpx.AsyncClient, cast: Cast, door: Door, database: Database
) -> None:
    async with second(door, database, cast) as other:
        page, marks = await written(coordinator, cast), []
        for when in ("2026-11-23T12:00", "2026-11-23T13:00"):
            await post(coordinator, page, do="send", when=when)
            marks.append(re.findall(r'data-latest="([^"]+)"', (await other.get(page)).text))
            await post(coordinator, page, do="undo")
    assert marks[0] != marks[1]
