"""Reminders: from the lesson that was sent to the pause, in the learner's hours, and never more than one a day."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from actions.invite import invite
from actions.release import release
from actions.remind import AGAIN, begin, end, remind
from domain.message import Choice, Notice
from domain.reminder import WORDINGS
from storage import addresses, enrolments, organisations, people, programmes
from storage.activity import ACTIVITY
from storage.database import Connection, Database
from storage.organisations import ORGANISATION
from storage.outbox import OUTBOX, New, Passed, To, add
from storage.schedules import SCHEDULE
from tests.actions.talk import Talk, in_short, new_key
from tests.storage.samples import MONDAY, Town, address, rows, sample, settle_down

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
VILNIUS = ZoneInfo("Europe/Vilnius")


def taken(tx: Connection, town: Town, person: int, programme: int = 0, version: int = 0) -> int:
    """The person stands at a card of their first lesson since Monday morning, and was reminded of nothing yet."""
    new = enrolments.enrol(
        tx, person=person, programme=programme or town.programme, version=version or town.version, at=MONDAY
    )
    assert new is not None
    enrolments.move(tx, new, 0, 0, MONDAY)
    begin(tx, people.get(tx, person), new, MONDAY)
    return new


def begun(tx: Connection, person: int, enrolment: int, now: datetime) -> None:
    begin(tx, people.get(tx, person), enrolment, now)


def ana_learns(tx: Connection) -> tuple[Town, int]:
    town = settle_down(tx)
    address(tx, "ana", town.ana)
    return town, taken(tx, town, town.ana)


async def look(database: Database, now: datetime, most: int = 500) -> int:
    return await database.write(partial(remind, now=now, most=most))


async def weeks(database: Database, start: datetime, number: int) -> None:
    """Let weeks go by, looking every half an hour."""
    for half_hours in range(number * 7 * 48):
        await look(database, start + half_hours * HOUR / 2)


async def came(database: Database) -> list[tuple[str, str]]:
    """Reminders with the wall time at which they came, in Vilnius."""
    found = await rows(
        database, OUTBOX.c.id, OUTBOX.c.created_at, OUTBOX.c.key, where=OUTBOX.c.kind == "reminder"
    )
    return [(key, at.astimezone(VILNIUS).strftime("%m-%d %H:%M")) for _, at, key in found]


async def when(database: Database) -> list[str]:
    return [at for _, at in await came(database)]


async def due_at(database: Database, enrolment: int) -> str | None:
    [(at,)] = await rows(database, SCHEDULE.c.due_at, where=SCHEDULE.c.item == enrolment)
    return at.astimezone(VILNIUS).strftime("%m-%d %H:%M") if at else None


async def change(database: Database, person: int, **values: Any) -> None:
    await database.write(
        lambda tx: tx.execute(update(people.PERSON).where(people.PERSON.c.id == person).values(**values))
    )


async def test_the_same_day_the_next_a_week_a_fortnight_and_the_pause(sqlite: Database) -> None:
    _, enrolment = await sqlite.write(ana_learns)
    await weeks(sqlite, MONDAY, 6)
    times = ["11-23 13:30", "11-24 09:30", "12-01 09:30", "12-15 09:30", "12-22 09:30"]
    assert await came(sqlite) == [(f"reminder:{enrolment}:0:2026-{at[:5]}", at) for at in times]
    said = in_short(await Talk(sqlite).written("reminder:"))
    assert said == [*WORDINGS[:4], "reminder.paused+pause.why"]
    assert (await sqlite.read(partial(enrolments.get, enrolment=enrolment))).state == "paused"
    assert await due_at(sqlite, enrolment) is None
    [(_, details)] = await rows(sqlite, ACTIVITY.c.id, ACTIVITY.c.details, where=ACTIVITY.c.what == "paused")
    assert json.loads(details)["by"] == "time"


async def test_a_row_says_when_it_may_go_and_on_which_date_it_counts(database: Database) -> None:
    town, _ = await database.write(ana_learns)
    assert await look(database, MONDAY + 4 * HOUR - timedelta(seconds=1)) == 0
    assert await look(database, MONDAY + 4 * HOUR) == 1
    names = ("lane", "state", "gate", "day", "person_id", "organisation_id", "until", "channel")
    assert await rows(database, *(OUTBOX.c[name] for name in names)) == [
        (
            2,
            "ready",
            "now",
            "2026-11-23",
            town.ana,
            town.here,
            datetime(2026, 11, 23, 16, 0, tzinfo=UTC),
            "web",
        )
    ]


async def test_a_reminder_leads_on_by_a_number_too(database: Database) -> None:
    """It has the titles in the person's language, and after it a bare number stands for its choices."""
    await database.write(ana_learns)
    await look(database, MONDAY + 4 * HOUR)
    ana = Talk(database, at=MONDAY + 5 * HOUR)
    [said] = await ana.written("reminder:")
    assert isinstance(said, Notice)
    assert said.lines[0].params == {"title": "small lt", "lesson": "Lesson 0 lt"}
    assert said.choices == (
        Choice("menu.continue", "/enrol small"),
        Choice("menu.snooze", "/snooze"),
        Choice("menu.pause", "/pause"),
    )
    assert await ana.says("1") == ["card 0.0"]


