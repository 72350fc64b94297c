"""Groups get the question of the week, and its answer."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Final

import structlog

from actions.topics import answer, post
from scheduler.job import Job
from storage import crash, topics
from storage.database import Connection, Database

_DUE: Final[Sequence[tuple[Callable[..., list[int]], Callable[..., bool]]]] = (
    (topics.due, post),
    (topics.owed, answer),
)
log = structlog.get_logger(__name__)


async def _run(database: Database, now: datetime) -> int:
    done = 0
    for due, deed in _DUE:
        for each in await database.read(partial(due, now=now)):
            done += await _done(database, partial(_one, deed=deed, which=each, now=now))
    return done


async def _done(database: Database, unit: Callable[[Connection], bool]) -> bool:
    try:
        done = await database.write(unit)
    except Exception:  # the others do not wait for this one
        log.exception("not posted")
        return False
    crash.point("posted")
    return done


def _one(tx: Connection, deed: Callable[..., bool], which: int, now: datetime) -> bool:
    return deed(tx, which, now)


JOB = Job("topics", 30, _run)
