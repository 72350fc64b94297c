"""Pictures from outside: what comes back is only pixels, and whatever is wrong with one is one rule, soon."""

import io
import struct
import time
import zlib
from pathlib import Path

import pytest
from PIL import Image

from lessons import drawing
from lessons.drawing import draw_apart, free_name
from lessons.drawing_child import MOST_SIDE
from lessons.formats.apart import Answer, ask
from lessons.shelf import Redrawn, UnusableError

GPS = 0x8825
ROWS = 100  # a height is a multiple of it
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def _black(row: bytes) -> bytes:
    """Some rows, packed so that they can stand beside one another."""
    packer = zlib.compressobj(9, wbits=-15)
    return packer.compress(row * ROWS) + packer.flush(zlib.Z_FULL_FLUSH)


def _adler(zeros: int) -> int:
    """The checksum of so many zeros (RFC 1950, 8.2)."""
    return zeros % 65521 << 16 | 1


def png(width: int, height: int, *, colour: int = 2) -> bytes:
    """A PNG whose pixels are all black, and whose bytes are few however many these are."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    row = b"\0" * (1 + width * {2: 3, 6: 4, 0: 1}[colour])
    pixels = (
        b"\x78\xda"
        + _black(row) * (height // ROWS)
        + b"\x03\0"
        + struct.pack(">I", _adler(len(row) * height))
    )
    head = struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def photo(kind: str = "JPEG", size: tuple[int, int] = (400, 200), **more: object) -> bytes:
    out, exif = io.BytesIO(), Image.Exif()
    exif.get_ifd(GPS)[2] = (54.0, 41.0, 13.0)
    exif[0x010F], exif[0x0112] = "Canary Camera", 6
    Image.new("RGB", size, (90, 10, 10)).save(out, kind, exif=exif, **more)
    return out.getvalue()


def animated() -> bytes:
    out = io.BytesIO()
    frames = [Image.new("RGB", (20, 20), (each, 0, 0)) for each in (0, 120, 240)]
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:])
    return out.getvalue()


@pytest.mark.parametrize(
    ("kind", "name", "media_type"),
    [
        ("JPEG", "stalas.jpg", "image/jpeg"),
        ("PNG", "stalas.png", "image/png"),
        ("WEBP", "stalas.png", "image/png"),
    ],
)
def test_a_picture_comes_back_upright_and_without_what_was_hidden_in_it(
    kind: str, name: str, media_type: str
) -> None:
    source = photo(kind)
    drawn = draw_apart(source + b"<script>polyglot</script>", "C:\\mano nuotraukos\\Stalas.HEIC")
    assert (drawn.picture.name, drawn.picture.media_type) == (name, media_type)
    assert (drawn.picture.width, drawn.picture.height) == (200, 400)
    assert b"Canary" in source
    assert [word for word in (b"Canary", b"polyglot", b"Exif", b"eXIf") if word in drawn.data] == []
    assert draw_apart(drawn.data, name).picture.name == name


def test_a_large_photo_is_made_smaller() -> None:
    drawn = draw_apart(photo(size=(5_000, 3_000)), "a.jpg")
    assert max(drawn.picture.width, drawn.picture.height) == MOST_SIDE


HOSTILE = {
    "400 megapixels": (png(20_000, 20_000), "picture-size"),
    "81 megapixels in few bytes": (png(9_000, 9_000), "picture-size"),
    "a strip": (png(9_000, 200), "picture-size"),
    "many bytes": (photo() + b"\0" * 10 * 1024 * 1024, "picture-size"),
    "half a PNG": (png(400, 400)[:200], "picture-broken"),
    "half a JPEG": (photo()[:900], "picture-broken"),
    "what moves": (animated(), "picture-animated"),
    "a drawing with a script": (SVG, "picture-kind"),
    "a drawing behind a comment": (b"<!-- -->" + SVG, "picture-kind"),
    "a GIF": (b"GIF89a" + b"\0" * 50, "picture-kind"),
    "a program": (b"MZ" + b"\0" * 500, "picture-kind"),
    "a document": (b"%PDF-1.7\n", "picture-kind"),
}


@pytest.mark.parametrize(("data", "rule"), HOSTILE.values(), ids=HOSTILE.keys())
def test_what_cannot_be_a_picture_of_ours_is_refused_by_its_rule_soon(data: bytes, rule: str) -> None:
    begin = time.process_time()
    with pytest.raises(UnusableError) as refused:
        draw_apart(data, "a.png")
    assert refused.value.rule == rule
    assert time.process_time() - begin < 1  # of this process: the other one has limits of its own


@pytest.mark.parametrize("colour", [2, 6])
def test_the_largest_that_is_taken_fits_the_memory_that_there_is(colour: int) -> None:
    drawn = draw_apart(png(5_000, 5_000, colour=colour), "a.png")
    assert (drawn.picture.width, drawn.picture.height) == (MOST_SIDE, MOST_SIDE)


def test_one_that_takes_too_long_is_ended() -> None:
    with pytest.raises(UnusableError) as refused:
        draw_apart(photo(), "a.jpg", seconds=0)
    assert refused.value.rule == "picture-broken"


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("Įėjimo durys (2).JPG", "iejimo-durys-2.jpg"),
        ("../../etc/passwd", "passwd.jpg"),
        ("\u202egpj.exe\0.png", "gpj-exe.jpg"),
        ("ž" * 300 + ".jpeg", "z" * 50 + ".jpg"),
        ("写真.jpg", "picture.jpg"),
        ("", "picture.jpg"),
        ("CON", "con.jpg"),
    ],
)
def test_a_file_gives_its_picture_a_plain_name(file: str, name: str) -> None:
    assert draw_apart(photo(size=(20, 20)), file).picture.name == name


def test_a_taken_name_gets_a_number() -> None:
    assert free_name("desk.png", []) == "desk.png"
    assert free_name("desk.png", ["desk.png", "desk-2.png"]) == "desk-3.png"


def test_an_answer_of_another_kind_is_none() -> None:
    with Path(__file__).open("rb") as source:
        assert ask("platform", [], source, Answer[Redrawn], seconds=20) is None


def test_what_pillow_reads_from_outside_is_said_once() -> None:
    files = Path(drawing.__file__).parent.rglob("*.py")
    assert [each.name for each in files if "WebPImagePlugin" in each.read_text()] == ["pictures.py"]
