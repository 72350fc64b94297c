"""An operator at night: why a message went, waits or was dropped, and what becomes of a restored store."""

import json
import os
import socket
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import select

from actions.enlist import move
from domain.days_off import read
from domain.delivery import Next, Outcome, State
from domain.message import notice
from domain.tree import Own
from storage import claiming, instance, outbox, senders, settling
from storage.database import Connection, Database
from storage.migrate import settings as of_alembic
from storage.organisations import add_place
from storage.outbox import OUTBOX, New, Passed, To
from storage.settling import Ended
from tests.journeys.running import zinute
from tests.journeys.test_start import one_sentence
from tests.storage import stores
from tests.storage.samples import MONDAY, address, settle_down
from zinute.config import Settings
from zinute.restored import Memory, look
from zinute.why import explain

HELLO = notice("menu.head", name="Ana Anaitė")
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
KEY = "lesson:1:0:2026-11-23:1"
GATE = Passed("now", until=MONDAY + timedelta(hours=8), day="2026-11-23")
Done = Callable[..., Awaitable[str]]


def put(tx: Connection, to: To, key: str, *, outcome: Outcome, state: State, reason: str) -> None:
    """A lesson and one attempt at it."""
    outbox.add(tx, New(to, HELLO, key, "lesson", GATE), MONDAY)
    (claimed,) = claiming.claim(tx, "web", 1, MONDAY, 1)
    settling.settle(tx, claimed, Ended(outcome, Next(state), reason), 1, MONDAY + MINUTE)


def live(tx: Connection) -> None:
    """Messages 1 to 4: one that may have arrived, one that failed, one that waits, and a stranger's."""
    town = settle_down(tx)
    ana = To(address(tx, "ana", town.ana), "web", town.ana, town.here)
    put(tx, ana, KEY, outcome="ambiguous", state="unknown", reason="ReadTimeout")
    put(tx, ana, "lesson:1:1:2026-11-24:1", outcome="refused", state="failed", reason="")
    later = Passed("day", at=MONDAY + timedelta(days=5))
    outbox.add(tx, New(ana, HELLO, "announcement:1:1", "announcement", later), MONDAY)
    outbox.add(tx, New(To(address(tx, "stranger"), "web"), HELLO, "u:1", "reply"), MONDAY)


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    await stores.put(tmp_path / "zinute.db")
    async with opened(tmp_path) as database:
        await database.write(live)
    return tmp_path


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite:///{folder / 'zinute.db'}")
    await database.open()
    yield database
    await database.close()


@pytest.fixture
def done(folder: Path) -> Done:
    async def run(*arguments: str) -> str:
        code, out, err = await zinute(*arguments, ZINUTE_DATA=str(folder), ZINUTE_STATE=str(folder / "state"))
        assert code == 0, err
        return out

    return run


async def test_a_message_is_accounted_for_by_its_id_and_by_its_key(done: Done) -> None:
    told = await done("why", "1")
    assert told.splitlines() == [
        f"Message 1: lesson, unknown. Key: {KEY}",
        "To person 1 of organisation 1, by web (address 1).",
        (
            "2026-11-23 07:30:00 UTC (2026-11-23 09:30 Europe/Vilnius): written; "
            "of use until 2026-11-24 07:30:00 UTC (2026-11-24 09:30 Europe/Vilnius)."
        ),
        (
            "Gate: now: a good time for the person, until 2026-11-23 15:30:00 UTC "
            "(2026-11-23 17:30 Europe/Vilnius); counts for 2026-11-23."
        ),
        (
            "2026-11-23 07:30:00 UTC (2026-11-23 09:30 Europe/Vilnius): attempt 1, "
            "ended 2026-11-23 07:31:00 UTC (2026-11-23 09:31 Europe/Vilnius): it may have arrived (ReadTimeout)."
        ),
        "2026-11-23 07:31:00 UTC (2026-11-23 09:31 Europe/Vilnius): unknown (ReadTimeout).",
        "It is not sent again by itself. A coordinator can send it again, on the page Messages.",
    ]
    assert await done("why", KEY) == told


async def lines(folder: Path, wanted: str, now: datetime) -> list[str]:
    """What is told of a message at this moment."""
    return await explain(Settings(data=folder, database=""), wanted, now, as_json=False)


READY = "It goes when its turn comes in its lane."
LATE = "It is not sent any more: it was of use until"


