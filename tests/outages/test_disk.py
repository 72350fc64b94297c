"""S1, S2: a disk that is full, or that fails: nothing is acknowledged that is not stored, and it goes on by itself."""

import asyncio
import resource
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest

from tests.fakes.owner import SECRET, BotApi
from tests.faults.store import FILE
from tests.journeys.running import free_port
from tests.outages import house
from tests.outages.serving import Crowd, Service, crowd, serving, settings, stored
from tests.tools.injection import Disk, failing_calls, limited, rows_of, small_disk

PEOPLE: Final = 10
MOST_IN_FLIGHT: Final = 8
RESUMES: Final = 30.0  # seconds after there is space again
NOTICES: Final = 20.0
LASTS: Final = 5.0
SMALL: Final = 32 * 1024  # bytes: every file of a store is longer
MEGABYTES: Final = 8
HOOK: Final = "/telegram/webhook"
RECEIVED: Final = "SELECT key, state FROM inbox"

Rows = Callable[[], Awaitable[list[tuple[Any, ...]]]]


@contextmanager
def full(disk: Disk) -> Iterator[None]:
    """No byte is free."""
    disk.fill()
    yield
    disk.free()


async def until_not_ready(service: Service) -> None:
    """It has noticed."""
    async with asyncio.timeout(NOTICES):
        while await service.ready():
            await asyncio.sleep(0.1)


async def nothing_is_acknowledged_unstored(people: Crowd, rows: Rows) -> None:
    """Whatever Telegram may forget is in the store."""
    confirmed = await people.confirmed()
    assert confirmed - stored(await rows()) == set()


async def looked_at(service: Service, *, hook: bool) -> None:
    """While the store cannot be written: pages are shown, and messengers are asked to come again."""
    assert (await service.web.get(f"{service.url}/")).status_code == 200
    assert (await service.web.get(f"{service.url}/livez")).status_code == 200
    if hook:
        update = {"update_id": 1, "message": {"from": {"id": 1}}}
        headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
        answer = await service.web.post(f"{service.url}{HOOK}", json=update, headers=headers)
        assert (answer.status_code, answer.headers.get("Retry-After")) == (503, "5")


async def comes_back(service: Service, people: Crowd, rows: Rows) -> None:
    """Everything that was said is answered, and nothing is left over."""
    resumed = await people.until_answered(RESUMES)
    print(f"it went on after {resumed:.1f} s; {await people.doubled()} answers came twice")
    await service.until_ready(RESUMES)
    assert [row for row in await rows() if row[1] != "done"] == []
    assert stored(await rows()) == set(people.numbers)
    assert await people.doubled() <= MOST_IN_FLIGHT, "what was in flight, once"
    assert await service.stop() == 0


ALL: Final = [
    pytest.param(False, False, 5.0, id="polling"),
    pytest.param(True, False, 5.0, id="webhook"),
    pytest.param(False, True, 5.0, id="polling, and the log is on it too"),
    pytest.param(True, True, 5.0, id="webhook, and the log is on it too"),
    pytest.param(False, False, 75.0, id="polling, for long"),
    pytest.param(True, True, 75.0, id="webhook, for long, and the log is on it too"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("hook", "logs", "seconds"), ALL)
@pytest.mark.timeout(300)
async def test_s1_a_full_disk(
    tmp_path: Path, bot_api: BotApi, hook: bool, logs: bool, seconds: float
) -> None:
    port, people = free_port(), await crowd(bot_api, PEOPLE)
    called = bot_api.environment(webhook=f"http://127.0.0.1:{port}{HOOK}" if hook else "")
    with small_disk(tmp_path / "disk", MEGABYTES) as disk:
        await house.build_in(tmp_path / "made")
        (disk.outside / FILE).write_bytes((tmp_path / "made" / FILE).read_bytes())
        log = (disk.outside if logs else tmp_path) / "service.log"
        environment = settings(tmp_path) | called
        async with serving(disk.folder, environment, prefix=disk.prefix, log=log, port=port) as service:

            async def rows() -> list[tuple[Any, ...]]:
                return await disk.rows(FILE, RECEIVED)

            await through(service, people, lambda: full(disk), rows, hook=hook, seconds=seconds)
            integrity = await disk.rows(FILE, "PRAGMA integrity_check")
    assert integrity == [("ok",)]


async def test_s1_the_console_is_readable(tmp_path: Path, bot_api: BotApi) -> None:
    data = tmp_path / "data"
    await house.build_in(data)
    async with serving(data, settings(tmp_path)) as service:
        with limited(service.pid, resource.RLIMIT_FSIZE, SMALL):
            await until_not_ready(service)
            page = await service.web.get(f"{service.url}/console", headers=house.SIGNED_IN)
            assert (page.status_code, page.url.path) == (200, "/console"), f"{page.text}\n{service.said()}"
        assert await service.stop() == 0


async def through(
    service: Service, people: Crowd, fault: Callable[[], Any], rows: Rows, *, hook: bool, seconds: float
) -> None:
    """People say hello before, during and after the fault."""
    await people.hello()
    await people.until_answered(NOTICES)
    async with people.greeting(0.5):
        with fault():
            await until_not_ready(service)
            await looked_at(service, hook=hook)
            await asyncio.sleep(seconds)  # that long it lasts
            await nothing_is_acknowledged_unstored(people, rows)
            await looked_at(service, hook=hook)
    await comes_back(service, people, rows)


@pytest.mark.slow
@pytest.mark.timeout(120)
async def test_s1_a_limit_on_the_size_of_files(tmp_path: Path, bot_api: BotApi) -> None:
    """SQLite sees another error then (SQLITE_IOERR_WRITE)."""
    people, data = await crowd(bot_api, PEOPLE), tmp_path / "data"
    await house.build_in(data)
    async with serving(data, settings(tmp_path) | bot_api.environment()) as service:

        async def rows() -> list[tuple[Any, ...]]:
            return await rows_of(data / FILE, RECEIVED)

        def fault() -> Any:
            return limited(service.pid, resource.RLIMIT_FSIZE, SMALL)

        await through(service, people, fault, rows, hook=False, seconds=3.0)


def alarms(service: Service) -> list[str]:
    """Lines of the log that are errors, and say which."""
    lines = service.log.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if '"level": "error"' in line and "SQLITE_IOERR" in line]


FAILING: Final = {
    "sync": ("fdatasync:error=EIO", "fsync:error=EIO"),
    "write": ("pwrite64:error=EIO",),
    "one sync in three": ("fdatasync:error=EIO:when=1+3", "fsync:error=EIO:when=1+3"),
}


@pytest.mark.slow
@pytest.mark.parametrize("faults", FAILING.values(), ids=FAILING)
@pytest.mark.timeout(180)
async def test_s2_a_disk_that_fails(tmp_path: Path, bot_api: BotApi, faults: tuple[str, ...]) -> None:
    people, data = await crowd(bot_api, PEOPLE), tmp_path / "data"
    await house.build_in(data)
    async with serving(data, settings(tmp_path) | bot_api.environment()) as service:

        async def rows() -> list[tuple[Any, ...]]:
            return await rows_of(data / FILE, RECEIVED)

        await people.hello()
        await people.until_answered(NOTICES)
        async with people.greeting(0.5), failing_calls(service.pid, *faults):
            await asyncio.sleep(LASTS)
            await nothing_is_acknowledged_unstored(people, rows)
        await comes_back(service, people, rows)
        assert alarms(service) != [], "whoever is woken reads what is wrong with the disk"
