"""Two machines on one store: the second finds out that the first one runs, waits, and takes over when it has died."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from bot.lease import DEAD
from storage import instance
from storage.database import Database
from tests.bot.messenger import Desk, Messenger
from tests.storage import stores
from tests.storage.outgoing import states
from tests.storage.samples import MONDAY
from zinute import restored
from zinute.restored import WATCHED, Memory, Sleep

MANY = 40
IN_FLIGHT = 4
SECOND = timedelta(seconds=1)


class Machine:
    """A service's part that sends, with what its machine remembers of the store and a messenger of its own."""

    def __init__(self, database: Database, name: str, folder: Path) -> None:
        self.database = database
        self.memory = Memory(folder / name, "postgresql://store")
        self.messenger = Messenger()
        self.desk = Desk(database, self.messenger, f"{name} 1 1", IN_FLIGHT)

    async def looks(self, sleep: Sleep = asyncio.sleep) -> bool:
        """Whether it holds back what is in the store."""
        return await restored.look(self.database, self.memory, MONDAY, sleep=sleep)

    async def goes_on(self, _seconds: float = 0) -> None:
        """One epoch further."""
        await restored.remember(self.database, self.memory)

    @asynccontextmanager
    async def sending(self) -> AsyncIterator[None]:
        """It dies at the end; nobody hears of what it has in flight then."""
        running = asyncio.create_task(self.desk.delivery.run())
        try:
            yield
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    async def until(self, tried: int) -> None:
        """It has tried to send so many."""
        async with asyncio.timeout(10):
            while len(self.messenger.tried) < tried:
                await asyncio.sleep(0.005)


@pytest.fixture
async def machines(database: Database, tmp_path: Path) -> AsyncIterator[tuple[Machine, Machine]]:
    """The first one has run for a while; the second comes to the same store by a door of its own."""
    async with stores.again(database) as door:
        first, second = Machine(database, "first", tmp_path), Machine(door, "second", tmp_path)
        assert not await first.looks()
        await first.goes_on()
        yield first, second


async def test_the_second_sees_that_the_first_one_runs_and_holds_nothing_back(
    machines: tuple[Machine, Machine],
) -> None:
    first, second = machines
    waits = list[float]()

    async def meanwhile(seconds: float) -> None:
        waits.append(seconds)
        await first.goes_on()

    await first.desk.write("k")
    first.messenger.door.clear()
    async with first.sending():
        await first.messenger.in_flight(1)
        assert not await second.looks(meanwhile)
        assert await states(second.database) == {"k": "sending"}
        first.messenger.door.set()
        async with asyncio.timeout(10):
            while await states(second.database) != {"k": "sent"}:
                await asyncio.sleep(0.005)
    assert waits == [WATCHED]
    assert WATCHED > restored.EVERY
    assert not await second.looks(), "it remembers the store now"


async def test_a_store_on_which_nothing_goes_on_while_it_is_watched_is_held(
    machines: tuple[Machine, Machine],
) -> None:
    first, second = machines

    async def nothing_happens(_seconds: float) -> None:
        return None

    await first.desk.write("k")
    assert await second.looks(nothing_happens)
    assert await states(second.database) == {"k": "held"}
    assert await second.database.read(instance.held_at) == MONDAY


async def test_only_one_of_two_machines_sends_and_the_other_takes_over_when_it_died(
    machines: tuple[Machine, Machine],
) -> None:
    first, second = machines
    assert not await second.looks(first.goes_on)
    for number in range(MANY):
        await first.desk.write(f"{number:02}", f"place {number}")
    async with first.sending():
        await first.until(1)
        async with second.sending():
            await first.until(MANY)
            assert second.messenger.tried == []
            first.messenger.door.clear()
            for number in range(MANY, 2 * MANY):
                await first.desk.write(f"{number:02}", f"place {number}")
            await first.until(MANY + IN_FLIGHT)
            in_flight = first.messenger.tried[MANY:]
            assert [await second.desk.lease.take() for _ in range(3)] == [False] * 3
            assert second.messenger.tried == []
    assert not await second.desk.lease.take(), "the first one may be only slow"
    second.desk.ticks += DEAD
    async with second.sending():
        await second.until(MANY - IN_FLIGHT)
        await taken_up(second)
    tried = first.messenger.tried + second.messenger.tried
    assert sorted(tried) == sorted([f"{number:02}" for number in range(2 * MANY)] + in_flight)
    assert sorted(second.messenger.sent_keys) == sorted(f"{number:02}" for number in range(MANY, 2 * MANY))
    assert set((await states(second.database)).values()) == {"sent"}


async def taken_up(machine: Machine) -> None:
    """What was in flight with the other is sent once more, and everything is written down."""
    async with asyncio.timeout(20):
        while set((await states(machine.database)).values()) != {"sent"}:
            await machine.desk.passes(SECOND)
            await asyncio.sleep(0.01)
