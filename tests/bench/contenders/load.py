"""The load: learners who press buttons, over fifty kept connections, and a watch on what is committed."""

import asyncio
import json
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import asynccontextmanager, contextmanager
from time import perf_counter
from typing import Any

from tests.bench.child import IN_FLIGHT, obey
from tests.bench.press import request, step_of

LOOK = 0.002  # seconds between two looks at the store
PATIENCE = 60.0


class Door:
    """Kept connections to a webhook."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._free: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()

    async def open(self) -> None:
        """Connect."""
        for _ in range(IN_FLIGHT):
            self._free.put_nowait(await asyncio.open_connection("127.0.0.1", self._port))

    async def post(self, data: bytes) -> None:
        """Post over the next free connection; anything but 200 is an error of the bench."""
        reader, writer = await self._free.get()
        writer.write(data)
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
        await reader.readexactly(int(length or 0))
        self._free.put_nowait((reader, writer))

    def close(self) -> None:
        """Hang up."""
        while not self._free.empty():
            self._free.get_nowait()[1].close()


class Answers:
    """What is committed in a store: reads only, and sees only what a commit has made visible."""

    def __init__(self, store: sqlite3.Connection) -> None:
        self._store = store
        self.last = self.newest()

    def newest(self) -> int:
        """The number of the newest answer."""
        return int(self._store.execute("SELECT coalesce(max(id), 0) FROM answer").fetchone()[0])

    def fresh(self) -> list[str]:
        """The steps that were answered since the last look."""
        rows = self._store.execute("SELECT id, step_key FROM answer WHERE id > ? ORDER BY id", (self.last,))
        found = rows.fetchall()
        self.last = found[-1][0] if found else self.last
        return [step for _, step in found]


@contextmanager
def watched(file: str) -> Iterator[Answers]:
    """The answers of this store."""
    store = sqlite3.connect(f"file:{file}?mode=ro", uri=True, isolation_level=None)
    try:
        yield Answers(store)
    finally:
        store.close()


@asynccontextmanager
async def opened(port: int) -> Any:
    """A door with its connections made."""
    door = Door(port)
    await door.open()
    try:
        yield door
    finally:
        door.close()


async def burst(message: str, port: int, file: str, *, first: int, count: int) -> Any:
    """Fifty at once, until every answer is committed."""
    model = json.loads(message)
    requests = iter([request(learner, model) for learner in range(first, first + count)])
    async with opened(port) as door:
        with watched(file) as answers:
            wanted, began = answers.last + count, perf_counter()

            async def press() -> None:
                for data in requests:
                    await door.post(data)

            await asyncio.gather(*(press() for _ in range(IN_FLIGHT)))
            while answers.newest() < wanted:
                assert perf_counter() - began < PATIENCE, f"{wanted - answers.newest()} answers are missing"
                await asyncio.sleep(LOOK)
            return {"items": count, "seconds": perf_counter() - began}


async def stream(message: str, port: int, file: str, *, first: int, count: int, rate: float) -> Any:
    """So many a second whatever comes back; how long each took, from its post until its answer was committed."""
    model, loop = json.loads(message), asyncio.get_running_loop()
    requests = [request(learner, model) for learner in range(first, first + count)]
    posted, took = dict[str, float](), list[float]()
    async with opened(port) as door, asyncio.TaskGroup() as group:
        with watched(file) as answers:
            watching = group.create_task(_watch(answers, posted, took, count, count / rate))
            began = loop.time()
            for number, data in enumerate(requests):
                await asyncio.sleep(began + number / rate - loop.time())
                posted[step_of(first + number)] = began + number / rate
                group.create_task(door.post(data))
            await watching
    return took


async def _watch(
    answers: Answers, posted: dict[str, float], took: list[float], count: int, lasts: float
) -> None:
    loop = asyncio.get_running_loop()
    patience = loop.time() + lasts + PATIENCE
    while len(took) < count:
        now = loop.time()
        assert now < patience, f"{count - len(took)} answers are missing"
        took += [now - posted[step] for step in answers.fresh()]
        await asyncio.sleep(LOOK)


async def main(message: str) -> None:
    """`message` is the request with which the questions were sent."""

    async def bursts(**fields: Any) -> Any:
        return await burst(message, **fields)

    async def streams(**fields: Any) -> Any:
        return await stream(message, **fields)

    await obey({"burst": bursts, "stream": streams})


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
