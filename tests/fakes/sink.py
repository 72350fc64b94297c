"""A lean Bot API server for benchmarks: `python -m tests.fakes.sink --port 0` prints its port and says yes.

With `--strict` it says no to what comes too fast.
"""

import argparse
import asyncio
import json
import re
import time
from collections import Counter
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs

from tests.fakes.ledger import Ledger, hash_of
from tests.fakes.strict import Strict

SENDS: Final = frozenset(
    {"sendmessage", "sendphoto", "editmessagetext", "editmessagecaption", "editmessagereplymarkup"}
)
ME: Final = b'{"id":1,"is_bot":true,"first_name":"Sink","username":"sink_bot","can_join_groups":false}'
_LENGTH: Final = re.compile(rb"\r\ncontent-length:[ \t]*(\d+)", re.IGNORECASE)
_CHAT: Final = re.compile(rb'\bchat_id"?(?:\r\n\r\n|\s*[:=]\s*"?)(-?\d+)')
_TIMEOUT: Final = re.compile(rb'\btimeout"?\s*[:=]\s*"?(\d+)')
OKAY: Final = b"200 OK"
Answer = tuple[bytes, bytes]  # the status and further lines of the head, and the body


class Sink:
    """What was asked so far. Each send is a time in `accepted` (monotonic ns) and, with a ledger, a line there.

    `strict`: it keeps the messenger's limits.
    """

    def __init__(self, ledger: Path | None = None, latency: float = 0.0, *, strict: bool = False) -> None:
        self.latency = latency
        self._strict = Strict() if strict else None
        self._last = 0
        self._ledger = Ledger(ledger) if ledger else None
        self.reset()

    def reset(self) -> None:
        """Count from the beginning; message numbers go on."""
        self.counts: Counter[str] = Counter()
        self.accepted: list[int] = []
        if self._strict:
            self._strict.reset()

    def answer(self, method: str, query: bytes, body: bytes) -> tuple[Answer, float]:
        """The answer, and the seconds until it is to be given."""
        self.counts[method] += 1
        if method in SENDS:
            return self._send(method, body), self.latency
        if method == "getupdates":
            asked = _TIMEOUT.search(body) or _TIMEOUT.search(query)
            return (OKAY, b'{"ok":true,"result":[]}'), min(50.0, float(asked[1])) if asked else 0.0
        return (OKAY, b'{"ok":true,"result":%s}' % (ME if method == "getme" else b"true")), 0.0

    def control(self, path: str) -> bytes:
        """What `/control/stats` and `/control/reset` answer."""
        if path == "/control/reset":
            self.reset()
        stats: dict[str, Any] = {"counts": self.counts, "accepted": self.accepted}
        return json.dumps(stats | ({"strict": self._strict.counts} if self._strict else {})).encode()

    def _send(self, method: str, body: bytes) -> Answer:
        now = time.monotonic_ns()
        if self._strict and (wait := self._strict.wait(chat_of(body), now / 1e9)):
            return _refusal(wait)
        self.accepted.append(now)
        self._last += 1
        number = self._last
        if self._ledger is not None:
            self._write(method, number, _fields(body))
        return OKAY, (
            b'{"ok":true,"result":{"message_id":%d,"date":1,"from":%s,"chat":{"id":1,"type":"private"},"text":"x"}}'
            % (number, ME)
        )

    def _write(self, method: str, number: int, fields: dict[str, Any]) -> None:
        assert self._ledger
        text = hash_of(str(fields.get("text", fields.get("caption", ""))))
        chat = str(fields.get("chat_id", ""))
        self._ledger.write("sent", method=method, chat=chat, text=text, message=number)


def chat_of(body: bytes) -> str:
    """For whom it is, whatever the form of the body."""
    found = _CHAT.search(body)
    return found[1].decode() if found else ""


def _refusal(wait: int) -> Answer:
    return b"429 Too Many Requests\r\nRetry-After: %d" % wait, (
        b'{"ok":false,"error_code":429,"description":"Too Many Requests: retry after %d",'
        b'"parameters":{"retry_after":%d}}' % (wait, wait)
    )


def _fields(body: bytes) -> dict[str, Any]:
    """The parameters of a JSON or an urlencoded body; none of any other."""
    if body.startswith(b"{"):
        fields: dict[str, Any] = json.loads(body)
        return fields
    return (
        {} if body.startswith(b"--") else {name: last[-1] for name, last in parse_qs(body.decode()).items()}
    )


class Connection(asyncio.Protocol):
    """HTTP/1.1 with keep-alive, one request after another, bodies by Content-Length only."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer each request that is complete."""
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:end]
            found = _LENGTH.search(head)
            whole = end + 4 + (int(found[1]) if found else 0)
            if len(self._buffer) < whole:
                return
            body, self._buffer = self._buffer[end + 4 : whole], self._buffer[whole:]
            self._answer(head, body)

    def _answer(self, head: bytes, body: bytes) -> None:
        target, _, query = head.split(b" ", 2)[1].partition(b"?")
        path = target.decode("latin-1")
        if path.startswith("/control/"):
            answer, seconds = (OKAY, self._sink.control(path)), 0.0
        else:
            answer, seconds = self._sink.answer(path.rpartition("/")[2].lower(), query, body)
        if seconds:
            asyncio.get_running_loop().call_later(seconds, self._write, answer)
        else:
            self._write(answer)

    def _write(self, answer: Answer) -> None:
        status, body = answer
        head = b"HTTP/1.1 %b\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
        self._transport.write(head % (status, len(body)) + body)


async def serve(port: int, sink: Sink) -> None:
    """Serve on 127.0.0.1 until cancelled; the first line of output is the port."""
    server = await asyncio.get_running_loop().create_server(lambda: Connection(sink), "127.0.0.1", port)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 is any free port")
    parser.add_argument("--ledger", type=Path, help="a file that gets a JSON line for each send")
    parser.add_argument("--latency", type=float, default=0.0, help="milliseconds before a send is answered")
    parser.add_argument("--strict", action="store_true", help="refuse what comes too fast")
    given = parser.parse_args()
    asyncio.run(serve(given.port, Sink(given.ledger, given.latency / 1000, strict=given.strict)))
