"""The outbox in the store: keys, order, lanes, leases, outcomes."""

import asyncio
from datetime import datetime, timedelta
from functools import partial

import pytest

from domain.delivery import LEASE, POLICIES, Next, Outcome, State
from domain.message import Choice, Feedback, Kind, Line, Message, Moment, Notice, ShowCard, Weekdays
from domain.message import notice as notice_of
from storage import addresses, outbox
from storage.codec import dump_message
from storage.database import Connection, Database
from storage.outbox import ATTEMPT, OUTBOX, Claimed
from tests.storage.samples import MONDAY, address, rows, settle_down

SECOND = timedelta(seconds=1)
HELLO = notice_of("menu.head")


def add(
    tx: Connection,
    key: str,
    to: str = "ana",
    *,
    message: Message = HELLO,
    kind: Kind = "reply",
    at: datetime = MONDAY,
    channel: str = "web",
    edits: int | None = None,
) -> int | None:
    place = address(tx, to, channel=channel)
    return outbox.add(tx, message, key=key, address=place, kind=kind, at=at, edits=edits)


async def claim(
    database: Database, now: datetime = MONDAY, channel: str = "web", *, most: int = 100
) -> list[Claimed]:
    return await database.write(partial(outbox.claim, channel=channel, now=now, most=most))


async def settle(
    database: Database, claimed: Claimed, outcome: Outcome = "sent", state: State = "sent", wait: int = 0
) -> None:
    then = Next(state, timedelta(seconds=wait))
    await database.write(lambda tx: outbox.settle(tx, claimed, outcome, then, MONDAY, sent_as="m1"))


async def keys_in_rounds(database: Database) -> list[list[str]]:
    """Claim and send until nothing is left; the keys of each round."""
    rounds = list[list[str]]()
    while claimed := await claim(database):
        rounds.append([each.key for each in claimed])
        for each in claimed:
            await settle(database, each)
    return rounds


@pytest.mark.parametrize(
    "message",
    [
        Notice(
            (
                Line("a", {"when": Moment(datetime(2026, 11, 24, 9, 30))}),  # noqa: DTZ001 (a wall time)
                Line("b", {"days": Weekdays("135"), "n": 3, "name": "Šarūnė {x} 👩‍🏫"}),
            ),
            (Choice("menu.menu", "/menu"), Choice("Żółw", "/enrol x", literal=True)),
        ),
        ShowCard(1, 2, 3, "key", heading=True),
        ShowCard(1, 2, 3, "key", selected=(0, 2)),
        Feedback(1, 2, 3, (0,), correct=None, step="key"),
        Feedback(1, 2, 3, (1, 2), correct=True),
    ],
    ids=lambda message: message.form,
)
async def test_a_message_is_claimed_as_it_was_written(database: Database, message: Message) -> None:
    await database.write(partial(add, key="k", message=message, kind="lesson"))
    (claimed,) = await claim(database)
    assert claimed == Claimed(
        id=claimed.id,
        key="k",
        attempt=1,
        doubtful=0,
        channel="web",
        address=claimed.address,
        to="ana",
        language="en",
        kind="lesson",
        body=dump_message(message),
        target="",
    )
    assert claimed.message == message


async def test_who_has_joined_is_written_to_in_their_own_language(database: Database) -> None:
    def joined(tx: Connection) -> None:
        address(tx, "kari", settle_down(tx).kari)
        add(tx, "k", "kari")

    await database.write(joined)
    assert [each.language for each in await claim(database)] == ["nb"]


async def test_the_same_key_is_written_once_however_often_it_comes(database: Database) -> None:
    await database.write(address)
    added = await asyncio.gather(*(database.write(partial(add, key="k")) for _ in range(20)))
    assert [each is None for each in added].count(False) == 1
    assert len(await rows(database, OUTBOX.c.id)) == 1


async def test_an_address_gets_its_messages_one_after_another_in_their_order(database: Database) -> None:
    for key, to, kind in (("a1", "a", "lesson"), ("a2", "a", "reply"), ("b1", "b", "reply")):
        await database.write(partial(add, key=key, to=to, kind=kind))  # type: ignore[arg-type]
    await database.write(partial(add, key="a3", to="a"))
    assert await keys_in_rounds(database) == [["b1", "a1"], ["a2"], ["a3"]]


