"""A roster of 10,000 people: looked at within three seconds, imported within five."""

import resource
from datetime import UTC, datetime
from functools import partial

import pytest

from actions.enlist import add_organisation
from actions.import_roster import Choice, Preview, carry_out, preview, undo
from domain.roster import read
from domain.tree import Own
from lessons.formats.roster import cut_apart
from storage import imports, people
from storage.database import Connection, Database

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
PEOPLE, UNITS = 10_000, 50
PREVIEW, IMPORT = 3.0, 5.0  # seconds; a calm machine takes a quarter of it


def planted(tx: Connection) -> int:
    """A library with its units."""
    top = add_organisation(tx, "Biblioteka", Own(country="LT", contact="R"), now=NOW)
    for number in range(UNITS):
        add_organisation(tx, f"Skyrius {number}", Own(), "unit", top, now=NOW)
    return top


def roster() -> bytes:
    """The list that a personnel system gives."""
    rows = (
        f"Vardenė{n};Pavardenė{n};v{n}@b.lt;{n};Skyrius {n % UNITS};bibliotekininkė;2020-01-{n % 28 + 1:02d}\n"
        for n in range(PEOPLE)
    )
    head = "Vardas;Pavardė;El. paštas;Tabelio Nr.;Padalinys;Pareigos;Priėmimo data\n"
    return (head + "".join(rows)).encode("cp1257")


def used() -> float:
    """Seconds that this process and those that it started have computed: what else the machine does is not ours."""
    spent = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in spent)


async def looked_at(database: Database, top: int) -> tuple[int, Preview]:
    """The number of an import, and what it would do, within the time for a preview."""
    data, began = roster(), used()
    cut = cut_apart("people.csv", data, "lt")
    sheet = read(cut.lines)
    keep = partial(
        imports.add, by=None, organisation=top, file="f", read_as=cut.encoding, sheet=sheet, at=NOW
    )
    number = await database.write(keep)
    seen = await database.read(lambda tx: preview(tx, sheet, top, None, NOW))
    assert used() - began < PREVIEW
    return number, seen


@pytest.mark.slow
async def test_ten_thousand_people_come_in_seconds(sqlite: Database) -> None:
    top = await sqlite.write(planted)
    number, seen = await looked_at(sqlite, top)
    assert seen.plan.counts["new"] == PEOPLE
    began = used()
    await sqlite.write(lambda tx: carry_out(tx, number, None, Choice(seen.sign), NOW))
    assert used() - began < IMPORT
    _, again = await looked_at(sqlite, top)
    assert again.plan.counts["unchanged"] == PEOPLE
    began = used()
    assert await sqlite.write(lambda tx: undo(tx, number, None, NOW)) == []
    assert used() - began < IMPORT
    assert await sqlite.read(lambda tx: people.by_email(tx, "v0@b.lt")) is None
