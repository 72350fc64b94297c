"""A correction that nobody is left to decide waits no longer."""

from functools import partial

from actions import edit_person, employ, enlist
from actions.import_roster import Choice, carry_out, preview, undo
from domain.correction import Wish
from domain.roster import Row, Said, Sheet
from domain.tree import Own
from storage import corrections, imports
from storage.database import Connection, Database
from tests.actions.test_correct import ask, joined, scope, wanted
from tests.storage.samples import MONDAY, Town, settle_down


async def waits(database: Database, person: int) -> list[str]:
    """The words that the person is told wait."""
    return [each.words for each in await database.read(partial(corrections.of_person, person=person))]


async def works_too(database: Database, person: int, town: Town) -> int:
    """The number of the person's further work, as a guide elsewhere."""
    named = employ.Named(person, town.elsewhere, {"job": "guide"})
    _, number = await database.write(lambda tx: employ.join(tx, named, MONDAY, by=None, why="sure"))
    assert number
    return number


def imported(tx: Connection, *said: Row) -> int:
    """The number of an import of these rows, by the operator."""
    sheet = Sheet((), said)
    number = imports.add(tx, by=None, organisation=None, file="a.csv", read_as="", sheet=sheet, at=MONDAY)
    seen = preview(tx, sheet, None, None, MONDAY)
    carry_out(tx, number, None, Choice(seen.sign), MONDAY)
    return number


async def test_who_says_that_they_do_not_work_there_asks_nothing_of_it(database: Database) -> None:
    """And what they ask elsewhere waits on."""
    town, ana = await joined(database)
    number = await works_too(database, town.ana, town)
    for wish in (Wish("job", "vedėja"), Wish("job", "head of guides", 2)):
        await ask(database, town.ana, wish)
    assert await ana.says(f"/worksnot {number}") == ["employment.declined"]
    assert await waits(database, town.ana) == ["vedėja"]
    assert [each.words for each in await wanted(database, scope(town.ben, town.here))] == ["vedėja"]


async def test_the_job_at_the_old_organisation_is_not_for_the_new_one_to_decide(database: Database) -> None:
    """Moved by hand. The name is; and a unit is of the same organisation."""
    town = await database.write(settle_down)
    unit = await database.write(
        lambda tx: enlist.add_organisation(tx, "Skyrius", Own(), "unit", town.here, now=MONDAY)
    )
    for wish in (Wish("job", "vedėja"), Wish("name", "Ana Naujoji")):
        await ask(database, town.ana, wish)
    move = partial(edit_person.change, by=None, person=town.ana, cells={}, now=MONDAY)
    await database.write(partial(move, place=unit))
    assert await waits(database, town.ana) == ["vedėja", "Ana Naujoji"]
    await database.write(partial(move, place=town.elsewhere))
    assert await waits(database, town.ana) == ["Ana Naujoji"]
    [one] = await wanted(database, scope(town.kari, town.elsewhere))
    assert (one.what, one.words) == ("name", "Ana Naujoji")


async def test_a_roster_that_moves_somebody_ends_it_too(database: Database) -> None:
    """And so does taking it back, of what was asked at the other organisation meanwhile."""
    town = await database.write(settle_down)
    for person, job in ((town.ana, "vedėja"), (town.ben, "gidas")):
        await ask(database, person, Wish("job", job))
    row = Row(2, Said("Ana Anaitė", "ana@a.example"), ("Kommune", ""))
    number = await database.write(lambda tx: imported(tx, row))
    assert (await waits(database, town.ana), await waits(database, town.ben)) == ([], ["gidas"])
    await ask(database, town.ana, Wish("job", "leder"))
    assert await database.write(partial(undo, number=number, scope=None, now=MONDAY)) == []
    assert await waits(database, town.ana) == []


async def test_what_the_roster_says_already_waits_no_more(database: Database) -> None:
    """Said by hand, by a roster that is brought, or of the further work; another word than that is no answer."""
    town = await database.write(settle_down)
    await works_too(database, town.ana, town)
    for wish in (
        Wish("name", "Ana Naujoji"),
        Wish("email", "nauja@a.example"),
        Wish("job", "head of guides", 2),
    ):
        await ask(database, town.ana, wish)
    await ask(database, town.ben, Wish("job", "vedėjas"))
    here, there = scope(town.kari, town.here), scope(town.kari, town.elsewhere)
    hand = partial(edit_person.change, person=town.ana, now=MONDAY)
    by_hand = partial(hand, by=here, cells={"name": "Ana Naujoji", "job": "head of guides"})
    await database.within(here).write(by_hand)
    assert await waits(database, town.ana) == ["nauja@a.example", "head of guides"]
    row = Row(2, Said("Ben Benaitis", "ben@a.example", job="vedėjas"), ("Biblioteka", ""))
    await database.write(lambda tx: imported(tx, row))
    assert await waits(database, town.ben) == []
    await database.within(there).write(partial(hand, by=there, cells={"job": "head of guides"}))
    assert await waits(database, town.ana) == ["nauja@a.example"]
    await database.within(here).write(partial(hand, by=here, cells={"email": "other@a.example"}))
    assert [each.words for each in await wanted(database, here)] == ["nauja@a.example"]
