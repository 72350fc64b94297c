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
    "organisations:write",
    "people:read",
    "people:write",
    "programmes:read",
    "assignments:read",
    "assignments:write",
    "announcements:read",
    "announcements:write",
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
MOST_ASKED: Final = 600  # requests of a token in a minute
MINUTE: Final = timedelta(minutes=1)
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


def rights_of(scope: TokenScope) -> frozenset[Right]:
    """What somebody may who does by hand what a request of this scope does: a request has the rights of its own scope,
    whatever else its token is for, so that nobody gives roles by a token, or touches somebody who has one."""
    if scope == "organisations:write":
        return frozenset({"see", "manage"})
    return frozenset({"see", "act"} if scope.endswith(":write") or scope == "provisioning" else {"see"})


def scopes_of(words: Collection[str]) -> tuple[TokenScope, ...]:
    """Those that are scopes, in their order."""
    return tuple(each for each in SCOPES if each in words)


@dataclass(frozen=True, slots=True)
class Asked:
    """When requests were made, the oldest first: at most MOST_ASKED in any minute.

    Those less than a minute before or after a moment count at it: a clock set back a little forgives nothing, and
    one set back far holds nobody up.
    """

    at: tuple[datetime, ...] = ()

    def wait(self, now: datetime) -> timedelta:
        """How long until there may be one more; nothing if there may be now."""
        lately = self._lately(now)
        return lately[-MOST_ASKED] + MINUTE - now if len(lately) >= MOST_ASKED else timedelta(0)

    def and_at(self, now: datetime) -> Self:
        """The same with one more."""
        return replace(self, at=(*self._lately(now), now))

    def _lately(self, now: datetime) -> tuple[datetime, ...]:
        return tuple(each for each in self.at if abs(now - each) < MINUTE)


def _in_letters(number: int, places: int) -> str:
    letters = ""
    for _ in range(places):
        number, digit = divmod(number, len(_DIGITS))
        letters = _DIGITS[digit] + letters
    return letters


def _check(body: str) -> str:
    digest = hashlib.sha256(f"{PREFIX}{body}".encode()).digest()
    return _in_letters(int.from_bytes(digest[:8]) % len(_DIGITS) ** _CHECK, _CHECK)
