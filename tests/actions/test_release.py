"""The next lesson by time: at the learner's hour, on a good day, once."""

import asyncio
from datetime import UTC, datetime, time, timedelta
from functools import partial

import pytest

from actions.carry_out import WrittenBefore
from actions.release import release
from bot.channel import Refused
from domain.message import ShowCard
from domain.pacing import next_lesson_at
from scheduler.jobs import release as job
from storage import addresses, enrolments, people, studies
from storage.activity import ACTIVITY
from storage.database import Connection, Database
from storage.steps import STEP
from tests.actions.talk import Talk, in_short, new_key
from tests.bot.messenger import Desk, Messenger
from tests.storage.samples import MONDAY, address, rows, settle_down

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def finished_first(tx: Connection, finished: datetime) -> int:
    """Ana finished her first lesson at this moment; her enrolment."""
    town = settle_down(tx)
    address(tx, "ana", town.ana)
    new = enrolments.enrol(tx, person=town.ana, programme=town.programme, version=town.version, at=MONDAY)
    assert new is not None
    studies.finish_lesson(tx, new, 0, finished)
    enrolments.move(tx, new, 1, -1, finished)
    enrolments.wait(tx, new, next_lesson_at(finished, people.get(tx, town.ana)))
    return new


async def waiting(database: Database, finished: datetime = MONDAY) -> tuple[Talk, int]:
    """Ana, who waits for her second lesson, and her enrolment."""
    return Talk(database), await database.write(partial(finished_first, finished=finished))


async def due_at(database: Database, enrolment: int) -> datetime | None:
    return (await database.read(partial(enrolments.get, enrolment=enrolment))).due_at


async def look(database: Database, now: datetime) -> int:
    """Release what is due; how many lessons were sent."""
    due = await database.read(partial(enrolments.due, now=now, most=99))
    sent = [await database.write(partial(release, enrolment=each, now=now, new_key=new_key)) for each in due]
    return sent.count(True)


async def lessons(ana: Talk) -> list[str]:
    return in_short(await ana.written("lesson:"))


@pytest.mark.parametrize(
    ("finished", "due"),
    [
        (datetime(2026, 11, 23, 7, 30, tzinfo=UTC), datetime(2026, 11, 24, 7, 30, tzinfo=UTC)),
        (datetime(2026, 11, 23, 21, 59, tzinfo=UTC), datetime(2026, 11, 24, 7, 30, tzinfo=UTC)),
        (datetime(2026, 11, 23, 22, 1, tzinfo=UTC), datetime(2026, 11, 25, 7, 30, tzinfo=UTC)),
        (datetime(2026, 11, 27, 9, 0, tzinfo=UTC), datetime(2026, 11, 30, 7, 30, tzinfo=UTC)),  # Friday
        (datetime(2026, 12, 23, 9, 0, tzinfo=UTC), datetime(2026, 12, 28, 7, 30, tzinfo=UTC)),  # Christmas
        (datetime(2027, 3, 26, 9, 0, tzinfo=UTC), datetime(2027, 3, 30, 6, 30, tzinfo=UTC)),  # Easter, summer
    ],
)
async def test_the_next_lesson_comes_at_the_learners_hour_on_the_next_working_day(
    sqlite: Database, finished: datetime, due: datetime
) -> None:
    ana, enrolment = await waiting(sqlite, finished)
    assert await due_at(sqlite, enrolment) == due
    assert await look(sqlite, due - timedelta(seconds=1)) == 0
    assert await lessons(ana) == []
    assert await look(sqlite, due) == 1
    assert await lessons(ana) == ["card 1.0"]
    assert await due_at(sqlite, enrolment) is None


async def test_a_lesson_by_time_goes_on_as_any_other(database: Database) -> None:
    ana, enrolment = await waiting(database)
    ana.at += DAY
    assert await look(database, ana.at) == 1
    ana.heard += await ana.written("lesson:")
    assert await ana.presses("next") == ["study.programme_done_unscored"]
    noted = await rows(database, ACTIVITY.c.id, ACTIVITY.c.details, where=ACTIVITY.c.what == "lesson_sent")
    assert ['"time"' in row[1] for row in noted] == [True]
    assert (await database.read(partial(enrolments.get, enrolment=enrolment))).state == "finished"


async def test_looking_again_sends_nothing_again(database: Database) -> None:
    ana, enrolment = await waiting(database)
    now = MONDAY + DAY
    assert [await look(database, now), await look(database, now)] == [1, 0]
    again = partial(release, enrolment=enrolment, now=now, new_key=new_key)
    assert not await database.write(again)
    assert await lessons(ana) == ["card 1.0"]


