"""Certificates: how long one takes as a page and as a badge."""

import statistics

from tests.bench.rounds import percentile
from tests.bench.stage import Stage
from tests.bench.wanted import Value

ITEMS = 40
KINDS = ("pdf", "badge")


def measure(stage: Stage) -> dict[str, Value]:
    """Milliseconds: the median over all rounds, each certificate of another person, in four languages.

    The first one of a process, which loads the fonts, is in the details.
    """
    ours = stage.contender("our_certificates")
    ours.ready()
    first = {kind: ours.ask(kind, items=1)[0] for kind in KINDS}
    took = {
        kind: [each for _ in range(stage.rounds) for each in ours.ask(kind, items=ITEMS)] for kind in KINDS
    }
    stage.details["first_ms"] = {kind: 1000 * seconds for kind, seconds in first.items()}
    stage.details["p95_ms"] = {kind: 1000 * percentile(each, 95) for kind, each in took.items()}
    return {"certificate_ms": {kind: 1000 * statistics.median(each) for kind, each in took.items()}}
