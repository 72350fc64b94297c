"""P1 and P3: a full workload, and a service that is killed, or told to stop, at random moments."""

import asyncio
from random import Random
from typing import Final

from tests.faults.evidence import Intended
from tests.faults.learners import Learners
from tests.faults.play import Outcome, Play, playing
from tests.faults.town import Town, bring_due

LONGEST: Final = 2.0  # seconds that a service lives, at most
UNREADY: Final = 0.2  # how often that is counted from its start, and not from when it was ready
READY: Final = 10.0  # seconds after a kill within which the service has to be ready again
AFTER: Final = 0.5  # seconds that people go on after the last start


async def kill_round(town: Town, seed: int, kills: int = 3) -> Outcome:
    """kill -9 so often."""
    return await _round(town, seed, kills, gently=False)


async def stop_round(town: Town, seed: int, stops: int = 5) -> Outcome:
    """SIGTERM so often: nothing may be in doubt after any of them."""
    return await _round(town, seed, stops, gently=True)


async def cold_round(town: Town, seed: int) -> Outcome:
    """kill -9, and a service that is started by a Python of its own, with all its imports: it is ready in time."""
    async with playing(town, str(seed)) as play:
        people, intended = await _arranged(play, Random(seed))
        await play.kill(await play.served())
        await play.served(cold=True)
        await people.stop()
        verdict = await play.judged(people.issued, intended)
    if play.ready[-1] > READY:
        play.problems.append(f"ready {play.ready[-1]:.1f} s after a kill")
    return play.outcome("cold", verdict)


async def _round(town: Town, seed: int, times: int, *, gently: bool) -> Outcome:
    rng = Random(f"{seed}-{gently}")
    async with playing(town, str(seed)) as play:
        people, intended = await _arranged(play, rng)
        telling = asyncio.create_task(_tell(play, rng))
        for _ in range(times):
            await _one_life(play, rng, gently=gently)
        await play.served()
        await telling
        await asyncio.sleep(AFTER)
        await people.stop()
        verdict = await play.judged(people.issued, intended)
    if gently and (verdict.ambiguous or verdict.duplicates):
        play.problems.append(f"{verdict.ambiguous} in doubt, {verdict.duplicates} doubled by SIGTERM")
    return play.outcome("stop" if gently else "kill", verdict)


async def _arranged(play: Play, rng: Random) -> tuple[Learners, Intended]:
    """Lessons and reminders come due, and half of the learners do not wait for theirs."""
    town = play.town
    lessons = {town.enrolments[chat]: rng.uniform(0, 4) for chat in town.learners}
    await bring_due(play.store, lessons, {town.enrolments[chat]: rng.uniform(0, 4) for chat in town.quiet})
    people = Learners(town.messenger, list(town.learners), play.seed)
    people.start(eager=rng.sample(town.learners, len(town.learners) // 2))
    shown = frozenset((enrolment, 0) for enrolment in lessons)
    return people, Intended(reminders=frozenset(town.quiet), lessons=shown)


async def _tell(play: Play, rng: Random) -> None:
    """Two announcements, which is what the daily cap lets through: one before all, one in the middle of it."""
    await play.tell("First")
    await asyncio.sleep(rng.uniform(0, 4))
    await play.tell("Second", mandatory=True)


async def _one_life(play: Play, rng: Random, *, gently: bool) -> None:
    """Start a service, and end it at a random moment; a killed one may not even be ready."""
    process = await play.serve()
    ready = asyncio.create_task(process.ready())
    if gently or rng.random() >= UNREADY:
        await asyncio.wait({ready})
    await asyncio.sleep(rng.uniform(0, LONGEST))
    await (play.stop(process) if gently else play.kill(process))
    (seconds,) = await asyncio.gather(ready, return_exceptions=True)
    if isinstance(seconds, float):
        play.ready.append(seconds)
