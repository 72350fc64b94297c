"""A small workbook and a small presentation, and the same with their parts changed."""

import io
import zipfile
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import xlsxwriter
from PIL import Image
from pptx import Presentation
from pptx.util import Inches

from lessons.formats.table.rows import table
from tests.lessons.formats.samples import CSV

Change = Callable[[bytes], bytes]


@cache
def workbook() -> bytes:
    """The table of the samples as XLSX."""
    return book([row for _, row in table(CSV)])


def book(rows: list[list[object]] | list[list[str]], **options: object) -> bytes:
    """A workbook with one sheet; numbers, days and formulas stay what they are."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, **options}) as made:
        sheet = made.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return out.getvalue()


def png(size: tuple[int, int] = (64, 32), mode: str = "RGB") -> bytes:
    """A picture of one colour."""
    out = io.BytesIO()
    Image.new(mode, size, 1 if mode == "1" else 90).save(out, "PNG")
    return out.getvalue()


@cache
def presentation() -> bytes:
    """A title, a text with a list, a question, and a picture; the second slide has notes."""
    deck = Presentation()
    cover, text, only_title = deck.slide_layouts[0], deck.slide_layouts[1], deck.slide_layouts[5]
    deck.slides.add_slide(cover).shapes.title.text = "Fire safety"
    told = deck.slides.add_slide(text)
    told.shapes.title.text = "When it burns"
    told.placeholders[1].text_frame.text = "Raise the alarm\nLeave the building"
    told.notes_slide.notes_text_frame.text = "Say it twice."
    asked = deck.slides.add_slide(text)
    asked.shapes.title.text = "Where do you go?"
    asked.placeholders[1].text_frame.text = "To my desk\nTo the nearest exit ✓"
    drawn = deck.slides.add_slide(only_title)
    drawn.shapes.title.text = "The way out"
    drawn.shapes.add_picture(io.BytesIO(png()), Inches(1), Inches(2))
    return saved(deck)


def saved(deck: Any) -> bytes:
    out = io.BytesIO()
    deck.save(out)
    return out.getvalue()


def changed(data: bytes, parts: Mapping[str, bytes | Change]) -> bytes:
    """The file with parts that are other ones, or that are added; a function changes what is there."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in [*old.namelist(), *(name for name in parts if name not in old.namelist())]:
            part = parts.get(name)
            if part is None:
                part = old.read(name)
            new.writestr(name, part if isinstance(part, bytes) else part(old.read(name)))
    return out.getvalue()


def swapped(before: bytes, after: bytes) -> Change:
    """A part with a stretch of it replaced, which has to be there."""

    def swap(was: bytes) -> bytes:
        assert before in was
        return was.replace(before, after, 1)

    return swap
