"""The machine of the bench: a core for the program, a core for what it talks to, and processes pinned to them."""

import json
import os
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Timer
from typing import Any, Final

CORES: Final = sorted(os.sched_getaffinity(0))
PROGRAM, OTHERS = CORES[0], CORES[-1]
LONGEST: Final = 600.0  # seconds that anything may take
PATIENCE: Final = 20.0  # seconds that a process gets to end


class Fallen(Exception):
    """A process of the bench ended before it was told to."""


@contextmanager
def pinned(core: int) -> Iterator[None]:
    """Whatever is started in here stays on this core."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


class Process:
    """A Python process of one module on one core; what it says on its error output is kept for the day it falls."""

    def __init__(
        self,
        module: str,
        *arguments: str,
        core: int = PROGRAM,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.module = module
        self._errors = tempfile.TemporaryFile("w+")  # noqa: SIM115 (closed with the process)
        with pinned(core):
            self.process = subprocess.Popen(
                [sys.executable, "-m", module, *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._errors,
                text=True,
                env=os.environ | (environment or {}),
            )

    @property
    def pid(self) -> int:
        """Its number."""
        return self.process.pid

    def line(self) -> str:
        """The next line that it prints."""
        assert self.process.stdout is not None
        limit = Timer(LONGEST, self.process.kill)
        limit.start()
        line = self.process.stdout.readline()
        limit.cancel()
        if not line:
            raise Fallen(f"{self.module} ended: {self._last_words()}")
        return line

    def tell(self, line: str) -> None:
        """Write it a line."""
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def kill(self) -> None:
        """End it as `kill -9` does."""
        self.process.kill()
        self.close()

    def close(self) -> None:
        """End its input, and then itself; again does nothing."""
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                stream.close()
        self.process.terminate()
        self._wait()
        self._errors.close()

    def _wait(self) -> None:
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _last_words(self) -> str:
        self._wait()
        self._errors.seek(0)
        return self._errors.read()[-4000:]


class Child(Process):
    """A process that does what it is asked (tests/bench/child.py)."""

    def __init__(
        self,
        module: str,
        *arguments: str,
        core: int = PROGRAM,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(module, *arguments, core=core, environment=environment)
        self._waiting = 1  # it says that it is ready

    def ready(self) -> None:
        """Wait until it can be asked."""
        self.end()

    def ask(self, do: str, **fields: Any) -> Any:
        """What it answers."""
        self.begin(do, **fields)
        return self.end()

    def begin(self, do: str, **fields: Any) -> None:
        """Ask, and let it work."""
        self.tell(json.dumps({"do": do, **fields}))
        self._waiting += 1

    def end(self) -> Any:
        """What it answers to what it was asked last."""
        answer = None
        while self._waiting:
            answer = json.loads(self.line())
            self._waiting -= 1
        return answer


class Sink(Process):
    """The fake server for sends, on the core of the others."""

    def __init__(self, *arguments: str) -> None:
        super().__init__("tests.fakes.sink", "--port", "0", *arguments, core=OTHERS)
        self.url = f"http://127.0.0.1:{int(self.line())}"

    def stats(self) -> dict[str, Any]:
        """What it has accepted since it was reset."""
        stats: dict[str, Any] = self._get("stats")
        return stats

    def reset(self) -> None:
        """Let it forget what it has accepted."""
        self._get("reset")

    def _get(self, what: str) -> Any:
        with urllib.request.urlopen(f"{self.url}/control/{what}") as answer:
            return json.load(answer)
