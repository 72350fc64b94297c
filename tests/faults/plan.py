"""Which rounds make up a run."""

import argparse
import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from traceback import extract_tb
from typing import Final

from tests.faults import late
from tests.faults.broadcast import LARGE, LITTLE, broadcast_round
from tests.faults.checker import Verdict
from tests.faults.late import late_round
from tests.faults.play import Outcome
from tests.faults.points import SCENARIOS, SMALL, point_round
from tests.faults.report import Report, say
from tests.faults.rounds import cold_round, kill_round, stop_round
from tests.faults.store import Kind
from tests.faults.thrice import thrice_round
from tests.faults.together import freeze_round, many_round
from tests.faults.town import Size, Town, build
from tests.faults.world import World, world

FULL: Final = Size()
LANES: Final = 2
FEW: Final = Size(learners=400, quiet=100, crowd=0)
MANY: Final = Size(learners=9_500, quiet=500, crowd=0)
KINDS: Final[tuple[Kind, Kind]] = ("sqlite", "postgres")
SEEDS: Final = Path(__file__).parent / "seeds.txt"


@dataclass(frozen=True, slots=True)
class Round:
    """A round to be played in a town of this size on this kind of store; `alone`, when it is about time."""

    name: str
    kind: Kind
    size: Size
    play: Callable[[Town], Awaitable[Outcome]]
    seed: int | None = None
    alone: bool = False


async def run(given: argparse.Namespace, report: Report) -> None:
    """Play all rounds of a run: in lanes side by side, and then those that are about time."""
    rounds = list(reversed(rounds_of(given)))
    report.wanted = len(rounds)
    async with world({each.kind for each in rounds}) as there:
        towns = Towns(there)
        together = [each for each in rounds if not each.alone]
        await asyncio.gather(*(_lane(towns, together, report) for _ in range(LANES)))
        await _lane(towns, [each for each in rounds if each.alone], report)


class Towns:
    """Towns in which nothing is played just now."""

    def __init__(self, there: World) -> None:
        self.world = there
        self._idle: dict[tuple[Kind, Size], list[Town]] = defaultdict(list)

    async def take(self, kind: Kind, size: Size) -> Town:
        """A town, until it is given back; two rounds in one would see each other's messages."""
        idle = self._idle[kind, size]
        return idle.pop() if idle else await build(self.world, kind, size)

    def give_back(self, town: Town, size: Size) -> None:
        """The round is over, and left nothing behind."""
        self._idle[town.kind, size].append(town)


async def _lane(towns: Towns, waiting: list[Round], report: Report) -> None:
    while waiting:
        chosen = waiting.pop()
        outcome = await _played(chosen, towns)
        report.add(outcome)
        if outcome.broken:
            towns.world.kept.append(towns.world.root)
            say(f"  see {towns.world.root}")


async def _played(chosen: Round, towns: Towns) -> Outcome:
    """The round's outcome; one that cannot be played to its end is a broken one."""
    try:
        town = await towns.take(chosen.kind, chosen.size)
        outcome = await chosen.play(town)
    except Exception as error:  # noqa: BLE001 (whatever it is, the other rounds go on)
        seed = "-" if chosen.seed is None else str(chosen.seed)
        where = [f"{frame.filename}:{frame.lineno}" for frame in extract_tb(error.__traceback__)[-3:]]
        return Outcome(chosen.name, seed, Verdict(), problems=(f"{type(error).__name__}: {error} {where}",))
    if not outcome.broken:  # what is left over of a broken one must not spoil the next
        towns.give_back(town, chosen.size)
    return outcome


def rounds_of(given: argparse.Namespace) -> list[Round]:
    """The rounds that are asked for, in order; SystemExit when there is no such scenario."""
    if given.only:
        return _only(given)
    if given.lite:
        return _lite(given.seed)
    if given.all:
        return _all(given.seed, given.rounds)
    return [*_kills(given.store, given.seed, given.rounds), _cold(given.store, given.seed)]


