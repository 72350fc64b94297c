"""The web server: one door for browsers and for messengers that call us."""

import errno
import resource
import socket
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Final

import uvicorn
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from zinute.errors import Stop
from zinute.patience import Patient

GRACE: Final = 2  # seconds that open requests get when the service stops
BACKLOG: Final = 2048
KEPT_OPEN: Final = 30  # seconds that a connection may wait for its next request
SPARE: Final = 100  # files that are not connections of the web: the store, messengers, lessons
MOST: Final = 20_000  # connections
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})


def listen(host: str, port: int) -> socket.socket:
    """A socket on this address; raises Stop when somebody else has it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    door = socket.socket(
        family, socket.SOCK_STREAM, socket.IPPROTO_TCP
    )  # asyncio sends at once on TCP that says so
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((host, port))
        door.listen(BACKLOG)
    except OSError as error:
        door.close()
        if error.errno == errno.EADDRINUSE:
            reason = f"Port {port} on {host} is in use: stop what uses it, or choose another with --port."
        else:
            reason = f"{host}:{port} cannot be listened on ({error.strerror}): choose another with --host and --port."
        raise Stop(reason) from error
    return door


def connections() -> int:
    """How many connections this process can have at once, after taking as many files as it is allowed to."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST + SPARE
    allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft < allowed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    most = max(allowed, soft)
    return min(MOST, max(most - SPARE, most // 4))


class Intake:
    """What may be shut before the doors are: nothing new is taken in, while pages are still shown."""

    def __init__(self, app: ASGIApp) -> None:
        self.shut = False
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An ASGI application; whoever brings something after the shutting is asked to come again."""
        if self.shut and scope["type"] == "http" and scope["method"] not in SAFE:
            again = Response(status_code=503, headers={"Retry-After": "5", "Connection": "close"})
            await again(scope, receive, send)
        else:
            await self._app(scope, receive, send)


class Server(uvicorn.Server):
    """uvicorn, which lets the service finish before it waits for connections to close."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        started: Callable[[], None],
        closing: Callable[[], Awaitable[None]],
        proxies: str = "127.0.0.1",
    ) -> None:
        """`proxies` are the addresses whose word on where a request comes from is taken, with commas between them."""
        self._intake = Intake(app)
        super().__init__(
            uvicorn.Config(
                self._intake,
                http=Patient,
                ws="none",
                log_config=None,
                access_log=False,
                lifespan="off",
                backlog=BACKLOG,
                limit_concurrency=connections(),
                timeout_keep_alive=KEPT_OPEN,
                timeout_graceful_shutdown=GRACE,
                server_header=False,
                forwarded_allow_ips=proxies,
            )
        )
        self._started, self._closing = started, closing

    def leave(self) -> None:
        """Begin to stop."""
        self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Say that people can come in."""
        await super().startup(sockets)
        self._started()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take nothing more in, let everything behind the door finish, then close it."""
        self._intake.shut = True
        await self._closing()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """The watchdog hears them (uvicorn's own raises them once more at the end)."""
        yield