async def test_a_message_of_nobody_who_has_joined(folder: Path) -> None:
    assert await lines(folder, "u:1", MONDAY) == [
        "Message 4: reply, ready. Key: u:1",
        "To nobody who has joined, by web (address 2).",
        "2026-11-23 07:30:00 UTC: written; of use until 2026-11-24 07:30:00 UTC.",
        "Gate: not asked: an answer may go at any hour.",
        READY,
    ]


@pytest.mark.parametrize(
    ("wanted", "now", "says"),
    [
        (
            "3",
            MONDAY,
            [
                "Gate: day: not one of the person's days.",
                (
                    "It waits until 2026-11-28 07:30:00 UTC (2026-11-28 09:30 Europe/Vilnius); "
                    "then the gate is asked again."
                ),
            ],
        ),
        (
            "3",
            MONDAY + 5 * DAY,
            [
                "Gate: day: not one of the person's days.",
                (
                    "It waited until 2026-11-28 07:30:00 UTC (2026-11-28 09:30 Europe/Vilnius): "
                    "the gate is asked again as soon as a service runs."
                ),
            ],
        ),
        ("3", MONDAY + 7 * DAY, [f"{LATE} 2026-11-29 07:30:00 UTC (2026-11-29 09:30 Europe/Vilnius)."]),
        ("4", MONDAY + 2 * DAY, [f"{LATE} 2026-11-24 07:30:00 UTC."]),
    ],
)
async def test_what_is_over_is_not_told_in_the_present(
    folder: Path, wanted: str, now: datetime, says: list[str]
) -> None:
    assert (await lines(folder, wanted, now))[-len(says) :] == says


async def test_a_pause_is_told_in_the_present_while_it_lasts_and_then_as_what_was(folder: Path) -> None:
    async with opened(folder) as database:
        await database.write(lambda tx: senders.take(tx, "web", "me", None))
        await database.write(lambda tx: senders.pause(tx, "web", MONDAY + MINUTE))
    until, gate = "2026-11-23 07:31:00 UTC", "Gate: not asked: an answer may go at any hour."
    assert (await lines(folder, "4", MONDAY))[-2:] == [
        gate,
        f"{READY} web takes nothing from us before {until}.",
    ]
    assert (await lines(folder, "4", MONDAY + MINUTE))[-3:] == [
        gate,
        f"{until}: web took messages again after a pause.",
        READY,
    ]
    paused = [
        [json.loads(line)[name] for name in ("paused_until", "was_paused_until")]
        for now in (MONDAY, MONDAY + MINUTE)
        for line in await explain(Settings(data=folder, database=""), "4", now, as_json=True)
    ]
    ends = "2026-11-23T07:31:00+00:00"
    assert paused == [[ends, None], [None, ends]]


async def test_what_did_not_go_well_is_listed(done: Done) -> None:
    told = await done("why")
    assert told.splitlines() == [
        "waiting 1, ready 1, sending 0, unknown 1, failed 1, dropped 0, expired 0, held 0.",
        "2  failed    2026-11-23 07:31:00 UTC  lesson, web, person 1: refused",
        "1  unknown   2026-11-23 07:31:00 UTC  lesson, web, person 1: ReadTimeout",
    ]


async def test_json_says_the_same_and_no_names_or_texts(done: Done) -> None:
    one, all_ = await done("why", "1", "--json"), await done("why", "--json")
    facts, listed = json.loads(one), json.loads(all_)
    assert (facts["state"], facts["zone"], facts["tries"][0]["outcome"]) == (
        "unknown",
        "Europe/Vilnius",
        "ambiguous",
    )
    assert (listed["states"]["waiting"], [each["id"] for each in listed["messages"]]) == (1, [2, 1])
    for told in (one, all_, await done("why", "1"), await done("why")):
        assert [word for word in ("Ana", "menu.head", "Biblioteka") if word in told] == []


async def test_a_day_off_of_a_place_is_told_with_where_it_is_set(folder: Path, done: Done) -> None:
    """The school holidays of the town, for whoever wonders why nothing comes at its library."""

    def close(tx: Connection) -> None:
        town = add_place(
            tx, "Town", Own("LT", contact="R", days_off=read(["2026-11-23..2026-11-27"])), "sector"
        )
        [here] = tx.execute(select(OUTBOX.c.organisation_id).where(OUTBOX.c.id == 3)).scalars()
        move(tx, here, town, MONDAY)
        tx.execute(OUTBOX.update().where(OUTBOX.c.id == 3).values(gate="closed"))

    async with opened(folder) as database:
        await database.write(close)
    said = "closed: a day off of the organisation (2026-11-23, of 2026-11-23..2026-11-27, set at organisation 3)."
    assert f"Gate: {said}" in await done("why", "3")
    facts = json.loads(await done("why", "3", "--json"))
    told = [facts[name] for name in ("gate", "day_off", "days_off", "days_off_set_at")]
    assert told == ["closed", "2026-11-23", "2026-11-23..2026-11-27", 3]


