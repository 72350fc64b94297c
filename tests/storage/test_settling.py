"""How attempts end, settled under the fence they were made with, or taken up by the next sender."""

from functools import partial

import pytest

from domain.delivery import Next, Outcome, State
from storage import settling
from storage.database import Database
from storage.outbox import ATTEMPT, OUTBOX
from tests.storage.outgoing import SECOND, add, claim, settle, states
from tests.storage.samples import MONDAY, address, rows


async def test_an_attempt_is_journalled_before_and_after(database: Database) -> None:
    await database.write(partial(add, key="k"))
    journal = ATTEMPT.c.number, ATTEMPT.c.outcome, ATTEMPT.c.started_at, ATTEMPT.c.ended_at, ATTEMPT.c.fence
    state = OUTBOX.c.state, OUTBOX.c.fence, OUTBOX.c.attempts, OUTBOX.c.sent_as, OUTBOX.c.ended_at
    (claimed,) = await claim(database, fence=7)
    assert await rows(database, *journal) == [(1, "", MONDAY, None, 7)]
    assert await rows(database, *state) == [("sending", 7, 1, "", None)]
    await settle(database, claimed, fence=7)
    assert await rows(database, *journal) == [(1, "sent", MONDAY, MONDAY, 7)]
    assert await rows(database, *state) == [("sent", 7, 1, "m1", MONDAY)]


@pytest.mark.parametrize(
    ("outcome", "state", "ended"),
    [("not_sent", "waiting", False), ("ambiguous", "unknown", True), ("refused", "failed", True)],
)
async def test_why_it_was_not_sent_is_kept(
    database: Database, outcome: Outcome, state: State, ended: bool
) -> None:
    await database.write(partial(add, key="k"))
    (claimed,) = await claim(database)
    await settle(database, claimed, outcome, state, wait=5, reason="because")
    assert await rows(database, ATTEMPT.c.outcome, ATTEMPT.c.reason) == [(outcome, "because")]
    kept = OUTBOX.c.state, OUTBOX.c.reason, OUTBOX.c.due_at, OUTBOX.c.ended_at
    assert await rows(database, *kept) == [(state, "because", MONDAY + 5 * SECOND, MONDAY if ended else None)]


async def test_attempts_that_may_have_arrived_are_counted(database: Database) -> None:
    await database.write(partial(add, key="k"))
    counted = []
    for outcome in ("not_sent", "ambiguous", "not_sent", "ambiguous", "not_sent"):
        (claimed,) = await claim(database)
        counted.append((claimed.attempt, claimed.doubtful))
        await settle(database, claimed, outcome, "ready")
    assert counted == [(1, 0), (2, 0), (3, 1), (4, 1), (5, 2)]


async def test_what_a_sender_left_in_flight_is_found_by_the_next_one(database: Database) -> None:
    for key in ("1", "2", "3"):
        await database.write(partial(add, key=key, place=key, kind="lesson"))
    first, second = await claim(database, most=2)
    await settle(database, first, "ambiguous", "ready")
    (again,) = await claim(database, most=1)
    find = partial(settling.in_doubt, channel="web")
    assert await database.read(partial(find, fence=1)) == []
    assert await database.read(partial(settling.in_doubt, channel="telegram", fence=9)) == []
    left = await database.read(partial(find, fence=2))
    assert [(each.id, each.kind, each.attempt, each.doubtful) for each in left] == [
        (again.id, "lesson", 2, 1),
        (second.id, "lesson", 1, 0),
    ]


async def test_what_was_taken_up_goes_on_with_an_attempt_that_nobody_knows_of(database: Database) -> None:
    await database.write(partial(add, key="k"))
    await claim(database)
    (left,) = await database.read(partial(settling.in_doubt, channel="web", fence=2))
    then = Next("waiting", SECOND)
    await database.write(lambda tx: settling.take_up(tx, left, "ambiguous", then, MONDAY))
    kept = OUTBOX.c.state, OUTBOX.c.due_at, OUTBOX.c.reason, OUTBOX.c.doubtful, OUTBOX.c.ended_at
    assert await rows(database, *kept) == [("waiting", MONDAY + SECOND, "sender stopped", 1, None)]
    assert await rows(database, ATTEMPT.c.number, ATTEMPT.c.outcome, ATTEMPT.c.ended_at) == [(1, "", None)]


async def test_a_sender_that_lost_its_lease_does_not_speak_for_the_one_that_has_it(
    database: Database,
) -> None:
    await database.write(partial(add, key="k"))
    (slow,) = await claim(database, fence=1)
    (left,) = await database.read(partial(settling.in_doubt, channel="web", fence=2))
    await database.write(lambda tx: settling.take_up(tx, left, "ambiguous", Next("ready"), MONDAY))
    (fast,) = await claim(database, fence=2)
    for outcome, state in (("ambiguous", "waiting"), ("sent", "sent")):
        await settle(database, slow, outcome, state, fence=1)  # type: ignore[arg-type]
        assert await states(database) == {"k": "sending"}
    assert await claim(database, fence=2) == []  # the other one is still at it: a third copy might leave
    await settle(database, fast, fence=2)
    assert await rows(database, OUTBOX.c.state, OUTBOX.c.doubtful) == [("sent", 1)]


async def test_a_message_moves_to_another_address_of_another_channel(database: Database) -> None:
    await database.write(partial(add, key="k"))
    (claimed,) = await claim(database)
    await settle(database, claimed, "unreachable", "failed")
    other = await database.write(partial(address, key="77", channel="telegram"))
    await database.write(lambda tx: settling.move(tx, claimed, other, "telegram"))
    assert await claim(database) == []
    (moved,) = await claim(database, channel="telegram")
    assert (moved.place, moved.attempt, moved.to.address) == ("77", 2, other)
