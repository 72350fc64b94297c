"""Assignments reach their people: each once, also those who come later, and nobody who is not meant."""

import asyncio
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import pytest
from sqlalchemy import func, select

from actions import edit_person, enlist
from actions.assign import NotAssigned, change_due, end
from domain.assigning import After, Query
from domain.message import Day, Notice
from scheduler.jobs import release, remind
from storage import addresses, assignments, enrolments, organisations, people, programmes, reached, studies
from storage.activity import ACTIVITY
from storage.database import Connection, Database
from storage.enrolments import ENROLMENT
from tests.actions.land import (
    DAY,
    HOUR,
    TODAY,
    enrolled,
    foresee,
    join,
    look,
    make,
    person,
    settle,
    states,
    told,
)
from tests.actions.talk import Talk
from tests.storage import stores
from tests.storage.samples import MONDAY, rows


async def test_everybody_under_the_place_is_enrolled_and_told_once(database: Database) -> None:
    land = await database.write(settle)

    def fill(tx: Connection) -> list[int]:
        return [person(tx, place, f"p{place}") for place in (land.library, land.unit, land.other)]

    first, second, elsewhere = await database.write(fill)
    number = await make(database, land.terms(place=land.library, due_on=TODAY + 30 * DAY, why="ISO 27001"))
    assert [await look(database), await look(database)] == [2, 0]
    assert await enrolled(database) == [(first, land.week), (second, land.week)]
    assert await told(database) == [f"assigned:{number}:{first}", f"assigned:{number}:{second}"]
    [message] = await Talk(database, f"p{land.unit}").written("assigned:")
    assert isinstance(message, Notice)
    texts = [line.text for line in message.lines]
    assert texts == ["assigned.by_place", "assigned.why", "assigned.first", "assigned.due"]
    assert message.lines[0].params["place"] == "Biblioteka"
    assert message.lines[-1].params == {"due": Day(TODAY + 30 * DAY)}
    due = await rows(database, ENROLMENT.c.due_at, ENROLMENT.c.card)
    assert [(card, at > MONDAY) for at, card in due] == [(-1, True)] * 2
    assert elsewhere not in [who for who, _ in await enrolled(database)]
    noted = await rows(
        database, ACTIVITY.c.person_id, ACTIVITY.c.details, where=ACTIVITY.c.what == "enrolled"
    )
    assert [who for who, _ in noted] == [first, second]
    assert all('"by":"assignment"' in details for _, details in noted)


async def test_who_is_added_moved_or_joins_later_is_enrolled_and_who_leaves_keeps_what_they_began(
    database: Database,
) -> None:
    land = await database.write(settle)
    here = await database.write(lambda tx: person(tx, land.library, "here"))
    moves = await database.write(lambda tx: person(tx, land.other, "moves"))
    await make(database, land.terms(place=land.library))
    assert await look(database) == 1
    new = await database.write(lambda tx: person(tx, land.unit, "new"))
    silent = await database.write(lambda tx: person(tx, land.unit, "silent", joined=False))

    def move(tx: Connection) -> None:
        tx.execute(
            people.PERSON.update().where(people.PERSON.c.id == moves).values(organisation_id=land.library)
        )
        tx.execute(
            people.PERSON.update().where(people.PERSON.c.id == here).values(organisation_id=land.other)
        )

    await database.write(move)
    await look(database)
    everyone = [(who, land.week) for who in sorted((here, new, moves))]
    assert await enrolled(database) == everyone
    assert (1, silent, "waiting") in [(1, who, state) for _, who, state in await states(database)]
    await database.write(lambda tx: join(tx, silent, "silent"))
    await look(database)
    assert await enrolled(database) == [*everyone, (silent, land.week)]
    assert len(await told(database)) == 4


async def test_a_place_that_moves_takes_its_people_to_what_is_assigned_there(database: Database) -> None:
    land = await database.write(settle)
    who = await database.write(lambda tx: person(tx, land.unit, "who", joined=False))
    leaves = await make(database, land.terms(place=land.library))
    gets = await make(database, land.terms(place=land.other, programme=land.after))
    await look(database)
    assert await states(database) == [(leaves, who, "waiting")]
    await database.write(lambda tx: enlist.move(tx, land.unit, land.other, MONDAY))
    await look(database)
    assert await states(database) == [(gets, who, "waiting")]


