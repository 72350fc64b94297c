"""The chat tells people of a new employment, or asks them: when it can, whom it can, and what it answers."""

from datetime import timedelta
from functools import partial

from actions import edit_person
from scheduler.jobs import employ as job
from storage import employments
from storage.addresses import ADDRESS
from storage.database import Connection, Database
from storage.employments import EMPLOYMENT
from storage.people import PERSON
from tests.actions.talk import Talk
from tests.actions.test_employ import Two, name_her, number, own_domain, planted, told
from tests.storage.samples import MONDAY, rows

NIGHT = MONDAY + timedelta(hours=13)
LEFT = {"left_on": "2026-11-20"}


async def named(database: Database, *, own: bool) -> Two:
    two = await database.write(planted)
    if own:
        await database.write(partial(own_domain, place=two.land.other))
    await database.within(two.there).write(partial(name_her, two=two))
    return two


async def home(database: Database, two: Two) -> tuple[int, str]:
    [found] = await rows(database, PERSON.c.organisation_id, PERSON.c.left_on, where=PERSON.c.id == two.nurse)
    return found[0], found[1]


async def test_who_has_left_the_one_is_asked_about_the_other_and_goes_on_there(database: Database) -> None:
    two = await database.write(planted)
    await database.write(partial(edit_person.change, by=None, person=two.nurse, cells=LEFT, now=MONDAY))
    await database.within(two.there).write(partial(name_her, two=two))
    await job.JOB.run(database, MONDAY)
    assert len(await told(database)) == 1
    assert await Talk(database, "nurse").says(f"/works {await number(database)}") == ["employment.agreed"]
    assert await home(database, two) == (two.land.other, "")


async def test_what_the_chat_answers_is_what_has_happened(database: Database) -> None:
    two = await named(database, own=True)
    nurse, button = Talk(database, "nurse"), await number(database)
    assert await Talk(database, "chief").says(f"/worksnot {button}") == ["employment.over"]
    assert await nurse.says(f"/worksnot {button}") == ["employment.declined"]
    assert await nurse.says(f"/works {button}") == ["employment.agreed"]
    await database.write(partial(edit_person.change, by=None, person=two.nurse, cells=LEFT, now=MONDAY))
    assert await nurse.says(f"/worksnot {button}") == ["employment.over"]
    assert await home(database, two) == (two.land.other, "")


async def test_an_old_button_is_about_nothing_else(database: Database) -> None:
    two = await named(database, own=False)
    first = await number(database)
    await database.write(partial(employments.remove, employment=first))
    await database.within(two.there).write(partial(name_her, two=two))
    assert await number(database) != first


async def test_nobody_is_looked_at_who_cannot_be_told_now(database: Database) -> None:
    two = await named(database, own=False)

    async def anybody(hours: int = 0) -> bool:
        return await database.read(lambda tx: employments.any_untold(tx, NIGHT + timedelta(hours=hours)))

    def set_reachable(tx: Connection, *, on: bool) -> None:
        theirs = ADDRESS.c.person_id == two.nurse
        tx.execute(ADDRESS.update().where(theirs).values(reachable=on))

    assert await anybody()
    await job.JOB.run(database, NIGHT)
    assert (await told(database), await anybody(), await anybody(12)) == ([], False, True)
    await database.write(partial(set_reachable, on=False))
    assert not await anybody(12)
    await database.write(partial(set_reachable, on=True))
    await Talk(database, "nurse").says(f"/worksnot {await number(database)}")
    assert not await anybody(12)
    [[tell_at]] = await rows(database, EMPLOYMENT.c.tell_at)
    assert tell_at is None
