"""What is announced in groups keeps the hours and days of their places, and is not over before it is there."""

from datetime import datetime, timedelta

import pytest

from actions import compose, dispatch, groups
from actions.announce import pause, resume
from actions.compose import Composed
from actions.dispatch import NotSent
from domain.audience import EVERYBODY
from domain.group import Bound
from domain.organisation import Scope
from scheduler.jobs import announce, promote
from storage import announcement_figures, people
from storage import groups as kept
from storage.announcements import ANNOUNCEMENT
from storage.database import Connection, Database
from storage.outbox import OUTBOX
from tests.bot.messenger import Desk, Messenger
from tests.storage.samples import MONDAY, rows, settle_down

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
EVENING = MONDAY + 9 * HOUR  # 18:30 in Vilnius
TUESDAY = MONDAY + DAY - 1.5 * HOUR  # 08:00
FRIDAY_EVENING = EVENING + 4 * DAY


def house(tx: Connection, channel: str = "web") -> tuple[Scope, int]:
    """A library with a coordinator, and the number of its group."""
    town = settle_down(tx)
    people.grant(tx, town.ben, town.here, "coordinator")
    scope = Scope(town.ben, frozenset({town.here}), frozenset({"see", "act"}))
    groups.ask(tx, scope, town.here, "lt", now=MONDAY, new_code=lambda: "A" * 22)
    groups.follow(tx, channel, "-100", Bound("A" * 22, "Visi", "group"), MONDAY)
    (mine,) = kept.of_scope(tx, scope)
    tx.execute(OUTBOX.delete())
    return scope, mine.id


def told(tx: Connection, scope: Scope, group: int, now: datetime, days: int = 1) -> int:
    """Sent to the group alone."""
    (place,) = scope.organisations
    said = Composed(place, {"lt": "Labas"}, confirms=False, rule=EVERYBODY, days=days, groups=(group,))
    which = compose.save(tx, scope, said, now, key=f"k{now:%d%H}")
    seen = compose.mark(compose.one(tx, scope, which))
    assert dispatch.send(tx, scope, which, None, now, seen=seen, mails=False) == "due"
    return which


async def stands(database: Database, scope: Scope, which: int) -> tuple[bool, list[tuple[str, datetime]]]:
    """Whether something of it waits, and where its posts are."""
    found = await database.read(lambda tx: announcement_figures.figures(tx, scope, [which])[which])
    posts = await rows(database, OUTBOX.c.id, OUTBOX.c.state, OUTBOX.c.due_at)
    return found.waits, [(state, due) for _, state, due in posts]


async def test_a_post_waits_for_the_morning_and_is_not_over_before(database: Database) -> None:
    scope, group = await database.write(house)
    which = await database.write(lambda tx: told(tx, scope, group, EVENING))
    begun = EVENING + dispatch.UNDO
    assert await announce.JOB.run(database, begun) == 1
    assert await stands(database, scope, which) == (True, [("waiting", TUESDAY)])
    await promote.JOB.run(database, TUESDAY - HOUR)
    assert await stands(database, scope, which) == (True, [("waiting", TUESDAY)])
    await promote.JOB.run(database, TUESDAY)
    assert await stands(database, scope, which) == (True, [("ready", TUESDAY)])
    messenger = Messenger()
    desk = Desk(database, messenger)
    desk.now = TUESDAY + 11 * HOUR  # nobody sent it until the evening
    await database.write(lambda tx: tx.execute(OUTBOX.update().values(not_after=TUESDAY + 3 * DAY)))
    await desk.rounds()
    assert messenger.sent == []
    await promote.JOB.run(database, desk.now)
    assert (await stands(database, scope, which))[1] == [("waiting", TUESDAY + DAY)]
    desk.now = TUESDAY + DAY
    await promote.JOB.run(database, desk.now)
    await desk.rounds()
    assert [text for _, _, text in messenger.sent] == ["Labas"]
    assert (await stands(database, scope, which))[0] is False


async def test_in_the_hours_it_goes_at_once(database: Database) -> None:
    scope, group = await database.write(house)
    which = await database.write(lambda tx: told(tx, scope, group, MONDAY))
    assert await announce.JOB.run(database, MONDAY + dispatch.UNDO) == 1
    assert await stands(database, scope, which) == (True, [("ready", MONDAY + dispatch.UNDO)])
    await database.write(lambda tx: pause(tx, which))
    await database.write(lambda tx: resume(tx, which, EVENING))
    await promote.JOB.run(database, EVENING)
    assert await stands(database, scope, which) == (True, [("waiting", TUESDAY)])


async def test_what_no_group_would_get_in_its_days_is_said_before(database: Database) -> None:
    scope, group = await database.write(house)
    with pytest.raises(NotSent) as wrong:
        await database.write(lambda tx: told(tx, scope, group, FRIDAY_EVENING))
    assert [each.what for each in wrong.value.faults] == ["late"]
    await database.write(lambda tx: told(tx, scope, group, FRIDAY_EVENING, days=3))
    later = ANNOUNCEMENT.update().values(days=1)
    await database.write(lambda tx: tx.execute(later))
    assert await announce.JOB.run(database, FRIDAY_EVENING + dispatch.UNDO) == 0
    assert await rows(database, OUTBOX.c.state, OUTBOX.c.gate) == [("dropped", "late")]


async def test_what_waits_goes_nowhere_once_the_group_is_let_go(database: Database) -> None:
    scope, group = await database.write(house)
    which = await database.write(lambda tx: told(tx, scope, group, EVENING))
    await announce.JOB.run(database, EVENING + dispatch.UNDO)
    await database.write(lambda tx: groups.end(tx, scope, group, EVENING + HOUR))
    await promote.JOB.run(database, TUESDAY)
    assert await stands(database, scope, which) == (False, [("dropped", TUESDAY)])
