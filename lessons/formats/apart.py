"""A file from outside, read by a process of its own: whatever it does there, this process stays as it is.

Its memory, time, files and network are limited (confined.py). It is handed the open file and gives back one answer,
which is decoded as data of known types and nothing else.
"""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Final, Generic, TypeVar

import msgspec

MOST_SECONDS: Final = 20
_ROOT: Final = str(Path(__file__).parents[2])
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """What the process gives back: what it made, or in one sentence why nothing, with the rule if there is one."""

    made: T | None = None
    said: str = ""
    rule: str = ""


def ask(
    module: str, said: list[str], source: IO[bytes], kind: type[Answer[T]], *, seconds: float
) -> Answer[T] | None:
    """What a module that confines itself answers to an open file; None when it was ended, or it is no such answer."""
    with TemporaryFile() as told:
        if _run(module, said, source, told, seconds=seconds) != 0:
            return None
        told.seek(0)
        try:
            return msgspec.msgpack.decode(told.read(), type=kind)
        except msgspec.DecodeError:
            return None


def _run(module: str, said: list[str], source: IO[bytes], told: IO[bytes], *, seconds: float) -> int:
    """Run a module from one open file to another: its exit code, negative when it was ended."""
    # Only what Python needs to find the modules: no secrets go along, and no other settings.
    known = {"PYTHONPATH": _ROOT, "PYTHONSAFEPATH": "1", "PYTHONUTF8": "1"}
    command = [sys.executable, "-s", "-m", module, *said]
    with subprocess.Popen(
        command, stdin=source, stdout=told, stderr=subprocess.DEVNULL, env=known, cwd=os.sep
    ) as child:
        try:
            return child.wait(seconds)
        except subprocess.TimeoutExpired:
            child.kill()
            return child.wait()
