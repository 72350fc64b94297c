"""A presentation read into the entries of a bank: those of each slide that can be cards, or a question."""

from collections.abc import Iterator
from io import BytesIO
from typing import Final

from lxml.etree import LxmlError
from pptx import Presentation
from pptx.exc import PythonPptxError
from pptx.presentation import Presentation as Opened
from pptx.slide import Slide

from domain.language import Language
from lessons.formats.bank import Bank, Entry, NotTaken, Told, Unreadable
from lessons.formats.packed import Packing, parts_of, repacked
from lessons.formats.slides.cards import entries_of
from lessons.formats.slides.slide import Reader

_PACKING: Final = Packing(
    "PPTX",
    "ppt/presentation.xml",
    most_bytes=30_000_000,
    most_parts=3_000,
    most_xml=30_000_000,
    pictures=True,
)
_MOST_SLIDES: Final = 300
_MOST_TAGS: Final = 400_000  # of all slides and their notes; a full slide has some hundreds
_SLIDES: Final = ("ppt/slides/", "ppt/notesslides/")
_SECTION: Final = "{http://schemas.microsoft.com/office/powerpoint/2010/main}section"
# What python-pptx raises on a file that is put together wrongly.
_BROKEN: Final = (
    PythonPptxError, LxmlError, LookupError, ValueError, TypeError, AttributeError, NotImplementedError,
    AssertionError, OSError,
)  # fmt: skip


def read(data: bytes, language: Language) -> Bank:
    """The slides that are shown, in their order."""
    parts = parts_of(data, _PACKING)
    said = (xml.count(b"<") for name, xml in parts.items() if name.casefold().startswith(_SLIDES))
    if sum(said) > _MOST_TAGS:
        raise Unreadable("The slides have more on them than is read at once: divide the file.")
    entries, refused, reader = list[Entry](), list[Told](), Reader()
    try:
        for number, slide, section in _slides(Presentation(BytesIO(repacked(parts)))):
            try:
                entries += entries_of(reader.slide(number, slide, section), language)
            except NotTaken as reason:
                refused.append(Told(number, str(reason)))
    except _BROKEN as error:
        raise Unreadable("The file is damaged, or is no PPTX: save it once more.") from error
    return Bank(tuple(entries), tuple(refused), pictures=reader.album.pictures)


def _slides(opened: Opened) -> Iterator[tuple[int, Slide, str]]:
    """Each slide, with its number and the section that it is in ("": none)."""
    sections = {
        slide.get("id"): section.get("name", "")
        for section in opened.part._element.iter(_SECTION)
        for slide in section.iter("{*}sldId")
    }
    slides = list(opened.slides)
    if len(slides) > _MOST_SLIDES:
        raise Unreadable(f"The file has more than {_MOST_SLIDES} slides: divide it into smaller files.")
    for number, slide in enumerate(slides, 1):
        yield number, slide, sections.get(str(slide.slide_id), "")
