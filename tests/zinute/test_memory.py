"""What the program leaves out of its memory is there all the same when it is wanted."""

import json
import subprocess
import sys

ASK = """
import json, sys
{first}
from domain import pacing
left_out = "holidays.countries.", "rich", "greenlet", "pygments"
heavy = [name for name, found in sys.modules.items() if found and name.startswith(left_out)]
moons = "holidays.calendars.islamic" in sys.modules
days = {{each: sorted(map(str, pacing._holidays(each, 2027))) for each in ("LT", "PL", "NO", "AZ", "ES")}}
print(json.dumps([heavy, moons, days]))
"""


def told(first: str) -> tuple[list[str], bool, dict[str, list[str]]]:
    """What a process has loaded, and the holidays that it knows."""
    program = [sys.executable, "-c", ASK.format(first=first)]
    heavy, moons, days = json.loads(
        subprocess.run(program, capture_output=True, text=True, check=True).stdout
    )
    return heavy, moons, days


def test_countries_and_calendars_come_when_they_are_asked_for() -> None:
    """Azerbaijan and Spain ask the package of calendars for what only its own lines name."""
    heavy, moons, days = told("import zinute.__main__, storage.migrate, alembic.command")
    _, loaded, known = told("")
    assert heavy == []
    assert not moons
    assert loaded, "the library loads all calendars by itself"
    assert days == known
    assert all(days.values())


def test_the_driver_of_postgresql_finds_greenlets() -> None:
    heavy, _, _ = told(
        "import zinute.__main__, greenlet; from sqlalchemy.ext.asyncio import create_async_engine"
    )
    assert "greenlet" in heavy