async def test_a_query_narrows_it(database: Database) -> None:
    land = await database.write(settle)

    def fill(tx: Connection) -> list[int]:
        found = [
            person(tx, land.unit, "one", job="Librarian"),
            person(tx, land.library, "two", job="librarian"),
            person(tx, land.unit, "three", job="guard"),
            person(tx, land.unit, "four", job="librarian"),
        ]
        people.set_language(tx, found[3], "pl")
        return found

    found = await database.write(fill)
    query = Query(job="librarian", language="lt", unit="vaikų  Skyrius")
    reach = await foresee(database, land.terms(query=query))
    assert [each.person.id for each in reach.people] == [found[0]]
    assert (reach.joined, reach.learning, reach.finished) == (1, 0, 0)
    assert reach.places == [("Vaikų skyrius", 1)]
    assert reach.ends_on == date(2026, 11, 24)
    await make(database, land.terms(query=query))
    await look(database)
    assert await enrolled(database) == [(found[0], land.week)]
    await database.write(lambda tx: edit_person.change(tx, None, found[2], {"job": "librarian"}, now=MONDAY))
    await look(database)
    assert await enrolled(database) == [(found[0], land.week), (found[2], land.week)]


async def test_everyone_hired_from_now_on_and_the_follow_up_sixty_days_later(database: Database) -> None:
    """The rule of the issue: *First week*, then its follow-up after 60 days."""
    land = await database.write(settle)
    before = await database.write(lambda tx: person(tx, land.library, "before"))
    await make(database, land.terms(only_new=True))
    after = After(land.week, "finished", 60)
    await make(database, land.terms(programme=land.after, only_new=True, after=after))
    between = await database.write(lambda tx: person(tx, land.library, "between"))  # nobody looked yet
    await look(database)
    new = await database.write(lambda tx: person(tx, land.library, "new"))
    await look(database, MONDAY + HOUR)
    assert await enrolled(database) == [(between, land.week), (new, land.week)]
    assert {who for _, who, state in await states(database) if state == "before"} == {before}
    ends = MONDAY + 10 * DAY

    def finish(tx: Connection) -> None:
        number, _ = enrolments.of_people(tx, [new])[new, land.week]
        for lesson in (0, 1):
            studies.finish_lesson(tx, number, lesson, ends)
        enrolments.set_state(tx, number, "finished")

    await database.write(finish)
    at = MONDAY
    while at < ends + 60 * DAY:  # nothing before its day, however often somebody looks
        await look(database, at)
        at += 6 * HOUR
    assert (new, land.after) not in await enrolled(database)
    for days in (60, 61, 62, 63):  # a weekend or a holiday may be in between
        await look(database, ends + days * DAY + HOUR)
    assert (new, land.after) in await enrolled(database)
    assert (between, land.after) not in await enrolled(database)


async def test_it_begins_on_its_date_where_it_is(database: Database) -> None:
    land = await database.write(settle)
    who = await database.write(lambda tx: person(tx, land.library, "who"))
    await make(database, land.terms(starts_on=TODAY + 2 * DAY))
    assert await look(database, datetime(2026, 11, 24, 21, 59, tzinfo=UTC)) == 0
    assert await look(database, datetime(2026, 11, 24, 22, 0, tzinfo=UTC)) == 1  # midnight in Vilnius
    assert await enrolled(database) == []  # nobody is told at night
    await look(database, datetime(2026, 11, 25, 7, 0, tzinfo=UTC))
    assert await enrolled(database) == [(who, land.week)]


