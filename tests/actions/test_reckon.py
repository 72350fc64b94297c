"""Before an announcement goes it is said how many get it in its days; what waits, or was turned back, says why."""

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import update

from actions import compose, dispatch
from actions.announce import pause, resume
from actions.compose import LASTS, Composed
from actions.dispatch import NotSent
from actions.enlist import add_organisation, set_here
from actions.reckon import Reckoned
from domain.audience import EVERYBODY
from domain.organisation import Scope
from domain.tree import Own
from scheduler.jobs import announce
from storage import announcements, organisations, people, queueing
from storage.announcements import ANNOUNCEMENT, Why
from storage.database import Connection, Database
from storage.outbox import OUTBOX
from storage.people import PERSON
from tests.actions.test_announce import crowd, kept, tell
from tests.storage.samples import MONDAY, rows

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
FRIDAY_EVENING = MONDAY + 4 * DAY + 9 * HOUR


def draft(tx: Connection, days: int = 1, many: int = 4) -> tuple[Scope, int]:
    """For so many people, of whom one is on leave until the next Friday."""
    town = crowd(tx, many)
    away = {"leave_from": "2026-11-23", "leave_until": "2026-12-03"}
    tx.execute(update(PERSON).where(PERSON.c.name == "P0").values(**away))
    people.grant(tx, town.ben, town.here, "coordinator")
    scope = Scope(town.ben, frozenset({town.here}), frozenset({"see", "act"}))
    said = Composed(town.here, {"lt": "Labas"}, confirms=False, rule=EVERYBODY, days=days)
    return scope, compose.save(tx, scope, said, MONDAY, key="k")


SAID = [
    (MONDAY, 1, False, Reckoned(4, 1, 3, 14, 4)),
    (MONDAY, 14, False, Reckoned(4, 14, 4)),
    (FRIDAY_EVENING, 1, False, Reckoned(4, 1, 0, 7, 4)),
    (FRIDAY_EVENING, 3, False, Reckoned(4, 3, 3, 7, 4)),
    (FRIDAY_EVENING, 3, True, Reckoned(4, 3, 3, 7, 4)),
    (FRIDAY_EVENING + 5 * HOUR, 2, True, Reckoned(4, 2, 0, 7, 4)),
]


@pytest.mark.parametrize(("now", "days", "own_hour", "said"), SAID)
async def test_what_is_reckoned_is_what_becomes_of_it(
    *, database: Database, now: object, days: int, own_hour: bool, said: Reckoned
) -> None:
    """Also that nobody would get it is said before, and it is not sent."""
    assert isinstance(now, type(MONDAY))
    scope, which = await database.write(partial(draft, days=days))
    composed = await database.read(lambda tx: compose.composed_of(compose.one(tx, scope, which)))

    def reckoned(tx: Connection) -> Reckoned:
        return compose.reckoned(
            tx, composed, compose.reach(tx, composed, now), now + dispatch.UNDO, own_hour=own_hour
        )

    assert await database.read(reckoned) == said
    seen = await database.read(lambda tx: compose.mark(compose.one(tx, scope, which)))
    send = partial(dispatch.send, scope=scope, which=which, at=None, now=now, seen=seen, mails=False)
    if not said.within:
        with pytest.raises(NotSent, match="late"):
            await database.write(partial(send, own_hour=own_hour))
        return
    assert await database.write(partial(send, own_hour=own_hour)) == "due"
    assert await announce.JOB.run(database, now + dispatch.UNDO) == said.within
    dropped = [row for row in await rows(database, OUTBOX.c.id, OUTBOX.c.state) if row[1] == "dropped"]
    assert len(dropped) == said.late
    assert max(LASTS) >= said.better


async def test_whoever_has_had_enough_that_day_gets_it_the_next_one(database: Database) -> None:
    scope, which = await database.write(partial(draft, days=2, many=3))
    place = await database.read(lambda tx: compose.composed_of(compose.one(tx, scope, which)).place)
    for number in range(3):
        await tell(database, place, f"{number}")
    before = await kept(database)

    def reckoned(tx: Connection, days: int) -> int:
        said = compose.composed_of(compose.one(tx, scope, which))
        found = compose.reckoned(tx, said, compose.reach(tx, said, MONDAY), MONDAY, own_hour=False)
        return found.within if days == said.days else found.then

    assert await database.read(partial(reckoned, days=2)) == 2
    assert before[("ready", "now", "")] == 4


async def why(database: Database, which: int) -> tuple[str, Why]:
    found = await database.read(lambda tx: announcements.get(tx, which))
    return found.state, found.why


async def test_what_waits_or_is_a_draft_again_says_why(database: Database) -> None:
    scope, which = await database.write(partial(draft, days=2))
    place = await database.read(lambda tx: compose.composed_of(compose.one(tx, scope, which)).place)
    for number in range(5):
        await tell(database, place, f"{number}", MONDAY)

    def send(tx: Connection) -> str:
        seen = compose.mark(compose.one(tx, scope, which))
        return dispatch.send(tx, scope, which, None, MONDAY, seen=seen, mails=False)

    assert (await database.write(send), await why(database, which)) == ("due", ("due", ""))
    await announce.JOB.run(database, MONDAY + dispatch.UNDO)
    assert await why(database, which) == ("due", "often")
    await database.write(partial(dispatch.take_back, now=MONDAY + 2 * DAY))
    assert await why(database, which) == ("draft", "restored")
    assert await database.write(send) == "due"
    assert await why(database, which) == ("due", "")
    await announce.JOB.run(database, MONDAY + 3 * DAY)
    assert await why(database, which) == ("draft", "over")


async def test_the_number_of_a_place_above_holds_below_too(database: Database) -> None:
    """Also when it was made stricter later, and where a unit says a larger one."""

    def made(tx: Connection) -> list[int]:
        _, which = draft(tx)
        place = announcements.get(tx, which).organisation
        assert place is not None
        unit = add_organisation(tx, "Unit", Own(approver_above=50), "unit", place, now=MONDAY)
        found = organisations.find(tx, unit)
        assert found is not None
        before = compose.needs_second(tx, unit, 40)
        set_here(tx, place, {"approver_above": 3}, MONDAY)
        return [before, compose.needs_second(tx, unit, 3), compose.needs_second(tx, unit, 4)]

    assert await database.write(made) == [0, 0, 3]


async def test_what_was_paused_after_a_restore_stays_when_the_rest_is_sent(database: Database) -> None:
    town = await database.write(partial(crowd, count=3))
    await tell(database, town.here, "paused")
    await tell(database, town.here, "goes")
    first = (await rows(database, ANNOUNCEMENT.c.id, where=ANNOUNCEMENT.c.key == "paused"))[0][0]
    await database.write(queueing.hold_open)
    await database.write(lambda tx: pause(tx, first))
    assert await database.write(partial(queueing.let_go_open, now=MONDAY)) == 3
    assert await kept(database) == {("held", "now", "paused"): 3, ("waiting", "now", ""): 3}
    assert await database.write(lambda tx: resume(tx, first, MONDAY)) == 3
