"""A programme that was set back to a draft: nobody is asked what they learned of it until it is for learners again."""

from datetime import datetime
from functools import partial

from actions.share import entrust
from domain.sharing import Reach
from scheduler.jobs import review as reviewing
from storage.database import Connection, Database
from storage.outbox import OUTBOX
from tests.actions.coming_back import DAY
from tests.actions.test_review import memory, plan, remembered
from tests.storage.samples import MONDAY, Town, address, rows, settle_down


async def test_nothing_is_asked_of_a_draft_and_it_is_asked_again_once_it_is_none(database: Database) -> None:
    def due(tx: Connection) -> Town:
        town = settle_down(tx)
        address(tx, "ana", town.ana)
        remembered(tx, town, town.ana)
        return town

    town = await database.write(due)

    async def owned(reach: Reach, now: datetime) -> None:
        put = partial(entrust, programme=town.programme, owner=town.here, reach=reach, who=None, now=now)
        await database.write(put)

    await owned("draft", MONDAY)
    assert await reviewing.JOB.run(database, MONDAY) == 1
    assert (await rows(database, OUTBOX.c.key), (await plan(database))[0]) == ([], None)
    assert await memory(database, "q1") == ("review", "2026-11-23", 1, 1)  # it is kept
    await owned("own", MONDAY + DAY)
    assert await reviewing.JOB.run(database, MONDAY + DAY) == 1
    assert await rows(database, OUTBOX.c.key) == [(f"review:{town.ana}:2026-11-24",)]
