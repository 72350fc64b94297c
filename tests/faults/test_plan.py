"""Which rounds a run is made of: as many as were asked for, each with a seed by which it is played again."""

from argparse import Namespace

import pytest

from tests.faults.plan import KINDS, Round, rounds_of


def asked(
    only: str = "", store: str = "sqlite", rounds: int = 10, *, everything: bool = False
) -> list[Round]:
    return rounds_of(Namespace(only=only, store=store, rounds=rounds, seed=7, lite=False, all=everything))


@pytest.mark.parametrize("store", KINDS)
@pytest.mark.parametrize(("only", "name"), [("stops", "stop"), ("kills", "kill")])
def test_so_many_rounds_as_are_asked_for_each_with_a_seed_of_its_own(
    only: str, name: str, store: str
) -> None:
    found = [(each.name, each.kind, each.seed, each.alone) for each in asked(only, store, 100)]
    assert found == [(f"{name} ({store})", store, seed, False) for seed in range(7, 107)]


def test_kills_end_with_a_service_that_is_started_cold() -> None:
    rounds = asked(store="postgres", rounds=60)
    assert [each.seed for each in rounds] == [*range(7, 67), 7]
    assert [each.name for each in rounds if each.alone] == ["cold (postgres)"]


def test_everything_holds_a_hundred_stops_on_each_store() -> None:
    names = [each.name for each in asked(everything=True)]
    assert [names.count(f"stop ({kind})") for kind in KINDS] == [100, 100]


def test_a_scenario_that_is_not_there_is_said_so() -> None:
    with pytest.raises(SystemExit, match="stops"):
        asked("stop")
