"""The prepared store that every round begins with: organisations, people, a programme, and where everybody stands."""

import asyncio
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from datetime import time as wall_time
from pathlib import Path
from time import time
from typing import Final

from actions.publish import publish
from lessons.library import read_library
from storage import addresses, enrolments, organisations, people, programmes
from storage.database import Connection, Database
from storage.migrate import migrate
from tests.faults import lessons, store
from tests.faults.drain import drained
from tests.faults.messenger import Messenger, chats_of
from tests.faults.place import place
from tests.faults.processes import Broken
from tests.faults.store import FILE, Kind, SqliteStore, Store, moment
from tests.faults.world import World

LEARNERS: Final = 30
QUIET: Final = 15
CROWD: Final = 320
EVERY_DAY: Final = frozenset(range(1, 8))
MIDNIGHT: Final = wall_time(0)
DAY: Final = 24 * 60 * 60  # seconds


@dataclass(frozen=True, slots=True)
class Town:
    """The store to copy, and who is in it, by the number of their chat.

    The learners have a lesson that waits; the quiet stand in a lesson, so that they can be reminded; the crowd is told
    things. `enrolments` are those of learners and of the quiet.
    """

    kind: Kind
    world: World
    messenger: Messenger
    store: Store
    library: Path
    learners: tuple[int, ...]
    quiet: tuple[int, ...]
    crowd: tuple[int, ...]
    enrolments: Mapping[int, int]
    houses: Mapping[str, int]

    def environment(self, on: Store) -> dict[str, str]:
        """What a service on this store is told by its environment."""
        settings = {
            "ZINUTE_LIBRARY": str(self.library),
            "ZINUTE_STATE": str(on.data / "state"),
            "ZINUTE_TELEGRAM_RATE": "0",  # the harness has no time for the messenger's own limit
        }
        return {**self.messenger.environment, **on.environment, **settings}


@dataclass(frozen=True, slots=True)
class Size:
    """How many of each there are."""

    learners: int = LEARNERS
    quiet: int = QUIET
    crowd: int = CROWD


async def build(world: World, kind: Kind, size: Size) -> Town:
    """Make a town; the service itself brings the quiet to where they stand."""
    folder, messenger = world.folder(), await world.server.account()
    made = await store.new(kind, folder / "town", world.postgres)
    library = lessons.write(folder / "library")
    chats = await messenger.people(size.learners + size.quiet + size.crowd)
    learners, quiet = chats[: size.learners], chats[size.learners : size.learners + size.quiet]
    crowd = chats[size.learners + size.quiet :]
    database = Database(made.url)
    async with world.migrating:
        await migrate(database)
    await database.open()
    await database.write(lambda tx: publish(tx, read_library(library).drafts, datetime.now(UTC)))
    houses, enrolled = await database.write(lambda tx: _settle(tx, learners, quiet, crowd))
    await database.close()
    people_ = (tuple(learners), tuple(quiet), tuple(crowd))
    town = Town(kind, world, messenger, made, library, *people_, enrolled, houses)
    await _begin_lessons(town)
    return town


def _settle(
    tx: Connection, learners: Sequence[int], quiet: Sequence[int], crowd: Sequence[int]
) -> tuple[dict[str, int], dict[int, int]]:
    """The organisations by their names, and the enrolments by chat."""
    now = datetime.now(UTC)
    country, zone = place(now)
    programme = programmes.by_slug(tx, lessons.SLUG)
    assert programme is not None, "it was published"
    version = programmes.newest(tx)[programme]
    houses, enrolled = {}, {}
    for name, chats in (("learners", learners), ("quiet", quiet), ("crowd", crowd)):
        house = organisations.add(
            tx, name=name, country=country, zone=zone, language="lt", contact="somebody"
        )
        houses[name] = house
        for chat in chats:
            person = _settle_person(tx, house, chat, now)
            if name != "crowd":
                enrolment = enrolments.enrol(tx, person=person, programme=programme, version=version, at=now)
                assert enrolment is not None, "nobody was enrolled yet"
                enrolled[chat] = enrolment
    return houses, enrolled


def _settle_person(tx: Connection, house: int, chat: int, now: datetime) -> int:
    person = people.add(
        tx, organisation=house, name=f"Person {chat}", email=f"{chat}@faults.example", language="lt"
    )
    people.set_hour(tx, person, MIDNIGHT)
    people.set_days(tx, person, EVERY_DAY)
    people.consent(tx, person, now)
    addresses.bind(tx, addresses.find_or_add(tx, "telegram", str(chat), "lt", now).id, person)
    return person


async def _begin_lessons(town: Town) -> None:
    """The quiet go on until they are asked something; then the store is put to rest."""
    service = await town.world.nursery.serve(town.store.data, town.environment(town.store))
    await service.ready()
    for chat in town.quiet:
        await town.messenger.says(chat, "/continue")
    await drained(town.store, town.messenger)
    for chat, (card,) in chats_of(town.messenger.ledger.read()).items():
        await town.messenger.presses(chat, card.message, card.data[0])
    left = await drained(town.store, town.messenger)
    code, _ = await service.stop()
    if left or code:
        raise Broken(f"the town cannot be made: {left}, exit code {code}: {service.said()}")
    if isinstance(town.store, SqliteStore):
        await asyncio.to_thread(_checkpoint, town.store)


def _checkpoint(at_rest: SqliteStore) -> None:
    with closing(sqlite3.connect(at_rest.data / FILE)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


async def bring_due(on: Store, lessons_due: Mapping[int, float], reminders_due: Mapping[int, float]) -> None:
    """Lessons and reminders of these enrolments come so many seconds from now; the cards have waited for a day then."""
    now, day_before = time(), moment(time() - DAY)
    await on.execute(
        *(
            f"UPDATE enrolment SET due_at = {moment(now + seconds)} WHERE id = {enrolment}"
            for enrolment, seconds in lessons_due.items()
        ),
        *(
            f"UPDATE schedule SET due_at = {moment(now + seconds)} WHERE kind = 'reminder' AND item = {enrolment}"
            for enrolment, seconds in reminders_due.items()
        ),
        *(f"UPDATE step SET opened_at = {day_before} WHERE enrolment_id = {each}" for each in reminders_due),
    )


async def ask_again(on: Store, enrolled: Sequence[int]) -> None:
    """A question of the second lesson is due to those of these enrolments now, as if they had answered it before."""
    memory = "'number-2', version_id, 1, 1, 2.3, 5.0, '2020-01-01', '2020-01-31', 1, 1, 'review'"
    names = "version_id, lesson, card, stability, difficulty, reviewed_on, due, streak, answers, state"
    for enrolment in enrolled:
        of_them = f"FROM enrolment WHERE id = {enrolment}"
        await on.execute(
            f"INSERT INTO memory (person_id, programme_id, question, {names}) "
            f"SELECT person_id, programme_id, {memory} {of_them}",
            "INSERT INTO review (person_id, due_at, day, asked, silence) "
            f"SELECT person_id, {moment(time())}, '', '', 0 {of_them}",
        )
