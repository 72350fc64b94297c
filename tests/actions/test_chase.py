"""Reminders by a rule: to those who have not confirmed, so often at most, and to nobody once it is cancelled."""

from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import update

from actions import compose, dispatch
from actions.announce import pause, resume
from actions.chase import silent
from actions.compose import Composed
from actions.confirm import confirm
from domain.audience import EVERYBODY
from domain.organisation import Scope
from scheduler.jobs import announce, chase
from storage import announcement_figures, announcements, chasing, people
from storage.announcements import ANNOUNCEMENT
from storage.database import Connection, Database
from storage.outbox import OUTBOX
from tests.actions.test_announce import crowd
from tests.storage.samples import MONDAY, rows

DAY = timedelta(days=1)
BEGUN = MONDAY + dispatch.UNDO


def announced(tx: Connection, times: int = 2, days: int = 1) -> tuple[Scope, int]:
    """An announcement to three people that asks to be confirmed, and is due."""
    town = crowd(tx, 3)
    people.grant(tx, town.ben, town.here, "coordinator")
    scope = Scope(town.ben, frozenset({town.here}), frozenset({"see", "act"}))
    said = Composed(town.here, {"lt": "Labas"}, True, EVERYBODY, chase_days=days, chase_times=times)
    which = compose.save(tx, scope, said, MONDAY, key="k")
    seen = compose.mark(compose.one(tx, scope, which))
    assert dispatch.send(tx, scope, which, None, MONDAY, seen=seen, mails=False) == "due"
    return scope, which


async def begun(database: Database, times: int = 2, days: int = 1) -> tuple[Scope, int, list[int]]:
    """The same once it has arrived; and its people."""
    scope, which = await database.write(partial(announced, times=times, days=days))
    assert await announce.JOB.run(database, BEGUN) == 3
    await arrived(database)
    return scope, which, [row[0] for row in await rows(database, OUTBOX.c.person_id)]


async def arrived(database: Database) -> None:
    await database.write(lambda tx: tx.execute(update(OUTBOX).values(state="sent")))


async def reminded(database: Database, now: datetime) -> list[int]:
    """To whom reminders go at this moment."""
    before = len(await rows(database, OUTBOX.c.id))
    many = await chase.JOB.run(database, now)
    assert await announce.JOB.run(database, now) == many
    await arrived(database)
    return [row[1] for row in (await rows(database, OUTBOX.c.id, OUTBOX.c.person_id))[before:]]


async def say(database: Database, person: int, which: int, now: datetime = BEGUN) -> None:
    await database.write(lambda tx: confirm(tx, person, which, now))


async def test_who_has_not_confirmed_is_reminded_and_at_most_so_often(database: Database) -> None:
    _, which, (one, two, three) = await begun(database)
    await say(database, one, which)
    assert await reminded(database, BEGUN + DAY - timedelta(seconds=1)) == []
    assert await reminded(database, BEGUN + DAY) == [two, three]
    assert await reminded(database, BEGUN + DAY) == []
    await say(database, two, which)
    assert await reminded(database, BEGUN + 2 * DAY) == [three]
    assert await reminded(database, BEGUN + 3 * DAY) == []
    found = await rows(database, ANNOUNCEMENT.c.id, ANNOUNCEMENT.c.first_id, ANNOUNCEMENT.c.chase_at)
    assert found == [(which, None, None), (which + 1, which, None), (which + 2, which, None)]


async def test_it_ends_when_all_have_confirmed_and_waits_while_some_have_not_got_it(
    database: Database,
) -> None:
    _, which, everybody = await begun(database, times=3)
    for each in everybody:
        await say(database, each, which)
    for day in (1, 2):
        assert await reminded(database, BEGUN + day * DAY) == []
    assert await database.read(partial(chasing.due, now=BEGUN + 99 * DAY)) == []


async def test_who_confirms_a_reminder_has_confirmed_the_first_and_the_other_way(database: Database) -> None:
    scope, which, (one, two, three) = await begun(database)
    await say(database, one, which)
    await reminded(database, BEGUN + DAY)
    await say(database, two, which + 1)
    await say(database, three, which)

    def confirmed(tx: Connection) -> list[int]:
        found = announcement_figures.figures(tx, scope, [which, which + 1])
        return [each.confirmed for each in found.values()]

    assert await database.read(confirmed) == [3, 2]
    by_hand = await database.write(
        lambda tx: compose.copied(tx, scope, which + 1, silent(which + 1), BEGUN, key="hand")
    )
    kept = await database.read(lambda tx: announcements.get(tx, by_hand))
    assert (kept.first, kept.chase_times) == (which, 0)


@pytest.mark.parametrize("when", ["before", "put off"])
async def test_nobody_is_reminded_of_what_was_cancelled(database: Database, when: str) -> None:
    scope, which, _ = await begun(database)
    if when == "put off":
        assert await chase.JOB.run(database, BEGUN + DAY) == 3
    cancel = partial(dispatch.steer, scope=scope, which=which, deed="cancel", now=BEGUN + DAY)
    assert await database.write(cancel)
    assert await reminded(database, BEGUN + DAY) == []
    assert await reminded(database, BEGUN + 2 * DAY) == []


async def test_what_is_paused_reminds_when_it_goes_on(database: Database) -> None:
    _, which, _ = await begun(database)
    await database.write(lambda tx: pause(tx, which))
    assert await reminded(database, BEGUN + DAY) == []
    await database.write(lambda tx: resume(tx, which, BEGUN + DAY))
    assert len(await reminded(database, BEGUN + DAY + timedelta(hours=1))) == 3


async def test_it_goes_through_the_gate(database: Database) -> None:
    """What is reminded of on a Saturday comes on Monday, and is of use until then."""
    _, which, _ = await begun(database, times=1, days=7)
    saturday = BEGUN + 5 * DAY
    await database.write(partial(chasing.begin, announcement=which, at=saturday))
    assert await chase.JOB.run(database, saturday) == 3
    assert await announce.JOB.run(database, saturday) == 3
    states = [row[1:] for row in await rows(database, OUTBOX.c.id, OUTBOX.c.state, OUTBOX.c.gate)]
    assert states[3:] == [("waiting", "day")] * 3
