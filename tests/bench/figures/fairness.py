"""Fairness: how long two hundred organisations wait while one has 100,000 messages queued, over their time alone."""

import statistics

from tests.bench.rounds import percentile
from tests.bench.stage import Stage, telegram
from tests.bench.wanted import Value

QUEUED = 100_000


def measure(stage: Stage) -> dict[str, Value]:
    """The median over the rounds of the ratio of the 95th percentiles; no limiter, 50 in flight."""
    sink = stage.sink()
    settings = telegram(sink.url, rate=0)
    alone = stage.contender("our_shares", 0, settings=stage.sqlite() | settings)
    beside = stage.contender("our_shares", QUEUED, settings=stage.sqlite() | settings)
    pairs = [
        (percentile(alone.ask("others send"), 95), percentile(beside.ask("others send"), 95))
        for _ in range(stage.rounds + 1)
    ][1:]
    stage.details["p95_s"] = [{"alone": solo, "beside": shared} for solo, shared in pairs]
    return {"fairness": statistics.median(shared / solo for solo, shared in pairs)}
