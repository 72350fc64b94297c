"""The audit log in both stores: only added to, in one chain, and every change is found."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from random import Random

import pytest
from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import DBAPIError

from domain.audit import NOTHING, Deed, seal
from domain.organisation import Scope
from storage import audit, organisations
from storage.audit import AUDIT, Checked, Wanted
from storage.database import Database
from tests.storage import stores
from tests.storage.samples import MONDAY, Town, settle_down

REFUSED = "The audit log is only added to"
DAY = timedelta(days=1)


def note(tx: Connection, number: int) -> None:
    deed = Deed("role.given", organisation=number % 3, about=number, after={"role": "trainer"})
    audit.note(tx, deed, number % 7, MONDAY + number * DAY)


async def checked(database: Database, most: int = audit.AT_ONCE) -> Checked:
    return await database.read(lambda tx: audit.check(tx, lambda _: None, most))


@pytest.mark.parametrize(
    "words",
    [
        "UPDATE audit SET about_id = 9",
        "UPDATE audit SET about_id = about_id",
        "DELETE FROM audit WHERE number = 2",
        "DELETE FROM audit",
        {
            "sqlite": "INSERT OR REPLACE INTO audit SELECT * FROM audit WHERE number = 2",
            "postgresql": "TRUNCATE audit",
        },
    ],
    ids=str,
)
async def test_nothing_is_changed_or_taken_away(database: Database, words: str | dict[str, str]) -> None:
    for number in range(3):
        await database.write(partial(note, number=number))
    kind = await database.read(lambda tx: tx.dialect.name)
    statement = words if isinstance(words, str) else words[kind]
    with pytest.raises(DBAPIError, match=REFUSED):
        await database.write(lambda tx: tx.exec_driver_sql(statement).rowcount)
    found = await checked(database)
    assert (found.rows, found.wrong) == (3, None)


async def test_any_number_of_people_can_be_asked_for(database: Database) -> None:
    for number in range(3):
        await database.write(partial(note, number=number))
    scope, many = Scope(1, frozenset({0, 1, 2})), frozenset(range(1, 40_000))
    found = await database.read(lambda tx: audit.page(tx, scope, Wanted(people=many)))
    none = await database.read(lambda tx: audit.page(tx, scope, Wanted(people=frozenset())))
    assert ([each.number for each in found], none) == ([3, 2], [])


async def test_many_processes_make_one_chain(database: Database) -> None:
    async with stores.again(database) as second:
        writes = ((database, second)[number % 2].write(partial(note, number=number)) for number in range(40))
        await asyncio.gather(*writes)
    found = await checked(database, 7)
    assert (found.rows, found.end.number, found.wrong) == (40, 40, None)


async def test_a_deed_that_is_taken_back_leaves_no_row(database: Database) -> None:
    def fail(tx: Connection) -> None:
        note(tx, 1)
        raise LookupError

    with pytest.raises(LookupError):
        await database.write(fail)
    assert await checked(database) == Checked(NOTHING, 0, None)


async def test_it_is_shortened_and_goes_on(database: Database) -> None:
    for number in range(6):
        await database.write(partial(note, number=number))
    cut = partial(audit.shorten, until=MONDAY + 2 * DAY, now=MONDAY + 9 * DAY)
    assert [await database.write(cut), await database.write(cut)] == [2, 0]
    assert await database.write(partial(cut, until=MONDAY + 4 * DAY)) == 2
    found = await checked(database)
    assert (found.rows, found.end.number, found.wrong) == (
        4,
        8,
        None,
    )  # the last two, and that it was shortened twice
    with pytest.raises(DBAPIError, match=REFUSED):
        await database.write(lambda tx: tx.exec_driver_sql("DELETE FROM audit WHERE number = 5").rowcount)


@pytest.mark.parametrize(
    ("days", "now", "gone"),
    [
        ((0, 1, 20, 0, 21), 22, 2),  # the clock stood wrong for a while: what came before stays
        ((0, 1, 9000, 2, 20, 21), 22, 4),  # and once far ahead: that row goes with its neighbours
        ((0, 1, 6, 8, 60, 61), 9000, 3),  # it jumped just now: not everything goes at once
        ((9000, 1), 9001, 0),
    ],
)
async def test_a_clock_that_jumps_takes_little_of_it_along(
    database: Database, days: tuple[int, ...], now: int, gone: int
) -> None:
    def fill(tx: Connection) -> int:
        for day in days:
            audit.note(tx, Deed("person.seen"), None, MONDAY + day * DAY)
        return audit.shorten(tx, MONDAY + (now - 10) * DAY, MONDAY + now * DAY)

    assert await database.write(fill) == gone
    assert (await checked(database)).wrong is None


async def test_a_scope_reads_what_is_of_its_organisations(database: Database) -> None:
    def write(tx: Connection) -> Town:
        town = settle_down(tx)
        for number, place in enumerate((town.here, town.elsewhere, town.here, None)):
            deed = Deed("person.seen", organisation=place, about=town.ana)
            audit.note(tx, deed, town.kari if number else town.ben, MONDAY)
        return town

    town = await database.write(write)

    async def page(scope: Scope, **wanted: object) -> list[tuple[int, str, str]]:
        asked = Wanted(**wanted)  # type: ignore[arg-type]
        found = await database.read(lambda tx: audit.page(tx, scope, asked))
        return [(each.number, each.name, each.about_name) for each in found]

    here, there = (Scope(1, frozenset({place})) for place in (town.here, town.elsewhere))
    ana, ben = "Ana Anaitė", "Ben Benaitis"
    assert await page(here) == [(3, "", ana), (1, ben, ana)]
    assert await page(there) == [(2, "Kari Åsen", "")]
    assert await page(here, people=frozenset({town.ben})) == [(1, ben, ana)]
    assert await page(here, before=3, what="person.seen") == [(1, ben, ana)]
    assert await page(here, what="role.given") == []
    assert await page(Scope(1, frozenset())) == []
    seen = partial(audit.seen_today, person=town.ana)
    asked = ((town.ben, MONDAY), (town.ben, MONDAY + DAY), (town.ana, MONDAY))
    assert [await database.read(partial(seen, who=who, now=at)) for who, at in asked] == [True, False, False]


ROWS = 10_000


def fill(tx: Connection, rows: int) -> None:
    """A long chain, written at once."""
    end, made = "", list[dict[str, object]]()
    for number in range(1, rows + 1):
        values = (number, MONDAY.isoformat(), 1, "person.seen", 2, number % 500, "{}", '{"role":"trainer"}')
        end = seal(end, values)
        made.append(dict(zip(AUDIT.c.keys(), (*values, end), strict=True)))
    tx.execute(insert(AUDIT), made)


def unguarded(tx: Connection) -> None:
    """A long chain, without the triggers that guard it."""
    fill(tx, ROWS)
    for name in ("changed", "deleted", "replaced"):
        tx.exec_driver_sql(f"DROP TRIGGER audit_{name}")


def columns(tx: Connection, number: int) -> Sequence[object]:
    return tx.execute(select(AUDIT).where(AUDIT.c.number == number)).one()


async def test_any_changed_byte_among_ten_thousand_rows_is_found(sqlite: Database) -> None:
    await sqlite.write(unguarded)
    assert (await checked(sqlite)).wrong is None
    rng = Random(15)
    for name in AUDIT.c.keys()[1:]:
        number = rng.randrange(1, ROWS)
        before = (await sqlite.read(partial(columns, number=number)))[AUDIT.c.keys().index(name)]
        written = bytearray(str(before).encode())
        place = rng.randrange(len(written))
        for byte in (written[place] ^ 1, 0, 255):  # another letter, nothing, and no letter at all
            changed = bytes([*written[:place], byte, *written[place + 1 :]])
            put = f"UPDATE audit SET {name} = CAST(x'{changed.hex()}' AS TEXT) WHERE number = {number}"
            await sqlite.write(lambda tx, put=put: tx.exec_driver_sql(put).rowcount)  # type: ignore[misc]
            assert (name, (await checked(sqlite)).wrong) == (name, number)
        undo = AUDIT.update().where(AUDIT.c.number == number).values({name: before})
        await sqlite.write(lambda tx, undo=undo: tx.execute(undo).rowcount)  # type: ignore[misc]
    assert (await checked(sqlite)).wrong is None


@pytest.mark.parametrize("lost", ["number = 1", "number = 5000", "number < 5000"])
async def test_rows_that_are_left_out_are_found(sqlite: Database, lost: str) -> None:
    await sqlite.write(unguarded)
    await sqlite.write(lambda tx: tx.exec_driver_sql(f"DELETE FROM audit WHERE {lost}").rowcount)
    first = 5000 if lost == "number = 5000" else 1
    assert (await checked(sqlite)).wrong == first


async def test_what_is_kept_outlives_an_organisation(database: Database) -> None:
    """Nothing refers to it by a foreign key: the row of a deed stands when what it was about is gone."""

    def write(tx: Connection) -> int:
        place = organisations.add(tx, name="O", country="LT", zone="UTC", language="lt", contact="R")
        audit.note(tx, Deed("organisation.set", place, place), None, MONDAY)
        return tx.exec_driver_sql(f"DELETE FROM organisation WHERE id = {place}").rowcount

    assert await database.write(write) == 1
    assert (await checked(database)).wrong is None
