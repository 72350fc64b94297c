"""How the tests of formats import a file."""

from collections.abc import Callable
from pathlib import Path

import pytest

from lessons.formats.making import Taken
from tests.lessons.formats import near


@pytest.fixture
def bring(tmp_path: Path) -> Callable[..., Taken]:
    """Import this content, as of a file of this name, into tmp_path/bank."""

    def bring(name: str, content: str | bytes, **given: str) -> Taken:
        data = content.encode() if isinstance(content, str) else content
        return near.bring(name, data, tmp_path / "bank", **given)  # type: ignore[arg-type]

    return bring
