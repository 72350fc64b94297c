"""What a messenger says about our account as a whole is obeyed, kept, and costs no message its tries."""

import asyncio
from datetime import timedelta

import pytest

from bot.channel import AccountRefused, Limited, NotConnected
from bot.pause import ACCOUNT_PAUSE, UNASKED_PAUSE
from storage import senders
from storage.database import Database
from storage.outbox import OUTBOX
from tests.bot.messenger import Desk, Elsewhere, Messenger
from tests.storage.samples import rows

SECOND = timedelta(seconds=1)
LITTLE = timedelta(milliseconds=1)


@pytest.mark.parametrize("wait", [1, 35, 3600])
async def test_nothing_is_sent_before_the_messenger_said(both: Database, wait: float) -> None:
    channel = Messenger([Limited("429", retry_after=wait)])
    desk = Desk(both, channel, in_flight=1)
    for number in range(3):
        await desk.write(str(number), f"place {number}")
    assert await desk.rounds() == [1]
    await desk.passes(wait * SECOND - LITTLE)
    assert await desk.rounds() == [0]
    await desk.passes(LITTLE)
    assert await desk.rounds() == [3]
    assert sorted(channel.sent_keys) == ["0", "1", "2"]


async def test_a_messenger_that_does_not_say_how_long_gets_a_rest_too(sqlite: Database) -> None:
    desk = Desk(sqlite, Messenger([Limited("429")]), in_flight=1)
    for number in range(3):
        await desk.write(str(number), f"place {number}")
    assert await desk.rounds() == [1]
    await desk.passes(UNASKED_PAUSE - LITTLE)
    assert await desk.rounds() == [0]
    await desk.passes(LITTLE)
    assert await desk.rounds() == [3]


async def test_the_pause_is_kept_for_whoever_sends_next(both: Database) -> None:
    one = Desk(both, Messenger([Limited("429", retry_after=60)]), "one")
    await one.write("k")
    assert await one.rounds() == [1]
    await one.lease.give_back()
    await one.write("other", "ben")
    two = Desk(both, Messenger(), "two")
    two.now += 60 * SECOND - LITTLE
    assert await two.rounds() == [0]
    await two.passes(LITTLE)
    assert await two.rounds() == [2]


async def test_the_longest_of_several_pauses_counts_and_is_kept(sqlite: Database) -> None:
    """What was in flight together comes back with different words on when to go on."""
    pauses = [Limited("429", retry_after=seconds) for seconds in (30, 60, 1)]
    channel = Messenger([*pauses, Limited("429")])
    desk = Desk(sqlite, channel)
    for number in range(4):
        await desk.write(str(number), f"place {number}")
    began = desk.now
    channel.door.clear()
    rounds = asyncio.create_task(desk.rounds())
    await channel.in_flight(4)
    channel.door.set()
    assert await rounds == [4]
    await desk.passes(60 * SECOND - LITTLE)
    assert await desk.rounds() == [0]
    kept = await sqlite.read(lambda tx: senders.get(tx, "web"))
    assert kept
    assert kept.paused_until == began + 60 * SECOND


async def test_another_messenger_goes_on(sqlite: Database) -> None:
    web, elsewhere = (
        Desk(sqlite, Messenger([Limited("429", retry_after=3600)])),
        Desk(sqlite, Elsewhere(), "two"),
    )
    await web.write("k")
    await web.rounds()
    await elsewhere.write("t", "77")
    assert await elsewhere.rounds() == [1]


async def test_replies_overtake_what_was_queued_when_it_goes_on(sqlite: Database) -> None:
    channel = Messenger([Limited("429", retry_after=35)])
    desk = Desk(sqlite, channel, in_flight=1)
    for number in range(5):
        await desk.write(f"bulk {number}", f"place {number}", kind="announcement")
    await desk.rounds()
    await desk.write("reply", "place 3")
    await desk.passes(35 * SECOND)
    assert await desk.rounds() == [6]
    assert channel.sent_keys[0] == "reply"


