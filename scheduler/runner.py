"""Wakes the jobs. APScheduler wakes and does not remember: what is due is in the store."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Final

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from actions.campaign_steps import Means
from scheduler.job import Job
from scheduler.jobs.campaign import campaigning
from storage import instance
from storage.database import Database

JOBS: Final = tuple(
    f"scheduler.jobs.{name}"
    for name in (
        "release",
        "remind",
        "remember",
        "review",
        "close_tests",
        "renew",
        "employ",
        "close",
        "assign",
        "announce",
        "chase",
        "campaign",
        "topics",
        "webinars",
        "approvals",
        "promote",
        "sweep",
        "forget",
    )
)
FIRST_LOOK: Final = 10.0  # seconds after the start, for jobs that look seldom
log = structlog.get_logger(__name__)


def jobs(means: Means | None = None) -> list[Job]:
    """Every job, from its own file; `means` are those by which campaigns invite."""
    found: list[Job] = [import_module(name).JOB for name in JOBS]
    return [campaigning(means) if means and each.name == "campaign" else each for each in found]


class Runner:
    """Runs each job every so many seconds, one look at a time."""

    def __init__(
        self, database: Database, now: Callable[[], datetime], wanted: Sequence[Job] | None = None
    ) -> None:
        self._database, self._now = database, now
        self._clock = AsyncIOScheduler(timezone="UTC")
        for job in jobs() if wanted is None else wanted:
            soon = datetime.now(UTC) + timedelta(seconds=min(job.seconds, FIRST_LOOK))
            self._clock.add_job(
                self._look,
                "interval",
                (job,),
                seconds=job.seconds,
                next_run_time=soon,
                coalesce=True,
                misfire_grace_time=None,
            )

    def start(self) -> None:
        """Begin to wake the jobs."""
        self._clock.start()

    def stop(self) -> None:
        """Wake nothing any more."""
        self._clock.shutdown(wait=False)

    async def _look(self, job: Job) -> None:
        try:
            if job.sends and await self._database.read(instance.held_at) is not None:
                return
            done = await job.run(self._database, self._now())
        except asyncio.CancelledError:
            return  # the service stops; APScheduler would call that a failure
        except Exception:  # the next look comes whatever happened to this one
            log.exception("job failed", job=job.name)
        else:
            if done:
                log.info("job", job=job.name, done=done)
