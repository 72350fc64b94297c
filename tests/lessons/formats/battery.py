"""Files of a folder, each read in a process apart: `python -m tests.lessons.formats.battery FOLDER` prints the figures.

FOLDER has a folder for each file, 0, 1, 2.
"""

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

from lessons.formats.apart import make_apart
from lessons.formats.bank import Unreadable


def main() -> None:
    """Write, read, tell: seconds computed and waited for each, and MB of the largest process and of this one."""
    folder = Path(sys.argv[1])
    opened, grown = _opened(), _highest()
    places = sorted(folder.iterdir(), key=lambda each: int(each.name))
    files = [_figures(file) for place in places for file in place.iterdir()]
    left = [str(place) for place in places if len(list(place.iterdir())) != 1]
    told = {"files": files, "growth": _highest() - grown, "opened": _opened() - opened, "left": left}
    print(json.dumps({**told, "child": max(each["child"] for each in files)}))


def _figures(file: Path) -> dict[str, Any]:
    before, begin, said = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic(), ""
    try:
        make_apart(file, language="en")
    except Unreadable as reason:
        said = str(reason)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    computed = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    waited = time.monotonic() - begin
    return {
        "said": said,
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
