"""L3: an announcement is cancelled or paused, and people leave, while it is being sent."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest

from actions import announce
from storage.database import Connection, Database
from tests.fakes.owner import BotApi
from tests.fakes.person import Person
from tests.faults import telling
from tests.faults.store import FILE
from tests.outages import audience, house
from tests.outages.serving import serving, settings
from tests.tools.injection import rows_of

TOLD: Final = "The lift is mended"
PEOPLE: Final = 300
RATE: Final = "60"
SOME: Final = 40
MOST_IN_FLIGHT: Final = 8
SOON: Final = 30.0
pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


@dataclass(slots=True)
class Sending:
    """An announcement that is on its way."""

    bot_api: BotApi
    chats: list[int]
    data: Path

    async def sent(self) -> int:
        """How many have got it."""
        return len(await audience.copies(self.bot_api, TOLD))

    async def changed(self, unit: Callable[[Connection], int]) -> int:
        """How many had got it when a change of it was committed."""
        database = Database(f"sqlite:///{self.data / FILE}")
        await database.open()
        assert await database.write(unit) > 0, "there was something left"
        sent = await self.sent()
        await database.close()
        return sent

    async def states(self) -> dict[tuple[str, str], int]:
        """How many messages are in which state, and why."""
        query = "SELECT state, reason, count(*) FROM outbox WHERE kind = 'announcement' GROUP BY 1, 2"
        return {(state, reason): count for state, reason, count in await rows_of(self.data / FILE, query)}

    async def come_to_rest(self) -> dict[tuple[str, str], int]:
        """The same, once nothing is on its way."""
        async with asyncio.timeout(SOON):
            while True:
                states = await self.states()
                if not {state for state, _ in states} & {"ready", "sending", "waiting"}:
                    return states
                await asyncio.sleep(0.1)


@pytest.fixture
async def sending(tmp_path: Path, bot_api: BotApi) -> AsyncIterator[Sending]:
    """A service that is in the middle of telling everybody something."""
    async with _sending(tmp_path, bot_api) as made:
        yield made


@asynccontextmanager
async def _sending(folder: Path, bot_api: BotApi) -> AsyncIterator[Sending]:
    chats = await audience.started(bot_api, PEOPLE)
    here = await house.build_in(folder / "data", chats)
    environment = settings(folder, ZINUTE_TELEGRAM_RATE=RATE) | bot_api.environment()
    async with serving(folder / "data", environment):
        await telling.tell(f"sqlite:///{folder / 'data' / FILE}", TOLD, here)
        made = Sending(bot_api, chats, folder / "data")

        async def look() -> Any:
            return await made.sent() >= SOME or None

        assert await bot_api.until(look, patience=SOON), "it is not sent"
        yield made


async def test_l3_nothing_is_sent_after_it_was_cancelled(sending: Sending) -> None:
    sent = await sending.changed(lambda tx: announce.cancel(tx, 1, datetime.now(UTC)))
    states = await sending.come_to_rest()
    await asyncio.sleep(2)  # in which a hundred more could go
    assert await sending.sent() <= sent + MOST_IN_FLIGHT
    assert set((await audience.copies(sending.bot_api, TOLD)).values()) == {1}
    assert states == {
        ("sent", ""): await sending.sent(),
        ("dropped", "cancelled"): PEOPLE - await sending.sent(),
    }


async def test_l3_a_pause_and_what_follows_it(sending: Sending) -> None:
    sent = await sending.changed(lambda tx: announce.pause(tx, 1))
    await sending.come_to_rest()
    await asyncio.sleep(2)
    assert await sending.sent() <= sent + MOST_IN_FLIGHT
    await sending.changed(lambda tx: announce.resume(tx, 1, datetime.now(UTC)))
    await audience.until_sent(sending.bot_api, TOLD, sending.chats, SOON)
    assert await audience.copies(sending.bot_api, TOLD) == dict.fromkeys(sending.chats, 1)


async def test_l3_people_leave_and_the_others_are_told(sending: Sending) -> None:
    told = set(await audience.copies(sending.bot_api, TOLD))
    leaving = [chat for chat in sending.chats if chat not in told][-20:]
    for chat in leaving:
        await Person(sending.bot_api, chat).blocks()
    states = await sending.come_to_rest()
    got = await audience.copies(sending.bot_api, TOLD)
    assert got == dict.fromkeys(set(sending.chats) - set(leaving), 1)
    assert states[("sent", "")] == PEOPLE - len(leaving)
    assert sum(count for (state, _), count in states.items() if state == "failed") == len(leaving)
