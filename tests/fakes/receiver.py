"""Somebody who takes webhooks over real HTTP, and looks at them as any receiver would: with a library of others."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError


class Moved(Webhook):
    """The library's verifier in a test whose clock is moved: its moment is the sender's."""

    def _Webhook__verify_timestamp(  # noqa: N802 (the name that Python gives its private method)
        self, header: str
    ) -> datetime:
        return datetime.fromtimestamp(float(header), UTC)


@dataclass
class Receiver:
    """What came. `taken` are the events that were signed with one of the `secrets`, by their ids; `status` is what it
    answers those with. It waits for `open` before it answers anything."""

    secrets: list[str] = field(default_factory=list)
    taken: dict[str, dict[str, Any]] = field(default_factory=dict)
    came: list[dict[str, str]] = field(default_factory=list)
    status: int = 204
    statuses: dict[str, int] = field(default_factory=dict)
    open: Event = field(default_factory=Event)
    url: str = ""

    def take(self, headers: dict[str, str], body: bytes) -> int:
        """The status."""
        self.came.append(headers)
        for secret in self.secrets:
            try:
                told = Moved(secret).verify(body, headers)
            except WebhookVerificationError:
                continue
            status = self.statuses.get(told["type"], self.status)
            if 200 <= status < 300:
                self.taken[headers["webhook-id"]] = told
            return status
        return 401


@contextmanager
def receiving() -> Iterator[Receiver]:
    """One that listens until the end."""
    receiver = Receiver()
    receiver.open.set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.open.wait(20)
            status = receiver.take({name.lower(): value for name, value in self.headers.items()}, body)
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", f"{receiver.url}/elsewhere")
            self.end_headers()
            with suppress(OSError):  # nobody reads so much
                self.wfile.write(b"no\x1b" * 1000)

        def log_message(self, *_given: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    receiver.url = f"http://127.0.0.1:{server.server_port}/hooks?for=zinute"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield receiver
    finally:
        receiver.open.set()
        server.shutdown()
        thread.join()
        server.server_close()
