"""What is counted while the service runs: plain numbers of this process, which `zinute.metrics` shows to Prometheus."""

from bisect import bisect_left
from collections.abc import Sequence
from typing import Final


class Count:
    """How often something happened, by its labels."""

    def __init__(self) -> None:
        self.values: dict[tuple[str, ...], int] = {}

    def add(self, *labels: str, by: int = 1) -> None:
        """It happened once more, or `by` times more."""
        self.values[labels] = self.values.get(labels, 0) + by


class Level:
    """How something stands just now, by its labels."""

    def __init__(self) -> None:
        self.values: dict[tuple[str, ...], float] = {}

    def set(self, value: float, *labels: str) -> None:
        """It stands so."""
        self.values[labels] = value


class Spread:
    """How long something took: how many stayed within each bound (seconds), and one more for the rest."""

    def __init__(self, *bounds: float) -> None:
        self.bounds: Sequence[float] = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.total = 0.0

    def see(self, seconds: float) -> None:
        """It took so long."""
        self.counts[bisect_left(self.bounds, seconds)] += 1
        self.total += seconds


GATE: Final = Count()
"""Decisions of the gate, also those of a transaction that was tried again: send, wait or drop; reason code."""
