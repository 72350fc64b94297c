"""Opaque keys for steps: what a button carries says nothing and cannot be guessed."""

import secrets


def new_key() -> str:
    """72 random bits in 12 characters."""
    return secrets.token_urlsafe(9)