async def test_who_learns_it_already_is_told_and_who_finished_is_left_alone_unless_it_says_so(
    database: Database,
) -> None:
    land = await database.write(settle)

    def fill(tx: Connection) -> tuple[int, int]:
        learns, done = person(tx, land.library, "learns"), person(tx, land.library, "done")
        version = programmes.newest(tx)[land.week]
        for who in (learns, done):
            enrolments.enrol(tx, person=who, programme=land.week, version=version, at=MONDAY - DAY)
        number, _ = enrolments.of_people(tx, [done])[done, land.week]
        studies.finish_lesson(tx, number, 0, MONDAY - DAY)
        enrolments.set_state(tx, number, "finished")
        return learns, done

    learns, done = await database.write(fill)
    one = await make(database, land.terms(due_days=14))
    await look(database)
    assert await states(database) == [(one, learns, "had"), (one, done, "done")]
    assert await told(database) == [f"assigned:{one}:{learns}"]
    two = await make(database, land.terms(again=True))
    await look(database)
    assert (two, done, "enrolled") in await states(database)
    [(state, card)] = await rows(
        database, ENROLMENT.c.state, ENROLMENT.c.card, where=ENROLMENT.c.person_id == done
    )
    assert (state, card) == ("active", -1)
    assert await database.read(partial(reached.dues, people=[learns, done])) == {
        (learns, land.week): TODAY + 14 * DAY
    }


async def test_two_assignments_of_one_programme_enrol_once_and_tell_each(database: Database) -> None:
    land = await database.write(settle)
    who = await database.write(lambda tx: person(tx, land.library, "who"))
    for place in (land.library, land.country):
        await make(database, land.terms(place=place))
    await look(database)
    assert await enrolled(database) == [(who, land.week)]
    assert sorted(state for _, _, state in await states(database)) == ["enrolled", "had"]
    assert len(await told(database)) == 2


async def test_ended_nobody_new_comes_and_nothing_is_lost(database: Database) -> None:
    land = await database.write(settle)
    who = await database.write(lambda tx: person(tx, land.library, "who"))
    await database.write(lambda tx: person(tx, land.library, "silent", joined=False))
    number = await make(database, land.terms(due_on=TODAY + DAY))
    await look(database)
    assert await database.write(partial(end, assignment=number, now=MONDAY))
    assert not await database.write(partial(end, assignment=number, now=MONDAY))
    await database.write(lambda tx: person(tx, land.library, "late"))
    await look(database)
    assert await enrolled(database) == [(who, land.week)]
    assert sorted(state for _, _, state in await states(database)) == ["enrolled", "over"]
    assert await database.read(partial(reached.dues, people=[who])) == {}


async def test_a_due_date_that_changes_holds_for_everyone(database: Database) -> None:
    land = await database.write(settle)
    who = await database.write(lambda tx: person(tx, land.library, "who"))
    number = await make(database, land.terms(due_days=7))
    await look(database)
    due = TODAY + 90 * DAY
    await database.write(partial(change_due, assignment=number, due_on=due, now=MONDAY))
    assert await database.read(partial(reached.dues, people=[who])) == {(who, land.week): due}
    with pytest.raises(NotAssigned, match="due_first"):
        await database.write(partial(change_due, assignment=number, due_on=TODAY - DAY, now=MONDAY))
    with pytest.raises(NotAssigned, match="far"):
        await database.write(partial(change_due, assignment=number, due_on=date.max, now=MONDAY))


async def test_who_cannot_be_reached_is_enrolled_once_they_can_be(database: Database) -> None:
    land = await database.write(settle)
    who = await database.write(lambda tx: person(tx, land.library, "who"))
    place = await database.read(partial(addresses.of_person, person=who))
    assert place
    await database.write(partial(addresses.reach, address=place.id, reachable=False))
    await make(database, land.terms())
    await look(database)
    assert await enrolled(database) == []
    await database.write(partial(addresses.reach, address=place.id, reachable=True))
    await look(database, MONDAY + DAY)
    assert await enrolled(database) == [(who, land.week)]


