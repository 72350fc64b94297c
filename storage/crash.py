"""Named points at which a test ends the process, to prove that nothing is lost or doubled there.

`ZINUTE_CRASHPOINT=claimed` ends it as `kill -9` would when it comes to that point, `claimed:3` at the third time.
"""

import os
from typing import Final

POINTS: Final = (
    "fetched",
    "received",
    "stored-uncommitted",
    "stored",
    "acknowledging",
    "handling",
    "handled-uncommitted",
    "handled",
    "claimed-uncommitted",
    "claimed",
    "sending",
    "bytes-sent",
    "answered",
    "settling-uncommitted",
    "settled",
    "uploaded",
    "due-found",
    "released-uncommitted",
    "released",
    "reminded-uncommitted",
    "remembered-uncommitted",
    "reviewed-uncommitted",
    "promoted",
    "announcing",
    "announced",
    "lease-taken",
    "gap-found",
    "migrating",
    "publishing",
    "swept",
    "parted",
    "inviting",
    "campaigned",
    "posted-uncommitted",
    "posted",
)
EXIT: Final = 137  # as the shell says of a killed process

_name, _, _count = os.environ.get("ZINUTE_CRASHPOINT", "").partition(":")
_left = int(_count or 1)


def point(name: str) -> None:
    """End the process here, if that is what this run is for."""
    if name == _name:
        _count_down()


def _count_down() -> None:
    global _left  # noqa: PLW0603 (one process, one count)
    _left -= 1
    if _left <= 0:
        os._exit(EXIT)