async def test_one_press_resumes_where_the_pause_began(sqlite: Database) -> None:
    await sqlite.write(ana_learns)
    await weeks(sqlite, MONDAY, 5)
    ana = Talk(sqlite, at=MONDAY + 36 * DAY)
    *_, paused = await ana.written("reminder:")
    assert isinstance(paused, Notice)
    assert paused.choices[0].label == "menu.resume"
    assert await ana.says(paused.choices[0].data) == ["pause.over", "card 0.0"]


async def test_what_was_said_is_said_in_other_words_next_time(sqlite: Database) -> None:
    town, enrolment = await sqlite.write(ana_learns)
    for number in range(2 * len(WORDINGS)):
        now = MONDAY + 28 * number * DAY
        await sqlite.write(partial(begun, person=town.ana, enrolment=enrolment, now=now))
        await look(sqlite, now + 5 * HOUR)
    said = in_short(await Talk(sqlite).written("reminder:"))
    assert said == [*WORDINGS, *WORDINGS][: len(said)]
    assert len(said) > len(WORDINGS)


@pytest.mark.parametrize("state", ["paused", "finished", "between", "ended"])
async def test_where_no_lesson_waits_nothing_comes(database: Database, state: str) -> None:
    _, enrolment = await database.write(ana_learns)

    def leave_off(tx: Connection) -> None:
        if state == "between":
            enrolments.move(tx, enrolment, 1, -1, MONDAY)
        elif state == "ended":
            end(tx, enrolment)
        else:
            enrolments.set_state(tx, enrolment, "paused" if state == "paused" else "finished")

    await database.write(leave_off)
    assert await look(database, MONDAY + 4 * HOUR) == (state != "ended")
    assert await came(database) == []
    assert await due_at(database, enrolment) is None


@pytest.mark.parametrize(
    ("changes", "back", "comes"),
    [
        ({}, MONDAY + 10 * HOUR, "11-24 09:30"),  # 19:30: too late for today
        ({"hour": "14:00"}, MONDAY + 10 * HOUR, "11-24 14:00"),
        ({"snoozed_until": datetime(2026, 11, 25, 22, tzinfo=UTC)}, MONDAY + 4 * HOUR, "11-26 09:30"),
        ({"leave_from": "2026-11-23", "leave_until": "2026-12-04"}, MONDAY + 4 * HOUR, "12-07 09:30"),
        ({"days": "4"}, MONDAY + 4 * HOUR, "11-26 09:30"),
    ],
)
async def test_what_may_not_come_now_comes_at_the_learners_next_hour(
    sqlite: Database, changes: dict[str, Any], back: datetime, comes: str
) -> None:
    town, enrolment = await sqlite.write(ana_learns)
    if changes:
        await change(sqlite, town.ana, **changes)
    assert await look(sqlite, back) == 1
    assert await came(sqlite) == []
    assert await due_at(sqlite, enrolment) == comes
    await weeks(sqlite, back, 3)
    assert (await when(sqlite))[0] == comes


async def test_a_full_day_leaves_no_room_for_a_reminder(database: Database) -> None:
    town, enrolment = await database.write(ana_learns)

    def fill(tx: Connection) -> None:
        to = To(address(tx, "ana"), "web", town.ana, town.here)
        for key in ("a", "b"):
            passed = Passed("now", day="2026-11-23")
            add(tx, New(to, Notice(()), key, "announcement", passed=passed), MONDAY)

    await database.write(fill)
    await look(database, MONDAY + 4 * HOUR)
    assert await came(database) == []
    assert await due_at(database, enrolment) == "11-24 09:30"


