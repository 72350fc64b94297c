"""P1 and P3: a full workload, and a service that is killed, or told to stop, at random moments."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from random import Random
from typing import Final

from scheduler.job import Job
from scheduler.jobs import release, remind
from tests.faults.checker import Verdict
from tests.faults.evidence import Intended
from tests.faults.learners import Learners
from tests.faults.play import Outcome, Play, playing
from tests.faults.town import Town, bring_due

LONGEST: Final = 2.0  # seconds that a service lives, at most, when it dies at any moment
WITHIN: Final = 4.0  # seconds within which everything comes due when a service dies several times
UNREADY: Final = 0.2  # how often that is counted from its start, and not from when it was ready
READY: Final = 10.0  # seconds after a kill within which the service has to be ready again
AFTER: Final = 0.5  # seconds that people go on after the last start


def _about(job: Job) -> tuple[float, float]:
    """Seconds between which a service looks for the first time at what is due."""
    return job.seconds - 0.1, job.seconds + 0.4


# When SIGTERM comes, in seconds after the service was ready; one seed after another takes the next.
STOPS: Final = ((0.0, LONGEST), _about(release.JOB), (0.0, LONGEST), _about(remind.JOB))


async def kill_round(town: Town, seed: int, kills: int = 3) -> Outcome:
    """kill -9 so often."""
    rng = Random(f"{seed}-kill")
    async with playing(town, str(seed)) as play:

        async def lives() -> None:
            for _ in range(kills):
                await _one_life(play, rng)

        verdict = await _workday(play, rng, WITHIN, lives, town.quiet)
    return play.outcome("kill", verdict)


async def stop_round(town: Town, seed: int) -> Outcome:
    """SIGTERM once, at any moment or while lessons or reminders come due: nothing is in doubt after it."""
    rng, (earliest, latest) = Random(f"{seed}-stop"), STOPS[seed % len(STOPS)]
    reminded = town.quiet if latest > remind.JOB.seconds else ()  # a shorter round would only wait for them
    async with playing(town, str(seed)) as play:

        async def life() -> None:
            service = await play.served()
            await asyncio.sleep(rng.uniform(earliest, latest))
            await play.stop(service)

        verdict = await _workday(play, rng, LONGEST, life, reminded)
    if verdict.ambiguous or verdict.duplicates:
        play.problems.append(f"{verdict.ambiguous} in doubt, {verdict.duplicates} doubled by SIGTERM")
    return play.outcome("stop", verdict)


async def cold_round(town: Town, seed: int) -> Outcome:
    """kill -9, and a service that is started by a Python of its own, with all its imports: it is ready in time."""
    async with playing(town, str(seed)) as play:
        people, intended = await _arranged(play, Random(seed), WITHIN, town.quiet)
        await play.kill(await play.served())
        await play.served(cold=True)
        await people.stop()
        verdict = await play.judged(people.issued, intended)
    if play.ready[-1] > READY:
        play.problems.append(f"ready {play.ready[-1]:.1f} s after a kill")
    return play.outcome("cold", verdict)


async def _workday(
    play: Play, rng: Random, within: float, lives: Callable[[], Awaitable[None]], reminded: Collection[int]
) -> Verdict:
    """Everything comes due within so many seconds, for services that end and for the last, which does not."""
    people, intended = await _arranged(play, rng, within, reminded)
    telling = asyncio.create_task(_tell(play, rng.uniform(0, within)))
    await lives()
    await play.served()
    await telling
    await asyncio.sleep(AFTER)
    await people.stop()
    return await play.judged(people.issued, intended)


async def _arranged(
    play: Play, rng: Random, within: float, reminded: Collection[int]
) -> tuple[Learners, Intended]:
    """Lessons and reminders come due within so many seconds, and half of the learners do not wait for theirs."""
    town = play.town
    lessons = {town.enrolments[chat]: rng.uniform(0, within) for chat in town.learners}
    reminders = {town.enrolments[chat]: rng.uniform(0, within) for chat in reminded}
    await bring_due(play.store, lessons, reminders)
    people = Learners(town.messenger, list(town.learners), play.seed)
    people.start(eager=rng.sample(town.learners, len(town.learners) // 2))
    shown = frozenset((enrolment, 0) for enrolment in lessons)
    return people, Intended(reminders=frozenset(reminded), lessons=shown)


async def _tell(play: Play, later: float) -> None:
    """Two announcements, which is what the daily cap lets through: one before all, one so many seconds later."""
    await play.tell("First")
    await asyncio.sleep(later)
    await play.tell("Second", mandatory=True)


async def _one_life(play: Play, rng: Random) -> None:
    """Start a service, and kill it at a random moment; it may not even be ready."""
    process = await play.serve()
    ready = asyncio.create_task(process.ready())
    if rng.random() >= UNREADY:
        await asyncio.wait({ready})
    await asyncio.sleep(rng.uniform(0, LONGEST))
    await play.kill(process)
    (seconds,) = await asyncio.gather(ready, return_exceptions=True)
    if isinstance(seconds, float):
        play.ready.append(seconds)
