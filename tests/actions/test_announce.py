"""Announcements: each person once, at a good moment, and none any more when the coordinator says stop."""

import asyncio
from collections import Counter
from collections.abc import Collection
from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import func, select

from actions.announce import NotApproved, TooOften, announce, cancel, pause, resume
from actions.enlist import add_organisation, set_here
from actions.release import release
from bot.channel import NotSent
from domain.message import Announcement
from domain.tree import Own
from scheduler.jobs import promote
from storage import addresses, announcements, enrolments, organisations, people
from storage.announcements import ANNOUNCEMENT
from storage.codec import load_message
from storage.database import Connection, Database
from storage.outbox import OUTBOX
from tests.actions.talk import new_key
from tests.bot.messenger import Desk, Messenger
from tests.storage.samples import MONDAY, Town, address, rows, settle_down

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MANY = 300


def crowd(tx: Connection, count: int = MANY) -> Town:
    """A town with so many more people of Ana's organisation, each with two addresses; Ben has none."""
    town = settle_down(tx)
    for number in range(count):
        person = people.add(
            tx, organisation=town.here, name=f"P{number}", email=f"p{number}@a.example", language="lt"
        )
        for channel in ("telegram", "web"):
            address(tx, f"p{number}", person, channel)
    address(tx, "kari", town.kari)
    return town


async def tell(
    database: Database,
    organisation: int | None,
    key: str = "k",
    at: datetime = MONDAY,
    *,
    people: Collection[int] | None = None,
    mandatory: bool = False,
    not_after: datetime | None = None,
) -> int:
    return await database.write(
        lambda tx: announce(
            tx,
            key=key,
            organisation=organisation,
            texts={"lt": "Labas", "en": "Hello"},
            people=people,
            mandatory=mandatory,
            not_after=not_after,
            now=at,
        )
    )


async def the_only(database: Database) -> int:
    ((number,),) = await rows(database, ANNOUNCEMENT.c.id)
    return int(number)


async def kept(database: Database) -> Counter[tuple[str, str, str]]:
    """How many rows there are of each state, gate and reason."""
    found = await rows(database, OUTBOX.c.id, OUTBOX.c.state, OUTBOX.c.gate, OUTBOX.c.reason)
    return Counter((row[1], row[2], row[3]) for row in found)


async def test_each_person_of_the_organisation_has_one_row_at_the_newest_address(database: Database) -> None:
    town = await database.write(crowd)
    assert await tell(database, town.here) == MANY
    found = await rows(database, OUTBOX.c.person_id, OUTBOX.c.channel, OUTBOX.c.organisation_id)
    assert len({row[0] for row in found}) == len(found) == MANY
    assert {row[1:] for row in found} == {("web", town.here)}
    number = await the_only(database)
    bodies = {load_message(row[0]) for row in await rows(database, OUTBOX.c.body)}
    assert bodies == {Announcement(number)}
    assert await kept(database) == {("ready", "now", ""): MANY}


async def test_the_same_key_tells_nobody_again_however_many_press_at_once(database: Database) -> None:
    town = await database.write(partial(crowd, count=20))
    told = await asyncio.gather(*(tell(database, town.here) for _ in range(6)))
    assert sorted(told) == [0] * 5 + [20]
    assert await tell(database, town.here, "other") == 20
    assert len(await rows(database, OUTBOX.c.id)) == 40
    assert len(await rows(database, ANNOUNCEMENT.c.id)) == 2


async def test_everyone_or_only_some(database: Database) -> None:
    town = await database.write(partial(crowd, count=3))
    assert await tell(database, None, "everyone") == 4  # Kari of the other organisation too
    assert await tell(database, None, "two", people=[town.kari, town.ben]) == 1  # Ben has no address
    assert await tell(database, town.here, "none of ours", people=[town.kari]) == 0
    assert await tell(database, town.elsewhere, "theirs") == 1


async def test_who_cannot_be_reached_or_has_not_joined_is_not_told(database: Database) -> None:
    town = await database.write(partial(crowd, count=2))

    def block(tx: Connection) -> None:
        addresses.reach(tx, addresses.find_or_add(tx, "web", "p0", None, MONDAY).id, reachable=False)
        for channel in ("web", "telegram"):
            place = addresses.find_or_add(tx, channel, "p1", None, MONDAY).id
            addresses.reach(tx, place, reachable=False)
        addresses.find_or_add(tx, "web", "stranger", None, MONDAY)

    await database.write(block)
    assert await tell(database, town.here) == 1
    assert await rows(database, OUTBOX.c.channel) == [("telegram",)]


