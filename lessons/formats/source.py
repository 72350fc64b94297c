"""The bytes of a question bank: read with a limit, and made into text."""

import codecs
import re
import stat
from pathlib import Path
from typing import IO, Final

from lessons.formats.bank import Unreadable
from lessons.names import printable

MOST_BYTES: Final = 30_000_000  # of a presentation with its pictures
MOST_TEXT_BYTES: Final = 5_000_000
ZIP: Final = b"PK\x03\x04"
_MARKED: Final = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
UNSENDABLE: Final = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")
_BREAKS: Final = re.compile("\r\n?|[\x0b\x0c]")


def opened(path: Path, of: str = "questions") -> IO[bytes]:
    """The file, open for reading. Unreadable when it is none."""
    name = printable(path.name)
    try:
        whole = stat.S_ISREG(path.stat().st_mode)  # reading a pipe would wait for ever
        file = path.open("rb") if whole else None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is not a file"
        raise Unreadable(f"{name} cannot be read ({reason}): give the name of a file with {of}.") from error
    if not file:
        raise Unreadable(f"{name} cannot be read (it is not a file): give the name of a file with {of}.")
    return file


def checked(name: str, data: bytes) -> None:
    """Unreadable when the bytes are too many, or say nothing."""
    shown, most = printable(name), MOST_BYTES if data.startswith(ZIP) else MOST_TEXT_BYTES
    if len(data) > most:
        raise Unreadable(
            f"{shown} is larger than {most // 1_000_000} MB: divide it into smaller files.", "large"
        )
    if not data.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n"):
        raise Unreadable(f"{shown} is empty: export the questions once more.", "empty")


def decode(data: bytes, *others: str) -> str:
    r"""The text, its lines ended by \n, without control characters; Unreadable when it is none.

    UTF-8, or UTF-16 with its mark; else the first of the encodings `others` that fits.
    """
    return decoded(data, *others)[0]


def decoded(data: bytes, *others: str) -> tuple[str, str]:
    """The same, and the encoding."""
    marked = next((name for mark, name in _MARKED.items() if data.startswith(mark)), "")
    if not marked and b"\0" in data[:1_000_000]:
        raise Unreadable("The file has NUL bytes, so it is no text: save it as UTF-8 text.", "encoding")
    for encoding in [marked] if marked else ["utf-8", *others]:
        try:
            text = data.decode(encoding)
        except UnicodeError:
            continue
        if "\0" in text:
            raise Unreadable("The file has NUL bytes, so it is no text: save it as UTF-8 text.", "encoding")
        return UNSENDABLE.sub("", _BREAKS.sub("\n", text)), encoding
    raise Unreadable(
        f"{_line_of(data)} is not in {'UTF-16' if marked == 'utf-16' else 'UTF-8'}: save the file as UTF-8.",
        "encoding",
    )


def begins(data: bytes) -> str:
    """The beginning of the text, as well as it can be read, to see what it is."""
    mark = next((name for name in _MARKED if data.startswith(name)), b"")
    return data[:200_000].decode(_MARKED.get(mark, "utf-8"), "replace").replace("\r", "\n")


def _line_of(data: bytes) -> str:
    """Where the bytes stop being UTF-8, if they ever were."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "The file"
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return f"Line {data.count(bytes([10]), 0, error.start) + 1} of the file"
    return "The file"


def no_text(_: str) -> bool:
    """How a format recognises a text that no text is in: never."""
    return False
