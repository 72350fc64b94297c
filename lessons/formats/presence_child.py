"""The process that reads one report from outside: `python -m lessons.formats.presence_child NAME LANGUAGE < file`."""

import os

from lessons.formats.presence import cut
from lessons.formats.roster_child import answer

if __name__ == "__main__":
    os._exit(answer(cut))