@pytest.mark.parametrize(
    ("at", "state", "gate", "due"),
    [
        (MONDAY, "ready", "now", MONDAY),
        (MONDAY - 2 * HOUR, "waiting", "early", MONDAY - 1.5 * HOUR),
        (MONDAY + 9 * HOUR, "waiting", "late", MONDAY + DAY - 1.5 * HOUR),
        (MONDAY - DAY, "waiting", "day", MONDAY - 1.5 * HOUR),
    ],
    ids=["now", "early", "late", "Sunday"],
)
async def test_what_the_gate_says_is_kept(
    sqlite: Database, at: datetime, state: str, gate: str, due: datetime
) -> None:
    town = await sqlite.write(partial(crowd, count=2))
    await tell(sqlite, town.here, at=at)
    assert await kept(sqlite) == {(state, gate, ""): 2}
    assert {row[0] for row in await rows(sqlite, OUTBOX.c.due_at)} == {due}
    ready = state == "ready"
    assert {row[0] for row in await rows(sqlite, OUTBOX.c.day)} == {"2026-11-23" if ready else ""}


async def test_what_could_only_go_too_late_is_dropped_and_says_so(database: Database) -> None:
    town = await database.write(partial(crowd, count=2))
    evening = MONDAY + 9 * HOUR
    assert await tell(database, town.here, at=evening, not_after=evening + HOUR) == 0
    assert await kept(database) == {("dropped", "late", "late"): 2}
    assert await tell(database, None, "who still can", at=evening, not_after=evening + HOUR) == 1  # in Oslo


async def test_everybody_is_asked_about_by_their_own_clock(sqlite: Database) -> None:
    """At 19:15 in Vilnius the working day is over, in Oslo too; in Reykjavik it is not."""

    def further(tx: Connection) -> None:
        crowd(tx, 1)
        west = organisations.add(
            tx, name="W", country="NO", zone="Atlantic/Reykjavik", language="nb", contact="I"
        )
        person = people.add(tx, organisation=west, name="W", email="w@w.example", language="nb")
        address(tx, "west", person)

    await sqlite.write(further)
    await tell(sqlite, None, at=MONDAY + 9.75 * HOUR)
    found = await rows(sqlite, OUTBOX.c.id, OUTBOX.c.gate, OUTBOX.c.state)
    assert sorted(row[1:] for row in found) == [("late", "waiting"), ("late", "waiting"), ("now", "ready")]


async def test_the_cap_of_a_day_is_over_all_sources_and_keeps_the_last_for_a_lesson(
    database: Database,
) -> None:
    def one(tx: Connection) -> tuple[Town, int]:
        town = settle_down(tx)
        address(tx, "ana", town.ana)
        study = enrolments.enrol(
            tx, person=town.ana, programme=town.programme, version=town.version, at=MONDAY
        )
        assert study
        enrolments.wait(tx, study, MONDAY)
        return town, study

    town, study = await database.write(one)
    for number in range(3):
        await tell(database, town.here, f"{number}", not_after=MONDAY + 3 * DAY)
    assert await kept(database) == {("ready", "now", ""): 2, ("waiting", "cap", ""): 1}
    assert await database.write(partial(release, enrolment=study, now=MONDAY, new_key=new_key))
    await tell(database, town.here, "must", mandatory=True)
    assert await kept(database) == {("ready", "now", ""): 4, ("waiting", "cap", ""): 1}
    assert await promote.JOB.run(database, MONDAY + HOUR) == 0
    assert await promote.JOB.run(database, MONDAY + DAY) == 1
    assert await kept(database) == {("ready", "now", ""): 5}


async def test_what_is_mandatory_has_a_week_and_a_second_try(database: Database) -> None:
    town = await database.write(partial(crowd, count=1))
    await tell(database, town.here, mandatory=True)
    await tell(database, town.here, "other")
    found = await rows(database, OUTBOX.c.id, OUTBOX.c.kind, OUTBOX.c.not_after)
    assert [row[1:] for row in found] == [
        ("mandatory", MONDAY + 7 * DAY),
        ("announcement", MONDAY + DAY),
    ]


