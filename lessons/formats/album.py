"""The pictures of a file from outside: made small enough for a phone, and drawn anew, as many as can be drawn soon."""

import re
import warnings
from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from typing import Final

from PIL import Image

from domain.programme import Picture
from lessons.formats.texts import short
from lessons.limits import MOST_ALT
from lessons.marks import LEAST_SIDE, Mark
from lessons.pictures import BROKEN, FORMATS, MOST_PIXELS, Cut, redraw
from lessons.shelf import UnusableError

MOST_SIDE: Final = 1_280  # what messengers make of a photo anyway
WHOLE: Final = (0.0, 0.0, 1.0, 1.0)
_MOST_DRAWN: Final = 12_000_000  # pixels of a picture that is not decoded smaller
_MOST_PIXELS: Final = 48_000_000  # that are decoded for one file
_JPEG: Final = (
    3  # how many pixels of a JPEG, which is decoded smaller at once, take the time of one of others
)
_MARKED: Final = 4 * LEAST_SIDE**2  # how many pixels take the time of one picture with marks
_MOST_BYTES: Final = 24_000_000  # of all pictures of a file, drawn anew
_FILE: Final = re.compile(r"\S+\.\w{3,4}")
_FULL: Final = "The pictures before it are as much as is taken of one file, so add it by hand."

Box = tuple[float, float, float, float]
Marks = tuple[Mark, ...]


class Album:
    """The pictures that were taken, by the names of their files; each is drawn once, wherever it comes again."""

    def __init__(self) -> None:
        self.pictures: dict[str, bytes] = {}
        self._taken: dict[tuple[bytes, Box, Marks], Picture] = {}
        self._pixels = self._bytes = 0

    def has(self, source: bytes, box: Box = WHOLE) -> bool:
        """Whether this part of a picture was taken already."""
        return _key(source, box) in self._taken

    def take(self, source: bytes, stem: str, alt: str, box: Box = WHOLE, *, marks: Marks = ()) -> Picture:
        """The part of a picture in this box, under a name that begins with `stem`; `alt` is what its author says of it.

        `marks` are drawn into a whole one. UnusableError with the reason when it is not taken.
        """
        key = _key(source, box, marks)
        if key not in self._taken:
            self._count(source, _MARKED if marks else 0)
            data, media_type, size = redraw(source, Cut(box, MOST_SIDE, marks))
            self._bytes += len(data)
            name = self._name(stem, ".jpg" if media_type == "image/jpeg" else ".png")
            self.pictures[name] = data
            self._taken[key] = Picture(sha256(data).hexdigest(), name, "", *size, media_type)
        return replace(self._taken[key], alt=_said(alt))

    def _count(self, source: bytes, least: int) -> None:
        """Refuse by what it would cost, before any pixel is decoded; as `least` pixels where there are fewer."""
        photo, pixels = _cost(source)
        if pixels > (MOST_PIXELS if photo else _MOST_DRAWN):
            most = (MOST_PIXELS if photo else _MOST_DRAWN) // 1_000_000
            raise UnusableError("picture-size", f"It has more than {most} megapixels, so make it smaller.")
        self._pixels += max(least, pixels // (_JPEG if photo else 1))
        if self._pixels > _MOST_PIXELS or self._bytes > _MOST_BYTES:
            raise UnusableError("picture-size", _FULL)

    def _name(self, stem: str, ending: str) -> str:
        count = sum(name.startswith(f"{stem}-") for name in self.pictures)
        return f"{stem}-{count + 1}{ending}"


def _key(source: bytes, box: Box, marks: Marks = ()) -> tuple[bytes, Box, Marks]:
    return sha256(source).digest(), box, marks


def _cost(source: bytes) -> tuple[bool, int]:
    """Whether it is a photo, and its pixels as its header tells; none where that cannot be read, as redraw will say."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(BytesIO(source), formats=FORMATS) as picture:
                return picture.format in ("JPEG", "MPO"), picture.width * picture.height
    except (Image.DecompressionBombError, *BROKEN):
        return False, 0


def _said(alt: str) -> str:
    """What is said of a picture for those who cannot see it; the name of a file says nothing."""
    said = short(alt, MOST_ALT)
    return "" if _FILE.fullmatch(said) else said
