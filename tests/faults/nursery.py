"""Starts processes of the product without waiting for imports: each is a fork of this one, which has the libraries.

`python -P -m tests.faults.nursery` takes a line of JSON for each process on its standard input, {"module", "arguments",
"environment", "log"}, and answers {"pid"}; when one has ended it says {"pid", "code"}. Only what others wrote is
imported here: a child reads our own modules, and the environment, as if `python -m MODULE` had been typed. Modules that
are named on the command line are imported too. An order may have a "folder" to work in and a file for its "errors".
"""

import gc
import json
import os
import runpy
import selectors
import signal
import sys
from contextlib import suppress
from importlib import import_module
from typing import Any, Final

LIBRARIES: Final = (
    "aiogram",
    "aiogram.methods",
    "aiogram.client.session.aiohttp",
    "aiosqlite",
    "alembic.command",
    "alembic.runtime.migration",
    "apscheduler.schedulers.asyncio",
    "asyncpg",
    "babel.dates",
    "holidays",
    "httptools",
    "jinja2",
    "markdown_it",
    "msgspec",
    "PIL.Image",
    "prometheus_client",
    "pydantic_settings",
    "sqlalchemy.dialects.postgresql.asyncpg",
    "sqlalchemy.dialects.sqlite.aiosqlite",
    "sqlalchemy.ext.asyncio",
    "sqlmodel",
    "starlette.applications",
    "starlette.templating",
    "structlog",
    "typer",
    "uvicorn",
    "uvicorn.protocols.http.httptools_impl",
)

Order = dict[str, Any]


def serve() -> Order | None:
    """Fork a process for each order. Returns in a child, with its order; None, and all killed, when nobody orders more.

    Orders come one at a time: the next one after the answer to the last.
    """
    living: set[int] = set()
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake)
    with selectors.DefaultSelector() as events:
        events.register(0, selectors.EVENT_READ)
        events.register(woken, selectors.EVENT_READ)
        while True:
            ready = [key.fd for key, _ in events.select()]
            if woken in ready:
                os.read(woken, 1024)
                _tell_ended(living)
            if 0 not in ready:
                continue
            line = sys.stdin.readline()
            if not line:
                _end(living)
                return None
            order: Order = json.loads(line)
            pid = os.fork()
            if pid == 0:
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                return order
            living.add(pid)
            _tell({"pid": pid})


def _end(living: set[int]) -> None:
    for pid in living:
        os.kill(pid, signal.SIGKILL)


def _tell_ended(living: set[int]) -> None:
    with suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            living.discard(pid)
            _tell({"pid": pid, "code": os.waitstatus_to_exitcode(status)})


def _tell(what: Order) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def _opened(file: str) -> int:
    return os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)


def become(order: Order) -> None:
    """Be the process that was ordered, to its end."""
    empty = os.open(os.devnull, os.O_RDONLY)
    log = _opened(order["log"])
    errors = _opened(order["errors"]) if "errors" in order else log
    for source, target in ((empty, 0), (log, 1), (errors, 2)):
        os.dup2(source, target)
    os.chdir(order.get("folder", "."))
    os.environ.clear()
    os.environ.update(order["environment"])
    sys.argv = [order["module"], *order["arguments"]]
    runpy.run_module(order["module"], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    for name in (*LIBRARIES, *sys.argv[1:]):
        import_module(name)
    gc.freeze()  # so that a child's collections leave the shared pages alone
    _tell({"pid": os.getpid()})
    ordered = serve()
    if ordered is not None:
        become(ordered)
