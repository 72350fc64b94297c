"""The metrics say what is in the store and what was counted, and a scrape stays cheap however long the queues are."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import Connection, event, insert, text
from sqlalchemy.engine import Engine

from actions.meters import GATE, Spread
from bot import meters
from storage import inbox, instance, queues, senders
from storage.database import Database
from storage.inbox import INBOX
from storage.outbox import OUTBOX
from tests.bot.messenger import Messenger
from tests.storage import samples
from tests.storage.samples import MONDAY
from zinute.health import Health
from zinute.metrics import Metrics
from zinute.watchdog import Watchdog

OPERATING = Path(__file__).parents[2] / "docs" / "operating.md"
NOW = MONDAY + timedelta(minutes=10)
Samples = dict[tuple[str, str], float]


def message(address: int, number: int, **given: Any) -> dict[str, Any]:
    """A row of the outbox, ready since MONDAY and `number` seconds."""
    at = MONDAY + timedelta(seconds=number)
    row = {
        "key": f"k{number}",
        "address_id": address,
        "channel": "web",
        "kind": "reply",
        "lane": 0,
        "turn": 0,
        "body": "{}",
        "step": "",
        "state": "ready",
        "gate": "",
        "day": "",
        "due_at": at,
        "reason": "",
        "attempts": 0,
        "doubtful": 0,
        "fence": 0,
        "created_at": at,
        "not_after": at,
        "sent_as": "",
    }
    return row | given


def fill(tx: Connection) -> None:
    """Two replies and three announcements that are ready, and one message in each other state."""
    address = samples.address(tx)
    rows = [message(address, number) for number in (60, 120)]
    rows += [message(address, number, lane=4, kind="announcement", turn=number) for number in (200, 210, 220)]
    states = ("waiting", "sending", "sent", "unknown", "failed", "dropped", "expired", "held")
    rows += [message(address, 300 + place, state=state) for place, state in enumerate(states)]
    tx.execute(insert(OUTBOX), rows)
    for key, state in (("1", "new"), ("2", "new"), ("3", "done"), ("4", "quarantined")):
        at = MONDAY + timedelta(minutes=int(key))
        inbox.add(tx, inbox.New(channel="web", account="a", key=key, address="ana", raw="{}", at=at))
        tx.execute(INBOX.update().where(INBOX.c.key == key).values(state=state))


async def scrape(database: Database) -> Samples:
    """Each sample by its name and its labels."""
    metrics = Metrics(Health(database, [Messenger()], lambda: NOW), Watchdog())
    families = text_string_to_metric_families((await metrics.text()).decode())
    return {
        (each.name, ",".join(each.labels.values())): each.value
        for family in families
        for each in family.samples
    }


async def test_the_queues_are_told_by_lane_and_with_the_age_of_the_oldest(database: Database) -> None:
    await database.write(fill)
    found = await scrape(database)
    told = {
        ("zinute_outbox_ready", "web,reply"): 2,
        ("zinute_outbox_ready", "web,lesson"): 0,
        ("zinute_outbox_ready", "web,announcement"): 3,
        ("zinute_outbox_ready_age_seconds", "web,reply"): 540,
        ("zinute_outbox_ready_age_seconds", "web,lesson"): 0,
        ("zinute_outbox_ready_age_seconds", "web,announcement"): 400,
        ("zinute_outbox_messages", "waiting"): 1,
        ("zinute_outbox_messages", "unknown"): 1,
        ("zinute_outbox_messages", "held"): 1,
        ("zinute_inbox_new", ""): 2,
        ("zinute_inbox_new_age_seconds", ""): 540,
        ("zinute_inbox_quarantined", ""): 1,
        ("zinute_wrong_codes", ""): 0,
        ("zinute_store_up", ""): 1,
    }
    assert {name: found[name] for name in told} == told
    assert found["zinute_store_write_seconds_count", ""] == 1


async def test_what_the_rooms_counted_is_told(database: Database) -> None:
    meters.SENDS.add("web", "sent")
    meters.SENDS.add("web", "sent", by=2)
    meters.SENDS.add("web", "ambiguous")
    GATE.add("wait", "weekend")
    meters.ROOMS.set(0, "inbound")
    meters.LEASES.set(1, "web")
    found = await scrape(database)
    told = {
        ("zinute_sends_total", "web,sent"): 3,
        ("zinute_sends_total", "web,ambiguous"): 1,
        ("zinute_gate_decisions_total", "wait,weekend"): 1,
        ("zinute_room_up", "inbound"): 0,
        ("zinute_lease_held", "web"): 1,
        ("zinute_loop_blocked_total", ""): 0,
    }
    assert {name: found[name] for name in told} == told


def test_how_long_things_took_is_told_by_bounds_that_include_themselves() -> None:
    spread = Spread(0.1, 1.0)
    for seconds in (0.05, 0.1, 0.5, 3.0):
        spread.see(seconds)
    assert (spread.counts, round(spread.total, 2)) == ([2, 1, 1], 3.65)


@contextmanager
def statements() -> Iterator[list[tuple[str, Any]]]:
    """What is said to any store meanwhile."""
    said: list[tuple[str, Any]] = []

    def note(_c: object, _k: object, statement: str, values: object, _x: object, _m: object) -> None:
        said.append((statement, values))

    event.listen(Engine, "before_cursor_execute", note)
    yield said
    event.remove(Engine, "before_cursor_execute", note)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_no_look_goes_through_a_whole_table(database: Database) -> None:
    """A million rows are not read at a scrape: every look has an index that holds only what it is for."""
    await database.write(fill)
    with statements() as said:
        await database.read(lambda tx: queues.look(tx, ["web"]))
    looks = [(statement, values) for statement, values in said if statement.startswith("SELECT")]
    assert len(looks) > 10

    def plans(tx: Connection) -> list[str]:
        found = []
        for statement, values in looks:
            plan = tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
            found += [f"{row[3]}: {statement}" for row in plan]
        return found

    whole = [each for each in await database.read(plans) if each.startswith("SCAN") and "INDEX" not in each]
    assert [each for each in whole if not each.startswith(("SCAN anon_1", "SCAN (subquery"))] == []


async def test_a_lease_and_a_copy_are_told(database: Database) -> None:
    def stand(tx: Connection) -> None:
        taken = senders.take(tx, "web", "this process", None)
        assert taken is not None
        senders.heard(tx, "web", taken.fence, MONDAY)
        instance.begin(tx, "here")
        instance.hold(tx, MONDAY)

    await database.write(stand)
    checks = {each.name: each for each in await Health(database, [Messenger()], lambda: NOW).checks()}
    assert checks["store"].well
    assert (checks["web"].well, checks["web"].says) == (False, "It was reached 600 s ago.")
    assert (checks["copy"].well, checks["copy"].decides) == (False, False)


@pytest.mark.parametrize(
    ("paused", "heard", "says", "well"),
    [
        (timedelta(seconds=30), timedelta(0), "It takes nothing from us for another 30 s.", False),
        (timedelta(seconds=-1), timedelta(0), "It was reached 0 s ago.", True),
        (None, None, "It was not reached yet.", False),
    ],
)
async def test_how_a_messenger_stands_is_said_in_words(
    database: Database, paused: timedelta | None, heard: timedelta | None, says: str, well: bool
) -> None:
    def stand(tx: Connection) -> None:
        taken = senders.take(tx, "web", "this process", None)
        assert taken is not None
        if paused is not None:
            senders.pause(tx, "web", NOW + paused)
        if heard is not None:
            senders.heard(tx, "web", taken.fence, NOW - heard)

    await database.write(stand)
    checks = {each.name: each for each in await Health(database, [Messenger()], lambda: NOW).checks()}
    assert (checks["web"].says, checks["web"].well) == (says, well)


async def test_another_schema_makes_it_unready(database: Database) -> None:
    meters.ROOMS.set(1, "inbound")
    health = Health(database, [Messenger()], lambda: NOW)
    await database.write(lambda tx: tx.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    checks = [each for each in await health.checks() if each.decides and not each.well]
    await database.write(
        lambda tx: tx.execute(text("UPDATE alembic_version SET version_num = :head"), _head())
    )
    assert [each.name for each in checks] == ["schema"]


def _head() -> dict[str, str]:
    return {"head": queues.newest_schema()}


async def test_the_store_is_written_at_most_once_in_a_while(database: Database) -> None:
    health = Health(database, [Messenger()], lambda: NOW)
    first = await health.touch()
    assert [await health.touch() for _ in range(5)] == [first] * 5
    assert sum(health.writes.counts) == 1


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_the_documentation_names_every_metric_and_no_other(database: Database) -> None:
    told = set(re.findall(r"`(zinute_\w+)(?:\{[\w,]+\})?` \|", OPERATING.read_text(encoding="utf-8")))
    metrics = Metrics(Health(database, [Messenger()], lambda: NOW), Watchdog())
    typed = re.findall(r"^# TYPE (zinute_\w+)", (await metrics.text()).decode(), re.MULTILINE)
    assert told == set(typed)