async def test_replies_go_before_lessons_and_the_oldest_first_within_a_lane(database: Database) -> None:
    written: list[tuple[str, Kind]] = [("1", "lesson"), ("2", "reply"), ("3", "lesson"), ("4", "reply")]
    for key, kind in written:
        await database.write(partial(add, key=key, to=key, kind=kind))
    assert [each.key for each in await claim(database, most=3)] == ["2", "4", "1"]
    assert [each.key for each in await claim(database, most=3)] == ["3"]


async def test_what_is_in_flight_or_will_be_tried_again_holds_back_what_came_after_it(
    database: Database,
) -> None:
    for key in ("1", "2"):
        await database.write(partial(add, key=key))
    (first,) = await claim(database)
    assert await claim(database) == []
    await settle(database, first, "not_sent", "ready", wait=30)
    assert await claim(database, MONDAY + 29 * SECOND) == []
    assert [each.key for each in await claim(database, MONDAY + 30 * SECOND)] == ["1"]


@pytest.mark.parametrize("state", ["failed", "unknown", "sent"])
async def test_what_is_given_up_holds_nobody_back(database: Database, state: State) -> None:
    for key in ("1", "2"):
        await database.write(partial(add, key=key))
    (first,) = await claim(database)
    await settle(database, first, "refused", state)
    assert [each.key for each in await claim(database)] == ["2"]


async def test_a_message_goes_when_it_is_due_and_not_before(database: Database) -> None:
    await database.write(partial(add, key="k", at=MONDAY + SECOND))
    assert await claim(database, MONDAY + SECOND - timedelta(microseconds=1)) == []
    assert [each.key for each in await claim(database, MONDAY + SECOND)] == ["k"]


async def test_messages_of_other_channels_are_left_alone(database: Database) -> None:
    for key, channel in (("w", "web"), ("t", "telegram")):
        await database.write(partial(add, key=key, channel=channel))
    assert [each.key for each in await claim(database, MONDAY, "terminal")] == []
    assert [each.key for each in await claim(database, MONDAY, "telegram")] == ["t"]
    assert [each.key for each in await claim(database, MONDAY, "web")] == ["w"]


async def test_late_messages_are_dropped_and_those_in_flight_are_not(database: Database) -> None:
    late = POLICIES["reply"].late_after
    for key, at in (("old", MONDAY), ("new", MONDAY + SECOND), ("flying", MONDAY)):
        await database.write(partial(add, key=key, to=key, at=at))
    flying = await claim(database, MONDAY, most=2)
    await settle(database, flying[0], "not_sent", "ready")
    assert [each.key for each in flying] == ["old", "flying"]
    assert await database.write(partial(outbox.drop_late, now=MONDAY + late)) == 0
    assert await database.write(partial(outbox.drop_late, now=MONDAY + late + SECOND)) == 1
    assert await rows(database, OUTBOX.c.key, OUTBOX.c.state, OUTBOX.c.reason) == [
        ("flying", "sending", ""),
        ("new", "ready", ""),
        ("old", "dropped", "late"),
    ]


async def test_workers_that_claim_at_once_never_take_a_row_twice(database: Database) -> None:
    def fill(tx: Connection) -> None:
        for number in range(60):
            add(tx, f"{number:02}", f"place {number % 30}")

    await database.write(fill)
    taken = await asyncio.gather(*(claim(database, most=5) for _ in range(12)))
    keys = [each.key for batch in taken for each in batch]
    assert sorted(keys) == sorted(set(keys))
    assert {int(key) for key in keys} <= set(range(30))  # none is a second one of its address
    rest = await claim(database)
    assert sorted([*keys, *(each.key for each in rest)]) == [f"{number:02}" for number in range(30)]
    assert {row[0] for row in await rows(database, ATTEMPT.c.number)} == {1}


async def test_an_attempt_is_journalled_before_and_after(database: Database) -> None:
    await database.write(partial(add, key="k"))
    journal = ATTEMPT.c.number, ATTEMPT.c.outcome, ATTEMPT.c.started_at, ATTEMPT.c.ended_at
    state = OUTBOX.c.state, OUTBOX.c.lease_until, OUTBOX.c.sent_as
    (claimed,) = await claim(database)
    assert await rows(database, *journal) == [(1, "", MONDAY, None)]
    assert await rows(database, *state) == [("sending", MONDAY + LEASE, "")]
    await settle(database, claimed)
    assert await rows(database, *journal) == [(1, "sent", MONDAY, MONDAY)]
    assert await rows(database, *state) == [("sent", None, "m1")]


