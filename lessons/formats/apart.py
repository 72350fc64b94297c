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

from domain.language import Language
from lessons.formats.bank import Unreadable
from lessons.formats.making import Made
from lessons.formats.source import opened
from lessons.names import printable

MOST_SECONDS: Final = 20
_ROOT: Final = str(Path(__file__).parents[2])
_BESIDE: Final = frozenset({"", ".", ".."})
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """What the process gives back: what it made, or in one sentence why nothing, with the rule if there is one."""

    made: T | None = None
    said: str = ""
    rule: str = ""


def make_apart(file: Path, *, language: Language, form: str = "", seconds: float = MOST_SECONDS) -> Made:
    """The same as `make`, in a process of its own. Unreadable also when that one needs more than it may."""
    name = printable(file.name)
    with opened(file) as source:
        answer = ask("lessons.formats.child", [name, language, form], source, Answer[Made], seconds=seconds)
    if answer is None or not _fair(answer.made):
        raise Unreadable(
            f"{name} asks for more memory or time than an import may take, or is damaged: save it once more, "
            "or divide it."
        )
    if not answer.made:
        raise Unreadable(answer.said)
    return answer.made


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


def _fair(made: Made | None) -> bool:
    """Whether all files that it made can be written into one folder."""
    names = [*made.texts, *made.pictures] if made else []
    return not any("/" in name or "\0" in name or name in _BESIDE for name in names)
