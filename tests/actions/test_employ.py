"""A person in two organisations: who sees what of them, what reaches them, and what becomes of it when they leave."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import select

from actions import edit_person, enlist
from actions.edit_person import Unfit
from actions.import_roster import Choice, carry_out, preview, undo
from domain.organisation import Scope
from domain.roster import Row, Said, Sheet
from scheduler.jobs import employ as job
from storage import employments, imports, listing, organisations, programmes, progress
from storage.database import Connection, Database
from storage.employments import EMPLOYMENT
from storage.enrolments import ENROLMENT
from storage.listing import Part
from storage.outbox import OUTBOX
from storage.people import PERSON
from tests.actions.land import DAY, Land, enrolled, look, make, person, settle
from tests.actions.talk import Talk
from tests.storage.samples import MONDAY, rows

SEE = frozenset[str]({"see", "act", "manage"})


@dataclass(frozen=True)
class Two:
    """A nurse of the library, and a coordinator of each organisation."""

    land: Land
    nurse: int
    here: Scope
    there: Scope


def scope(who: int, *places: int) -> Scope:
    return Scope(who, frozenset(places), frozenset({"see", "act"}))


def planted(tx: Connection) -> Two:
    """The museum has a.example for its own domain, so that it can name addresses there."""
    land = settle(tx)
    nurse = person(tx, land.library, "nurse", job="slaugytoja")
    return Two(
        land,
        nurse,
        scope(person(tx, land.library, "boss"), land.library, land.unit),
        scope(person(tx, land.other, "chief"), land.other),
    )


def own_domain(tx: Connection, place: int) -> None:
    enlist.set_here(tx, place, {"domains": ("a.example",)}, MONDAY)


def name_her(tx: Connection, two: Two, **cells: str) -> int:
    """The museum's coordinator writes her address by hand."""
    said = {"name": "Someone", "email": "nurse@a.example", "job": "gidė", "number": "7", **cells}
    return edit_person.add(tx, two.there, said, two.land.other, now=MONDAY, asks=True)


async def number(database: Database) -> int:
    """Of the only further employment."""
    [[found]] = await rows(database, EMPLOYMENT.c.id)
    return int(found)


async def told(database: Database) -> list[str]:
    return [key for key, *_ in await rows(database, OUTBOX.c.key) if key.startswith("employment:")]


async def test_who_is_named_at_the_own_domain_joins_at_once_and_is_told_once(database: Database) -> None:
    two = await database.write(planted)
    await database.write(partial(own_domain, place=two.land.other))
    assert await database.within(two.there).write(partial(name_her, two=two)) == two.nurse
    for _ in range(2):
        await job.JOB.run(database, MONDAY)
    [key] = await told(database)
    [message] = await Talk(database, "nurse").written("employment:")
    assert [line.text for line in message.lines] == ["employment.joined"]  # type: ignore[union-attr]
    assert message.lines[0].params["organisation"] == "Muziejus"  # type: ignore[union-attr]
    assert key.startswith(f"employment:{await number(database)}:told")
    seen = await database.read(lambda tx: listing.everybody(tx, two.there, Part(only=two.nurse)))
    main = await database.read(lambda tx: listing.everybody(tx, two.here, Part(only=two.nurse)))
    assert [(each.organisation, each.job, each.number) for each in (*seen, *main)] == [
        (two.land.other, "gidė", "7"),
        (two.land.library, "slaugytoja", ""),
    ]
    assert len(await rows(database, PERSON.c.id, where=PERSON.c.email == "nurse@a.example")) == 1