def two_programmes(tx: Connection) -> tuple[int, int]:
    """Ana began two of them on Monday morning."""
    town, first = ana_learns(tx)
    version = programmes.publish(tx, sample("other"), MONDAY)
    owner = programmes.by_slug(tx, "other")
    assert version
    assert owner
    return first, taken(tx, town, town.ana, owner, version)


async def test_one_reminder_a_day_whatever_somebody_learns(database: Database) -> None:
    await database.write(two_programmes)
    for hours in range(24 * 14):
        await look(database, MONDAY + hours * HOUR)
    dates = [at[:5] for at in await when(database)]
    assert dates[:4] == ["11-23", "11-24", "11-25", "11-26"]
    assert sorted(set(dates)) == dates


async def test_after_an_outage_nothing_comes_late_and_nothing_in_a_heap(sqlite: Database) -> None:
    """Everything was due days ago: it comes at the learner's next hour, one a day."""
    first, second = await sqlite.write(two_programmes)
    back = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)  # Thursday, 11:00
    assert await look(sqlite, back) == 2
    assert await came(sqlite) == []
    assert [await due_at(sqlite, each) for each in (first, second)] == ["11-27 09:30", "11-27 09:30"]
    await weeks(sqlite, back, 1)
    assert (await when(sqlite))[:2] == ["11-27 09:30", "11-30 09:30"]


async def test_a_reminder_waits_for_an_address(database: Database) -> None:
    _, enrolment = await database.write(ana_learns)

    def reach(tx: Connection, *, works: bool) -> None:
        addresses.reach(tx, address(tx, "ana"), reachable=works)

    await database.write(partial(reach, works=False))
    await look(database, MONDAY + 4 * HOUR)
    assert await due_at(database, enrolment) == "11-24 09:30"
    await database.write(partial(reach, works=True))
    await look(database, MONDAY + DAY)
    assert await when(database) == ["11-24 09:30"]


async def test_several_schedulers_at_once_remind_once(database: Database) -> None:
    def many(tx: Connection) -> None:
        town = settle_down(tx)
        for number in range(40):
            person = people.add(
                tx, organisation=town.here, name="P", email=f"p{number}@a.example", language="lt"
            )
            address(tx, f"p{number}", person)
            taken(tx, town, person)

    await database.write(many)
    now = MONDAY + 4 * HOUR
    await asyncio.gather(*(look(database, now, most=7) for _ in range(12)))
    while await look(database, now):
        pass
    keys = [key for key, _ in await came(database)]
    assert len(keys) == len(set(keys)) == 40
    assert await rows(database, SCHEDULE.c.id, where=SCHEDULE.c.rung != 2) == []


async def test_a_reminder_that_cannot_be_made_holds_nobody_up(database: Database) -> None:
    def nowhere(tx: Connection) -> tuple[int, int]:
        town, enrolment = ana_learns(tx)
        lost = organisations.add(
            tx, name="Lost", country="LT", zone="Europe/Vilnius", language="lt", contact="N"
        )
        person = people.add(tx, organisation=lost, name="L", email="l@a.example", language="lt")
        address(tx, "lost", person)
        broken = taken(tx, town, person)
        tx.execute(update(ORGANISATION).where(ORGANISATION.c.id == lost).values(zone="Europe/Atlantis"))
        return enrolment, broken

    enrolment, broken = await database.write(nowhere)
    now = MONDAY + 4 * HOUR
    assert await look(database, now) == 2
    assert [key for key, _ in await came(database)] == [f"reminder:{enrolment}:0:2026-11-23"]
    assert await due_at(database, broken) == (now + AGAIN).astimezone(VILNIUS).strftime("%m-%d %H:%M")


# The ladder begins and ends with what the learner does.


def waiting(tx: Connection) -> tuple[Town, int]:
    """Ana waits for her second lesson, which is due on Tuesday."""
    town = settle_down(tx, sample(lessons=3))
    address(tx, "ana", town.ana)
    new = enrolments.enrol(tx, person=town.ana, programme=town.programme, version=town.version, at=MONDAY)
    assert new is not None
    enrolments.move(tx, new, 1, -1, MONDAY)
    enrolments.wait(tx, new, MONDAY + DAY)
    return town, new


