"""A roster of 10,000 people: looked at within three seconds, imported within five."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from time import perf_counter

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
# Seconds of each step; a calm machine takes a third to a half of them.
MOST = {"preview": 3.0, "import": 5.0, "again": 3.0, "undo": 5.0}
WAITED = ("preview", "import", "again")  # what is promised to whoever waits
Times = dict[str, tuple[float, float]]  # of each step: seconds of computing, and of waiting


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


@contextmanager
def timed(times: Times, step: str) -> Iterator[None]:
    computed, began = used(), perf_counter()
    yield
    times[step] = (used() - computed, perf_counter() - began)


async def looked_at(database: Database, top: int) -> tuple[int, Preview]:
    """The number of an import, and what it would do."""
    cut = cut_apart("people.csv", roster(), "lt")
    sheet = read(cut.lines)
    keep = partial(
        imports.add, by=None, organisation=top, file="f", read_as=cut.encoding, sheet=sheet, at=NOW
    )
    number = await database.write(keep)
    return number, await database.read(lambda tx: preview(tx, sheet, top, None, NOW))


async def there_and_back(database: Database, top: int) -> Times:
    """They are looked at, imported, looked at again and taken back."""
    times: Times = {}
    with timed(times, "preview"):
        number, seen = await looked_at(database, top)
    assert seen.plan.counts["new"] == PEOPLE
    with timed(times, "import"):
        await database.write(lambda tx: carry_out(tx, number, None, Choice(seen.sign), NOW))
    with timed(times, "again"):
        _, again = await looked_at(database, top)
    assert again.plan.counts["unchanged"] == PEOPLE
    with timed(times, "undo"):
        assert await database.write(lambda tx: undo(tx, number, None, NOW)) == []
    assert await database.read(lambda tx: people.by_email(tx, "v0@b.lt")) is None
    return times


def late(times: Times) -> dict[str, float]:
    """What somebody waited too long for, and how long."""
    return {step: times[step][1] for step in WAITED if times[step][1] > MOST[step]}


@pytest.mark.timeout(300)
async def test_ten_thousand_people_come_in_seconds(sqlite: Database) -> None:
    """Of computing every time, and of waiting by the better of two tries: others share these processors."""
    top = await sqlite.write(planted)
    times = await there_and_back(sqlite, top)
    assert {step: computed for step, (computed, _) in times.items() if computed > MOST[step]} == {}
    if first := late(times):
        second = late(await there_and_back(sqlite, top))
        assert {step: waited for step, waited in second.items() if step in first} == {}
