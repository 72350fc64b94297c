"""Reminders of what is over: those on their way stop with it, whether it is cancelled or taken back."""

import pytest

from actions import amend, compose, dispatch
from domain.organisation import Scope
from scheduler.jobs import announce, chase
from storage import announcements
from storage.announcements import ANNOUNCEMENT, State
from storage.database import Connection, Database
from storage.outbox import OUTBOX
from tests.actions.test_chase import BEGUN, DAY, begun
from tests.storage.samples import rows

LATER = BEGUN + DAY


def stopped(tx: Connection, scope: Scope, which: int, how: str) -> None:
    if how == "cancelled":
        assert dispatch.steer(tx, scope, which, "cancel", LATER)
    else:
        seen = compose.mark(announcements.get(tx, which))
        amend.take_back(tx, scope, which, LATER, seen=seen)


@pytest.mark.parametrize("how", ["cancelled", "taken back"])
@pytest.mark.parametrize("state", ["due", "asked"])
async def test_one_that_has_not_begun(database: Database, how: str, state: State) -> None:
    scope, which, _ = await begun(database)
    assert await chase.JOB.run(database, LATER) == 3
    turned = ANNOUNCEMENT.update().where(ANNOUNCEMENT.c.id == which + 1).values(state=state)
    await database.write(lambda tx: tx.execute(turned))
    await database.write(lambda tx: stopped(tx, scope, which, how))
    found = await rows(database, ANNOUNCEMENT.c.id, ANNOUNCEMENT.c.state, ANNOUNCEMENT.c.chase_at)
    assert found == [(which, "cancelled", None), (which + 1, "cancelled", None)]


@pytest.mark.parametrize("how", ["cancelled", "taken back"])
async def test_one_that_waits_for_people(database: Database, how: str) -> None:
    scope, which, _ = await begun(database)
    assert await chase.JOB.run(database, LATER) == 3
    assert await announce.JOB.run(database, LATER) == 3
    await database.write(lambda tx: stopped(tx, scope, which, how))
    there = OUTBOX.c.announcement_id == which + 1
    assert {state for _, state in await rows(database, OUTBOX.c.id, OUTBOX.c.state, where=there)} == {
        "dropped"
    }
