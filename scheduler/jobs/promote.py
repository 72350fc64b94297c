"""Messages that wait: what is due goes into its lane, or waits on, as the gate says."""

from datetime import datetime
from functools import partial

from actions.promote import promote
from scheduler.job import Job
from storage import crash
from storage.database import Database

MOST = 500


async def _run(database: Database, now: datetime) -> int:
    done = 0
    while verdicts := await database.write(partial(promote, now=now, most=MOST)):
        crash.point("promoted")
        done += len(verdicts)
    return done


JOB = Job("promote", 1, _run, sends=False)  # what was held waits in a state of its own
