"""A restored backup, or a copy, sends nothing by itself: the machine remembers how far each store had come.

Each store has an id and an epoch that grows while a service runs. The same two are kept in a file outside the store. A
store that comes up with a smaller epoch was restored; one whose id is another's, or unknown here, is a copy.
"""

import asyncio
import hashlib
import json
import os
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Literal

import structlog

from storage import enrolments, instance, queueing
from storage.database import Connection, Database
from zinute.assemble import now, opened
from zinute.config import Settings
from zinute.errors import Stop

EVERY: Final = 10.0  # seconds
A_DAY: Final = timedelta(days=1)
Then = Literal["send", "drop"]
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Mark:
    """What is remembered of a store: its id and how far it had come."""

    id: str
    epoch: int


class Memory:
    """What this machine remembers of one store, in a file of its own."""

    def __init__(self, folder: Path, database_url: str) -> None:
        """`database_url` tells the stores of one machine apart."""
        name = hashlib.sha256(database_url.encode()).hexdigest()[:16]
        self._file = folder / f"{name}.json"

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
        new.write_text(json.dumps(asdict(mark)), encoding="utf-8")
        new.replace(self._file)


async def look(database: Database, memory: Memory, now: datetime) -> bool:
    """Compare the store with what is remembered, and hold back what is due when they differ; whether it is held."""
    mark = await asyncio.to_thread(memory.read)
    found = await database.write(lambda tx: _compare(tx, mark, now))
    await asyncio.to_thread(memory.write, Mark(found.id, found.epoch))
    if found.held_at:
        log.warning(
            "restored or copied: nothing that was due before is sent by itself", since=str(found.held_at)
        )
    return found.held_at is not None


def _compare(tx: Connection, mark: Mark | None, now: datetime) -> instance.Instance:
    store = instance.get(tx)
    if store is None:
        instance.begin(tx, secrets.token_hex(8))
    elif store.held_at is None and (mark is None or mark.id != store.id or store.epoch < mark.epoch):
        instance.hold(tx, now)
        queueing.hold_open(tx)
    found = instance.get(tx)
    assert found is not None, "it was just put there"
    return found


async def keep(database: Database, memory: Memory) -> None:
    """Go on and remember it, until cancelled."""
    while True:
        await remember(database, memory)
        await asyncio.sleep(EVERY)


async def remember(database: Database, memory: Memory) -> None:
    """One epoch further, in the store and then in the file."""
    epoch = await database.write(instance.advance)
    found = await database.read(instance.get)
    if found is not None:
        await asyncio.to_thread(memory.write, Mark(found.id, epoch))


def decide(tx: Connection, then: Then, now: datetime) -> int:
    """What a person decided about a restored store: send what was held, or drop it; how many messages.

    It has a new id from now on. What was due meanwhile comes at its next time.
    """
    held = instance.held_at(tx)
    if held is None:
        return 0
    count = queueing.let_go_open(tx, now) if then == "send" else queueing.drop_held(tx, now)
    if then == "drop":
        enrolments.postpone_due(tx, now, now + A_DAY)  # the ladder moves what is long past by itself
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
