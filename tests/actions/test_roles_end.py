"""Roles end with the work that they go with, are told to the log, and are nobody's to end who could not give them."""

from datetime import timedelta
from functools import partial

import pytest

from actions import edit_person
from actions.edit_person import Unfit
from actions.import_roster import preview
from domain.rights import Grant
from domain.roster import Said
from scheduler.jobs import employ as job
from storage import employments, people, roles, sessions
from storage.audit import AUDIT
from storage.database import Connection, Database
from storage.employments import EMPLOYMENT
from tests.actions.talk import Talk
from tests.actions.test_employ import Two, name_her, number, own_domain, planted, sheet
from tests.storage.samples import MONDAY, rows

GONE = {"left_on": "2026-11-23"}


async def entrusted(database: Database) -> Two:
    """The nurse administers the library and the museum, and reads the log of the country; she is signed in."""
    two = await database.write(planted)
    await database.write(partial(own_domain, place=two.land.other))
    await database.within(two.there).write(partial(name_her, two=two))

    def give(tx: Connection) -> None:
        people.grant(tx, two.nurse, two.land.unit, "administrator")
        people.grant(tx, two.nurse, two.land.other, "administrator")
        people.grant(tx, two.nurse, two.land.country, "auditor")
        sessions.start(tx, person=two.nurse, token="s", now=MONDAY)

    await database.write(give)
    return two


async def held(database: Database, two: Two) -> list[tuple[str, int]]:
    found = await database.read(partial(roles.grants, person=two.nurse))
    return sorted((each.role, each.organisation) for each in found)


async def taken(database: Database) -> list[int]:
    return [
        place
        for _, place in await rows(
            database, AUDIT.c.number, AUDIT.c.organisation_id, where=AUDIT.c.what == "role.taken"
        )
    ]


async def test_who_goes_on_elsewhere_has_no_role_where_they_were(database: Database) -> None:
    two = await entrusted(database)
    await database.write(partial(edit_person.change, by=None, person=two.nurse, cells=GONE, now=MONDAY))
    land = two.land
    assert await held(database, two) == [("administrator", land.other), ("auditor", land.country)]
    assert await taken(database) == [land.unit]
    assert await database.read(lambda tx: sessions.alive(tx, "s", MONDAY)) is None


async def test_a_coordinator_does_not_end_the_work_of_an_administrator_there(database: Database) -> None:
    two = await entrusted(database)
    change = partial(edit_person.change, by=two.there, person=two.nurse, now=MONDAY)
    with pytest.raises(Unfit, match="role_above"):
        await database.write(partial(change, cells=GONE))
    await database.write(partial(change, cells={"job": "vedėja"}))
    file = sheet(Said("Slaugė", "nurse@a.example", left_on="2026-11-23"))
    seen = await database.read(lambda tx: preview(tx, file, two.land.other, two.there, MONDAY))
    assert [(each.kind, each.problem and each.problem.code) for each in seen.plan.fates] == [
        ("error", "role_above")
    ]
    assert len(await held(database, two)) == 3


async def test_what_they_are_elsewhere_is_no_hindrance(database: Database) -> None:
    two = await entrusted(database)
    await database.write(lambda tx: roles.take(tx, Grant(two.nurse, "administrator", two.land.other)))
    await database.write(partial(people.grant, person=two.nurse, organisation=two.land.other, role="trainer"))
    change = partial(edit_person.change, person=two.nurse, cells=GONE, now=MONDAY)
    with pytest.raises(Unfit, match="role_above"):  # a coordinator gives no roles
        await database.write(partial(change, by=two.there))
    await database.write(lambda tx: roles.take(tx, Grant(two.nurse, "trainer", two.land.other)))
    await database.write(partial(change, by=two.there))
    assert await held(database, two) == [("administrator", two.land.unit), ("auditor", two.land.country)]


async def test_who_says_no_has_no_role_there_and_the_log_knows(database: Database) -> None:
    two = await entrusted(database)
    await Talk(database, "nurse").says(f"/worksnot {await number(database)}")
    assert await held(database, two) == [("administrator", two.land.unit), ("auditor", two.land.country)]
    assert await taken(database) == [two.land.other]
    assert await database.read(lambda tx: sessions.alive(tx, "s", MONDAY)) is None
    assert [agreed for (agreed,) in await rows(database, EMPLOYMENT.c.agreed_at)] == [None]


async def test_who_never_worked_there_keeps_the_role_that_they_have_there(database: Database) -> None:
    """It was given without any work, and goes with none: else naming somebody could end it."""
    two = await database.write(planted)
    await database.write(
        partial(people.grant, person=two.nurse, organisation=two.land.other, role="administrator")
    )
    await database.within(two.there).write(partial(name_her, two=two))
    await Talk(database, "nurse").says(f"/worksnot {await number(database)}")
    assert await held(database, two) == [("administrator", two.land.other)]
    assert await taken(database) == []


async def test_who_leaves_a_further_work_later_has_its_roles_until_then(database: Database) -> None:
    two = await entrusted(database)
    leave = partial(employments.change, where=two.land.other, words={"left_on": "2026-11-25"})
    await database.write(partial(leave, employment=await number(database)))
    before = await held(database, two)
    assert ("administrator", two.land.other) in before
    for days in (0, 1):
        await job.JOB.run(database, MONDAY + timedelta(days=days))
        assert await held(database, two) == before
    for days in (2, 3):
        await job.JOB.run(database, MONDAY + timedelta(days=days))
        assert await held(database, two) == [("administrator", two.land.unit), ("auditor", two.land.country)]
    assert await taken(database) == [two.land.other]
    assert await database.read(lambda tx: sessions.alive(tx, "s", MONDAY)) is None
