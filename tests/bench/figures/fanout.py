"""Fan-out: from the audience to gated rows of the outbox, 10,000 people, SQLite."""

import statistics

from tests.bench.stage import Stage, telegram
from tests.bench.wanted import Value

PEOPLE = 10_000


def measure(stage: Stage) -> dict[str, Value]:
    """Seconds for the unit that announces, committed; the median of rounds a week apart, so that no cap is reached."""
    ours = stage.contender("our_fanout", PEOPLE, settings=stage.sqlite() | telegram("http://127.0.0.1:1"))
    took = [ours.ask("announce", week=week)["seconds"] for week in range(stage.rounds + 1)][1:]
    stage.details.update(least_s=min(took), most_s=max(took))
    return {"fanout_10k_s": statistics.median(took)}
