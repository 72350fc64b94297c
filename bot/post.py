"""What the house does for a channel: updates into the inbox, pictures and their handles from the store."""

import asyncio
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic
from typing import Literal, Protocol

import structlog

from actions import my_data
from actions.apologise import slow_down
from bot import meters
from bot.channel import Refused, Update
from domain.certificate import Certificate
from domain.language import Language
from domain.limiter import SenderLimiter
from domain.report import Report
from domain.texts import Texts
from storage import certificates, crash, erasures, inbox, media
from storage.database import Connection, Database
from storage.inbox import New, Waiting

MOST_WAITING = 20_000  # updates; more are left with the messenger, which keeps them for a day
LOOK = timedelta(seconds=1)
Place = tuple[str, str]  # a channel, and an address of it
Fate = Literal["handled", "left", "known"]  # of an update that came in
log = structlog.get_logger(__name__)


class Busy(Exception):
    """Too much waits to be handled: the messenger is to try again later."""


class Unhandled(Exception):
    """An update had no effect: it is to be stored without one."""


class Handler(Protocol):
    """Who handles updates (bot/inbound.py)."""

    def respond(self, tx: Connection, update: Waiting, now: datetime) -> None:
        """All that follows from an update, in the transaction that stores it."""
        ...

    def wake(self) -> None:
        """Something was stored and is left."""
        ...


