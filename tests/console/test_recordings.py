"""Recordings in the console: the form, the archive, and cost and hours of a webinar."""

from datetime import timedelta

import httpx
import pytest
from starlette.applications import Starlette

from console.app import create
from domain.texts import Texts
from storage.database import Database
from storage.webinars import WEBINAR
from tests.console.conftest import Door
from tests.console.keys import entrance
from tests.console.papers import Maker
from tests.console.test_webinars import GOOD, HERE, made, sends
from tests.console.town import MONDAY, Cast, Clock
from tests.storage.samples import rows


@pytest.fixture
def app(database: Database, texts: Texts, clock: Clock) -> Starlette:
    return create(database, texts, clock, documents=Maker(), entrance=entrance())


async def test_a_recording_is_added_and_found_by_words(
    coordinator: httpx.AsyncClient, door: Door, cast: Cast, *, clock: Clock
) -> None:
    which = await made(coordinator, cast, seen_by="everybody")
    assert "No recordings found." in (await coordinator.get(f"{HERE}/recordings")).text
    early = await sends(coordinator, f"{which}/recording", link="https://rec.example/1")
    assert (early.status_code, "once the session has begun" in early.text) == (422, True)
    clock.at = MONDAY + timedelta(days=14, hours=2, minutes=15)
    async with door.signed_in(cast.coordinator) as later:
        assert f'href="/console/webinars/{which}/recording"' in (await later.get(f"{HERE}/{which}")).text
        wrong = await sends(later, f"{which}/recording", link="rec", chapters_lt="<b>?")
        for words in ("has to begin with http", "one on each line", "&lt;b&gt;?"):
            assert words in wrong.text
        kept = await sends(
            later, f"{which}/recording", link="https://rec.example/1", chapters_lt="4:05 Klausimai"
        )
        assert kept.headers["location"] == f"{HERE}/{which}?done=recorded"
        assert "4:05 Klausimai" in (await later.get(f"{HERE}/{which}/recording")).text
        shown = (await later.get(f"{HERE}/recordings?q=klausim+virus")).text
        for words in ("4:05 Klausimai", 'href="https://rec.example/1"', "Everybody it is for"):
            assert words in shown
        assert "No recordings found." in (await later.get(f"{HERE}/recordings?q=bitės")).text
        assert (await later.get(f"{HERE}/99/recording")).status_code == 404


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ({"cost": "12,50", "currency": "EUR", "hours": "1,5"}, (1_250, "EUR", 90)),
        ({"cost": "0", "currency": "PLN"}, (0, "PLN", None)),
        ({"currency": "NOK"}, (None, "", None)),
    ],
)
async def test_cost_and_hours_are_kept_as_they_are_written(
    coordinator: httpx.AsyncClient,
    database: Database,
    cast: Cast,
    said: dict[str, str],
    *,
    kept: tuple[object, ...],
) -> None:
    which = await made(coordinator, cast, **said)
    found = await rows(database, WEBINAR.c.cost, WEBINAR.c.currency, WEBINAR.c.study_minutes)
    assert found == [kept]
    form = (await coordinator.get(f"{HERE}/{which}/edit")).text
    for word in (said.get("cost", ""), said.get("hours", "")):
        assert f'value="{word.replace(",", ".").removesuffix("0") or word}"' in form


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"cost": "much"}, "The price has to be a number"),
        ({"cost": "5"}, "The price has to be a number"),
        ({"cost": "5", "currency": "XXX"}, "The price has to be a number"),
        ({"cost": "100001", "currency": "EUR"}, "The price has to be a number"),
        ({"hours": "-1"}, "Hours have to be a number"),
        ({"hours": "0"}, "Hours have to be a number"),
        ({"hours": "101"}, "Hours have to be a number"),
        ({"date": "9999-12-20", "every": "week", "times": "26"}, "Say the date"),
    ],
)
async def test_what_cannot_be_is_said(
    coordinator: httpx.AsyncClient, cast: Cast, said: dict[str, str], why: str
) -> None:
    answer = await sends(coordinator, "new", **GOOD | {"organisation": str(cast.library)} | said)
    assert (answer.status_code, why in answer.text) == (422, True)
