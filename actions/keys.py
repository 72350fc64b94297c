"""Opaque keys of steps and codes of certificates: they say nothing and cannot be guessed."""

import secrets
from time import time


def new_key() -> str:
    """72 random bits in 12 characters behind 8 that grow with time: in an index, new ones stand beside each other."""
    return f"{int(time()):08x}{secrets.token_urlsafe(9)}"


def new_code() -> str:
    """128 random bits in 22 characters."""
    return secrets.token_urlsafe(16)
