"""A picture from outside, drawn anew by a process of its own: whatever is in it, only its pixels come back."""

from collections.abc import Collection
from itertools import count
from pathlib import PurePosixPath
from tempfile import TemporaryFile

from lessons.formats.apart import MOST_SECONDS, Answer, ask
from lessons.names import slug_of
from lessons.shelf import Drawn, Redrawn, UnusableError, named


def draw_apart(data: bytes, file: str, *, seconds: float = MOST_SECONDS) -> Drawn:
    """The picture in these bytes, under the name nearest to that of its file. UnusableError with the rule."""
    with TemporaryFile() as source:
        source.write(data)
        source.seek(0)
        answer = ask("lessons.drawing_child", [], source, Answer[Redrawn], seconds=seconds)
    if answer and answer.made:
        return named(slug_of(PurePosixPath(file.replace("\\", "/")).stem, "picture"), *answer.made)
    if answer and answer.rule:
        raise UnusableError(answer.rule, answer.said)
    raise UnusableError("picture-broken", "The picture is damaged, so save it once more.")


def free_name(name: str, taken: Collection[str]) -> str:
    """The name, with a number after it where it is taken."""
    stem, dot, ending = name.rpartition(".")
    others = (f"{stem}-{number}{dot}{ending}" for number in count(2))
    return name if name not in taken else next(each for each in others if each not in taken)
