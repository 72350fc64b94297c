"""The product's processes as the nemesis sees them: started, killed, stopped gently, frozen, and timed."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import time
from typing import Any, Final

import httpx

from tests.journeys.running import ROOT, free_port

STARTING: Final = 60.0  # seconds after which a process that is not ready has failed
ENDING: Final = 40.0
LOOK: Final = 0.02  # seconds between two questions whether it is ready


class Broken(AssertionError):
    """A process did not do what a round needs it to do; the text says what."""


@dataclass(slots=True)
class Process:
    """A process of the product. `started_at` is Unix time, as is `ready_at` (0.0 until it is)."""

    pid: int
    log: Path
    ended: "asyncio.Future[int]"
    port: int = 0
    started_at: float = field(default_factory=time)
    ready_at: float = 0.0

    async def ready(self) -> float:
        """Return once it serves; seconds since it was started."""
        async with httpx.AsyncClient(trust_env=False, timeout=2) as web, asyncio.timeout(STARTING):
            while not await self._serves(web):
                if self.ended.done():
                    raise Broken(f"it ended with {self.ended.result()} before it was ready: {self.said()}")
                await asyncio.wait({self.ended}, timeout=LOOK)
        self.ready_at = time()
        return self.ready_at - self.started_at

    async def _serves(self, web: httpx.AsyncClient) -> bool:
        try:
            return (await web.get(f"http://127.0.0.1:{self.port}/readyz")).status_code == 200
        except httpx.HTTPError:
            return False

    def signal(self, what: signal.Signals) -> None:
        """Send a signal, unless it has ended."""
        if not self.ended.done():
            os.kill(self.pid, what)

    async def kill(self) -> float:
        """kill -9; when, as Unix time."""
        at = time()
        self.signal(signal.SIGKILL)
        await self.end()
        return at

    async def stop(self) -> tuple[int, float]:
        """SIGTERM; its exit code, and the seconds that it took."""
        began = time()
        self.signal(signal.SIGTERM)
        return await self.end(), time() - began

    async def end(self) -> int:
        """Its exit code, once it has ended."""
        async with asyncio.timeout(ENDING):
            return await asyncio.shield(self.ended)

    def said(self) -> str:
        """The end of what it logged."""
        return self.log.read_text(encoding="utf-8", errors="replace")[-3000:]


class Nursery:
    """Starts processes: at once from the nursery's process, or `cold` by a Python of their own."""

    def __init__(self, process: asyncio.subprocess.Process, folder: Path) -> None:
        self._process, self._folder = process, folder
        self._living: dict[int, Process] = {}
        self._born: asyncio.Queue[int] = asyncio.Queue()
        self._one_order = asyncio.Lock()
        self._started = 0
        self._tasks: set[asyncio.Task[Any]] = {asyncio.create_task(self._listen())}

    async def serve(
        self,
        data: Path,
        environment: Mapping[str, str],
        *,
        cold: bool = False,
        port: int = 0,
        log: Path | None = None,
    ) -> Process:
        """`zinute serve` on this port, or on a free one."""
        port = port or free_port()
        arguments = ["serve", "--data", str(data), "--port", str(port)]
        process = await self.start("zinute", arguments, environment, cold=cold, log=log)
        process.port = port
        return process

    async def start(
        self,
        module: str,
        arguments: list[str],
        environment: Mapping[str, str],
        *,
        cold: bool = False,
        log: Path | None = None,
    ) -> Process:
        """`python -m MODULE ARGUMENTS` with `environment` added to this process's own."""
        self._started += 1
        log = log or self._folder / f"{self._started}.log"
        order = {
            "module": module,
            "arguments": arguments,
            "environment": {**os.environ, "PYTHONPATH": str(ROOT), **environment},
            "log": str(log),
        }
        return await (self._cold(order, log) if cold else self._warm(order, log))

    async def _warm(self, order: Mapping[str, object], log: Path) -> Process:
        assert self._process.stdin
        async with self._one_order:
            ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()
            started_at = time()
            self._process.stdin.write(json.dumps(order).encode() + b"\n")
            process = Process(await self._born.get(), log, ended, started_at=started_at)
        self._living[process.pid] = process
        return process

    async def _cold(self, order: Mapping[str, object], log: Path) -> Process:
        module, arguments, environment = order["module"], order["arguments"], order["environment"]
        assert isinstance(module, str)
        assert isinstance(arguments, list)
        assert isinstance(environment, dict)
        started_at = time()
        with log.open("ab") as sink:
            child = await asyncio.create_subprocess_exec(
                sys.executable, "-m", module, *arguments, env=environment, stdout=sink, stderr=sink
            )
        ended = asyncio.create_task(child.wait())
        self._tasks.add(ended)
        process = Process(child.pid, log, ended, started_at=started_at)
        self._living[process.pid] = process
        return process

    async def _listen(self) -> None:
        assert self._process.stdout
        while line := await self._process.stdout.readline():
            told = json.loads(line)
            if "code" not in told:
                self._born.put_nowait(told["pid"])
                continue
            process = self._living.pop(told["pid"])
            process.ended.set_result(told["code"])

    async def close(self) -> None:
        """Kill what still lives."""
        for process in list(self._living.values()):
            process.signal(signal.SIGCONT)
            await process.kill()
        assert self._process.stdin
        self._process.stdin.close()
        await self._process.wait()
        await asyncio.gather(*self._tasks, return_exceptions=True)


@asynccontextmanager
async def nursery(folder: Path) -> AsyncIterator[Nursery]:
    """Starts processes that log into `folder`; all of them are dead at the end."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "nursery.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-P", "-m", "tests.faults.nursery"),
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
        )
    assert process.stdout
    async with asyncio.timeout(STARTING):
        line = await process.stdout.readline()
    if not line:
        raise Broken(f"the nursery did not start: {(folder / 'nursery.log').read_text()}")
    made = Nursery(process, folder)
    try:
        yield made
    finally:
        await made.close()
