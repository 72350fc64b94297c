"""The one picture of several: every one of them is in it, whole, in its order and under its number."""

import io
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from lessons.grid import WIDEST, grid
from lessons.pictures import redraw
from tests.domain.strategies import calm

COLOURS = ("#C02020", "#20A040", "#2040C0", "#F0C800", "#9030A0", "#108090", "#A06010", "#60C0E0", "#E070A0")
Box = tuple[int, int, int, int]


def encoded(
    colour: str | int, size: tuple[int, int] = (60, 40), form: str = "PNG", mode: str = "RGB"
) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, colour).save(out, form, quality=95)
    return out.getvalue()


def drawn(pictures: Sequence[bytes]) -> Image.Image:
    with Image.open(io.BytesIO(grid(pictures))) as picture:
        return picture.convert("RGB")


def seen(picture: Image.Image, colour: str) -> Box | None:
    """Where a colour is."""
    differs = ImageChops.difference(picture, Image.new("RGB", picture.size, colour))
    return differs.convert("L", (1, 1, 1, 0)).point(lambda value: 255 * (value == 0)).getbbox()


@settings(calm, max_examples=25)
@given(st.lists(st.tuples(st.integers(1, 60), st.integers(1, 60)), min_size=2, max_size=9))
def test_every_picture_is_in_it_whole(sizes: list[tuple[int, int]]) -> None:
    sizes = [size for size in sizes if max(size) <= 20 * min(size)] + [(9, 6), (6, 9)]
    pictures = [encoded(colour, size) for colour, size in zip(COLOURS, sizes, strict=False)]
    picture = drawn(pictures)
    assert picture.width == WIDEST
    assert picture.height <= WIDEST
    boxes = [seen(picture, colour) for colour in COLOURS[: len(pictures)]]
    for box, size in zip(boxes, sizes, strict=False):
        assert box
        width, height = box[2] - box[0], box[3] - box[1]
        assert abs(width * size[1] - height * size[0]) <= 3 * max(size)  # its shape is kept, to a pixel
    middles = [((box[1] + box[3]) // 2, (box[0] + box[2]) // 2) for box in boxes if box]
    assert all(one[0] < other[0] or one[1] < other[1] for one, other in pairwise(middles))


@pytest.mark.parametrize(
    ("size", "count", "across"),
    [
        ((400, 300), 2, 2),
        ((1000, 250), 3, 1),
        ((800, 600), 4, 2),
        ((600, 600), 3, 2),
        ((300, 600), 5, 3),
        ((640, 480), 9, 3),
    ],
)
def test_pictures_are_large_with_little_around_them(size: tuple[int, int], count: int, across: int) -> None:
    picture = drawn([encoded(colour, size) for colour in COLOURS[:count]])
    rows = {box[1] for colour in COLOURS[:count] if (box := seen(picture, colour))}
    assert len(rows) == -(-count // across)


def test_each_number_stands_above_its_picture() -> None:
    """The numbers are those of the place, whatever the pictures are, and no two are the same."""
    one, other = (
        drawn([encoded(colour) for colour in COLOURS]),
        drawn([encoded(each) for each in COLOURS[::-1]]),
    )
    badges = [above(one, colour) for colour in COLOURS]
    assert badges == [above(other, colour) for colour in COLOURS[::-1]]
    assert len(set(badges)) == 9
    fewer = drawn([encoded(colour) for colour in COLOURS[:8]])
    assert [above(fewer, colour) for colour in COLOURS[:8]] == badges[:8]


def above(picture: Image.Image, colour: str) -> bytes:
    """What is drawn right above a picture, around its middle."""
    box = seen(picture, colour)
    assert box
    middle = (box[0] + box[2]) // 2
    return picture.crop((middle - 48, box[1] - 116, middle + 48, box[1] - 20)).tobytes()


def test_photos_make_a_photo_and_drawings_a_drawing() -> None:
    drawing, photo = encoded("#20A040"), encoded("#C02020", form="JPEG")
    kinds = [redraw(grid(each))[1] for each in ([drawing, drawing], [drawing, photo], [photo, photo])]
    assert kinds == ["image/png", "image/jpeg", "image/jpeg"]


def test_what_is_transparent_is_white() -> None:
    picture = drawn([encoded(0, (40, 40), mode="RGBA"), encoded("#20A040", (40, 40))])
    box = seen(picture, "#20A040")
    assert box
    middle = box[1] + (box[3] - box[1]) // 2
    assert picture.getpixel((WIDEST - (box[0] + box[2]) // 2, middle)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGBA", "RGB"])
def test_the_same_pictures_make_the_same_bytes(mode: str) -> None:
    pictures = [encoded(1, mode=mode), encoded("#20A040")]
    assert grid(pictures) == grid(pictures)