async def test_a_pause_holds_what_is_left_and_resuming_asks_the_gate_again(database: Database) -> None:
    town = await database.write(partial(crowd, count=5))
    await tell(database, town.here)
    number, channel = await the_only(database), Messenger()
    desk = Desk(database, channel, in_flight=1)
    assert await database.write(lambda tx: pause(tx, number)) == 5
    assert await desk.rounds() == [0]
    evening = MONDAY + 9 * HOUR
    assert await database.write(lambda tx: resume(tx, number, evening)) == 5
    await desk.passes(evening - desk.now)
    assert await kept(database) == {("waiting", "late", ""): 5}
    await desk.passes(MONDAY + DAY - 2 * HOUR - evening)
    assert await desk.rounds() == [0]
    states = {row[0] for row in await rows(database, ANNOUNCEMENT.c.state)}
    assert states == {"sending"}


@pytest.mark.parametrize("act", ["pause", "cancel"])
async def test_nothing_is_sent_after_the_coordinator_said_stop_but_what_was_in_flight(
    database: Database, act: str
) -> None:
    town = await database.write(partial(crowd, count=30))
    await tell(database, town.here)
    number, channel = await the_only(database), Messenger()
    desk = Desk(database, channel, in_flight=4)
    channel.door.clear()
    running = asyncio.create_task(desk.delivery.run())
    await channel.in_flight(4)
    stop = (lambda tx: pause(tx, number)) if act == "pause" else (lambda tx: cancel(tx, number, MONDAY))
    assert await database.write(stop) == 26
    channel.door.set()
    await until_settled(desk)
    assert len(channel.tried) == len(channel.sent) == 4
    desk.delivery.stop()
    await running
    ended = ("held", "now", "paused") if act == "pause" else ("dropped", "now", "cancelled")
    assert await kept(database) == {("sent", "now", ""): 4, ended: 26}


@pytest.mark.parametrize("act", ["pause", "cancel"])
async def test_what_was_in_flight_and_did_not_arrive_is_not_tried_again_after_stop(
    database: Database, act: str
) -> None:
    town = await database.write(partial(crowd, count=3))
    await tell(database, town.here)
    number, channel = await the_only(database), Messenger([NotSent("busy"), NotSent("busy")])
    desk = Desk(database, channel, in_flight=2)
    channel.door.clear()
    running = asyncio.create_task(desk.delivery.run())
    await channel.in_flight(2)
    stop = (lambda tx: pause(tx, number)) if act == "pause" else (lambda tx: cancel(tx, number, MONDAY))
    await database.write(stop)
    channel.door.set()
    await until_settled(desk)
    await desk.passes(timedelta(minutes=5))
    await desk.passes(timedelta(minutes=5))
    desk.delivery.stop()
    await running
    assert len(channel.tried) == 2
    assert set((await desk.states()).values()) == {"held" if act == "pause" else "dropped"}


async def until_settled(desk: Desk) -> None:
    async with asyncio.timeout(10):
        while "sending" in (await desk.states()).values():
            await asyncio.sleep(0.01)


async def test_what_was_cancelled_counts_for_nobodys_day(database: Database) -> None:
    """Two announcements that were called back at once leave room for the one that is meant."""
    town = await database.write(partial(crowd, count=1))
    for key in ("1", "2"):
        await tell(database, town.here, key)
    for (number,) in await rows(database, ANNOUNCEMENT.c.id):
        await database.write(partial(lambda tx, which: cancel(tx, which, MONDAY), which=number))
    await tell(database, town.here, "3")
    assert await kept(database) == {("dropped", "now", "cancelled"): 2, ("ready", "now", ""): 1}


async def test_what_was_cancelled_stays_so(database: Database) -> None:
    town = await database.write(partial(crowd, count=2))
    await tell(database, town.here)
    number = await the_only(database)
    assert await database.write(lambda tx: cancel(tx, number, MONDAY)) == 2
    assert await database.write(lambda tx: pause(tx, number)) == 0
    assert await database.write(lambda tx: resume(tx, number, MONDAY)) == 0
    assert (await database.read(lambda tx: announcements.get(tx, number))).state == "cancelled"
    counted = select(func.count()).where(OUTBOX.c.state == "dropped")
    assert await database.read(lambda tx: tx.execute(counted).scalar_one()) == 2


