"""The web server: one door for browsers and for messengers that call us."""

import asyncio
import errno
import signal
import socket
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

from zinute.errors import Stop

GRACE = 3  # seconds that open requests get when the service stops


def listen(host: str, port: int) -> socket.socket:
    """A socket on this address; raises Stop when somebody else has it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    door = socket.socket(family, socket.SOCK_STREAM)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((host, port))
        door.listen(256)
    except OSError as error:
        door.close()
        if error.errno == errno.EADDRINUSE:
            reason = f"Port {port} on {host} is in use: stop what uses it, or choose another with --port."
        else:
            reason = f"{host}:{port} cannot be listened on ({error.strerror}): choose another with --host and --port."
        raise Stop(reason) from error
    return door


class Server(uvicorn.Server):
    """uvicorn, which lets the service finish before it waits for connections to close."""

    def __init__(
        self, app: ASGIApp, *, started: Callable[[], None], closing: Callable[[], Awaitable[None]]
    ) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,
                lifespan="off",
                timeout_graceful_shutdown=GRACE,
                server_header=False,
            )
        )
        self._started, self._closing = started, closing

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Say that people can come in."""
        await super().startup(sockets)
        self._started()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let everything behind the door finish, then close it."""
        await self._closing()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """SIGTERM and SIGINT stop the service, and the exit code is 0 (uvicorn's own raises them once more)."""
        loop = asyncio.get_running_loop()
        for each in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(each, self.handle_exit, each, None)
        yield
        for each in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(each)
