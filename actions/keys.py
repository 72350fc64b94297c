"""Opaque keys of steps and codes of certificates: they say nothing and cannot be guessed."""

import secrets
from time import time
from typing import Final

BYTES: Final = 9
AT_ONCE: Final = 256  # the system is asked for chance once for so many keys
_drawn: list[str] = []  # threads take from its end, each another one


def new_key() -> str:
    """72 random bits in 12 characters behind 8 that grow with time: in an index, new ones stand beside each other."""
    try:
        drawn = _drawn.pop()
    except IndexError:
        drawn = _draw()
    return f"{int(time()):08x}{drawn}"


def _draw() -> str:
    """One, and more for those who come next."""
    written, length = secrets.token_urlsafe(BYTES * AT_ONCE), BYTES * 4 // 3
    first, *more = (written[place : place + length] for place in range(0, len(written), length))
    _drawn.extend(more)
    return first


def new_code() -> str:
    """128 random bits in 22 characters."""
    return secrets.token_urlsafe(16)
