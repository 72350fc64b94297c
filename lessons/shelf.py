"""The pictures of a programme's folder, each read once.

What draws (lessons/pictures.py, and Pillow with it) is loaded when the first picture is drawn: a service that only
teaches never does.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Final, Literal
from urllib.parse import unquote

from domain.programme import Picture
from lessons.rules import Findings, shown
from lessons.source import inside, read

MOST_PICTURE_BYTES: Final = 10 * 1024 * 1024
_OUTSIDE: Final = re.compile(r"^[/~]|^[A-Za-z][A-Za-z0-9+.-]*:|\\|(^|/)\.\.?(/|$)|//|^$")

# New bytes, their media type, width and height.
Redrawn = tuple[bytes, Literal["image/jpeg", "image/png"], tuple[int, int]]


class UnusableError(Exception):
    """A picture that cannot be sent: the rule that it breaks, and what to do."""

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(message)
        self.rule = rule


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture that may be stored, and its bytes."""

    picture: Picture
    data: bytes


class Shelf:
    """The pictures of one programme folder, each read once. `served` has the bytes of each by its digest."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[str, Picture | UnusableError] = {}
        self._drawn: dict[tuple[str, ...], Picture] = {}
        self._sets: dict[tuple[str, ...], Picture] = {}
        self.served: dict[str, bytes] = {}

    def take(self, address: str, alt: str, line: int, found: Findings) -> Picture | None:
        """The picture at an address relative to the folder, or None with the reason in `found`."""
        name = unquote(address, errors="replace")
        if name not in self._known:
            try:
                self._known[name] = self._load(name)
            except UnusableError as unusable:
                self._known[name] = unusable
        known = self._known[name]
        if isinstance(known, UnusableError):
            found.add(line, known.rule, str(known))
            return None
        return replace(known, alt=alt)

    def put(self, picture: Picture) -> None:
        """Have a picture under its name that was read already."""
        self._known[picture.name] = picture

    def put_set(self, names: Iterable[str], drawn: Picture) -> None:
        """Have pictures, by their names, that were drawn as this one already; they need not be here themselves."""
        self._sets[tuple(names)] = drawn

    def drawn_before(self, names: Iterable[str]) -> Picture | None:
        """The one picture of these, if it is had already."""
        return self._sets.get(tuple(names))

    def together(self, pictures: Sequence[Picture], alt: str) -> Picture:
        """Two to nine pictures of this shelf as one, in which they are numbered from 1."""
        digests = tuple(picture.digest for picture in pictures)
        if digests not in self._drawn:
            self._drawn[digests] = self._put(draw_together([self.served[each] for each in digests]))
        return replace(self._drawn[digests], alt=alt)

    def _load(self, name: str) -> Picture:
        if _OUTSIDE.search(name) or not name.isprintable():
            raise UnusableError(
                "picture-path",
                "Put the picture into the programme's folder and write its name, for example desk.png.",
            )
        from lessons.pictures import redraw

        return self._put(named(PurePosixPath(name).stem, *redraw(self._bytes(name))))

    def _put(self, drawn: Drawn) -> Picture:
        """Keep the bytes of a picture to be served."""
        self.served[drawn.picture.digest] = drawn.data
        return drawn.picture

    def _bytes(self, name: str) -> bytes:
        path = self._folder / name
        if not inside(path, self._folder):
            raise UnusableError(
                "picture-path", "The picture is a link to a place outside the folder, so copy it here."
            )
        try:
            data = read(path, MOST_PICTURE_BYTES)
        except (FileNotFoundError, NotADirectoryError):
            raise UnusableError(
                "picture-missing", f"There is no file '{shown(name)}' here, so add it or correct its name."
            ) from None
        except OSError as error:
            reason = error.strerror or "it is not a file"
            raise UnusableError(
                "unreadable", f"The picture cannot be read ({reason}), so let it be read."
            ) from None
        if data is None:
            raise UnusableError("picture-size", "The picture is larger than 10 MB, so save it smaller.")
        return data


def named(stem: str, data: bytes, media_type: str, size: tuple[int, int]) -> Drawn:
    """What was drawn, under this name and the ending of its kind."""
    ending = ".jpg" if media_type == "image/jpeg" else ".png"
    return Drawn(Picture(sha256(data).hexdigest(), stem + ending, "", *size, media_type), data)


def draw_together(pictures: Sequence[bytes]) -> Drawn:
    """Two to nine pictures that were drawn anew as one, in which they are numbered from 1."""
    from lessons.grid import grid
    from lessons.pictures import redraw

    return named("options", *redraw(grid(pictures)))
