"""Lessons written in a few words, and folders to keep them in."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from lessons.parse import Origin, Parsed, parse_lesson
from lessons.shelf import Shelf

HEAD = "---\ntitle: Title\nminutes: 3\n---\n"  # so that a body begins in line 5
Write = Callable[[str, str | bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a file below tmp_path."""

    def written(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return written


@pytest.fixture
def png() -> bytes:
    """A small picture."""
    out = io.BytesIO()
    Image.new("RGB", (8, 6), "teal").save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def read(tmp_path: Path) -> Callable[[str], Parsed]:
    """The lesson with this body below an ordinary head, its pictures in tmp_path."""

    def parsed(body: str) -> Parsed:
        return parse_lesson((HEAD + body).encode(), Origin("a.lt.md", "a", "lt"), Shelf(tmp_path))

    return parsed
