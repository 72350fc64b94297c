"""Depth: what it costs to claim and settle a message when a million are queued, over what it costs with a thousand."""

from collections.abc import Callable

from tests.bench.rounds import in_short, interleaved, ratio, seconds_each
from tests.bench.stage import Stage
from tests.bench.wanted import Value

SHALLOW, DEEP, COUNT, TIMES = 1_000, 1_000_000, 500, 4


def measure(stage: Stage) -> dict[str, Value]:
    """Both stores in batches of 50, each transaction committed; the worse of the two."""
    return {"depth_flat": max(_flat(stage, name, make) for name, make in stage.stores().items())}


def _flat(stage: Stage, name: str, make: Callable[[], dict[str, str]]) -> float:
    stage.say(f"filling {name}")
    shallow = stage.contender("our_queue", SHALLOW, settings=make())
    deep = stage.contender("our_queue", DEEP, settings=make())
    laps = interleaved(
        stage.rounds,
        {
            "shallow": lambda _: shallow.ask("turns", count=COUNT, times=TIMES),
            "deep": lambda _: deep.ask("turns", count=COUNT, times=TIMES),
        },
    )
    shallow.close()
    deep.close()
    flat = ratio(laps["deep"], laps["shallow"], seconds_each)
    stage.details[name] = {"ratio": flat, **in_short(laps)}
    return flat
