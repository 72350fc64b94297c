"""Files, each read in a process apart: `python -m tests.lessons.formats.battery FOLDER KIND` prints the figures.

FOLDER has a folder for each file, 0, 1, 2; KIND is what they are read as, a bank or a roster.
"""

import json
import resource
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from lessons.formats.bank import Unreadable
from lessons.formats.making_apart import make_apart
from lessons.formats.roster import cut_apart

READ: Final[Mapping[str, Callable[[Path], object]]] = {
    "bank": lambda file: make_apart(file, language="en"),
    "roster": lambda file: cut_apart(file.name, file.read_bytes(), "lt"),
}


def main() -> None:
    """Write, read, tell: seconds computed and waited for each, and MB of the largest process and of this one."""
    folder, read = Path(sys.argv[1]), READ[sys.argv[2]]
    opened, grown = _opened(), _highest()
    places = sorted(folder.iterdir(), key=lambda each: int(each.name))
    files = [_figures(file, read) for place in places for file in place.iterdir()]
    left = [str(place) for place in places if len(list(place.iterdir())) != 1]
    told = {"files": files, "growth": _highest() - grown, "opened": _opened() - opened, "left": left}
    print(json.dumps({**told, "child": max(each["child"] for each in files)}))


def _figures(file: Path, read: Callable[[Path], object]) -> dict[str, Any]:
    before, begin, said, rule = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic(), "", ""
    try:
        read(file)
    except Unreadable as reason:
        said, rule = str(reason), reason.rule
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    computed = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    waited = time.monotonic() - begin
    return {
        "said": said,
        "rule": rule,
        "computed": round(computed, 2),
        "waited": round(waited, 2),
        "child": after.ru_maxrss // 1024,
    }


def _highest() -> int:
    """The most memory that this process ever had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _opened() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


if __name__ == "__main__":
    main()