async def test_attempts_that_may_have_arrived_are_counted(database: Database) -> None:
    await database.write(partial(add, key="k"))
    counted = []
    for outcome in ("not_sent", "ambiguous", "not_sent", "ambiguous", "not_sent"):
        (claimed,) = await claim(database)
        counted.append((claimed.attempt, claimed.doubtful))
        await settle(database, claimed, outcome, "ready")
    assert counted == [(1, 0), (2, 0), (3, 1), (4, 1), (5, 2)]


async def test_what_a_dead_sender_left_is_found_when_its_lease_has_ended(database: Database) -> None:
    for key in ("1", "2", "3"):
        await database.write(partial(add, key=key, to=key, kind="lesson"))
    first = await claim(database, most=2)
    await settle(database, first[0], "ambiguous", "ready")
    (again,) = await claim(database, MONDAY, most=1)
    now = MONDAY + LEASE
    assert await database.read(partial(outbox.abandoned, channel="web", now=now)) == []
    left = sorted(await database.read(partial(outbox.abandoned, channel="web", now=now + SECOND)))
    assert left == [(again.id, "lesson", 2, 2), (first[1].id, "lesson", 1, 1)]


async def test_what_was_taken_up_goes_on_and_is_not_released_twice(database: Database) -> None:
    await database.write(partial(add, key="k"))
    (claimed,) = await claim(database)
    then = Next("ready", SECOND)
    await database.write(lambda tx: outbox.release(tx, claimed.id, then, MONDAY + LEASE))
    await database.write(lambda tx: outbox.release(tx, claimed.id, Next("unknown"), MONDAY))
    assert await rows(database, OUTBOX.c.state, OUTBOX.c.due_at, OUTBOX.c.reason) == [
        ("ready", MONDAY + LEASE + SECOND, "sender stopped")
    ]
    (again,) = await claim(database, MONDAY + 2 * LEASE)
    assert (again.attempt, again.doubtful) == (2, 1)


async def test_a_sender_that_lost_its_lease_does_not_speak_for_the_one_that_has_it(
    database: Database,
) -> None:
    await database.write(partial(add, key="k"))
    (slow,) = await claim(database)
    await database.write(lambda tx: outbox.release(tx, slow.id, Next("ready"), MONDAY))
    (fast,) = await claim(database)
    await settle(database, slow, "ambiguous", "ready")
    assert await claim(database) == []  # the other one is still at it: a third copy might leave
    await settle(database, fast)
    assert await rows(database, OUTBOX.c.state) == [("sent",)]
    assert await rows(database, ATTEMPT.c.number, ATTEMPT.c.outcome) == [(1, "ambiguous"), (2, "sent")]


async def test_a_change_knows_the_messengers_id_of_what_it_changes(database: Database) -> None:
    card, ticked = ShowCard(1, 0, 2, "key"), ShowCard(1, 0, 2, "key", selected=(1,))
    first = await database.write(partial(add, key="1", message=card))
    second = await database.write(partial(add, key="2", message=card))
    place = await database.write(address)
    newest = await database.read(partial(outbox.newest_of_step, address=place, step="key"))
    assert (newest, first) == (second, first)
    await database.write(partial(add, key="3", message=ticked, edits=newest))
    assert await database.read(partial(outbox.newest_of_step, address=place, step="key")) == second
    for expected in ("", "", "m1"):
        (claimed,) = await claim(database)
        assert claimed.target == expected
        await settle(database, claimed)


async def test_a_step_is_looked_for_at_one_address_only(database: Database) -> None:
    await database.write(partial(add, key="1", message=ShowCard(1, 0, 2, "key")))
    other = await database.write(lambda tx: addresses.find_or_add(tx, "web", "ben", None, MONDAY).id)
    assert await database.read(partial(outbox.newest_of_step, address=other, step="key")) is None
    assert await database.read(partial(outbox.newest_of_step, address=other, step="")) is None
