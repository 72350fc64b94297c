"""A small messenger for tests: it takes text in, and records or refuses what goes out, as its test says."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar

from starlette.routing import BaseRoute

from bot.channel import Channel
from bot.delivery import IN_FLIGHT, Delivery
from bot.lease import Lease
from bot.words import Words
from domain.event import Incoming, Said
from domain.fitting import Capabilities
from domain.message import Content, Kind, Message, notice
from scheduler.jobs import promote
from storage import outbox
from storage.database import Connection, Database
from storage.outbox import ATTEMPT, OUTBOX, New, To
from tests.actions.talk import texts
from tests.storage.samples import MONDAY, address, rows

WORDS_ONLY = Capabilities(
    buttons=False, label=20, pictures=False, hidden=False, many=False, edits=False, idempotent=False
)
EVERYTHING = Capabilities(
    buttons=True, label=40, pictures=True, hidden=True, many=True, edits=True, idempotent=False
)
KEYED = Capabilities(
    buttons=True, label=40, pictures=True, hidden=True, many=True, edits=True, idempotent=True
)
MENU = notice("menu.head")


def _open_door() -> asyncio.Event:
    door = asyncio.Event()
    door.set()
    return door


@dataclass
class Messenger:
    """Sends what it is given, after the failures that wait in `failures` (one for each try).

    While its `door` is shut nothing is answered; `most` is how many were in flight at once.
    """

    failures: list[BaseException] = field(default_factory=list)
    sent: list[tuple[str, str, str]] = field(default_factory=list)
    edited: list[tuple[str, str, str]] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)
    door: asyncio.Event = field(default_factory=_open_door)
    rate: float | None = None
    flying: int = 0
    most: int = 0
    name: ClassVar[str] = "web"
    capabilities: ClassVar[Capabilities] = WORDS_ONLY

    @property
    def account(self) -> str:
        return "test"

    async def open(self) -> None:
        return None

    async def receive(self) -> None:
        return None

    def routes(self) -> Sequence[BaseRoute]:
        return ()

    def link(self, code: str) -> str:
        return f"test:{code}"

    def decode(self, raw: str) -> Incoming | None:
        """`ana: hello` is what Ana says; `-` is nothing; what has no colon cannot be understood."""
        if raw == "-":
            return None
        address, text = raw.split(": ", 1)
        return Incoming(address, Said(text), "en")

    async def send(self, address: str, content: Content, *, key: str) -> str:
        await self._try(key)
        self.sent.append((address, key, content.text.plain))
        return f"m{len(self.sent)}"

    async def edit(self, address: str, sent: str, content: Content) -> None:
        await self._try(sent)
        self.edited.append((address, sent, ",".join(map(str, content.selected))))

    async def close(self) -> None:
        return None

    @property
    def sent_keys(self) -> list[str]:
        """The keys of what was sent, in its order."""
        return [key for _, key, _ in self.sent]

    async def in_flight(self, count: int) -> None:
        """Wait until so many are in flight, not for ever."""
        async with asyncio.timeout(10):
            while self.flying != count:
                await asyncio.sleep(0.001)

    async def _try(self, key: str) -> None:
        self.tried.append(key)
        failure = self.failures.pop(0) if self.failures else None
        self.flying += 1
        self.most = max(self.most, self.flying)
        try:
            await self.door.wait()
        finally:
            self.flying -= 1
        if failure:
            raise failure


class Editing(Messenger):
    """The same, with everything that a messenger can have."""

    capabilities: ClassVar[Capabilities] = EVERYTHING


class Idempotent(Messenger):
    """The same, and one message for one key."""

    capabilities: ClassVar[Capabilities] = KEYED


class Elsewhere(Messenger):
    """Another messenger."""

    name: ClassVar[str] = "telegram"


class Desk:
    """A delivery whose clocks are moved: `now` is the time of day, `ticks` are monotonic seconds."""

    def __init__(
        self,
        database: Database,
        channel: Channel,
        owner: str = "one",
        in_flight: int = IN_FLIGHT,
        site: str = "",
    ) -> None:
        self.database, self.name = database, channel.name
        self.now, self.ticks = MONDAY, 0.0
        self.lease = Lease(database, channel.name, owner, lambda: self.ticks)
        self.delivery = Delivery(
            database,
            channel,
            Words(texts(), site),
            self.lease,
            lambda: self.now,
            in_flight=in_flight,
            clock=lambda: self.ticks,
        )

    async def write(
        self,
        key: str,
        to: str = "ana",
        message: Message = MENU,
        *,
        kind: Kind = "reply",
        edits: int | None = None,
        organisation: int | None = None,
        not_after: datetime | None = None,
    ) -> int:
        """A new message to an address of this messenger, ready at once."""

        def add(tx: Connection) -> int:
            place = To(address(tx, to, channel=self.name), self.name, organisation=organisation)
            new = outbox.add(tx, New(place, message, key, kind, None, not_after, edits), self.now)
            assert new is not None
            return new

        return await self.database.write(add)

    async def rounds(self, times: int = 1, apart: timedelta = timedelta(0)) -> list[int]:
        """Send what is ready, so many times; how many attempts each made."""
        done = []
        for _ in range(times):
            done.append(0)
            while made := await self.delivery.send_ready():
                done[-1] += made
            await self.passes(apart)
        return done

    async def passes(self, time: timedelta) -> None:
        """Time passes, and what waited long enough goes into its lane."""
        self.now += time
        await promote.JOB.run(self.database, self.now)

    async def state(self) -> list[tuple[str, str, datetime]]:
        """Key, state and due time of every message."""
        found = await rows(self.database, OUTBOX.c.key, OUTBOX.c.state, OUTBOX.c.due_at)
        return [(row[0], row[1], row[2]) for row in found]

    async def states(self) -> dict[str, str]:
        """The state of each message, by its key."""
        return {key: state for key, state, _ in await self.state()}

    async def journal(self) -> list[tuple[int, str]]:
        """Number and outcome of every attempt."""
        found = await rows(self.database, ATTEMPT.c.id, ATTEMPT.c.number, ATTEMPT.c.outcome)
        return [(row[1], row[2]) for row in found]
