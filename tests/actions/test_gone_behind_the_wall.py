"""Who has gone out of an organisation's sight: behind the wall, too, what it began for them is its own to end."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TypeVar

import pytest
from sqlalchemy import insert

from actions import edit_person, share
from actions.assign import assign, change_due, end
from actions.assigned import given
from actions.certify import issue
from actions.settle_message import drop
from domain.facts import Step
from domain.message import ShowCard
from domain.organisation import Scope
from storage import (
    addresses,
    enrolments,
    listing,
    outbox,
    people,
    programmes,
    register,
    reviews,
    sharing,
    steps,
)
from storage.database import Connection, Database
from storage.listing import Part
from storage.memories import MEMORY
from storage.messages import Seen
from storage.outbox import To
from storage.reached import REACHED
from storage.reviews import REVIEW, Plan
from tests.actions.land import DAY, TODAY, Land, look, person, settle
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
        seen = {
            "reviewed_on": "2026-11-23",
            "due": "2026-11-24",
            "streak": 1,
            "answers": 1,
            "state": "review",
        }
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


async def test_a_lesson_that_is_dropped_comes_another_day(gone: Gone) -> None:
    """The message was written for the museum, which may drop it."""

    def waits(tx: Connection) -> Seen:
        steps.put(tx, Step("first", gone.enrolment, 0, 0, question=False), MONDAY)
        enrolments.move(tx, gone.enrolment, 0, 0, MONDAY)
        place = addresses.of_person(tx, gone.who)
        assert place is not None
        to = To(place.id, "web", gone.who, gone.land.other)
        card = ShowCard(programmes.newest(tx)[gone.land.week], 0, 0, "first")
        message = outbox.add(tx, outbox.New(to, card, "lesson", "lesson"), MONDAY)
        assert message is not None
        return Seen(message, "ready", 0)

    seen = await gone.database.write(waits)
    await leave(gone)
    assert await gone.write(lambda tx: drop(tx, gone.scope, [seen], MONDAY)) == 1
    study = await gone.database.read(lambda tx: enrolments.get(tx, gone.enrolment))
    assert (study.card, study.due_at is not None) == (-1, True)


async def test_an_assignment_of_an_organisation_ends_for_them(gone: Gone) -> None:
    """One of them learns because of it, and one has not joined yet."""
    late = await gone.database.write(lambda tx: person(tx, gone.land.other, "late", joined=False))
    terms = gone.land.terms(programme=gone.land.after, place=gone.land.other, due_on=TODAY + 9 * DAY)
    number = await gone.write(partial(assign, terms=terms, by=gone.scope.person, now=MONDAY))
    await look(gone.database)
    await leave(gone)
    away = partial(edit_person.change, by=None, person=late, cells={}, place=gone.land.library, now=MONDAY)
    await gone.database.write(away)
    await gone.write(lambda tx: change_due(tx, number, TODAY + 5 * DAY, now=MONDAY))
    await gone.write(lambda tx: end(tx, number, MONDAY))
    found = await rows(gone.database, REACHED.c.person_id, REACHED.c.state, REACHED.c.due_on)
    theirs = {row[0]: tuple(row[1:]) for row in found}
    assert theirs[gone.who] == ("enrolled", (TODAY + 5 * DAY).isoformat())
    assert theirs[late] == ("over", "")


async def test_their_certificates_are_found_and_told_of_as_without_a_wall(gone: Gone) -> None:
    """Also by the programme, which is offered to nobody here any more."""

    def proves(tx: Connection) -> None:
        issue(tx, gone.enrolment, code="code", now=MONDAY)
        sharing.put(tx, gone.land.week, owner=gone.land.library, reach="own")

    await gone.database.write(proves)
    await leave(gone)
    wanted = register.Wanted(TODAY, programme=gone.land.week)
    seen, whole = await gone.both(
        lambda tx: (
            register.taught(tx, gone.scope),
            register.page(tx, gone.scope, wanted),
            register.totals(tx, gone.scope, wanted),
            listing.proofs(tx, gone.scope, Part(most=9), programme=gone.land.week),
        )
    )
    assert seen == whole
    assert [len(each) for each in (seen[0], seen[1], seen[3])] == [1, 1, 1]


async def test_what_is_assigned_and_not_offered_any_more_is_shown_as_without_a_wall(gone: Gone) -> None:
    terms = gone.land.terms(programme=gone.land.after, place=gone.land.other)
    await gone.database.write(partial(assign, terms=terms, by=None, now=MONDAY))
    await gone.database.write(
        lambda tx: sharing.put(tx, gone.land.after, owner=gone.land.library, reach="own")
    )
    seen, whole = await gone.both(lambda tx: given(tx, gone.scope, TODAY))
    assert seen == whole
    assert len(seen) == 1
