"""The pictures of slides: cut as the slide shows them, each taken once."""

from pptx.shapes.picture import Picture as Shown

from domain.programme import Picture
from lessons.formats.album import Album, Box
from lessons.shelf import UnusableError


def picture_of(shown: Shown, number: int, album: Album) -> Picture:
    """The picture of slide `number`. UnusableError with the reason when it is not taken."""
    data, box = shown.image.blob, _box(shown)
    if album.has(data, box):
        raise UnusableError("seen", "It was taken from an earlier slide already.")
    return album.take(data, f"slide-{number}", str(shown._element._nvXxPr.cNvPr.get("descr") or ""), box)


def _box(shown: Shown) -> Box:
    """The part of the picture that the slide shows: what was cut off may have been cut off for a reason."""
    cut = (shown.crop_left, shown.crop_top, shown.crop_right, shown.crop_bottom)
    left, top, right, bottom = (min(max(each, 0.0), 1.0) for each in cut)
    if left + right >= 1 or top + bottom >= 1:
        raise UnusableError("picture-size", "The slide shows nothing of it.")
    return left, top, 1 - right, 1 - bottom
