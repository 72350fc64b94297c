"""An append-only file of what the fake server accepted: it outlives every process, this one too."""

import hashlib
import json
import os
import time
from pathlib import Path
from typing import Any


class Ledger:
    """A JSON line for each entry, written at once: a line is there or it is not."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def write(self, what: str, **details: Any) -> None:
        """Append an entry; `t` is the machine's monotonic time in seconds, `wall` its wall time."""
        entry = {"what": what, "t": time.monotonic(), "wall": time.time(), **details}
        os.write(self._file, json.dumps(entry).encode() + b"\n")


def hash_of(text: str) -> str:
    """A text as it stands in a ledger."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def entries(path: Path) -> list[dict[str, Any]]:
    """All that a ledger says."""
    return [json.loads(line) for line in path.read_text(encoding="ascii").splitlines()]
