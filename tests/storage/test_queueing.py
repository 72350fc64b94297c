"""Messages that wait: found in the order in which they are due, and what is decided of them is kept."""

import asyncio
from datetime import timedelta
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, update

from storage import announcements, outbox, queueing
from storage.announcements import ANNOUNCEMENT
from storage.database import Connection, Database
from storage.outbox import OUTBOX, New, Passed, To
from storage.queueing import Later, Over, Ready, Verdict, Waiting
from tests.storage.outgoing import HELLO, SECOND, add, claim, settle, states
from tests.storage.samples import MONDAY, address, rows, settle_down

HOUR = timedelta(hours=1)
STATES = ("waiting", "ready", "sending", "sent", "unknown", "failed", "dropped", "expired", "held")


def waits(tx: Connection, key: str, seconds: int, gate: str = "early") -> int | None:
    return add(tx, key, key, kind="announcement", passed=Passed(gate, at=MONDAY + seconds * SECOND))


async def due(database: Database, seconds: int = 0, most: int = 99) -> list[Waiting]:
    return await database.write(partial(queueing.due, now=MONDAY + seconds * SECOND, most=most))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    times=st.lists(st.integers(1, 30), unique=True, max_size=10),
    at=st.integers(0, 31),
    most=st.integers(1, 9),
)
async def test_those_that_waited_long_enough_come_the_longest_due_first(
    database: Database, times: list[int], at: int, most: int
) -> None:
    await database.write(lambda tx: tx.execute(delete(OUTBOX)).rowcount)
    ids = {
        seconds: await database.write(partial(waits, key=str(seconds), seconds=seconds)) for seconds in times
    }
    expected = [ids[seconds] for seconds in sorted(times) if seconds <= at][:most]
    assert [each.id for each in await due(database, at, most)] == expected


async def test_what_is_known_of_one_that_waits(database: Database) -> None:
    def build(tx: Connection) -> tuple[int, int]:
        town = settle_down(tx)
        place = To(address(tx, "kari", town.kari), "web", town.kari, town.elsewhere)
        outbox.add(tx, New(place, HELLO, "gated", "lesson", Passed("early", at=MONDAY + SECOND)), MONDAY)
        add(tx, "stranger")
        return town.kari, town.elsewhere

    kari, elsewhere = await database.write(build)
    (stranger,) = await claim(database)
    await settle(database, stranger, "not_sent", "waiting", 2)
    gated, tried = await due(database, 2)
    assert gated.person
    assert (gated.person.id, gated.person.organisation.id, gated.person.language) == (kari, elsewhere, "nb")
    assert (gated.kind, gated.lane, gated.organisation, gated.gated) == ("lesson", 3, elsewhere, True)
    assert (tried.person, tried.kind, tried.organisation, tried.gated) == (None, "reply", None, False)


async def test_what_the_gate_let_pass_is_not_asked_about_when_it_is_tried_again(database: Database) -> None:
    passed = Passed("now", until=MONDAY + HOUR, day="2026-11-23")
    await database.write(partial(add, key="k", kind="announcement", passed=passed))
    (claimed,) = await claim(database)
    await settle(database, claimed, "not_sent", "waiting", 1)
    assert [each.gated for each in await due(database, 1)] == [False]
    await database.write(lambda tx: queueing.ask_again(tx, claimed.id, MONDAY))
    assert [each.gated for each in await due(database, 1)] == [True]
    assert await rows(database, OUTBOX.c.day, OUTBOX.c.until) == [("", None)]


async def test_what_was_decided_is_kept(database: Database) -> None:
    for number, key in enumerate(("passes", "tried", "later", "dropped", "expired")):
        await database.write(partial(waits, key=key, seconds=number + 1))
    passes, tried, later, dropped, expired = await due(database, 9)
    verdicts: list[Verdict] = [
        Ready(passes, Passed("now", until=MONDAY + HOUR, day="2026-11-23")),
        Ready(tried, None),
        Later(later, MONDAY + HOUR, "cap"),
        Over(dropped, "dropped", "late"),
        Over(expired, "expired", "late"),
    ]
    now = MONDAY + 9 * SECOND
    await database.write(partial(queueing.carry_out, verdicts=verdicts, now=now))
    kept = (OUTBOX.c.state, OUTBOX.c.gate, OUTBOX.c.day, OUTBOX.c.due_at, OUTBOX.c.ended_at, OUTBOX.c.reason)
    found = {row[0]: row[1:] for row in await rows(database, OUTBOX.c.key, *kept)}
    assert found == {
        "passes": ("ready", "now", "2026-11-23", MONDAY + SECOND, None, ""),
        "tried": ("ready", "early", "", MONDAY + 2 * SECOND, None, ""),
        "later": ("waiting", "cap", "", MONDAY + HOUR, None, ""),
        "dropped": ("dropped", "early", "", MONDAY + 4 * SECOND, now, "late"),
        "expired": ("expired", "early", "", MONDAY + 5 * SECOND, now, "late"),
    }


async def test_what_went_on_its_way_meanwhile_is_left_alone(database: Database) -> None:
    for key in ("ready", "sent", "held"):
        await database.write(partial(waits, key=key, seconds=0, gate="early"))
    await database.write(lambda tx: tx.execute(update(OUTBOX).values(state="waiting")).rowcount)
    found = await due(database)
    await database.write(
        lambda tx: tx.execute(update(OUTBOX).values(state=OUTBOX.c.key, reason="mine")).rowcount
    )
    for verdicts in (
        [Ready(each, None) for each in found],
        [Over(each, "dropped", "late") for each in found],
        [Later(each, MONDAY + HOUR, "cap") for each in found],
    ):
        await database.write(partial(queueing.carry_out, verdicts=verdicts, now=MONDAY))
    assert await states(database) == {"ready": "ready", "sent": "sent", "held": "held"}
    assert {row[0] for row in await rows(database, OUTBOX.c.reason)} == {"mine"}


