"""Moodle XML: the numbers of places are drawn where Moodle has them."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from lessons.formats.bank import Bank
from lessons.formats.moodle_xml.tree import questions
from lessons.formats.moodle_xml.zones import zone_at
from tests.domain.strategies import calm
from tests.lessons.formats.packages import png
from tests.lessons.formats.placed import LABELS, STATIONS, ZONES, element, file, match, read, zone

PALE, INK, GROUND = (255, 255, 255), (34, 51, 74), (90, 0, 0)


def is_ink(picture: Image.Image, at: tuple[int, int]) -> bool:
    """Whether it is dark blue there, as far as smooth edges are."""
    pixel = picture.getpixel(at)
    assert isinstance(pixel, tuple)
    return all(abs(seen - meant) < 20 for seen, meant in zip(pixel, INK, strict=True))


def jpeg(size: tuple[int, int], turned: int = 1) -> bytes:
    """A photo of one colour, which a camera held upright (1) or turned (6)."""
    out, exif = io.BytesIO(), Image.Exif()
    exif[0x0112] = turned
    Image.new("RGB", size, GROUND).save(out, "JPEG", exif=exif)
    return out.getvalue()


def drawn(bank: Bank) -> Image.Image:
    (data,) = bank.pictures.values()
    with Image.open(io.BytesIO(data)) as picture:
        return picture.convert("RGB")


def test_labels_are_matched_with_numbers_that_begin_where_they_would() -> None:
    bank = read(element("ddimageortext", *LABELS))
    (entry,) = bank.entries
    assert (entry.kind, entry.name, entry.changed) == ("match", "Landmarks", ())
    assert entry.card.question == match({"1": "bed", "2": "lamp"})
    picture = entry.card.picture
    assert picture
    assert (picture.alt, picture.width, picture.height) == (
        "A picture with the numbers 1 to 2 in it",
        600,
        400,
    )
    seen = drawn(bank)
    for x, y in ((100, 50), (300, 200)):
        assert seen.getpixel((x + 8, y + 20)) == PALE
        assert is_ink(seen, (x + 2, y + 20))
        assert seen.getpixel((x - 2, y + 20)) == GROUND
        assert seen.getpixel((x + 42, y + 20)) == GROUND


def test_markers_are_matched_with_the_middle_of_their_zones() -> None:
    bank = read(element("ddmarker", *STATIONS))
    (entry,) = bank.entries
    assert entry.card.question == match({"1": "OU", "2": "Railway station", "3": "Railway station"})
    seen = drawn(bank)
    for x, y in ((322, 213), (140, 85), (262, 247)):
        assert seen.getpixel((x - 12, y)) == PALE
        assert is_ink(seen, (x - 18, y))
    for x, y in ((100, 85), (245, 180), (295, 250)):  # the outlines
        assert is_ink(seen, (x, y))
    assert seen.getpixel((500, 300)) == GROUND


def test_the_number_of_a_bent_polygon_lies_in_it() -> None:
    bent = "0,0;300,0;300,40;40,40;40,400;0,400"
    seen = drawn(read(element("ddmarker", *ZONES, zone(1, "polygon", bent), zone(2, "circle", "500,300;9"))))
    row = [x for x in range(600) if seen.getpixel((x, 150)) == PALE]
    assert seen.getpixel((120, 120)) == GROUND  # its centroid
    assert row


@pytest.mark.parametrize(
    ("data", "size", "at"),
    [
        (png((2_400, 1_200)), (1_280, 640), (160, 160)),
        (jpeg((2_400, 1_200)), (1_280, 640), (160, 160)),
        (jpeg((2_400, 1_200), turned=6), (640, 1_280), (160, 160)),
        (png((60, 40)), (480, 320), (464, 304)),
    ],
)
def test_places_are_found_whatever_is_done_to_the_picture(
    data: bytes, size: tuple[int, int], at: tuple[int, int]
) -> None:
    zones = [*ZONES, zone(1, "circle", "300,300;10"), zone(2, "circle", "9999,9999;10")]
    seen = drawn(read(element("ddmarker", *zones, stored=file("a", data))))
    assert seen.size == size
    side = max(size) // 15
    pixel = seen.getpixel((at[0] - side * 3 // 10, at[1]))
    assert isinstance(pixel, tuple)
    assert min(pixel) > 240


COORDINATES = st.lists(
    st.sampled_from(
        [*"0123456789,;.- ", "10,20", ";30", "٣", "²", "nan", "inf", "1e9", "-", "9" * 40, "0.000001"]
    ),
    max_size=12,
).map("".join)
SHAPES = st.sampled_from(["circle", "rectangle", "polygon", ""])


@settings(calm, max_examples=100)
@given(st.lists(st.tuples(SHAPES, COORDINATES), min_size=1, max_size=9))
def test_any_coordinates_are_drawn_or_refused_in_a_sentence(zones: list[tuple[str, str]]) -> None:
    bank = read(element("ddmarker", *ZONES, *(zone(1 + at % 2, *each) for at, each in enumerate(zones))))
    assert len(bank.entries) + len(bank.refused) == 1
    assert [told.reason for told in bank.refused if told.reason[-1] != "." or len(told.reason) > 200] == []


@settings(calm, max_examples=200)
@given(
    st.sampled_from(["circle", "rectangle", "polygon"]),
    st.lists(st.tuples(st.integers(-50, 650), st.integers(-50, 450)), min_size=3, max_size=9),
)
def test_a_number_is_within_its_zone(shape: str, corners: list[tuple[int, int]]) -> None:
    points = [f"{x},{y}" for x, y in corners]
    coords = {"circle": f"{points[0]};{corners[1][0]}", "rectangle": ";".join(points[:2])}
    source = zone(1, shape, coords.get(shape, ";".join(points)))
    mark = zone_at(questions(f"<quiz><question>{source}</question></quiz>".encode())[0].first("drop"))
    for at, across in zip(mark.at, zip(*mark.outline, strict=True), strict=True):
        assert min(across) - 1e-6 <= at <= max(across) + 1e-6


CORNERS = ";".join(f"{each},{each * each}" for each in range(100))


def test_what_a_file_may_ask_to_draw_is_bounded() -> None:
    long = [zone(1, "polygon", CORNERS.replace(",", f".{'0' * 30},")) for _ in range(7)]
    bank = read(*(element("ddmarker", *ZONES, *long, zone(2, "circle", f"{each},9;9")) for each in range(20)))
    assert {told.reason for told in bank.refused} == {
        "The coordinates before it are as many as are taken of one file: divide the file."
    }
    assert len(bank.entries) == 11


def test_pictures_with_numbers_are_bounded_however_small_they_are() -> None:
    small = file("a.png", png((1, 1)))
    bank = read(
        *(element("ddmarker", *ZONES, zone(1, "circle", f"{each},9;9"), stored=small) for each in range(120))
    )
    assert len(bank.pictures) == 52
    reason = "The pictures before it are as much as is taken of one file, so add it by hand."
    assert {told.reason for told in bank.refused} == {f"Its picture a.png is not taken. {reason}"}
