"""What is due becomes messages once: when a process dies in the middle, and when several look at the same moment."""

import asyncio
import os
import sys
from datetime import datetime, timedelta
from functools import partial

import pytest

from actions import compose, dispatch
from actions.compose import Composed
from domain.audience import EVERYBODY
from domain.organisation import Scope
from scheduler.jobs import announce
from storage import announcements, people
from storage.announcements import ANNOUNCEMENT
from storage.audit import AUDIT
from storage.crash import EXIT
from storage.database import Connection, Database
from storage.outbox import OUTBOX
from tests.actions.test_announce import crowd
from tests.storage import stores
from tests.storage.samples import MONDAY, rows

MANY = 1_200  # more than are written at once
LATER = MONDAY + dispatch.UNDO
LOOK = """
import asyncio, sys
from datetime import datetime
from scheduler.jobs import announce
from storage.database import Database

async def look():
    database = Database(sys.argv[1])
    await database.open()
    await announce.JOB.run(database, datetime.fromisoformat(sys.argv[2]))
    await database.close()

asyncio.run(look())
"""


def due(tx: Connection, many: int, at: datetime | None = None) -> int:
    """An announcement that may go then, or in 30 seconds, to so many people."""
    town = crowd(tx, many)
    people.grant(tx, town.ben, town.here, "coordinator")
    scope = Scope(town.ben, frozenset({town.here}), frozenset({"see", "act"}))
    said = Composed(town.here, {"lt": "Labas"}, confirms=False, rule=EVERYBODY)
    which = compose.save(tx, scope, said, MONDAY, key="k")
    seen = compose.mark(compose.one(tx, scope, which))
    assert dispatch.send(tx, scope, which, at, MONDAY, seen=seen, mails=False) == "due"
    return which


@pytest.mark.parametrize("point", ["announcing", "announcing:2", "announced"])
async def test_a_process_that_dies_in_the_middle_doubles_and_loses_nothing(
    database: Database, point: str
) -> None:
    which = await database.write(partial(due, many=MANY))
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", LOOK, stores.url_of(database), LATER.isoformat()),
        env={**os.environ, "ZINUTE_CRASHPOINT": point},
    )
    assert await child.wait() == EXIT
    assert (await database.read(lambda tx: announcements.get(tx, which))).state == "due"
    assert await rows(database, OUTBOX.c.id) == []
    assert await announce.JOB.run(database, LATER) == MANY
    told = [row[0] for row in await rows(database, OUTBOX.c.person_id)]
    assert len(set(told)) == len(told) == MANY
    assert await announce.JOB.run(database, LATER + timedelta(hours=1)) == 0


async def test_a_time_that_is_nearer_than_the_undoing_is_put_off_to_its_end(database: Database) -> None:
    soon = MONDAY + timedelta(seconds=1)
    which = await database.write(partial(due, many=1, at=soon))
    assert (await database.read(lambda tx: announcements.get(tx, which))).send_at == LATER
    assert await announce.JOB.run(database, soon) == 0
    assert await announce.JOB.run(database, LATER) == 1


async def test_what_could_begin_only_when_it_is_of_no_use_any_more_is_a_draft_again(
    database: Database,
) -> None:
    """And what begins late is of use no longer for that."""
    first = await database.write(partial(due, many=3))
    assert await announce.JOB.run(database, LATER + timedelta(hours=20)) == 3
    assert (await database.read(lambda tx: announcements.get(tx, first))).not_after == LATER + timedelta(
        days=1
    )
    scope = Scope(1, frozenset({1}), frozenset({"see", "act"}))

    def another(tx: Connection) -> int:
        said = compose.composed_of(announcements.get(tx, first))
        which = compose.save(tx, scope, said, MONDAY, key="l")
        seen = compose.mark(compose.one(tx, scope, which))
        assert dispatch.send(tx, scope, which, None, MONDAY, seen=seen, mails=False) == "due"
        return which

    which = await database.write(another)
    assert await announce.JOB.run(database, LATER + timedelta(days=1)) == 0
    found = await database.read(lambda tx: announcements.get(tx, which))
    assert (found.state, found.send_at, found.begun_at) == ("draft", None, None)
    assert len(await rows(database, OUTBOX.c.id)) == 3
    assert "announcement.undone" in [row[0] for row in await rows(database, AUDIT.c.what)]


async def test_of_many_who_look_at_the_same_moment_one_begins(database: Database) -> None:
    await database.write(partial(due, many=20))
    async with stores.again(database) as other:
        looks = (announce.JOB.run(each, LATER) for each in (database, other) * 3)
        assert sorted(await asyncio.gather(*looks)) == [0] * 5 + [20]
    assert len(await rows(database, OUTBOX.c.id)) == 20
    assert await rows(database, ANNOUNCEMENT.c.state) == [("sending",)]


async def test_whoever_undoes_it_as_it_begins_is_told_who_was_first(database: Database) -> None:
    which = await database.write(partial(due, many=5))
    scope = Scope(1, frozenset({1}), frozenset({"see", "act"}))
    undo = partial(dispatch.steer, scope=scope, which=which, deed="undo", now=LATER)
    async with stores.again(database) as other:
        undone, begun = await asyncio.gather(database.write(undo), announce.JOB.run(other, LATER))
    assert (undone, begun) in [(True, 0), (False, 5)]
    assert len(await rows(database, OUTBOX.c.id)) == begun
