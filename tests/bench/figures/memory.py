"""Memory: what the demonstration keeps resident once it runs, without Telegram and with it."""

import re
from pathlib import Path
from time import sleep

from tests.bench.stage import Stage, telegram
from tests.bench.wanted import Value

SETTLING = 5


def measure(stage: Stage) -> dict[str, Value]:
    """Megabytes (2^20 bytes) of VmRSS."""
    sink = stage.sink()
    without = stage.service("demo", settings=stage.sqlite())
    with_telegram = stage.service("demo", settings=stage.sqlite() | telegram(sink.url))
    sleep(SETTLING)
    return {
        "rss_mb": {"without_telegram": _resident(without.pid), "with_telegram": _resident(with_telegram.pid)}
    }


def _resident(process: int) -> float:
    found = re.search(r"^VmRSS:\s+(\d+) kB$", Path(f"/proc/{process}/status").read_text(), re.MULTILINE)
    assert found is not None, "the process has ended"
    return int(found[1]) / 1024
