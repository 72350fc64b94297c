"""A second, independent reader of calendars beside that of the Python packages: npm's ical.js, that of Thunderbird."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

import msgspec

from tests.tools.browser import NODE, PACKAGES


@dataclass(frozen=True, slots=True)
class Event:
    """What it says of one thing; `begins` and `ends` by the clock of the zone that was asked for, `zone` as it is
    written there. People are an address, PARTSTAT and RSVP."""

    uid: str
    sequence: int
    stamped: str
    zone: str
    begins: str
    ends: str
    title: str
    about: str
    place: str
    link: str
    status: str
    organizer: tuple[str, ...]
    guest: tuple[str, ...]
    alarms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Calendar:
    """What it says of a file."""

    method: str
    events: tuple[Event, ...]


def read(content: bytes, zone: str) -> Calendar:
    """The file with moments by the clock of this zone; `./run test` fetches the reader."""
    if not (PACKAGES / "ical.js").exists():
        raise RuntimeError("There is no ical.js for the tests yet: './run test' fetches one.")
    script = Path(__file__).with_suffix(".mjs")
    done = subprocess.run([NODE, script, zone], input=content, capture_output=True, timeout=50, check=True)
    return msgspec.json.decode(done.stdout, type=Calendar)
