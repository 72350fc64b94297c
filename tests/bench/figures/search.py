"""Search: what a query takes among 10,000 cards, each in four languages, on either store."""

import statistics

from tests.bench.rounds import percentile
from tests.bench.stage import Stage
from tests.bench.wanted import Value

CARDS, QUERIES, WARMING = 10_000, 300, 1_000


def measure(stage: Stage) -> dict[str, Value]:
    """Milliseconds that 95 of 100 queries do not exceed, from the words to the results with their lessons.

    The queries before them let the process read the programmes, as one does that has run for a while.
    """
    figures = dict[str, float]()
    for name, make in stage.stores().items():
        stage.say(f"filling {name}")
        ours = stage.contender("our_search", CARDS, settings=make())
        ours.ask("look", queries=WARMING)
        told = ours.ask("look", queries=QUERIES)
        ours.close()
        figures[name] = percentile(told["took"], 95)
        stage.details[name] = {
            "median": statistics.median(told["took"]),
            "most": max(told["took"]),
            "found": told["found"] / QUERIES,
        }
    return {"search_ms": figures}
