"""The inside of a measured process: it does what it is asked, one line of JSON after another."""

import asyncio
import gc
import json
import os
import sys
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from time import perf_counter, process_time
from typing import Any, TypeVar

IN_FLIGHT = 50
T = TypeVar("T")
Act = Callable[..., Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Stopwatch:
    """Wall time and the CPU time of this process, from its making on."""

    wall: float = field(default_factory=perf_counter)
    cpu: float = field(default_factory=process_time)

    def lap(self, items: int, **more: float) -> dict[str, float]:
        """What so many items took, as a child answers it."""
        return {
            "items": items,
            "seconds": perf_counter() - self.wall,
            "cpu": process_time() - self.cpu,
            **more,
        }


async def obey(acts: Mapping[str, Act]) -> None:
    """Do what each line of the input asks (`{"do": NAME, ...}`) and answer with a line, until the input ends.

    What anybody else prints goes to the error output.
    """
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as answers:
        os.dup2(2, 1)
        gc.collect()
        gc.freeze()  # as the service does when it is ready
        _answer(answers, "ready")
        while line := await asyncio.to_thread(sys.stdin.readline):
            asked = json.loads(line)
            _answer(answers, await acts[asked.pop("do")](**asked))


async def side_by_side(
    items: Iterable[T], act: Callable[[T], Awaitable[object]], most: int = IN_FLIGHT
) -> None:
    """Do it with each item, at most so many at a time."""
    waiting = iter(items)

    async def work() -> None:
        for item in waiting:
            await act(item)

    async with asyncio.TaskGroup() as group:
        for _ in range(most):
            group.create_task(work())


def _answer(answers: Any, answer: object) -> None:
    answers.write(json.dumps(answer) + "\n")
    answers.flush()
