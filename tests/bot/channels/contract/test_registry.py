"""Every messenger of the registry is what it says, and costs nobody else its libraries."""

import ast
import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from bot.channel import REGISTRY, capabilities_of
from domain.fitting import Capabilities
from tests.bot.channels.contract.messengers import ANSWERED, PREPARE

ROOT = Path(__file__).parents[4]
PACKAGES = frozenset(path.parent.name for path in ROOT.glob("*/__init__.py"))
# Each messenger is imported by a process of its own that has what all of them stand on.
IMPORT = """
import json, os, sys
from importlib import import_module
import bot.channel, bot.post

before = set(sys.modules)
for name, registered, others in json.loads(sys.argv[1]):
    if os.fork() == 0:
        module, _, attribute = registered.partition(":")
        getattr(import_module(module), attribute)
        print(f"{name}: {sorted(set(others) & sys.modules.keys() - before)}", flush=True)
        os._exit(0)
    os.wait()
"""
ABILITIES = """
import sys
from bot.channel import REGISTRY, capabilities_of

for name in REGISTRY:
    capabilities_of(name)
print("aiogram" in sys.modules)
"""


def test_every_messenger_has_a_visitor() -> None:
    assert sorted(PREPARE) == sorted(REGISTRY)


def test_what_is_answered_is_what_says_so() -> None:
    assert [name for name in PREPARE if capabilities_of(name).answers] == [*ANSWERED]


def test_it_is_registered_under_its_own_name(name: str) -> None:
    channel: Any = getattr(import_module(module_of(name)), REGISTRY[name].partition(":")[2])
    assert channel.name == name
    assert type(channel.capabilities) is Capabilities
    assert capabilities_of(name) is channel.capabilities
    assert channel.capabilities.label > 0


def test_importing_one_messenger_imports_no_other_messengers_library() -> None:
    own = {name: libraries(name) for name in REGISTRY}
    others = {name: frozenset[str]().union(*own.values()) - own[name] for name in REGISTRY}
    assert any(others.values()), "there is nothing that could be imported"
    asked = json.dumps([(name, REGISTRY[name], sorted(others[name])) for name in REGISTRY])
    done = subprocess.run([sys.executable, "-c", IMPORT, asked], cwd=ROOT, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("".join(f"{name}: []\n" for name in REGISTRY), "")


def test_what_messengers_can_show_is_known_without_their_libraries() -> None:
    """So that the first preview of a lesson waits for none of them."""
    done = subprocess.run([sys.executable, "-c", ABILITIES], cwd=ROOT, capture_output=True, text=True)
    assert "aiogram" in libraries("telegram")
    assert (done.stdout, done.stderr) == ("False\n", "")


def module_of(name: str) -> str:
    """The module, or the package, of a messenger."""
    return REGISTRY[name].partition(":")[0]


def libraries(name: str) -> frozenset[str]:
    """What the files of a messenger import that is not ours."""
    place = ROOT.joinpath(*module_of(name).split("."))
    files = [place.with_suffix(".py")] if place.with_suffix(".py").exists() else place.rglob("*.py")
    return frozenset[str]().union(*(imported(path) for path in files))


def imported(path: Path) -> frozenset[str]:
    """The libraries that a file names."""
    found = set[str]()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        found |= {alias.name for alias in node.names} if isinstance(node, ast.Import) else set()
        found |= {node.module} if isinstance(node, ast.ImportFrom) and node.module else set()
    return frozenset(name.split(".")[0] for name in found) - PACKAGES - sys.stdlib_module_names
