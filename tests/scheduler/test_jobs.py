"""The jobs themselves: each look does what is due, once, on both stores."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import update
from structlog.testing import capture_logs

from actions.invite import invite
from domain.sitting import Sitting
from scheduler.job import Job
from scheduler.jobs import close_tests, release, sweep
from scheduler.runner import Runner
from storage import enrolments, inbox, organisations, people, sessions, sittings
from storage.database import Connection, Database
from storage.enrolments import ENROLMENT
from storage.inbox import INBOX
from storage.organisations import ORGANISATION
from storage.outbox import OUTBOX
from storage.sittings import SITTING
from tests.actions.examinees import examined
from tests.actions.talk import Talk
from tests.storage import stores
from tests.storage.samples import MONDAY, Town, address, rows, settle_down

DAY = timedelta(days=1)


@pytest.fixture(params=stores.BOTH)
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """Each of the two stores, migrated, open and empty."""
    server = partial(request.getfixturevalue, "postgres_url")
    async with stores.opened(request.param, tmp_path, server) as database:
        yield database


def waiting(tx: Connection, names: int = 3) -> Town:
    """A town with more people of Ana's organisation, each enrolled and due a lesson on Tuesday."""
    town = settle_down(tx)
    for number in range(names):
        person = people.add(tx, organisation=town.here, name="P", email=f"p{number}@a.example", language="lt")
        address(tx, f"p{number}", person)
        due(tx, town, person)
    return town


def due(tx: Connection, town: Town, person: int, at: datetime = MONDAY + DAY) -> int:
    new = enrolments.enrol(tx, person=person, programme=town.programme, version=town.version, at=MONDAY)
    assert new is not None
    enrolments.wait(tx, new, at)
    return new


async def test_lessons_that_are_due_are_released_once(database: Database) -> None:
    await database.write(waiting)
    looks = [await release.JOB.run(database, MONDAY + days * DAY) for days in (0, 1, 1)]
    assert looks == [0, 3, 0]
    keys = [row[0] for row in await rows(database, OUTBOX.c.key)]
    assert len(keys) == 3
    assert all(key.startswith("lesson:") and key.endswith(":0:20261124T073000:1") for key in keys)


async def test_two_services_that_look_at_once_release_a_lesson_once(database: Database) -> None:
    await database.write(waiting)
    await asyncio.gather(*(release.JOB.run(database, MONDAY + DAY) for _ in range(4)), return_exceptions=True)
    assert len(await rows(database, OUTBOX.c.key)) == 3
    assert await rows(database, ENROLMENT.c.due_at, where=ENROLMENT.c.due_at.is_not(None)) == []


async def test_a_lesson_that_cannot_be_released_holds_nobody_up(database: Database) -> None:
    def nowhere(tx: Connection) -> None:
        town = waiting(tx)
        lost = organisations.add(
            tx, name="Lost", country="LT", zone="Europe/Atlantis", language="lt", contact="N"
        )
        person = people.add(tx, organisation=lost, name="L", email="l@a.example", language="lt")
        address(tx, "lost", person)
        due(tx, town, person, MONDAY)  # due before the others

    await database.write(nowhere)
    await asyncio.gather(release.JOB.run(database, MONDAY + DAY), return_exceptions=True)
    assert len(await rows(database, OUTBOX.c.key)) == 3


async def test_the_runner_brings_the_next_lesson_when_its_time_has_come(database: Database) -> None:
    def invited(tx: Connection) -> None:
        town = settle_down(tx)
        invite(tx, person=town.ana, programme=town.programme, code="ana", now=MONDAY)

    await database.write(invited)
    ana = Talk(database)
    await ana.join("ana")
    for choice in ("next", "1", "next", "=0,2", "next", "0"):
        await ana.presses(choice)
    now = [MONDAY]
    runner = Runner(database, lambda: now[0], [Job("release", 0.02, release.JOB.run)])
    runner.start()
    now[0] += DAY
    async with asyncio.timeout(10):
        while not await ana.written("lesson:"):
            await database.bell.listen().heard(0.05)
    runner.stop()
    assert len(await ana.written("lesson:")) == 1


async def test_raw_updates_are_forgotten_after_72_hours_unless_they_still_wait(database: Database) -> None:
    old, now = MONDAY - timedelta(hours=72, seconds=1), MONDAY

    def receive(tx: Connection) -> None:
        received = (("done", old), ("recent", MONDAY - timedelta(hours=72)), ("new", old))
        for key, at in received:
            inbox.add(tx, inbox.New(channel="web", account="", key=key, address=key, raw="", at=at))
        for each in inbox.waiting(tx, ["web"], MONDAY, 9):
            if each.address != "new":
                inbox.settle(tx, each.id)

    await database.write(receive)
    assert await sweep.JOB.run(database, now) == 1
    assert sorted(await rows(database, INBOX.c.key, INBOX.c.state)) == [("new", "new"), ("recent", "done")]


async def test_sessions_that_ended_are_forgotten(database: Database) -> None:
    def sign_in(tx: Connection) -> None:
        sessions.start(tx, person=settle_down(tx).ana, token="s", now=MONDAY)

    await database.write(sign_in)
    looks = [await sweep.JOB.run(database, MONDAY + days * DAY) for days in (0, 1, 1)]
    assert looks == [0, 1, 0]


async def test_what_could_not_be_released_waits_and_what_was_sent_is_left_alone(database: Database) -> None:
    now, later = MONDAY + DAY, MONDAY + DAY + release.AGAIN
    await database.write(waiting)
    first, second, *_ = await database.read(partial(enrolments.due, now=now, most=9))
    assert await database.write(partial(enrolments.take_due, enrolment=first, now=now))
    for each in (first, second):
        await database.write(partial(enrolments.postpone, enrolment=each, now=now, until=later))
    ends = [(await database.read(partial(enrolments.get, enrolment=each))).due_at for each in (first, second)]
    assert ends == [None, later]


async def test_a_test_that_cannot_be_closed_holds_up_nobody_elses(database: Database) -> None:
    taught = examined("ss")

    def begin(tx: Connection) -> dict[int, int]:
        town = settle_down(tx, taught)
        found = {}
        for person, name in ((town.kari, "kari"), (town.ana, "ana")):
            address(tx, name, person)
            new = enrolments.enrol(
                tx, person=person, programme=town.programme, version=town.version, at=MONDAY
            )
            assert new is not None
            enrolments.move(tx, new, 0, 0, MONDAY)
            seat = Sitting(new, town.version, 0, 1, ((0, 0), (0, 1)), MONDAY, MONDAY + timedelta(minutes=30))
            assert sittings.begin(tx, seat)
            found[new] = person
        tx.execute(update(ORGANISATION).where(ORGANISATION.c.id == town.elsewhere).values(zone="No/Where"))
        return found

    begun = await database.write(begin)
    with capture_logs() as logs:
        assert await close_tests.JOB.run(database, MONDAY + timedelta(minutes=30)) == 1
    assert [(each["event"], each["enrolment"]) for each in logs] == [("test not closed", min(begun))]
    left = await rows(database, SITTING.c.enrolment_id, SITTING.c.finished_at)
    assert [(enrolment, at is None) for enrolment, at in left] == [
        (each, each == min(begun)) for each in begun
    ]
