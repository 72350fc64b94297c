"""Reminders of webinars where something goes wrong (faults.md L1 to L3, L6, L7, P8): a moved clock, both stores."""

import asyncio
from datetime import UTC, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest

from actions import edit_person, organise
from actions.keys import new_code
from actions.remind_registered import remind
from domain.message import Moment, Notice
from scheduler.jobs import webinars as job
from storage.codec import load_message
from storage.database import Connection, Database
from storage.organisations import ORGANISATION
from storage.outbox import OUTBOX
from tests.actions import hall
from tests.actions.hall import DAY, HOUR, MINUTE, START, Hall
from tests.storage import stores
from tests.storage.samples import MONDAY, rows

VILNIUS = ZoneInfo("Europe/Vilnius")
LATE = START - 2 * HOUR
LONG_BEFORE = timedelta(days=20)


async def crowd(database: Database, many: int, now: datetime = MONDAY) -> tuple[Hall, list[int]]:
    """So many who registered then: after a reminder's moment nobody gets it."""
    held = await hall.opened(database, capacity=many)
    guests = await hall.guests(database, held.land.library, *(f"g{each}" for each in range(many)))
    for who in guests:
        assert await hall.come(database, held, who, now) == "seated"
    return held, guests


async def sent(database: Database) -> list[str]:
    """The keys of what may go, each as often as it is there."""
    return [key for key, _, state in await hall.told(database) if state in ("ready", "waiting")]


async def walls(database: Database) -> list[datetime]:
    """The wall times that reminders name, in order."""
    found = await rows(database, OUTBOX.c.id, OUTBOX.c.body, where=OUTBOX.c.key.like("webinar:%"))
    told = [load_message(body) for _, body in sorted(found)]
    named = [each.lines[0].params["when"] for each in told if isinstance(each, Notice)]
    return [each.wall for each in named if isinstance(each, Moment)]


@pytest.mark.parametrize(
    ("start", "moments"),
    [
        # Clocks go forward on 28 March 2027: the week before is an hour later in UTC, the eve is a Friday.
        (
            "2027-03-29T10:00",
            ("2027-03-22T10:00", "2027-03-26T10:00", "2027-03-29T09:00", "2027-03-29T09:50"),
        ),
        # They go back on 31 October 2027; on Monday everything is as the clock on the wall says.
        (
            "2027-11-01T10:00",
            ("2027-10-25T10:00", "2027-10-29T10:00", "2027-11-01T09:00", "2027-11-01T09:50"),
        ),
        # At 03:30 on the night itself: there is none in March, and there are two in October.
        (
            "2027-10-31T03:30",
            ("2027-10-24T03:30", "2027-10-29T03:30", "2027-10-31T02:30", "2027-10-31T03:20"),
        ),
    ],
)
async def test_a_change_of_the_clock_neither_skips_nor_doubles_one(
    database: Database, start: str, moments: tuple[str, ...]
) -> None:
    """P8: looked for each ten minutes, over the change, they come once each, when the wall says so."""
    begins = datetime.fromisoformat(start).replace(tzinfo=VILNIUS)
    opened = begins.astimezone(UTC) - LONG_BEFORE
    held = await hall.opened(database, starts_at=begins.astimezone(UTC))
    [ana] = await hall.guests(database, held.land.library, "ana")
    await hall.come(database, held, ana, opened)
    due = [datetime.fromisoformat(each).replace(tzinfo=VILNIUS).astimezone(UTC) for each in moments]
    for number, moment in enumerate(due):
        await hall.look(database, moment - MINUTE)
        assert len(await hall.told(database)) == number
        for now in (moment, moment + MINUTE):
            await hall.look(database, now)
        assert len(await hall.told(database)) == number + 1
    assert set(await walls(database)) == {datetime.fromisoformat(start)}
    assert [key.split(":")[4] for key, _, _ in await hall.told(database)] == ["1", "2", "3", "4"]


@pytest.mark.parametrize(
    ("zone", "wall"),
    [("Atlantic/Azores", "2026-12-07T07:00"), ("Australia/Lord_Howe", "2026-12-07T19:00")],
)
async def test_the_time_is_that_of_the_readers_wall(database: Database, zone: str, wall: str) -> None:
    held, _ = await crowd(database, 1)
    here = ORGANISATION.update().where(ORGANISATION.c.id == held.land.library).values(zone=zone)

    def move(tx: Connection) -> None:
        tx.execute(here)

    await database.write(move)
    await hall.look(database, START - 10 * MINUTE)
    assert (await walls(database))[-1:] == [datetime.fromisoformat(wall)]


