"""Which rounds make up a run."""

import argparse
import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from tests.faults.checker import Verdict
from tests.faults.play import Outcome
from tests.faults.points import SCENARIOS, SMALL, point_round
from tests.faults.processes import Broken
from tests.faults.report import Report, say
from tests.faults.rounds import cold_round, kill_round, stop_round
from tests.faults.store import Kind
from tests.faults.town import Size, Town, build
from tests.faults.world import World, world

FULL: Final = Size()
LANES: Final = 2


@dataclass(frozen=True, slots=True)
class Round:
    """A round to be played in a town of this size on this kind of store; `alone`, when it is about time."""

    name: str
    kind: Kind
    size: Size
    play: Callable[[Town], Awaitable[Outcome]]
    alone: bool = False


async def run(given: argparse.Namespace, report: Report) -> None:
    """Play all rounds of a run, in lanes side by side; each lane has bot accounts and towns of its own."""
    rounds = _rounds(given)
    together = [each for each in reversed(rounds) if not each.alone]
    async with world({each.kind for each in rounds}) as there:
        await asyncio.gather(*(_lane(there, together, report) for _ in range(LANES)))
        await _lane(there, [each for each in reversed(rounds) if each.alone], report)


async def _lane(there: World, waiting: list[Round], report: Report) -> None:
    towns: dict[tuple[Kind, Size], Town] = {}
    while waiting:
        chosen = waiting.pop()
        place = chosen.kind, chosen.size
        if place not in towns:
            towns[place] = await build(there, *place)
        outcome = await _played(chosen, towns[place])
        report.add(outcome)
        if outcome.broken:
            del towns[place]  # what is left over of it must not spoil the next round
            there.kept.append(there.root)
            say(f"  see {there.root}")


async def _played(chosen: Round, town: Town) -> Outcome:
    try:
        return await chosen.play(town)
    except (Broken, TimeoutError) as error:
        return Outcome(chosen.name, "-", Verdict(), problems=(f"{type(error).__name__}: {error}",))


def _rounds(given: argparse.Namespace) -> list[Round]:
    if given.only:
        return _only(given)
    return [*_kills(given.store, given.seed, given.rounds), _cold(given.store, given.seed)]


def _only(given: argparse.Namespace) -> list[Round]:
    name, _, which = given.only.partition(":")
    if name in ("points", "point"):
        return _points(given.store, [which] if which else list(SCENARIOS))
    if name == "cold":
        return [_cold(given.store, given.seed)]
    if name == "stops":
        return _stops(given.store, given.seed, given.rounds)
    raise SystemExit(f"There is no scenario '{given.only}'.")


def _kills(kind: Kind, seed: int, rounds: int) -> list[Round]:
    return [
        Round(f"kill ({kind})", kind, FULL, partial(kill_round, seed=seed + number))
        for number in range(rounds)
    ]


def _cold(kind: Kind, seed: int) -> Round:
    return Round(f"cold ({kind})", kind, FULL, partial(cold_round, seed=seed), alone=True)


def _stops(kind: Kind, seed: int, rounds: int) -> list[Round]:
    return [
        Round(f"stop ({kind})", kind, FULL, partial(stop_round, seed=seed + number))
        for number in range(rounds)
    ]


def _points(kind: Kind, names: Sequence[str]) -> list[Round]:
    return [Round(f"point {name}", kind, SMALL, partial(point_round, name=name)) for name in names]
