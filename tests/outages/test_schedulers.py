"""P6: several schedulers on one store at once: each occurrence is expanded exactly once."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import select

from storage.activity import ACTIVITY
from storage.database import Database
from storage.steps import STEP
from tests.outages.virtual import Time, Town, settle, stand_in_lesson
from tests.storage import stores
from tests.storage.samples import MONDAY, rows
from tests.storage.stores import Kind

AT: Final = MONDAY + timedelta(hours=7, minutes=30)  # working hours in all three zones
SCHEDULERS: Final = 4
ALL: Final = [300, pytest.param(10_000, marks=[pytest.mark.slow, pytest.mark.timeout(900)])]


@pytest.fixture(params=stores.BOTH)
async def databases(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[list[Database]]:
    """One store, opened as often as there are schedulers, each with connections of its own."""
    kind: Kind = request.param
    server = partial(request.getfixturevalue, "postgres_url")
    async with stores.opened(kind, tmp_path, server) as first, AsyncExitStack() as stack:
        url = await address_of(first, kind, tmp_path)
        opened = [first]
        for _ in range(SCHEDULERS - 1):
            database = Database(url)
            await database.open()
            stack.push_async_callback(database.close)
            opened.append(database)
        yield opened


async def address_of(database: Database, kind: Kind, folder: Path) -> str:
    """Where the store is."""
    if kind == "sqlite":
        (file,) = folder.glob("*.db")
        return f"sqlite:///{file}"
    return await database.read(lambda tx: tx.engine.url.render_as_string(hide_password=False))


async def until_nothing_is_due(town: Town) -> None:
    """A scheduler looks until it finds nothing more, three times in a row: another may have had it in hand."""
    quiet = 0
    while quiet < 3:
        quiet = 0 if await town.jobs() else quiet + 1


@pytest.mark.parametrize("number", ALL)
async def test_p6_each_occurrence_once(databases: list[Database], number: int) -> None:
    first = databases[0]
    enrolled = list(await first.write(partial(settle, number=number)))
    reminded, taught = enrolled[::2], enrolled[1::2]
    await first.write(partial(stand_in_lesson, enrolled=reminded, due=MONDAY))
    towns = [Town(database, Time(AT)) for database in databases]
    await asyncio.gather(*(until_nothing_is_due(town) for town in towns))
    keys = Counter((key.split(":")[0], int(key.split(":")[1])) for key, *_ in await towns[0].messages())
    assert keys == {
        **{("lesson", each): 1 for each in taught},
        **{("reminder", each): 1 for each in reminded},
    }
    assert await opened(first) == Counter(taught)
    sent = await rows(first, ACTIVITY.c.person_id, where=ACTIVITY.c.what == "lesson_sent")
    assert max(Counter(sent).values()) == 1
    assert len(sent) == len(taught)


async def opened(database: Database) -> Counter[int]:
    """How many steps were opened of each enrolment."""
    found: list[tuple[Any, ...]] = await database.read(
        lambda tx: [tuple(row) for row in tx.execute(select(STEP.c.enrolment_id))]
    )
    return Counter(row[0] for row in found)
