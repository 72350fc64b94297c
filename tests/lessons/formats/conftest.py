"""How the tests of formats import a file."""

from collections.abc import Callable
from pathlib import Path

import pytest

from lessons.formats.folder import check_place
from lessons.formats.importing import keep
from lessons.formats.making import Taken, make


@pytest.fixture
def bring(tmp_path: Path) -> Callable[..., Taken]:
    """Import this content, as of a file of this name, into tmp_path/bank; in this process, which is faster."""

    def bring(name: str, content: str | bytes, **given: str) -> Taken:
        check_place(tmp_path / "bank")
        data = content.encode() if isinstance(content, str) else content
        return keep(make(name, data, language="lt", **given), tmp_path / "bank")

    return bring