async def test_a_stranger_is_asked_and_nothing_is_seen_before_they_agree(database: Database) -> None:
    two = await database.write(planted)
    await database.within(two.there).write(partial(name_her, two=two))

    def seen(tx: Connection) -> tuple[object, ...]:
        profile = progress.person(tx, two.there, two.nurse)
        return profile, [each for each in progress.learners(tx, two.there) if each.person == two.nurse]

    await make(database, two.land.terms(place=two.land.other))
    await look(database)
    assert await database.read(seen) == (None, [])
    assert (two.nurse, two.land.week) not in await enrolled(database)
    await job.JOB.run(database, MONDAY)
    talk = Talk(database, "nurse")
    [asked] = await talk.written("employment:")
    assert [line.text for line in asked.lines] == ["employment.asked"]  # type: ignore[union-attr]
    await talk.says(f"/works {await number(database)}")
    profile, lines = await database.read(seen)
    assert profile is not None
    assert len(lines) == 1  # type: ignore[arg-type]
    await look(database)
    assert (two.nurse, two.land.week) in await enrolled(database)


async def test_who_says_no_is_not_asked_again(database: Database) -> None:
    two = await database.write(planted)
    await database.within(two.there).write(partial(name_her, two=two))
    await Talk(database, "nurse").says(f"/worksnot {await number(database)}")
    with pytest.raises(Unfit, match="elsewhere"):
        await database.within(two.there).write(partial(name_her, two=two))
    await Talk(database, "chief").says(f"/works {await number(database)}")  # it is not theirs
    [[agreed, declined]] = await rows(database, EMPLOYMENT.c.agreed_at, EMPLOYMENT.c.declined_at)
    assert agreed is None
    assert declined is not None
    await job.JOB.run(database, MONDAY)
    assert await told(database) == []


@pytest.mark.parametrize("said", ["works", "worksnot"])
async def test_nobody_joins_a_place_that_is_closed_by_an_old_button(database: Database, said: str) -> None:
    two = await database.write(planted)
    await database.within(two.there).write(partial(name_her, two=two))
    await job.JOB.run(database, MONDAY)
    await database.write(partial(organisations.close, which=[two.land.other], at=MONDAY))
    assert await Talk(database, "nurse").says(f"/{said} {await number(database)}") == ["employment.over"]
    assert await rows(database, EMPLOYMENT.c.agreed_at, EMPLOYMENT.c.declined_at) == [(None, None)]


async def test_each_organisation_sees_what_it_gave(database: Database) -> None:
    """The follow-up is the museum's alone, the week is of both, and is enrolled once."""
    two = await database.write(planted)
    land = two.land
    await make(database, land.terms(place=land.library))
    await look(database)
    await database.write(partial(own_domain, place=land.other))
    await database.within(two.there).write(partial(name_her, two=two))
    follow = await make(database, land.terms(place=land.other, programme=land.after))
    await look(database, MONDAY + DAY)

    def learns(tx: Connection, who: Scope) -> set[int]:
        found = listing.studies(tx, who, Part(most=9), person=two.nurse)
        lines = [each for each in progress.learners(tx, who, of=[two.nurse]) if each.programme_id]
        assert {each.programme for each in found} == {each.programme_id for each in lines}
        return {each.programme for each in found}

    assert await database.read(partial(learns, who=two.here)) == {land.week}
    assert await database.read(partial(learns, who=two.there)) == {land.after}
    await make(database, land.terms(place=land.other))
    await look(database, MONDAY + 2 * DAY)
    assert await database.read(partial(learns, who=two.here)) == {land.week}
    assert await database.read(partial(learns, who=two.there)) == {land.week, land.after}
    theirs = await rows(database, ENROLMENT.c.programme_id, where=ENROLMENT.c.person_id == two.nurse)
    assert sorted(each for (each,) in theirs) == sorted([land.week, land.after])
    messages = await rows(
        database, OUTBOX.c.organisation_id, where=OUTBOX.c.key.startswith(f"assigned:{follow}:")
    )
    assert {place for (place,) in messages} == {land.other}


def timeline(tx: Connection, who: Scope, person: int) -> list[int]:
    return [
        int(each.details["version"] or 0)
        for each in progress.timeline(tx, who, person)
        if "version" in each.details
    ]


