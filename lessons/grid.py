"""Two to nine pictures drawn as one, each under its number, so that they can be chosen by numbered buttons.

No messenger shows a picture on a button, and Telegram's albums carry no buttons at all.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageDraw

from lessons.badge import badge

WIDEST: Final = 1_280  # the picture's width, and the most that its height may be: as Telegram shows photos
_MOST_COLUMNS: Final = 3
_GAP: Final = 24  # around each sheet
_MARGIN: Final = 20  # around the picture on it
_BADGE: Final = 96  # a quarter of that on a phone: 24 points
_GROUND, _SHEET, _EDGE, _INK = "#E9EDF2", "#FFFFFF", "#C3CCD6", "#22334A"

Size = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Layout:
    """Sheets in rows: how many stand side by side, and the room for a picture on each."""

    columns: int
    width: int
    height: int

    def place(self, index: int) -> tuple[int, int]:
        """The upper left corner of a sheet."""
        row, column = divmod(index, self.columns)
        return _GAP + column * (self.sheet[0] + _GAP), _GAP + row * (self.sheet[1] + _GAP)

    @property
    def sheet(self) -> Size:
        """A sheet with its picture and its number."""
        return self.width + 2 * _MARGIN, self.height + _BADGE + 3 * _MARGIN

    def whole(self, count: int) -> Size:
        """Everything, when there are so many sheets."""
        rows = -(-count // self.columns)
        return WIDEST, _GAP + rows * (self.sheet[1] + _GAP)


def grid(pictures: Sequence[bytes]) -> bytes:
    """The one picture of PNGs and JPEGs: a JPEG when one of them is, else a PNG. The same bytes for the same bytes."""
    opened = [Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) for data in pictures]
    layout = _layout([picture.size for picture in opened])
    whole = Image.new("RGB", layout.whole(len(opened)), _GROUND)
    for index, picture in enumerate(opened):
        _draw_sheet(whole, layout, index)
        _paste(whole, picture, layout, index)
        picture.close()  # so that only one of them takes memory at a time
    out = io.BytesIO()
    if any(picture.format == "JPEG" for picture in opened):
        whole.save(out, "JPEG", quality=92)
    else:
        whole.save(out, "PNG")
    return out.getvalue()


def _layout(sizes: Sequence[Size]) -> _Layout:
    """The columns with which the pictures are large and little is around them."""

    def worth(layout: _Layout) -> float:
        seen = sum(_area(_fitted(size, layout)) for size in sizes)
        return seen**3 / _area(layout.whole(len(sizes)))

    columns = range(1, min(_MOST_COLUMNS, len(sizes)) + 1)
    return max((_in_columns(each, sizes) for each in columns), key=worth)


def _in_columns(columns: int, sizes: Sequence[Size]) -> _Layout:
    """So many columns over the whole width, and no higher than they need or a square allows."""
    rows = -(-len(sizes) // columns)
    width = (WIDEST - _GAP) // columns - _GAP - 2 * _MARGIN
    height = (WIDEST - _GAP) // rows - _GAP - _BADGE - 3 * _MARGIN
    room = _Layout(columns, width, height)
    return _Layout(columns, width, max(_fitted(size, room)[1] for size in sizes))


def _fitted(size: Size, layout: _Layout) -> Size:
    """As large as the room allows, its shape kept."""
    scale = min(layout.width / size[0], layout.height / size[1])
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _area(size: Size) -> int:
    return size[0] * size[1]


def _draw_sheet(whole: Image.Image, layout: _Layout, index: int) -> None:
    """An empty sheet with its number above the room for the picture."""
    left, top = layout.place(index)
    width, height = layout.sheet
    corners = left, top, left + width - 1, top + height - 1
    ImageDraw.Draw(whole).rounded_rectangle(corners, 28, fill=_SHEET, outline=_EDGE, width=3)
    number = badge(str(index + 1), _BADGE, disc=_INK, ink=_SHEET)
    whole.paste(number, (left + (width - _BADGE) // 2, top + _MARGIN), number)


def _paste(whole: Image.Image, picture: Image.Image, layout: _Layout, index: int) -> None:
    """The picture in the middle of its room, on white where it is transparent."""
    left, top = layout.place(index)
    size = _fitted(picture.size, layout)
    drawn = picture.convert("RGBA").resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
    room = left + _MARGIN, top + _BADGE + 2 * _MARGIN
    at = room[0] + (layout.width - size[0]) // 2, room[1] + (layout.height - size[1]) // 2
    whole.paste(drawn, at, drawn)
