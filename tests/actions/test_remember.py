"""Memories of answers in lessons: kept after the answers, once each, whoever keeps them."""

import asyncio
from functools import partial

from sqlalchemy import update

from actions.remember import remember
from scheduler.jobs import remember as remembering
from scheduler.jobs import sweep
from storage import answers
from storage.answers import ANSWER
from storage.database import Connection, Database
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
    await database.write(lambda tx: tx.execute(update(ANSWER).where(is_taught).values(fresh=1)))


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
    [given] = (await database.read(partial(answers.waiting, most=9))).values()
    assert len(given) == 6
    async with stores.again(database) as other:
        one = partial(remember, given=given)
        done = await asyncio.gather(*(store.write(one) for store in (database, other) * 4))
    assert sum(done) == 6
    assert await remembering.JOB.run(database, MONDAY) == 0
    kept = await rows(database, *KEPT)
    assert sorted((question, count) for question, count, _ in kept) == sorted(
        (f"{name}-{question}", 1) for name in ("one", "two", "three") for question in ("q1", "q2")
    )


async def test_what_cannot_be_kept_holds_nothing_up_and_is_tried_again(database: Database) -> None:
    ana = await joined(database, named("small"))
    await forgotten(database)
    [(house,)] = await rows(database, PERSON.c.organisation_id, where=PERSON.c.id == ana.person)
    await database.write(partial(moved_to, house=house, zone="Europe/Atlantis"))
    assert await remembering.JOB.run(database, MONDAY) == 2
    assert await remembering.JOB.run(database, MONDAY) == 0
    assert (await rows(database, *KEPT), await rows(database, *REVIEW.c)) == ([], [])
    await database.write(partial(moved_to, house=house, zone="Europe/Vilnius"))
    assert await remembering.JOB.run(database, MONDAY) == 0
    await sweep.JOB.run(database, MONDAY)
    assert await remembering.JOB.run(database, MONDAY + DAY) == 2
    assert len(await rows(database, *KEPT)) == 2


def moved_to(tx: Connection, house: int, zone: str) -> None:
    tx.execute(update(ORGANISATION).where(ORGANISATION.c.id == house).values(zone=zone))
