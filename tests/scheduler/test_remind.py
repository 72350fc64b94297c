"""The job that reminds: everything that is due in one look, batch after batch, on both stores."""

from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from actions.remind import begin
from scheduler.jobs import remind
from storage import enrolments, people
from storage.database import Connection, Database
from storage.outbox import OUTBOX
from tests.storage import stores
from tests.storage.samples import MONDAY, address, rows, settle_down

HOUR = timedelta(hours=1)


@pytest.fixture(params=stores.BOTH)
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """Each of the two stores, migrated, open and empty."""
    server = partial(request.getfixturevalue, "postgres_url")
    async with stores.opened(request.param, tmp_path, server) as database:
        yield database


def learning(tx: Connection, number: int) -> None:
    """So many people stand in their first lesson since Monday morning."""
    town = settle_down(tx)
    for each in range(number):
        person = people.add(tx, organisation=town.here, name="P", email=f"p{each}@a.example", language="lt")
        address(tx, f"p{each}", person)
        new = enrolments.enrol(tx, person=person, programme=town.programme, version=town.version, at=MONDAY)
        assert new is not None
        enrolments.move(tx, new, 0, 0, MONDAY)
        begin(tx, people.get(tx, person), new, MONDAY)


@pytest.mark.parametrize("number", [3, remind.MOST, remind.MOST + 1])
async def test_all_that_is_due_comes_in_one_look(database: Database, number: int) -> None:
    await database.write(partial(learning, number=number))
    looks = [await remind.JOB.run(database, MONDAY + hours * HOUR) for hours in (0, 4, 4)]
    assert looks == [0, number, 0]
    keys = [row[0] for row in await rows(database, OUTBOX.c.key)]
    assert len(keys) == number
    assert all(key.endswith(":0:2026-11-23") for key in keys)
