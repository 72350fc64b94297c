"""Moving on to a newer version: what is done stays done, once, and not after a test."""

import asyncio
from dataclasses import replace

from domain.event import Said
from domain.programme import Programme
from storage import programmes
from storage.activity import ACTIVITY
from storage.database import Database
from storage.steps import STEP
from storage.studies import LESSON_DONE
from tests.actions.examinees import comes
from tests.domain.make import programme
from tests.storage.samples import MONDAY, enrolments_of, rows

OLD = programme("t", "t", "t")


def changed() -> Programme:
    """A new lesson stands in front, the second is gone."""
    first, _, third = OLD.lessons
    return replace(OLD, lessons=(replace(first, slug="00"), first, third))


async def test_what_is_done_stays_done_and_a_second_tap_changes_nothing(database: Database) -> None:
    ana, town = await comes(database, OLD)
    await ana.presses("next")
    await ana.says("/continue")
    await ana.presses("next")
    await ana.says("/continue")
    new = await database.write(lambda tx: programmes.publish(tx, changed(), MONDAY))
    (study,) = await database.read(lambda tx: enrolments_of(tx, town.ana))
    tap = f"/moveon {study.id} {new}"
    await asyncio.gather(*(ana.does(Said(tap)) for _ in range(3)))
    said = [each.lines[0].text for each in ana.heard[-3:] if hasattr(each, "lines")]
    assert sorted(said) == ["versions.moved", "versions.none", "versions.none"]
    (study,) = await database.read(lambda tx: enrolments_of(tx, town.ana))
    assert (study.version, study.lesson, study.card) == (new, 0, -1)
    assert await rows(database, LESSON_DONE.c.lesson) == [(1,)]
    assert await rows(database, STEP.c.key, where=STEP.c.closed_at.is_(None)) == []
    happened = await rows(database, ACTIVITY.c.id, where=ACTIVITY.c.what == "moved_on")
    assert len(happened) == 1
    assert await ana.presses("next") == ["study.behind"]
    assert await ana.says("/continue") == ["card 0.0"]
    assert (await ana.presses("next"))[0].startswith("study.lesson_done")
    assert await ana.says("/lessons") == ["lessons.head+lessons.done+lessons.done+lessons.next"]
