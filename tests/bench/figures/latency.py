"""Latency: 200 button presses a second, open loop, while a broadcast is on its way at the product's own limit."""

import statistics

from tests.bench.message import message
from tests.bench.rounds import percentile
from tests.bench.stage import Stage, file_of, telegram, webhook
from tests.bench.wanted import Value

RATE, SECONDS, WARM, RECIPIENTS = 200, 15, 2, 10_000


def measure(stage: Stage) -> dict[str, Value]:
    """The 99th percentile from the moment at which a press was to be posted until its commit could be seen."""
    sink = stage.sink()
    settings = stage.sqlite() | telegram(sink.url) | webhook()
    ours = stage.contender("our_answers", RECIPIENTS, "and sends", settings=settings)
    load, port, file = stage.load(message(stage)), ours.ask("port"), file_of(settings)
    ours.ask("announce", recipients=RECIPIENTS)
    load.ask("stream", port=port, file=file, first=0, count=RATE * WARM, rate=RATE)
    took = load.ask("stream", port=port, file=file, first=RATE * WARM, count=RATE * SECONDS, rate=RATE)
    stage.details.update(
        p50_ms=statistics.median(took) * 1000, p95_ms=percentile(took, 95) * 1000, most_ms=max(took) * 1000
    )
    return {"answer_p99_ms": percentile(took, 99) * 1000}
