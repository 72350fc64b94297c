"""The process that reads one roster from outside: `python -m lessons.formats.roster_child NAME LANGUAGE < file`."""

import codecs
import os
import sys
from collections.abc import Callable
from typing import Final

import msgspec

from domain.language import LANGUAGES, Language
from lessons.formats.apart import Answer
from lessons.formats.bank import Unreadable
from lessons.formats.confined import confine, limit
from lessons.formats.registry import refuse_other
from lessons.formats.roster import ENCODINGS, Cut, cut
from lessons.formats.source import MOST_BYTES, ZIP

_BROKEN: Final = 3


def answer(cut: Callable[[str, bytes, Language], Cut]) -> int:
    """Limit what can be done, read the file so, answer."""
    limit()
    name, said = sys.argv[1:3]
    language = next(each for each in LANGUAGES if each == said)
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "ascii", "latin-1", "cp437", *ENCODINGS):
        codecs.lookup(encoding)
    data = sys.stdin.buffer.read(MOST_BYTES + 1)
    if data.startswith(ZIP):
        import lessons.formats.sheet.book  # noqa: F401 (nothing can be imported later)
    confine()
    try:
        refuse_other(name, data)
        told = Answer(cut(name, data, language))
    except Unreadable as reason:
        told = Answer(said=str(reason), rule=reason.rule)
    except (MemoryError, RecursionError):
        return _BROKEN
    sys.stdout.buffer.write(msgspec.msgpack.encode(told))
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    os._exit(answer(cut))  # nothing is left to tidy up, and nothing could be opened for it