async def test_the_ladder_begins_with_the_lesson_and_ends_with_it(database: Database) -> None:
    _, enrolment = await database.write(waiting)
    assert await database.write(partial(release, enrolment=enrolment, now=MONDAY + DAY, new_key=new_key))
    assert await due_at(database, enrolment) == "11-24 13:30"
    ana = Talk(database, at=MONDAY + DAY + HOUR)
    ana.heard += await ana.written("lesson:")
    assert await ana.presses("next") == ["study.lesson_done_unscored"]
    assert await due_at(database, enrolment) is None


async def test_any_answer_begins_it_anew(database: Database) -> None:
    _, enrolment = await database.write(ana_learns)
    ana, now = Talk(database), datetime(2026, 11, 25, 8, 0, tzinfo=UTC)  # Wednesday, 10:00
    await look(database, MONDAY + 4 * HOUR)
    await look(database, MONDAY + DAY)
    assert await due_at(database, enrolment) == "12-01 09:30"
    ana.at = now
    assert await ana.says("/continue") == ["card 0.0"]
    assert await due_at(database, enrolment) == "11-25 14:00"
    ana.at = now + HOUR
    assert await ana.presses("next") == ["card 0.1"]
    for number, (said, told) in enumerate((("2", "right"), ("/pause", "pause.paused+pause.why"))):
        ana.at = now + (number + 2) * HOUR
        assert await ana.says(said) == [told]
    assert await due_at(database, enrolment) is None
    assert await ana.says("/resume") == ["pause.resumed"]
    assert await due_at(database, enrolment) == "11-25 17:00"


async def test_who_joins_is_reminded_of_the_first_lesson(database: Database) -> None:
    def invited(tx: Connection) -> None:
        town = settle_down(tx)
        invite(tx, person=town.ana, programme=town.programme, code="ana", now=MONDAY)

    await database.write(invited)
    await Talk(database).join("ana")
    await look(database, MONDAY + 4 * HOUR)
    assert await when(database) == ["11-23 13:30"]


async def test_what_was_not_answered_elsewhere_is_not_forgotten(database: Database) -> None:
    """An answer in one programme begins no other ladder anew."""
    first, second = await database.write(two_programmes)
    ana = Talk(database, at=MONDAY + 2 * HOUR)
    await ana.says("/enrol other")
    assert await look(database, MONDAY + 4 * HOUR) == 2
    assert [await due_at(database, each) for each in (first, second)] == ["11-24 09:30", "11-23 15:30"]
    assert await came(database) == [(f"reminder:{first}:0:2026-11-23", "11-23 13:30")]


async def test_who_goes_on_is_reminded_four_hours_after_the_last_answer(database: Database) -> None:
    """What is planned stays while they learn; when it is due it is seen that it comes too early."""
    _, enrolment = await database.write(ana_learns)
    ana, asked = Talk(database), list[str | None]()
    for hours, does in ((1, ana.says("/continue")), (2, ana.presses("next")), (3, ana.says("2"))):
        ana.at = MONDAY + hours * HOUR
        await does
        asked.append(await due_at(database, enrolment))
    assert asked == ["11-23 13:30"] * 3
    assert await look(database, MONDAY + 4 * HOUR) == 1
    assert await due_at(database, enrolment) == "11-23 16:30"
    assert await look(database, MONDAY + 7 * HOUR) == 1
    assert await when(database) == ["11-23 16:30"]
    assert await look(database, MONDAY + DAY) == 1
    assert await when(database) == ["11-23 16:30", "11-24 09:30"]


async def test_who_learns_until_the_evening_is_reminded_the_next_working_day(database: Database) -> None:
    _, enrolment = await database.write(ana_learns)
    ana = Talk(database, at=MONDAY + timedelta(hours=2, minutes=10))
    await ana.says("/continue")
    assert await look(database, MONDAY + 4 * HOUR) == 1
    assert await due_at(database, enrolment) == "11-23 15:40"
    ana.at = MONDAY + timedelta(hours=6, minutes=5)
    await ana.presses("next")
    assert await look(database, MONDAY + 7 * HOUR) == 1
    assert await due_at(database, enrolment) == "11-24 09:30"
    assert await look(database, MONDAY + DAY) == 1
    assert await when(database) == ["11-24 09:30"]


async def test_what_is_due_is_moved_at_once(database: Database) -> None:
    """A scheduler that looks at this very moment sees that the row has changed."""
    _, enrolment = await database.write(ana_learns)
    ana = Talk(database, at=MONDAY + 4 * HOUR)
    await ana.says("/continue")
    assert await due_at(database, enrolment) == "11-23 17:30"
