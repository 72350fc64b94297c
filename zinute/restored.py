"""A restored backup, or a copy, sends nothing by itself: the machine remembers how far each store had come.

Each store has an id and an epoch that grows while a service runs. The same two are kept in a file outside the store. A
store that comes up with a smaller epoch was restored; one whose id is another's, or unknown here, is a copy.
"""

import asyncio
import hashlib
import json
import os
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit

import structlog

from actions.dispatch import take_back
from actions.give_back import drop_held
from domain.audit import Deed
from storage import audit, claiming, enrolments, instance, queueing
from storage.database import Connection, Database
from storage.instance import Instance
from zinute.assemble import now, opened
from zinute.config import Settings
from zinute.errors import Stop

EVERY: Final = 5.0  # seconds
WATCHED: Final = EVERY + 2  # seconds in which a service that runs is seen to go on
A_DAY: Final = timedelta(days=1)
Then = Literal["send", "drop"]
Sleep = Callable[[float], Awaitable[None]]
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Mark:
    """What is remembered of a store: its id, how far it had come, and how many attempts to send it knew of."""

    id: str
    epoch: int
    attempts: int = 0


class Memory:
    """What this machine remembers of one store, in a file of its own."""

    def __init__(self, folder: Path, database_url: str) -> None:
        """`database_url` tells the stores of one machine apart, but for who signs in to them and how."""
        self._file = file_of(folder, database_url, "json")

    def read(self) -> Mark | None:
        """The mark; None when there is none that can be read."""
        try:
            return Mark(**json.loads(self._file.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def write(self, mark: Mark) -> None:
        """Replace the mark, whole or not at all."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        new = self._file.with_suffix(f".{os.getpid()}")
        with new.open("w", encoding="utf-8") as file:
            file.write(json.dumps(asdict(mark)))
            file.flush()
            os.fsync(file.fileno())
        new.replace(self._file)


def file_of(folder: Path, database_url: str, ending: str) -> Path:
    """Where this machine keeps something of one of its stores."""
    parts = urlsplit(database_url)
    place = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
    return folder / f"{hashlib.sha256(place.encode()).hexdigest()[:16]}.{ending}"


async def look(database: Database, memory: Memory, now: datetime, *, sleep: Sleep = asyncio.sleep) -> bool:
    """Compare the store with what is remembered, and hold back what is due when they differ; whether it is held.

    Another service may begin the same new store at this moment: the mark is read after the store was seen first, as
    whoever raises the epoch has written the mark before.
    """
    before = await database.read(instance.get)
    mark = await asyncio.to_thread(memory.read)
    if before is not None and mark is None and await _somebody_runs_on(database, before, sleep):
        mark = Mark(before.id, before.epoch)
    found = await database.write(lambda tx: _compare(tx, before, mark, now))
    await asyncio.to_thread(memory.write, Mark(found.id, found.epoch, mark.attempts if mark else 0))
    if found.held_at:
        log.warning(
            "restored or copied: nothing that was due before is sent by itself", since=str(found.held_at)
        )
    return found.held_at is not None


async def _somebody_runs_on(database: Database, before: Instance, sleep: Sleep) -> bool:
    """Whether a service of another machine runs on the store: its epoch grows while we watch."""
    if before.epoch == 0:
        return False
    await sleep(WATCHED)
    after = await database.read(instance.get)
    return after is not None and after.id == before.id and after.epoch > before.epoch


def _compare(tx: Connection, before: Instance | None, mark: Mark | None, now: datetime) -> Instance:
    store = instance.get(tx)
    if store is None:
        instance.begin(tx, secrets.token_hex(8))
    elif store.held_at is None and not (
        _is_new(before, mark) or _goes_on(store, claiming.attempts(tx), mark)
    ):
        instance.hold(tx, now)
        queueing.hold_open(tx)
    found = instance.get(tx)
    assert found is not None, "it was just put there"
    return found


def _is_new(before: Instance | None, mark: Mark | None) -> bool:
    """Whether no service ever ran on the store; what is remembered may be of one that was at its place before."""
    return before is None or (before.epoch == 0 and (mark is None or mark.id != before.id))


def _goes_on(store: Instance, attempts: int, mark: Mark | None) -> bool:
    """Whether the store is the one that this machine remembers, and no older."""
    return (
        mark is not None and mark.id == store.id and mark.epoch <= store.epoch and mark.attempts <= attempts
    )


async def keep(database: Database, memory: Memory) -> None:
    """Go on and remember it, until cancelled."""
    while True:
        try:
            await remember(database, memory)
        except OSError as error:
            log.warning("not remembered", error=type(error).__name__)
        await asyncio.sleep(EVERY)


async def remember(database: Database, memory: Memory) -> None:
    """One epoch further, in the store and then in the file."""
    await database.write(instance.advance)
    mark = await database.read(_mark)
    if mark is not None:
        await asyncio.to_thread(memory.write, mark)


async def try_to_remember(database: Database, memory: Memory) -> None:
    """Once more at the end, so that what was sent in the last seconds is not sent again by a backup of them."""
    try:
        await remember(database, memory)
    except Exception as error:  # noqa: BLE001 (a store that is away must not keep the service from ending)
        log.warning("not remembered", error=type(error).__name__)


def _mark(tx: Connection) -> Mark | None:
    found = instance.get(tx)
    return Mark(found.id, found.epoch, claiming.attempts(tx)) if found else None


def decide(tx: Connection, then: Then, now: datetime) -> int:
    """What a person decided about a restored store: send what was held, or drop it; how many messages.

    It has a new id from now on. What was due meanwhile comes at its next time; an announcement that is dropped so is
    a draft again. The audit log has it once for the whole, and at each organisation whose messages they were.
    """
    held = instance.held_at(tx)
    if held is None:
        return 0
    counts = queueing.held_by_organisation(tx)
    count = queueing.let_go_open(tx, now) if then == "send" else drop_held(tx, now)
    if then == "drop":
        take_back(tx, now)
        enrolments.postpone_due(tx, now, now + A_DAY)  # the ladder moves what is long past by itself
    for organisation, its in {**counts, None: count}.items():
        deed = Deed("held.sent" if then == "send" else "held.dropped", organisation, after={"count": its})
        audit.note(tx, deed, None, now)
    instance.begin(tx, secrets.token_hex(8))
    return count


async def settle(settings: Settings, then: Then) -> int:
    """Decide about the store of these settings, and remember that; raises Stop when it is not held."""

    def once(tx: Connection) -> int | None:
        return None if instance.held_at(tx) is None else decide(tx, then, now())

    async with opened(settings, there=True) as database:
        count = await database.write(once)
        if count is None:
            raise Stop(
                "Nothing is held in this store: the service finds out when it starts whether it was restored."
            )
        await remember(database, Memory(settings.state, settings.database_url))
    return count
