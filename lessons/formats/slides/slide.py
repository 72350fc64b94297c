"""One slide read: its title, its paragraphs in the order in which a screen reader says them, its notes and pictures."""

from collections.abc import Iterator
from typing import Final

from pptx.enum.shapes import MSO_SHAPE_TYPE, PP_PLACEHOLDER
from pptx.shapes.base import BaseShape
from pptx.shapes.graphfrm import GraphicFrame
from pptx.shapes.group import GroupShape
from pptx.shapes.picture import Picture as Shown
from pptx.slide import Slide as Opened

from domain.programme import Picture
from domain.text import Text, join
from lessons.formats.album import Album
from lessons.formats.bank import NotTaken
from lessons.formats.slides.deck import Line, Slide
from lessons.formats.slides.paragraphs import lines_of
from lessons.formats.slides.pictures import picture_of
from lessons.inline import flat
from lessons.shelf import UnusableError

_DEEPEST: Final = 20  # groups in groups
_AROUND: Final = {
    PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.HEADER, PP_PLACEHOLDER.SLIDE_NUMBER,
}  # fmt: skip
# What a card cannot show, by the elements that stand for it.
_LOST: Final = {
    "videoFile": "A film on it is left out.",
    "audioFile": "A sound on it is left out.",
    "chart": "A chart on it is left out.",
    "relIds": "A SmartArt drawing on it is left out, with its words.",
    "oleObj": "A file that is embedded in it is left out.",
    "oMath": "A formula on it is left out.",
    "contentPart": "Something drawn by hand on it is left out.",
}
_SHAPES: Final = "Lines, arrows or shapes without words on it are left out."
_TABLE: Final = "A table on it became a list, with a line for each row."


class Reader:
    """Reads slides one after another, because pictures that come again are taken once."""

    def __init__(self) -> None:
        self.album = Album()

    def slide(self, number: int, opened: Opened, section: str) -> Slide:
        """What is on the slide. NotTaken when it is hidden."""
        if opened._element.get("show") in ("0", "false"):
            raise NotTaken("The slide is hidden.")
        title = opened.shapes.title
        lines, pictures = list[Line](), list[Picture]()
        lost = [
            said
            for name, said in _LOST.items()
            if next(opened._element.iter(f"{{*}}{name}"), None) is not None
        ]
        for shape in _shapes(opened.shapes, _DEEPEST):
            if title is not None and shape.shape_id == title.shape_id:
                continue
            if isinstance(shape, Shown):
                self._picture(shape, number, pictures, lost)
            else:
                lines += _lines(shape, opened, lost)
        said = list(lines_of(title, title.text_frame, opened)) if title is not None else []
        heading = join(*(flat(line.text) for line in said), separator=" ")
        return Slide(
            number,
            heading,
            tuple(lines),
            _notes(opened),
            tuple(pictures),
            tuple(dict.fromkeys(lost)),
            section,
        )

    def _picture(self, shape: Shown, number: int, pictures: list[Picture], lost: list[str]) -> None:
        try:
            pictures.append(picture_of(shape, number, self.album))
        except UnusableError as error:
            lost.append(f"A picture on it is left out. {error}")
        except (ValueError, KeyError, OSError):
            lost.append("A picture on it is left out: it is no PNG or JPEG, or lies outside the file.")


def _shapes(shapes: object, left: int) -> Iterator[BaseShape]:
    for shape in shapes:  # type: ignore[attr-defined]
        if isinstance(shape, GroupShape):
            if not left:
                raise NotTaken("Its shapes lie deeper in groups than any that are read: ungroup them.")
            yield from _shapes(shape.shapes, left - 1)
        else:
            yield shape


def _lines(shape: BaseShape, opened: Opened, lost: list[str]) -> list[Line]:
    if shape.is_placeholder and shape.placeholder_format.type in _AROUND:
        return []
    if isinstance(shape, GraphicFrame):
        return _rows(shape, opened, lost)
    lines = list(lines_of(shape, shape.text_frame, opened)) if shape.has_text_frame else []  # type: ignore[attr-defined]
    if not lines and not shape.is_placeholder and shape.shape_type != MSO_SHAPE_TYPE.TEXT_BOX:
        lost.append(_SHAPES)
    return lines


def _rows(frame: GraphicFrame, opened: Opened, lost: list[str]) -> list[Line]:
    if not frame.has_table:
        return []
    rows = list[Line]()
    for row in frame.table.rows:
        cells = (
            join(*(flat(line.text) for line in lines_of(frame, cell.text_frame, opened)), separator=" ")
            for cell in row.cells
        )
        text = join(*cells, separator=" – ")
        rows += [Line(text, "•")] if text else []
    lost += [_TABLE] if rows else []
    return rows


def _notes(opened: Opened) -> Text:
    place = opened.notes_slide.notes_placeholder if opened.has_notes_slide else None
    said = lines_of(place, place.text_frame, opened) if place is not None else ()
    return join(*(line.text for line in said))
