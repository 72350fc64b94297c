"""Files that want to hurt whoever reads them, and what is said of each: rows U1 to U7 of the faults that are known."""

import io
import random
import struct
import zipfile
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image
from pptx import Presentation
from pptx.util import Inches

from tests.lessons.formats.packages import Change, book, changed, png, presentation, saved, swapped, workbook

SHEET, STRINGS, SLIDE = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "ppt/slides/slide2.xml"
DAMAGED_SHEET = "The file is damaged, or is no XLSX: save it once more."
DAMAGED_SLIDES = "The file is damaged, or is no PPTX: save it once more."
DECLARES = "The file declares a document type or entities, which are not read: save it once more."
TOO_MANY = "The file has more than 2,000 questions: divide it into smaller files."
LAUGHS = (
    b'<!DOCTYPE a [<!ENTITY b0 "ha">'
    + b"".join(b'<!ENTITY b%d "%s">' % (n, b"&b%d;" % (n - 1) * 10) for n in range(1, 12))
    + b"]>"
)
EXTERNAL = b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]>'
AS_XLSX, AS_PPTX = ": save it once more as XLSX.", ": save it once more as PPTX."
MORE_PARTS = "The file has more parts than any that is read"
OTHER = "The file has not what its name promises"
TIGHT = "The file is packed more tightly than people's files are"
OUTSIDE = "The file names places outside itself"
NOT_UTF8 = "The file has XML that is not in UTF-8: save it once more."
LINKS = "The file refers to other workbooks: paste the values instead, and save it once more."
XML_DECLARES = "Line 1: the file declares a document type or entities, which are not read."
XML_DEEP = "Line 1: elements lie deeper in one another than in any Moodle XML."
MUCH_TEXT = "The sheets have more text than is read at once: divide the file into smaller ones."
WIDE = "The first line has more than 400 columns: delete those that are empty."
HEAD = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


@dataclass(frozen=True, slots=True)
class Hostile:
    """A file, and the sentence about it; "" for one that is taken, as far as it is harmless."""

    name: str
    made: Callable[[], bytes]
    said: str


def declared(said: bytes) -> Callable[[bytes], bytes]:
    """A part that begins with a declaration, as XML allows."""

    def declare(was: bytes) -> bytes:
        head, _, rest = was.partition(b"?>")
        return head + b"?>" + said + rest

    return declare


def cells(written: str) -> Callable[[], bytes]:
    """A workbook whose sheet has these cells."""
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"<sheetData>{written}</sheetData></worksheet>"
    )
    return lambda: changed(workbook(), {SHEET: HEAD + sheet.encode()})


def many_parts(data: bytes, count: int) -> bytes:
    return changed(data, {f"xl/worksheets/more{number}.xml": b"" for number in range(count)})


def doubled(data: bytes, name: str) -> bytes:
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a") as packed:
        packed.writestr(name.upper(), b"<a/>")
    return out.getvalue()


def locked(data: bytes) -> bytes:
    """With the bit that says that a part has a password."""
    at = data.index(b"PK\x01\x02") + 8
    return data[:at] + struct.pack("<H", 1) + data[at + 2 :]


def lying(data: bytes, name: str) -> bytes:
    """A part that says it has 10 bytes."""
    at = data.rindex(b"PK\x01\x02", 0, data.rindex(name.encode())) + 24
    return data[:at] + struct.pack("<L", 10) + data[at + 4 :]


def linked(data: bytes) -> bytes:
    """With a part that is a symbolic link."""
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a") as packed:
        link = zipfile.ZipInfo("xl/link.xml")
        link.external_attr = 0o120777 << 16
        packed.writestr(link, "/etc/hostname")
    return out.getvalue()


def shared(length: int, times: int) -> bytes:
    """A workbook in which one long text stands in many cells."""
    sheet = cells("".join(f'<c r="A{row}" t="s"><v>0</v></c>' for row in range(1, times + 1)))()
    strings = (
        b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>%s</t></si></sst>'
    )
    text = bytes(random.Random(1).choices(range(97, 123), k=length))
    return changed(sheet, {STRINGS: HEAD + strings % text})


