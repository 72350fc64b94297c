"""Further employments: people are told of them or asked, and go on where they still work once they left elsewhere."""

from datetime import datetime
from functools import partial
from typing import Final

from actions.employ import go_on, tell
from scheduler.job import Job
from storage import employments
from storage.database import Connection, Database

AT_ONCE: Final = 150


async def _run(database: Database, now: datetime) -> int:
    """Part after part, until everybody was looked at."""

    def anything(tx: Connection) -> bool:
        return employments.any_untold(tx, now) or bool(employments.leaving(tx, now))

    if not await database.read(anything):
        return 0
    moved, past = await database.write(partial(go_on, now=now)), 0
    while last := await database.write(partial(tell, now=now, past=past, most=AT_ONCE)):
        past = last
    return moved


JOB = Job("employ", 60, _run)
