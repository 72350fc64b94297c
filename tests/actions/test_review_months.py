"""Questions that come back, over months: from the answer in a lesson until they are retired."""

from functools import partial

from domain.pacing import day_off
from storage import people
from storage.database import Database
from storage.memories import MEMORY
from storage.outbox import OUTBOX
from tests.actions.coming_back import DAY, HOUR, VILNIUS, joined, named
from tests.storage.samples import MONDAY, rows


async def test_what_was_wrong_comes_back_soon_and_what_was_right_late(database: Database) -> None:
    ana = await joined(database, named("small"), knows={"small-q1": False})
    await ana.live(MONDAY + 12 * HOUR)
    ana.knows = {}
    await ana.leap(MONDAY + 50 * DAY)
    wrong, right = (ana.days_of(f"small-{name}") for name in ("q1", "q2"))
    assert 1 <= wrong[0] <= 3
    assert 9 <= wrong[1] - wrong[0] <= 14
    assert 22 <= right[0] <= 26 + 9  # Christmas is in between
    assert ana.days_of("small-q3") == []


async def test_at_most_three_a_day_by_turns_and_never_on_a_day_off(sqlite: Database) -> None:
    """Four programmes learned on one day, and then nobody was there for weeks: all their questions are due together."""
    ana = await joined(sqlite, *map(named, ("small", "other", "third", "fourth")))
    ana.talk.at += 35 * DAY - HOUR
    await ana.live(MONDAY + 50 * DAY)
    who = await sqlite.read(partial(people.get, person=ana.person))
    days = sorted(ana.asked)
    assert [len(ana.asked[day]) for day in days] == [3, 3, 2]
    assert [day.isoformat() for day in days] == ["2026-12-28", "2026-12-29", "2026-12-30"]
    assert [day for day in days if day_off(day, who)] == []
    assert [len({each.partition("-")[0] for each in ana.asked[day]}) for day in days[:2]] == [3, 3]
    times = await rows(sqlite, OUTBOX.c.created_at, where=OUTBOX.c.key.startswith("review:"))
    assert {at.astimezone(VILNIUS).strftime("%H:%M") for (at,) in times} == {"09:30"}


async def test_what_is_always_known_is_retired(sqlite: Database) -> None:
    ana = await joined(sqlite, named("small"))
    await ana.leap(MONDAY + 1_500 * DAY)
    assert await rows(sqlite, MEMORY.c.state, MEMORY.c.due) == [("retired", None), ("retired", None)]
    times = [len(ana.days_of(f"small-{name}")) for name in ("q1", "q2")]
    assert [2 <= each <= 6 for each in times] == [True, True], times