async def test_what_happened_is_seen_by_whoever_gave_it(database: Database) -> None:
    two = await database.write(planted)
    land = two.land
    await make(database, land.terms(place=land.library))
    await database.write(partial(own_domain, place=land.other))
    await database.within(two.there).write(partial(name_her, two=two))
    await make(database, land.terms(place=land.other, programme=land.after))
    await look(database)
    await look(database, MONDAY + DAY)
    newest = await database.read(programmes.newest)
    assert await database.read(partial(timeline, who=two.here, person=two.nurse)) == [newest[land.week]]
    assert await database.read(partial(timeline, who=two.there, person=two.nurse)) == [newest[land.after]]


async def test_a_coordinator_changes_only_the_own_employment(database: Database) -> None:
    two = await database.write(planted)
    await database.write(partial(own_domain, place=two.land.other))
    await database.within(two.there).write(partial(name_her, two=two))
    words = {
        "name": "X",
        "email": "x@a.example",
        "language": "pl",
        "leave_from": "2026-12-01",
        "job": "vedėja",
    }
    await database.within(two.there).write(
        partial(edit_person.change, by=two.there, person=two.nurse, cells=words, now=MONDAY)
    )
    row = await rows(
        database,
        PERSON.c.name,
        PERSON.c.email,
        PERSON.c.language,
        PERSON.c.leave_from,
        PERSON.c.job,
        where=PERSON.c.id == two.nurse,
    )
    assert [tuple(each) for each in row] == [("nurse", "nurse@a.example", "lt", "", "slaugytoja")]
    assert [tuple(each) for each in await rows(database, EMPLOYMENT.c.job, EMPLOYMENT.c.number)] == [
        ("vedėja", "7")
    ]


async def test_who_leaves_the_main_organisation_goes_on_at_the_other(database: Database) -> None:
    two = await database.write(planted)
    land = two.land
    await make(database, land.terms(place=land.library))
    await look(database)
    await database.write(partial(own_domain, place=land.other))
    await database.within(two.there).write(partial(name_her, two=two))
    await make(database, land.terms(place=land.other, programme=land.after))
    await look(database, MONDAY + DAY)
    leave = {"left_on": "2026-11-23"}
    await database.within(two.here).write(
        partial(edit_person.change, by=two.here, person=two.nurse, cells=leave, now=MONDAY)
    )
    row = await rows(
        database, PERSON.c.organisation_id, PERSON.c.left_on, PERSON.c.job, where=PERSON.c.id == two.nurse
    )
    assert [tuple(each) for each in row] == [(land.other, "", "gidė")]

    def learns(tx: Connection, who: Scope) -> tuple[set[int], list[str]]:
        there = listing.everybody(tx, who, Part(only=two.nurse))
        return {each.programme for each in listing.studies(tx, who, Part(most=9), person=two.nurse)}, [
            each.left_on for each in there
        ]

    assert await database.read(partial(learns, who=two.here)) == ({land.week}, ["2026-11-23"])
    assert await database.read(partial(learns, who=two.there)) == ({land.after}, [""])


async def test_who_leaves_later_goes_on_when_the_day_has_come(database: Database) -> None:
    two = await database.write(planted)
    await database.write(partial(own_domain, place=two.land.other))
    await database.within(two.there).write(partial(name_her, two=two))
    leave = {"left_on": "2026-11-25"}
    await database.within(two.here).write(
        partial(edit_person.change, by=two.here, person=two.nurse, cells=leave, now=MONDAY)
    )

    async def house() -> int:
        [[found]] = await rows(database, PERSON.c.organisation_id, where=PERSON.c.id == two.nurse)
        return int(found)

    await job.JOB.run(database, MONDAY + timedelta(days=1))
    assert await house() == two.land.library
    await job.JOB.run(database, MONDAY + timedelta(days=2))
    assert await house() == two.land.other


