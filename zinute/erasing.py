"""People who are to be erased, soon after they asked; and once more when a backup has brought them back.

So are organisations that were closed. Who was erased is written outside the store before it happens, as keyed hashes:
a line of a file for each, beside what the machine remembers of the store (restored.py). A store that comes up with
somebody who is in that file is older than their erasure.
"""

import asyncio
import json
import os
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

import structlog

from actions.close_organisation import shut, what_closes
from actions.enlist import alone
from domain import tombstone
from domain.audit import Deed
from domain.closing import NotClosed
from domain.tombstone import Marks
from domain.tree import Place, upward
from storage import audit, closings, ending, erasures, organisations, own_data
from storage.closings import Stone
from storage.database import Connection, Database
from storage.erasures import Tombstone
from zinute.assemble import now as the_time

EVERY: Final = 5.0  # seconds
AT_ONCE: Final = 20  # people: who asks meanwhile is among the next
log = structlog.get_logger(__name__)


class Stones:
    """The tombstones that this machine keeps of one store. Lines are only added."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._known = set[tuple[str, int, str]]()  # what stood there when it looked like this
        self._looked = (0, 0)
        self.people: int | None = None  # so many whom the store says were erased stand there

    def read(self) -> list[Tombstone]:
        """Those of people; a last line that was not written whole is none."""
        return [each for each in self._all() if isinstance(each, Tombstone)]

    def places(self) -> list[Stone]:
        """Those of organisations."""
        return [each for each in self._all() if isinstance(each, Stone)]

    def _all(self) -> list[Tombstone | Stone]:
        try:
            lines = self._file.read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return []
        return [stone for line in lines if (stone := _stone(line))]

    def add(self, stones: Iterable[Tombstone | Stone]) -> None:
        """Write down those that are not there; on the disk when this returns."""
        known = self._there()
        new = [each for each in stones if _whose(each) not in known]
        if not new:
            return
        # A line begins anew: the one before may have been cut off.
        lines = "".join(f"\n{json.dumps(asdict(each) | {'at': each.at.isoformat()})}" for each in new)
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with self._file.open("ab") as file:
            file.write(lines.encode())
            file.flush()
            os.fsync(file.fileno())
            looks = _looks(os.fstat(file.fileno()))
        if looks[0] == self._looked[0] + len(lines.encode()):  # nobody else has added something meanwhile
            self._known.update(map(_whose, new))
            self._looked = looks

    def holds(self, people: int) -> bool:
        """Whether all stand there that the store says were erased, of whom there are so many."""
        self._there()
        return self.people == people

    def _there(self) -> set[tuple[str, int, str]]:
        """Whose stand there; read only when another process has added something, or the file was lost."""
        try:
            looks = _looks(self._file.stat())
        except FileNotFoundError:
            looks = (0, 0)
        if self._looked != looks:
            self._known, self._looked, self.people = {_whose(each) for each in self._all()}, looks, None
        return self._known


def _looks(file: os.stat_result) -> tuple[int, int]:
    return file.st_size, file.st_mtime_ns


def _whose(stone: Tombstone | Stone) -> tuple[str, int, str]:
    if isinstance(stone, Stone):
        return "place", stone.place, stone.marks
    return "person", stone.person, stone.marks


def _stone(line: str) -> Tombstone | Stone | None:
    try:
        found = json.loads(line)
        at, marks = datetime.fromisoformat(found["at"]), str(found["marks"])
        return (
            Stone(int(found["place"]), at, marks)
            if "place" in found
            else Tombstone(int(found["person"]), at, marks)
        )
    except (ValueError, TypeError, KeyError):
        return None


async def keep(database: Database, stones: Stones, key: bytes) -> None:
    """Erase whose time has come, until cancelled, and see that the store's files keep nothing of them.

    That is seen to at first too: a process that was killed may have left something there.
    """
    left = True
    while True:
        erased = await look(database, stones, key, the_time())
        if left or erased:
            left = not await database.overwrite()
        if erased < AT_ONCE:
            await asyncio.sleep(EVERY)


async def look(database: Database, stones: Stones, key: bytes, now: datetime) -> int:
    """Erase the next whose time has come, and write down who was erased by another machine; how many people.

    Before that, which organisations were closed: their names stay in the store until that is on the disk.
    """
    closed = await database.read(lambda tx: _new_stones(tx, key))
    await asyncio.to_thread(stones.add, [*closed, *await database.read(closings.stones)])
    await _write_down(database, stones)
    for each in closed:
        await database.write(partial(closings.marked, place=each.place, marks=each.marks))
    due = await database.read(lambda tx: erasures.due(tx, now, AT_ONCE))
    new = await database.write(partial(_begin, people=due, key=key, now=now)) if due else []
    await asyncio.to_thread(stones.add, new)
    for stone in new:
        await database.write(partial(_unmake, stone=stone))
    if new:
        log.info("erased", people=len(new))
        stones.people = None if stones.people is None else stones.people + len(new)
    return len(new)


async def _write_down(database: Database, stones: Stones) -> None:
    """Everybody who was erased; all of them are read only when it was by another machine too."""
    if await asyncio.to_thread(stones.holds, await database.read(erasures.erased)):
        return
    everybody = await database.read(erasures.tombstones)
    await asyncio.to_thread(stones.add, everybody)
    stones.people = len(everybody)


async def again(database: Database, stones: Stones, key: bytes) -> int:
    """Erase those once more whom a restored backup has brought back; how many. Nobody else uses the store yet.

    Organisations that were closed are closed again, after that: who stands there then has no tombstone.
    """
    written = await asyncio.to_thread(stones.read), await asyncio.to_thread(stones.places)
    people, places = await database.read(partial(_standing, people=written[0], places=written[1]))
    back = 0
    for stone in people:
        back += await database.write(lambda tx, stone=stone: _again(tx, stone, key))  # type: ignore[misc]
    if back:
        log.warning("a backup brought back people who were erased: they are erased again", people=back)
    for closed in places:
        try:
            if await database.write(partial(_shut_again, stone=closed, known=places, key=key)):
                log.warning("a backup brought back an organisation that was closed: it is closed again")
        except NotClosed as why:
            told = "a backup brought back an organisation that was closed: close it by hand"
            log.error(told, organisation=closed.place, because=why.why)  # noqa: TRY400 (nothing failed)
    for place, kept in await database.read(_kept):
        log.warning("a backup brought back people of a closed organisation", organisation=place, people=kept)
    return back


def _kept(tx: Connection) -> list[tuple[int, int]]:
    """How many there are at places that a backup brought back and of whom nobody says whether they are to be erased."""
    again = (each.place for each in closings.under_way(tx) if each.confirmed_by is None)
    return [(place, people) for place in again if (people := ending.kept(tx, place))]


def _standing(
    tx: Connection, people: Sequence[Tombstone], places: Sequence[Stone]
) -> tuple[list[Tombstone], list[Stone]]:
    """Of which of these there is still somebody, or something; after most starts of none.

    What was closed first is first, as a place is closed only when nothing stands below it any more; of what was closed
    at once the upper one.
    """
    there = erasures.standing(tx, {each.person for each in people})
    tree = organisations.places(tx) if places else {}
    back = [each for each in places if each.place in tree and not tree[each.place].closed]
    return (
        [each for each in people if each.person in there],
        sorted(back, key=lambda each: (each.at, len([*upward(tree, each.place)]))),
    )


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


def _shut_again(tx: Connection, stone: Stone, known: Collection[Stone], key: bytes) -> bool:
    """Whether it is closed by this; raises NotClosed where what stands there now could not be closed by two people, or
    where a unit is below it that was not closed: it was moved away before.

    A unit that closed at the same moment went with it, whatever it was called then.
    """
    places = alone(tx)
    if places[stone.place].closed or _of(places[stone.place], stone.at, key) != stone:
        return False
    inside = what_closes(tx, places, stone.place, the_time())
    along = {each.place for each in known if each.at == stone.at}
    marked = {(each.place, each.marks) for each in known}
    for each in inside[1:]:
        if each.id not in along and (each.id, _of(each, stone.at, key).marks) not in marked:
            raise NotClosed("below", each.name)
    for each in inside:
        closings.again(tx, _of(each, stone.at, key))
    shut(tx, places, inside, stone.at, by=None)
    audit.note(tx, Deed("organisation.closed", stone.place, stone.place), None, the_time())
    return True


def _new_stones(tx: Connection, key: bytes) -> list[Stone]:
    """Those of organisations that were closed just now."""
    new = [each for each in closings.under_way(tx) if not each.marks]
    places = organisations.places(tx) if new else {}
    return [_of(places[each.place], each.confirmed_at, key) for each in new if each.confirmed_at]


def _of(place: Place, closed_at: datetime, key: bytes) -> Stone:
    """The tombstone of a place as it is called now."""
    return Stone(place.id, closed_at, tombstone.organisation(key, place.id, place.name))


def _begin(tx: Connection, people: Sequence[int], key: bytes, now: datetime) -> list[Tombstone]:
    """The tombstones of those whose erasure nobody has taken back meanwhile."""
    known = ((person, _marks(tx, person, key)) for person in people)
    new = [Tombstone(person, now, marks.written()) for person, marks in known if marks]
    return [each for each in new if erasures.begin(tx, each)]


def _unmake(tx: Connection, stone: Tombstone) -> None:
    own_data.erase(tx, stone.person, stone.at)
    erasures.done(tx, stone)


def _marks(tx: Connection, person: int, key: bytes) -> Marks | None:
    email = erasures.stands(tx, person)
    return None if email is None else tombstone.marks(key, email, erasures.places(tx, person))
