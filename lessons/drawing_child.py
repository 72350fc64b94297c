"""The process that reads one picture from outside: `python -m lessons.drawing_child < file`."""

import os
import sys
from typing import Final

import msgspec

from lessons.formats.apart import Answer
from lessons.formats.confined import confine, limit
from lessons.pictures import Cut, redraw
from lessons.shelf import MOST_PICTURE_BYTES, Redrawn, UnusableError

MOST_SIDE: Final = 2_560  # as large as messengers show a photo that is enlarged
_BROKEN: Final = 3


def main() -> int:
    """Limit what can be done, read, answer."""
    limit()
    confine()
    try:
        answer = _drawn(sys.stdin.buffer.read(MOST_PICTURE_BYTES + 1))
    except UnusableError as reason:
        answer = Answer(said=str(reason), rule=reason.rule)
    except (MemoryError, RecursionError):
        return _BROKEN
    sys.stdout.buffer.write(msgspec.msgpack.encode(answer))
    sys.stdout.buffer.flush()
    return 0


def _drawn(data: bytes) -> Answer[Redrawn]:
    if len(data) > MOST_PICTURE_BYTES:
        raise UnusableError("picture-size", "The picture is larger than 10 MB, so save it smaller.")
    return Answer(redraw(data, Cut(side=MOST_SIDE)))


if __name__ == "__main__":
    os._exit(main())  # nothing is left to tidy up, and nothing could be opened for it
