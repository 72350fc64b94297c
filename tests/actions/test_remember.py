"""Memories of answers in lessons: kept after the answers, once each, whoever keeps them."""

import asyncio
from functools import partial

from sqlalchemy import update

from actions.remember import remember
from scheduler.jobs import remember as remembering
from storage.answers import ANSWER
from storage.database import Database
from storage.memories import MEMORY
from storage.organisations import ORGANISATION
from storage.people import PERSON
from storage.reviews import REVIEW
from tests.actions.coming_back import DAY, joined, named
from tests.storage import stores
from tests.storage.samples import MONDAY, rows

KEPT = (MEMORY.c.question, MEMORY.c.answers, MEMORY.c.reviewed_on)


async def forgotten(database: Database) -> None:
    """Nothing is kept of answers that are there."""
    await database.write(lambda tx: tx.execute(MEMORY.delete()))
    await database.write(lambda tx: tx.execute(REVIEW.delete()))
    is_taught = ANSWER.c.worth.is_not(None)
    await database.write(lambda tx: tx.execute(update(ANSWER).where(is_taught).values(fresh=True)))


async def test_the_day_of_the_answer_counts_however_late_it_is_kept(database: Database) -> None:
    await joined(database, named("small"), knows={"small-q1": False})
    before = await rows(database, *MEMORY.c), await rows(database, *REVIEW.c)
    assert len(before[0]) == 2
    await forgotten(database)
    assert await remembering.JOB.run(database, MONDAY + 9 * DAY) == 2
    assert (await rows(database, *MEMORY.c), await rows(database, *REVIEW.c)) == before
    assert await remembering.JOB.run(database, MONDAY + 9 * DAY) == 0


async def test_several_schedulers_keep_each_once(database: Database) -> None:
    await joined(database, *map(named, ("one", "two", "three")))
    await forgotten(database)
    async with stores.again(database) as other:
        one = partial(remember, most=2)
        await asyncio.gather(*(store.write(one) for store in (database, other) * 4))
    while await remembering.JOB.run(database, MONDAY):
        pass
    kept = await rows(database, *KEPT)
    assert sorted((question, answers) for question, answers, _ in kept) == sorted(
        (f"{name}-{question}", 1) for name in ("one", "two", "three") for question in ("q1", "q2")
    )


async def test_what_cannot_be_kept_holds_nothing_up(database: Database) -> None:
    ana = await joined(database, named("small"))
    await forgotten(database)
    here = PERSON.c.id == ana.person
    [(house,)] = await rows(database, PERSON.c.organisation_id, where=here)
    nowhere = update(ORGANISATION).where(ORGANISATION.c.id == house).values(zone="Europe/Atlantis")
    await database.write(lambda tx: tx.execute(nowhere))
    assert await remembering.JOB.run(database, MONDAY) == 2
    assert await remembering.JOB.run(database, MONDAY) == 0
    assert await rows(database, *KEPT) == []
