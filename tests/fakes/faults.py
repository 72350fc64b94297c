"""Failures that a test has scripted for the next requests."""

from time import monotonic
from typing import Literal

from pydantic import BaseModel, ConfigDict


class Fault(BaseModel):
    """What happens to requests of `method` ("*" is any, "send" what puts a message into a chat).

    It happens to the next `times` of them, or to all within `seconds`; with `every` only to each n-th. `chat`: only to
    those for this chat.
    `accept`: the request is carried out before it fails. `then`: "answer" with `status` and `body` (else
    a well-formed refusal; `{message_id}` in a body is replaced, `pad` bytes are added in front of it), "silence" until
    the client leaves, "close" without a byte, "cut" in the middle of the body.
    """

    model_config = ConfigDict(extra="forbid")

    method: str = "*"
    chat: str = ""
    times: int = 1
    every: int = 1
    seconds: float = 0
    accept: bool = False
    then: Literal["answer", "silence", "close", "cut"] = "answer"
    status: int = 200
    description: str = "scripted"
    retry_after: int | None = None
    migrate_to: int | None = None
    body: str | None = None
    content_type: str = "application/json"
    pad: int = 0

    def concerns(self, method: str, chat: str) -> bool:
        """Whether the fault is about such a request."""
        named = self.method in ("*", method) or (self.method == "send" and method.startswith("send"))
        return named and self.chat in ("", chat)


class Faults:
    """The script of one account, in order; `needs_chat` when a request's chat has to be known."""

    def __init__(self) -> None:
        self._script: list[tuple[Fault, float]] = []
        self._seen: dict[int, int] = {}

    @property
    def needs_chat(self) -> bool:
        """Whether a fault is about one chat."""
        return any(fault.chat for fault, _ in self._script)

    def add(self, fault: Fault) -> None:
        """Append to the script."""
        self._script.append((fault, monotonic() + fault.seconds))

    def clear(self) -> None:
        """Nothing fails any more."""
        self._script.clear()

    def take(self, method: str, chat: str = "") -> Fault | None:
        """The failure of a request of `method`, used up once."""
        for fault, until in self._script:
            if fault.concerns(method, chat) and self._happens(fault, until):
                return fault
        return None

    def _happens(self, fault: Fault, until: float) -> bool:
        if monotonic() > until if fault.seconds else fault.times <= 0:
            return False
        seen = self._seen[id(fault)] = self._seen.get(id(fault), 0) + 1
        if seen % fault.every:
            return False
        fault.times -= 1
        return True
