"""What the house does for a channel: updates into the inbox, pictures and their handles from the store."""

import asyncio
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from actions import my_data
from bot.channel import Refused, Update
from domain.certificate import Certificate
from domain.language import Language
from domain.report import Report
from domain.texts import Texts
from storage import certificates, crash, erasures, inbox, media
from storage.database import Connection, Database
from storage.inbox import Waiting

MOST_WAITING = 20_000  # updates; more are left with the messenger, which keeps them for a day
AT_HAND = 1_000  # updates that need not be read back from the store to be handled
LOOK = timedelta(seconds=1)
log = structlog.get_logger(__name__)


class Busy(Exception):
    """Too much waits to be handled: the messenger is to try again later."""


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


class StorePost:
    """The channels' Post on the real store. `now` is the one clock, `paper` makes the file of a certificate, `copy`
    that of a person's own data."""

    def __init__(
        self,
        database: Database,
        texts: Texts,
        now: Callable[[], datetime],
        paper: Callable[[Certificate], bytes] | None = None,
        copy: Callable[[Report], bytes] | None = None,
    ) -> None:
        self.database, self.texts, self.now = database, texts, now
        self._paper, self._copy = paper, copy
        self.heard_at: dict[str, datetime] = {}
        self.arrived = deque[Waiting](maxlen=AT_HAND)
        self._full = Full(database, now)

    async def receive(self, channel: str, account: str, update: Update) -> None:
        """Store the update; it is committed when this returns, and at hand. The same key again changes nothing."""
        await self._full.check()
        at = self.now()

        def add(tx: Connection) -> int | None:
            new = inbox.add(
                tx,
                channel=channel,
                account=account,
                key=update.key,
                address=update.address,
                raw=update.raw,
                at=at,
            )
            crash.point("stored-uncommitted")
            return new

        new = await self.database.write(add)
        crash.point("stored")
        if new is not None:
            self.arrived.append(Waiting(new, channel, account, update.address, update.raw, 0, at))

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
