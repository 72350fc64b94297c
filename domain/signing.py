"""Signing in: what a password has to be, who needs a second factor, and for how long a proof is fresh."""

import base64
import hashlib
import hmac
import re
import unicodedata
from datetime import datetime, timedelta
from typing import Final, Literal

from domain.organisation import Scope

SHORTEST: Final = 12
LONGEST: Final = 256
FRESH: Final = timedelta(minutes=30)  # what is dangerous asks again when the last proof is older
HALF_LASTS: Final = timedelta(minutes=10)  # between the first factor and the second
STEP: Final = 30  # seconds of a code of an authenticator (RFC 6238)
CODES: Final = 10  # recovery codes
CODE_BYTES: Final = 15  # 120 bits, and 24 letters without padding
# Whoever may give rights to others may not be one password away from anybody.
GIVES_RIGHTS: Final[frozenset[str]] = frozenset({"manage"})
CHOICES: Final = 3  # numbers among which the one of the chat is chosen
How = Literal["link", "chat", "password", "passkey", "organisation"]
# What changed in how somebody signs in: a new one, or `no_` longer one. A recovery "code" was used; an operator starts
# them "anew".
Change = Literal[
    "password",
    "authenticator",
    "no_authenticator",
    "codes",
    "code",
    "passkey",
    "no_passkey",
    "account",
    "no_account",
    "anew",
]
_BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS: Final = (
    ("Android", "Android"),
    ("iPhone", "iOS"),
    ("iPad", "iPadOS"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def must_have_second(scope: Scope) -> bool:
    """Whether whoever has this scope has to sign in with two factors."""
    return bool(GIVES_RIGHTS & scope.rights)


def is_fresh(proven_at: datetime, now: datetime) -> bool:
    """Whether somebody proved who they are so recently that they need not do it again."""
    return now - proven_at < FRESH


def normal(password: str) -> str:
    """The same characters however a keyboard composes them (NIST SP 800-63B, 3.1.1.2)."""
    return unicodedata.normalize("NFKC", password)


def secret_of(key: bytes, seed: str) -> str:
    """The secret of an authenticator (160 bits, base32), made of a seed: without the key nobody knows it."""
    return base64.b32encode(hmac.digest(key, f"authenticator:{seed}".encode(), "sha256")[:20]).decode()


def link_token(key: bytes, seed: str) -> str:
    """The token of a link that is sent (256 bits), made of a seed: without the key nobody knows it."""
    return base64.urlsafe_b64encode(hmac.digest(key, f"link:{seed}".encode(), "sha256")).decode().rstrip("=")


def is_link(key: bytes, seed: str, token: str) -> bool:
    """Whether this is the token of the seed; it takes as long whatever it is."""
    return hmac.compare_digest(link_token(key, seed).encode(), token.encode(errors="replace"))


def numbers(token: str, number: str) -> tuple[str, ...]:
    """The number of a link among others, in their order: always the same ones for a token, so that nobody can tell by
    looking twice."""
    found, chance = {number}, hashlib.sha256(token.encode()).digest()
    for each in chance:
        if len(found) < CHOICES:
            found.add(f"{each % 90 + 10}")
    return tuple(sorted(found))


def recovery_code(random: bytes) -> str:
    """A recovery code as it is shown, of CODE_BYTES random bytes: groups of four letters and digits."""
    letters = base64.b32encode(random).decode()
    return "-".join(letters[start : start + 4] for start in range(0, len(letters), 4))


def plain_code(typed: str) -> str:
    """What was typed without what stands between groups, in capitals."""
    return re.sub(r"[\s-]+", "", typed).upper()


def time_step(now: datetime) -> int:
    """The number of the time step that a code of an authenticator belongs to."""
    return int(now.timestamp()) // STEP


def browser_of(agent: str) -> str:
    """The browser and the system of a User-Agent, as its owner knows them; "" when they are none of the usual."""
    found = (next((name for mark, name in among if mark in agent), "") for among in (_BROWSERS, _SYSTEMS))
    return ", ".join(filter(None, found))
