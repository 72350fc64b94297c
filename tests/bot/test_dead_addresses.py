"""An address that is dead: another one of the person, or nobody; and a lesson that never came waits again."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from actions.release import release
from bot.channel import Refused, Unreachable
from domain.message import notice
from storage import addresses, enrolments, outbox
from storage.addresses import ADDRESS
from storage.database import Connection, Database
from storage.outbox import OUTBOX, New, To
from storage.steps import STEP
from tests.actions.talk import new_key
from tests.bot.messenger import Desk, Elsewhere, Messenger
from tests.storage.samples import MONDAY, Town, address, rows, settle_down

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def ana_at(*channels: str) -> "Build":
    return Build(channels)


class Build:
    """A town in which Ana has these addresses, the newest last, and a lesson that is due."""

    def __init__(self, channels: tuple[str, ...]) -> None:
        self.channels = channels

    def __call__(self, tx: Connection) -> tuple[Town, int]:
        town = settle_down(tx)
        for channel in self.channels:
            address(tx, f"ana {channel}", town.ana, channel)
        enrolment = enrolments.enrol(
            tx, person=town.ana, programme=town.programme, version=town.version, at=MONDAY
        )
        assert enrolment
        enrolments.wait(tx, enrolment, MONDAY)
        return town, enrolment


async def released(database: Database, enrolment: int) -> None:
    assert await database.write(lambda tx: release(tx, enrolment, now=MONDAY, new_key=new_key))


async def written(database: Database, town: Town, *keys: str, edits: int | None = None) -> int:
    """Replies to Ana at her place in the web chat; the id of the last."""

    def add(tx: Connection) -> int:
        to = To(address(tx, "ana web", town.ana), "web", town.ana, town.here)
        ids = [
            outbox.add(tx, New(to, notice("menu.head"), key, "reply", edits=edits), MONDAY) for key in keys
        ]
        return ids[-1] or 0

    return await database.write(add)


async def reachable(database: Database) -> dict[str, bool]:
    found = await rows(database, ADDRESS.c.id, ADDRESS.c.key, ADDRESS.c.reachable)
    return {key: reached for _, key, reached in found}


async def test_the_next_address_of_the_person_takes_its_messages(both: Database) -> None:
    town, _ = await both.write(ana_at("telegram", "web"))
    dead, alive = Messenger([Unreachable("blocked")]), Elsewhere()
    web, telegram = Desk(both, dead), Desk(both, alive)
    await written(both, town, "1", "2")
    assert await web.rounds() == [1]  # the second is not even tried
    assert await telegram.rounds() == [2]
    assert [(to, key) for to, key, _ in alive.sent] == [("ana telegram", "1"), ("ana telegram", "2")]
    assert await reachable(both) == {"ana telegram": True, "ana web": False}
    assert await web.states() == {"1": "sent", "2": "sent"}
    assert [row[1] for row in await rows(both, OUTBOX.c.id, OUTBOX.c.attempts)] == [2, 2]


async def test_a_change_of_a_message_is_not_sent_to_another_address(sqlite: Database) -> None:
    town, _ = await sqlite.write(ana_at("telegram", "web"))
    first = await written(sqlite, town, "1")
    web, telegram = Desk(sqlite, Messenger()), Desk(sqlite, Elsewhere())
    await web.rounds()
    await written(sqlite, town, "change", edits=first)
    dead = Desk(sqlite, Messenger([Unreachable("blocked")]), "two")
    await web.lease.give_back()
    assert [await dead.rounds(), await telegram.rounds()] == [[1], [0]]
    assert await dead.states() == {"1": "sent", "change": "failed"}


async def test_when_every_address_is_dead_it_is_failed(sqlite: Database) -> None:
    town, _ = await sqlite.write(ana_at("telegram", "web"))
    web = Desk(sqlite, Messenger([Unreachable("blocked")]))
    telegram = Desk(sqlite, Elsewhere([Unreachable("blocked")]))
    await written(sqlite, town, "k")
    assert [await web.rounds(), await telegram.rounds(), await web.rounds()] == [[1], [1], [0]]
    assert await web.states() == {"k": "failed"}
    assert set((await reachable(sqlite)).values()) == {False}


async def test_a_stranger_has_no_other_address(sqlite: Database) -> None:
    desk = Desk(sqlite, Messenger([Unreachable("blocked")]))
    for key in ("1", "2"):
        await desk.write(key)
    assert await desk.rounds() == [1]
    assert await desk.states() == {"1": "failed", "2": "failed"}


@pytest.mark.parametrize("failure", [Unreachable("blocked"), Refused("too long")])
async def test_a_lesson_that_never_came_waits_for_the_next_day(both: Database, failure: Exception) -> None:
    _, enrolment = await both.write(ana_at("web"))
    desk = Desk(both, Messenger([failure]))
    await released(both, enrolment)
    await desk.rounds()
    assert list((await desk.states()).values()) == ["failed"]
    found = await both.read(lambda tx: enrolments.get(tx, enrolment))
    assert (found.lesson, found.card, found.due_at) == (0, -1, MONDAY + DAY)
    assert await rows(both, STEP.c.key, where=STEP.c.closed_at.is_(None)) == []


async def test_a_lesson_that_is_too_late_waits_for_the_next_day_too(sqlite: Database) -> None:
    _, enrolment = await sqlite.write(ana_at("web"))
    desk = Desk(sqlite, Messenger())
    await released(sqlite, enrolment)
    desk.now += DAY + HOUR
    assert await desk.rounds() == [0]
    assert list((await desk.states()).values()) == ["expired"]
    found = await sqlite.read(lambda tx: enrolments.get(tx, enrolment))
    assert (found.card, found.due_at) == (-1, MONDAY + 2 * DAY)


async def test_a_lesson_that_somebody_has_begun_elsewhere_is_left_alone(sqlite: Database) -> None:
    """The card did not come here, and meanwhile the learner asked for it and went on."""
    _, enrolment = await sqlite.write(ana_at("web"))
    desk = Desk(sqlite, Messenger([Unreachable("blocked")]))
    await released(sqlite, enrolment)
    await sqlite.write(lambda tx: enrolments.move(tx, enrolment, 0, 1, MONDAY))
    await desk.rounds()
    found = await sqlite.read(lambda tx: enrolments.get(tx, enrolment))
    assert (found.card, found.due_at) == (1, None)


async def test_a_lesson_goes_to_the_other_address_and_does_not_wait(sqlite: Database) -> None:
    _, enrolment = await sqlite.write(ana_at("telegram", "web"))
    alive = Elsewhere()
    web, telegram = Desk(sqlite, Messenger([Unreachable("blocked")])), Desk(sqlite, alive)
    await released(sqlite, enrolment)
    assert [await web.rounds(), await telegram.rounds()] == [[1], [1]]
    found = await sqlite.read(lambda tx: enrolments.get(tx, enrolment))
    assert (found.card, found.due_at, len(alive.sent)) == (0, None, 1)


async def test_what_goes_out_of_hours_is_asked_about_again(sqlite: Database) -> None:
    """Released in good time, but nobody could send until after the working day: it comes the next morning."""
    _, enrolment = await sqlite.write(ana_at("web"))
    channel = Messenger()
    desk = Desk(sqlite, channel)
    await released(sqlite, enrolment)
    evening = timedelta(hours=9)  # 18:30 in Vilnius
    desk.now += evening
    assert await desk.rounds() == [0]
    kept = await rows(sqlite, OUTBOX.c.state, OUTBOX.c.gate, OUTBOX.c.day, OUTBOX.c.due_at)
    assert kept == [("waiting", "late", "", MONDAY + DAY)]
    await desk.passes(DAY - evening)
    assert await desk.rounds() == [1]
    assert await rows(sqlite, OUTBOX.c.state, OUTBOX.c.day) == [("sent", "2026-11-24")]


async def test_a_second_copy_waits_for_the_persons_hours_as_well(sqlite: Database) -> None:
    _, enrolment = await sqlite.write(ana_at("web"))
    channel = Messenger()
    desk = Desk(sqlite, channel)
    await released(sqlite, enrolment)
    await sqlite.write(lambda tx: tx.execute(update(OUTBOX).values(doubtful=1)).rowcount)
    desk.now += timedelta(hours=9)
    assert await desk.rounds() == [0]
    assert set((await desk.states()).values()) == {"waiting"}


async def test_who_writes_again_can_be_reached_again(sqlite: Database) -> None:
    town, _ = await sqlite.write(ana_at("web"))
    desk = Desk(sqlite, Messenger([Unreachable("blocked")]))
    await written(sqlite, town, "1")
    await desk.rounds()
    place = await sqlite.read(lambda tx: addresses.find_or_add(tx, "web", "ana web", None, MONDAY).id)
    await sqlite.write(lambda tx: addresses.reach(tx, place, reachable=True))
    await written(sqlite, town, "2")
    assert await desk.rounds() == [1]
    assert await desk.states() == {"1": "failed", "2": "sent"}
