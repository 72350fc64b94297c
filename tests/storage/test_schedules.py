"""Schedules: what comes next for whom, taken by one scheduler, with all that a reminder has to know."""

import asyncio
from datetime import date, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import update

from domain.message import Kind, notice
from domain.person import Person
from storage import addresses, enrolments, people, schedules
from storage.database import Connection, Database
from storage.outbox import New, Passed, To, add
from storage.people import PERSON
from storage.schedules import SCHEDULE, Around, Due, Moved
from tests.storage.samples import MONDAY, Town, address, rows, settle_down

HOUR = timedelta(hours=1)
COLUMNS = (SCHEDULE.c.item, SCHEDULE.c.rung, SCHEDULE.c.due_at, SCHEDULE.c.said)


def two_learn(tx: Connection) -> tuple[Town, int, int]:
    """Ana is in her first lesson and due a reminder an hour later; Ben one hour after her, without an address."""
    town = settle_down(tx)
    address(tx, "ana", town.ana)
    new = [
        enrolments.enrol(tx, person=who, programme=town.programme, version=town.version, at=MONDAY)
        for who in (town.ana, town.ben)
    ]
    ana, ben = (each for each in new if each is not None)
    for number, (who, enrolment) in enumerate(((town.ana, ana), (town.ben, ben)), 1):
        enrolments.move(tx, enrolment, 0, 2, MONDAY)
        schedules.put(tx, "reminder", person=who, item=enrolment, rung=1, due_at=MONDAY + number * HOUR)
    return town, ana, ben


async def due(database: Database, now: datetime, most: int = 9) -> list[Due]:
    return await database.write(partial(schedules.due, now=now, most=most))


async def test_what_is_put_comes_when_it_is_due_and_not_before(database: Database) -> None:
    town, ana, ben = await database.write(two_learn)
    looks = [await database.read(partial(schedules.anything, now=MONDAY + each * HOUR)) for each in (0, 1)]
    assert looks == [False, True]
    assert [each.enrolment for each in await due(database, MONDAY + HOUR)] == [ana]
    found = await due(database, MONDAY + 9 * HOUR)
    assert [each.enrolment for each in found] == [ana, ben]
    assert [each.enrolment for each in await due(database, MONDAY + 9 * HOUR, most=1)] == [ana]
    first = found[0]
    assert (first.rung, first.due_at, first.said) == (1, MONDAY + HOUR, ())
    assert (first.state, first.version, first.lesson, first.card) == ("active", town.version, 0, 2)


async def test_the_person_comes_whole(database: Database) -> None:
    town, _, _ = await database.write(two_learn)

    def arrange(tx: Connection) -> Person:
        away = {"leave_from": "2026-12-20", "leave_until": "2027-01-06", "snoozed_until": MONDAY}
        tx.execute(update(PERSON).where(PERSON.c.id == town.ana).values(**away))
        return people.get(tx, town.ana)

    ana = await database.write(arrange)
    [found] = await due(database, MONDAY + HOUR)
    assert found.person == ana
    assert (ana.leave_from, ana.leave_until) == (date(2026, 12, 20), date(2027, 1, 6))
    assert ana.snoozed_until == MONDAY


async def test_what_is_put_again_begins_anew_and_remembers(database: Database) -> None:
    town, ana, _ = await database.write(two_learn)
    [found] = await due(database, MONDAY + HOUR)
    moved = Moved(found.id, 3, MONDAY + 5 * HOUR, (2, 0))
    await database.write(partial(schedules.move, moved=[moved]))
    mine = SCHEDULE.c.item == ana
    assert await rows(database, *COLUMNS, where=mine) == [(ana, 3, MONDAY + 5 * HOUR, "2,0")]
    again = partial(
        schedules.put, kind="reminder", person=town.ana, item=ana, rung=1, due_at=MONDAY + 2 * HOUR
    )
    await database.write(again)
    assert await rows(database, *COLUMNS, where=mine) == [(ana, 1, MONDAY + 2 * HOUR, "2,0")]
    assert [each.said for each in await due(database, MONDAY + 2 * HOUR) if each.enrolment == ana] == [(2, 0)]


async def test_what_is_stopped_does_not_come(database: Database) -> None:
    _, ana, ben = await database.write(two_learn)
    for _ in range(2):
        await database.write(partial(schedules.stop, kind="reminder", item=ana))
    await database.write(partial(schedules.stop, kind="reminder", item=99))
    assert [each.enrolment for each in await due(database, MONDAY + 9 * HOUR)] == [ben]


async def test_the_newest_address_that_works(database: Database) -> None:
    town, _, _ = await database.write(two_learn)

    def arrange(tx: Connection) -> int:
        newer, dead = address(tx, "new", town.ana, "telegram"), address(tx, "dead", town.ana)
        addresses.reach(tx, dead, reachable=False)
        address(tx, "strange")
        return newer

    newer = await database.write(arrange)
    look = partial(schedules.around, people={town.ana, town.ben}, date="2026-11-23")
    assert await database.read(look) == {
        town.ana: Around(To(newer, "telegram", town.ana, town.here), 0, reminded=False),
        town.ben: Around(None, 0, reminded=False),
    }


@pytest.mark.parametrize(
    ("date", "messages", "reminded"),
    [("2026-11-22", 1, False), ("2026-11-23", 2, True), ("2026-11-24", 0, False)],
)
async def test_what_came_on_a_date_is_counted(
    database: Database, date: str, messages: int, reminded: bool
) -> None:
    town, _, _ = await database.write(two_learn)

    def send(tx: Connection) -> To:
        to = To(address(tx, "ana"), "web", town.ana, town.here)
        sent: list[tuple[Kind, str]] = [
            ("announcement", "2026-11-23"),
            ("reminder", "2026-11-23"),
            ("announcement", "2026-11-22"),
            ("reminder", ""),
        ]
        for number, (kind, day) in enumerate(sent):
            new = New(to, notice("menu.head"), str(number), kind, passed=Passed("now", day=day))
            add(tx, new, MONDAY)
        return to

    to = await database.write(send)
    look = partial(schedules.around, people={town.ana, town.ben}, date=date)
    assert await database.read(look) == {
        town.ana: Around(to, messages, reminded),
        town.ben: Around(None, 0, reminded=False),
    }
    assert await database.read(partial(schedules.around, people=(), date=date)) == {}


async def test_numbers_stand_for_what_was_offered_last(database: Database) -> None:
    await database.write(two_learn)

    def offered(tx: Connection) -> tuple[str, ...]:
        schedules.offer(tx, [(address(tx, "ana"), ("/menu", "/enrol žąsis"))])
        return addresses.find_or_add(tx, "web", "ana", None, MONDAY).offers

    assert await database.write(offered) == ("/menu", "/enrol žąsis")


async def test_what_one_scheduler_has_in_hand_no_other_takes(database: Database) -> None:
    await database.write(two_learn)

    def take(tx: Connection) -> list[int]:
        found = schedules.due(tx, MONDAY + 9 * HOUR, 1)
        schedules.move(tx, [Moved(each.id, 2, None, ()) for each in found])
        return [each.enrolment for each in found]

    taken = await asyncio.gather(*(database.write(take) for _ in range(8)))
    while left := await database.write(take):  # what was in hand elsewhere is there at the next look
        taken.append(left)
    everything = [each for some in taken for each in some]
    assert sorted(everything) == sorted(set(everything))
    assert len(everything) == 2
