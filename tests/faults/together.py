"""P5 and P6: several services on one store, and one of them that sleeps through the loss of its lease."""

import asyncio
from random import Random
from signal import SIGCONT, SIGSTOP
from time import time
from typing import Final

from tests.faults.evidence import Intended
from tests.faults.learners import Learners
from tests.faults.play import Outcome, Play, playing
from tests.faults.processes import Process
from tests.faults.pulse import most_in_a_second
from tests.faults.store import moment
from tests.faults.town import DAY, Town

PROCESSES: Final = 3
RATE: Final = 200  # messages a second
EAGER: Final = 5
TAKEOVER: Final = 20.0  # seconds within which a lease that stood still has to be taken over


async def many_round(town: Town, seed: int, *, fresh: bool) -> Outcome:
    """Everything comes due at one moment, for several services: each lesson and each reminder comes once.

    They start at once, with `fresh` for the first time on this store.
    """
    async with playing(town, str(seed), fresh=fresh) as play:
        await asyncio.gather(*(play.served({"ZINUTE_TELEGRAM_RATE": str(RATE)}) for _ in range(PROCESSES)))
        people = Learners(town.messenger, list(town.learners[:EAGER]), str(seed))
        people.start(eager=())
        now = moment(time())
        await play.store.execute(
            f"UPDATE enrolment SET due_at = {now} WHERE card = -1",
            f"UPDATE schedule SET due_at = {now} WHERE due_at IS NOT NULL",
            f"UPDATE step SET opened_at = {moment(time() - DAY)}",
        )
        lessons = frozenset((town.enrolments[chat], 0) for chat in town.learners)
        await asyncio.sleep(2)
        await people.stop()
        intended = Intended(reminders=frozenset(town.quiet), lessons=lessons)
        verdict = await play.judged(people.issued, intended)
    fastest = most_in_a_second(town.messenger.ledger.copies(play.since.ledger))
    if fastest > RATE:
        play.problems.append(f"{fastest} messages were sent in one second, and {RATE} may be")
    if verdict.duplicates:
        play.problems.append(f"{verdict.duplicates} duplicates though nothing died")
    return play.outcome("many", verdict)


async def freeze_round(town: Town, seed: int) -> Outcome:
    """The holder of the lease is stopped in the middle of a broadcast, another takes over, and the first wakes up."""
    rng = Random(seed)
    async with playing(town, str(seed)) as play:
        people = Learners(town.messenger, list(town.learners), str(seed))
        people.start(eager=town.learners)
        sleeper = await play.served()
        await play.served()
        await play.tell("Told to all", mandatory=True)
        await asyncio.sleep(rng.uniform(0.1, 0.8))
        fence = await _fence(play)
        await _freeze(play, sleeper)
        if not await _taken_over(play, fence):
            play.problems.append(f"nobody took the lease over within {TAKEOVER:.0f} s")
        await asyncio.sleep(rng.uniform(0, 1))
        sleeper.signal(SIGCONT)
        await asyncio.sleep(1)
        await people.stop()
        verdict = await play.judged(people.issued)
    return play.outcome("freeze", verdict)


async def _freeze(play: Play, sleeper: Process) -> None:
    """Stop it; but not inside of a transaction that nobody else can end (SQLite)."""
    sleeper.signal(SIGSTOP)
    play.kills.append(time())
    while await play.store.locked():
        sleeper.signal(SIGCONT)
        await asyncio.sleep(0.01)
        sleeper.signal(SIGSTOP)
        play.kills.append(time())


async def _taken_over(play: Play, fence: int) -> bool:
    deadline = time() + TAKEOVER
    while time() < deadline:
        if await _fence(play) > fence:
            return True
        await asyncio.sleep(0.1)
    return False


async def _fence(play: Play) -> int:
    (sender,) = await play.store.rows("SELECT fence FROM sender WHERE channel = 'telegram'")
    return int(sender["fence"])
