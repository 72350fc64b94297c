"""Pictures: where they may lie, what they may be, and that nothing but pixels is served."""

import io
import os
import struct
import time
import zlib
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, PngImagePlugin

from domain.programme import Picture
from lessons.pictures import redraw
from lessons.rules import Findings
from lessons.shelf import Shelf, UnusableError


def encoded(form: str, size: tuple[int, int] = (8, 6), mode: str = "RGB", **options: Any) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, 128).save(out, form, **options)
    return out.getvalue()


def claimed(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose header claims any size, with real (very compressible) pixels behind it."""
    rows = zlib.compress(b"\0" * ((width + 8) // 8 * height), 9) if width * height <= 90_000_000 else b""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def frames(form: str) -> bytes:
    more = [Image.new("RGB", (8, 6), (0, 0, shade)) for shade in range(3)]
    return encoded(form, save_all=True, append_images=more, duration=40)


PATHS = [
    "../a.png", "/etc/passwd", "..", "b/../../a.png", "b/./a.png", "%2e%2e/a.png", "..%2fa.png", "a%00.png",
    r"b\a.png", "b%5Ca.png", "C:a.png", "c:/a.png", "file:///etc/passwd", "https://a.example/a.png", "//a/a.png",
    "data:image/png,x", "~/a.png", "", "a%0A.png", "a%E2%80%AE.png", "b//a.png", ".",
]  # fmt: skip


@pytest.mark.parametrize("address", PATHS)
def test_paths_outside_the_folder(address: str, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "a.png").write_bytes(encoded("PNG"))
    assert refusal(address, tmp_path / "in") == [(7, "picture-path")]


def refusal(address: str, folder: Path) -> list[tuple[int, str]]:
    found = Findings("a.md")
    shelf = Shelf(folder)
    assert shelf.take(address, "", 7, found) is None
    assert shelf.served == {}
    assert [problem.message for problem in found.problems if not problem.message.endswith(".")] == []
    return [(problem.line, problem.rule) for problem in found.problems]


def test_links_that_leave_the_folder(tmp_path: Path) -> None:
    inside = tmp_path / "in"
    inside.mkdir()
    (tmp_path / "a.png").write_bytes(encoded("PNG"))
    (inside / "a.png").symlink_to(tmp_path / "a.png")
    (inside / "up").symlink_to(tmp_path)
    (inside / "loop.png").symlink_to(inside / "loop.png")
    assert refusal("a.png", inside) == [(7, "picture-path")]
    assert refusal("up/a.png", inside) == [(7, "picture-path")]
    assert refusal("loop.png", inside) == [(7, "picture-path")]


def test_names_that_are_no_picture(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    (tmp_path / "folder.png").mkdir()
    (tmp_path / "file").touch()
    assert refusal("pipe.png", tmp_path) == [(7, "unreadable")]
    assert refusal("folder.png", tmp_path) == [(7, "unreadable")]
    assert refusal("x" * 300, tmp_path) == [(7, "unreadable")]
    assert refusal("file/a.png", tmp_path) == [(7, "picture-missing")]
    assert refusal("nowhere.png", tmp_path) == [(7, "picture-missing")]


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "a.png").open("wb") as file:
        file.truncate(20 * 1024**3)
    assert refusal("a.png", tmp_path) == [(7, "picture-size")]


def test_a_picture_in_a_folder_with_an_odd_name_is_served_once(tmp_path: Path) -> None:
    (tmp_path / "my pictures").mkdir()
    (tmp_path / "my pictures" / "ąžuolas.webp").write_bytes(encoded("WEBP"))
    shelf, found = Shelf(tmp_path), Findings("a.md")
    first = shelf.take("my%20pictures/ąžuolas.webp", "An oak", 7, found)
    second = shelf.take("my pictures/%C4%85žuolas.webp", "Dąb", 7, found)
    ((digest, data),) = shelf.served.items()
    assert first == Picture(digest, "ąžuolas.png", "An oak", 8, 6, "image/png")
    assert second == Picture(digest, "ąžuolas.png", "Dąb", 8, 6, "image/png")
    assert digest == sha256(data).hexdigest()
    assert found.problems == []


GOOD = {
    "PNG": (encoded("PNG"), "image/png", (8, 6)),
    "palette": (encoded("PNG", mode="P"), "image/png", (8, 6)),
    "black and white": (encoded("PNG", mode="1"), "image/png", (8, 6)),
    "transparent": (encoded("PNG", mode="RGBA"), "image/png", (8, 6)),
    "JPEG": (encoded("JPEG"), "image/jpeg", (8, 6)),
    "CMYK": (encoded("JPEG", mode="CMYK"), "image/jpeg", (8, 6)),
    "WebP": (encoded("WEBP"), "image/png", (8, 6)),
    "25 megapixels": (claimed(5_000, 5_000), "image/png", (5_000, 5_000)),
}


@pytest.mark.parametrize(("data", "media_type", "size"), GOOD.values(), ids=GOOD.keys())
def test_good_pictures(data: bytes, media_type: str, size: tuple[int, int]) -> None:
    served, kind, found = redraw(data)
    assert (kind, found) == (media_type, size)
    with Image.open(io.BytesIO(served)) as again:
        assert (again.get_format_mimetype(), again.size) == (media_type, size)
    assert redraw(data)[0] == served


LOSSLESS = {
    "palette": encoded("PNG", mode="P"),
    "palette with a transparent colour": encoded("PNG", mode="P", transparency=128),
    "grey with a transparent shade": encoded("PNG", mode="L", transparency=128),
    "half transparent": encoded("PNG", mode="RGBA"),
    "grey": encoded("PNG", mode="L"),
    "WebP": encoded("WEBP", mode="RGBA", lossless=True),
}


@pytest.mark.parametrize("data", LOSSLESS.values(), ids=LOSSLESS.keys())
def test_drawings_lose_nothing(data: bytes) -> None:
    with Image.open(io.BytesIO(data)) as before, Image.open(io.BytesIO(redraw(data)[0])) as after:
        assert after.convert("RGBA").tobytes() == before.convert("RGBA").tobytes()


BAD = {
    "SVG": (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', "picture-kind"),
    "bare SVG": (b"\n <svg></svg>", "picture-kind"),
    "GIF": (encoded("GIF"), "picture-kind"),
    "TIFF": (encoded("TIFF"), "picture-kind"),
    "text": (b"hello", "picture-kind"),
    "empty": (b"", "picture-kind"),
    "moving PNG": (frames("PNG"), "picture-animated"),
    "moving WebP": (frames("WEBP"), "picture-animated"),
    "cut PNG": (encoded("PNG", (300, 300))[:-40], "picture-broken"),
    "cut JPEG": (encoded("JPEG", (300, 300))[:-400], "picture-broken"),
    "16 bits": (encoded("PNG", mode="I;16"), "picture-broken"),
    "9,000 x 9,000 in 11 KB": (claimed(9_000, 9_000), "picture-size"),
    "20,000 x 20,000": (claimed(20_000, 20_000), "picture-size"),
    "12,000 x 12,000": (claimed(12_000, 12_000), "picture-size"),
    "5,001 x 5,000": (claimed(5_001, 5_000), "picture-size"),
    "long": (claimed(9_900, 101), "picture-size"),
    "thin": (claimed(210, 10), "picture-size"),
}


@pytest.mark.parametrize(("data", "rule"), BAD.values(), ids=BAD.keys())
def test_bad_pictures(data: bytes, rule: str) -> None:
    start = time.perf_counter()
    with pytest.raises(UnusableError) as unusable:
        redraw(data)
    assert unusable.value.rule == rule
    assert time.perf_counter() - start < 2


def test_a_webp_that_is_too_large_as_png() -> None:
    noise = Image.effect_noise((2_400, 2_400), 90)
    out = io.BytesIO()
    Image.merge("RGB", [noise, noise.rotate(90), noise.rotate(180)]).save(out, "WEBP", quality=10)
    with pytest.raises(UnusableError, match="10 MB"):
        redraw(out.getvalue())


def test_nothing_but_pixels_is_left() -> None:
    secret = b"55.123456N 25.654321E"
    exif = Image.Exif()
    exif[0x010E] = secret.decode()
    exif[0x0112] = 6  # to be turned by a quarter
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", secret.decode())
    pictures = [
        encoded("JPEG", exif=exif, comment=secret, icc_profile=secret),
        encoded("PNG", exif=exif, pnginfo=text, icc_profile=secret),
        encoded("WEBP", exif=exif, xmp=secret),
        encoded("PNG") + b"<script>" + secret,
        encoded("JPEG") + b"PK\x03\x04" + secret,
    ]
    assert [secret in zlib_free(data) for data in pictures] == [True] * 5
    served = [redraw(data) for data in pictures]
    assert [secret in zlib_free(data) for data, _, _ in served] == [False] * 5
    assert [size for _, _, size in served] == [(6, 8), (6, 8), (6, 8), (8, 6), (8, 6)]
    assert [chunks(data) for data, kind, _ in served if kind == "image/png"] == [
        [b"IHDR", b"IDAT", b"IEND"]
    ] * 3


def zlib_free(data: bytes) -> bytes:
    """The bytes, and what a PNG's compressed profile says."""
    at = data.find(b"iCCP")
    return data + (zlib.decompressobj().decompress(data[data.index(b"\0\0", at) + 2 :]) if at > 0 else b"")


def chunks(png: bytes) -> list[bytes]:
    at, kinds = 8, []
    while at < len(png):
        kinds.append(png[at + 4 : at + 8])
        at += 12 + int.from_bytes(png[at : at + 4])
    return kinds


def test_a_moving_photo_is_its_first_picture() -> None:
    out = io.BytesIO()
    Image.new("RGB", (8, 6)).save(out, "MPO", save_all=True, append_images=[Image.new("RGB", (8, 6))])
    assert redraw(out.getvalue())[1:] == ("image/jpeg", (8, 6))
