"""`python -m zinute`, and the command `zinute`: with as little in memory as it takes."""

import sys

from zinute.memory import later, one_arena, without

one_arena()
# structlog and Typer load rich where it is installed, and Pygments with it: 6 MB that stay, for coloured tracebacks.
sys.modules.setdefault("rich", None)  # type: ignore[arg-type]
# structlog looks for greenlets, 1 MB, that only PostgreSQL's driver needs.
without("greenlet", "structlog")
# What moves the store to a new version has templates with coloured tracebacks: Pygments again, 4 MB.
without("pygments", "mako.exceptions")
# The countries of `holidays` come all at once with their package, 8 MB of them, and all calendars of the world, 2 MB.
later("holidays.countries")
later("holidays.calendars")

from zinute.cli import main  # noqa: E402 (what it imports is to find them so)

if __name__ == "__main__":
    main()
