"""A restored backup or a copy sends nothing by itself, and goes on as a person decides."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from scheduler.job import Job
from scheduler.jobs import promote, release
from scheduler.runner import Runner
from storage import announcements, enrolments, instance, outbox
from storage.announcements import ANNOUNCEMENT
from storage.audit import AUDIT
from storage.database import Connection, Database
from storage.enrolments import ENROLMENT
from storage.outbox import OUTBOX, New, To
from tests.bot.messenger import Desk, Messenger
from tests.storage import stores
from tests.storage.outgoing import HELLO, states
from tests.storage.samples import MONDAY, address, rows, settle_down
from zinute import restored
from zinute.restored import Mark, Memory

MANY = 500
DAY = timedelta(days=1)


@pytest.fixture
def memory(tmp_path: Path) -> Memory:
    """What the machine remembers of the store, at first nothing."""
    return Memory(tmp_path / "state", "sqlite:///store")


def mark_of(memory: Memory) -> Mark:
    found = memory.read()
    assert found
    return found


async def run_for_a_while(database: Database, memory: Memory, times: int = 3) -> None:
    for _ in range(times):
        await restored.remember(database, memory)


async def queue(database: Database, prefix: str = "k", count: int = 1) -> None:
    def add(tx: Connection) -> None:
        news = [
            New(To(address(tx, f"{prefix}{n}"), "web"), HELLO, f"{prefix}{n}", "reply") for n in range(count)
        ]
        outbox.add_many(tx, news, MONDAY)

    await database.write(add)


async def test_a_new_store_is_this_machines_and_sends(database: Database, memory: Memory) -> None:
    assert not await restored.look(database, memory, MONDAY)
    found = await database.read(instance.get)
    assert found
    assert mark_of(memory) == Mark(found.id, 0)
    assert found.held_at is None


async def test_the_same_store_again_sends(database: Database, memory: Memory) -> None:
    await restored.look(database, memory, MONDAY)
    await queue(database)
    await run_for_a_while(database, memory)
    assert mark_of(memory).epoch == 3
    for _ in range(3):
        assert not await restored.look(database, memory, MONDAY)
    assert await states(database) == {"k0": "ready"}


async def test_a_store_that_came_further_than_was_written_down_sends(
    database: Database, memory: Memory
) -> None:
    """The process ended between the two: the store is one further than the file."""
    await restored.look(database, memory, MONDAY)
    await database.write(instance.advance)
    assert not await restored.look(database, memory, MONDAY)
    assert mark_of(memory).epoch == 1


async def test_an_older_state_of_the_store_is_held(database: Database, memory: Memory) -> None:
    await restored.look(database, memory, MONDAY)
    await queue(database)
    await run_for_a_while(database, memory)
    found = mark_of(memory)
    await database.write(lambda tx: instance.begin(tx, found.id))  # as it was before
    assert await restored.look(database, memory, MONDAY + DAY)
    assert await states(database) == {"k0": "held"}
    assert await database.read(instance.held_at) == MONDAY + DAY
    assert await restored.look(database, memory, MONDAY + 2 * DAY), "again, until a person decides"
    assert await database.read(instance.held_at) == MONDAY + DAY


@pytest.mark.parametrize("known", ["another store", "nothing", "what nobody can read"])
async def test_a_copy_is_held(database: Database, memory: Memory, known: str) -> None:
    """The id is not the one that this machine knows, or it knows none (the copy came to another machine)."""
    await database.write(lambda tx: instance.begin(tx, "original"))
    await database.write(instance.advance)
    await queue(database)
    if known == "another store":
        memory.write(Mark("mine", 0))
    elif known == "what nobody can read":
        memory.write(Mark("original", 1))
        memory._file.write_text("{", encoding="utf-8")
    assert await restored.look(database, memory, MONDAY)
    assert await states(database) == {"k0": "held"}


async def test_what_is_remembered_is_replaced_whole(memory: Memory, tmp_path: Path) -> None:
    for epoch in range(3):
        memory.write(Mark("a", epoch))
    assert mark_of(memory) == Mark("a", 2)
    assert [each.suffix for each in (tmp_path / "state").iterdir()] == [".json"]
    other = Memory(tmp_path / "state", "sqlite:///other")
    assert other.read() is None
    for bad in ('{"id": "a"}', "[]", '{"id": "a", "epoch": 1, "more": 2}', json.dumps(None)):
        memory._file.write_text(bad, encoding="utf-8")
        assert memory.read() is None


async def held(database: Database, memory: Memory, *, count: int = 3) -> None:
    """A store that has come back from a backup with so many messages on their way."""
    await restored.look(database, memory, MONDAY)
    await queue(database, count=count)
    await run_for_a_while(database, memory)
    found = mark_of(memory)
    await database.write(lambda tx: instance.begin(tx, found.id))
    assert await restored.look(database, memory, MONDAY)


async def test_new_replies_go_while_the_old_messages_wait(database: Database, memory: Memory) -> None:
    await held(database, memory)
    await queue(database, "new")
    channel = Messenger()
    desk = Desk(database, channel)
    assert await desk.rounds(3, apart=timedelta(hours=1)) == [1, 0, 0]
    assert channel.sent_keys == ["new0"]


async def test_jobs_that_send_rest_and_the_others_do_not(database: Database, memory: Memory) -> None:
    looks = list[str]()

    async def look(_database: Database, _now: object, *, name: str) -> int:
        looks.append(name)
        return 0

    await held(database, memory)
    jobs = [Job(name, 0.01, partial(look, name=name), sends=name == "sends") for name in ("sends", "sweeps")]
    runner = Runner(database, lambda: MONDAY, jobs)
    runner.start()
    async with asyncio.timeout(10):
        while looks.count("sweeps") < 5:
            await asyncio.sleep(0.01)
        assert "sends" not in looks
        await database.write(partial(restored.decide, then="drop", now=MONDAY))
        while "sends" not in looks:
            await asyncio.sleep(0.01)
    runner.stop()


@pytest.mark.parametrize("then", ["send", "drop"])
async def test_a_person_decides(database: Database, memory: Memory, then: restored.Then) -> None:
    await held(database, memory)
    decide = partial(restored.decide, then=then, now=MONDAY + DAY / 2)
    assert [await database.write(decide) for _ in range(2)] == [3, 0]
    channel = Messenger()
    desk = Desk(database, channel)
    desk.now = MONDAY + DAY / 2
    await desk.passes(timedelta(0))
    assert await desk.rounds() == [3 if then == "send" else 0]
    assert set((await desk.states()).values()) == {"sent" if then == "send" else "dropped"}
    assert await database.read(instance.held_at) is None


@pytest.mark.parametrize(("then", "what"), [("send", "held.sent"), ("drop", "held.dropped")])
async def test_what_was_decided_is_in_the_log_of_each_organisation_and_of_the_whole(
    database: Database, memory: Memory, then: restored.Then, what: str
) -> None:
    def theirs(tx: Connection) -> int:
        town = settle_down(tx)
        to = To(address(tx, "ana", town.ana), "web", town.ana, town.here)
        outbox.add(tx, New(to, HELLO, "ana", "reply"), MONDAY)
        return town.here

    here = await database.write(theirs)
    await held(database, memory)
    for _ in range(2):
        await database.write(partial(restored.decide, then=then, now=MONDAY))
    columns = (AUDIT.c.number, AUDIT.c.person_id, AUDIT.c.what, AUDIT.c.organisation_id, AUDIT.c.after)
    kept = {row[3]: row[1:] for row in await rows(database, *columns)}
    assert kept == {
        here: (None, what, here, '{"count":1}'),
        None: (None, what, None, '{"count":4}'),
    }


@pytest.mark.parametrize("then", ["send", "drop"])
async def test_what_was_decided_holds_when_the_service_starts_again(
    database: Database, memory: Memory, then: restored.Then
) -> None:
    """Whoever decides remembers the new id as well: the service that starts then does not ask once more."""
    await held(database, memory)
    before = mark_of(memory)
    await database.write(partial(restored.decide, then=then, now=MONDAY))
    await restored.remember(database, memory)
    assert mark_of(memory).id != before.id
    await queue(database, "new")
    assert not await restored.look(database, memory, MONDAY + DAY)
    assert (await states(database))["new0"] == "ready"


@pytest.mark.parametrize("then", ["send", "drop"])
async def test_announcements_that_were_due_are_drafts_again_after_dropping(
    database: Database, memory: Memory, then: restored.Then
) -> None:
    """Those whose time is to come keep it."""

    def due(tx: Connection) -> None:
        town = settle_down(tx)
        for key, at in (("past", MONDAY), ("to come", MONDAY + 2 * DAY)):
            said = {"texts": {"lt": "x"}, "mandatory": False, "not_after": MONDAY, "at": MONDAY}
            announcements.add(tx, key=key, organisation=town.here, state="due", **said)  # type: ignore[arg-type]
            which = announcements.by_key(tx, key).id
            assert announcements.turn(tx, which, "due", "due", send_at=at)

    await database.write(due)
    await held(database, memory)
    await database.write(partial(restored.decide, then=then, now=MONDAY + DAY))
    found = await rows(database, ANNOUNCEMENT.c.id, ANNOUNCEMENT.c.state, ANNOUNCEMENT.c.send_at)
    past = ("due", MONDAY) if then == "send" else ("draft", None)
    assert [row[1:] for row in found] == [past, ("due", MONDAY + 2 * DAY)]
    whats = [row[0] for row in await rows(database, AUDIT.c.what)]
    assert ("announcement.undone" in whats) == (then == "drop")


async def test_lessons_that_were_due_do_not_come_all_at_once_after_dropping(
    database: Database, memory: Memory
) -> None:
    def due(tx: Connection) -> None:
        town = settle_down(tx)
        address(tx, "ana", town.ana)
        new = enrolments.enrol(tx, person=town.ana, programme=town.programme, version=town.version, at=MONDAY)
        assert new
        enrolments.wait(tx, new, MONDAY)

    await database.write(due)
    await held(database, memory)
    await database.write(partial(restored.decide, then="drop", now=MONDAY))
    assert await release.JOB.run(database, MONDAY) == 0
    assert await rows(database, ENROLMENT.c.due_at) == [(MONDAY + DAY,)]


async def test_a_lesson_that_was_dropped_comes_at_its_learners_next_hour(
    database: Database, memory: Memory
) -> None:
    def due(tx: Connection) -> None:
        town = settle_down(tx)
        address(tx, "ana", town.ana)
        new = enrolments.enrol(tx, person=town.ana, programme=town.programme, version=town.version, at=MONDAY)
        assert new
        enrolments.wait(tx, new, MONDAY)

    await database.write(due)
    assert await release.JOB.run(database, MONDAY) == 1
    await held(database, memory)
    assert await database.write(partial(restored.decide, then="drop", now=MONDAY)) == 4
    assert await rows(database, ENROLMENT.c.card, ENROLMENT.c.due_at) == [(-1, MONDAY + DAY)]
    channel = Messenger()
    desk = Desk(database, channel)
    desk.now = MONDAY + DAY
    assert await release.JOB.run(database, desk.now) == 1
    assert await desk.rounds() == [1]
    assert [address for address, *_ in channel.sent] == ["ana"]


@pytest.fixture
async def in_file(tmp_path: Path) -> AsyncIterator[Database]:
    """A SQLite store."""
    async with stores.opened("sqlite", tmp_path, str) as database:
        yield database


async def test_a_backup_from_before_many_were_sent_sends_none_of_them_again(
    in_file: Database, memory: Memory, tmp_path: Path
) -> None:
    """S9: the backup is taken with everything queued, everything is sent, the backup is put back."""
    database, file = in_file, stores.file_of(in_file)
    await restored.look(database, memory, MONDAY)
    await queue(database, count=MANY)
    await restored.remember(database, memory)
    copy = tmp_path / "backup.db"
    stores.copy(file, copy)
    channel = Messenger()
    assert await Desk(database, channel, in_flight=50).rounds() == [MANY]
    await restored.remember(database, memory)
    await database.close()
    for part in file.parent.glob(f"{file.name}*"):
        part.unlink()
    shutil.copy(copy, file)
    again = Database(f"sqlite:///{file}")
    await again.open()
    assert await restored.look(again, memory, MONDAY + DAY)
    desk = Desk(again, channel, "two")
    for _ in range(3):
        await desk.passes(timedelta(hours=1))
        await promote.JOB.run(again, desk.now)
        assert await desk.rounds() == [0]
    assert (len(channel.sent), set((await desk.states()).values())) == (MANY, {"held"})
    assert len(await rows(again, OUTBOX.c.id)) == MANY
    await again.close()
    await database.open()
