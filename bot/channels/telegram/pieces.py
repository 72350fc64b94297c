"""Updates taken out of an answer that no JSON decoder reads as a whole: too deep, or with bytes that are no text."""

import re
from typing import Final

# A string whole, or one bracket or comma; all else is passed over.
_TOKEN: Final = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{},]', re.DOTALL)
_RESULT: Final = re.compile(rb'\s*\{\s*"ok"\s*:\s*true\s*,\s*"result"\s*:\s*\[')


def pieces_of(body: bytes) -> list[bytes] | None:
    """The elements of the list `result`, cut at its commas; None when the list does not end, or is none."""
    begin = _RESULT.match(body)
    if begin is None:
        return None
    depth, start, pieces = 0, begin.end(), list[bytes]()
    for token in _TOKEN.finditer(body, start):
        mark = token[0]
        if depth == 0 and mark in b",]":
            pieces.append(body[start : token.start()].strip())
            start = token.end()
            if mark == b"]":
                return [piece for piece in pieces if piece]
        depth += (mark in b"[{") - (mark in b"]}")
    return None
