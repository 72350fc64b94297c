"""Failures that a test has scripted for the next requests."""

from typing import Literal

from pydantic import BaseModel, ConfigDict


class Fault(BaseModel):
    """What happens to the next `times` requests of `method` ("*" is any).

    `accept`: the request is carried out before it fails. `then`: "answer" with `status` and `body` (else
    a well-formed refusal; `{message_id}` in a body is replaced), "silence" until the client leaves, "close"
    without a byte, "cut" in the middle of the body.
    """

    model_config = ConfigDict(extra="forbid")

    method: str = "*"
    times: int = 1
    accept: bool = False
    then: Literal["answer", "silence", "close", "cut"] = "answer"
    status: int = 200
    description: str = "scripted"
    retry_after: int | None = None
    body: str | None = None


class Faults:
    """The script of one account, in order."""

    def __init__(self) -> None:
        self._script: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Append to the script."""
        self._script.append(fault)

    def take(self, method: str) -> Fault | None:
        """The failure of a request of `method`, used up once."""
        for fault in self._script:
            if fault.method in ("*", method) and fault.times > 0:
                fault.times -= 1
                return fault
        return None
