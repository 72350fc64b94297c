"""`python -m zinute`, and the command `zinute`."""

import sys

# structlog and Typer load rich where it is installed, and Pygments with it: 6 MB that stay, for coloured tracebacks.
sys.modules.setdefault("rich", None)  # type: ignore[arg-type]

from zinute.cli import main  # noqa: E402 (what it imports is to find no rich)

if __name__ == "__main__":
    main()
