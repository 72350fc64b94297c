"""A person in two organisations, behind the wall: each does what it does there, and sees what it sees without one."""

from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest

from actions import edit_person
from actions.assign import preview as reach
from actions.assigned import given
from actions.edit_person import Unfit
from actions.import_roster import Choice, carry_out, preview, undo
from actions.programme_figures import overview
from domain.organisation import Scope
from domain.roster import Said
from scheduler.jobs import employ as job
from storage import assignment_figures, completion, imports, listing, messages, progress, results
from storage.database import Connection, Database
from storage.employments import EMPLOYMENT
from storage.listing import Part
from storage.people import PERSON
from tests.actions.land import DAY, TODAY, enrolled, look, make
from tests.actions.talk import Talk
from tests.actions.test_employ import Two, name_her, number, own_domain, planted, sheet
from tests.storage.samples import MONDAY, rows

ALL = Part(most=50)


@dataclass(frozen=True)
class Doors:
    """The store as it is, and as the pages of each organisation have it."""

    two: Two
    whole: Database
    here: Database
    there: Database


@pytest.fixture
async def doors(database: Database) -> Doors:
    two = await database.write(planted)
    return Doors(two, database, database.within(two.here), database.within(two.there))


def shown(tx: Connection, scope: Scope, who: int) -> dict[str, Any]:
    """What pages and programs show of everybody, and of her."""
    wanted = results.Wanted("lt", "https://a.example")
    return {
        "learners": progress.learners(tx, scope),
        "profile": progress.person(tx, scope, who),
        "timeline": progress.timeline(tx, scope, who),
        "people": listing.everybody(tx, scope, ALL),
        "studies": listing.studies(tx, scope, ALL),
        "results": results.part(tx, scope, wanted),
        "houses": results.houses(tx, scope, wanted),
        "assigned": given(tx, scope, TODAY),
        "reasons": assignment_figures.reasons(tx, scope, who),
        "opened": completion.by_programme(tx, scope),
        "figures": overview(tx, scope),
        "messages": messages.page(tx, scope, messages.Wanted()),
        "names": messages.names(tx, scope),
    }


async def same(doors: Doors) -> tuple[dict[str, Any], dict[str, Any]]:
    """What each organisation is shown, which is what it is shown without the wall."""
    found = []
    for scope, door in ((doors.two.here, doors.here), (doors.two.there, doors.there)):
        look_ = partial(shown, scope=scope, who=doors.two.nurse)
        seen = await door.read(look_)
        assert seen == await doors.whole.read(look_)
        found.append(seen)
    return found[0], found[1]


async def joined(doors: Doors) -> None:
    """The museum named her, at its own domain."""
    await doors.whole.write(partial(own_domain, place=doors.two.land.other))
    assert await doors.there.write(partial(name_her, two=doors.two)) == doors.two.nurse


async def test_each_is_shown_what_it_gave(doors: Doors) -> None:
    """The week by both, the follow-up by the museum alone."""
    land = doors.two.land
    await make(doors.whole, land.terms(place=land.library))
    await look(doors.whole)
    await joined(doors)
    await make(doors.whole, land.terms(place=land.other, programme=land.after))
    await make(doors.whole, land.terms(place=land.other))
    await look(doors.whole, MONDAY + DAY)
    here, there = await same(doors)
    learns = [
        {each.programme for each in seen["studies"] if each.person == doors.two.nurse}
        for seen in (here, there)
    ]
    assert learns == [{land.week}, {land.week, land.after}]
    assert len(there["timeline"]) > len(here["timeline"]) > 0
    assert [{each.where for each in seen["reasons"]} for seen in (here, there)] == [
        {"Biblioteka"},
        {"Muziejus"},
    ]
    await make(doors.whole, land.terms(place=land.library, programme=land.after))
    await look(doors.whole, MONDAY + 2 * DAY)
    here, there = await same(doors)
    assert len(here["timeline"]) == len(there["timeline"])


async def test_a_preview_counts_what_each_gave(doors: Doors) -> None:
    """The follow-up by the museum alone, until the library gives it too."""
    land = doors.two.land

    async def learning() -> list[int]:
        found = []
        for scope, door in ((doors.two.here, doors.here), (doors.two.there, doors.there)):
            terms = land.terms(place=min(scope.organisations), programme=land.after)
            look_ = partial(reach, terms=terms, scope=scope)
            seen = await door.read(look_)
            assert seen == await doors.whole.read(look_)
            assert doors.two.nurse in {each.person.id for each in seen.people}
            found.append(seen.learning)
        return found

    await joined(doors)
    await make(doors.whole, land.terms(place=land.other, programme=land.after))
    await look(doors.whole, MONDAY + DAY)
    assert await learning() == [0, 2], "the coordinator too"
    await make(doors.whole, land.terms(place=land.library, programme=land.after))
    await look(doors.whole, MONDAY + 2 * DAY)
    assert await learning() == [2, 2]


