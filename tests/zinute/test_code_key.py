"""The key of the codes that go by mail: made once, for its owner only, and whole."""

import stat
from pathlib import Path

import pytest

from zinute.code_key import code_key
from zinute.config import Settings
from zinute.errors import Stop


def test_it_is_made_once_and_read_by_its_owner_only(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data")
    key = code_key(settings)
    assert (len(key), code_key(settings)) == (32, key)
    file = tmp_path / "data" / "code-key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert code_key(Settings(data=tmp_path / "other")) != key
    assert code_key(Settings(data=tmp_path / "other", code_key=file)) == key


def test_one_that_cannot_be_used_stops_the_service(tmp_path: Path) -> None:
    half = tmp_path / "half"
    half.write_bytes(b"k" * 31)
    with pytest.raises(Stop, match="is not whole"):
        code_key(Settings(code_key=half))
    with pytest.raises(Stop, match="cannot be used"):
        code_key(Settings(code_key=tmp_path))
