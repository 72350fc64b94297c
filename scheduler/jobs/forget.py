"""Forget what has been kept for long enough (storage/registry.py says how long): a little at a time.

Nobody who answers meanwhile notices: what is due is looked for beside the writer, which then changes few rows at once.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from scheduler.job import Job
from storage import keeping
from storage.database import Database

AT_ONCE: Final = 500
Find = Callable[..., list[int]]
Forget = Callable[..., int]

# What is found, how old it has to be, and what is done with it.
RULES: Final[tuple[tuple[Find, timedelta, Forget], ...]] = (
    (keeping.spoken, timedelta(days=30), keeping.silence),
    (keeping.chatted, timedelta(days=365), keeping.unchat),
    (keeping.unused, timedelta(days=30), keeping.uninvite),
    (keeping.strangers, timedelta(days=30), keeping.unknow),
)


async def _run(database: Database, now: datetime) -> int:
    done = 0
    for find, age, forget in RULES:
        done += await _forget(database, partial(find, before=now - age), forget)
    while studies := await database.read(partial(keeping.rested, now=now)):
        for study in studies:
            done += await database.write(partial(keeping.unlearn, study=study))
    return done


async def _forget(database: Database, find: Find, forget: Forget) -> int:
    """Batch after batch along the ids: what was looked at is not looked at again."""
    done, after = 0, 0
    while found := await database.read(partial(find, after=after, most=AT_ONCE)):
        done += await database.write(partial(forget, which=found))
        after = found[-1]
    return done


JOB = Job("forget", 3600, _run, sends=False)
