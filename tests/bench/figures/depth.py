"""Depth: what it costs to claim and settle a message when a million are queued, over what it costs with a thousand."""

from tests.bench.rounds import in_short, interleaved, ratio, seconds_each
from tests.bench.stage import Stage
from tests.bench.wanted import Value

SHALLOW, DEEP, COUNT, TIMES = 1_000, 1_000_000, 500, 4


def measure(stage: Stage) -> dict[str, Value]:
    """Both stores in batches of 50, each transaction committed; the worse of the two."""
    worst = 0.0
    for name, make in stage.stores().items():
        stage.say(f"filling {name}")
        shallow = stage.contender("our_queue", SHALLOW, **make())
        deep = stage.contender("our_queue", DEEP, **make())
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
        worst = max(worst, flat)
    return {"depth_flat": worst}
