"""Who is erased is found nowhere: not in the store, its files, what was sent, a copy, a log, or a restored backup."""

import asyncio
import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path
from time import perf_counter

import pytest

from actions import my_data
from domain.organisation import Scope
from storage import (
    addresses,
    answers,
    certificates,
    doorsteps,
    enrolments,
    erasures,
    given,
    imports,
    own_imports,
    people,
    progress,
    replies,
    roster,
)
from storage.database import Database
from storage.employments import EMPLOYMENT
from storage.imports import Left
from storage.outbox import OUTBOX
from storage.reached import REACHED
from tests.actions.talk import Talk
from tests.storage import stores
from tests.storage.samples import MONDAY, rows
from tests.until import until
from tests.zinute.planted_person import KEY, LATER, PLANTED, erase, everything, hits, plant, stones
from zinute import erasing
from zinute.erasing import Stones

__all__ = ["stones"]


async def test_what_was_planted_is_found_before_and_nowhere_after(
    database: Database, stones: Stones, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    planted = await database.write(plant)
    copied = (await database.read(partial(my_data.as_json, person=planted.person, now=MONDAY))).decode()
    assert hits(await everything(database)) == set(PLANTED)
    assert hits(copied) == set(PLANTED)
    began = perf_counter()
    assert await erase(database, stones, planted.person) == 1
    assert perf_counter() - began < 60
    assert hits(await everything(database)) == set()
    emptied = (REACHED.c.person_id, doorsteps.DOORSTEP.c.address_id, EMPLOYMENT.c.id, given.GIVEN.c.person_id)
    assert [await rows(database, key) for key in emptied] == [[], [], [], []]
    files = b"".join(path.read_bytes() for path in (tmp_path / "state").rglob("*") if path.is_file()).decode(
        "utf-8", "replace"
    )
    out, err = capsys.readouterr()
    assert (hits(files), hits(out + err)) == (set(), set())
    assert await erase(database, stones, planted.person) == 0


async def test_the_service_leaves_nothing_in_the_files_of_its_store(tmp_path: Path, stones: Stones) -> None:
    """SQLite's own and its log of changes; while somebody reads, it tries again."""

    def found() -> set[str]:
        store = (each.read_bytes().decode("utf-8", "replace") for each in tmp_path.glob("*.db*"))
        return hits("".join(store))

    async def erased() -> bool:
        return not hits(await everything(database))

    async with stores.opened("sqlite", tmp_path, str) as database:
        planted = await database.write(plant)
        await database.write(partial(erasures.ask, person=planted.person, now=MONDAY))
        assert found() == set(PLANTED)
        (file,) = tmp_path.glob("*.db")
        with closing(sqlite3.connect(file)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM person").fetchone()
            service = asyncio.create_task(erasing.keep(database, stones, KEY))
            await until(erased, within=20)
        await until(lambda: not found(), within=20)
        service.cancel()


async def test_imports_keep_what_they_say_of_others(database: Database, stones: Stones) -> None:
    planted = await database.write(plant)
    copied = await database.read(partial(own_imports.of_person, person=planted.person))
    first, done, back = (each["id"] for each in copied)
    assert (done - first, back - first) == (5, 6)
    assert "fourth@planted.example" not in str(copied)
    before = await database.read(partial(imports.deeds, number=done))
    assert "ana@a.example" not in str(copied)
    await erase(database, stones, planted.person)
    sheets = [await database.read(partial(imports.sheet, number=number)) for number in range(first, done)]
    assert [bool(each) for each in sheets] == [False, False, False, False, True]
    assert await database.read(partial(imports.deeds, number=done)) == before[1:]
    assert await database.read(partial(imports.kept, number=back)) == [Left(planted.town.ana, "job")]
    assert await database.read(partial(own_imports.of_person, person=planted.person)) == []
    there = await database.read(partial(roster.known, organisations=[planted.town.here]))
    assert planted.person not in {each.id for each in there}


async def test_others_stay_as_they_were(database: Database, stones: Stones) -> None:
    planted = await database.write(plant)
    before = await database.read(partial(people.get, person=planted.town.ben))
    await erase(database, stones, planted.person)
    assert await database.read(partial(people.get, person=planted.town.ben)) == before
    names = await rows(database, people.PERSON.c.name)
    assert names == [("",), ("Ana Anaitė",), ("Ben Benaitis",), ("Kari Åsen",)]


async def test_what_is_counted_stays_and_belongs_to_nobody(database: Database, stones: Stones) -> None:
    planted = await database.write(plant)
    await erase(database, stones, planted.person)
    scope = Scope(planted.town.ben, frozenset({planted.town.here}))
    assert await database.read(partial(progress.person, scope=scope, person_id=planted.person)) is None
    shown = await database.read(partial(progress.learners, scope=scope))
    assert planted.person not in {each.person for each in shown}
    assert await rows(database, answers.ANSWER.c.enrolment_id) == [(planted.enrolment,)]
    assert await database.read(partial(replies.waiting, scope=scope)) == 0
    [(started,)] = await rows(database, enrolments.ENROLMENT.c.started_at)
    assert (started.day, started.hour) == (1, 0)


async def test_their_certificate_says_that_it_was_withdrawn(database: Database, stones: Stones) -> None:
    planted = await database.write(plant)
    await erase(database, stones, planted.person)
    kept = await database.read(partial(certificates.by_code, code="c" * 22))
    assert kept is not None
    assert (kept.certificate.name, kept.certificate.number, kept.reason) == ("", "2026-000001", "")
    assert kept.certificate.state(LATER.date()) == "revoked"


async def test_nothing_that_waited_goes_to_them(database: Database, stones: Stones) -> None:
    planted = await database.write(plant)
    await erase(database, stones, planted.person)
    found = await rows(database, OUTBOX.c.state, OUTBOX.c.person_id, OUTBOX.c.body)
    assert set(found) == {("dropped", None, "")}
    assert await database.read(partial(addresses.of_person, person=planted.person)) is None


async def test_who_comes_back_is_a_stranger(database: Database, stones: Stones) -> None:
    planted = await database.write(plant)
    await erase(database, stones, planted.person)
    again = Talk(database, PLANTED["messenger id"], channel="telegram", at=LATER)
    assert await again.says("/menu") == ["join.stranger"]
    fresh = partial(
        people.add,
        organisation=planted.town.here,
        name=PLANTED["name"],
        email=PLANTED["email"],
        language="lt",
    )
    person = await database.write(fresh)
    assert await erasing.again(database, stones, KEY) == 0
    assert (await database.read(partial(people.get, person=person))).name == PLANTED["name"]
