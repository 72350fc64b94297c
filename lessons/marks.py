"""Numbers drawn into a picture, for no messenger has places in one: what is asked about them is asked in words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import cos, dist, pi, sin
from typing import Final

from PIL import Image, ImageDraw

from lessons.badge import badge

Point = tuple[float, float]
Size = tuple[int, int]
LEAST_SIDE: Final = 480  # the longer one of the picture, so that its numbers are sharp
_SHARE: Final = 15  # discs on the longer side: some 24 points each on a phone
_LINE: Final = 300
_PALE, _INK = "#FFFFFF", "#22334A"
_WAYS: Final = 12
_STEPS: Final = 16  # of a quarter of a disc, by which a number moves away from another


@dataclass(frozen=True, slots=True)
class Mark:
    """A place, in pixels from the upper left corner of the picture as it is seen.

    `at` is where the number stands; `begins`: the disc begins there, as a label would, and has not its middle there.
    `outline`: the corners of what it means; none where this is not known.
    """

    at: Point
    outline: tuple[Point, ...] = ()
    begins: bool = False


def numbered(picture: Image.Image, marks: Sequence[Mark], seen: Size) -> Image.Image:
    """The picture with its marks, numbered from 1. `seen`: how large it was where they were placed.

    What lies outside is drawn at the edge, and a number that would cover another one beside it.
    """
    whole = picture.convert("RGBA" if picture.mode == "RGBA" else "RGB")
    larger = max(1.0, LEAST_SIDE / max(whole.size))
    if larger > 1:
        across, down = (max(1, round(each * larger)) for each in whole.size)
        whole = whole.resize((across, down), Image.Resampling.LANCZOS)
    for mark in marks:
        _outline(whole, [_within(corner, seen, whole.size) for corner in mark.outline])
    side = max(1, min(max(whole.size) // _SHARE, *whole.size))
    for number, corner in enumerate(_apart(marks, side, seen, whole.size), 1):
        disc = badge(str(number), side, disc=_PALE, ink=_INK, rim=True)
        whole.paste(disc, corner, disc)
    return whole


def _within(point: Point, seen: Size, size: Size) -> Point:
    """A point of the picture that was seen in the one that is drawn."""
    x, y = (each * now / before for each, now, before in zip(point, size, seen, strict=True))
    return min(max(x, 0), size[0] - 1), min(max(y, 0), size[1] - 1)


def _outline(whole: Image.Image, corners: Sequence[Point]) -> None:
    """A thin dark line with a pale one around it, so that it is seen on any ground."""
    if not corners:
        return
    draw, width = ImageDraw.Draw(whole), max(1, max(whole.size) // _LINE)
    for colour, wide in ((_PALE, 3 * width), (_INK, width)):
        draw.line([*corners, *corners[:2]], fill=colour, width=wide, joint="curve")


def _apart(marks: Sequence[Mark], side: int, seen: Size, size: Size) -> list[Size]:
    """Where discs begin: inside, and as near as they can be without covering each other, where there is room.

    A small zone comes before a large one around it, which has room for its number beside.
    """
    taken = dict[int, Size]()
    for index in sorted(range(len(marks)), key=lambda index: _width(marks[index])):
        x, y = _within(marks[index].at, seen, size)
        back = 0 if marks[index].begins else side / 2
        near = _near((x - back, y - back), side, size)
        free = (each for each in near if all(dist(each, other) >= side for other in taken.values()))
        taken[index] = next(free, None) or next(_near((x, y), side, size))
    return [taken[index] for index in range(len(marks))]


def _width(mark: Mark) -> float:
    across = [x for x, _ in mark.outline] or [0.0]
    return max(across) - min(across)


def _near(corner: Point, side: int, size: Size) -> Iterator[Size]:
    """Places for a disc, the nearest first."""
    for step in range(_STEPS + 1):
        for way in range(_WAYS if step else 1):
            turn, far = 2 * pi * way / _WAYS, step * side / 4
            x, y = round(corner[0] + far * cos(turn)), round(corner[1] + far * sin(turn))
            yield min(max(x, 0), size[0] - side), min(max(y, 0), size[1] - side)
