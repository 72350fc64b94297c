"""Somebody said that they do not work at an organisation which says so: what it sees, gives and may do from then on."""

from datetime import datetime
from functools import partial

import pytest

from actions import edit_person
from actions.edit_person import Unfit
from actions.import_roster import preview
from domain.organisation import Scope
from domain.roster import Said
from storage import listing, progress
from storage.database import Connection, Database
from storage.employments import EMPLOYMENT
from storage.listing import Part
from storage.outbox import OUTBOX
from tests.actions.land import look, make
from tests.actions.talk import Talk
from tests.actions.test_employ import Two, name_her, number, own_domain, planted, scope, sheet
from tests.storage.samples import MONDAY, rows


async def refused(database: Database) -> Two:
    """She joined at once, as the address is at the museum's own domain, and said no."""
    two = await database.write(planted)
    await database.write(partial(own_domain, place=two.land.other))
    await database.within(two.there).write(partial(name_her, two=two))
    await look(database)
    await Talk(database, "nurse").says(f"/worksnot {await number(database)}")
    return two


async def holds(database: Database) -> list[bool]:
    return [each is not None for (each,) in await rows(database, EMPLOYMENT.c.agreed_at)]


async def test_a_no_stands_whatever_domain_the_address_is_at(database: Database) -> None:
    two = await refused(database)
    with pytest.raises(Unfit, match="elsewhere"):
        await database.within(two.there).write(partial(name_her, two=two))
    file = sheet(Said("Slaugė", "nurse@a.example", number="7"))
    seen = await database.read(lambda tx: preview(tx, file, two.land.other, two.there, MONDAY))
    assert [each.kind for each in seen.plan.fates] == ["doubt"]
    assert await holds(database) == [False]


async def test_a_no_stands_also_for_who_has_them_at_both(database: Database) -> None:
    two = await refused(database)
    head = scope(two.here.person, two.land.library, two.land.other)
    cells = {"name": "Someone", "email": "nurse@a.example"}
    with pytest.raises(Unfit, match="elsewhere"):
        await database.write(
            partial(edit_person.add, by=head, cells=cells, place=two.land.other, now=MONDAY, asks=True)
        )
    assert await holds(database) == [False]


async def taught(database: Database) -> Two:
    """The museum alone gave her something."""
    two = await database.write(planted)
    await database.write(partial(own_domain, place=two.land.other))
    await database.within(two.there).write(partial(name_her, two=two))
    await make(database, two.land.terms(place=two.land.other))
    await look(database)
    return two


async def test_when_somebody_learned_what_one_gave_alone_is_for_that_one_to_know(database: Database) -> None:
    two = await taught(database)

    def last(tx: Connection, who: Scope) -> set[datetime | None]:
        return {each.last_at for each in progress.learners(tx, who, of=[two.nurse])}

    before = await database.read(partial(last, who=two.here))
    await Talk(database, "nurse").says("/continue")
    assert await database.read(partial(last, who=two.here)) == before
    [there] = await database.read(partial(last, who=two.there))
    assert there is not None
    assert there not in before


async def test_after_a_no_what_was_given_is_as_if_they_had_chosen_it(database: Database) -> None:
    two = await taught(database)
    land = two.land
    talk = Talk(database, "nurse")
    before = await rows(database, OUTBOX.c.id)
    await talk.says(f"/worksnot {await number(database)}")
    await talk.says("/continue")

    def learns(tx: Connection, who: Scope) -> list[int]:
        return [each.programme for each in listing.studies(tx, who, Part(most=9), person=two.nurse)]

    assert await database.read(partial(learns, who=two.here)) == [land.week]
    assert await database.read(partial(learns, who=two.there)) == []
    since = OUTBOX.c.id > max(each for (each,) in before)
    assert {place for (place,) in await rows(database, OUTBOX.c.organisation_id, where=since)} == {
        land.library
    }
