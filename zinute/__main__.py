"""`python -m zinute`, and the command `zinute`: with as little in memory as it takes."""

import sys
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

# structlog and Typer load rich where it is installed, and Pygments with it: 6 MB that stay, for coloured tracebacks.
sys.modules.setdefault("rich", None)  # type: ignore[arg-type]

# The countries of `holidays` come all at once with their package, 8 MB of them. Each is found in its place without it.
_found = find_spec("holidays")
if _found and _found.submodule_search_locations:
    _countries = ModuleType("holidays.countries")
    _countries.__path__ = [str(Path(_found.submodule_search_locations[0]) / "countries")]
    sys.modules.setdefault("holidays.countries", _countries)

from zinute.cli import main  # noqa: E402 (what it imports is to find them so)

if __name__ == "__main__":
    main()
