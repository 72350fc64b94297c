"""`./run faults`: the service is killed, stopped, frozen and doubled in the middle of its work, and judged then."""

import argparse
import asyncio
import json
import sys
from random import SystemRandom

from tests.faults.plan import run
from tests.faults.report import Report, say


def main() -> int:
    """Run what is asked for; 1 when a promise was not kept."""
    given = _arguments()
    report = Report(given.seed)
    say(f"seed {given.seed}")
    asyncio.run(run(given, report))
    if given.json:
        print(json.dumps(report.figures()))
    else:
        for name, value in report.figures().items():
            say(f"{name}: {value}")
    for broken in report.broken:
        say(f"BROKEN: {broken}; again with --rounds 1, its --seed and --store, and --only kills, stops ...")
    return 1 if report.broken else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run faults", description=__doc__)
    parser.add_argument("--rounds", type=int, default=10, help="rounds of kill -9, or of --only (10)")
    parser.add_argument("--store", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument(
        "--seed", type=int, default=SystemRandom().randrange(1_000_000), help="of the first round"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object at the end")
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--lite", action="store_true", help="a little of everything, on both stores: part of ./run check"
    )
    which.add_argument("--all", action="store_true", help="everything, on both stores: takes an hour")
    which.add_argument("--only", help="one scenario by its name, such as kills, stops or point:claimed")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
