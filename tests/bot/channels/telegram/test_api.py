"""A raw answer is read for what it surely says, and a refusal keeps the seconds that it asks for."""

from typing import Any

import pytest

from bot.channel import AccountRefused, Ambiguous, NotSent, Refused, SendError, Unreachable
from bot.channels.telegram.api import Answered, NotConnected, Problem, Unclear, failure, message_of, result_of


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"ok":true,"result":{"message_id":7,"date":1}}', "7"),
        (b' { "ok" : true, "result": {"message_id": 7, "chat"', "7"),
        (b'{"ok":true,"result":{"message_id":7}}trailing', "7"),
        (b'{"ok":true,"result":{"mess', ""),
        (b'{"ok":true,"result":{"message_id":"7"}}', ""),
        (b'{"ok":true,"result":{"message_id":true}}', ""),
        (b'{"ok":true}', ""),
    ],
)
def test_ok_is_believed(body: bytes, message: str) -> None:
    assert message_of(result_of(200, None, body)) == message


@pytest.mark.parametrize(
    ("status", "header", "body", "expected"),
    [
        (429, "3", b"<html>", (429, 3.0)),
        (429, "soon", b"<html>", (429, None)),
        (429, "9", b'{"ok":false,"error_code":429,"parameters":{"retry_after":5}}', (429, 5.0)),
        (429, "9", b'{"ok":false,"error_code":429,"parameters":[]}', (429, 9.0)),
        (400, None, b'{"ok":false,"description":null}', (400, None)),
        (413, None, b"", (413, None)),
        (200, None, b'{"ok":false,"error_code":403}', (403, None)),
    ],
)
def test_a_refusal_is_read(status: int, header: str | None, body: bytes, expected: Any) -> None:
    with pytest.raises(Answered) as caught:
        result_of(status, header, body)
    assert (caught.value.code, caught.value.retry_after) == expected


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b"\xff", b'{"ok":1}', b'{"ok":"true"}', b"[" * 100_000, b'{"no":{"ok":true}}']
)
def test_anything_else_is_unclear(body: bytes) -> None:
    with pytest.raises(Unclear):
        result_of(200, None, body)


@pytest.mark.parametrize(
    ("problem", "error"),
    [
        (NotConnected(), NotSent),
        (Unclear(), Ambiguous),
        (Answered(409, "Conflict"), NotSent),
        (Answered(429, "Too Many Requests: retry after 5", 5.0), NotSent),
        (Answered(401, "Unauthorized"), AccountRefused),
        (Answered(404, "Not Found"), AccountRefused),
        (Answered(403, "Forbidden: user is deactivated"), Unreachable),
        (Answered(400, "Bad Request: PEER_ID_INVALID"), Unreachable),
        (Answered(400, "Bad Request: group chat was upgraded to a supergroup chat"), Unreachable),
        (Answered(400, "Bad Request: message is too long"), Refused),
        (Answered(406, "?"), Refused),
        (Answered(500, "Internal Server Error: restart"), Ambiguous),
        (Answered(200, "?"), Ambiguous),
    ],
)
def test_a_problem_has_one_meaning(problem: Problem, error: type[SendError]) -> None:
    assert type(failure(problem)) is error


def test_a_long_description_is_cut() -> None:
    assert str(Answered(400, "x" * 9_000)) == "400 " + "x" * 200