async def test_when_nothing_can_be_reached_only_one_message_is_tried_at_a_time_longer_and_longer(
    sqlite: Database,
) -> None:
    channel = Messenger([NotConnected("no route") for _ in range(8)])
    desk = Desk(sqlite, channel, in_flight=1)
    for number in range(20):
        await desk.write(f"{number:02}", f"place {number}")
    tries = []
    for _ in range(63):
        tries += await desk.rounds(1, apart=SECOND)
    assert [at for at, tried in enumerate(tries) if tried] == [0, 1, 3, 7, 15, 30, 45, 60]
    attempts = [row[0] for row in await rows(sqlite, OUTBOX.c.attempts)]
    assert sum(attempts) == 8
    assert attempts.count(0) >= 12
    await desk.passes(timedelta(minutes=5))
    assert sum(await desk.rounds(2, apart=timedelta(minutes=5))) == 20
    assert set((await desk.states()).values()) == {"sent"}


async def test_eight_that_fail_together_are_one_failure_of_the_account(sqlite: Database) -> None:
    """A network that is away for a moment while eight are in flight is no reason to rest for minutes."""
    desk = Desk(sqlite, Messenger([NotConnected("no route") for _ in range(8)]))
    for number in range(8):
        await desk.write(str(number), f"place {number}")
    assert await desk.rounds() == [8]
    await desk.passes(2 * SECOND)
    assert await desk.rounds() == [8]


async def test_an_outage_of_a_day_loses_no_reply_that_is_still_of_use(sqlite: Database) -> None:
    """T3: tried for a day, five minutes apart at most, and sent when the network is back."""
    channel = Messenger([NotConnected("no route") for _ in range(10_000)])
    desk = Desk(sqlite, channel, in_flight=1)
    await desk.write("mandatory", kind="mandatory")
    await desk.rounds(24 * 6, apart=timedelta(minutes=10))
    assert await desk.rounds(3, apart=timedelta(minutes=5)) != [0, 0, 0]
    channel.failures.clear()
    await desk.rounds(3, apart=timedelta(minutes=5))
    assert (await desk.states(), channel.sent_keys) == ({"mandatory": "sent"}, ["mandatory"])


async def test_a_success_ends_the_backing_off(sqlite: Database) -> None:
    channel = Messenger([NotConnected("1"), NotConnected("2"), NotConnected("3")])
    desk = Desk(sqlite, channel, in_flight=1)
    await desk.write("k")
    await desk.rounds(9, apart=SECOND)
    assert await desk.states() == {"k": "sent"}
    channel.failures.append(NotConnected("4"))
    await desk.write("l")
    assert await desk.rounds(2, apart=SECOND) == [1, 1]


async def test_an_account_that_is_refused_rests_and_nothing_is_failed(sqlite: Database) -> None:
    channel = Messenger([AccountRefused("401") for _ in range(5)])
    desk = Desk(sqlite, channel, in_flight=1)
    for number in range(3):
        await desk.write(str(number), f"place {number}")
    for _ in range(5):
        assert await desk.rounds() == [1]
        assert set((await desk.states()).values()) <= {"ready", "waiting"}
        await desk.passes(ACCOUNT_PAUSE - LITTLE)
        assert await desk.rounds() == [0]
        await desk.passes(LITTLE)
    assert await desk.rounds() == [3]


async def test_what_waits_for_its_chat_does_not_leave_while_the_messenger_wants_nothing(
    both: Database,
) -> None:
    channel = Messenger(rate=1_000.0)
    desk = Desk(both, channel)
    await desk.rounds()
    desk.ticks = 2.0
    for number in range(5):
        await desk.write(f"a{number}")
    await desk.rounds()
    assert len(channel.tried) == 5
    channel.failures.append(Limited("429", retry_after=35))
    await desk.write("to ben", "ben")
    await desk.write("a5")
    await desk.rounds()
    assert channel.tried[5:] == ["to ben"]
