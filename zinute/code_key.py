"""The key of the codes that are sent by e-mail: without it nobody can tell them from the store."""

import secrets
from typing import TYPE_CHECKING, Final

from certificates.key import write_new
from zinute.errors import Stop

if TYPE_CHECKING:
    from zinute.config import Settings

SIZE: Final = 32  # bytes


def code_key(settings: "Settings") -> bytes:
    """The key of this installation, made when there is none; raises Stop when its file cannot be used.

    A lost one costs only the codes of the last ten minutes.
    """
    path = settings.code_key or settings.data / "code-key"
    try:
        if not path.exists():
            write_new(path, secrets.token_bytes(SIZE))
        key = path.read_bytes()
    except OSError as error:
        raise Stop(f"The key for codes, {path}, cannot be used ({error.strerror}).") from error
    if len(key) != SIZE:
        raise Stop(f"The key for codes, {path}, is not whole: move it away to have a new one made.")
    return key
