"""Where places in a picture are: the coordinates of Moodle's drop zones as marks to draw."""

import re
from collections.abc import Sequence
from itertools import pairwise
from math import cos, pi, sin
from typing import Final

from lessons.formats.bank import NotTaken
from lessons.formats.moodle_xml.tree import Node
from lessons.formats.texts import short
from lessons.marks import Mark, Point

_NUMBER: Final = re.compile(r"-?[0-9]{1,30}(?:\.[0-9]{1,30})?")
_FARTHEST: Final = 1e6  # pixels; what is farther is outside of any picture
_MOST_CORNERS: Final = 100
_MOST_SIGNS: Final = 10_000  # of their coordinates
_CORNERS: Final = 64  # of a circle
_FLAT: Final = 1e-6


def label_at(drop: Node) -> Mark:
    """The place of a drop zone that is known by its upper left corner alone."""
    return Mark((_number(drop.inner("xleft")), _number(drop.inner("ytop"))), begins=True)


def zone_at(drop: Node) -> Mark:
    """The place of a drop zone that has a shape, with its outline."""
    shape, coords = drop.inner("shape").lower(), drop.inner("coords")
    if len(coords) > _MOST_SIGNS or coords.count(";") > _MOST_CORNERS:
        raise NotTaken(f"A zone in its picture has more than {_MOST_CORNERS} corners: draw it with fewer.")
    parts = [[_number(each) for each in part.split(",")] for part in coords.strip("; ").split(";")]
    match shape, parts:
        case "circle", [[x, y], [radius]]:
            turns = [2 * pi * corner / _CORNERS for corner in range(_CORNERS)]
            return Mark((x, y), tuple((x + radius * cos(turn), y + radius * sin(turn)) for turn in turns))
        case "rectangle", [[x, y], [wide, high]]:
            far, low = x + wide, y + high
            return Mark(((x + far) / 2, (y + low) / 2), ((x, y), (far, y), (far, low), (x, low)))
        case "polygon", [_, _, _, *_] if all(len(each) == 2 for each in parts):
            corners = tuple((x, y) for x, y in parts)
            return Mark(_moved_in(_middle(corners), corners), corners)
    raise NotTaken(
        f"A zone in its picture ({short(shape)}) has no coordinates of this shape: draw it anew in Moodle."
    )


def coordinates_of(node: Node) -> int:
    """How much there is to read: the length of the coordinates of all its zones."""
    return sum(len(each.inner("coords")) for each in node.all("drop"))


def _number(source: str) -> float:
    found = _NUMBER.fullmatch(source.strip())
    if not found:
        raise NotTaken(f"A place in its picture is at '{short(source)}', which is no number: place it anew.")
    return min(max(float(found[0]), -_FARTHEST), _FARTHEST)


def _middle(corners: Sequence[Point]) -> Point:
    """The centroid of a polygon; of one without an area, or whose sides cross far from it, the mean of its corners."""
    sides = [(x + u, y + v, x * v - u * y) for (x, y), (u, v) in pairwise([*corners, corners[0]])]
    area = sum(cross for _, _, cross in sides) * 3
    mean = sum(x for x, _ in corners) / len(corners), sum(y for _, y in corners) / len(corners)
    if abs(area) < _FLAT:
        return mean
    x, y = (sum(each[way] * each[2] for each in sides) / area for way in (0, 1))
    across, down = zip(*corners, strict=True)
    return (x, y) if min(across) <= x <= max(across) and min(down) <= y <= max(down) else mean


def _moved_in(point: Point, corners: Sequence[Point]) -> Point:
    """A point, moved along its row into the widest part of the polygon there where it lies outside."""
    x, y = point
    crossed = sorted(
        a + (y - b) * (c - a) / (d - b)
        for (a, b), (c, d) in pairwise([*corners, corners[0]])
        if (b > y) != (d > y)
    )
    spans = list(zip(crossed[::2], crossed[1::2], strict=True))
    if not spans or any(left <= x <= right for left, right in spans):
        return point
    left, right = max(spans, key=lambda span: span[1] - span[0])
    return (left + right) / 2, y
