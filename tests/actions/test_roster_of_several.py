"""Rosters of who works at several organisations: each work of theirs is one for itself."""

from dataclasses import replace
from datetime import datetime
from functools import partial

import pytest

from actions import edit_person, enlist
from actions.import_roster import Choice, carry_out, preview, undo
from domain.organisation import Scope
from domain.roster import Row, Said, Sheet
from domain.tree import Own
from storage import imports, listing
from storage.audit import AUDIT
from storage.database import Connection, Database
from storage.employments import EMPLOYMENT
from storage.given import GIVEN
from storage.listing import Part
from storage.people import PERSON
from tests.actions.land import look, make
from tests.actions.talk import Talk
from tests.actions.test_employ import Two, name_her, number, planted
from tests.storage.samples import MONDAY, rows

NURSE = Said("nurse", "nurse@a.example")


def also(tx: Connection, place: int, job: str = "") -> None:
    """An operator says that the nurse works there too."""
    cells = {"name": "nurse", "email": "nurse@a.example", "job": job}
    edit_person.add(tx, None, cells, place, now=MONDAY)


async def three(database: Database) -> tuple[Two, int, Scope]:
    """The nurse of the library works at the museum and at an archive; who manages the last two."""
    two = await database.write(planted)
    add = partial(enlist.add_organisation, name="Archyvas", own=Own(), above=two.land.country, now=MONDAY)
    archive = await database.write(add)
    await database.write(partial(also, place=two.land.other, job="gidė"))
    await database.write(partial(also, place=archive, job="raštininkė"))
    head = replace(two.there, organisations=frozenset({two.land.other, archive}))
    return two, archive, head


def file(*rows_: tuple[str, Said], coordinates: bool = False) -> Sheet:
    lines = enumerate(rows_, 2)
    return Sheet((), tuple(Row(line, said, (place, ""), coordinates) for line, (place, said) in lines))


async def brought(database: Database, sheet: Sheet, scope: Scope, kinds: list[str]) -> int:
    def use(tx: Connection, now: datetime = MONDAY) -> int:
        new = imports.add(tx, by=scope.person, organisation=None, file="f", read_as="", sheet=sheet, at=now)
        assert [each.kind for each in preview(tx, sheet, None, scope, now).plan.fates] == kinds
        carry_out(tx, new, scope, Choice(None), now)
        return new

    return await database.within(scope).write(use)


async def jobs(database: Database) -> dict[int, str]:
    found = await rows(database, EMPLOYMENT.c.organisation_id, EMPLOYMENT.c.job)
    return dict(tuple(each) for each in found)


async def test_a_row_is_about_the_work_at_its_organisation(database: Database) -> None:
    two, archive, head = await three(database)
    before = {two.land.other: "gidė", archive: "raštininkė"}
    row = "Muziejus", replace(NURSE, job="vedėja")
    new = await brought(database, file(row), head, ["changed"])
    assert await jobs(database) == before | {two.land.other: "vedėja"}
    seen = await database.read(lambda tx: preview(tx, file(row), None, head, MONDAY))
    assert [each.kind for each in seen.plan.fates] == ["unchanged"]
    assert await database.within(head).write(partial(undo, number=new, scope=head, now=MONDAY)) == []
    assert await jobs(database) == before


async def test_a_file_has_a_row_for_each_work(database: Database) -> None:
    """Two of one work are in doubt."""
    two, archive, head = await three(database)
    before = {two.land.other: "gidė", archive: "raštininkė"}
    museum, office = ("Muziejus", replace(NURSE, job="vedėja")), ("Archyvas", replace(NURSE, job="archyvarė"))
    seen = await database.read(lambda tx: preview(tx, file(museum, office, museum), None, head, MONDAY))
    assert [each.kind for each in seen.plan.fates] == ["doubt", "changed", "doubt"]
    new = await brought(database, file(museum, office), head, ["changed", "changed"])
    assert await jobs(database) == {two.land.other: "vedėja", archive: "archyvarė"}
    assert await database.within(head).write(partial(undo, number=new, scope=head, now=MONDAY)) == []
    assert await jobs(database) == before