async def test_each_reader_gets_it_in_their_language_or_in_the_products(sqlite: Database) -> None:
    def three(tx: Connection) -> None:
        town = crowd(tx, 1)
        address(tx, "ana", town.ana)
        people.set_language(tx, town.ana, "en")

    await sqlite.write(three)
    await tell(sqlite, None)
    channel = Messenger()
    await Desk(sqlite, channel).rounds()
    told = {to: words for to, _, words in channel.sent}
    assert told == {"ana": "Hello", "kari": "Labas", "p0": "Labas"}


async def test_what_is_for_many_is_approved_by_a_second_person(database: Database) -> None:
    """Not by who announces it, and not by somebody who may not announce anything there."""

    def prepared(tx: Connection) -> Town:
        town = crowd(tx, 3)
        set_here(tx, town.here, {"approver_above": 2}, MONDAY)
        people.grant(tx, town.ana, town.here, "coordinator")
        people.grant(tx, town.ben, town.here, "coordinator")
        people.grant(tx, town.kari, town.elsewhere, "coordinator")
        return town

    town = await database.write(prepared)
    told = partial(announce, key="k", organisation=town.here, texts={"lt": "Labas"}, now=MONDAY)
    for approver in (None, town.ana, town.kari):
        with pytest.raises(NotApproved) as caught:
            await database.write(partial(told, by=town.ana, approved_by=approver))
        assert (caught.value.many, caught.value.most) == (3, 2)
    assert (await rows(database, ANNOUNCEMENT.c.id), await rows(database, OUTBOX.c.id)) == ([], [])
    assert await database.write(partial(told, by=town.ana, approved_by=town.ben)) == 3
    assert await rows(database, ANNOUNCEMENT.c.by_id, ANNOUNCEMENT.c.approved_by) == [(town.ana, town.ben)]


async def test_a_few_and_what_is_owed_need_nobody_else(database: Database) -> None:
    def prepared(tx: Connection) -> Town:
        town = crowd(tx, 3)
        set_here(tx, town.here, {"approver_above": 3}, MONDAY)
        return town

    town = await database.write(prepared)
    told = partial(announce, organisation=town.here, texts={"lt": "Labas"}, now=MONDAY)
    assert await database.write(partial(told, key="few")) == 3
    await database.write(partial(set_here, organisation=town.here, said={"approver_above": 2}, now=MONDAY))
    assert await database.write(partial(told, key="few")) == 0
    assert await database.write(partial(told, key="owed", owed=True)) == 3


async def test_an_organisation_announces_five_things_a_day(database: Database) -> None:
    """With its units; what is owed, the same key again and other organisations do not count."""

    def prepared(tx: Connection) -> tuple[Town, int]:
        town = crowd(tx, 1)
        return town, add_organisation(tx, "Unit", Own(), "unit", town.here, now=MONDAY)

    town, unit = await database.write(prepared)
    for number in range(5):
        for _ in range(2):
            await tell(database, unit if number % 2 else town.here, f"{number}", MONDAY + number * HOUR)
    owed = partial(announce, key="owed", organisation=town.here, texts={"lt": "Labas"}, owed=True)
    for where in (town.here, unit):
        with pytest.raises(TooOften) as caught:
            await tell(database, where, "sixth", MONDAY + 5 * HOUR)
        assert str(caught.value) == (
            "This organisation has made its 5 announcements of a day: "
            "the next one can be made from 2026-11-24 07:30 UTC on."
        )
        assert len(await rows(database, ANNOUNCEMENT.c.id)) == 5
    assert await tell(database, town.elsewhere, "theirs", MONDAY + 5 * HOUR) == 1
    assert await database.write(partial(owed, now=MONDAY + 5 * HOUR)) == 1
    assert await tell(database, town.here, "sixth", MONDAY + DAY) == 1
    with pytest.raises(TooOften):
        await tell(database, town.here, "seventh", MONDAY + DAY)
