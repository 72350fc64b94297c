"""An announcement at each one's own lesson hour: to everybody once, at their next one, and by the gate."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from actions import compose, dispatch
from actions.compose import Composed
from domain.audience import EVERYBODY
from domain.organisation import Scope
from scheduler.jobs import announce, promote
from storage import people
from storage.database import Connection, Database
from storage.outbox import OUTBOX
from storage.people import PERSON
from tests.actions.test_announce import crowd
from tests.storage.samples import MONDAY, rows

HOURS = ("09:30", "09:31", "07:00", "20:15", "09:00")  # it is 09:30:30 when it begins
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def due(tx: Connection) -> None:
    """An announcement to five people with these hours, of whom the last one is on leave for a week."""
    town = crowd(tx, len(HOURS))
    people.grant(tx, town.ben, town.here, "coordinator")
    scope = Scope(town.ben, frozenset({town.here}), frozenset({"see", "act"}))
    for number, hour in enumerate(HOURS):
        tx.execute(update(PERSON).where(PERSON.c.name == f"P{number}").values(hour=hour))
    away = {"leave_from": "2026-11-23", "leave_until": "2026-11-29"}
    tx.execute(update(PERSON).where(PERSON.c.name == "P4").values(**away))
    which = compose.save(
        tx, scope, Composed(town.here, {"lt": "Labas"}, confirms=False, rule=EVERYBODY), MONDAY, key="k"
    )
    seen = compose.mark(compose.one(tx, scope, which))
    sent = dispatch.send(tx, scope, which, None, MONDAY, seen=seen, mails=False, own_hour=True)
    assert sent == "due"


@pytest.mark.parametrize("late", [timedelta(0), HOUR])
async def test_each_gets_it_at_their_next_own_hour(database: Database, late: timedelta) -> None:
    """Also outside of working hours, and later that day where nobody looked at the hour itself."""
    await database.write(due)
    begun = MONDAY + dispatch.UNDO
    assert await announce.JOB.run(database, begun) == 4

    async def ready() -> list[str]:
        found = await rows(database, PERSON.c.name, OUTBOX.c.state, where=OUTBOX.c.person_id == PERSON.c.id)
        return sorted(name for name, state in found if state == "ready")

    assert await ready() == []
    waits = await rows(database, OUTBOX.c.kind, OUTBOX.c.gate, OUTBOX.c.state)
    assert sorted(waits) == [*[("timely", "early", "waiting")] * 4, ("timely", "late", "dropped")]
    came = {
        "P1": MONDAY + timedelta(minutes=1),
        "P3": MONDAY.replace(hour=18, minute=15),
        "P2": MONDAY + DAY - 2.5 * HOUR,
        "P0": MONDAY + DAY,
    }
    for number, moment in enumerate(came.values()):
        await promote.JOB.run(database, moment - timedelta(seconds=1))
        assert await ready() == sorted([*came][:number])
        await promote.JOB.run(database, moment + (late if number < 3 else timedelta(0)))
        assert await ready() == sorted([*came][: number + 1])
