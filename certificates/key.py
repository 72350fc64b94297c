"""The key that signs badges: a file that only its owner may read.

Whoever has it can make badges in the service's name, and without it badges made before can still be checked, but no new
ones made under the same name: it belongs into the backup.
"""

import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from certificates.errors import BadKey

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
_MOST: Final = 16 * 1024


def load(path: Path) -> "Ed25519PrivateKey":
    """The key in this file (PEM, PKCS #8), made when there is no file; of two that make it at once, the first is right.

    Raises `BadKey` for a file that others can read or that holds something else.
    """
    try:
        with suppress(FileNotFoundError):
            return _read(path)
        _make(path)
        return _read(path)
    except OSError as error:
        raise BadKey(
            f"The key for badges, {path}, cannot be used ({error.strerror}): let the service read and write it."
        ) from None


def _read(path: Path) -> "Ed25519PrivateKey":
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    with path.open("rb") as file:
        if os.name == "posix" and os.fstat(file.fileno()).st_mode & _OTHERS:
            raise BadKey(f"The key for badges, {path}, can be read by others: run 'chmod 600 {path}'.")
        content = file.read(_MOST)
    try:
        key = load_pem_private_key(content, password=None)
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise BadKey(
            f"{path} holds no Ed25519 key: put the key for badges back from a backup, or move the file "
            "away to have a new one made."
        )
    return key


def _make(path: Path) -> None:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    content = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    write_new(path, content)


def write_new(path: Path, content: bytes) -> None:
    """Write beside the file and give it its name, so that nobody reads half a key; one that is there stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # mode 0600
    made = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            path.hardlink_to(made)
    finally:
        made.unlink()
