"""Numbers in a picture: each is where it is meant, whole, and can be read on any ground."""

from itertools import combinations, pairwise
from math import hypot

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from lessons.badge import badge
from lessons.marks import LEAST_SIDE, Mark, Point, numbered
from tests.domain.strategies import calm

PALE, INK = (255, 255, 255), (34, 51, 74)
SIZE, SIDE = (600, 400), 40
GREEN = (32, 160, 64)


def drawn(*marks: Mark, size: tuple[int, int] = SIZE, colour: tuple[int, int, int] = GREEN) -> Image.Image:
    return numbered(Image.new("RGB", size, colour), marks, size)


def is_ink(picture: Image.Image, at: tuple[int, int]) -> bool:
    """Whether it is dark blue there, as far as smooth edges are."""
    pixel = picture.getpixel(at)
    assert isinstance(pixel, tuple)
    return all(abs(seen - meant) < 20 for seen, meant in zip(pixel, INK, strict=True))


def changed(picture: Image.Image, other: Image.Image) -> tuple[int, int, int, int] | None:
    return ImageChops.difference(picture, other).getbbox()


def discs(*marks: Mark) -> list[tuple[int, int, int, int] | None]:
    """What each mark without an outline adds to those before it."""
    pictures = [drawn(*marks[:count]) for count in range(len(marks) + 1)]
    return [changed(one, other) for one, other in pairwise(pictures)]


def test_a_number_has_its_middle_at_its_place() -> None:
    picture = drawn(Mark((300, 100)))
    box = changed(picture, Image.new("RGB", SIZE, GREEN))
    assert box == (280, 80, 320, 120)
    assert is_ink(picture, (282, 100))  # the rim
    assert picture.getpixel((288, 100)) == PALE  # the disc
    assert is_ink(picture, (301, 100))  # the digit 1
    assert picture.getpixel((281, 81)) == GREEN  # it is round


def test_a_label_begins_at_its_place() -> None:
    assert discs(Mark((300, 100), begins=True)) == [(300, 100, 340, 140)]


def test_places_are_those_of_the_picture_that_was_seen() -> None:
    picture = numbered(Image.new("RGB", (1200, 800), GREEN), [Mark((300, 100))], (600, 400))
    assert changed(picture, Image.new("RGB", (1200, 800), GREEN)) == (560, 160, 640, 240)


FAR = 1e6


@pytest.mark.parametrize(
    ("at", "corner"),
    [((-FAR, -FAR), (0, 0)), ((FAR, 50), (560, 30)), ((50, FAR), (30, 360)), ((600, 400), (560, 360))],
)
def test_what_is_outside_is_at_the_edge(at: Point, corner: tuple[int, int]) -> None:
    assert discs(Mark(at)) == [(*corner, corner[0] + SIDE, corner[1] + SIDE)]


POINTS = st.tuples(st.floats(-FAR, FAR), st.floats(-FAR, FAR)) | st.tuples(
    st.integers(0, 80), st.integers(0, 60)
)


@settings(calm, max_examples=25)
@given(st.lists(POINTS, min_size=2, max_size=8))
def test_every_number_is_whole(places: list[Point]) -> None:
    boxes = discs(*map(Mark, places))
    assert None not in boxes
    found = [box for box in boxes if box]
    assert all((right - left, low - top) == (SIDE, SIDE) for left, top, right, low in found)
    assert all(hypot(one[0] - other[0], one[1] - other[1]) >= SIDE for one, other in combinations(found, 2))


def test_the_numbers_are_all_different() -> None:
    assert (
        len({badge(str(number), SIDE, disc="#FFFFFF", ink="#22334A").tobytes() for number in range(1, 9)})
        == 8
    )


def test_a_zone_in_another_keeps_its_middle() -> None:
    def square(half: int) -> Mark:
        low, high = 300 - half, 300 + half
        return Mark((300, 300), ((low, low), (high, low), (high, high), (low, high)))

    both, outer = drawn(square(90), square(30), size=(600, 600)), drawn(square(90), size=(600, 600))
    assert is_ink(outer, (301, 300))  # a 1
    inner = badge("2", SIDE, disc="#FFFFFF", ink="#22334A", rim=True)
    assert both.crop((290, 290, 310, 310)) == inner.convert("RGB").crop((10, 10, 30, 30))


def test_an_outline_is_seen_on_any_ground() -> None:
    square = ((100, 100), (200, 100), (200, 200), (100, 200))
    for ground in (PALE, INK, GREEN):
        picture = drawn(Mark((150, 150), square), colour=ground)
        for corner in ((150, 100), (200, 150), (150, 200), (100, 150)):
            colours = {
                picture.getpixel((corner[0] + across, corner[1] + down))
                for across in range(-3, 4)
                for down in range(-3, 4)
            }
            assert {PALE, INK} <= colours
        assert picture.getpixel((115, 115)) == ground


def luminance(colour: tuple[int, int, int]) -> float:
    """By WCAG 2.2, relative luminance."""
    linear = [each / 255 / 12.92 if each <= 10 else ((each / 255 + 0.055) / 1.055) ** 2.4 for each in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_the_number_stands_out_from_its_disc() -> None:
    assert (luminance(PALE) + 0.05) / (luminance(INK) + 0.05) >= 7


@pytest.mark.parametrize("size", [(1, 1), (20, 1), (1, 20), (30, 20), (479, 100)])
def test_a_small_picture_is_made_larger(size: tuple[int, int]) -> None:
    picture = drawn(Mark((0, 0)), size=size)
    assert max(picture.size) == LEAST_SIDE
    assert changed(picture, Image.new("RGB", picture.size, GREEN))


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA"])
def test_every_mode_is_drawn_in_colour(mode: str) -> None:
    picture = numbered(Image.new(mode, SIZE), [Mark((300, 100))], SIZE)
    assert picture.mode == ("RGBA" if mode == "RGBA" else "RGB")
    assert picture.convert("RGB").getpixel((288, 100)) == PALE
    assert picture.convert("RGBA").getpixel((0, 0)) == (0, 0, 0, 0 if mode == "RGBA" else 255)
