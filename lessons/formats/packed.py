"""Files that are packed (XLSX, PPTX), looked through before anybody reads them: sizes, names, what the XML declares."""

import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from lessons.formats.bank import Unreadable

_MOST_EXPANDED: Final = 100_000_000
_MOST_RATIO: Final = 100
_SMALL: Final = 100_000  # bytes of a part that may be packed as tightly as it likes
_PASSWORD: Final = 0x1
_XML: Final = (".xml", ".rels")
_PICTURES: Final = (".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".webp")
_DRAWN: Final = (b"\x89PNG", b"\xff\xd8\xff", b"RIFF")
_OUTSIDE: Final = re.compile(r"^[/\\]|(^|[/\\])\.\.([/\\]|$)|[\x00-\x1f\\]|^[A-Za-z]:")
_DECLARED: Final = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
_ENCODING: Final = re.compile(rb"""\A(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?\bencoding\s*=\s*["']([^"'>]*)["']""")
_ENCODINGS: Final = frozenset({b"utf-8", b"utf8", b"us-ascii", b"ascii"})
_BROKEN: Final = (
    zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, LookupError, NotImplementedError, RuntimeError,
    OverflowError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Packing:
    """What a kind of file may have: the number of its parts, and the bytes of its XML when it is unpacked.

    `main` is the part that every such file has, `name` what people call it; `pictures` are taken out too.
    """

    name: str
    main: str
    most_bytes: int
    most_parts: int
    most_xml: int
    pictures: bool = False


def parts_of(data: bytes, packing: Packing) -> dict[str, bytes]:
    """The parts with XML, and pictures where they are wanted, by their names.

    Unreadable, with what to do, when the file is not as its program saves it.
    """
    if len(data) > packing.most_bytes:
        most = packing.most_bytes // 1_000_000
        raise Unreadable(
            f"The file is larger than {most} MB: divide it, or make its pictures smaller.", "large"
        )
    try:
        with zipfile.ZipFile(BytesIO(data)) as packed:
            _judge(packed.infolist(), packing)
            return dict(_parts(packed, packing))
    except _BROKEN as error:
        raise Unreadable(f"The file is damaged, or is no {packing.name}: save it once more.") from error


def repacked(parts: dict[str, bytes]) -> bytes:
    """A file with exactly these parts, so that nobody else has to believe what the first one said of itself."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as packed:
        for name, data in parts.items():
            packed.writestr(zipfile.ZipInfo(name), data)
    return out.getvalue()


def _judge(parts: list[zipfile.ZipInfo], packing: Packing) -> None:
    for wrong, reason in _RULES:
        if wrong(parts, packing):
            rule = "password" if wrong is _has_password else "damaged"
            raise Unreadable(f"The file {reason}: save it once more as {packing.name}.", rule)


def _is_odd(part: zipfile.ZipInfo) -> bool:
    return bool(_OUTSIDE.search(part.filename)) or stat.S_ISLNK(part.external_attr >> 16)


def _has_password(parts: list[zipfile.ZipInfo], _: Packing) -> bool:
    return any(part.flag_bits & _PASSWORD for part in parts)


def _is_bomb(part: zipfile.ZipInfo) -> bool:
    return part.file_size > max(_SMALL, _MOST_RATIO * part.compress_size)


_Rule = Callable[[list[zipfile.ZipInfo], Packing], bool]
_RULES: Final[list[tuple[_Rule, str]]] = [
    (lambda parts, packing: len(parts) > packing.most_parts, "has more parts than any that is read"),
    (_has_password, "has a password"),
    (
        lambda parts, _: len({part.filename.casefold() for part in parts}) < len(parts),
        "has two parts of one name",
    ),
    (lambda parts, _: any(map(_is_odd, parts)), "names places outside itself"),
    (
        lambda parts, _: sum(part.file_size for part in parts) > _MOST_EXPANDED,
        "is too large when it is unpacked",
    ),
    (lambda parts, _: any(map(_is_bomb, parts)), "is packed more tightly than people's files are"),
    (lambda parts, _: any("vbaproject" in part.filename.casefold() for part in parts), "has macros"),
    (
        lambda parts, packing: all(part.filename != packing.main for part in parts),
        "has not what its name promises",
    ),
]


def _parts(packed: zipfile.ZipFile, packing: Packing) -> Iterator[tuple[str, bytes]]:
    """Parts as they really are: what the file says of their sizes is not believed."""
    left = packing.most_xml
    for part in packed.infolist():
        name = part.filename.casefold()
        if name.endswith(_XML):
            data = _read(packed, part, left + 1)
            left -= len(data)
            if left < 0:
                raise Unreadable(
                    "The file has more text than is read at once: divide it into smaller files.", "large"
                )
            _refuse_declared(data)
            yield part.filename, data
        elif packing.pictures and name.endswith(_PICTURES):
            data = _read(packed, part, part.file_size)
            if data.startswith(_DRAWN):
                yield part.filename, data


def _read(packed: zipfile.ZipFile, part: zipfile.ZipInfo, most: int) -> bytes:
    with packed.open(part) as opened:
        return opened.read(most)


def _refuse_declared(data: bytes) -> None:
    said = _ENCODING.match(data)
    if b"\0" in data or (said and said[1].lower() not in _ENCODINGS):
        raise Unreadable("The file has XML that is not in UTF-8: save it once more.")
    if _DECLARED.search(data):
        raise Unreadable(
            "The file declares a document type or entities, which are not read: save it once more."
        )
