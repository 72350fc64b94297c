"""A raw answer is read for what it surely says, and a refusal keeps the seconds that it asks for."""

from typing import Any

import pytest

from bot.channel import (
    AccountRefused,
    Ambiguous,
    Limited,
    NotConnected,
    NotSent,
    Refused,
    SendError,
    Unreachable,
)
from bot.channels.telegram.api import message_of, result_of, updates_of
from bot.channels.telegram.problem import Answered, NoConnection, Problem, Unclear, failure


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
        (NoConnection(), NotConnected),
        (Unclear(), Ambiguous),
        (Answered(409, "Conflict"), NotSent),
        (Answered(429, "Too Many Requests: retry after 5", 5.0), Limited),
        (Answered(401, "Unauthorized"), AccountRefused),
        (Answered(404, "Not Found"), AccountRefused),
        (Answered(403, "Forbidden: user is deactivated"), Unreachable),
        (Answered(400, "Bad Request: PEER_ID_INVALID"), Unreachable),
        (Answered(400, "Bad Request: group chat was upgraded to a supergroup chat"), Unreachable),
        (Answered(400, "Bad Request: ?", moved_to="-1001"), Unreachable),
        (Answered(400, "Bad Request: message is too long"), Refused),
        (Answered(406, "?"), Refused),
        (Answered(500, "Internal Server Error: restart"), Ambiguous),
        (Answered(200, "?"), Ambiguous),
    ],
)
def test_a_problem_has_one_meaning(problem: Problem, error: type[SendError]) -> None:
    assert type(failure(problem)) is error


@pytest.mark.parametrize(
    ("body", "updates"),
    [
        (b'{"ok":true,"result":[]}', []),
        (
            b'{"ok":true,"result":[{"update_id":1}, {"update_id":2}]}',
            [b'{"update_id":1}', b'{"update_id":2}'],
        ),
        (b'{"ok":true,"result":[{"a":"],\\"["},{"b":"\xff"},7]}', [b'{"a":"],\\"["}', b'{"b":"\xff"}', b"7"]),
        (b'{"ok":true,"result":[{"a":"\\ud83d"},{"b":1}]}', [b'{"a":"\\ud83d"}', b'{"b":1}']),
        (b'{"ok":true,"result":[1,' + b"[" * 9_000 + b"]" * 9_000 + b",2]}", None),
        (b'{"ok":true,"result":[{"n":NaN},{"b":1}]}', [b'{"n":NaN}', b'{"b":1}']),
    ],
    ids=lambda value: str(value)[:40],
)
def test_each_update_is_cut_out_as_it_came(body: bytes, updates: list[bytes] | None) -> None:
    cut = updates_of(200, None, body)
    assert (cut if updates is not None else [cut[0], cut[2]]) == (
        updates if updates is not None else [b"1", b"2"]
    )


@pytest.mark.parametrize(
    "body",
    [
        b'{"ok":true}x',
        b'{"ok":true,"result":{}}',
        b'{"ok":true,"result":[{"a":1}',
        b'{"ok":true,"result":[{]',
    ],
)
def test_updates_that_are_no_list_are_unclear(body: bytes) -> None:
    with pytest.raises(Unclear):
        updates_of(200, None, body)


def test_a_refusal_of_updates_is_read() -> None:
    with pytest.raises(Answered, match="409 Conflict"):
        updates_of(409, None, b'{"ok":false,"error_code":409,"description":"Conflict"}')


def test_a_long_description_is_cut() -> None:
    assert str(Answered(400, "x" * 9_000)) == "400 " + "x" * 200
