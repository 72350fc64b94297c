"""Who has gone where an organisation sees nothing of them: what it began for them ends for them too, behind the wall."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TypeVar

import pytest
from sqlalchemy import insert

from actions import edit_person, share
from domain.organisation import Scope
from storage import enrolments, people, programmes, reviews, sharing
from storage.database import Connection, Database
from storage.memories import MEMORY
from storage.reviews import REVIEW, Plan
from tests.actions.land import Land, person, settle
from tests.storage.samples import MONDAY, rows

T = TypeVar("T")
LATER = MONDAY + timedelta(days=30)


@dataclass(frozen=True)
class Gone:
    """The museum's coordinator; and somebody who learned the week there, and is the library's now."""

    land: Land
    who: int
    enrolment: int
    scope: Scope
    database: Database

    async def write(self, unit: Callable[[Connection], T]) -> T:
        """As the museum's pages do."""
        return await self.database.within(self.scope).write(unit)

    async def both(self, unit: Callable[[Connection], T]) -> tuple[T, T]:
        """What is read behind the wall, and without it."""
        return await self.database.within(self.scope).read(unit), await self.database.read(unit)


@pytest.fixture
async def gone(database: Database) -> Gone:
    def plant(tx: Connection) -> Gone:
        land = settle(tx)
        who, chief = person(tx, land.other, "gone"), person(tx, land.other, "chief")
        people.grant(tx, chief, land.other, "coordinator")
        version = programmes.newest(tx)[land.week]
        study = enrolments.enrol(tx, person=who, programme=land.week, version=version, at=MONDAY)
        assert study
        scope = Scope(chief, frozenset({land.other}), frozenset({"see", "act", "write", "manage"}))
        return Gone(land, who, study, scope, database)

    return await database.write(plant)


async def leave(gone: Gone) -> None:
    """They are at the library from now on."""
    place = gone.land.library
    move = partial(edit_person.change, by=None, person=gone.who, cells={}, place=place, now=MONDAY)
    await gone.database.write(move)


async def test_who_learned_a_programme_is_asked_again_when_it_is_for_learners_again(gone: Gone) -> None:
    def knows(tx: Connection) -> None:
        version = programmes.newest(tx)[gone.land.week]
        kept = {"version_id": version, "lesson": 0, "card": 0, "stability": 1.0, "difficulty": 5.0}
        seen = {"reviewed_on": "2026-11-23", "due": "2026-11-24", "streak": 1, "answers": 1, "state": "review"}
        key = {"person_id": gone.who, "programme_id": gone.land.week, "question": "q"}
        tx.execute(insert(MEMORY).values(**key, **kept, **seen))
        reviews.put(tx, gone.who, Plan(LATER))
        sharing.put(tx, gone.land.week, owner=gone.land.other, reach="draft")

    await gone.database.write(knows)
    await leave(gone)
    again = partial(
        share.entrust, programme=gone.land.week, owner=gone.land.other, reach="own", who=None, now=MONDAY
    )
    await gone.write(again)
    assert [tuple(each) for each in await rows(gone.database, REVIEW.c.due_at)] == [(MONDAY,)]
