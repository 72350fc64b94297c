"""`./run bench`: every figure that is promised, measured in one run side by side, and whether it is reached."""

import argparse
import json
import os
import sys
from collections.abc import Mapping
from importlib import import_module
from time import monotonic
from typing import Any, Final

from tests.bench.clock import ZERO
from tests.bench.machine import CORES, Fallen
from tests.bench.stage import stage
from tests.bench.wanted import WANTED, Value, lines, met

# Each measurement is a file of tests/bench/figures; what it finds out.
MEASUREMENTS: Final[Mapping[str, tuple[str, ...]]] = {
    "sending": ("send_vs_aiohttp", "send_vs_ptb"),
    "answering": ("answer_vs_naive", "answer_vs_floor"),
    "latency": ("answer_p99_ms",),
    "fanout": ("fanout_10k_s",),
    "depth": ("depth_flat",),
    "schedules": ("tick_flat", "due_100k_s"),
    "pace": ("paced", "paced_most_in_a_second"),
    "idle": ("idle_cpu",),
    "memory": ("rss_mb",),
    "fairness": ("fairness",),
    "broadcast": ("broadcast",),
    "certificates": ("certificate_ms",),
    "search": ("search_ms",),
    "console": ("console_ms", "console_kb", "console_ready_s"),
    "learning": (
        "learning_vs_none_90",
        "learning_vs_best_fixed_90",
        "learning_vs_best_30",
        "learning_vs_best_90",
    ),
}
APART: Final = ("learning",)  # no matter of speed: measured when it is named


def main() -> int:
    """Measure what is asked for; 0 when all of it is reached."""
    asked = _arguments()
    names = [*asked.figures, *filter(None, asked.only.split(","))] or [
        name for name in MEASUREMENTS if name not in APART
    ]
    wanted = {key for name in names for key in MEASUREMENTS.get(name, (name,))}
    if wanted - set(WANTED):
        print(
            f"There is no figure {', '.join(sorted(wanted - set(WANTED)))}: {', '.join(WANTED)}.",
            file=sys.stderr,
        )
        return 2
    os.environ[ZERO] = str(monotonic())
    _say(
        f"{len(CORES)} cores: the program on {CORES[0]}, what it talks to on {CORES[-1]}; {asked.rounds} rounds"
    )
    values, details = dict[str, Value](), dict[str, Any]()
    for name, keys in MEASUREMENTS.items():
        if wanted.intersection(keys):
            found, details[name] = _measure(name, asked)
            values |= {key: value for key, value in found.items() if key in wanted}
    missed = [key for key in WANTED if key in wanted and not (key in values and met(key, values[key]))]
    if asked.json:
        measured = {key: values.get(key) for key in WANTED if key in wanted}
        print(json.dumps({**measured, "ok": not missed, "missed": missed, "details": details}))
    else:
        _table(values)
    return 1 if missed else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__)
    parser.add_argument(
        "figures", nargs="*", help="what to measure, as --only; all but learning if nothing is named"
    )
    parser.add_argument("--json", action="store_true", help="print one line of JSON")
    parser.add_argument("--only", default="", help="figures or measurements, with commas between")
    parser.add_argument("--rounds", type=int, default=5, help="how often the contenders take turns (5)")
    parser.add_argument(
        "--all",
        action="store_true",
        help="the whole minute of pace and all 10,000 of the broadcast: 6 minutes more",
    )
    return parser.parse_args()


def _measure(name: str, asked: argparse.Namespace) -> tuple[dict[str, Value], dict[str, Any]]:
    began = monotonic()
    _say(name)
    with stage(asked.rounds, whole=asked.all, say=lambda what: _say(f"  {what}")) as here:
        try:
            values: dict[str, Value] = import_module(f"tests.bench.figures.{name}").measure(here)
        except Fallen as fallen:
            _say(f"  NOT MEASURED: {fallen}")
            return {}, {"fallen": str(fallen)}
    for key, value in values.items():
        for part, measured, limit, good in lines(key, value):
            _say(f"  {part} {measured:.4g} ({limit}: {'reached' if good else 'MISSED'})")
    _say(f"  {monotonic() - began:.0f} s")
    return values, here.details


def _table(values: Mapping[str, Value]) -> None:
    print(f"{'figure':32}{'measured':>12}{'wanted':>12}  ok")
    for key, value in values.items():
        for part, measured, limit, good in lines(key, value):
            print(f"{part:32}{measured:12.4g}{limit!s:>12}  {'yes' if good else 'NO'}")


def _say(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
