"""Schedules: a scan that finds 100 due among a million over the same among ten thousand, and 100,000 due at once."""

from tests.bench.machine import Child
from tests.bench.rounds import in_short, interleaved, ratio, seconds_each
from tests.bench.stage import Stage
from tests.bench.wanted import Value

FEW, MANY, DUE, BACKLOG = 10_000, 1_000_000, 100, 100_000


def measure(stage: Stage) -> dict[str, Value]:
    """The worse of both stores for the scan (it takes what it finds); seconds until nothing is due, for the backlog."""
    worst, took = 0.0, dict[str, float]()
    for name, make in stage.stores().items():
        stage.say(f"filling {name}")
        few = stage.contender("our_schedules", FEW, FEW, settings=make())
        many = stage.contender("our_schedules", BACKLOG + DUE * (stage.rounds + 1), MANY, settings=make())
        flat = _flat(stage, name, few, many)
        few.close()
        stage.say(f"{BACKLOG} due at once in {name}")
        took[name] = many.ask("look", first=DUE * (stage.rounds + 1), count=BACKLOG)["seconds"]
        many.close()
        worst = max(worst, flat)
    return {"tick_flat": worst, "due_100k_s": took}


def _flat(stage: Stage, name: str, few: Child, many: Child) -> float:
    laps = interleaved(
        stage.rounds,
        {
            "few": lambda number: few.ask("look", first=number * DUE, count=DUE),
            "many": lambda number: many.ask("look", first=number * DUE, count=DUE),
        },
    )
    flat = ratio(laps["many"], laps["few"], seconds_each)
    stage.details[name] = {"ratio": flat, **in_short(laps)}
    return flat
