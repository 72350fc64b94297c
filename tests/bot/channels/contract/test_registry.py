"""Every messenger of the registry is what it says, and costs nobody else its libraries."""

import ast
import subprocess
import sys
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from bot.channel import REGISTRY
from domain.fitting import Capabilities
from tests.bot.channels.contract.messengers import PREPARE

ROOT = Path(__file__).parents[4]
PACKAGES = frozenset(path.parent.name for path in ROOT.glob("*/__init__.py"))


def test_every_messenger_has_a_visitor() -> None:
    assert sorted(PREPARE) == sorted(REGISTRY)


def test_it_is_registered_under_its_own_name(name: str) -> None:
    module, _, attribute = REGISTRY[name].partition(":")
    channel: Any = getattr(import_module(module), attribute)
    assert channel.name == name
    assert type(channel.capabilities) is Capabilities
    assert channel.capabilities.label > 0


def test_importing_it_imports_no_other_messengers_library(name: str) -> None:
    foreign = {library for other in REGISTRY if other != name for library in libraries(other)}
    assert any(libraries(each) for each in REGISTRY), "there is nothing that could be imported"
    if not foreign:
        return
    module = REGISTRY[name].partition(":")[0]
    script = f"import sys, {module}; print(sorted(sys.modules.keys() & set({sorted(foreign)})))"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("[]\n", "")


def libraries(name: str) -> frozenset[str]:
    """What the files of a messenger import that is ours nowhere else."""
    place = ROOT.joinpath(*REGISTRY[name].partition(":")[0].split("."))
    own = {path for path in imports() if path.is_relative_to(place) or path == place.with_suffix(".py")}
    elsewhere = frozenset[str]().union(*(names for path, names in imports().items() if path not in own))
    return frozenset[str]().union(*(imports()[path] for path in own)) - elsewhere


@cache
def imports() -> dict[Path, frozenset[str]]:
    """The libraries that each file of the product imports."""
    files = (path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    return {path: _imported(ast.parse(path.read_text(encoding="utf-8"))) for path in files}


def _imported(tree: ast.Module) -> frozenset[str]:
    found = set[str]()
    for node in ast.walk(tree):
        found |= {alias.name for alias in node.names} if isinstance(node, ast.Import) else set()
        found |= {node.module} if isinstance(node, ast.ImportFrom) and node.module else set()
    return frozenset(name.split(".")[0] for name in found) - PACKAGES - sys.stdlib_module_names
