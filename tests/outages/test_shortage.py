"""P10: no more files, no more memory: the service says so or waits, loses nothing, and recovers."""

import asyncio
import contextlib
import resource
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from tests.fakes.owner import SECRET, BotApi
from tests.faults.store import FILE
from tests.journeys.running import free_port
from tests.outages import house
from tests.outages.serving import Crowd, Service, crowd, serving, settings, stored
from tests.tools.injection import limited, rows_of

FILES: Final = 64
PEOPLE: Final = 10
CONNECTIONS: Final = 200
LASTS: Final = 8.0
RECOVERS: Final = 30.0
MOST_IN_FLIGHT: Final = 8
SPARE: Final = 4 * 2**20  # bytes of memory that are left
BODY: Final = 900_000
HOOK: Final = "/telegram/webhook"
pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]


@contextmanager
def many_connections(port: int) -> Iterator[None]:
    """More visitors than files, who ask nothing."""
    with ExitStack() as opened:
        for _ in range(CONNECTIONS):
            visitor = opened.enter_context(socket.socket())
            visitor.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                visitor.connect(("127.0.0.1", port))
        yield


async def nothing_lost(service: Service, people: Crowd, data: Path) -> None:
    """Everything that was said is answered, and what was acknowledged is in the store."""
    await service.until_ready(RECOVERS)
    await people.until_answered(RECOVERS)
    updates = await rows_of(data / FILE, "SELECT key, state FROM inbox WHERE address <> '1'")
    assert await people.confirmed() <= stored(updates)
    assert [row for row in updates if row[1] != "done"] == []
    assert await people.doubled() <= MOST_IN_FLIGHT
    assert (await service.web.get(f"{service.url}/console", headers=house.SIGNED_IN)).status_code == 200
    assert await service.stop() == 0


async def test_p10_no_more_files(tmp_path: Path, bot_api: BotApi) -> None:
    data, port, people = tmp_path / "data", free_port(), await crowd(bot_api, PEOPLE)
    await house.build_in(data)
    async with serving(data, settings(tmp_path) | bot_api.environment(), port=port) as service:
        await people.hello()
        await people.until_answered(RECOVERS)
        async with people.greeting(0.5):
            with limited(service.pid, resource.RLIMIT_NOFILE, FILES), many_connections(port):
                await asyncio.sleep(LASTS)
                assert service.process.returncode is None, service.said()
        await nothing_lost(service, people, data)


async def test_p10_few_files_from_the_beginning(tmp_path: Path) -> None:
    """It serves as many as it can, were it one."""
    data = tmp_path / "data"
    await house.build_in(data)
    prefix = ("prlimit", f"--nofile={FILES}:{FILES}", "--")
    async with serving(data, settings(tmp_path), prefix=prefix) as service:
        assert (await service.web.get(f"{service.url}/")).status_code == 200
        assert await service.stop() == 0


async def test_p10_no_more_memory(tmp_path: Path, bot_api: BotApi) -> None:
    data, port, people = tmp_path / "data", free_port(), await crowd(bot_api, PEOPLE)
    await house.build_in(data)
    hook = bot_api.environment(webhook=f"http://127.0.0.1:{port}{HOOK}")
    async with serving(data, settings(tmp_path) | hook, port=port) as service:
        await people.hello()
        await people.until_answered(RECOVERS)
        async with people.greeting(0.5):
            with limited(service.pid, resource.RLIMIT_AS, _memory(service.pid) + SPARE):
                answers = await asyncio.gather(*(post(service, number) for number in range(40)))
                await asyncio.sleep(LASTS)
                assert service.process.returncode is None, service.said()
        print(f"answers to large updates: {sorted(answers)}")
        kept = await rows_of(data / FILE, "SELECT count(*) FROM inbox WHERE address = '1'")
        assert kept[0][0] >= answers.count(200), "acknowledged, and lost"
        await nothing_lost(service, people, data)
        assert set(answers) <= {0, 200, 503}, "taken, or asked to come again"


async def post(service: Service, number: int) -> int:
    """Bring a large update; what was said to that, 0 for nothing."""
    update: dict[str, Any] = {"update_id": number, "message": {"from": {"id": 1}, "text": "x" * BODY}}
    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    try:
        return (await service.web.post(f"{service.url}{HOOK}", json=update, headers=headers)).status_code
    except httpx.HTTPError:
        return 0


def _memory(process: int) -> int:
    """The bytes of address space that a process has."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[0])
    return pages * resource.getpagesize()
