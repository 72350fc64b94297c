"""Answering: button presses at the webhook until they are committed with their outbox rows, against naive and floor.

SQLite with full synchronisation, 50 at once. Both handlers answer the press at the same fake server.
"""

from typing import Any

from tests.bench.machine import Child
from tests.bench.message import message
from tests.bench.rounds import Lap, in_short, interleaved, per_second, ratio
from tests.bench.stage import Stage, file_of, telegram, webhook
from tests.bench.wanted import Value

COUNT, COUNT_NAIVE, COUNT_FLOOR = 2_500, 200, 10_000


def measure(stage: Stage) -> dict[str, Value]:
    """Answers a second."""
    sink, learners = stage.sink(), COUNT * (stage.rounds + 1)
    settings, store = telegram(sink.url, rate=0), stage.sqlite()
    simple = stage.place() / "naive.db"
    ours = stage.contender("our_answers", learners, settings=store | settings | webhook())
    naive = stage.contender("naive_answers", simple, learners, sink.url)
    most = COUNT_FLOOR * (stage.rounds + 1) + 1
    floor = stage.contender("floor_answers", most, settings=stage.sqlite() | settings)
    load = stage.load(message(stage))
    laps = interleaved(
        stage.rounds,
        {
            "floor": lambda number: floor.ask("answers", first=1 + number * COUNT_FLOOR, count=COUNT_FLOOR),
            "ours": lambda number: _pressed(load, ours, file_of(store), number, COUNT),
            "naive": lambda number: _pressed(load, naive, str(simple), number, COUNT_NAIVE),
        },
    )
    stage.details.update(in_short(laps))
    return {
        "answer_vs_naive": ratio(laps["ours"], laps["naive"], per_second),
        "answer_vs_floor": ratio(laps["ours"], laps["floor"], per_second),
    }


def _pressed(load: Child, server: Child, file: str, number: int, count: int) -> Lap:
    port, before = server.ask("port"), server.ask("cpu")
    lap: dict[str, Any] = load.ask("burst", port=port, file=file, first=number * count, count=count)
    return lap | {"cpu": server.ask("cpu") - before}