def _lite(seed: int) -> list[Round]:
    """A little of everything: points and scenarios take turns on the stores, and change places with the seed."""
    kinds = KINDS if seed % 2 else KINDS[::-1]
    points = [_point(kinds[number % 2], name) for number, name in enumerate(SCENARIOS)]
    return [
        *_kills("sqlite", seed, 2),
        *_kills("postgres", seed, 2),
        *points,
        _thrice(kinds[1], seed),
        _many(kinds[0], seed, FEW),
        _late(kinds[1], "3 hours"),
        _broadcast(kinds[0], seed, LITTLE, mandatory=False),
        *_stops(kinds[1], seed, 3),
        _cold(kinds[0], seed),
    ]


def _all(seed: int, rounds: int) -> list[Round]:
    """Everything on both stores, and each seed that ever found something."""
    found: list[Round] = []
    for kind in KINDS:
        known = [
            number for line in SEEDS.read_text().splitlines() if (number := line.partition("#")[0].strip())
        ]
        for number in known:
            found += [*_kills(kind, int(number), 1), *_stops(kind, int(number), 1)]
        found += [*_kills(kind, seed, rounds), *_stops(kind, seed, 100)]
        found += [_point(kind, name) for name in SCENARIOS]
        found += [*_scenarios(kind, seed, LARGE, MANY), _cold(kind, seed)]
    return found


def _only(given: argparse.Namespace) -> list[Round]:
    name, _, which = given.only.partition(":")
    kind, seed, rounds = given.store, given.seed, given.rounds
    known: dict[str, Callable[[], list[Round]]] = {
        "points": lambda: [_point(kind, each) for each in SCENARIOS],
        "point": lambda: [_point(kind, which)],
        "kills": lambda: _kills(kind, seed, rounds),
        "stops": lambda: _stops(kind, seed, rounds),
        "cold": lambda: [_cold(kind, seed)],
        "thrice": lambda: [_thrice(kind, seed)],
        "freeze": lambda: [_freeze(kind, seed + number) for number in range(rounds)],
        "others": lambda: _scenarios(kind, seed, LITTLE, FEW),
    }
    if name not in known or (which and which not in SCENARIOS):
        raise SystemExit(f"There is no '{given.only}': use {', '.join(known)} (point:NAME).")
    return known[name]()


def _kills(kind: Kind, seed: int, rounds: int) -> list[Round]:
    return [
        Round(f"kill ({kind})", kind, FULL, partial(kill_round, seed=each), each)
        for each in range(seed, seed + rounds)
    ]


def _stops(kind: Kind, seed: int, rounds: int) -> list[Round]:
    return [
        Round(f"stop ({kind})", kind, FULL, partial(stop_round, seed=each), each)
        for each in range(seed, seed + rounds)
    ]


def _cold(kind: Kind, seed: int) -> Round:
    return Round(f"cold ({kind})", kind, FULL, partial(cold_round, seed=seed), seed, alone=True)


def _point(kind: Kind, name: str) -> Round:
    return Round(f"point {name} ({kind})", kind, SMALL, partial(point_round, name=name))


def _freeze(kind: Kind, seed: int) -> Round:
    return Round(f"freeze ({kind})", kind, FULL, partial(freeze_round, seed=seed), seed)


def _thrice(kind: Kind, seed: int) -> Round:
    return Round(f"thrice ({kind})", kind, SMALL, partial(thrice_round, seed=seed), seed)


def _many(kind: Kind, seed: int, size: Size) -> Round:
    return Round(f"many ({kind})", kind, size, partial(many_round, seed=seed, fresh=size == FEW), seed)


def _late(kind: Kind, down: str) -> Round:
    return Round(f"late {down} ({kind})", kind, late.SIZE, partial(late_round, down=down))


def _broadcast(kind: Kind, seed: int, size: Size, *, mandatory: bool) -> Round:
    play = partial(broadcast_round, seed=seed, mandatory=mandatory)
    return Round(f"broadcast ({kind})", kind, size, play, seed)


def _scenarios(kind: Kind, seed: int, crowd: Size, many: Size) -> list[Round]:
    """Several services, a frozen one, downtime, and broadcasts that die four times."""
    return [
        *(_many(kind, seed, size) for size in {FEW, many}),
        _thrice(kind, seed),
        _freeze(kind, seed),
        *(_late(kind, down) for down in late.DOWN),
        *(_broadcast(kind, seed, crowd, mandatory=mandatory) for mandatory in (False, True)),
    ]
