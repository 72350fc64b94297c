"""The workload: people who read what comes, press and say things at a steady rate, some of them twice."""

import asyncio
from collections.abc import Collection
from contextlib import suppress
from random import Random
from time import time
from typing import Final

from tests.faults.evidence import Issued
from tests.faults.messenger import LOOK, Messenger, Seen, chats_of

PAUSE: Final = (0.05, 0.9)  # seconds between two things that one person does
TWICE: Final = 0.08  # how often somebody presses again what they have pressed
SAYS: Final = 0.08  # how often somebody says something instead of waiting
HOURS_BEFORE: Final = 8 * 60  # minutes after midnight: an hour that has passed on any working day of place.py


class Learners:
    """Everybody who does something. `issued` grows; the same seed decides the same things."""

    def __init__(self, messenger: Messenger, chats: list[int], seed: str) -> None:
        self._messenger = messenger
        self._people = {chat: Learner(messenger, chat, Random(f"{seed}-{chat}")) for chat in chats}
        self._tasks: list[asyncio.Task[None]] = []
        self._stopping = False

    @property
    def issued(self) -> tuple[Issued, ...]:
        """What everybody did so far, each person's own in order."""
        return tuple(each for person in self._people.values() for each in person.issued)

    def start(self, *, eager: Collection[int]) -> None:
        """Begin; those in `eager` ask for a lesson, the others wait until one comes."""
        self._messenger.ledger.read()
        self._tasks = [
            asyncio.create_task(person.live(eager=chat in eager)) for chat, person in self._people.items()
        ]
        self._tasks.append(asyncio.create_task(self._look()))

    async def stop(self) -> None:
        """Nobody does anything any more."""
        self._stopping = True
        for person in self._people.values():
            person.stop()
        await asyncio.gather(*self._tasks)

    async def _look(self) -> None:
        """Show everybody what came, as it comes."""
        while not self._stopping:
            for chat, shown in chats_of(self._messenger.ledger.read()).items():
                if chat in self._people:
                    self._people[chat].sees(shown)
            await asyncio.sleep(LOOK)


class Learner:
    """One of them."""

    def __init__(self, messenger: Messenger, chat: int, rng: Random) -> None:
        self.issued: list[Issued] = []
        self._messenger, self._chat, self._rng = messenger, chat, rng
        self._shown: asyncio.Queue[Seen | None] = asyncio.Queue()
        self._done: set[str] = set()
        self._stopping = asyncio.Event()
        self._minute = 0

    def sees(self, shown: list[Seen]) -> None:
        """These messages are on the phone now."""
        for each in shown:
            self._shown.put_nowait(each)

    def stop(self) -> None:
        """Begin nothing new."""
        self._stopping.set()
        self._shown.put_nowait(None)

    async def live(self, *, eager: bool) -> None:
        """Do what there is to do, until stopped."""
        if eager and await self._thinks():
            await self._says("/continue")
        while (seen := await self._shown.get()) and not self._stopping.is_set():
            await self._meets(seen)

    async def _meets(self, seen: Seen) -> None:
        key = seen.data[0].partition(":")[0] if seen.data else ""
        if not key or key in self._done:
            return
        if key.startswith("/"):
            if "/continue" in seen.data and self._rng.random() < 0.9:
                await self._presses(seen, "/continue")
            return
        self._done.add(key)
        for data in self._choice(seen):
            await self._presses(seen, data, many=f"{key}:ok" in seen.data)
        if self._rng.random() < TWICE:
            await self._presses(seen, seen.data[0], many=f"{key}:ok" in seen.data)
        if self._rng.random() < SAYS and self._minute < HOURS_BEFORE:
            self._minute += 1
            await self._says(f"/hour {self._minute // 60:02}:{self._minute % 60:02}")

    def _choice(self, seen: Seen) -> list[str]:
        """What is pressed on these buttons, in order."""
        *options, last = seen.data
        if not last.endswith(":ok"):
            return [self._rng.choice(seen.data)]
        return [*self._rng.sample(options, self._rng.randint(1, len(options))), last]

    async def _presses(self, seen: Seen, data: str, *, many: bool = False) -> None:
        if not await self._thinks():
            return
        at = time()
        origin = await self._messenger.presses(self._chat, seen.message, data)
        self.issued.append(Issued(at, self._chat, origin, data, many))

    async def _says(self, text: str) -> None:
        at = time()
        origin = await self._messenger.says(self._chat, text)
        self.issued.append(Issued(at, self._chat, origin, text))

    async def _thinks(self) -> bool:
        """Whether there is still something to be done after a while."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._rng.uniform(*PAUSE)):
                await self._stopping.wait()
        return not self._stopping.is_set()
