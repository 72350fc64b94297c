"""The floor under an answer: sqlite3 in one writer thread, waiting answers committed together, four statements each.

The tables are the product's own, and so are the rows: copies of those that the product wrote for learner 0.
"""

import asyncio
import queue
import sqlite3
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from actions.converse import converse
from actions.keys import new_key
from domain.event import Incoming, Pressed
from tests.bench.child import Stopwatch, obey, side_by_side
from tests.bench.clock import now
from tests.bench.press import CHOICE, FIRST, step_of
from tests.bench.world import Model, settle
from zinute.assemble import opened
from zinute.config import Settings

TOGETHER: Final = 64
PRAGMAS: Final = ("synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000")
LEARNER: Final = """SELECT enrolment.id, enrolment.lesson, enrolment.card FROM address
  JOIN enrolment ON enrolment.person_id = address.person_id WHERE address.channel = 'telegram' AND address.key = ?"""
PROGRESS: Final = "UPDATE enrolment SET lesson = ?, card = ?, touched_at = ? WHERE id = ?"
Row = dict[str, Any]


class Job(NamedTuple):
    """An answer of a learner, and who waits for it."""

    learner: int
    done: asyncio.Future[None]


class Rows(NamedTuple):
    """What the product wrote for learner 0, and the ids of its rows."""

    model: Model
    answer: Row
    outbox: Row


class Writer(threading.Thread):
    """Takes what waits, runs it in one transaction, commits, and tells each caller."""

    def __init__(self, file: Path, rows: Rows) -> None:
        super().__init__(daemon=True)
        self.waiting: queue.SimpleQueue[Job] = queue.SimpleQueue()
        self._file, self._rows, self._loop = file, rows, asyncio.get_running_loop()
        self._answer, self._outbox = _insert("answer", rows.answer), _insert("outbox", rows.outbox)

    def run(self) -> None:
        """Write for ever."""
        store = sqlite3.connect(self._file, isolation_level=None)
        for pragma in PRAGMAS:
            store.execute(f"PRAGMA {pragma}")
        while True:
            jobs = [self.waiting.get()]
            while len(jobs) < TOGETHER and not self.waiting.empty():
                jobs.append(self.waiting.get())
            store.execute("BEGIN IMMEDIATE")
            for job in jobs:
                self._write(store, job.learner)
            store.execute("COMMIT")
            self._loop.call_soon_threadsafe(_tell, jobs)

    def _write(self, store: sqlite3.Connection, learner: int) -> None:
        step, rows = step_of(learner), self._rows
        enrolment, lesson, card = store.execute(LEARNER, (str(FIRST + learner),)).fetchone()
        store.execute(self._answer, rows.answer | {"step_key": step, "enrolment_id": enrolment})
        store.execute(PROGRESS, (lesson, card + 1, rows.outbox["created_at"], enrolment))
        address = rows.model.to.address + learner
        store.execute(self._outbox, rows.outbox | {"key": f"floor:{step}", "address_id": address})


def _insert(table: str, row: Mapping[str, Any]) -> str:
    values = ", ".join(f":{name}" for name in row)
    return f"INSERT INTO {table} ({', '.join(row)}) VALUES ({values})"


def _tell(jobs: list[Job]) -> None:
    for job in jobs:
        job.done.set_result(None)


async def _made(learners: int) -> Rows:
    """A store with learners, of whom the first has answered."""
    async with opened(Settings()) as database:
        model = await database.write(lambda tx: settle(tx, learners))
        pressed = Incoming(str(FIRST), Pressed(f"{model.step}:{CHOICE}"), "lt")
        await database.write(
            lambda tx: converse(
                tx, pressed, channel="telegram", occurrence="first", now=now(), new_key=new_key
            )
        )
    with sqlite3.connect(Settings().data / "zinute.db") as store:
        store.row_factory = sqlite3.Row
        answer, said = (
            dict(store.execute(f"SELECT * FROM {table} ORDER BY id").fetchone())
            for table in ("answer", "outbox")
        )
    del answer["id"], said["id"]
    return Rows(model, answer, said)


async def main(learners: str) -> None:
    """Answer in a store of so many learners, learner 0 has answered already."""
    rows, loop = await _made(int(learners)), asyncio.get_running_loop()
    writer = Writer(Settings().data / "zinute.db", rows)
    writer.start()

    async def answer(learner: int) -> None:
        job = Job(learner, loop.create_future())
        writer.waiting.put(job)
        await job.done

    async def answers(first: int, count: int) -> Any:
        watch = Stopwatch()
        await side_by_side(range(first, first + count), answer)
        return watch.lap(count)

    await obey({"answers": answers})


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
