"""An import in the process of the tests, which is faster than one in a process apart (test_apart.py)."""

from pathlib import Path

from domain.language import Language
from lessons.formats.folder import check_place
from lessons.formats.importing import keep
from lessons.formats.making import Taken, make


def bring(name: str, data: bytes, to: Path, *, language: Language = "lt", form: str = "") -> Taken:
    """Make the folder `to` of the bytes, as of a file of this name."""
    check_place(to)
    return keep(make(name, data, language=language, form=form), to)
