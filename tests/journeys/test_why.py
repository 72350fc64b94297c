"""An operator at night: why a message went, waits or was dropped, and what becomes of a restored store."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from domain.delivery import Next, Outcome, State
from domain.message import notice
from storage import instance, outbox, sending
from storage.database import Connection, Database
from storage.migrate import migrate
from storage.outbox import OUTBOX, New, Passed, To
from storage.sending import Ended
from tests.journeys.test_start import one_sentence, zinute
from tests.storage.samples import MONDAY, address, settle_down
from zinute.restored import Memory, look

HELLO = notice("menu.head", name="Ana Anaitė")
MINUTE = timedelta(minutes=1)
KEY = "lesson:1:0:2026-11-23:1"
GATE = Passed("now", until=MONDAY + timedelta(hours=8), day="2026-11-23")
Done = Callable[..., Awaitable[str]]


def put(tx: Connection, to: To, key: str, *, outcome: Outcome, state: State, reason: str) -> None:
    """A lesson and one attempt at it."""
    outbox.add(tx, New(to, HELLO, key, "lesson", GATE), MONDAY)
    (claimed,) = sending.claim(tx, "web", 1, MONDAY, 1)
    sending.settle(tx, claimed, Ended(outcome, Next(state), reason), 1, MONDAY + MINUTE)


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
    async with opened(tmp_path) as database:
        await migrate(database)
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
            "Gate: now: it may go, until 2026-11-23 15:30:00 UTC (2026-11-23 17:30 Europe/Vilnius); "
            "counts for 2026-11-23."
        ),
        (
            "2026-11-23 07:30:00 UTC (2026-11-23 09:30 Europe/Vilnius): attempt 1, "
            "ended 2026-11-23 07:31:00 UTC (2026-11-23 09:31 Europe/Vilnius): it may have arrived (ReadTimeout)."
        ),
        "2026-11-23 07:31:00 UTC (2026-11-23 09:31 Europe/Vilnius): unknown (ReadTimeout).",
        "It is not sent again by itself. A coordinator can, on the page Messages.",
    ]
    assert await done("why", KEY) == told
    assert (await done("why", "3")).splitlines()[-2:] == [
        "Gate: day: not one of the person's days.",
        "It waits until 2026-11-28 07:30:00 UTC (2026-11-28 09:30 Europe/Vilnius); then the gate is asked again.",
    ]
    assert (await done("why", "u:1")).splitlines() == [
        "Message 4: reply, ready. Key: u:1",
        "To nobody who has joined, by web (address 2).",
        "2026-11-23 07:30:00 UTC: written; of use until 2026-11-24 07:30:00 UTC.",
        "Gate: not asked: an answer goes at once.",
        "It goes when its turn comes in its lane.",
    ]


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


@pytest.mark.parametrize("wanted", ["99", "lesson:9"])
async def test_a_message_that_is_not_there_is_one_sentence(folder: Path, wanted: str) -> None:
    code, out, err = await zinute("why", wanted, ZINUTE_DATA=str(folder))
    assert (code, out) == (2, "")
    assert one_sentence(err)
    assert f"There is no message {wanted}" in err


async def test_there_is_no_store_to_ask(tmp_path: Path) -> None:
    code, _, err = await zinute("why", ZINUTE_DATA=str(tmp_path / "nothing"))
    assert (code, one_sentence(err)) == (2, True)


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
