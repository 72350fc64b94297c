"""The watch over the event loop: a loop that stands still is reported, and the end comes when it has to (P4, P11)."""

import asyncio
import fcntl
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from structlog.testing import capture_logs

from bot.channel import Update
from bot.post import StorePost
from storage.database import Database
from storage.inbox import INBOX
from tests.storage import stores
from tests.storage.samples import MONDAY
from zinute import catalogues
from zinute.watchdog import NAME, Watchdog
from zinute.web import Server, listen

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import asyncio, threading, time
from zinute.logs import set_up
from zinute.watchdog import Watchdog

async def main():
    gone = asyncio.Event()
    with Watchdog(stopped=0.5, look=0.1).watching(gone.set):
        print("ready", flush=True)
        {inside}
        await gone.wait()
    {after}

set_up("info")
asyncio.run(main())
print([each.name for each in threading.enumerate()], flush=True)
"""


async def run(inside: str = "", after: str = "", *, signals: int = 1) -> tuple[int | None, str, str, float]:
    """Exit code, what was printed, what was logged, and how long the end took, of a program that is told to stop."""
    program = PROGRAM.format(inside=inside or "pass", after=after or "pass")
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        program,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"ready\n"
    if "hung" in inside + after:
        assert await process.stdout.readline() == b"hung\n"
    told = time.monotonic()
    for number in (signal.SIGTERM, signal.SIGINT)[:signals]:
        process.send_signal(number)
    async with asyncio.timeout(20):
        out, err = await process.communicate()
    return process.returncode, out.decode(), err.decode(), time.monotonic() - told


async def test_a_signal_ends_the_service_and_leaves_no_thread() -> None:
    code, out, err, _ = await run()
    assert (code, out, err) == (0, f"['MainThread', '{NAME}']\n", ""), (
        "the watch itself goes with the process"
    )


HANGS = 'print("hung", flush=True); time.sleep(3600)'
IN_A_THREAD = "threading.Thread(target=time.sleep, args=(3600,), name='stuck').start()"


@pytest.mark.parametrize(
    ("inside", "after", "where"),
    [(HANGS, "", "MainThread"), ("", "time.sleep(3600)", "MainThread"), (IN_A_THREAD, "", "stuck")],
    ids=["a blocked loop", "a hanging end", "a thread that stays"],
)
async def test_what_hangs_is_ended_by_force_and_named(inside: str, after: str, where: str) -> None:
    code, _, err, took = await run(inside, after)
    assert code == 1
    assert 0.5 <= took < 5
    (line,) = err.strip().splitlines()
    assert "ended by force" in line
    assert where in line


async def test_a_second_signal_ends_it_at_once() -> None:
    code, _, err, took = await run(HANGS, signals=2)
    assert (code, "told twice" in err, took < 0.5) == (1, True, True)


async def test_no_reader_of_the_log_holds_up_the_end() -> None:
    """A pipe that nobody empties blocks whoever writes into it."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 4096)
    assert os.write(writer, b"x" * 8192) == 4096
    os.set_blocking(writer, True)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        PROGRAM.format(inside=HANGS, after="pass"),
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
        stderr=writer,
    )
    assert process.stdout is not None
    for expected in (b"ready\n", b"hung\n"):
        assert await process.stdout.readline() == expected
    process.terminate()
    async with asyncio.timeout(20):
        assert await process.wait() == 1
    os.close(reader)
    os.close(writer)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Database]:
    async with stores.opened("sqlite", tmp_path, str) as database:
        yield database


class Door:
    """A web server with one address that stores what it is given before it says yes."""

    def __init__(self, database: Database) -> None:
        self.socket: socket.socket = listen("127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}/"
        self.started = asyncio.Event()
        self._post = StorePost(database, catalogues.load(), lambda: MONDAY)
        app = Starlette(routes=[Route("/", self._store, methods=["POST"])])
        self.server = Server(app, started=self.started.set, closing=_nothing)

    async def _store(self, request: Request) -> Response:
        update = Update(key="1", address="ana", raw=(await request.body()).decode())
        await self._post.receive("web", "test", update)
        return Response()


async def _nothing() -> None:
    return None


async def test_a_blocked_loop_is_reported_once_and_acknowledges_nothing(store: Database) -> None:
    door, dog = Door(store), Watchdog(blocked=1.0, look=0.25)
    blocking, answers = threading.Event(), list[object]()

    def knock() -> None:
        blocking.wait()
        try:
            answers.append(httpx.post(door.url, content="hello", timeout=1.0).status_code)
        except httpx.TimeoutException:
            answers.append("nothing")

    serving = asyncio.create_task(door.server.serve(sockets=[door.socket]))
    await door.started.wait()
    with capture_logs() as logged, dog.watching(door.server.leave):
        knocking = asyncio.create_task(asyncio.to_thread(knock))
        await asyncio.sleep(0)
        blocking.set()
        time.sleep(2.0)  # the fault: the loop does not turn
        await knocking
        assert answers == ["nothing"]
        async with httpx.AsyncClient() as client:
            assert (await client.post(door.url, content="hello")).status_code == 200
        assert dog.blocked == 1
        door.server.leave()
        await serving
    reports = [each for each in logged if each["event"] == "event loop blocked"]
    assert len(reports) == 1
    where: dict[str, Any] = reports[0]["where"]
    assert any(place.startswith("zinute/test_watchdog.py:") for place in where["MainThread"])
    assert [row.key for row in await store.read(lambda tx: tx.execute(INBOX.select()).all())] == ["1"]


async def test_a_loop_that_turns_is_left_alone_and_signals_are_given_back() -> None:
    before, dog = signal.getsignal(signal.SIGTERM), Watchdog(blocked=2.0, look=0.05)
    with capture_logs() as logged, dog.watching(_fails):
        assert signal.getsignal(signal.SIGTERM) != before
        await asyncio.sleep(0.3)  # a dozen beats
    assert signal.getsignal(signal.SIGTERM) == before
    assert [each.name for each in threading.enumerate() if each.name == NAME] == []
    assert signal.set_wakeup_fd(-1) == -1
    assert sum(dog.lags.counts) > 1
    assert (dog.blocked, [each for each in logged if each["log_level"] == "error"]) == (0, [])


def _fails() -> None:
    raise AssertionError("nobody told it to stop")
