"""People who are to be erased, soon after they asked; and once more when a backup has brought them back.

Who was erased is written outside the store before it happens, as keyed hashes: a line of a file for each, beside what
the machine remembers of the store (restored.py). A store that comes up with somebody who is in that file is older than
their erasure.
"""

import asyncio
import json
import os
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Final

import structlog

from domain import tombstone
from domain.tombstone import Marks
from storage import erasures, own_data
from storage.database import Connection, Database
from storage.erasures import Tombstone
from zinute.assemble import now as the_time

EVERY: Final = 5.0  # seconds
log = structlog.get_logger(__name__)


class Stones:
    """The tombstones that this machine keeps of one store. Lines are only added."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def read(self) -> list[Tombstone]:
        """All of them; a last line that was not written whole is none."""
        try:
            lines = self._file.read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return []
        return [stone for line in lines if (stone := _stone(line))]

    def add(self, stones: Iterable[Tombstone]) -> None:
        """Write down those that are not there; on the disk when this returns."""
        known = {(each.person, each.marks) for each in self.read()}
        new = [each for each in stones if (each.person, each.marks) not in known]
        if not new:
            return
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with self._file.open("a", encoding="utf-8") as file:
            file.writelines(
                f"\n{json.dumps(asdict(each) | {'at': each.at.isoformat()})}" for each in new
            )  # a line begins anew: the one before may have been cut off
            file.flush()
            os.fsync(file.fileno())


def _stone(line: str) -> Tombstone | None:
    try:
        found = json.loads(line)
        return Tombstone(int(found["person"]), datetime.fromisoformat(found["at"]), str(found["marks"]))
    except (ValueError, TypeError, KeyError):
        return None


async def keep(database: Database, stones: Stones, key: bytes) -> None:
    """Erase whose time has come, until cancelled."""
    while True:
        await look(database, stones, key, the_time())
        await asyncio.sleep(EVERY)


async def look(database: Database, stones: Stones, key: bytes, now: datetime) -> int:
    """Erase whose time has come, and write down who was erased by another machine; how many."""
    due = await database.read(lambda tx: erasures.due(tx, now))
    for person in due:
        await _erase(database, stones, key, person, now)
    await asyncio.to_thread(stones.add, await database.read(erasures.tombstones))
    if due:
        log.info("erased", people=len(due))
    return len(due)


async def again(database: Database, stones: Stones, key: bytes) -> int:
    """Erase those once more whom a restored backup has brought back; how many. Nobody else uses the store yet."""
    back = 0
    for stone in await asyncio.to_thread(stones.read):
        back += await database.write(lambda tx, stone=stone: _again(tx, stone, key))  # type: ignore[misc]
    if back:
        log.warning("a backup brought back people who were erased: they are erased again", people=back)
    return back


def _again(tx: Connection, stone: Tombstone, key: bytes) -> bool:
    email, marks = erasures.stands(tx, stone.person), tombstone.read(stone.marks)
    if email is None:
        return False
    known = tombstone.marks(key, email, erasures.places(tx, stone.person))
    if (
        known.mail != marks.mail and not known.places & marks.places
    ):  # the address may have been another one then
        return False
    found = erasures.strangers(tx, stone.at)
    theirs = [number for number, *where in found if tombstone.place(key, *where) in marks.places]
    erasures.recognise(tx, theirs, stone.person)
    own_data.erase(tx, stone.person, stone.at)
    erasures.done(tx, stone)
    return True


async def _erase(database: Database, stones: Stones, key: bytes, person: int, now: datetime) -> None:
    known = await database.read(lambda tx: _marks(tx, person, key))
    if known is None:
        return
    stone = Tombstone(person, now, known.written())
    await asyncio.to_thread(stones.add, [stone])

    def unit(tx: Connection) -> None:
        own_data.erase(tx, person, now)
        erasures.done(tx, stone)

    await database.write(unit)


def _marks(tx: Connection, person: int, key: bytes) -> Marks | None:
    email = erasures.stands(tx, person)
    return None if email is None else tombstone.marks(key, email, erasures.places(tx, person))