async def test_a_stranger_is_asked_and_nothing_is_seen_before_they_agree(doors: Doors) -> None:
    await doors.there.write(partial(name_her, two=doors.two))
    _, there = await same(doors)
    assert there["profile"] is None
    await job.JOB.run(doors.whole, MONDAY)
    await Talk(doors.whole, "nurse").says(f"/works {await number(doors.whole)}")
    _, there = await same(doors)
    assert there["profile"].further
    assert await doors.there.read(partial(edit_person.find, by=doors.two.there, person=doors.two.nurse))


async def test_who_says_no_is_not_asked_again_and_is_seen_no_more(doors: Doors) -> None:
    await joined(doors)
    await Talk(doors.whole, "nurse").says(f"/worksnot {await number(doors.whole)}")
    _, there = await same(doors)
    assert there["profile"] is None
    found = partial(edit_person.find, by=doors.two.there, person=doors.two.nurse)
    assert await doors.there.read(found) is None
    change = partial(
        edit_person.change, by=doors.two.there, person=doors.two.nurse, cells={"job": "x"}, now=MONDAY
    )
    with pytest.raises(Unfit, match="nobody"):
        await doors.there.write(change)


async def test_each_changes_what_it_says_of_them(doors: Doors) -> None:
    await joined(doors)
    for scope, door, job_ in (
        (doors.two.here, doors.here, "vedėja"),
        (doors.two.there, doors.there, "sargė"),
    ):
        words = partial(edit_person.change, by=scope, person=doors.two.nurse, cells={"job": job_}, now=MONDAY)
        await door.write(words)
    main = await rows(doors.whole, PERSON.c.job, where=PERSON.c.id == doors.two.nurse)
    further = await rows(doors.whole, EMPLOYMENT.c.job)
    assert [tuple(each) for each in (*main, *further)] == [("vedėja",), ("sargė",)]
    await same(doors)


async def test_who_leaves_the_main_organisation_goes_on_at_the_other(doors: Doors) -> None:
    land = doors.two.land
    await make(doors.whole, land.terms(place=land.library))
    await look(doors.whole)
    await joined(doors)
    await make(doors.whole, land.terms(place=land.other, programme=land.after))
    await look(doors.whole, MONDAY + DAY)
    cells = {"left_on": TODAY.isoformat()}
    leave = partial(edit_person.change, by=doors.two.here, person=doors.two.nurse, cells=cells, now=MONDAY)
    await doors.here.write(leave)
    [[house]] = await rows(doors.whole, PERSON.c.organisation_id, where=PERSON.c.id == doors.two.nurse)
    assert house == land.other
    here, there = await same(doors)
    assert (here["profile"].left_on, there["profile"].left_on) == (TODAY.isoformat(), "")


async def test_who_leaves_the_further_one_and_comes_back_is_reached_again(doors: Doors) -> None:
    land = doors.two.land
    await joined(doors)
    change = partial(edit_person.change, by=doors.two.there, person=doors.two.nurse, now=MONDAY)
    await doors.there.write(partial(change, cells={"left_on": TODAY.isoformat()}))
    preview_ = partial(reach, terms=land.terms(place=land.other), scope=doors.two.there)
    assert doors.two.nurse not in {each.person.id for each in (await doors.there.read(preview_)).people}
    await doors.there.write(partial(change, cells={"left_on": ""}))
    assert doors.two.nurse in {each.person.id for each in (await doors.there.read(preview_)).people}
    await make(doors.whole, land.terms(place=land.other))
    await look(doors.whole)
    assert (doors.two.nurse, land.week) in await enrolled(doors.whole)


@pytest.mark.parametrize(("own", "fate"), [(True, "joins"), (False, "asked")])
async def test_a_roster_names_them_and_is_taken_back(doors: Doors, own: bool, fate: str) -> None:
    two, place = doors.two, doors.two.land.other
    if own:
        await doors.whole.write(partial(own_domain, place=place))
    file = sheet(Said("Slaugė", "nurse@a.example", number="7"), Said("Naujas", "new@a.example"))
    kept = partial(
        imports.add, by=two.there.person, organisation=place, file="f", read_as="", sheet=file, at=MONDAY
    )
    which = await doors.there.write(kept)
    plan = partial(preview, sheet=file, organisation=place, scope=two.there, now=MONDAY)
    seen = await doors.there.read(plan)
    assert [each.kind for each in seen.plan.fates] == [fate, "new"]
    await doors.there.write(lambda tx: carry_out(tx, which, two.there, Choice(seen.sign), MONDAY))
    again = await doors.there.read(plan)
    assert [each.kind for each in again.plan.fates] == ["unchanged", "unchanged"]
    await same(doors)
    assert await doors.there.write(partial(undo, number=which, scope=two.there, now=MONDAY)) == []
    assert await rows(doors.whole, EMPLOYMENT.c.id) == []
