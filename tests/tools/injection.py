"""Faults done to a running process or to the disk under it: no space, no files, no memory, calls that fail."""

import asyncio
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

import asyncpg
from sqlalchemy.engine import make_url

STARTING: Final = 10.0  # seconds
_MOUNT: Final = 'mount -t tmpfs -o size={size} none "$1" && echo mounted && exec sleep infinity'
_QUERY: Final = """
import json, sqlite3, sys
print(json.dumps(sqlite3.connect(sys.argv[1], timeout=10).execute(sys.argv[2]).fetchall()))
"""
_MORE: Final = 65_536


@dataclass(frozen=True, slots=True)
class Disk:
    """A small disk in memory, seen only by what is started with `prefix` before its command."""

    folder: Path
    holder: int

    @property
    def prefix(self) -> tuple[str, ...]:
        """What runs a command where the disk is."""
        entering = ("--user", "--mount", "--preserve-credentials")
        return ("nsenter", "--target", str(self.holder), *entering, "--")

    @property
    def outside(self) -> Path:
        """The same folder as everybody sees it; not for SQLite, which follows the link back."""
        return Path(f"/proc/{self.holder}/root{self.folder}")

    def fill(self) -> None:
        """Leave no byte free."""
        with (self.outside / "ballast").open("ab", buffering=0) as ballast:
            for size in (_MORE, 4096, 1):
                try:
                    while ballast.write(b"\0" * size):
                        pass
                except OSError:  # less than `size` is left
                    continue

    def free(self) -> None:
        """Take away what filled it."""
        (self.outside / "ballast").unlink()

    async def rows(self, file: str, query: str) -> list[tuple[Any, ...]]:
        """What a query finds in a SQLite file on the disk."""
        return await rows_of(self.folder / file, query, prefix=self.prefix)


async def rows_of(file: Path, query: str, *, prefix: Sequence[str] = ()) -> list[tuple[Any, ...]]:
    """What a query finds in a SQLite file, looked at by another process (which `prefix` runs)."""
    command = (*prefix, sys.executable, "-c", _QUERY, str(file), query)
    process = await asyncio.create_subprocess_exec(*command, stdout=-1, stderr=-1)
    out, error = await process.communicate()
    assert process.returncode == 0, error.decode()
    return [tuple(row) for row in json.loads(out)]


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Disk]:
    """A disk of so many megabytes at `folder`; RuntimeError where nobody may make one."""
    folder.mkdir()
    size = f"{megabytes}m"
    command = [
        "unshare",
        "--map-root-user",
        "--mount",
        "sh",
        "-c",
        _MOUNT.format(size=size),
        "sh",
        str(folder),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as holder:
        try:
            assert holder.stdout is not None
            if holder.stdout.readline() != b"mounted\n":
                raise RuntimeError(
                    "A small disk needs 'unshare' and user namespaces (kernel.unprivileged_userns_clone=1), or root."
                )
            yield Disk(folder, holder.pid)
        finally:
            holder.kill()


@contextmanager
def limited(process: int, what: int, most: int) -> Iterator[None]:
    """For a while a running process may have at most so much of a resource (resource.RLIMIT_...)."""
    before = resource.prlimit(process, what)
    resource.prlimit(process, what, (most, before[1]))
    try:
        yield
    finally:
        resource.prlimit(process, what, before)


@asynccontextmanager
async def failing_calls(process: int, *faults: str) -> AsyncIterator[None]:
    """System calls of a running process, and of all its threads, go wrong: `fdatasync:error=EIO:when=1+`."""
    tool = shutil.which("strace")
    if tool is None:
        raise RuntimeError("Failing system calls need strace: 'sudo apt-get install strace'.")
    named = ",".join(fault.partition(":")[0] for fault in faults)
    injected = [f"--inject={fault}" for fault in faults]
    command = (tool, "-f", "-q", "-p", str(process), f"--trace={named}", *injected, "-o", "/dev/null")
    strace = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
    try:
        async with asyncio.timeout(STARTING):
            while not _traced(process):
                assert strace.returncode is None, "strace may not look at this process"
                await asyncio.sleep(0.01)
        yield
    finally:
        if strace.returncode is None:
            strace.send_signal(signal.SIGINT)  # it lets go of the process
        await strace.wait()


def _traced(process: int) -> bool:
    """Whether every thread is looked at."""
    states = [(task / "status").read_text() for task in Path(f"/proc/{process}/task").iterdir()]
    return all("TracerPid:\t0\n" not in state for state in states)


class Server:
    """A PostgreSQL server of tests/tools/postgres.py that loses its connections, or its life, and comes back."""

    def __init__(self, url: str) -> None:
        """`url` is what the server's own context manager gave."""
        self.folder = Path(str(make_url(url).query["host"]))
        self._own: list[subprocess.Popen[bytes]] = []

    async def __aenter__(self) -> Self:
        """A commit that was told is kept, also when the server dies."""
        await self.execute("ALTER ROLE postgres SET synchronous_commit = on")
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop what was started here."""
        for process in self._own:
            process.send_signal(signal.SIGINT)
            await asyncio.to_thread(process.wait)

    async def execute(self, statement: str, database: str = "postgres") -> None:
        """Run something as the server's owner."""
        connection = await self.connect(database)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    async def connect(self, database: str = "postgres") -> asyncpg.Connection:
        """One connection, to be closed by the caller."""
        return await asyncpg.connect(host=str(self.folder), user="postgres", database=database)

    async def restart(self, away: float = 0.0) -> None:
        """Stop at once, as it does when its machine tells it to ("immediate"); start again after so many seconds."""
        process = int((self.folder / "data/postmaster.pid").read_text().splitlines()[0])
        command = Path(f"/proc/{process}/cmdline").read_text().split("\0")[:-1]
        os.kill(process, signal.SIGQUIT)
        while _alive(process):
            await asyncio.sleep(0.01)
        await asyncio.sleep(away)
        user = "nobody" if os.geteuid() == 0 else None  # PostgreSQL refuses to run as root
        with (self.folder / "data/log").open("ab") as log:
            self._own.append(subprocess.Popen(command, cwd=self.folder, user=user, stdout=log, stderr=log))
        await self._answers()

    async def terminate(self, database: str) -> None:
        """End every other connection to a database."""
        await self.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            f" WHERE datname = '{database}' AND pid <> pg_backend_pid()"
        )

    async def _answers(self) -> None:
        async with asyncio.timeout(STARTING):
            while True:
                try:
                    await self.execute("SELECT 1")
                except (OSError, asyncpg.PostgresError):
                    await asyncio.sleep(0.02)
                else:
                    return


def _alive(process: int) -> bool:
    """Whether it has not ended; one that waits to be buried has."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
