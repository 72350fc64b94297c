"""The pictures of slides: cut as the slide shows them, made small enough for a phone, and drawn anew."""

import re
from hashlib import sha256
from typing import Final

# All of Pillow's readers now: where a file from outside is read, nothing can be opened later.
from PIL import JpegImagePlugin, MpoImagePlugin, PngImagePlugin, WebPImagePlugin
from pptx.parts.image import Image
from pptx.shapes.picture import Picture as Shown

from domain.programme import Picture
from lessons.formats.texts import short
from lessons.limits import MOST_ALT
from lessons.pictures import MOST_PIXELS, Cut, UnusableError, redraw

READERS: Final = (JpegImagePlugin, MpoImagePlugin, PngImagePlugin, WebPImagePlugin)
MOST_SIDE: Final = 1_280  # what messengers make of a photo anyway
_MOST_DRAWN: Final = 12_000_000  # pixels of a picture that is not decoded smaller
_MOST_PIXELS: Final = 48_000_000  # that are decoded for one file
_JPEG: Final = (
    3  # how many pixels of a JPEG, which is decoded smaller at once, take the time of one of others
)
_MOST_BYTES: Final = 24_000_000  # of all pictures of a file, drawn anew
_FILE: Final = re.compile(r"\S+\.\w{3,4}")
_FULL: Final = "The pictures of the slides before it are as much as is taken of one file, so add it by hand."


class Album:
    """The pictures that were taken, by the names of their files."""

    def __init__(self) -> None:
        self.pictures: dict[str, bytes] = {}
        self._seen = set[tuple[str, tuple[float, ...]]]()
        self._pixels = self._bytes = 0

    def take(self, shown: Shown, number: int) -> Picture:
        """The picture of slide `number`. UnusableError with the reason when it is not taken."""
        image = shown.image
        box = _box(shown)
        if (image.sha1, box) in self._seen:
            raise UnusableError("seen", "It was taken from an earlier slide already.")
        self._seen.add((image.sha1, box))
        self._count(image)
        data, media_type, size = redraw(image.blob, Cut(box, MOST_SIDE))
        self._bytes += len(data)
        name = self._name(number, ".jpg" if media_type == "image/jpeg" else ".png")
        self.pictures[name] = data
        return Picture(sha256(data).hexdigest(), name, _said(shown), *size, media_type)

    def _count(self, image: Image) -> None:
        """Refuse by what it would cost, before any pixel is decoded."""
        photo = image.content_type == "image/jpeg"
        pixels = image.size[0] * image.size[1]
        if pixels > (MOST_PIXELS if photo else _MOST_DRAWN):
            most = (MOST_PIXELS if photo else _MOST_DRAWN) // 1_000_000
            raise UnusableError("picture-size", f"It has more than {most} megapixels, so make it smaller.")
        self._pixels += pixels // (_JPEG if photo else 1)
        if self._pixels > _MOST_PIXELS or self._bytes > _MOST_BYTES:
            raise UnusableError("picture-size", _FULL)

    def _name(self, number: int, ending: str) -> str:
        count = sum(name.startswith(f"slide-{number}-") for name in self.pictures)
        return f"slide-{number}-{count + 1}{ending}"


def _box(shown: Shown) -> tuple[float, float, float, float]:
    """The part of the picture that the slide shows: what was cut off may have been cut off for a reason."""
    cut = (shown.crop_left, shown.crop_top, shown.crop_right, shown.crop_bottom)
    left, top, right, bottom = (min(max(each, 0.0), 1.0) for each in cut)
    if left + right >= 1 or top + bottom >= 1:
        raise UnusableError("picture-size", "The slide shows nothing of it.")
    return left, top, 1 - right, 1 - bottom


def _said(shown: Shown) -> str:
    """What its author says that it shows, for those who cannot see it; the name of a file says nothing."""
    said = short(str(shown._element._nvXxPr.cNvPr.get("descr") or ""), MOST_ALT)
    return "" if _FILE.fullmatch(said) else said
