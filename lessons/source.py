"""The bytes of a lesson file: read with a limit, and made into text that can be sent."""

import re
import stat
from pathlib import Path
from typing import Final

from lessons.rules import Findings

MOST_BYTES: Final = 256 * 1024
_BOM: Final = b"\xef\xbb\xbf"
_UNSENDABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def inside(path: Path, root: Path) -> bool:
    """Whether `path`, with every symbolic link followed, lies inside `root` (or leads nowhere at all)."""
    try:
        return path.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError):  # a loop of links
        return False


def read(path: Path, limit: int) -> bytes | None:
    """The bytes of a regular file, None when there are more than `limit`; OSError when it cannot be read."""
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):  # reading a pipe would wait for ever
        raise OSError("not a regular file")
    if status.st_size > limit:
        return None
    with path.open("rb") as file:
        data = file.read(limit + 1)
    return data if len(data) <= limit else None


def read_source(path: Path, root: Path, found: Findings) -> bytes | None:
    """The bytes of a lesson file, or None with the reason in `found`."""
    if not inside(path, root):
        found.add(1, "outside", "This is a link to a place outside the folder, so copy the file itself here.")
        return None
    try:
        data = read(path, MOST_BYTES)
    except OSError as error:
        reason = error.strerror or "it is not a file"
        found.add(
            1, "unreadable", f"This cannot be read ({reason}), so give the program the right to read it."
        )
        return None
    if data is None:
        found.add(
            1, "file-size", f"The file is larger than {MOST_BYTES // 1024} KB, so divide it into lessons."
        )
    return data


def decode(data: bytes, found: Findings) -> str | None:
    """UTF-8 with or without a byte order mark, line ends made `\\n`; None with the reason in `found`."""
    data = data.removeprefix(_BOM).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        found.add(line, "encoding", "This line is not in UTF-8, so save the file as UTF-8.")
        return None
    if bad := _UNSENDABLE.search(text):
        code = f"U+{ord(bad.group()):04X}"
        line = text.count("\n", 0, bad.start()) + 1
        found.add(line, "characters", f"Delete the invisible character {code}, which no messenger can show.")
        return None
    if not text.strip():
        found.add(1, "empty-file", "The file is empty, so write the lesson or delete the file.")
        return None
    return text
