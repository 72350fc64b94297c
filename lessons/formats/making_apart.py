"""Lessons made of a file from outside by a process of its own."""

from pathlib import Path
from typing import Final

from domain.language import Language
from lessons.formats.apart import MOST_SECONDS, Answer, ask
from lessons.formats.bank import Unreadable
from lessons.formats.making import Made
from lessons.formats.source import opened
from lessons.names import printable

_BESIDE: Final = frozenset({"", ".", ".."})


def make_apart(file: Path, *, language: Language, form: str = "", seconds: float = MOST_SECONDS) -> Made:
    """The same as `make`, in a process of its own. Unreadable also when that one needs more than it may."""
    name = printable(file.name)
    with opened(file) as source:
        answer = ask("lessons.formats.child", [name, language, form], source, Answer[Made], seconds=seconds)
    if answer is None or not _fair(answer.made):
        raise Unreadable(
            f"{name} asks for more memory or time than an import may take, or is damaged: save it once more, "
            "or divide it."
        )
    if not answer.made:
        raise Unreadable(answer.said)
    return answer.made


def _fair(made: Made | None) -> bool:
    """Whether all files that it made can be written into one folder."""
    names = [*made.texts, *made.pictures] if made else []
    return not any("/" in name or "\0" in name or name in _BESIDE for name in names)