def deck_with(picture: bytes, times: int = 1) -> bytes:
    """A presentation with other bytes as its pictures."""
    deck = Presentation()
    for number in range(times):
        slide = deck.slides.add_slide(deck.slide_layouts[5])
        slide.shapes.title.text = f"Picture {number}"
        slide.shapes.add_picture(io.BytesIO(png((8, 8 + number))), Inches(1), Inches(1))
    data = saved(deck)
    names = [name for name in zipfile.ZipFile(io.BytesIO(data)).namelist() if name.startswith("ppt/media/")]
    return changed(data, {name: picture + bytes([number]) for number, name in enumerate(names)})


def grouped(depth: int) -> bytes:
    group = (
        b"<p:grpSp><p:nvGrpSpPr><p:cNvPr id='9' name='g'/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>"
    )
    nested = group * depth + b"</p:grpSp>" * depth
    return changed(presentation(), {SLIDE: swapped(b"</p:spTree>", nested + b"</p:spTree>")})


def crowded(count: int) -> bytes:
    """A presentation with as many words, each bold by itself, on one slide."""
    words = b"".join(b"<a:r><a:rPr b='1'/><a:t>w%d </a:t></a:r>" % number for number in range(count))
    return changed(presentation(), {SLIDE: swapped(b"<a:p>", b"<a:p>" + words)})


def pointing(target: bytes, *, outside: bool) -> bytes:
    """A presentation whose picture lies somewhere else."""
    rels = "ppt/slides/_rels/slide4.xml.rels"
    mode = b'" TargetMode="External"' if outside else b'"'
    return changed(presentation(), {rels: swapped(b'../media/image1.png"', target + mode)})


