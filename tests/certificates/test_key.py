"""The key for badges: made once, kept from others, and refused in one sentence when something is wrong with it."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from certificates.errors import BadKey
from certificates.key import load
from tests.certificates.samples import KEY


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def pem(key: object, password: bytes = b"") -> bytes:
    assert isinstance(key, ec.EllipticCurvePrivateKey | type(KEY))
    hidden = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    content: bytes = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, hidden)
    return content


def test_a_key_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "data" / "badges.pem"
    umask = os.umask(0)
    try:
        first = load(path)
    finally:
        os.umask(umask)
    assert load(path).private_bytes_raw() == first.private_bytes_raw()
    assert (mode(path), [each.name for each in path.parent.iterdir()]) == (0o600, ["badges.pem"])
    assert load(tmp_path / "other.pem").private_bytes_raw() != first.private_bytes_raw()


def test_those_who_start_at_once_have_the_same_key(tmp_path: Path) -> None:
    path = tmp_path / "badges.pem"
    with ThreadPoolExecutor(8) as threads:
        keys = {key.private_bytes_raw() for key in threads.map(load, [path] * 16)}
    assert (len(keys), [each.name for each in tmp_path.iterdir()]) == (1, ["badges.pem"])


@pytest.mark.parametrize("bits", [0o640, 0o604, 0o660, 0o644, 0o610])
def test_a_key_that_others_can_reach_is_refused(tmp_path: Path, bits: int) -> None:
    path = tmp_path / "badges.pem"
    load(path)
    path.chmod(bits)
    with pytest.raises(BadKey) as refused:
        load(path)
    assert str(refused.value) == f"The key for badges, {path}, can be read by others: run 'chmod 600 {path}'."


@pytest.mark.parametrize(
    "content",
    [b"", b"not a key", pem(KEY)[:60], pem(KEY, b"secret"), pem(ec.generate_private_key(ec.SECP256R1()))],
    ids=["empty", "text", "half", "with a password", "another kind"],
)
def test_something_else_is_refused_and_kept(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "badges.pem"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(BadKey, match="holds no Ed25519 key: put the key for badges back from a backup"):
        load(path)
    assert path.read_bytes() == content


def test_a_place_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BadKey, match=f"The key for badges, {tmp_path}/file/badges.pem, cannot be used"):
        load(tmp_path / "file" / "badges.pem")
    with pytest.raises(BadKey, match="cannot be used"):
        load(tmp_path)
