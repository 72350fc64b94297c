"""The product's schedules: reminders that are due some day, and a scheduler's look at those that are due now."""

import asyncio
import sys
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import func, select, update

from scheduler.jobs.remind import JOB
from storage.database import Connection, Database
from storage.outbox import OUTBOX
from storage.schedules import SCHEDULE
from storage.steps import STEP
from tests.bench.child import Stopwatch, obey
from tests.bench.clock import now
from tests.bench.world import NUMBER, Model, clone, counted, settle
from zinute.assemble import opened
from zinute.config import Settings
from zinute.logs import set_up

SOME_DAY: Final = timedelta(days=30)
JUST_NOW: Final = timedelta(minutes=1)
NOBODYS: Final = 1_000_000_000  # from here on are items that are never due


def fill(tx: Connection, learners: int, count: int) -> Model:
    """A schedule for each learner's enrolment, and further ones of the same people until there are so many."""
    model = settle(tx, learners)
    tx.execute(update(STEP).values(opened_at=now() - SOME_DAY))
    tx.execute(update(SCHEDULE).values(due_at=now() + SOME_DAY))
    if count > learners:
        first, person = SCHEDULE.c.item == model.enrolment, SCHEDULE.c.person_id + NUMBER % learners
        clone(tx, SCHEDULE, first, count - learners, person_id=person, item=NOBODYS + NUMBER)
    return model


async def make_due(database: Database, model: Model, first: int, count: int) -> None:
    """The reminders of so many learners are due."""
    item = model.enrolment + first
    theirs = update(SCHEDULE).where(SCHEDULE.c.item >= item, SCHEDULE.c.item < item + count)
    await database.write(lambda tx: tx.execute(theirs.values(due_at=now() - JUST_NOW)))


async def reminders(database: Database) -> int:
    """How many reminders are in the outbox."""
    rows = select(func.count()).where(OUTBOX.c.kind == "reminder")
    return int(await database.read(lambda tx: tx.execute(rows).scalar_one()))


async def main(learners: str, count: str) -> None:
    """Schedules in a store of so many learners."""
    set_up("error")
    async with opened(Settings()) as database:
        model = await database.write(lambda tx: fill(tx, int(learners), int(count)))
        await database.write(counted)

        async def look(first: int, count: int) -> Any:
            """Let so many be due, and look until none is; each of them has to be in the outbox then."""
            await make_due(database, model, first, count)
            before, watch, done = await reminders(database), Stopwatch(), 0
            while found := await JOB.run(database, now()):
                done += found
            lap = watch.lap(done)
            written = await reminders(database) - before
            assert done == written == count, f"{done} of {count} were dealt with, {written} are in the outbox"
            return lap

        await obey({"look": look})


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
