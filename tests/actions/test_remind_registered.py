"""Reminders of webinars: each once, at its moment on the wall, never of how it was before; on both stores."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from structlog.testing import capture_logs

from actions import organise
from actions.organise import NotHeld
from domain.message import Line, Moment, Notice, Place, Secret
from domain.webinar import Words
from storage import organisations, people
from storage.codec import load_message
from storage.database import Connection, Database
from storage.organisations import ORGANISATION
from storage.outbox import OUTBOX
from storage.webinars import WEBINAR
from tests.actions import hall
from tests.actions.hall import DAY, HOUR, MINUTE, START, Hall
from tests.storage.samples import MONDAY, rows


async def one(database: Database, **changes: Any) -> tuple[Hall, int]:
    """A webinar, and somebody who is registered for it."""
    held = await hall.opened(database, **changes)
    [ana] = await hall.guests(database, held.land.library, "ana")
    assert await hall.come(database, held, ana) == "seated"
    return held, ana


async def through(database: Database, *moments: datetime) -> None:
    for now in moments:
        await hall.look(database, now)


async def brief(database: Database) -> list[tuple[str, str, str]]:
    """Which rung (with the change that it is of), kind and state."""
    return [(":".join(key.split(":")[3:5]), kind, state) for key, kind, state in await hall.told(database)]


async def words(database: Database) -> list[Notice]:
    found = await rows(database, OUTBOX.c.id, OUTBOX.c.body, where=OUTBOX.c.state != "dropped")
    notices = [load_message(row[1]) for row in found]
    return [each for each in notices if isinstance(each, Notice)]


async def test_each_comes_once_at_its_moment(database: Database) -> None:
    await one(database)
    before = [START - 7 * DAY, START - 3 * DAY, START - HOUR, START - 10 * MINUTE]
    for moment in before:
        await through(database, moment - timedelta(seconds=1), moment, moment + timedelta(seconds=1))
    await through(database, START, START + HOUR)
    # Sunday is no day on which reminders go: that of the eve goes on Friday.
    assert await brief(database) == [
        ("0:1", "reminder", "ready"),
        ("0:2", "reminder", "ready"),
        ("0:3", "webinar", "ready"),
        ("0:4", "webinar", "ready"),
    ]
    last = (await words(database))[-1]
    assert [line.text for line in last.lines] == ["webinar.starting", "webinar.link"]
    own = Place("/webinar/join/seed1-2.", Secret("seed1-2", "link"))
    assert last.lines[1].params == {"link": own, "contact": "Rūta"}
    assert [choice.url for choice in last.choices] == ["/webinar/join/seed1-2.", ""]
    assert last.lines[0].params["when"] == Moment(datetime(2026, 12, 7, 10))  # noqa: DTZ001 (a wall time)


async def test_the_last_two_ignore_quiet_hours_and_days(database: Database) -> None:
    sunday = datetime(2026, 12, 6, 4, tzinfo=UTC)  # 6:00 in Vilnius
    await one(database, starts_at=sunday)
    monday = sunday - 6 * DAY + 4 * HOUR
    friday = sunday - 2 * DAY + 4 * HOUR
    await through(database, sunday - 7 * DAY, monday, friday, sunday - HOUR, sunday - 10 * MINUTE)
    assert await brief(database) == [
        ("0:1", "reminder", "ready"),
        ("0:2", "reminder", "ready"),
        ("0:3", "webinar", "ready"),
        ("0:4", "webinar", "ready"),
    ]


async def test_who_comes_after_its_moment_does_not_get_it(database: Database) -> None:
    held = await hall.opened(database)
    [ana] = await hall.guests(database, held.land.library, "ana")
    late = START - 30 * MINUTE
    assert await hall.come(database, held, ana, late) == "seated"
    await through(database, late, START - 10 * MINUTE, START)
    assert await brief(database) == [("0:4", "webinar", "ready")]


async def test_who_waits_or_cannot_come_is_not_reminded(database: Database) -> None:
    held, ana = await one(database, capacity=1)
    [ben] = await hall.guests(database, held.land.other, "ben")
    assert await hall.come(database, held, ben) == "waiting"
    await through(database, START - 7 * DAY)
    assert await brief(database) == [("0:1", "reminder", "ready")]
    await hall.go(database, held, ana, START - 7 * DAY)
    await through(database, START - DAY)
    found = await hall.told(database)
    assert found[0] == (f"webinar:1:{ana}:0:1:2026-12-07", "reminder", "dropped")
    assert [key.split(":")[2] for key, _, _ in found[1:]] == [str(ben), str(ben)]


async def test_what_came_too_late_is_dropped_and_kept_to_say_so(database: Database) -> None:
    """Nobody looked for a week."""
    await one(database)
    await through(database, *[START - 30 * MINUTE] * 4)
    assert await brief(database) == [
        ("0:1", "reminder", "dropped"),
        ("0:2", "reminder", "dropped"),
        ("0:3", "webinar", "ready"),
    ]


async def test_moved_a_minute_before_a_reminder_there_is_one_and_it_is_right(database: Database) -> None:
    held, _ = await one(database)
    moved = START + 3 * HOUR
    now = START - HOUR - MINUTE
    await through(database, START - 7 * DAY, START - DAY, START - 2 * HOUR)
    await hall.change(database, held, now, starts_at=moved)
    await through(database, now, START - HOUR, START - 10 * MINUTE, moved - HOUR, moved - 10 * MINUTE)
    assert await brief(database) == [
        ("0:1", "reminder", "dropped"),
        ("0:2", "reminder", "dropped"),
        ("1:0", "personal", "ready"),
        ("1:3", "webinar", "ready"),
        ("1:4", "webinar", "ready"),
    ]
    said = [line for each in await words(database) for line in each.lines if "when" in line.params]
    assert {line.params["when"] for line in said} == {Moment(datetime(2026, 12, 7, 13))}  # noqa: DTZ001


async def test_moved_twice_everybody_is_told_once_as_it_is_now(database: Database) -> None:
    held, _ = await one(database)
    await hall.change(database, held, venue="Salė")
    await hall.look(database, MONDAY)
    await hall.change(database, held, venue="Didžioji salė")
    await hall.change(database, held, capacity=5)
    await hall.look(database, MONDAY)
    assert await brief(database) == [("1:0", "personal", "dropped"), ("2:0", "personal", "ready")]
    [told] = await words(database)
    assert Line("webinar.where", {"place": "Didžioji salė"}) in told.lines


async def test_cancelled_everybody_is_told_once_and_reminded_no_more(database: Database) -> None:
    held, _ = await one(database, capacity=1)
    [ben] = await hall.guests(database, held.land.other, "ben")
    assert await hall.come(database, held, ben) == "waiting"
    now = START - HOUR - MINUTE
    await through(database, START - 7 * DAY, START - DAY, START - 2 * HOUR)
    await hall.cancel(database, held, now)
    await hall.cancel(database, held, now)
    await through(database, now, START - HOUR, START - 10 * MINUTE, START)
    assert sorted(await brief(database)) == [
        ("0:1", "reminder", "dropped"),
        ("0:2", "reminder", "dropped"),
        ("1:0", "personal", "ready"),
        ("1:0", "personal", "ready"),
    ]
    assert {line.text for each in await words(database) for line in each.lines} == {"webinar.is_cancelled"}
    with pytest.raises(NotHeld, match="cancelled"):
        await hall.change(database, held, venue="Salė")


async def test_cancelled_in_the_night_before_an_early_start_people_are_told_at_once(
    database: Database,
) -> None:
    early = datetime(2026, 12, 7, 4, tzinfo=UTC)  # 6:00 in Vilnius
    held, _ = await one(database, starts_at=early)
    await hall.cancel(database, held, early - 8 * HOUR)
    await hall.look(database, early - 8 * HOUR)
    assert await brief(database) == [("1:0", "webinar", "ready")]


async def test_the_wall_time_is_the_readers(database: Database) -> None:
    held, ana = await one(database)

    def away(tx: Connection) -> None:
        oslo = organisations.ORGANISATION.update().where(ORGANISATION.c.id == held.land.library)
        tx.execute(oslo.values(zone="Europe/Oslo"))

    await database.write(away)
    assert (await database.read(partial(people.get, person=ana))).organisation.zone == "Europe/Oslo"
    await through(database, START - 7 * DAY)
    [told] = await words(database)
    assert told.lines[0].params["when"] == Moment(datetime(2026, 12, 7, 9))  # noqa: DTZ001


async def test_the_clock_goes_forward_in_between(database: Database) -> None:
    """10:00 on a Monday in Vilnius; on the Sunday before, clocks went forward."""
    start = datetime(2027, 3, 29, 7, tzinfo=UTC)
    await one(database, starts_at=start)
    week = datetime(2027, 3, 22, 8, tzinfo=UTC)  # 10:00 too
    await through(database, week - MINUTE)
    assert await brief(database) == []
    await through(database, week)
    assert await brief(database) == [("0:1", "reminder", "ready")]
    [told] = await words(database)
    assert told.lines[0].params["when"] == Moment(datetime(2027, 3, 29, 10))  # noqa: DTZ001


async def test_two_who_look_at_once_remind_once(database: Database) -> None:
    held = await hall.opened(database, capacity=50)
    names: Sequence[str] = [f"guest{number}" for number in range(30)]
    for who in await hall.guests(database, held.land.library, *names):
        await hall.come(database, held, who)
    await hall.twice(database, START - 7 * DAY)
    assert len(await brief(database)) == 30


async def test_a_session_in_a_room_has_no_link(database: Database) -> None:
    await one(database, venue="Salė", link="", texts={"lt": Words("Sesija")})
    await through(database, *[START - 10 * MINUTE] * 4)
    [told] = await words(database)
    assert [line.text for line in told.lines] == ["webinar.starting", "webinar.where"]
    assert [choice.data for choice in told.choices] == ["/cantcome 1"]


async def test_afterwards_each_is_told_once_whether_they_came_or_not(database: Database) -> None:
    held, ana = await one(database)
    [ben] = await hall.guests(database, held.land.other, "ben")
    await hall.come(database, held, ben)
    now = START + HOUR
    for came in (True, False):
        await hall.tick(database, held, now, _1=came, _2=False)
        await hall.look(database, now)
    assert await hall.told(database) == [
        (f"webinar:1:{who}:0:5:2026-12-07", "personal", "ready") for who in (ana, ben)
    ]
    assert [each.lines[0].text for each in await words(database)] == ["webinar.thanks", "webinar.missed"]


async def test_what_is_said_while_it_lasts_of_who_is_there_can_be_put_right_until_its_end(
    database: Database,
) -> None:
    held, _ = await one(database)
    await through(database, *[START] * 4)
    for now, came in ((START + MINUTE, False), (START + HOUR - MINUTE, True)):
        await hall.tick(database, held, now, _1=came)
        await hall.look(database, now)
    assert await hall.told(database, ":5:") == []
    await hall.look(database, START + HOUR)
    assert len(await hall.told(database, ":5:")) == 1
    assert (await words(database))[-1].lines[0].text == "webinar.thanks"


async def test_one_that_cannot_be_read_keeps_nobody_from_the_others(database: Database) -> None:
    """Both the seats of the next one are looked at, and its people reminded."""
    held, _ = await one(database, starts_at=START - DAY, release_at=MONDAY + DAY)
    [ben] = await hall.guests(database, held.land.library, "ben")
    later = hall.planned(held.land, capacity=1, release_at=MONDAY + DAY)
    [new] = await database.write(lambda tx: organise.make(tx, held.scope, [later], MONDAY))
    assert await hall.come(database, replace(held, webinar=new), ben) == "seated"
    spoilt = WEBINAR.update().where(WEBINAR.c.id == held.webinar).values(texts="{")
    await database.write(lambda tx: tx.execute(spoilt).rowcount)
    with capture_logs() as logs:
        await hall.look(database, START - 7 * DAY)
    assert [(each["event"], each["webinar"]) for each in logs if "webinar" in each] == [
        ("webinar failed", held.webinar)
    ] * 2
    assert await hall.told(database) == [(f"webinar:{new}:{ben}:0:1:2026-12-07", "reminder", "ready")]
    found = await rows(database, WEBINAR.c.id, WEBINAR.c.look_at)
    assert found == [(held.webinar, MONDAY + DAY), (new, None)]