class Full:
    """Whether the inbox is full, looked at once a second."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database, self._now = database, now
        self._looked_at: datetime | None = None
        self._waiting = 0

    async def check(self) -> None:
        """Raises Busy while too much waits."""
        now = self._now()
        if self._looked_at is None or abs(now - self._looked_at) > LOOK:
            self._looked_at = now
            self._waiting = await self._database.read(lambda tx: inbox.backlog(tx, MOST_WAITING))
        if self._waiting >= MOST_WAITING:
            raise Busy


class Turns:
    """One at a time for each address, in the order in which they came."""

    def __init__(self) -> None:
        self._taken: dict[Place, deque[asyncio.Future[None]]] = {}

    async def come(self, place: Place) -> None:
        """Wait for those before; whoever has come has to go."""
        behind = self._taken.get(place)
        if behind is None:
            self._taken[place] = deque()
            return
        mine = asyncio.get_running_loop().create_future()
        behind.append(mine)
        try:
            await mine
        except asyncio.CancelledError:
            if mine.done() and not mine.cancelled():
                self.go(place)
            raise

    def go(self, place: Place) -> None:
        """Let the next one come."""
        behind = self._taken[place]
        while behind:
            if not (first := behind.popleft()).done():
                first.set_result(None)
                return
        del self._taken[place]


class StorePost:
    """The channels' Post on the real store. `now` is the one clock, `paper` makes the file of a certificate, `copy`
    that of a person's own data. Where there is a `handler`, what comes in is handled as it is stored."""

    def __init__(
        self,
        database: Database,
        texts: Texts,
        now: Callable[[], datetime],
        paper: Callable[[Certificate], bytes] | None = None,
        copy: Callable[[Report], bytes] | None = None,
        *,
        seconds: Callable[[], float] = monotonic,
    ) -> None:
        """`seconds` is a clock that never goes back, for how much one sender sends."""
        self.database, self.texts, self.now = database, texts, now
        self._paper, self._copy = paper, copy
        self.heard_at: dict[str, datetime] = {}
        self.handler: Handler | None = None
        self._full, self._turns = Full(database, now), Turns()
        self._senders, self._seconds = SenderLimiter(), seconds

    async def receive(self, channel: str, account: str, update: Update) -> None:
        """Store the update, and handle it if that can be done now; it is committed when this returns.

        What comes from one address is taken one after another. The same key again changes nothing. Whoever sends very
        much waits behind themselves (domain/limiter.py, SenderLimiter).
        """
        place = channel, update.address
        await self._turns.come(place)
        try:
            await self._full.check()
            now, seconds = self.now(), self._seconds()
            if update.address and self._senders.refuses(place, seconds):
                await self._refused(place, now)
                return
            wait = self._senders.wait(place, seconds) if update.address else 0.0
            due = now + timedelta(seconds=wait) if wait else None
            new = New(channel, account, update.key, update.address, update.raw, now, due)
            came = await (
                self._handled(new, self.handler) if self.handler and not wait else self._stored(new)
            )
            if came and update.address:
                self._senders.came(place, self._seconds())
        finally:
            self._turns.go(place)

    async def _refused(self, place: Place, now: datetime) -> None:
        """Tell somebody who sends so much that nothing more is taken for a while; then be silent.

        Who could not be told is when the messenger sends the same again.
        """
        if self._senders.tells(place, self._seconds()):
            log.warning("one sender sends too much", channel=place[0])
            await self.database.write(lambda tx: slow_down(tx, channel=place[0], key=place[1], now=now))
            self._senders.told(place, self._seconds())

    async def _stored(self, new: New) -> bool:
        """Store it for later; False when it was there."""
        added = await self.database.write(lambda tx: _store(tx, new))
        crash.point("stored")
        return added

    async def _handled(self, new: New, handler: Handler) -> bool:
        """Store it with its effect, or without when that fails; False when it was there."""
        crash.point("handling")
        try:
            fate = await self.database.write(lambda tx: _handle(tx, new, handler))
        except Unhandled as error:
            log.warning("update not handled as it came", kind=type(error.__cause__).__name__)
            await self._stored(new)
            fate = "left"
        crash.point("stored")
        crash.point("handled")
        if fate == "handled":
            meters.INGEST.see((self.now() - new.at).total_seconds())
        elif fate == "left":
            handler.wake()
        return fate != "known"

    def heard(self, channel: str) -> None:
        """The messenger answered: what was sent to us meanwhile has come or is coming."""
        self.heard_at[channel] = self.now()

    async def picture(self, digest: str) -> bytes:
        """The bytes of a published picture; raises storage.errors.NotFound."""
        return await self.database.read(lambda tx: media.data(tx, digest))

    async def handle(self, channel: str, account: str, digest: str) -> str | None:
        """The messenger's own file id of a picture that was sent before."""
        return await self.database.read(lambda tx: media.handle(tx, channel, account, digest))

    async def keep_handle(self, channel: str, account: str, digest: str, handle: str) -> None:
        """Remember the messenger's file id of a picture."""
        await self.database.write(lambda tx: media.keep_handle(tx, channel, account, digest, handle))

    async def paper(self, code: str) -> bytes:
        """The file with this code, made now in a thread; raises Refused when it is not to be sent."""
        seed, dot, kind = code.partition(".")
        return await (self._own_data(seed, kind) if dot else self._certificate(code))

    async def _own_data(self, seed: str, kind: str) -> bytes:
        now = self.now()
        person = await self.database.read(lambda tx: erasures.linked(tx, seed, now))
        if person is None:
            raise Refused("the time of the link is over")
        if kind == "json":
            return await self.database.read(lambda tx: my_data.as_json(tx, person, now))
        if self._copy is None:
            raise Refused("no file can be made here")
        report = await self.database.read(lambda tx: my_data.report(tx, person, now))
        return await asyncio.to_thread(self._copy, report)

    async def _certificate(self, code: str) -> bytes:
        kept = await self.database.read(lambda tx: certificates.by_code(tx, code))
        if kept is None or kept.certificate.revoked_on or self._paper is None:
            raise Refused("the certificate was taken back, or no file can be made here")
        try:
            return await asyncio.to_thread(self._paper, kept.certificate)
        except Exception as error:  # it would not be made at another time either
            log.exception("certificate not made", number=kept.certificate.number)
            raise Refused(f"the file could not be made ({type(error).__name__})") from error

    def text(self, language: Language, key: str) -> str:
        """A sentence of the catalogue, without parameters."""
        return self.texts.say(language, key)


def _store(tx: Connection, new: New) -> bool:
    """Put an update into the inbox, to be handled later; False when it is there already."""
    added = inbox.add(tx, new)
    crash.point("stored-uncommitted")
    return added is not None


def _handle(tx: Connection, new: New, handler: Handler) -> Fate:
    """Put an update into the inbox and handle it; "left": an earlier one of its address waits, "known": it was there.

    Raises Unhandled, and then nothing of it may be kept.
    """
    inbox.take_turn(tx, new.channel, new.address)
    added = inbox.add_handled(tx, new)
    if added is None:
        return "left" if _store(tx, new) else "known"
    crash.point("stored-uncommitted")
    try:
        waiting = Waiting(added, new.channel, new.account, new.address, new.raw, 0, new.at)
        handler.respond(tx, waiting, new.at)
    except Exception as error:
        raise Unhandled from error
    return "handled"
