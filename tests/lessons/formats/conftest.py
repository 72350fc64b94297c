"""How the tests of formats import a file."""

from collections.abc import Callable
from pathlib import Path

import pytest

from lessons.formats.importing import Taken, take


@pytest.fixture
def bring(tmp_path: Path) -> Callable[..., Taken]:
    """Import this content from a file of this name into tmp_path/bank."""

    def bring(name: str, content: str | bytes, **given: str) -> Taken:
        file = tmp_path / name
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return take(file, tmp_path / "bank", language="lt", **given)

    return bring
