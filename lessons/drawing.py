"""A picture from outside, drawn anew by a process of its own: whatever is in it, only its pixels come back."""

from collections.abc import Collection
from dataclasses import dataclass
from hashlib import sha256
from itertools import count
from pathlib import PurePosixPath
from tempfile import TemporaryFile
from typing import Final

import msgspec

from domain.programme import Picture
from lessons.formats.apart import MOST_SECONDS, run
from lessons.names import slug_of
from lessons.pictures import UnusableError

_ENDINGS: Final = {"image/jpeg": ".jpg", "image/png": ".png"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the process gives back: the new bytes, or the rule that the picture breaks, with what to do."""

    data: bytes = b""
    media_type: str = ""
    size: tuple[int, int] = (0, 0)
    rule: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture that may be stored, and its bytes."""

    picture: Picture
    data: bytes


def draw_apart(data: bytes, file: str, *, seconds: float = MOST_SECONDS) -> Drawn:
    """The picture in these bytes, under the name nearest to that of its file. UnusableError with the rule."""
    with TemporaryFile() as source, TemporaryFile() as told:
        source.write(data)
        source.seek(0)
        ended = run("lessons.drawing_child", [], source, told, seconds=seconds)
        told.seek(0)
        answer = _answer(told.read()) if ended == 0 else None
    if answer is None:
        raise UnusableError("picture-broken", "The picture is damaged, so save it once more.")
    if answer.rule:
        raise UnusableError(answer.rule, answer.said)
    stem = PurePosixPath(file.replace("\\", "/")).stem
    name = slug_of(stem, "picture") + _ENDINGS[answer.media_type]
    digest = sha256(answer.data).hexdigest()
    return Drawn(Picture(digest, name, "", *answer.size, answer.media_type), answer.data)


def free_name(name: str, taken: Collection[str]) -> str:
    """The name, with a number after it where it is taken."""
    stem, dot, ending = name.rpartition(".")
    others = (f"{stem}-{number}{dot}{ending}" for number in count(2))
    return name if name not in taken else next(each for each in others if each not in taken)


def _answer(told: bytes) -> Answer | None:
    """The answer, or None when it is none that was asked for."""
    try:
        answer = msgspec.msgpack.decode(told, type=Answer)
    except msgspec.DecodeError:
        return None
    return answer if answer.rule or answer.media_type in _ENDINGS else None
