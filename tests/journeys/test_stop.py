"""Told to stop: in the middle of work nothing is lost or doubled (P3), and what hangs does not hold it up (P4)."""

import asyncio
import signal
import sqlite3
import sys
import time
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from tests.fakes.owner import BotApi
from tests.fakes.person import Person
from tests.journeys.running import ROOT, Running, demo, free_port

PEOPLE = 12
WITHIN = 10.0  # seconds for a graceful stop
FORCED = 30.0
HANGING = """
import time
from storage import crash

def point(name):
    if name == {name!r}:
        print("hangs", flush=True)
        time.sleep(3600)

crash.point = point
"""


async def stopped(running: Running) -> float:
    """How long it took from SIGTERM to the end with exit code 0."""
    began = time.monotonic()
    assert await running.stop() == 0
    return time.monotonic() - began


def rows(folder: Path, query: str) -> list[tuple[object, ...]]:
    """What is in the store of a demonstration."""
    with sqlite3.connect(folder / "zinute.db") as store:
        return store.execute(query).fetchall()


@pytest.mark.parametrize(
    "rounds",
    [
        pytest.param(5, marks=pytest.mark.timeout(900)),
        pytest.param(100, marks=[pytest.mark.slow, pytest.mark.timeout(3600)]),
    ],
)
async def test_a_stop_under_load_loses_and_doubles_nothing(
    tmp_path: Path, bot_api: BotApi, rounds: int
) -> None:
    seed = rounds
    print(f"seed {seed}")
    rng, folder, port = Random(seed), tmp_path / "demo", free_port()
    people = [await bot_api.person(f"P{number}") for number in range(PEOPLE)]
    longest = 0.0
    for _ in range(rounds):
        async with demo(folder, port, bot_api.environment()) as running:
            await asyncio.gather(*(each.says("hello") for each in people))
            await asyncio.sleep(rng.uniform(0, 0.4))  # the fault comes at any moment
            longest = max(longest, await stopped(running))
        assert rows(folder, "SELECT id FROM outbox WHERE state IN ('sending', 'unknown')") == []
    async with demo(folder, port, bot_api.environment()) as running:
        await bot_api.until(
            lambda: _all_answered(bot_api, rounds), patience=60 + 2 * rounds
        )  # one a second each
        longest = max(longest, await stopped(running))
    assert longest <= WITHIN
    sent = Counter(str(entry["chat"]) for entry in await bot_api.ledger("sent"))
    assert sent == {str(each.id): rounds for each in people}, "one answer to each message"
    assert rows(folder, "SELECT DISTINCT state FROM inbox") == [("done",)]
    assert rows(folder, "SELECT DISTINCT outcome FROM attempt WHERE outcome <> 'not_sent'") == [("sent",)]


async def _all_answered(bot_api: BotApi, rounds: int) -> bool | None:
    return len(await bot_api.ledger("sent")) >= PEOPLE * rounds or None


def hanging(folder: Path, name: str) -> dict[str, str]:
    """The environment of a service that waits an hour at a named point."""
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(HANGING.format(name=name), encoding="utf-8")
    return {"PYTHONPATH": f"{folder}:{ROOT}"}


async def hangs(running: Running) -> None:
    """Return when it has come to that point."""
    assert running.process.stdout is not None
    while b"hangs" not in (line := await running.process.stdout.readline()):
        assert line, "it ended before"


async def goes_on(folder: Path, port: int, bot_api: BotApi, person: Person) -> None:
    """What was in hand when the service was ended by force is dealt with at the next start."""
    async with demo(folder, port, bot_api.environment()) as running:
        await person.waits_for("")
        assert await running.stop() == 0
    assert len(await bot_api.ledger("sent")) == 1
    assert rows(folder, "SELECT state FROM inbox") == [("done",)]


# The thread that writes hangs at the first, the event loop itself at the second.
POINTS = ["handled-uncommitted", pytest.param("handling", marks=pytest.mark.slow)]


@pytest.mark.parametrize("point", POINTS)
async def test_a_second_signal_ends_what_hangs_at_once(tmp_path: Path, bot_api: BotApi, point: str) -> None:
    folder, port, person = tmp_path / "demo", free_port(), await bot_api.person("Anna")
    more = bot_api.environment() | hanging(tmp_path / "hanging", point)
    async with demo(folder, port, more) as running:
        await person.says("hello")
        await hangs(running)
        began = time.monotonic()
        running.process.send_signal(signal.SIGTERM)
        running.process.send_signal(signal.SIGINT)
        async with asyncio.timeout(5):
            assert await running.process.wait() == 1
        assert time.monotonic() - began < 2
    await goes_on(folder, port, bot_api, person)


@pytest.mark.slow
@pytest.mark.timeout(120)
@pytest.mark.parametrize("point", POINTS)
async def test_what_hangs_is_ended_by_force(tmp_path: Path, bot_api: BotApi, point: str) -> None:
    folder, port, person = tmp_path / "demo", free_port(), await bot_api.person("Anna")
    more = bot_api.environment() | hanging(tmp_path / "hanging", point)
    async with demo(folder, port, more) as running:
        await person.says("hello")
        await hangs(running)
        began = time.monotonic()
        running.process.terminate()
        async with asyncio.timeout(FORCED + 5):
            assert await running.process.wait() == 1
        assert time.monotonic() - began <= FORCED
    (line,) = [line for line in (tmp_path / "demo.log").read_text().splitlines() if "by force" in line]
    assert "hanging/sitecustomize.py" in line, "it says what hung"
    await goes_on(folder, port, bot_api, person)


PROGRAM = """
import threading
from pathlib import Path
from zinute.options import settings_of
from zinute.serve import run

run(settings_of(data=Path({folder!r}), port={port}))
print(sorted(each.name for each in threading.enumerate()), flush=True)
"""


async def test_no_thread_is_left(tmp_path: Path) -> None:
    program = PROGRAM.format(folder=str(tmp_path), port=free_port())
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, env={"PYTHONPATH": str(ROOT)}, stdout=-1, stderr=-1
    )
    assert process.stderr is not None
    while b'"ready"' not in (line := await process.stderr.readline()):
        assert line, "it ended before it was ready"
    process.terminate()
    async with asyncio.timeout(WITHIN):
        out, _ = await process.communicate()
    assert (process.returncode, out) == (0, b"['MainThread', 'watchdog']\n"), (
        "the watch goes with the process"
    )
