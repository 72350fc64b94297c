"""The process that reads one file from outside: `python -m lessons.formats.child NAME LANGUAGE FORMAT < file`."""

import os
import sys
from typing import Final

import msgspec

from domain.language import LANGUAGES
from lessons.formats.apart import Answer
from lessons.formats.bank import Unreadable
from lessons.formats.confined import confine, limit
from lessons.formats.making import make
from lessons.formats.registry import prepare
from lessons.formats.source import MOST_BYTES

_BROKEN: Final = 3


def main() -> int:
    """Limit what can be done, read, answer."""
    limit()
    name, said, form = sys.argv[1:4]
    language = next(each for each in LANGUAGES if each == said)
    prepare(form, name)
    confine()
    try:
        data = sys.stdin.buffer.read(MOST_BYTES + 1)
        answer = Answer(make(name, data, language=language, form=form))
    except Unreadable as reason:
        answer = Answer(said=str(reason))
    except (MemoryError, RecursionError):
        return _BROKEN
    sys.stdout.buffer.write(msgspec.msgpack.encode(answer))
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    os._exit(main())  # nothing is left to tidy up, and nothing could be opened for it
