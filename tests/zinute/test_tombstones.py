"""Tombstones: who was erased is known again in a backup, and erased once more."""

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Connection

from actions import edit_person
from storage import erasures
from storage.closings import Stone
from storage.database import Database
from tests.storage import stores
from tests.storage.samples import MONDAY
from tests.zinute.planted_person import KEY, LATER, PLANTED, erase, everything, hits, plant, stones
from zinute import erasing
from zinute.erasing import Stones

__all__ = ["stones"]


async def test_a_restored_backup_does_not_bring_them_back(tmp_path: Path, stones: Stones) -> None:
    async with stores.opened("sqlite", tmp_path, str) as database:
        planted = await database.write(plant)
        backup = tmp_path / "backup.db"
        stores.copy(stores.file_of(database), backup)
        await erase(database, stones, planted.person)
    async with stores.restored_from(backup) as restored:
        assert hits(await everything(restored)) == set(PLANTED)
        assert await erasing.again(restored, stones, KEY) == 1
        assert hits(await everything(restored)) == set()
        assert await erasing.again(restored, stones, KEY) == 0
        assert await restored.read(partial(erasures.asked, person=planted.person))


async def test_who_had_another_address_in_the_backup_is_known_by_their_messenger(
    tmp_path: Path, stones: Stones
) -> None:
    async with stores.opened("sqlite", tmp_path, str) as database:
        planted = await database.write(plant)
        backup = tmp_path / "backup.db"
        stores.copy(stores.file_of(database), backup)
        later = {"email": "new@planted.example"}
        change = partial(edit_person.change, by=None, person=planted.person, cells=later, now=MONDAY)
        await database.write(change)
        await erase(database, stones, planted.person)
    async with stores.restored_from(backup) as restored:
        assert await erasing.again(restored, stones, KEY) == 1
        assert hits(await everything(restored)) == set()


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
    """By another process; what this one adds it knows."""
    first, second, third, last = (erasures.Tombstone(each, MONDAY, "{}") for each in (7, 8, 9, 10))
    file, other = tmp_path / "state" / "store.erased", Stones(tmp_path / "state" / "store.erased")
    for each in (first, second, third):
        stones.add([each])
        other.add([first, second, third][: each.person - 5])
    assert [each.person for each in stones.read()] == [7, 8, 9]
    stones.add([last])
    looks = file.stat()
    file.write_bytes(b"x" * looks.st_size)
    os.utime(file, ns=(looks.st_atime_ns, looks.st_mtime_ns))
    stones.add([first, second, third, last])
    assert stones.read() == []


async def test_all_who_were_erased_are_read_only_when_the_list_does_not_have_them(
    database: Database, stones: Stones, tmp_path: Path
) -> None:
    """Because another machine erased them, or the list is lost; not after this one has."""
    planted, other = await database.write(plant), Stones(tmp_path / "other" / "store.erased")
    ana, ben, kari = planted.town.ana, planted.town.ben, planted.town.kari
    await erase(database, stones, planted.person)
    units = list[object]()

    class Watched:
        write = database.write

        async def read(self, unit: Callable[[Connection], Any]) -> Any:
            units.append(unit)
            return await database.read(unit)

    async def look() -> bool:
        """Whether all were read."""
        units.clear()
        await erasing.look(cast("Database", Watched()), stones, KEY, LATER)
        return erasures.tombstones in units

    await database.write(partial(erasures.ask, person=ana, now=MONDAY))
    assert [await look() for _ in range(2)] == [False, False]
    assert await erase(database, other, ben) == 1
    assert [await look() for _ in range(2)] == [True, False]
    (tmp_path / "state" / "store.erased").unlink()
    await database.write(partial(erasures.ask, person=kari, now=MONDAY))
    assert [await look() for _ in range(2)] == [True, False]
    assert {each.person for each in stones.read()} == {planted.person, ana, ben, kari}


async def test_a_line_that_was_cut_off_costs_no_other(stones: Stones, tmp_path: Path) -> None:
    stone = erasures.Tombstone(7, MONDAY, "{}")
    stones.add([stone])
    file = tmp_path / "state" / "store.erased"
    file.write_text(file.read_text(encoding="utf-8") + '\n{"person": 8, "at', encoding="utf-8")
    stones.add([erasures.Tombstone(9, MONDAY, "{}")])
    assert [each.person for each in stones.read()] == [7, 9]
