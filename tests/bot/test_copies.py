"""Never a copy too many: every way in which the first tries can end, for every kind, over kills of the sender."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import product
from typing import get_args

import pytest

from bot.channel import Ambiguous, NotSent
from domain.delivery import POLICIES
from domain.message import Content, Kind
from storage.database import Database
from tests.bot.messenger import Desk, Idempotent, Messenger

KINDS: tuple[Kind, ...] = get_args(Kind)
ENDS = ("not sent", "ambiguous", "dies")
TRIES = 4
LONG = timedelta(days=30)
Script = tuple[str, ...]


@dataclass
class Scripted(Messenger):
    """The n-th try of each message ends as its script says, and well when that is over.

    `copies` counts what a person may have seen. A sender that dies gets no answer.
    """

    scripts: dict[str, Script] = field(default_factory=dict)
    copies: Counter[str] = field(default_factory=Counter)

    async def send(self, address: str, content: Content, *, key: str) -> str:
        self.tried.append(key)
        script, number = self.scripts[key], self.tried.count(key)
        end = script[number - 1] if number <= len(script) else "sent"
        if end == "not sent":
            raise NotSent("busy", retry_after=0)
        self.copies[key] += 1
        if end == "ambiguous":
            raise Ambiguous("no answer")
        if end == "dies":
            self.flying += 1
            await asyncio.Event().wait()
        return "m"


def state_at_the_end(kind: Kind, script: Script) -> str:
    """Every try that may have arrived counts, and the one that reaches the bound is the last."""
    doubtful = sum(end != "not sent" for end in script)
    return "unknown" if doubtful >= POLICIES[kind].copies else "sent"


async def lives_and_dies(desk: Desk, channel: Scripted) -> None:
    """A sender that works until nothing but what is never answered is left, and is killed then."""
    running = asyncio.create_task(desk.delivery.run())
    async with asyncio.timeout(30):
        while not await is_quiet(desk, channel):
            await asyncio.sleep(0.005)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await desk.delivery._flight.abandon()
    channel.flying = 0
    await desk.lease.give_back()


async def is_quiet(desk: Desk, channel: Scripted) -> bool:
    states = Counter((await desk.states()).values())
    return not states["ready"] and states["sending"] == channel.flying and not desk.delivery._flight.unsettled


@pytest.mark.parametrize("kind", KINDS)
async def test_no_way_to_end_makes_a_copy_too_many(sqlite: Database, kind: Kind) -> None:
    scripts = {"/".join(each): each for each in product(ENDS, repeat=TRIES)}
    channel = Scripted(scripts=scripts)
    desk = Desk(sqlite, channel, in_flight=1_000)
    for key in scripts:
        await desk.write(key, key, kind=kind, not_after=desk.now + LONG)
    for number in range(2 * TRIES + 1):  # one to die and one to be found dead
        await lives_and_dies(desk, channel)
        await desk.passes(timedelta(minutes=6))
        successor = Desk(sqlite, channel, f"sender {number}", in_flight=1_000)
        successor.now, desk = desk.now, successor
    assert max(channel.copies.values()) == POLICIES[kind].copies
    assert await desk.states() == {key: state_at_the_end(kind, each) for key, each in scripts.items()}


async def test_an_idempotent_messenger_is_tried_until_it_says_yes(sqlite: Database) -> None:
    channel = Idempotent([Ambiguous(str(number)) for number in range(5)])
    desk = Desk(sqlite, channel)
    await desk.write("k")
    await desk.rounds(6, apart=timedelta(minutes=6))
    assert channel.tried == ["k"] * 6
    assert await desk.states() == {"k": "sent"}