async def test_who_is_not_in_the_file_of_one_is_absent_there_alone(database: Database) -> None:
    two, archive, head = await three(database)
    both = file(("Muziejus", NURSE), ("Archyvas", Said("New", "new@b.example")))
    seen = await database.read(lambda tx: preview(tx, both, None, head, MONDAY))
    assert [(each.id, each.place) for each in seen.plan.absent if each.id == two.nurse] == [
        (two.nurse, archive)
    ]


async def test_who_has_somebody_at_one_adds_them_at_another_without_asking(database: Database) -> None:
    two = await database.write(planted)
    await database.write(partial(also, place=two.land.other))
    add = partial(enlist.add_organisation, name="Archyvas", own=Own(), above=two.land.country, now=MONDAY)
    archive = await database.write(add)
    head = replace(two.there, organisations=frozenset({two.land.other, archive}))
    await brought(database, file(("Archyvas", NURSE)), head, ["joins"])
    assert sorted(await jobs(database)) == sorted([two.land.other, archive])


async def test_who_coordinates_where_they_work_too_is_not_changed_by_the_same_file(
    database: Database,
) -> None:
    two, _, head = await three(database)
    head = replace(head, rights=frozenset({"see", "act", "manage"}))
    row = file(("Muziejus", NURSE), coordinates=True)
    await brought(database, row, head, ["changed"])
    seen = await database.read(lambda tx: preview(tx, row, None, head, MONDAY))
    assert [each.kind for each in seen.plan.fates] == ["unchanged"]
    assert (two.nurse, two.land.other) in {
        (each.id, each.place) for each in seen.known.values() if each.coordinates
    }


async def test_taking_an_import_back_forgets_no_no(database: Database) -> None:
    two = await database.write(planted)
    new = await brought(database, file(("Muziejus", NURSE)), two.there, ["asked"])
    await Talk(database, "nurse").says(f"/worksnot {await number(database)}")
    assert (
        await database.within(two.there).write(partial(undo, number=new, scope=two.there, now=MONDAY)) == []
    )
    [[declined]] = await rows(database, EMPLOYMENT.c.declined_at)
    assert declined is not None


async def test_the_log_tells_asking_from_joining(database: Database) -> None:
    two = await database.write(planted)
    await database.within(two.there).write(partial(name_her, two=two))
    await Talk(database, "nurse").says(f"/works {await number(database)}")
    words = [what for _, what in await rows(database, AUDIT.c.number, AUDIT.c.what)]
    assert [each for each in words if each in ("person.asked", "person.joined")] == [
        "person.asked",
        "person.joined",
    ]


@pytest.mark.parametrize(
    ("how", "said"),
    [(how, said) for how in ("by hand", "roster") for said in ("nothing", "no")] + [("by hand", "yes")],
)
async def test_who_moves_to_where_they_worked_besides_has_one_work_there(
    database: Database, how: str, said: str
) -> None:
    """Else they could not leave it again: the further one that it would become is there already."""
    two = await database.write(planted)
    land = two.land
    await database.within(two.there).write(partial(name_her, two=two))
    if said != "nothing":
        await Talk(database, "nurse").says(f"/works{'not' if said == 'no' else ''} {await number(database)}")
    await make(database, land.terms(place=land.other))
    await look(database)
    head = replace(two.here, organisations=frozenset({land.library, land.unit, land.other}))
    if how == "by hand":
        move = partial(edit_person.change, by=head, person=two.nurse, cells={}, place=land.other, now=MONDAY)
        await database.within(head).write(move)
    else:
        await brought(database, file(("Muziejus", NURSE)), head, ["moved"])
    assert (await rows(database, EMPLOYMENT.c.id), await rows(database, GIVEN.c.person_id)) == ([], [])
    museum = await database.read(lambda tx: listing.studies(tx, two.there, Part(most=9), person=two.nurse))
    assert {each.programme for each in museum} == ({land.week} if said == "yes" else set())
    add = partial(enlist.add_organisation, name="Archyvas", own=Own(), above=land.country, now=MONDAY)
    archive = await database.write(add)
    await database.write(partial(also, place=archive))
    leave = partial(edit_person.change, by=two.there, person=two.nurse, cells={"left_on": "2026-11-23"})
    await database.within(two.there).write(partial(leave, now=MONDAY))
    [[home]] = await rows(database, PERSON.c.organisation_id, where=PERSON.c.id == two.nurse)
    assert home == archive