def zipped(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, data in parts.items():
            packed.writestr(name, data)
    return out.getvalue()


def xlsx(made: Callable[[], bytes], said: str) -> Hostile:
    return Hostile(
        "a.xlsx", made, f"{said}{AS_XLSX}" if said.startswith("The file") and said[-1] != "." else said
    )


def pptx(made: Callable[[], bytes], said: str) -> Hostile:
    return Hostile(
        "a.pptx", made, f"{said}{AS_PPTX}" if said.startswith("The file") and said[-1] != "." else said
    )


def more(data: Callable[[], bytes], name: str, part: bytes | Change) -> Callable[[], bytes]:
    """The file with one part that is another one, or that is added."""
    return lambda: changed(data(), {name: part})


def moving() -> bytes:
    out = io.BytesIO()
    frames = [Image.new("RGB", (4, 4), (number, 0, 0)) for number in range(200)]
    frames[0].save(out, "PNG", save_all=True, append_images=frames[1:])
    return out.getvalue()


FAR = "of a sheet is in use, which is farther than row 10,000 and column 400: delete it, and save once more."


# By U1, U2, U4 for whatever is packed, and U3 for what is in the cells.
SHEETS = {
    "half of it": xlsx(lambda: workbook()[: len(workbook()) // 2], DAMAGED_SHEET),
    "nothing in it": xlsx(lambda: zipped({"a.txt": b""}), OTHER),
    "slides in it": xlsx(presentation, OTHER),
    "many parts": xlsx(lambda: many_parts(workbook(), 5_000), MORE_PARTS),
    "two of one name": xlsx(lambda: doubled(workbook(), SHEET), "The file has two parts of one name"),
    "a password": xlsx(lambda: locked(workbook()), "The file has a password"),
    "sizes that lie": xlsx(lambda: lying(workbook(), SHEET), DAMAGED_SHEET),
    "a bomb": xlsx(more(workbook, "xl/a.bin", bytes(90_000_000)), TIGHT),
    "a larger bomb": xlsx(
        more(workbook, "xl/a.bin", bytes(101_000_000)), "The file is too large when it is unpacked"
    ),
    "a bomb of a sheet": xlsx(more(workbook, SHEET, b" " * 50_000_000), TIGHT),
    "archives in it": xlsx(lambda: changed(workbook(), {"xl/a.zip": workbook()}), ""),
    "macros": xlsx(more(workbook, "xl/vbaProject.bin", b"x"), "The file has macros"),
    "its name says macros": Hostile("a.xlsm", workbook, "a.xlsm is not read as it is: save it as XLSX."),
    "another workbook": xlsx(more(workbook, "xl/externalLinks/externalLink1.xml", b"<a/>"), LINKS),
    "a part outside": xlsx(more(workbook, "../../evil.xml", b"<a/>"), OUTSIDE),
    "a place of its own": xlsx(more(workbook, "/etc/evil.xml", b"<a/>"), OUTSIDE),
    "a link": xlsx(lambda: linked(workbook()), OUTSIDE),
    "laughs": xlsx(more(workbook, STRINGS, declared(LAUGHS)), DECLARES),
    "a file's text": xlsx(more(workbook, STRINGS, declared(EXTERNAL)), DECLARES),
    "a type elsewhere": xlsx(
        more(workbook, SHEET, declared(b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/">')), DECLARES
    ),
    "UTF-16": xlsx(more(workbook, SHEET, lambda was: was.decode().encode("utf-16")), NOT_UTF8),
    "UTF-7": xlsx(more(workbook, SHEET, swapped(b"UTF-8", b"UTF-7")), NOT_UTF8),
    "the last corner": xlsx(
        cells('<c r="A1"><v>1</v></c><c r="XFD1048576"><v>1</v></c>'), f"Cell XFD1048576 {FAR}"
    ),
    "the last row": xlsx(cells('<row r="1048576"/>'), f"Row 1048576 {FAR}"),
    "a corner in disguise": xlsx(cells('<c r="&#88;FD1048576"><v>1</v></c>'), f"Cell XFD1048576 {FAR}"),
    "no such place": xlsx(cells('<c r="A99999999999999999999"><v>1</v></c>'), f"Cell A99999999999… {FAR}"),
    "a turned name": xlsx(cells('<c r="\u202eJ2"><v>1</v></c>'), f"Cell J2 {FAR}"),
    "a wide sheet": xlsx(
        cells('<c r="NV9999"><v>1</v></c>'),
        "The sheets are larger than a table of questions: keep one sheet, and delete the rest.",
    ),
    "many cells": xlsx(
        cells("".join(f'{"<row/>" * (not n % 90)}<c s="{n * 7919 % 10**6}"/>' for n in range(225_000))),
        "The sheets have more than 200,000 cells: divide the file into smaller ones.",
    ),
    "one text very often": xlsx(lambda: shared(1_000_000, 2_000), MUCH_TEXT),
    "deep elements": xlsx(cells("<a>" * 10_000), "The file has a sheet that is damaged: save it once more."),
    "many rows": xlsx(lambda: book([["question"], *([["a"]] * 3_000)]), TOO_MANY),
    "formulas": xlsx(lambda: book([["question", "kind"], ["=HYPERLINK(1)", "open"], ["Why?", "open"]]), ""),
}
# By U1, U2, U4 and U7.
SLIDES = {
    "half of it": pptx(lambda: presentation()[: len(presentation()) // 2], DAMAGED_SLIDES),
    "a table in it": pptx(workbook, OTHER),
    "no archive": Hostile(
        "a.pptx", png, "a.pptx is no PPTX file, whatever its name says: save it once more."
    ),
    "many parts": pptx(lambda: many_parts(presentation(), 5_000), MORE_PARTS),
    "two of one name": pptx(lambda: doubled(presentation(), SLIDE), "The file has two parts of one name"),
    "sizes that lie": pptx(lambda: lying(presentation(), SLIDE), DAMAGED_SLIDES),
    "a bomb": pptx(more(presentation, "ppt/media/a.png", bytes(90_000_000)), TIGHT),
    "macros": pptx(more(presentation, "ppt/vbaProject.bin", b"x"), "The file has macros"),
    "a part outside": pptx(more(presentation, "ppt/media/../../../a.png", b"x"), OUTSIDE),
    "laughs": pptx(more(presentation, SLIDE, declared(LAUGHS)), DECLARES),
    "a file's text": pptx(more(presentation, SLIDE, declared(EXTERNAL)), DECLARES),
    "deep elements": pptx(more(presentation, SLIDE, b"<a>" * 10_000), DAMAGED_SLIDES),
    "groups in groups": pptx(lambda: grouped(60), ""),
    "many elements": pptx(
        lambda: crowded(100_000), "The slides have more on them than is read at once: divide the file."
    ),
    "almost too many elements": pptx(lambda: crowded(30_000), ""),
    "a picture elsewhere": pptx(lambda: pointing(b"http://127.0.0.1:9/a.png", outside=True), ""),
    "a picture of the system": pptx(lambda: pointing(b"../../../../etc/hostname", outside=False), ""),
    "a picture of 81 megapixels": pptx(lambda: deck_with(png((9_000, 9_000), "1")), ""),
    "many pictures of 11 megapixels": pptx(lambda: deck_with(png((3_400, 3_400), "RGB"), 40), ""),
    "half a picture": pptx(lambda: deck_with(png()[:60]), ""),
    "a picture that moves": pptx(lambda: deck_with(moving()), ""),
    "a drawing with a script": pptx(lambda: deck_with(b"<svg><script>alert(1)</script></svg>"), ""),
}


XML_LARGE = "Line 1: a question has more parts than any that people answer: divide it, or leave it out."


def moodle(kind: str, said: str, times: int, reason: str, *more: str, inside: str = "") -> Hostile:
    """Moodle XML with one question many times over, and what is beside and in its text."""
    asked = f"<questiontext><text>{said}</text>{inside}</questiontext>{''.join(more)}"
    question = f'<question type="{kind}">{asked}</question>'
    return Hostile("a.xml", lambda: b"<quiz>%s</quiz>" % (question.encode() * times), reason)


def picture_file(size: tuple[int, int], mode: str) -> str:
    return f'<file name="a.png" encoding="base64">{b64encode(png(size, mode)).decode()}</file>'


def places_in(picture: str, times: int, corners: int = 100) -> bytes:
    """As many questions with a picture, each with other zones of so many corners."""
    points = [f"{each * 977 % 2_000},{each * 613 % 2_000}" for each in range(1_000)]
    question = f"<question type='ddmarker'><questiontext><text>a?</text></questiontext>{DRAG}{picture}"
    made = list[str]()
    for number in range(times):
        cuts = [";".join(points[start : start + corners]) for start in range(number, number + 8)]
        zones = "".join(f"<drop>{CORNERS % cut}</drop>" for cut in cuts)
        made.append(f"{question}{zones}</question>")
    return f"<quiz>{''.join(made)}</quiz>".encode()


DRAG = "<drag><no>1</no><text>a</text></drag>"
CORNERS = "<choice>1</choice><shape>polygon</shape><coords>%s</coords>"
SHOWN = "&lt;img src='@@PLUGINFILE@@/a.png'&gt;What is it?"
SETS = (
    "<answer fraction='100'><text>{a}</text></answer><dataset_definitions><dataset_definition>"
    f"<name><text>a</text></name><dataset_items>{'<dataset_item><value>2</value></dataset_item>' * 90_000}"
    "</dataset_items></dataset_definition></dataset_definitions>"
)
SHORT = (
    b"<question type='shortanswer'><questiontext><text>%s?</text></questiontext>"
    b"<answer fraction='100'><text>a*</text></answer></question>" % (b"a" * 3_000)
)
DRAW = b"<question type='randomsamatch'><subcats>1</subcats><questiontext><text>a?</text></questiontext></question>"
# By U3 and U6: in the formats that are text.
TEXTS = {
    "a million questions": Hostile("a.gift", lambda: b"a{}\n\n" * 990_000, TOO_MANY),
    "open braces": Hostile("a.gift", lambda: b"a{" * 2_400_000, ""),
    "closed braces": Hostile("a.gift", lambda: b"}\n" * 2_400_000, ""),
    "a million answers": Hostile("a.aiken", lambda: b"ANSWER: A\n" * 490_000, TOO_MANY),
    "a long question": Hostile("a.aiken", lambda: b"a\n" * 2_400_000, ""),
    "a million rows": Hostile("a.csv", lambda: b"question;kind\n" + b"a;b\n" * 1_240_000, TOO_MANY),
    "a million formulas": Hostile("a.csv", lambda: b"question;kind\n" + b"=1+1\n" * 990_000, TOO_MANY),
    "many columns": Hostile("a.csv", lambda: b"question;kind" + b";x" * 2_000_000, WIDE),
    "laughs": Hostile(
        "a.xml",
        lambda: LAUGHS + b"<quiz>&b11;</quiz>",
        XML_DECLARES,
    ),
    "a million elements": Hostile(
        "a.xml", lambda: b"<quiz>" + b"<question/>" * 450_000 + b"</quiz>", TOO_MANY
    ),
    "deep elements": Hostile(
        "a.xml",
        lambda: b"<quiz>" * 800_000,
        XML_DEEP,
    ),
    "gaps that never end": moodle("cloze", "{1:SA:" * 3_300, 240, ""),
    "many gaps": moodle("cloze", "{1:MC:=a~b~c} " * 30, 300, TOO_MANY),
    "many answers in a gap": moodle("cloze", "{1:SA:=a" + "~a" * 9_900 + "}", 240, ""),
    "many words to drag": moodle(
        "ddwtos", "[[1]] " * 30, 2, XML_LARGE, "<dragbox><text>a</text></dragbox>" * 70_000
    ),
    "long formulas": moodle("calculated", "a?", 60, "", f"<answer><text>{'1+' * 40_000}1</text></answer>"),
    "many formulas": moodle("calculated", "{=1+1+1}" * 2_400, 240, "", "<answer><text>1</text></answer>"),
    "a formula that grows": moodle(
        "calculated", "a?", 1_500, "", f"<answer fraction='100'><text>{'9**' * 90}9</text></answer>"
    ),
    "nested formulas": moodle(
        "calculated", "{=" * 9_000, 240, "", f"<answer fraction='100'><text>{'(' * 290}1</text></answer>"
    ),
    "many numbers": moodle("calculated", "{a}?", 1, XML_LARGE, SETS),
    "many pictures of 11 megapixels": moodle(
        "essay", SHOWN, 40, "", inside=picture_file((3_400, 3_400), "RGB")
    ),
    "a picture of 81 megapixels": moodle("essay", SHOWN, 1, "", inside=picture_file((9_000, 9_000), "1")),
    "many places in pictures": Hostile("a.xml", lambda: places_in(picture_file((1, 1), "1"), 550), ""),
    "places in many pictures": Hostile(
        "a.xml", lambda: places_in(picture_file((1, 1), "1"), 1_990, corners=3), ""
    ),
    "many places in large pictures": Hostile(
        "a.xml", lambda: places_in(picture_file((3_400, 3_400), "1"), 150), ""
    ),
    "a million corners": moodle("ddmarker", "a?", 1, "", f"<drop>{CORNERS % ('0,1;' * 1_000_000)}</drop>"),
    "many places": moodle("ddimageortext", "a?", 240, "", DRAG, "<drop><choice>1</choice></drop>" * 500),
    "many draws": Hostile("a.xml", lambda: b"<quiz>%s%s</quiz>" % (SHORT * 1_000, DRAW * 900), ""),
    "many files": moodle(
        "essay", "a?", 1, XML_LARGE, inside='<file name="a" encoding="base64">AA</file>' * 100_000
    ),
}
ALL = {
    f"{kind}: {name}": each
    for kind, table in (("xlsx", SHEETS), ("pptx", SLIDES), ("text", TEXTS))
    for name, each in table.items()
}
