"""What a job is: a name, how often to look, and one look that says how much it did."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from storage.database import Database


class Run(Protocol):
    """One look at the due rows at a moment; how many were dealt with."""

    async def __call__(self, database: Database, now: datetime) -> int:
        """Do what is due."""
        ...


@dataclass(frozen=True, slots=True)
class Job:
    """A scan for due rows every `seconds`. One that `sends` rests while the store is held (zinute/restored.py)."""

    name: str
    seconds: float
    run: Run
    sends: bool = True
