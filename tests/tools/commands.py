"""Commands of the product as they are called, each a process of its own: a fork of one that has imported the modules.

What starting cold is like is tried in tests/journeys/test_start.py; nothing else of a command is otherwise here.
"""

import atexit
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from threading import Lock, Timer
from typing import IO, Any, Final

ROOT: Final = Path(__file__).parents[2]
IMPORTED: Final = ("zinute.cli", "zinute.assemble", "zinute.serve", "zinute.assigning", "zinute.people")
LONGEST: Final = 50.0  # seconds
Ended = subprocess.CompletedProcess[bytes]


def zinute(
    *arguments: str | Path, environment: Mapping[str, str] | None = None, folder: Path | None = None
) -> Ended:
    """`zinute` with these arguments, to its end; in this environment and working folder, or in ours."""
    with tempfile.TemporaryDirectory() as place:
        out, err = Path(place, "out"), Path(place, "err")
        words = [str(each) for each in arguments]
        order = {
            "module": "zinute",
            "arguments": words,
            "environment": dict(os.environ if environment is None else environment),
            "folder": str(folder or Path.cwd()),
            "log": str(out),
            "errors": str(err),
        }
        code = _mother().carry_out(order)
        return Ended(words, code, out.read_bytes(), err.read_bytes())


class _Mother:
    """The process that has the modules; one order at a time."""

    def __init__(self) -> None:
        command = (sys.executable, "-P", "-m", "tests.faults.nursery", *IMPORTED)
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True
        )
        self._one = Lock()
        self._hear()

    def carry_out(self, order: Mapping[str, Any]) -> int:
        """The exit code."""
        with self._one:
            limit = Timer(LONGEST, self._pipe(self._process.stdin).close)
            limit.start()
            try:
                return self._ended(order)
            except BaseException:
                _mother.cache_clear()  # the next one begins anew
                self.end()
                raise
            finally:
                limit.cancel()
                limit.join()

    def _ended(self, order: Mapping[str, Any]) -> int:
        pipe = self._pipe(self._process.stdin)
        pipe.write(json.dumps(order) + "\n")
        pipe.flush()
        number = self._hear()["pid"]
        ended = self._hear()
        assert ended["pid"] == number
        return int(ended["code"])

    def end(self) -> None:
        """Let it go: what it started, and what has not ended by then, goes with it."""
        for pipe in (self._process.stdin, self._process.stdout):
            self._pipe(pipe).close()
        self._process.wait()

    def _hear(self) -> dict[str, Any]:
        line = self._pipe(self._process.stdout).readline()
        assert line, "the process that starts commands has ended"
        heard: dict[str, Any] = json.loads(line)
        return heard

    @staticmethod
    def _pipe(pipe: IO[str] | None) -> IO[str]:
        assert pipe is not None
        return pipe


@cache
def _mother() -> _Mother:
    made = _Mother()
    atexit.register(made.end)
    return made
