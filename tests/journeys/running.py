"""The product as a user starts it: a process of its own, its links, and its sudden end."""

import asyncio
import os
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.tools import commands

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 30


def free_port() -> int:
    """A port of 127.0.0.1 that nobody has just now."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


async def zinute(*arguments: str, **more: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of a command that ends by itself; `more` is its environment's."""
    said = await asyncio.to_thread(commands.zinute, *arguments, environment={**os.environ, **more})
    return said.returncode, said.stdout.decode(), said.stderr.decode()


@dataclass(slots=True)
class Running:
    """A demonstration that runs, and what it printed."""

    process: asyncio.subprocess.Process
    url: str
    printed: str

    def learn_as(self, name: str) -> str:
        """The web chat's link of a sample learner."""
        return self._link(rf"learn as {name}: (\S+)")

    def coordinate_as(self, name: str) -> str:
        """The one-time sign-in link of a sample coordinator."""
        return self._link(rf"coordinate as {name}[^:]*: (\S+)")

    def _link(self, pattern: str) -> str:
        found = re.search(pattern, self.printed)
        assert found, f"{pattern} was not printed:\n{self.printed}"
        return found[1]

    async def kill(self) -> None:
        """kill -9."""
        self.process.send_signal(signal.SIGKILL)
        await self.process.wait()

    async def stop(self) -> int:
        """SIGTERM; the exit code."""
        self.process.terminate()
        return await asyncio.wait_for(self.process.wait(), PATIENCE)


@asynccontextmanager
async def demo(folder: Path, port: int, more: Mapping[str, str] | None = None) -> AsyncIterator[Running]:
    """`zinute demo` on a folder, ready; `more` is added to its environment."""
    arguments = ("-m", "zinute", "demo", "--data", str(folder), "--port", str(port))
    state = folder.parent / f"{folder.name}.state"
    with (folder.parent / f"{folder.name}.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *arguments,
            env={**os.environ, "PYTHONPATH": str(ROOT), "ZINUTE_STATE": str(state), **(more or {})},
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
        )
    try:
        yield Running(process, f"http://127.0.0.1:{port}", await _until_ready(process))
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        process._transport.close()  # type: ignore[attr-defined]


async def _until_ready(process: asyncio.subprocess.Process) -> str:
    assert process.stdout
    printed = ""
    async with asyncio.timeout(PATIENCE):
        while "Ctrl-C" not in printed:
            line = await process.stdout.readline()
            assert line, f"it ended before it was ready:\n{printed}"
            printed += line.decode()
    return printed
