"""The pictures of a programme: judged, and drawn anew so that nothing but pixels reaches a phone.

Every picture is decoded and encoded once more (PNG and WebP to PNG, which loses nothing; JPEG to JPEG of
quality 92), even one that seems clean: it is one rule, and position, camera, thumbnails and whatever hides
behind the last byte are gone by construction. The digest is that of the new bytes, which stay the same as
long as Pillow does.
"""

import io
import re
import struct
import warnings
import zlib
from dataclasses import dataclass
from typing import Final

# All of Pillow's readers now: where a file from outside is read, nothing can be opened later.
from PIL import (
    Image,
    ImageOps,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)

from lessons.marks import Mark, numbered
from lessons.shelf import MOST_PICTURE_BYTES, Redrawn, UnusableError

READERS: Final = (JpegImagePlugin, MpoImagePlugin, PngImagePlugin, WebPImagePlugin)
FORMATS: Final = ("PNG", "JPEG", "WEBP")
MOST_PIXELS: Final = 25_000_000
_MOST_SIDES: Final = 10_000  # width and height together, and the ratio: Bot API, sendPhoto
_MOST_RATIO: Final = 20
_DRAWING: Final = re.compile(rb"\s*(<\?xml|<!DOCTYPE svg|<svg|<!--)", re.IGNORECASE)
# What Pillow's decoders raise on a file that is not what it says (Image.open promises only the first).
BROKEN: Final = (
    OSError, SyntaxError, ValueError, TypeError, LookupError, EOFError, ArithmeticError, AttributeError,
    RuntimeError, MemoryError, struct.error, zlib.error,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cut:
    """How much of a picture is left: the shares of its width and height at which it begins and ends, and its size.

    `side`: how long its longer side may be; it is made smaller to that. `marks`: what is drawn into a whole one.
    """

    box: tuple[float, float, float, float] = (0, 0, 1, 1)
    side: int = _MOST_SIDES
    marks: tuple[Mark, ...] = ()


def redraw(data: bytes, cut: Cut | None = None) -> Redrawn:
    """New bytes without metadata of a PNG, JPEG or WebP, their media type, (width, height); UnusableError."""
    if _DRAWING.match(data):
        raise UnusableError(
            "picture-kind", "Messengers cannot show SVG, so render the drawing to a PNG and name that."
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # sizes are judged here, and a strange tag is not a fault
            return _redrawn(data, cut)
    except UnidentifiedImageError:
        raise UnusableError(
            "picture-kind", "Save the picture as PNG, JPEG or WebP, because this is none of them."
        ) from None
    except Image.DecompressionBombError:
        raise _too_many_pixels() from None
    except BROKEN:
        raise UnusableError(
            "picture-broken", "The picture is damaged, so save it once more as 8-bit PNG or JPEG."
        ) from None


def _redrawn(data: bytes, cut: Cut | None) -> Redrawn:
    with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
        _judge(picture)
        photo, size = picture.format in ("JPEG", "MPO"), picture.size
        if cut and photo:  # decoded smaller at once, but never smaller than it will be
            picture.draft(None, (cut.side, cut.side))
        upright = ImageOps.exif_transpose(picture)
        seen = size if upright.size == picture.size else size[::-1]
    clean = _plain(upright, photo)
    if cut:
        clean = _cut(clean, cut)
    if cut and cut.marks:
        clean = numbered(clean, cut.marks, seen)
    out = io.BytesIO()
    if photo:
        clean.save(out, "JPEG", quality=92)
    else:
        clean.save(out, "PNG")
    if out.tell() > MOST_PICTURE_BYTES:
        raise UnusableError(
            "picture-size", "As a PNG the picture is larger than 10 MB, so save it smaller or as JPEG."
        )
    return out.getvalue(), "image/jpeg" if photo else "image/png", clean.size


def _plain(picture: Image.Image, photo: bool) -> Image.Image:
    """The pixels alone, in a mode that every messenger reads; a palette stays, because it makes drawings small."""
    if picture.has_transparency_data and not photo:
        clean = picture.convert("RGBA")
    else:
        clean = picture.copy() if picture.mode in ("P", "L", "1") else picture.convert("RGB")
    clean.info = {}
    return clean


def _cut(picture: Image.Image, cut: Cut) -> Image.Image:
    left, top, right, bottom = cut.box
    width, height = picture.size
    left, top, right, bottom = (
        round(each) for each in (left * width, top * height, right * width, bottom * height)
    )
    if (left, top, right, bottom) != (0, 0, width, height):
        picture = picture.crop((left, top, max(right, left + 1), max(bottom, top + 1)))
    if max(picture.size) > cut.side:
        smooth = picture.convert("RGB") if picture.mode in ("P", "1") else picture
        smooth.thumbnail((cut.side, cut.side))
        return smooth
    return picture


def _judge(picture: Image.Image) -> None:
    """Refuse by what the header says, before any pixel is decoded."""
    width, height = picture.size
    if width * height > MOST_PIXELS:
        raise _too_many_pixels()
    if width + height > _MOST_SIDES or max(width, height) > _MOST_RATIO * min(width, height):
        raise UnusableError(
            "picture-size", f"The picture is {width} x {height}, so crop it or make it smaller."
        )
    if picture.mode[0] in "IF":
        raise UnusableError(
            "picture-broken", "The picture has 16 bits a colour, so save it once more as 8-bit PNG or JPEG."
        )
    if picture.format != "MPO" and getattr(picture, "is_animated", False):
        raise UnusableError("picture-animated", "The picture moves, so save one frame of it as PNG.")


def _too_many_pixels() -> UnusableError:
    return UnusableError("picture-size", "The picture has more than 25 megapixels, so make it smaller.")
