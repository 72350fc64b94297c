"""T10: away for a minute, for minutes, for a day: what Telegram forgot meanwhile is not lost in silence."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from time import time
from typing import Any, Final

import pytest

from storage import addresses, enrolments, programmes
from storage.database import Connection, Database
from tests.actions.talk import texts
from tests.fakes.owner import BotApi
from tests.fakes.person import Person
from tests.faults import lessons
from tests.faults.store import FILE, SqliteStore, moment
from tests.outages import audience, house
from tests.outages.serving import serving, settings
from tests.tools.injection import rows_of

PATIENCE: Final = 30.0
STARTS: Final = 9.0  # seconds of an absence that it really takes to be back
RIGHT: Final = "11"  # of lesson 11 in tests/faults/lessons.py
pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]


@dataclass(slots=True)
class Study:
    """A learner in front of a question."""

    data: Path
    environment: dict[str, str]
    person: Person
    bot_api: BotApi

    async def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What a query finds in the store."""
        return await rows_of(self.data / FILE, query)

    async def passes(self, seconds: float) -> None:
        """So long nobody was there: for Telegram, and for the service when it comes back."""
        await self.bot_api.advance(seconds - STARTS)
        heard = f"UPDATE sender SET heard_at = {moment(time() - seconds + STARTS)} WHERE channel = 'telegram'"
        await SqliteStore(self.data).execute(heard)

    async def gets(self, text: str) -> None:
        """The learner sees this at some time, in whatever order."""
        said = texts().say("lt", text)

        async def look() -> bool | None:
            return any(said in seen.text for seen in await self.person.chat()) or None

        assert await self.bot_api.until(look, PATIENCE), (
            f"{said!r} did not come:\n{await self.person.transcript()}"
        )


def enrol(tx: Connection, chat: int) -> None:
    """The learner may begin."""
    now, programme = datetime.now(UTC), programmes.by_slug(tx, lessons.SLUG)
    assert programme is not None
    version = programmes.newest(tx)[programme]
    person = addresses.find_or_add(tx, "telegram", str(chat), "lt", now).person
    assert person is not None
    assert enrolments.enrol(tx, person=person, programme=programme, version=version, at=now)


@pytest.fixture
async def study(tmp_path: Path, bot_api: BotApi) -> Study:
    """The service was killed when the learner had the question; then the learner pressed the right answer."""
    (chat,) = await audience.started(bot_api, 1)
    data, environment = tmp_path / "data", settings(tmp_path) | bot_api.environment()
    await house.build_in(data, [chat])
    person = Person(bot_api, chat)
    async with serving(data, environment) as service:
        database = Database(f"sqlite:///{data / FILE}")
        await database.open()
        await database.write(partial(enrol, chat=chat))
        await database.close()
        await person.says("/continue")
        await person.presses(texts().say("lt", "study.next"))
        await person.waits_for("Which number has lesson 11?")
        await service.kill()
    await person.presses(RIGHT)
    return Study(data, environment, person, bot_api)


ANSWERS: Final = "SELECT chosen, correct FROM answer"
GAPS: Final = "SELECT channel, asked FROM gap"


@pytest.mark.parametrize("seconds", [60.0, 140.0])
async def test_t10_a_short_absence_loses_no_press(study: Study, seconds: float) -> None:
    await study.passes(seconds)
    async with serving(study.data, study.environment):
        await study.gets("study.right")
    assert await study.rows(ANSWERS) == [("1", 1)]


@pytest.mark.parametrize("seconds", [200.0, 25 * 3600.0])
async def test_t10_a_lost_press_is_noticed_and_asked_for_again(study: Study, seconds: float) -> None:
    await study.passes(seconds)
    async with serving(study.data, study.environment):
        await study.gets("study.gap")
        assert await study.rows(ANSWERS) == [], "Telegram forgot the press"
        await study.person.presses(RIGHT)
        await study.gets("study.right")
    assert await study.rows(ANSWERS) == [("1", 1)]
    assert await study.rows(GAPS) == [("telegram", 1)]


async def test_t10_a_gap_is_shown_in_the_console(study: Study) -> None:
    await study.passes(25 * 3600.0)
    async with serving(study.data, study.environment) as service:
        await study.gets("study.gap")
        page = await service.web.get(f"{service.url}/console/messages", headers=house.SIGNED_IN)
        gaps = await study.rows("SELECT began_at, ended_at, asked FROM gap")
    assert len(gaps) == 1
    assert page.status_code == 200, page.text
    assert "Telegram" in page.text