@pytest.mark.parametrize("wanted", ["abc", "999999", "", "lesson:9", b"\xff", "-1"])
async def test_a_message_that_is_not_there_is_one_sentence(folder: Path, wanted: str | bytes) -> None:
    code, out, err = await zinute("why", "--", os.fsdecode(wanted), ZINUTE_DATA=str(folder))
    shown = wanted if isinstance(wanted, str) else "\\udcff"
    says = f"There is no message '{shown}': give its id or its key; `zinute why` lists ids.\n"
    assert (code, out, err) == (2, "", says)


async def test_there_is_no_store_to_ask_and_none_is_made(tmp_path: Path) -> None:
    place = tmp_path / "nothing"
    for more in (
        {"ZINUTE_DATA": str(place)},
        {"ZINUTE_DATABASE": f"sqlite:///{place / 'zinute.db'}"},
    ):
        code, out, err = await zinute("why", **more)
        says = f"There is no database at {place / 'zinute.db'}: say with --data or --database where it is.\n"
        assert (code, out, err) == (2, "", says)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("revision", "word"), [("0001", "older"), ("9999", "newer")])
async def test_a_store_of_another_version_is_left_as_it_is(tmp_path: Path, revision: str, word: str) -> None:
    """A woken operator with yesterday's or tomorrow's program does not change the schema under the service."""

    def make(tx: Connection) -> None:
        command.upgrade(of_alembic(tx), "0001")
        tx.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{revision}'")

    async with opened(tmp_path) as database:
        await database.migrate(make)
    before = (tmp_path / "zinute.db").read_bytes()
    for arguments in (("why",), ("why", "1")):
        code, out, err = await zinute(*arguments, ZINUTE_DATA=str(tmp_path))
        assert (code, out, one_sentence(err), len(err.splitlines())) == (2, "", True, 1)
        assert f"{word} Zinute: look with that version" in err
    assert (tmp_path / "zinute.db").read_bytes() == before


async def test_a_server_that_is_away_is_one_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{taken.getsockname()[1]}"
        code, out, err = await zinute(
            "why", ZINUTE_DATABASE=f"postgresql+asyncpg://zinute:secret@{place}/zinute"
        )
    assert (code, out, one_sentence(err), len(err.splitlines())) == (2, "", True, 1)
    assert "The database cannot be opened" in err
    assert "secret" not in err


async def test_a_writer_that_hangs_does_not_keep_the_operator_waiting(folder: Path, done: Done) -> None:
    hanging = sqlite3.connect(folder / "zinute.db", isolation_level=None)
    hanging.execute("BEGIN IMMEDIATE")
    assert "Message 1: lesson, unknown." in await done("why", "1")
    hanging.close()


@pytest.mark.parametrize(
    ("then", "said", "states"),
    [
        ("send", "Messages that go on as soon as they may: 2.\n", {"waiting"}),
        ("drop", "Messages that are not sent: 2.\n", {"dropped"}),
    ],
)
async def test_a_restored_store_goes_on_as_a_person_decides(
    *, folder: Path, done: Done, then: str, said: str, states: set[str]
) -> None:
    memory = Memory(folder / "state", f"sqlite:///{folder / 'zinute.db'}")
    async with opened(folder) as database:
        await database.write(lambda tx: instance.begin(tx, "another"))
        await database.write(instance.advance)
        assert await look(database, memory, MONDAY)
    assert "Held since 2026-11-23 07:30:00 UTC" in await done("why")
    assert "held 2." in await done("why")
    assert "Reason: restored." in await done("why", "3")
    assert await done("restored", then) == said
    async with opened(folder) as database:
        rows = await database.read(lambda tx: tx.execute(OUTBOX.select().where(OUTBOX.c.id > 2)).all())
        assert {row.state for row in rows} == states
        assert not await look(database, memory, MONDAY)
    code, _, err = await zinute("restored", then, ZINUTE_DATA=str(folder), ZINUTE_STATE=str(folder / "state"))
    assert (code, one_sentence(err)) == (2, True)
    assert "Nothing is held in this store" in err
