"""What may not stand in a log: secrets, addresses of people, and characters that a terminal or a log obeys."""

import re
from typing import Final

LONGEST: Final = 300

_RULES: Final = (
    (
        re.compile(r"\d{6,}:[A-Za-z0-9_-]{30,}"),
        "[token]",
    ),  # a bot's (faults known in this field: telegram.md, B22)
    (re.compile(r"zin_[0-9A-Za-z]{20,}"), "[token]"),  # one of the API's
    (re.compile(r"(?i)\b(bearer|basic) +[\w.~+/=-]+"), r"\1 [secret]"),
    (re.compile(r"(?i)\b(\w*(?:token|code|secret|password|key))=[^&\s\"']+"), r"\1=[secret]"),
    (re.compile(r"(\w+://[^/\s:@]*):[^/\s@]+@"), r"\1:[secret]@"),
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "[address]"),
)
# C0 and C1 controls, line and paragraph separators, and what turns the direction of writing.
_OBEYED: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def redacted(text: str) -> str:
    """The text without secrets, on one line, cut off where it is long."""
    for pattern, instead in _RULES:
        text = pattern.sub(instead, text)
    shown = _OBEYED.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)
    return shown if len(shown) <= LONGEST else f"{shown[:LONGEST]}…"
