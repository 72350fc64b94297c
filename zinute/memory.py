"""Memory: what is never used is not loaded, and what was only needed to start is given back."""

import ctypes
import gc
import sys
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any, Final

_M_ARENA_MAX: Final = -8  # malloc.h of glibc


def one_arena() -> None:
    """One heap for all threads, before there are any: only one of them runs Python at a time. glibc's own."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)


def without(name: str, importer: str) -> None:
    """Load the package `importer` as if the package `name`, which it can do without, were not installed."""
    if name not in sys.modules:
        sys.modules[name] = None  # type: ignore[assignment]
        import_module(importer)
        del sys.modules[name]


def later(name: str) -> None:
    """Let the modules of this package be found each by itself: the package's own lines, which load them all, are run
    when something is wanted that only they name."""
    parent, _, last = name.rpartition(".")
    found = find_spec(parent)
    if name in sys.modules or not found or not found.submodule_search_locations:
        return
    folder = Path(found.submodule_search_locations[0]) / last
    spec = spec_from_file_location(name, folder / "__init__.py", submodule_search_locations=[str(folder)])
    assert spec is not None
    package = sys.modules[name] = module_from_spec(spec)
    package.__getattr__ = lambda wanted: _run(package, wanted)  # type: ignore[method-assign]


def _run(package: ModuleType, wanted: str) -> Any:
    """What a package calls so, once its own lines were run (PEP 562)."""
    spec = package.__spec__
    if vars(package).pop("__getattr__", None) and spec and spec.loader:
        spec.loader.exec_module(package)
    return getattr(package, wanted)


def settle() -> None:
    """Called once, when everything is loaded.

    What is there then is never looked through again for garbage (that cost a fifth of a busy minute), and glibc hands
    free pages back to the system; other C libraries do that by themselves or not at all.
    """
    gc.collect()
    gc.freeze()
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
