"""A programme's folder: there as a whole, or not at all."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from lessons.formats.bank import Unreadable
from lessons.library import LibraryError, read_library
from lessons.names import is_slug, printable, slug_of

_FIRST: Final = 1


def check_place(to: Path) -> None:
    """Unreadable unless a programme's folder can be made at `to`: it is not there, or an empty folder."""
    name = to.absolute().name
    shown = printable(str(to))
    if not is_slug(name):
        raise Unreadable(
            f"Call the folder {slug_of(name)} instead of {printable(name) or 'this'}: names have only a-z, 0-9 and -."
        )
    try:
        if to.is_symlink() or (to.exists() and not to.is_dir()):
            raise Unreadable(f"{shown} is not a folder: name one that is not there yet.")
        if to.is_dir() and any(to.iterdir()):
            raise Unreadable(f"The folder {shown} is not empty: name one that is not there yet.")
        if not to.absolute().parent.is_dir():
            raise Unreadable(f"There is no folder {printable(str(to.absolute().parent))}: make it first.")
    except OSError as error:
        raise Unreadable(f"{shown} cannot be looked at ({error.strerror}).") from error


def write_folder(texts: Mapping[str, str], to: Path, pictures: Mapping[str, bytes] | None = None) -> None:
    """Write the files beside `to`, check them as lessons, and give them its name in one step.

    Unreadable when that fails; then nothing is left behind.
    """
    place = to.absolute()
    try:
        with tempfile.TemporaryDirectory(prefix=".importing-", dir=place.parent) as near:
            folder = Path(near) / place.name
            folder.mkdir()
            for name, text in texts.items():
                (folder / name).write_bytes(text.encode())
            for name, data in (pictures or {}).items():
                (folder / name).write_bytes(data)
            _check(folder)
            folder.rename(place)
    except (OSError, LibraryError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise Unreadable(f"{printable(str(to))} cannot be written ({reason}), so nothing was.") from error


def _check(folder: Path) -> None:
    wrong = [problem for problem in read_library(folder).problems if problem.severity == "error"]
    if wrong:
        raise Unreadable(
            f"The lessons would have {len(wrong)} errors, so nothing was written; the first: {wrong[0]}"
        )
