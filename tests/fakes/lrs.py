"""A learning record store over real HTTP that takes only what xAPI 1.0.3 allows of what we send."""

import json
import re
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

USER, PASSWORD = "zinute", "s3cret:ä"
AUTHORIZATION: Final = "Basic " + b64encode(f"{USER}:{PASSWORD}".encode()).decode()
KEYS: Final = {"id", "actor", "verb", "object", "timestamp", "result", "context"}
RESULT: Final = {"completion", "success", "score"}
Json = dict[str, Any]


@dataclass
class Lrs:
    """What it was sent. `statements` are those that it took, by their ids; `down` is what it answers everything with;
    from so many statements on (`falls_after`) it answers 503; `bad` are ids (or "" for any) that it does not take."""

    statements: dict[str, Json] = field(default_factory=dict)
    requests: list[tuple[int, int]] = field(default_factory=list)
    down: int = 0
    most: int = 100
    conflicts: bool = False
    falls_after: int = 0
    bad: set[str] = field(default_factory=set)
    url: str = ""

    def take(self, headers: Any, body: bytes) -> tuple[int, str]:
        """The status and what it says."""
        if self.down:
            return self.down, "down\x1b[31m"
        if self.falls_after and len(self.statements) >= self.falls_after:
            return 503, "slow"
        if headers["Authorization"] != AUTHORIZATION:
            return 401, "who?"
        if headers["X-Experience-API-Version"] != "1.0.3" or headers["Content-Type"] != "application/json":
            return 400, "headers"
        sent = json.loads(body)
        if len(sent) > self.most:
            return 413, "too many"
        wrong = [fault for each in sent for fault in faults(each)]
        wrong += [f"bad {each['id']}" for each in sent if each["verb"]["id"] in self.bad]
        if wrong:
            return 400, "\n".join(wrong)
        if self.conflicts and any(each["id"] in self.statements for each in sent):
            return 409, "there already"
        self.statements |= {each["id"]: each for each in sent}
        return 200, json.dumps([each["id"] for each in sent])


def faults(told: Json) -> Iterator[str]:
    """What xAPI does not allow, and what nobody may be told."""
    if set(told) - KEYS or not {"id", "actor", "verb", "object"} <= set(told):
        yield f"keys {sorted(told)}"
    UUID(told["id"])
    if datetime.fromisoformat(told["timestamp"]).utcoffset() is None:
        yield "a moment without a zone"
    account = told["actor"].get("account", {})
    if set(told["actor"]) != {"objectType", "account"} or set(account) != {"homePage", "name"}:
        yield "an actor that is no account"
    if not re.fullmatch("[0-9a-f]{32}", account.get("name", "")):
        yield "no pseudonym"
    yield from (f"no IRI: {each}" for each in names(told) if not urlsplit(each).scheme or " " in each)
    yield from wrong_result(told.get("result", {}))


def names(told: Json) -> list[str]:
    """What it is about, by IRIs."""
    above = told.get("context", {}).get("contextActivities", {})
    return [told["verb"]["id"], told["object"]["id"], *(each["id"] for of in above.values() for each in of)]


def wrong_result(result: Json) -> Iterator[str]:
    """What is wrong with what came of it."""
    if set(result) - RESULT:
        yield f"result {sorted(result)}"
    score = result.get("score", {"scaled": 0})
    within = score.get("min", 0) <= score.get("raw", 0) <= score.get("max", 1e9)
    if not -1 <= score["scaled"] <= 1 or not within:
        yield f"score {score}"


@contextmanager
def running() -> Iterator[Lrs]:
    """One that listens until the end."""
    lrs = Lrs()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            right = self.path == "/xapi/statements"
            status, says = lrs.take(self.headers, body) if right else (404, "where?")
            lrs.requests.append((status, len(json.loads(body))))
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", f"{lrs.url}/elsewhere")
            self.end_headers()
            self.wfile.write(says.encode())

        def log_message(self, *_given: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    lrs.url = f"http://127.0.0.1:{server.server_port}/xapi"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield lrs
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
