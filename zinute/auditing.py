"""`zinute audit verify`: whether the audit log is as it was written."""

from collections.abc import Callable
from functools import partial
from typing import Final

from storage import audit
from storage.audit import Checked
from zinute.assemble import look_only
from zinute.config import Settings

PATIENCE: Final = 600.0  # seconds: a million rows take some 10
TOLD_EVERY: Final = 100_000


async def check(settings: Settings, tell: Callable[[int], None]) -> Checked:
    """What a check found; `tell` hears of every hundred thousand rows."""

    def told(rows: int) -> None:
        if rows and rows % TOLD_EVERY == 0:
            tell(rows)

    return await look_only(settings, partial(audit.check, told=told), patience=PATIENCE)
