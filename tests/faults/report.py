"""What a run comes to: one line for each round while it goes, one JSON object at the end."""

import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.faults.play import Outcome


def say(line: str) -> None:
    """Tell people something, beside the result."""
    print(line, file=sys.stderr, flush=True)


@dataclass(slots=True)
class Report:
    """All rounds of a run, of which there will be as many as `wanted`."""

    seed: int
    wanted: int = 0
    outcomes: list[Outcome] = field(default_factory=list)

    def add(self, outcome: Outcome) -> None:
        """One more round is over."""
        self.outcomes.append(outcome)
        verdict, slowest = outcome.verdict, max(outcome.ready, default=0.0)
        say(
            f"{len(self.outcomes)}/{self.wanted} {outcome.name}, seed {outcome.seed}: {outcome.ends} ends,"
            f" {verdict.handled} updates, {verdict.sent} sent, {verdict.duplicates} doubled,"
            f" {verdict.ambiguous} in doubt, ready in {slowest:.1f} s, stopped in {outcome.slowest_stop:.1f} s,"
            f" {outcome.seconds:.1f} s in all{': BROKEN' if outcome.broken else ''}"
        )
        for broken in outcome.broken[:20]:
            say(f"  {broken}")

    @property
    def broken(self) -> list[str]:
        """The rounds in which a promise was not kept."""
        return [f"{outcome.name}, seed {outcome.seed}" for outcome in self.outcomes if outcome.broken]

    def figures(self) -> dict[str, Any]:
        """The result."""
        verdicts = [outcome.verdict for outcome in self.outcomes]

        def counted(name: str) -> int:
            return sum(len(getattr(verdict, name)) for verdict in verdicts)

        return {
            "rounds": len(self.outcomes),
            "seed": self.seed,
            "lost": counted("lost"),
            "answers_twice": counted("answers_twice"),
            "third_copies": counted("third_copies"),
            "announcements_twice": counted("announcements_twice"),
            "duplicates": sum(verdict.duplicates for verdict in verdicts),
            "max_duplicates_per_kill": max((each.max_duplicates_per_kill for each in verdicts), default=0),
            "slowest_ready_s": round(max(_ready(self.outcomes), default=0.0), 2),
            "effects_twice": counted("effects_twice"),
            "unexplained": counted("unexplained"),
            "slowest_stop_s": round(max((each.slowest_stop for each in self.outcomes), default=0.0), 2),
            "problems": sum(len(outcome.problems) for outcome in self.outcomes),
            "ends": sum(outcome.ends for outcome in self.outcomes),
            "points": sum(outcome.name.startswith("point") for outcome in self.outcomes),
            "updates": sum(verdict.handled for verdict in verdicts),
            "sent": sum(verdict.sent for verdict in verdicts),
            "in_doubt": sum(verdict.ambiguous for verdict in verdicts),
            "unknown": sum(verdict.unknown for verdict in verdicts),
            "seconds": round(sum(outcome.seconds for outcome in self.outcomes), 1),
            "broken": self.broken,
        }


def _ready(outcomes: Iterable[Outcome]) -> Iterable[float]:
    return (seconds for outcome in outcomes for seconds in outcome.ready)
