"""The bench's own calendar: whenever it runs, it is a working Monday morning, so that the gate lets messages go."""

import os
from datetime import UTC, datetime, timedelta
from functools import cache
from time import monotonic
from typing import Final

ZERO: Final = "ZINUTE_BENCH_ZERO"  # the monotonic second at which it was nine o'clock (UTC)
MONDAY: Final = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def now() -> datetime:
    """The same in every process of one bench."""
    return MONDAY + timedelta(seconds=monotonic() - _zero())


def at_present() -> dict[str, str]:
    """The setting of a process whose now() is the real one: for what a service finds, which has the machine's."""
    return {"bench_zero": str(monotonic() - (datetime.now(UTC) - MONDAY).total_seconds())}


@cache
def _zero() -> float:
    """Looked up once: the system's own clock, whose place this takes, costs next to nothing."""
    return float(os.environ[ZERO])
