"""Opaque keys of steps and codes of certificates: they say nothing and cannot be guessed."""

import secrets
from time import time
from typing import Final

_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"


def new_key() -> str:
    """72 random bits in 12 characters behind 7 that grow with time: in an index, new ones stand beside each other."""
    tenths, places = int(time() * 10), ""
    for _ in range(7):
        tenths, digit = divmod(tenths, 36)
        places = _DIGITS[digit] + places
    return places + secrets.token_urlsafe(9)


def new_code() -> str:
    """128 random bits in 22 characters."""
    return secrets.token_urlsafe(16)
