"""Messages out of the outbox, in their order and one at a time to each address."""

import asyncio
from functools import partial

import pytest

from domain.delivery import State
from domain.message import Kind
from storage import addresses, claiming, queueing
from storage.database import Connection, Database
from storage.outbox import ATTEMPT, OUTBOX
from tests.storage.outgoing import add, claim, keys, keys_in_rounds, settle, states
from tests.storage.samples import MONDAY, address, rows


async def test_an_address_gets_its_messages_one_after_another_in_their_order(database: Database) -> None:
    for key, place in (("a1", "a"), ("a2", "a"), ("b1", "b"), ("a3", "a")):
        await database.write(partial(add, key=key, place=place))
    assert await keys_in_rounds(database) == [["a1", "b1"], ["a2"], ["a3"]]


async def test_a_reply_overtakes_what_is_less_urgent_at_its_address(database: Database) -> None:
    urgent: tuple[Kind, ...] = ("announcement", "lesson", "reminder", "code", "reply")
    for kind in urgent:
        await database.write(partial(add, key=kind, kind=kind))
    assert await keys_in_rounds(database) == [[kind] for kind in reversed(urgent)]


async def test_the_most_urgent_go_first_and_the_oldest_within_a_lane(database: Database) -> None:
    written: list[tuple[str, Kind]] = [("1", "lesson"), ("2", "reply"), ("3", "lesson"), ("4", "reply")]
    for key, kind in written:
        await database.write(partial(add, key=key, place=key, kind=kind))
    assert keys(await claim(database, most=3)) == ["2", "4", "1"]
    assert keys(await claim(database, most=3)) == ["3"]


async def test_what_is_in_flight_holds_back_all_of_its_address(database: Database) -> None:
    await database.write(partial(add, key="1", kind="announcement"))
    (first,) = await claim(database)
    await database.write(partial(add, key="2"))
    assert await claim(database) == []
    assert not await database.read(partial(claiming.anything, channel="web"))
    await settle(database, first)
    assert await database.read(partial(claiming.anything, channel="web"))
    assert keys(await claim(database)) == ["2"]


@pytest.mark.parametrize(("later", "goes"), [("reply", True), ("lesson", False), ("announcement", False)])
async def test_what_will_be_tried_again_holds_back_what_came_after_it_and_is_no_more_urgent(
    database: Database, later: Kind, goes: bool
) -> None:
    await database.write(partial(add, key="1", kind="lesson"))
    (first,) = await claim(database)
    await settle(database, first, "not_sent", "waiting", wait=30)
    await database.write(partial(add, key="2", kind=later))
    assert keys(await claim(database)) == (["2"] if goes else [])


async def test_what_the_gate_holds_back_holds_back_nothing_else(database: Database) -> None:
    def build(tx: Connection) -> None:
        add(tx, "1", kind="announcement")
        add(tx, "2", kind="announcement")
        tx.execute(OUTBOX.update().where(OUTBOX.c.key == "1").values(state="waiting"))

    await database.write(build)
    assert keys(await claim(database)) == ["2"]


@pytest.mark.parametrize("state", ["failed", "unknown", "expired", "sent"])
async def test_what_has_ended_holds_nobody_back(database: Database, state: State) -> None:
    for key in ("1", "2"):
        await database.write(partial(add, key=key))
    (first,) = await claim(database)
    await settle(database, first, "sent" if state == "sent" else "refused", state)
    assert keys(await claim(database)) == ["2"]


async def test_senders_that_claim_at_once_never_take_a_row_twice(database: Database) -> None:
    """On PostgreSQL the lease keeps two claims apart; here each claim is under it, as in delivery."""

    def fill(tx: Connection) -> None:
        for number in range(60):
            add(tx, f"{number:02}", f"place {number % 30}")

    await database.write(fill)
    taken = [await claim(database, most=5) for _ in range(12)]
    claimed = [each.key for batch in taken for each in batch]
    assert claimed == [f"{number:02}" for number in range(30)]  # none is a second one of its address
    assert {row[0] for row in await rows(database, ATTEMPT.c.number)} == {1}


async def test_whether_an_address_can_be_reached_is_known_when_it_is_claimed(database: Database) -> None:
    await database.write(partial(add, key="k"))
    place = await database.write(address)
    await database.write(partial(addresses.reach, address=place, reachable=False))
    assert [each.reachable for each in await claim(database)] == [False]


async def test_nothing_is_claimed_of_what_was_cancelled_or_is_held(database: Database) -> None:
    for number, key in enumerate(("1", "2", "3")):
        await database.write(partial(add, key=key, place=key, kind="announcement"))
        if number < 2:
            await database.write(queueing.hold_open)
    await database.write(partial(queueing.drop_held, now=MONDAY))
    assert await states(database) == {"1": "dropped", "2": "dropped", "3": "ready"}
    assert keys(await claim(database)) == ["3"]
    await asyncio.gather(*(database.write(partial(queueing.drop_held, now=MONDAY)) for _ in range(3)))
    assert await states(database) == {"1": "dropped", "2": "dropped", "3": "sending"}
