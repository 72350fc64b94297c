"""The key of the codes that are sent by e-mail: without it nobody can tell them from the store."""

import hmac
import secrets
from typing import TYPE_CHECKING, Final

from certificates.key import write_new
from storage import instance
from zinute.errors import Stop

if TYPE_CHECKING:
    from pathlib import Path

    from storage.database import Database
    from zinute.config import Settings

SIZE: Final = 32  # bytes
_MARK: Final = b"zinute: the key of the codes"


async def shared_key(settings: "Settings", database: "Database") -> bytes:
    """The key with which all services on this store make codes; raises Stop when this machine has another.

    The store keeps a fingerprint of the first one.
    """
    key = code_key(settings)
    fingerprint = hmac.digest(key, _MARK, "sha256").hex()
    if await database.write(lambda tx: instance.is_code_key(tx, fingerprint)):
        return key
    raise Stop(
        f"The codes of this store are made with another key than that in {_path(settings)}: copy the key of the other "
        "machine there (if it is lost, see docs/mail.md)."
    )


def code_key(settings: "Settings") -> bytes:
    """The key in this machine's file, made when there is none; raises Stop when the file cannot be used."""
    path = _path(settings)
    try:
        if not path.exists():
            write_new(path, secrets.token_bytes(SIZE))
        key = path.read_bytes()
    except OSError as error:
        raise Stop(f"The key for codes, {path}, cannot be used ({error.strerror}).") from error
    if len(key) != SIZE:
        raise Stop(f"The key for codes, {path}, is not whole: move it away to have a new one made.")
    return key


def _path(settings: "Settings") -> "Path":
    return settings.code_key or settings.state / "code-key"
