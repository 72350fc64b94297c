"""The right to send and to fetch for a messenger: held by one process at a time (storage/senders.py)."""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Final

import structlog

from bot import meters
from bot.process import is_gone
from storage import crash, senders
from storage.database import Connection, Database
from storage.senders import Fenced, Sender

BEAT: Final = 2.0  # seconds between two beats
DEAD: Final = 6.0  # seconds without a beat after which another process takes over
TRUST: Final = 4.0  # seconds after its last beat for which the holder still believes in it
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Seen:
    """A lease of somebody else as it was seen, and since when it has looked so."""

    sender: Sender
    since: float


class Lease:
    """One messenger's lease, as this process sees it. `clock` gives monotonic seconds."""

    def __init__(
        self, database: Database, channel: str, owner: str, clock: Callable[[], float] = monotonic
    ) -> None:
        self.channel = channel
        self.sender: Sender | None = None
        self._database, self._owner, self._clock = database, owner, clock
        self._seen: _Seen | None = None
        self._beaten_at = 0.0

    @property
    def fence(self) -> int:
        """The number under which this process writes; raises Fenced when it must not."""
        if self.sender is None:
            raise Fenced(self.channel)
        return self.sender.fence

    @property
    def held(self) -> bool:
        """Whether this process may send and fetch right now."""
        return self.sender is not None and self._clock() - self._beaten_at < TRUST

    @property
    def beat_due(self) -> bool:
        """Whether it is time to beat."""
        return self._clock() - self._beaten_at >= BEAT

    async def take(self) -> bool:
        """Look once; take the lease when it is free, given back, or its holder is dead. Whether it is ours."""
        if self.sender is not None and await self._resume():
            return True
        seen = await self._database.read(lambda tx: senders.get(tx, self.channel))
        if seen is not None and not self._is_free(seen):
            return False
        taken = await self._database.write(lambda tx: senders.take(tx, self.channel, self._owner, seen))
        if taken is None:
            return False
        crash.point("lease-taken")
        self.sender, self._seen = taken, None
        self.beaten()
        meters.LEASES.set(1, self.channel)
        log.info("lease taken", channel=self.channel, fence=taken.fence)
        return True

    async def _resume(self) -> bool:
        """The room fell, the store was away: it is ours still when nobody took it meanwhile."""
        try:
            await self._database.write(self.hold)
        except Fenced:
            self.lost()
            return False
        self.beaten()
        return True

    def hold(self, tx: Connection) -> None:
        """Beat in this transaction; call `beaten` once it is committed. Raises Fenced when the lease is lost."""
        senders.hold(tx, self.channel, self.fence)

    def beaten(self) -> None:
        """The beat was committed."""
        self._beaten_at = self._clock()

    def lost(self) -> None:
        """Somebody else holds it now."""
        self.sender = None
        meters.LEASES.set(0, self.channel)
        log.warning("lease lost", channel=self.channel)

    async def give_back(self) -> None:
        """Let the next process have it at once."""
        if self.sender is not None:
            fence, self.sender = self.sender.fence, None
            meters.LEASES.set(0, self.channel)
            await self._database.write(lambda tx: senders.give_back(tx, self.channel, fence))

    def _is_free(self, sender: Sender) -> bool:
        if sender.owner == "" or is_gone(sender.owner):
            return True
        if self._seen is None or (self._seen.sender.fence, self._seen.sender.beat) != (
            sender.fence,
            sender.beat,
        ):
            self._seen = _Seen(sender, self._clock())
        return self._clock() - self._seen.since >= DEAD
