"""Every named crash point is somewhere in the product, and the fault runs die at each of them."""

import ast
from pathlib import Path

from storage.crash import POINTS
from tests.faults.points import SCENARIOS

ROOT = Path(__file__).parents[2]
PRODUCT = ("zinute", "bot", "scheduler", "console", "actions", "lessons", "storage", "domain")


def points_in(file: Path) -> list[str]:
    """The names in `crash.point("...")`; what is no name shows as "?"."""
    calls = [node for node in ast.walk(ast.parse(file.read_bytes())) if isinstance(node, ast.Call)]
    return [
        str(call.args[0].value) if isinstance(call.args[0], ast.Constant) else "?"
        for call in calls
        if isinstance(call.func, ast.Attribute)
        and call.func.attr == "point"
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == "crash"
    ]


def test_the_points_in_the_product_are_the_ones_that_are_named() -> None:
    files = [file for package in PRODUCT for file in (ROOT / package).rglob("*.py")]
    assert sorted({name for file in files for name in points_in(file)}) == sorted(POINTS)


def test_each_point_is_died_at_in_the_fault_runs() -> None:
    assert sorted(SCENARIOS) == sorted(POINTS)


def test_there_are_enough_points() -> None:
    assert len(POINTS) == len(set(POINTS)) >= 20
