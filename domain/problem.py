"""What is wrong with a lesson file, and what to write instead."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One finding at `file:line` (lines from 1). An error keeps the file from being served; advice does not."""

    file: str
    line: int
    rule: str
    message: str
    severity: Literal["error", "advice"] = "error"

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.rule}: {self.message}"
