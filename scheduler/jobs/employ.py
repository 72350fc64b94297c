"""Further employments: people are told or asked, go on where they still work, and have no role where they left."""

from datetime import datetime
from functools import partial
from typing import Final

from actions.employ import end_roles, go_on, outstayed, tell
from scheduler.job import Job
from storage import employments
from storage.database import Connection, Database

AT_ONCE: Final = 150


async def _run(database: Database, now: datetime) -> int:
    """Part after part, until everybody was looked at."""

    def anything(tx: Connection) -> bool:
        return bool(employments.any_untold(tx, now) or employments.leaving(tx, now) or outstayed(tx, now))

    if not await database.read(anything):
        return 0
    moved, past = await database.write(partial(go_on, now=now)), 0
    await database.write(partial(end_roles, now=now))
    while last := await database.write(partial(tell, now=now, past=past, most=AT_ONCE)):
        past = last
    return moved


JOB = Job("employ", 60, _run)
