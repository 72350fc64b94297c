"""A round in play: a copy of the town's store, services on it, what was done to them, and the judgement at the end."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from signal import SIGCONT, SIGKILL
from time import time
from typing import Final

from tests.faults import telling
from tests.faults.checker import Verdict, judge
from tests.faults.drain import drained
from tests.faults.evidence import Intended, Issued
from tests.faults.gather import Notes, Since, begin, gather
from tests.faults.processes import Process
from tests.faults.store import Store, moment
from tests.faults.town import Town
from zinute.restored import Mark, Memory

EXIT: Final = 10.0  # seconds that SIGTERM may take


@dataclass(frozen=True, slots=True)
class Outcome:
    """A round that is over: how often the service ended in it, and the seconds that things took."""

    name: str
    seed: str
    verdict: Verdict
    ends: int = 0
    ready: tuple[float, ...] = ()
    slowest_stop: float = 0.0
    seconds: float = 0.0
    problems: tuple[str, ...] = ()

    @property
    def broken(self) -> list[str]:
        """Every promise that was not kept."""
        return [*self.problems, *self.verdict.broken]


@dataclass(slots=True)
class Play:
    """What is going on: seconds that services took to be `ready`, `problems` that were met, announcements `told`."""

    town: Town
    store: Store
    seed: str
    since: Since
    began: float = field(default_factory=time)
    services: list[Process] = field(default_factory=list)
    kills: list[float] = field(default_factory=list)
    ready: list[float] = field(default_factory=list)
    slowest_stop: float = 0.0
    problems: list[str] = field(default_factory=list)
    told: dict[str, frozenset[int]] = field(default_factory=dict)

    async def serve(
        self, environment: Mapping[str, str] | None = None, *, cold: bool = False, port: int = 0
    ) -> Process:
        """One more service on the store."""
        log = self.store.data / "service.log"
        settings = self.town.environment(self.store) | dict(environment or {})
        process = await self.town.world.nursery.serve(
            self.store.data, settings, cold=cold, port=port, log=log
        )
        self.services.append(process)
        return process

    async def served(
        self, environment: Mapping[str, str] | None = None, *, cold: bool = False, port: int = 0
    ) -> Process:
        """One more service, ready."""
        process = await self.serve(environment, cold=cold, port=port)
        self.ready.append(await process.ready())
        return process

    async def tell(self, key: str, house: str = "crowd", *, mandatory: bool = False) -> None:
        """Announce something to an organisation's people."""
        text = f"{key} ({self.seed})"
        self.told[text] = frozenset(getattr(self.town, house))
        await telling.tell(self.store.url, text, self.town.houses[house], mandatory=mandatory)

    async def kill(self, process: Process) -> None:
        """kill -9; it must not have ended before."""
        self.kills.append(await process.kill())
        if process.ended.result() != -SIGKILL:
            self.problems.append(f"it ended with {process.ended.result()} before: {process.said()}")

    async def stop(self, process: Process) -> None:
        """SIGTERM, and its promise."""
        code, took = await process.stop()
        self.slowest_stop = max(self.slowest_stop, took)
        if code or took > EXIT:
            self.problems.append(f"SIGTERM: exit code {code} after {took:.1f} s: {process.said()}")

    async def judged(
        self,
        issued: tuple[Issued, ...] = (),
        intended: Intended | None = None,
        *,
        late_allowed: bool = False,
    ) -> Verdict:
        """Let everything come to its end, stop, and judge."""
        left = await drained(self.store, self.town.messenger)
        if left:
            self.problems.append(f"it came to a standstill with {left}")
        for process in self.services:
            if not process.ended.done():
                await self.stop(process)
        wanted = intended or Intended()
        wanted = replace(wanted, announcements={**wanted.announcements, **self.told})
        notes = Notes(self.since, issued, wanted, tuple(self.kills), late_allowed)
        return judge(await gather(self.store, self.town.messenger.ledger, notes))

    def outcome(self, name: str, verdict: Verdict) -> Outcome:
        """The round is over."""
        return Outcome(
            name=f"{name} ({self.town.kind})",
            seed=self.seed,
            verdict=verdict,
            ends=len(self.services) - 1,
            ready=tuple(self.ready),
            slowest_stop=self.slowest_stop,
            seconds=time() - self.began,
            problems=tuple(self.problems),
        )


@asynccontextmanager
async def playing(town: Town, seed: str, *, fresh: bool = False) -> AsyncIterator[Play]:
    """A round on a copy of the town's store; what is left of it goes with the world.

    The machine remembers the copy as if it had always been there; with `fresh` no service ever ran on it.
    """
    store = await town.store.copy(town.world.folder() / "data")
    await store.execute(f"UPDATE sender SET heard_at = {moment(time())}")  # nothing was missed meanwhile
    if fresh:
        await store.execute("DELETE FROM instance")
    else:
        (known,) = await store.rows("SELECT id, epoch FROM instance")
        Memory(store.data / "state", store.url).write(Mark(known["id"], known["epoch"]))
    play = Play(town, store, seed, await begin(store, town.messenger.ledger))
    try:
        yield play
    finally:
        for process in play.services:
            process.signal(SIGCONT)
            await process.kill()
