"""The pictures of a programme: found, judged, and drawn anew so that nothing but pixels reaches a phone.

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
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Final, Literal
from urllib.parse import unquote

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

from domain.programme import Picture
from lessons.grid import grid
from lessons.marks import Mark, numbered
from lessons.rules import Findings, shown
from lessons.source import inside, read

READERS: Final = (JpegImagePlugin, MpoImagePlugin, PngImagePlugin, WebPImagePlugin)
FORMATS: Final = ("PNG", "JPEG", "WEBP")
MOST_PICTURE_BYTES: Final = 10 * 1024 * 1024
MOST_PIXELS: Final = 25_000_000
_MOST_SIDES: Final = 10_000  # width and height together, and the ratio: Bot API, sendPhoto
_MOST_RATIO: Final = 20
_OUTSIDE: Final = re.compile(r"^[/~]|^[A-Za-z][A-Za-z0-9+.-]*:|\\|(^|/)\.\.?(/|$)|//|^$")
_DRAWING: Final = re.compile(rb"\s*(<\?xml|<!DOCTYPE svg|<svg|<!--)", re.IGNORECASE)
# What Pillow's decoders raise on a file that is not what it says (Image.open promises only the first).
BROKEN: Final = (
    OSError, SyntaxError, ValueError, TypeError, LookupError, EOFError, ArithmeticError, AttributeError,
    RuntimeError, MemoryError, struct.error, zlib.error,
)  # fmt: skip


# New bytes, their media type, width and height.
Redrawn = tuple[bytes, Literal["image/jpeg", "image/png"], tuple[int, int]]


class UnusableError(Exception):
    """A picture that cannot be sent: the rule that it breaks, and what to do."""

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(message)
        self.rule = rule


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture that may be stored, and its bytes."""

    picture: Picture
    data: bytes


class Shelf:
    """The pictures of one programme folder, each read once. `served` has the bytes of each by its digest."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[str, Picture | UnusableError] = {}
        self._drawn: dict[tuple[str, ...], Picture] = {}
        self._sets: dict[tuple[str, ...], Picture] = {}
        self.served: dict[str, bytes] = {}

    def take(self, address: str, alt: str, line: int, found: Findings) -> Picture | None:
        """The picture at an address relative to the folder, or None with the reason in `found`."""
        name = unquote(address, errors="replace")
        if name not in self._known:
            try:
                self._known[name] = self._load(name)
            except UnusableError as unusable:
                self._known[name] = unusable
        known = self._known[name]
        if isinstance(known, UnusableError):
            found.add(line, known.rule, str(known))
            return None
        return replace(known, alt=alt)

    def put(self, picture: Picture) -> None:
        """Have a picture under its name that was read already."""
        self._known[picture.name] = picture

    def put_set(self, names: Iterable[str], drawn: Picture) -> None:
        """Have pictures, by their names, that were drawn as this one already; they need not be here themselves."""
        self._sets[tuple(names)] = drawn

    def drawn_before(self, names: Iterable[str]) -> Picture | None:
        """The one picture of these, if it is had already."""
        return self._sets.get(tuple(names))

    def together(self, pictures: Sequence[Picture], alt: str) -> Picture:
        """Two to nine pictures of this shelf as one, in which they are numbered from 1."""
        digests = tuple(picture.digest for picture in pictures)
        if digests not in self._drawn:
            self._drawn[digests] = self._put(draw_together([self.served[each] for each in digests]))
        return replace(self._drawn[digests], alt=alt)

    def _load(self, name: str) -> Picture:
        if _OUTSIDE.search(name) or not name.isprintable():
            raise UnusableError(
                "picture-path",
                "Put the picture into the programme's folder and write its name, for example desk.png.",
            )
        return self._put(named(PurePosixPath(name).stem, *redraw(self._bytes(name))))

    def _put(self, drawn: Drawn) -> Picture:
        """Keep the bytes of a picture to be served."""
        self.served[drawn.picture.digest] = drawn.data
        return drawn.picture

    def _bytes(self, name: str) -> bytes:
        path = self._folder / name
        if not inside(path, self._folder):
            raise UnusableError(
                "picture-path", "The picture is a link to a place outside the folder, so copy it here."
            )
        try:
            data = read(path, MOST_PICTURE_BYTES)
        except (FileNotFoundError, NotADirectoryError):
            raise UnusableError(
                "picture-missing", f"There is no file '{shown(name)}' here, so add it or correct its name."
            ) from None
        except OSError as error:
            reason = error.strerror or "it is not a file"
            raise UnusableError(
                "unreadable", f"The picture cannot be read ({reason}), so let it be read."
            ) from None
        if data is None:
            raise UnusableError("picture-size", "The picture is larger than 10 MB, so save it smaller.")
        return data


def named(stem: str, data: bytes, media_type: str, size: tuple[int, int]) -> Drawn:
    """What was drawn, under this name and the ending of its kind."""
    ending = ".jpg" if media_type == "image/jpeg" else ".png"
    return Drawn(Picture(sha256(data).hexdigest(), stem + ending, "", *size, media_type), data)


def draw_together(pictures: Sequence[bytes]) -> Drawn:
    """Two to nine pictures that were drawn anew as one, in which they are numbered from 1."""
    return named("options", *redraw(grid(pictures)))


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