@pytest.mark.parametrize(
    ("back", "due"),
    [
        (datetime(2026, 11, 24, 15, 59, tzinfo=UTC), None),  # 17:59 in Vilnius: still the working day
        (datetime(2026, 11, 24, 16, 0, tzinfo=UTC), datetime(2026, 11, 25, 7, 30, tzinfo=UTC)),
        (datetime(2026, 11, 24, 21, 0, tzinfo=UTC), datetime(2026, 11, 25, 7, 30, tzinfo=UTC)),
        (datetime(2026, 11, 27, 21, 0, tzinfo=UTC), datetime(2026, 11, 30, 7, 30, tzinfo=UTC)),
        (datetime(2026, 11, 28, 10, 0, tzinfo=UTC), datetime(2026, 11, 30, 7, 30, tzinfo=UTC)),
        (datetime(2026, 12, 25, 10, 0, tzinfo=UTC), datetime(2026, 12, 28, 7, 30, tzinfo=UTC)),
        (datetime(2026, 11, 25, 5, 0, tzinfo=UTC), datetime(2026, 11, 25, 7, 30, tzinfo=UTC)),
    ],
)
async def test_after_an_outage_a_lesson_waits_for_a_good_moment(
    sqlite: Database, back: datetime, due: datetime | None
) -> None:
    ana, enrolment = await waiting(sqlite)
    assert await look(sqlite, back) == (due is None)
    assert await due_at(sqlite, enrolment) == due
    assert await lessons(ana) == ([] if due else ["card 1.0"])


async def test_a_changed_hour_is_kept_by_the_gate_too(sqlite: Database) -> None:
    _, enrolment = await waiting(sqlite)
    person = (await sqlite.read(partial(enrolments.get, enrolment=enrolment))).person
    await sqlite.write(partial(people.set_hour, person=person, hour=time(14, 0)))
    assert await look(sqlite, MONDAY + DAY) == 0
    assert await due_at(sqlite, enrolment) == datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
    assert await look(sqlite, datetime(2026, 11, 24, 12, 0, tzinfo=UTC)) == 1


async def test_who_paused_or_finished_is_left_alone(database: Database) -> None:
    ana, enrolment = await waiting(database)
    for state in ("paused", "finished"):
        await database.write(partial(enrolments.set_state, enrolment=enrolment, state=state))
        assert await look(database, MONDAY + DAY) == 0
        forced = partial(release, enrolment=enrolment, now=MONDAY + DAY, new_key=new_key)
        assert not await database.write(forced)
    assert await lessons(ana) == []


async def test_who_learned_ahead_gets_nothing_by_time(database: Database) -> None:
    ana, _ = await waiting(database)
    await ana.says("/continue")
    assert await look(database, MONDAY + DAY) == 0
    assert await lessons(ana) == []


async def test_a_lesson_waits_for_an_address_and_comes_when_the_person_is_back(database: Database) -> None:
    ana, enrolment = await waiting(database)
    place = await database.read(lambda tx: addresses.find_or_add(tx, "web", "ana", None, MONDAY).id)
    await database.write(partial(addresses.reach, address=place, reachable=False))
    assert await look(database, MONDAY + DAY) == 0
    assert await due_at(database, enrolment) == MONDAY + 2 * DAY
    assert await lessons(ana) == []
    ana.at = MONDAY + DAY + HOUR
    assert await ana.says("/menu") == ["menu.head"]
    assert await look(database, MONDAY + 2 * DAY) == 1
    assert await lessons(ana) == ["card 1.0"]


async def test_a_lesson_that_is_due_is_sent_by_one_of_two_clocks(database: Database) -> None:
    ana, enrolment = await waiting(database)
    due = partial(release, enrolment=enrolment, now=MONDAY + DAY, new_key=new_key)
    sent = await asyncio.gather(*(database.write(due) for _ in range(6)))
    assert sorted(sent) == [False] * 5 + [True]
    (card,) = await ana.written("lesson:")
    (step,) = await rows(database, STEP.c.key, where=STEP.c.closed_at.is_(None))
    assert isinstance(card, ShowCard)
    assert card.step == step[0]


async def lost(database: Database) -> None:
    """The messenger refuses what is to be sent."""
    desk = Desk(database, Messenger([Refused("no")]))
    desk.now = MONDAY + DAY
    assert await desk.rounds() == [1]
    await desk.lease.give_back()


async def test_a_lesson_that_never_arrived_comes_on_the_same_day_when_its_learner_wants_it_then(
    database: Database,
) -> None:
    ana, enrolment = await waiting(database)
    assert await look(database, MONDAY + DAY) == 1
    await lost(database)
    ana.at = MONDAY + DAY + HOUR
    for word in ("/hour 14:00", "/pause", "/resume"):
        await ana.says(word)
    two = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
    assert await due_at(database, enrolment) == two
    assert await look(database, two) == 1
    first, second = await ana.written("lesson:")
    assert in_short([first, second]) == ["card 1.0", "card 1.0"]
    (step,) = await rows(database, STEP.c.key, where=STEP.c.closed_at.is_(None))
    assert isinstance(second, ShowCard)
    assert second.step == step[0]


async def test_a_lesson_that_cannot_be_written_does_not_seem_sent(database: Database) -> None:
    """Its key is taken, which must not happen: the lesson waits on, and comes a little later."""
    ana, enrolment = await waiting(database)
    now = MONDAY + DAY
    await look(database, now)
    await database.write(partial(enrolments.put_back, enrolment=enrolment, due_at=now))
    before = await rows(database, STEP.c.key, STEP.c.closed_at)
    with pytest.raises(WrittenBefore):
        await database.write(partial(release, enrolment=enrolment, now=now, new_key=new_key))
    assert await rows(database, STEP.c.key, STEP.c.closed_at) == before
    assert [await job.JOB.run(database, now), await job.JOB.run(database, now + job.AGAIN)] == [0, 1]
    assert await lessons(ana) == ["card 1.0", "card 1.0"]
