"""The service as it runs in production, a process of its own, and what was said to it and answered by it."""

import asyncio
import os
import sys
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any, Final

import httpx

from tests.fakes.owner import BotApi
from tests.faults import lessons
from tests.journeys.running import ROOT, free_port

STARTING: Final = 30.0  # seconds
SHIFTS: Final = 10
ENDING: Final = 30.0
LOOK: Final = 0.05


@dataclass(slots=True)
class Service:
    """A running `zinute serve`, and what it logs."""

    process: asyncio.subprocess.Process
    url: str
    log: Path
    web: httpx.AsyncClient

    @property
    def pid(self) -> int:
        """Its process."""
        return self.process.pid

    async def ready(self) -> bool:
        """Whether it says that people can be served."""
        try:
            return (await self.web.get(f"{self.url}/readyz")).status_code == 200
        except httpx.HTTPError:
            return False

    async def until_ready(self, within: float = STARTING) -> float:
        """The seconds until it is."""
        began = monotonic()
        while not await self.ready():
            assert self.process.returncode is None, f"it ended: {self.said()}"
            assert monotonic() - began < within, f"it is not ready after {within} s: {self.said()}"
            await asyncio.sleep(LOOK)
        return monotonic() - began

    async def stop(self) -> int:
        """SIGTERM; the exit code."""
        self.process.terminate()
        return await asyncio.wait_for(self.process.wait(), ENDING)

    async def kill(self) -> None:
        """kill -9."""
        self.process.kill()
        await self.process.wait()

    def said(self) -> str:
        """The end of its log."""
        return self.log.read_text(encoding="utf-8", errors="replace")[-6000:]


def settings(folder: Path, **more: str) -> dict[str, str]:
    """The environment of a service: a small library of its own, a memory of its own, no limit on what it sends."""
    library = folder / "library"
    if not library.exists():
        lessons.write(library)
    own = {"ZINUTE_STATE": str(folder / "state"), "ZINUTE_LIBRARY": str(library), "ZINUTE_TELEGRAM_RATE": "0"}
    return own | more


@asynccontextmanager
async def serving(
    data: Path,
    environment: Mapping[str, str],
    *,
    prefix: Sequence[str] = (),
    log: Path | None = None,
    port: int = 0,
) -> AsyncIterator[Service]:
    """`zinute serve` on a data folder, ready. `prefix` is a command that runs it, `log` is the one it writes."""
    port, log = port or free_port(), log or data.parent / f"{data.name}.log"
    command = (*prefix, sys.executable, "-m", "zinute", "serve", "--data", str(data), "--port", str(port))
    with log.open("ab") as sink:
        process = await asyncio.create_subprocess_exec(
            *command, env={**os.environ, "PYTHONPATH": str(ROOT), **environment}, stdout=sink, stderr=sink
        )
    async with httpx.AsyncClient(trust_env=False, timeout=10, follow_redirects=True) as web:
        service = Service(process, f"http://127.0.0.1:{port}", log, web)
        try:
            await service.until_ready()
            yield service
        finally:
            if process.returncode is None:
                await service.kill()


@dataclass(slots=True)
class Crowd:
    """People who say hello to the bot, in shifts, as nobody speaks twice in a second for long; each hello is answered
    once."""

    bot_api: BotApi
    shifts: list[list[int]]
    numbers: list[int] = field(default_factory=list)
    said: Counter[int] = field(default_factory=Counter)
    hellos: int = 0

    async def hello(self) -> None:
        """The next ones say it."""
        people = self.shifts[self.hellos % len(self.shifts)]
        made = await self.bot_api.burst(people=people, text="hello {n}")
        self.numbers += made["numbers"]
        self.said.update(people)
        self.hellos += 1

    @asynccontextmanager
    async def greeting(self, every: float) -> AsyncIterator[None]:
        """It is said now and again and again meanwhile; afterwards all that was said is known."""
        enough = asyncio.Event()
        saying = asyncio.create_task(self._greet(every, enough))
        try:
            yield
        finally:
            enough.set()
            await saying

    async def _greet(self, every: float, enough: asyncio.Event) -> None:
        while True:
            await self.hello()
            with suppress(TimeoutError):
                await asyncio.wait_for(enough.wait(), every)
                return

    async def answered(self) -> Counter[int]:
        """How many answers each of them got."""
        return Counter(int(entry["chat"]) for entry in await self.bot_api.ledger("sent"))

    async def until_answered(self, within: float) -> float:
        """The seconds until everything that was said has an answer."""
        began = monotonic()

        async def look() -> bool | None:
            return self.said <= await self.answered() or None

        done = await self.bot_api.until(look, patience=within)
        missing = self.said - await self.answered()
        assert done, f"lost, or not answered within {within} s: {missing} of {self.said}"
        return monotonic() - began

    async def doubled(self) -> int:
        """How many answers came more than once."""
        return ((await self.answered()) - self.said).total()

    async def confirmed(self) -> set[int]:
        """The updates that Telegram may forget."""
        return {int(entry["number"]) for entry in await self.bot_api.ledger("confirmed")} & set(self.numbers)


async def crowd(bot_api: BotApi, people: int) -> Crowd:
    """So many people in each shift, who have said nothing yet."""
    everybody = [(await bot_api.person(f"P{number}")).id for number in range(people * SHIFTS)]
    return Crowd(bot_api, [everybody[at : at + people] for at in range(0, len(everybody), people)])


def stored(rows: Sequence[Sequence[Any]]) -> set[int]:
    """The numbers of updates, of rows that begin with their key."""
    return {int(row[0]) for row in rows}
