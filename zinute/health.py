"""Whether the service can do its work, in plain words: for probes, and for whoever is woken at night."""

import asyncio
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeVar

import structlog

from actions.meters import Spread
from bot import meters
from bot.channel import Channel
from domain.guessing import ALARM, HOUR
from domain.mailbox import MAIL
from storage import programmes, queues, tries
from storage.database import Connection, Database
from storage.queues import Queues, Standing
from storage.senders import Sender

EVERY: Final = 5.0  # seconds between two tries to write
PATIENCE: Final = 2.0  # seconds that the store gets to answer a probe
LATELY: Final = timedelta(seconds=90)  # a quiet poll takes 25 s, one that is lost 35 until it is given up
T = TypeVar("T")
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at. One that does not decide is told, and leaves the service ready."""

    name: str
    well: bool
    says: str
    decides: bool = True


@dataclass(frozen=True, slots=True)
class Touch:
    """How the last try to write ended: the schema's revision, or what was wrong."""

    schema: str
    says: str


class Health:
    """What is known of a service's store, rooms and messengers. `now` is the one clock."""

    def __init__(
        self, database: Database, channels: Collection[Channel], now: Callable[[], datetime]
    ) -> None:
        self.writes = Spread(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
        self.stopping = False
        self._database, self.now = database, now
        self.names = [each.name for each in channels]
        self._outside = [each.name for each in channels if not each.capabilities.idempotent]
        self._touching: asyncio.Task[Touch] | None = None
        self._touched_at = 0.0

    async def checks(self) -> list[Check]:
        """Everything that was looked at; the store is written at most every EVERY seconds."""
        found = await self._read(queues.standing)
        told = _of_messengers(found, self._outside, self.now()) if found else []
        if slugs := await self.without_mail():
            says = f"Tests of {', '.join(slugs)} begin with a code by e-mail: set ZINUTE_SMTP_URL."
            told.append(Check("mail", well=False, says=says, decides=False))
        if (await self.guessed() or 0) >= ALARM:
            says = f"Codes are guessed, {ALARM} or more within an hour: right ones need a code by e-mail too."
            told.append(Check("codes", well=False, says=says, decides=False))
        return [
            *_of_store(await self.touch(), read=found is not None),
            _of_rooms(stopping=self.stopping),
            *told,
        ]

    async def without_mail(self) -> list[str]:
        """Programmes with a test that nobody can begin, because its code comes by e-mail and no mail is sent."""
        if MAIL in self.names:
            return []
        return await self._read(lambda tx, _names: programmes.wanting_codes(tx)) or []

    async def guessed(self) -> int | None:
        """Codes of the last hour that were none; None when the store does not say in time."""
        since = self.now() - HOUR
        return await self._read(lambda tx, _names: tries.count(tx, "wrong", since))

    async def queues(self) -> Queues | None:
        """What waits; None when the store does not say in time."""
        return await self._read(queues.look)

    async def _read(self, unit: Callable[[Connection, Sequence[str]], T]) -> T | None:
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._database.read(lambda tx: unit(tx, self.names))
        except Exception as error:  # noqa: BLE001 (whatever is wrong with it, that is the answer)
            log.warning("store not read", error=type(error).__name__)
            return None

    async def touch(self) -> Touch:
        """How writing goes: a new try when the last one is EVERY seconds old and has ended."""
        old = time.monotonic() - self._touched_at >= EVERY
        if self._touching is None or (old and self._touching.done()):
            self._touched_at = time.monotonic()
            self._touching = asyncio.create_task(self._touch())
        try:
            async with asyncio.timeout(PATIENCE):
                return await asyncio.shield(self._touching)
        except TimeoutError:
            waited = round(time.monotonic() - self._touched_at)
            return Touch("", f"The store has not written for {waited} s.")

    async def _touch(self) -> Touch:
        try:
            schema = await self._database.write(queues.touch)
        except Exception as error:  # noqa: BLE001 (as above)
            log.warning("store not written", error=type(error).__name__)
            return Touch("", f"The store cannot be written ({type(error).__name__}).")
        took = time.monotonic() - self._touched_at
        self.writes.see(took)
        return Touch(schema, f"The store was written in {round(took * 1000)} ms.")


def _of_store(touch: Touch, *, read: bool) -> list[Check]:
    store = Check("store", bool(touch.schema) and read, touch.says if read else "The store cannot be read.")
    if not touch.schema:
        return [store]
    same = touch.schema == queues.newest_schema()
    says = "The schema is this version's." if same else "The schema is another version's: run that version."
    return [store, Check("schema", same, says)]


def _of_rooms(*, stopping: bool) -> Check:
    rooms = meters.ROOMS.values
    fallen = sorted(name for (name,), stands in rooms.items() if not stands)
    if stopping:
        return Check("rooms", well=False, says="The service is stopping.")
    if fallen or not rooms:
        return Check("rooms", well=False, says=f"Not running: {', '.join(fallen) or 'any yet'}.")
    return Check("rooms", well=True, says="All run.")


def _of_messengers(found: Standing, names: Sequence[str], now: datetime) -> list[Check]:
    told = [_of_messenger(name, found.senders[name], now) for name in names]
    if found.held_at is not None:
        says = "The store is a restored backup or a copy: what was due before waits for a person."
        told.append(Check("copy", well=False, says=says, decides=False))
    return told


def _of_messenger(name: str, sender: Sender | None, now: datetime) -> Check:
    heard = sender.heard_at if sender else None
    if sender and sender.paused_until and sender.paused_until > now:
        left = round((sender.paused_until - now).total_seconds())
        return Check(name, well=False, says=f"It takes nothing from us for another {left} s.", decides=False)
    if heard is None:
        return Check(name, well=False, says="It was not reached yet.", decides=False)
    ago = f"It was reached {round((now - heard).total_seconds())} s ago."
    return Check(name, well=now - heard <= LATELY, says=ago, decides=False)
