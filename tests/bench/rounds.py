"""Rounds: the contenders take turns, and what counts is the median of the ratios of each round."""

import statistics
from collections.abc import Callable, Mapping, Sequence

Lap = Mapping[str, float]
Turn = Callable[[int], Lap]


def interleaved(rounds: int, turns: Mapping[str, Turn]) -> dict[str, list[Lap]]:
    """What each took in each round; a round before them warms up and does not count. Turns get the round's number."""
    laps: dict[str, list[Lap]] = {name: [] for name in turns}
    for number in range(rounds + 1):
        for name, turn in turns.items():
            lap = turn(number)
            if number:
                laps[name].append(lap)
    return laps


def ratio(ours: Sequence[Lap], theirs: Sequence[Lap], speed: Callable[[Lap], float]) -> float:
    """The median of ours over theirs, round by round."""
    pairs = zip(ours, theirs, strict=True)
    return statistics.median(speed(mine) / speed(other) for mine, other in pairs)


def per_second(lap: Lap) -> float:
    """Items a second."""
    return lap["items"] / lap["seconds"]


def seconds_each(lap: Lap) -> float:
    """Seconds for an item."""
    return lap["seconds"] / lap["items"]


def in_short(laps: Mapping[str, Sequence[Lap]]) -> dict[str, dict[str, float]]:
    """Of each the median speed, and the least CPU for an item where it is known."""
    return {name: _short(each) for name, each in laps.items()}


def _short(laps: Sequence[Lap]) -> dict[str, float]:
    short = {"per_second": round(statistics.median(per_second(lap) for lap in laps), 1)}
    if all("cpu" in lap for lap in laps):
        short["cpu_us"] = round(min(lap["cpu"] / lap["items"] for lap in laps) * 1e6, 1)
    return short


def percentile(values: Sequence[float], percent: float) -> float:
    """The value that so many percent of them do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]
