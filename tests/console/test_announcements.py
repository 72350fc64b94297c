"""Announcements in the console: written, looked at, tried, approved by somebody else, sent, watched and stopped."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select, update

from actions.dispatch import begin
from actions.enlist import set_here
from scheduler.jobs import announce
from storage import people
from storage.announcements import ANNOUNCEMENT
from storage.audit import AUDIT
from storage.confirmations import confirm
from storage.database import Connection, Database
from storage.outbox import OUTBOX
from tests.console.conftest import SAME_ORIGIN, Door
from tests.console.town import MONDAY, Cast, Clock, Town
from tests.storage.samples import rows

HERE = "/console/announcements"
FORM: dict[str, Any] = {"text-lt": "Labas, biblioteka!", "text-en": "Hello, library!", "text-nb": "Hei!"}


async def post(client: httpx.AsyncClient, path: str, **form: Any) -> httpx.Response:
    return await client.post(path, data=form, headers=SAME_ORIGIN)


async def written(client: httpx.AsyncClient, cast: Cast, **form: Any) -> str:
    """The address of a new draft."""
    answer = await post(client, f"{HERE}/new", **{**FORM, "place": str(cast.library), **form})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


async def passed(database: Database, clock: Clock, seconds: int = 30) -> int:
    """So much time goes by, and the scheduler looks."""
    clock.move(seconds=seconds)
    return await announce.JOB.run(database, clock())


async def state(database: Database) -> str:
    found = await rows(database, ANNOUNCEMENT.c.id, ANNOUNCEMENT.c.state, where=ANNOUNCEMENT.c.audience != "")
    return str(found[-1][1])


async def log(database: Database) -> list[tuple[str, int]]:
    found = await rows(database, AUDIT.c.number, AUDIT.c.what, AUDIT.c.person_id)
    return [(what, who) for _, what, who in found if what.startswith("announcement.")]


async def test_a_draft_shows_whom_it_reaches_and_goes_when_there_is_nothing_to_undo(
    coordinator: httpx.AsyncClient, cast: Cast, database: Database, clock: Clock
) -> None:
    page = await written(coordinator, cast, link="https://example.org/a")
    shown = (await coordinator.get(page)).text
    assert "Reaches <strong>1 person</strong>" in shown
    assert "Ona Onaitė" in shown
    assert "3 more people cannot be written to" in shown
    assert await rows(database, OUTBOX.c.id) == []
    assert (await post(coordinator, page, do="send")).headers["location"] == page
    assert await passed(database, clock, 29) == 0
    assert await passed(database, clock, 1) == 1
    assert await state(database) == "sending"
    told = await rows(database, OUTBOX.c.person_id, OUTBOX.c.organisation_id, OUTBOX.c.state)
    assert told == [(cast.learner, cast.library, "ready")]
    assert "<strong>1</strong> of 1 wait" in (await coordinator.get(page)).text
    assert await log(database) == [
        ("announcement.set", cast.coordinator),
        ("announcement.begun", cast.coordinator),
    ]
