"""Who is erased is found nowhere: not in the store, its files, what was sent, a copy, a log, or a restored backup."""

import asyncio
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any, cast

import pytest
from sqlalchemy import Connection

from actions import edit_person, my_data
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
from storage.closings import Stone
from storage.database import Database
from storage.employments import EMPLOYMENT
from storage.imports import Left
from storage.outbox import OUTBOX
from storage.reached import REACHED
from tests.actions.talk import Talk
from tests.storage import stores
from tests.storage.samples import MONDAY, rows
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

    async with stores.opened("sqlite", tmp_path, str) as database:
        planted = await database.write(plant)
        await database.write(partial(erasures.ask, person=planted.person, now=MONDAY))
        assert found() == set(PLANTED)
        (file,) = tmp_path.glob("*.db")
        with closing(sqlite3.connect(file)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM person").fetchone()
            service = asyncio.create_task(erasing.keep(database, stones, KEY))
            async with asyncio.timeout(20):
                while hits(await everything(database)):
                    await asyncio.sleep(0.05)
        async with asyncio.timeout(20):
            while found():
                await asyncio.sleep(0.05)
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


async def test_a_restored_backup_does_not_bring_them_back(tmp_path: Path, stones: Stones) -> None:
    async with stores.opened("sqlite", tmp_path, str) as database:
        planted = await database.write(plant)
        backup = tmp_path / "backup.db"
        with (
            closing(sqlite3.connect(stores.file_of(database))) as source,
            closing(sqlite3.connect(backup)) as to,
        ):
            source.backup(to)
        await erase(database, stones, planted.person)
    restored = Database(f"sqlite:///{backup}")
    await restored.open()
    assert hits(await everything(restored)) == set(PLANTED)
    assert await erasing.again(restored, stones, KEY) == 1
    assert hits(await everything(restored)) == set()
    assert await erasing.again(restored, stones, KEY) == 0
    assert await restored.read(partial(erasures.asked, person=planted.person))
    await restored.close()


async def test_who_had_another_address_in_the_backup_is_known_by_their_messenger(
    tmp_path: Path, stones: Stones
) -> None:
    async with stores.opened("sqlite", tmp_path, str) as database:
        planted = await database.write(plant)
        backup = tmp_path / "backup.db"
        with (
            closing(sqlite3.connect(stores.file_of(database))) as source,
            closing(sqlite3.connect(backup)) as to,
        ):
            source.backup(to)
        later = {"email": "new@planted.example"}
        change = partial(edit_person.change, by=None, person=planted.person, cells=later, now=MONDAY)
        await database.write(change)
        await erase(database, stones, planted.person)
    restored = Database(f"sqlite:///{backup}")
    await restored.open()
    assert await erasing.again(restored, stones, KEY) == 1
    assert hits(await everything(restored)) == set()
    await restored.close()


async def test_another_machines_erasures_are_written_down_here_too(
    database: Database, stones: Stones, tmp_path: Path
) -> None:
    planted = await database.write(plant)
    await erase(database, stones, planted.person)
    other = Stones(tmp_path / "other" / "store.erased")
    assert await erasing.look(database, other, KEY, LATER) == 0
    assert other.read() == stones.read() != []


async def test_an_erasure_is_taken_back_until_it_is_begun(database: Database, stones: Stones) -> None:
    """Also between two looks at the same row; once it is begun it stands outside the store."""
    planted = await database.write(plant)
    ask = partial(erasures.ask, person=planted.person, now=MONDAY)
    withdraw = partial(erasures.withdraw, person=planted.person)
    await database.write(ask)

    class Withdrawn:
        read = database.read

        async def write(self, unit: Callable[[Connection], Any]) -> Any:
            await database.write(withdraw)
            return await database.write(unit)

    assert await erasing.look(cast("Database", Withdrawn()), stones, KEY, LATER) == 0
    assert stones.read() == []
    assert await database.read(partial(erasures.stands, person=planted.person)) == PLANTED["email"]
    await database.write(ask)
    begun = erasures.Tombstone(planted.person, LATER, "{}")
    assert await database.write(partial(erasures.begin, tombstone=begun))
    await database.write(withdraw)
    assert await erasing.look(database, stones, KEY, LATER) == 1
    assert not await database.write(partial(erasures.begin, tombstone=begun))


async def test_a_start_at_which_nobody_is_back_writes_nothing(database: Database, stones: Stones) -> None:
    """However many were erased: their tombstones are looked up at once."""
    planted = await database.write(plant)
    await erase(database, stones, planted.person)
    stones.add(erasures.Tombstone(10_000 + number, MONDAY, "{}") for number in range(40_000))
    stones.add([Stone(10_000, MONDAY, "x")])
    ids = [planted.person, planted.town.ben, 10_000]
    assert await database.read(partial(erasures.standing, among=ids)) == {planted.town.ben}
    writes = list[object]()

    class Watched:
        read = database.read

        async def write(self, unit: Callable[[Connection], Any]) -> Any:
            writes.append(unit)
            return await database.write(unit)

    assert await erasing.again(cast("Database", Watched()), stones, KEY) == 0
    assert writes == []


async def test_the_list_is_read_anew_only_when_something_was_added(stones: Stones, tmp_path: Path) -> None:
    """By this process or another one."""
    first, second, third = (erasures.Tombstone(each, MONDAY, "{}") for each in (7, 8, 9))
    file, other = tmp_path / "state" / "store.erased", Stones(tmp_path / "state" / "store.erased")
    for each in (first, second, third):
        stones.add([each])
        other.add([first, second, third][: each.person - 5])
    assert [each.person for each in stones.read()] == [7, 8, 9]
    stones.add([first])
    looks = file.stat()
    file.write_bytes(b"x" * looks.st_size)
    os.utime(file, ns=(looks.st_atime_ns, looks.st_mtime_ns))
    stones.add([first, second, third])
    assert stones.read() == []


async def test_a_line_that_was_cut_off_costs_no_other(stones: Stones, tmp_path: Path) -> None:
    stone = erasures.Tombstone(7, MONDAY, "{}")
    stones.add([stone])
    file = tmp_path / "state" / "store.erased"
    file.write_text(file.read_text(encoding="utf-8") + '\n{"person": 8, "at', encoding="utf-8")
    stones.add([erasures.Tombstone(9, MONDAY, "{}")])
    assert [each.person for each in stones.read()] == [7, 9]
