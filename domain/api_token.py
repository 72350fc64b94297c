"""Tokens of the REST API: how they are written, what they may do, and how often one may ask."""

import hashlib
import re
import string
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Literal, Self, get_args

from domain.organisation import Right

TokenScope = Literal[
    "organisations:read",
    "people:read",
    "people:write",
    "programmes:read",
    "assignments:read",
    "assignments:write",
    "progress:read",
    "certificates:read",
    "provisioning",
]
SCOPES: Final[tuple[TokenScope, ...]] = get_args(TokenScope)
PREFIX: Final = "zin_"
BYTES: Final = 32  # of chance
LONGEST_LIFE: Final = timedelta(days=365)
LIVES: Final = (30, 90, 180, 365)  # days
SEEN_EVERY: Final = timedelta(hours=1)
MOST_NAME: Final = 60
MOST: Final = 20  # that work, of one organisation
_DIGITS: Final = string.digits + string.ascii_uppercase + string.ascii_lowercase
_LETTERS, _CHECK = 43, 6  # 62 ** 43 > 2 ** 256
_SHAPE: Final = re.compile(rf"{PREFIX}[0-9A-Za-z]{{{_LETTERS + _CHECK}}}")


def written(random: bytes) -> str:
    """A token of BYTES random bytes: letters and digits, of which the last six let anybody tell it from a chance match.

    So that scanners for secrets find it without asking anybody (as GitHub's tokens are made).
    """
    body = _in_letters(int.from_bytes(random), _LETTERS)
    return f"{PREFIX}{body}{_check(body)}"


def well_formed(token: str) -> bool:
    """Whether it can be one of ours at all."""
    body = token[len(PREFIX) : -_CHECK]
    return _SHAPE.fullmatch(token) is not None and _check(body) == token[-_CHECK:]


def resembles(text: str) -> bool:
    """Whether there is something in it that looks like a token."""
    return _SHAPE.search(text) is not None


def rights_of(scopes: Collection[TokenScope]) -> frozenset[Right]:
    """What a coordinator may who does the same by hand; nobody gives roles by a token."""
    acts = any(each.endswith(":write") or each == "provisioning" for each in scopes)
    return frozenset({"see", "act"} if acts else {"see"})


def scopes_of(words: Collection[str]) -> tuple[TokenScope, ...]:
    """Those that are scopes, in their order."""
    return tuple(each for each in SCOPES if each in words)


@dataclass(frozen=True, slots=True)
class Pail:
    """A token bucket (RFC 2697's idea): `left` of `SIZE` at a moment; it fills evenly, whole within `FILLS`."""

    left: float
    at: datetime

    @classmethod
    def full(cls, now: datetime) -> Self:
        """Nothing was taken."""
        return cls(SIZE, now)

    def filled(self, now: datetime) -> float:
        """How much is in it now."""
        return min(SIZE, self.left + max((now - self.at) / FILLS, 0.0) * SIZE)

    def wait(self, now: datetime) -> timedelta:
        """How long until one can be taken; nothing if it can be now."""
        return max((1 - self.filled(now)) / SIZE * FILLS, timedelta(0))

    def taken(self, now: datetime) -> Self:
        """The same with one less in it."""
        return replace(self, left=self.filled(now) - 1, at=now)


SIZE: Final = 600.0
FILLS: Final = timedelta(minutes=1)


def _in_letters(number: int, places: int) -> str:
    letters = ""
    for _ in range(places):
        number, digit = divmod(number, len(_DIGITS))
        letters = _DIGITS[digit] + letters
    return letters


def _check(body: str) -> str:
    digest = hashlib.sha256(f"{PREFIX}{body}".encode()).digest()
    return _in_letters(int.from_bytes(digest[:8]) % len(_DIGITS) ** _CHECK, _CHECK)