async def test_a_restart_in_the_middle_neither_loses_nor_doubles_one(database: Database) -> None:
    """L1: the first part is committed, then the process is gone; another one goes on from there."""
    held, guests = await crowd(database, 230, LATE)

    def part(tx: Connection) -> int:
        return remind(tx, held.webinar, START - HOUR, 100, code=new_code)

    assert await database.write(part) == 100

    def dies(tx: Connection) -> int:
        part(tx)
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await database.write(dies)
    assert len(await sent(database)) == 100
    async with stores.again(database) as other:
        for _ in range(2):
            await job.JOB.run(other, START - HOUR)
    keys = await sent(database)
    assert sorted(keys) == sorted({f"webinar:1:{who}:0:3:2026-12-07" for who in guests})


async def test_two_processes_tell_everybody_once(database: Database) -> None:
    """L2: both look at the same moment, again and again."""
    _, guests = await crowd(database, 30, LATE)
    await asyncio.gather(*(hall.twice(database, START - HOUR) for _ in range(3)))
    keys = await sent(database)
    assert (len(keys), len(set(keys))) == (len(guests), len(guests))


async def test_who_goes_leaves_or_is_elsewhere_meanwhile_is_not_told(database: Database) -> None:
    """L3: of those to whom it is on its way, who cannot come and who has left are not reminded any more."""
    held, [ana, ben, cid] = await crowd(database, 3)
    gone = {"left_on": (START - 3 * DAY).date().isoformat()}
    await hall.look(database, START - 7 * DAY)
    evening = START - 6 * DAY
    await database.write(partial(edit_person.change, by=None, person=ben, cells=gone, now=evening))
    await hall.go(database, held, ana, evening)
    for now in (START - 3 * DAY, START - HOUR, START - 10 * MINUTE):
        await hall.look(database, now)
    told = [(int(key.split(":")[2]), int(key.split(":")[4])) for key in await sent(database)]
    assert sorted(told) == [(ben, 1), *((cid, rung) for rung in (1, 2, 3, 4))]  # that of the week went before
    assert await hall.standing(database) == {ana: "gone", ben: "gone", cid: "seated"}


async def test_a_large_webinar_does_not_keep_a_small_one_waiting(database: Database) -> None:
    """L6: both are due at one look, and both are told in it, the longest due first."""
    held, _ = await crowd(database, 210, LATE)
    small = hall.planned(held.land, starts_at=START + MINUTE)
    [second] = await database.write(partial(organise.make, scope=held.scope, planned=[small], now=MONDAY))
    [ana] = await hall.guests(database, held.land.other, "ana")
    other = Hall(held.land, held.scope, second)
    await hall.come(database, other, ana, LATE)
    await job.JOB.run(database, START - HOUR + MINUTE)
    told = [key.split(":")[1] for key in await sent(database)]
    assert (told.count("1"), told.count("2")) == (210, 1)


@pytest.mark.parametrize("cancelled", [False, True])
async def test_changed_a_minute_before_there_is_at_most_one_and_it_is_right(
    database: Database, *, cancelled: bool
) -> None:
    """L7: while one process reminds, a coordinator moves it, or calls it off."""
    held, [ana] = await crowd(database, 1)
    now = START - HOUR
    moves = (
        hall.cancel(database, held, now - MINUTE)
        if cancelled
        else hall.change(database, held, now - MINUTE, starts_at=START + 5 * HOUR)
    )
    await asyncio.gather(job.JOB.run(database, now), moves)
    for later in (now, now + MINUTE):
        await hall.look(database, later)
    for rung in (HOUR, 10 * MINUTE):
        await hall.look(database, START + 5 * HOUR - rung)
    keys = await sent(database)
    after = [f"webinar:1:{ana}:1:{rung}:2026-12-07" for rung in ((0,) if cancelled else (0, 3, 4))]
    assert sorted(keys) == after


async def test_service_away_and_back_says_what_is_still_of_use_and_nothing_twice(database: Database) -> None:
    _, [ana] = await crowd(database, 1)
    await hall.look(database, START - 7 * DAY)
    for _ in range(5):
        await hall.look(database, START - 5 * MINUTE)  # away for a week
    keys = await hall.told(database)
    assert [(key.split(":")[4], state) for key, _, state in keys] == [
        ("1", "ready"),
        ("2", "dropped"),
        ("3", "dropped"),
        ("4", "ready"),
    ]
    assert {key.split(":")[2] for key, _, _ in keys} == {str(ana)}


async def test_who_registers_at_the_weekend_for_monday_morning_is_told_an_hour_before(
    database: Database,
) -> None:
    """The one of the last working day has gone by; on Monday there are those of the hour and of the ten minutes."""
    held = await hall.opened(database)
    [ana] = await hall.guests(database, held.land.library, "ana")
    saturday = START - 2 * DAY
    assert await hall.come(database, held, ana, saturday) == "seated"
    for now in (saturday, START - DAY, START - HOUR, START - 10 * MINUTE, START):
        await hall.look(database, now)
    assert [key.split(":")[4] for key in await sent(database)] == ["3", "4"]