async def test_who_leaves_the_further_one_is_reached_by_it_no_more(database: Database) -> None:
    two = await database.write(planted)
    land = two.land
    await database.write(partial(own_domain, place=land.other))
    await database.within(two.there).write(partial(name_her, two=two))
    await database.within(two.there).write(
        partial(
            edit_person.change, by=two.there, person=two.nurse, cells={"left_on": "2026-11-23"}, now=MONDAY
        )
    )
    await make(database, land.terms(place=land.other))
    await look(database)
    assert (two.nurse, land.week) not in await enrolled(database)
    [[house]] = await rows(database, PERSON.c.organisation_id, where=PERSON.c.id == two.nurse)
    assert house == land.library
    back = {"left_on": ""}
    await database.within(two.there).write(
        partial(edit_person.change, by=two.there, person=two.nurse, cells=back, now=MONDAY)
    )
    await look(database)
    assert (two.nurse, land.week) in await enrolled(database)


def sheet(*said: Said) -> Sheet:
    return Sheet((), tuple(Row(line, each) for line, each in enumerate(said, 2)))


async def brought(database: Database, two: Two, kinds: list[str]) -> int:
    file = sheet(Said("Slaugė", "nurse@a.example", number="7"), Said("Naujas", "new@a.example"))

    def use(tx: Connection, now: datetime = MONDAY) -> int:
        number = imports.add(
            tx, by=two.there.person, organisation=two.land.other, file="f", read_as="", sheet=file, at=now
        )
        seen = preview(tx, file, two.land.other, two.there, now)
        assert [each.kind for each in seen.plan.fates] == kinds
        carry_out(tx, number, two.there, Choice(seen.sign), now)
        return number

    return await database.within(two.there).write(use)


@pytest.mark.parametrize(("own", "fate"), [(True, "joins"), (False, "asked")])
async def test_a_roster_names_somebody_of_elsewhere(database: Database, own: bool, fate: str) -> None:
    two = await database.write(planted)
    if own:
        await database.write(partial(own_domain, place=two.land.other))
    number = await brought(database, two, [fate, "new"])
    again = sheet(Said("Slaugė", "nurse@a.example", number="7"))
    seen = await database.read(lambda tx: preview(tx, again, two.land.other, two.there, MONDAY))
    assert [each.kind for each in seen.plan.fates] == ["unchanged"]
    assert (
        await database.within(two.there).write(partial(undo, number=number, scope=two.there, now=MONDAY))
        == []
    )
    assert await rows(database, EMPLOYMENT.c.id) == []


async def test_an_import_whose_people_learned_by_it_is_taken_back_as_having_left(database: Database) -> None:
    two = await database.write(planted)
    await database.write(partial(own_domain, place=two.land.other))
    number = await brought(database, two, ["joins", "new"])
    await make(database, two.land.terms(place=two.land.other))
    await look(database)
    left = await database.within(two.there).write(partial(undo, number=number, scope=two.there, now=MONDAY))
    assert [(each.person, each.what) for each in left] == [(two.nurse, "begun")]
    assert [tuple(each) for each in await rows(database, EMPLOYMENT.c.left_on)] == [("2026-11-23",)]


async def test_nobody_is_told_of_where_else_somebody_works(database: Database) -> None:
    two = await database.write(planted)
    await database.write(partial(own_domain, place=two.land.other))
    await database.within(two.there).write(partial(name_her, two=two))

    def seen(tx: Connection) -> str:
        there = two.there
        return repr(
            (
                progress.learners(tx, there),
                progress.person(tx, there, two.nurse),
                listing.everybody(tx, there, Part(most=9)),
            )
        )

    said = await database.read(seen)
    assert "nurse" in said
    assert "Biblioteka" not in said
    assert "slaugytoja" not in said
    found = await database.read(lambda tx: employments.of_person(tx, two.nurse))
    assert [each.place for each in found] == [two.land.other]
    assert await database.read(lambda tx: tx.execute(select(EMPLOYMENT.c.tell_at)).scalar_one()) == MONDAY
