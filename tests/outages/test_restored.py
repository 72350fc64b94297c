"""S9: a backup that was restored, and a clone beside production, send nothing that was due before by themselves."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest

from storage import enrolments, programmes
from storage.database import Connection, Database
from tests.fakes.owner import BotApi
from tests.faults import lessons, telling
from tests.faults.store import FILE
from tests.outages import audience, house
from tests.outages.serving import Service, serving, settings
from tests.storage import stores
from tests.tools.injection import rows_of
from zinute import restored

TOLD: Final = "The door is painted"
LESSON: Final = "Lesson 11"  # of tests/faults/lessons.py
EVERY_JOB: Final = 6.0  # seconds in which each job has looked
SOON: Final = 20.0
MANY: Final = pytest.param(5_000, 25.0, marks=[pytest.mark.slow, pytest.mark.timeout(600)])


@dataclass(slots=True)
class Place:
    """A data folder, its copy, and the people who are written to: the first learns, all are told something."""

    data: Path
    copy: Path
    environment: dict[str, str]
    chats: list[int]
    here: int
    bot_api: BotApi

    def backup(self) -> None:
        """Copy the store while the service runs, as docs/operating.md says."""
        self.copy.mkdir()
        stores.copy(self.data / FILE, self.copy / FILE)

    def restore(self) -> None:
        """Put the copy where the store is."""
        for old in self.data.glob(f"{FILE}*"):
            old.unlink()
        (self.copy / FILE).rename(self.data / FILE)

    async def tell(self) -> None:
        """Everybody is to be told something, and the first has a lesson due."""
        await telling.tell(f"sqlite:///{self.data / FILE}", TOLD, self.here)
        database = Database(f"sqlite:///{self.data / FILE}")
        await database.open()
        await database.write(self._make_due)
        await database.close()

    def _make_due(self, tx: Connection) -> None:
        now, programme = datetime.now(UTC), programmes.by_slug(tx, lessons.SLUG)
        assert programme is not None
        version = programmes.newest(tx)[programme]
        (person,) = tx.exec_driver_sql(
            "SELECT person_id FROM address WHERE key = ?", (str(self.chats[0]),)
        ).one()
        enrolment = enrolments.enrol(tx, person=person, programme=programme, version=version, at=now)
        assert enrolment is not None
        enrolments.wait(tx, enrolment, now)

    async def got_all(self, within: float) -> None:
        """Everybody has got everything."""
        await audience.until_sent(self.bot_api, TOLD, self.chats, within)
        await audience.until_sent(self.bot_api, LESSON, self.chats[:1], SOON)

    async def states(self) -> dict[str, int]:
        """How many announcements are in which state."""
        query = "SELECT state, count(*) FROM outbox WHERE kind = 'announcement' GROUP BY state"
        return dict(await rows_of(self.data / FILE, query))


@asynccontextmanager
async def place(folder: Path, bot_api: BotApi, number: int) -> AsyncIterator[tuple[Place, Service]]:
    """A service that has just been told to tell everybody something, and of which a backup was made at this moment."""
    chats = await audience.started(bot_api, number)
    environment = settings(folder) | bot_api.environment()
    here = await house.build_in(folder / "data", chats)
    made = Place(folder / "data", folder / "copy", environment, chats, here, bot_api)
    async with serving(made.data, environment) as service:
        await made.tell()
        made.backup()
        yield made, service


async def sent_by_itself(bot_api: BotApi, before: int) -> list[tuple[int, str]]:
    """What was sent since then, once each job has looked."""
    await asyncio.sleep(EVERY_JOB)
    return (await audience.texts_sent(bot_api))[before:]


async def decided(place: Place, then: restored.Then) -> int:
    """The operator decides, while the service runs; how many messages it was about."""
    database = Database(f"sqlite:///{place.data / FILE}")
    await database.open()
    count = await database.write(lambda tx: restored.decide(tx, then, datetime.now(UTC)))
    await database.close()
    return count


@pytest.mark.slow
@pytest.mark.parametrize("then", ["send", "drop"])
@pytest.mark.parametrize(("number", "later"), [(100, 12.0), MANY])
@pytest.mark.timeout(180)
async def test_s9_a_restored_backup(
    tmp_path: Path, bot_api: BotApi, number: int, later: float, then: restored.Then
) -> None:
    async with place(tmp_path, bot_api, number) as (there, service):
        await there.got_all(within=240)
        await asyncio.sleep(later)
        assert await service.stop() == 0
    there.restore()
    states = await there.states()
    assert states.get("ready", 0) + states.get("sending", 0) > number / 2, (
        "the backup has much that was sent since"
    )
    before = len(await audience.texts_sent(bot_api))
    async with serving(there.data, there.environment) as service:
        assert await sent_by_itself(bot_api, before) == []
        states = await there.states()
        assert set(states) <= {"sent", "held"}
        held = states["held"]
        assert "copy" in (await service.web.get(f"{service.url}/readyz")).text, "it is told"
        await still_answers(there)
        before += 1
        assert await decided(there, then) >= held
        if then == "send":
            await audience.until_sent(bot_api, LESSON, there.chats[:1], SOON)
            await until(there, {"sent": number})
        again = await sent_by_itself(bot_api, before)
        assert len([text for _, text in again if TOLD in text]) <= (0 if then == "drop" else held)
    ended = {"sent": number} if then == "send" else {"sent": number - held, "dropped": held}
    assert await there.states() == {state: count for state, count in ended.items() if count}


async def still_answers(there: Place) -> None:
    """Who writes is answered meanwhile."""
    before = len(await audience.texts_sent(there.bot_api))
    await there.bot_api.burst(people=there.chats[-1:], text="hello")

    async def look() -> Any:
        return (await audience.texts_sent(there.bot_api))[before:] or None

    assert await there.bot_api.until(look), "nobody answers"


async def until(there: Place, wanted: dict[str, int]) -> None:
    """Return when the announcements are so."""
    async with asyncio.timeout(240):
        while await there.states() != wanted:
            await asyncio.sleep(0.2)


@pytest.mark.slow
async def test_s9_a_backup_that_is_restored_seconds_later(tmp_path: Path, bot_api: BotApi) -> None:
    async with place(tmp_path, bot_api, 20) as (there, service):
        await there.got_all(within=SOON)
        assert await service.stop() == 0
    there.restore()
    before = len(await audience.texts_sent(bot_api))
    async with serving(there.data, there.environment):
        assert await sent_by_itself(bot_api, before) == []


@pytest.mark.slow
@pytest.mark.parametrize("gone", ["production is gone", "beside production"])
async def test_s9_a_clone(tmp_path: Path, bot_api: BotApi, gone: str) -> None:
    async with place(tmp_path, bot_api, 20) as (there, service):
        await there.got_all(within=SOON)
        if gone == "production is gone":
            assert await service.stop() == 0
        before = len(await audience.texts_sent(bot_api))
        async with serving(there.copy, there.environment) as clone:
            assert await sent_by_itself(bot_api, before) == []
            assert "copy" in (await clone.web.get(f"{clone.url}/readyz")).text, "it is told"
    assert await audience.copies(bot_api, TOLD) == dict.fromkeys(there.chats, 1)