@pytest.mark.parametrize(("days", "named"), [(3, True), (30, False)])
async def test_the_date_is_in_the_overview_and_in_the_reminders_of_the_last_week(
    database: Database, days: int, named: bool
) -> None:
    land = await database.write(settle)
    await database.write(lambda tx: person(tx, land.library, "ona"))
    await make(database, land.terms(due_on=TODAY + days * DAY))
    await look(database)
    ona = Talk(database, "ona", at=MONDAY)
    overview = "progress.head+progress.active_unscored+assigned."
    assert await ona.says("/progress") == [f"{overview}due"]
    for hours in range(30):
        await release.JOB.run(database, MONDAY + hours * HOUR)
        await remind.JOB.run(database, MONDAY + hours * HOUR)
    [reminder] = await ona.written("reminder:")
    assert isinstance(reminder, Notice)
    assert [line.text for line in reminder.lines][1:] == (["assigned.due"] if named else [])
    ona.at = MONDAY + (days + 1) * DAY
    assert await ona.says("/progress") == [f"{overview}overdue"]


async def test_who_was_erased_or_has_left_is_not_reached_until_they_come_back(database: Database) -> None:
    land = await database.write(settle)

    def become(tx: Connection, who: int, **values: object) -> None:
        tx.execute(people.PERSON.update().where(people.PERSON.c.id == who).values(**values))

    def fill(tx: Connection) -> tuple[int, int, int]:
        erased, left, stays = (person(tx, land.library, name) for name in ("erased", "left", "stays"))
        become(tx, erased, erased_at=MONDAY)
        become(tx, left, left_on=TODAY.isoformat())
        return erased, left, stays

    erased, left, stays = await database.write(fill)
    assert [each.person.id for each in (await foresee(database, land.terms())).people] == [stays]
    await make(database, land.terms())
    await look(database)
    assert await enrolled(database) == [(stays, land.week)]
    await database.write(partial(become, who=left, left_on=""))
    await database.write(partial(become, who=erased, job="none"))
    await look(database)
    assert await enrolled(database) == [(left, land.week), (stays, land.week)]


async def test_one_tap_begins_at_once(database: Database) -> None:
    land = await database.write(settle)
    await database.write(lambda tx: person(tx, land.library, "ona"))
    await make(database, land.terms())
    await look(database)
    assert await Talk(database, "ona", at=MONDAY).says("1") == ["card 0.0"]


async def test_several_schedulers_on_one_store_enrol_each_person_once(database: Database) -> None:
    land = await database.write(settle)
    many = 450  # more than two batches

    def fill(tx: Connection) -> None:
        for number in range(many):
            person(tx, land.library, f"p{number}")

    await database.write(fill)
    for programme in (land.week, land.after):
        await make(database, land.terms(programme=programme))
    async with stores.again(database) as other:
        await asyncio.gather(*(look(each) for each in (database, other, database, other)))
        await look(other)
    assert len(await enrolled(database)) == 2 * many
    assert len(set(await told(database))) == len(await told(database)) == 2 * many
    noted = await rows(database, func.count(), where=ACTIVITY.c.what == "enrolled")
    assert noted == [(2 * many,)]
    assert {state for _, _, state in await states(database)} == {"enrolled"}


async def test_one_whose_place_has_no_good_zone_keeps_nobody_waiting(database: Database) -> None:
    land = await database.write(settle)
    odd = await database.write(lambda tx: person(tx, land.other, "odd"))
    fine = await database.write(lambda tx: person(tx, land.library, "fine"))

    def spoil(tx: Connection) -> None:
        table = organisations.ORGANISATION
        tx.execute(table.update().where(table.c.id == land.other).values(zone="Nowhere/Here"))

    await database.write(spoil)
    await make(database, land.terms())
    await look(database)
    assert await enrolled(database) == [(fine, land.week)]
    assert (odd, "waiting") in [(who, state) for _, who, state in await states(database)]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"place": 9_999}, "place"),
        ({"programme": 9_999}, "programme"),
        ({"after": After(2, "begun", 9_999)}, "after_days"),
        ({"starts_on": date.max}, "far"),
    ],
)
async def test_what_cannot_be_is_said(sqlite: Database, changes: dict[str, Any], fault: str) -> None:
    land = await sqlite.write(settle)
    with pytest.raises(NotAssigned) as caught:
        await make(sqlite, land.terms(**changes))
    assert caught.value.faults == (fault,)
    assert await sqlite.read(lambda tx: tx.execute(select(assignments.ASSIGNMENT.c.id)).all()) == []
