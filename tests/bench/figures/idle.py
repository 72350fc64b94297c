"""Idle: the share of a core that the whole service takes while nobody does anything, with 10,000 learners."""

import os
from pathlib import Path
from time import monotonic, sleep

from tests.bench.clock import at_present
from tests.bench.stage import Stage, telegram
from tests.bench.wanted import Value

LEARNERS, SECONDS = 10_000, 20
SETTLING = 20  # the assignments of all who are new were looked up by then


def measure(stage: Stage) -> dict[str, Value]:
    """CPU time over wall time of `zinute serve` with Telegram by long polling."""
    sink, store = stage.sink(), stage.sqlite()
    filling = stage.contender("our_fanout", LEARNERS, settings=store | at_present())
    filling.ready()
    filling.close()
    service = stage.service("serve", settings=store | telegram(sink.url))
    sleep(SETTLING)
    before, began = cpu_of(service.pid), monotonic()
    sleep(SECONDS)
    share = (cpu_of(service.pid) - before) / (monotonic() - began)
    return {"idle_cpu": share}


def cpu_of(process: int) -> float:
    """The CPU seconds that a process has taken so far."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
