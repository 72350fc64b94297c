"""A question bank in, a programme's folder out."""

from pathlib import Path

from domain.language import Language
from lessons.formats.folder import check_place, write_folder
from lessons.formats.making import Made, Taken
from lessons.formats.making_apart import make_apart


def take(file: Path, to: Path, *, language: Language, form: str = "") -> Taken:
    """Read `file` in the format `form`, or the one that it has, and make the folder `to` of it.

    Unreadable when the file cannot be read at all, or the folder not be made.
    """
    check_place(to)
    return keep(make_apart(file, language=language, form=form), to)


def keep(made: Made, to: Path) -> Taken:
    """Write what was made, if it is anything. Unreadable when that fails."""
    if made.texts:
        write_folder(made.texts, to, made.pictures)
    return made.taken
