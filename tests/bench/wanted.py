"""What is wanted of each figure, by the key that it has in the JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

Value = float | Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Least:
    """At least so much."""

    bound: float

    def met(self, value: float) -> bool:
        """Whether it is enough."""
        return value >= self.bound

    def __str__(self) -> str:
        return f">= {self.bound:g}"


@dataclass(frozen=True, slots=True)
class Most:
    """At most so much."""

    bound: float

    def met(self, value: float) -> bool:
        """Whether it is little enough."""
        return value <= self.bound

    def __str__(self) -> str:
        return f"<= {self.bound:g}"


Limit = Least | Most
WANTED: Final[Mapping[str, Limit | Mapping[str, Limit]]] = {
    "send_vs_aiohttp": Least(0.55),
    "send_vs_ptb": Least(8),
    "answer_vs_naive": Least(12),
    "answer_vs_floor": Least(0.10),
    "answer_p99_ms": Most(100),
    "fanout_10k_s": Most(0.5),
    "depth_flat": Most(1.3),
    "tick_flat": Most(1.3),
    "due_100k_s": {"sqlite": Most(5), "postgres": Most(10)},
    "paced": Least(0.97),
    "paced_most_in_a_second": Most(30),
    "idle_cpu": Most(0.02),
    "rss_mb": {"without_telegram": Most(120), "with_telegram": Most(300)},
    "broadcast": {
        "over_the_limit": Most(1.05),
        "reply_p95_s": Most(1.0),
        "reply_p99_s": Most(2.0),
        "most_in_a_second": Most(30),
        "early": Most(0),
        "share_429": Most(0.001),
    },
    "fairness": Most(2),
    "certificate_ms": {"pdf": Most(60), "badge": Most(60)},
    "search_ms": {"sqlite": Most(20), "postgres": Most(20)},
    "console_ms": Most(150),
    "console_kb": Most(150),
    "console_ready_s": Most(60),
    "learning_vs_none_90": Least(1.5),
    "learning_vs_best_fixed_90": Least(1.1),
    "learning_vs_best_30": Least(1),
    "learning_vs_best_90": Least(1),
}


def met(key: str, value: Value) -> bool:
    """Whether a figure is what is wanted, in all its parts."""
    limit = WANTED[key]
    if isinstance(value, Mapping):
        assert isinstance(limit, Mapping)
        return all(limit[part].met(each) for part, each in value.items())
    assert not isinstance(limit, Mapping)
    return limit.met(value)


def lines(key: str, value: Value) -> list[tuple[str, float, Limit, bool]]:
    """A line of the table for each part: its name, what was measured, what is wanted, whether it is met."""
    limit = WANTED[key]
    if isinstance(value, Mapping):
        assert isinstance(limit, Mapping)
        return [(f"{key} {part}", each, limit[part], limit[part].met(each)) for part, each in value.items()]
    assert not isinstance(limit, Mapping)
    return [(key, value, limit, limit.met(value))]
