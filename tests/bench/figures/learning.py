"""Learning: what simulated learners recall for each minute of study, with Zinute's reviews and with other schedules."""

from collections.abc import Mapping

from tests.bench.learning.schedules import NONE, OURS, SCHEDULES
from tests.bench.learning.walk import MARKS, Sum, ceiling, walk
from tests.bench.learning.world import Premises
from tests.bench.stage import Stage
from tests.bench.wanted import Value


def measure(stage: Stage) -> dict[str, Value]:
    """Recall per minute is the questions that would be answered right over all minutes of lessons and reviews.

    The ratios are Zinute's over none's, over the best schedule's that has reviews, and over the best of all others.
    The details and the table also have what such a ratio hides: the share recalled, and the minutes of review alone.
    """
    premises = Premises()
    sums = walk(premises, SCHEDULES)
    for mark in MARKS:
        at = {name: marks[mark] for name, marks in sums.items()}
        stage.details[f"day_{mark}"] = {name: _row(each, at[NONE], premises) for name, each in at.items()}
        stage.say(
            f"day {mark}: share recalled, minutes of review, recalled per minute of study, over none's,"
        )
        stage.say("        more than with none per minute of review")
        for name, row in stage.details[f"day_{mark}"].items():
            stage.say(f"  {name:20}" + "".join(f"{each:9.3f}" for each in row.values()))
    stage.details["ceiling_vs_none_90"] = ceiling(premises, 90)
    stage.say(f"as if one review were for ever, over none's: {stage.details['ceiling_vs_none_90']:.3f}")
    return {
        "learning_vs_none_90": _over(sums, 90, {NONE}),
        "learning_vs_best_fixed_90": _over(sums, 90, sums.keys() - {NONE, OURS}),
        "learning_vs_best_30": _over(sums, 30, sums.keys() - {OURS}),
        "learning_vs_best_90": _over(sums, 90, sums.keys() - {OURS}),
    }


def _over(sums: Mapping[str, Mapping[int, Sum]], mark: int, others: set[str]) -> float:
    return sums[OURS][mark].per_minute / max(sums[name][mark].per_minute for name in others)


def _row(total: Sum, without: Sum, premises: Premises) -> dict[str, float]:
    return {
        "share": total.share,
        "review_minutes": total.review_minutes / premises.learners,
        "per_minute": total.per_minute,
        "per_minute_vs_none": total.per_minute / without.per_minute,
        "gain_per_review_minute": total.gain(without),
    }