async def test_two_that_decide_at_once_do_it_once(database: Database) -> None:
    await database.write(partial(waits, key="k", seconds=0))
    await database.write(lambda tx: tx.execute(update(OUTBOX).values(state="waiting")).rowcount)
    (found,) = await due(database)
    verdicts: list[Verdict] = [
        Ready(found, Passed("now", day="2026-11-23")),
        Over(found, "dropped", "late"),
        Later(found, MONDAY + HOUR, "cap"),
    ]
    await asyncio.gather(
        *(database.write(partial(queueing.carry_out, verdicts=[each], now=MONDAY)) for each in verdicts[:2])
    )
    ((state, day, reason),) = await rows(database, OUTBOX.c.state, OUTBOX.c.day, OUTBOX.c.reason)
    assert (state, day, reason) in (("ready", "2026-11-23", ""), ("dropped", "", "late"))


async def test_what_counts_for_a_day_is_the_persons_own(database: Database) -> None:
    def build(tx: Connection) -> list[int]:
        town = settle_down(tx)
        for number, (person, day) in enumerate(
            ((town.ana, "1"), (town.ana, "1"), (town.ana, "2"), (town.ben, "1"))
        ):
            place = To(address(tx, f"a{person}", person), "web", person, town.here)
            outbox.add(tx, New(place, HELLO, str(number), "lesson", Passed("now", day=day)), MONDAY)
        asked = ((town.ana, "1"), (town.ana, "2"), (town.ben, "1"), (town.ben, "2"), (town.ana, ""))
        return [queueing.counted(tx, person, day) for person, day in asked]

    assert await database.write(build) == [2, 1, 1, 0, 0]


def announced(tx: Connection, key: str, state: str) -> int:
    """An announcement with a message in this state."""
    announcements.add(
        tx, key=key, organisation=None, texts={"lt": "a"}, mandatory=False, not_after=MONDAY, at=MONDAY
    )
    number = announcements.by_key(tx, key).id
    place = To(address(tx, key), "web")
    outbox.add(tx, New(place, HELLO, key, "announcement", announcement=number), MONDAY)
    tx.execute(update(OUTBOX).where(OUTBOX.c.key == key).values(state=state))
    return number


async def test_stopping_touches_what_is_not_on_its_way_and_of_this_announcement_only(
    database: Database,
) -> None:
    def build(tx: Connection) -> int:
        mine = [announced(tx, state, state) for state in STATES]
        tx.execute(update(OUTBOX).values(announcement_id=mine[0]))
        tx.execute(update(OUTBOX).where(OUTBOX.c.key == "held").values(reason="paused"))
        announced(tx, "other", "ready")
        return mine[0]

    mine = await database.write(build)
    before = {state: state for state in STATES} | {"other": "ready"}
    assert await database.write(partial(queueing.hold, announcement=mine)) == 2
    assert await states(database) == before | {"ready": "held", "waiting": "held"}
    assert await database.write(partial(queueing.let_go, announcement=mine, now=MONDAY)) == 3
    assert await states(database) == before | dict.fromkeys(("ready", "waiting", "held"), "waiting")
    assert await database.write(partial(queueing.cancel, announcement=mine, now=MONDAY)) == 3
    assert await states(database) == before | dict.fromkeys(("ready", "waiting", "held"), "dropped")
    assert len(await rows(database, ANNOUNCEMENT.c.id)) == len(STATES) + 1


async def test_what_goes_on_after_a_pause_is_not_what_a_restored_store_holds(database: Database) -> None:
    """Of that the operator decides."""

    def build(tx: Connection) -> int:
        mine = [announced(tx, key, "ready") for key in ("restored", "paused")]
        tx.execute(update(OUTBOX).values(announcement_id=mine[0]))
        tx.execute(update(OUTBOX).where(OUTBOX.c.key == "restored").values(state="held", reason="restored"))
        return mine[0]

    mine = await database.write(build)
    assert await database.write(partial(queueing.hold, announcement=mine)) == 1
    assert await database.write(partial(queueing.let_go, announcement=mine, now=MONDAY)) == 1
    assert await states(database) == {"restored": "held", "paused": "waiting"}


@pytest.mark.parametrize("then", ["send", "drop"])
async def test_everything_open_is_held_and_then_sent_or_dropped(database: Database, then: str) -> None:
    def build(tx: Connection) -> None:
        for state in STATES:
            announced(tx, state, state)
        tx.execute(update(OUTBOX).where(OUTBOX.c.key == "held").values(reason="paused"))

    await database.write(build)
    before = {state: state for state in STATES}
    assert await database.write(queueing.hold_open) == 3
    restored = ("waiting", "ready", "sending")
    assert await states(database) == before | dict.fromkeys(restored, "held")
    decide = queueing.let_go_open if then == "send" else queueing.drop_held
    assert [await database.write(partial(decide, now=MONDAY)) for _ in range(2)] == [3, 0]
    after = "waiting" if then == "send" else "dropped"
    assert await states(database) == before | dict.fromkeys(restored, after)
