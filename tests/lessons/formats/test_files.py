"""Which files are read, in which format, and which are not."""

from collections.abc import Callable
from pathlib import Path

import pytest

from lessons.formats.bank import Unreadable
from lessons.formats.importing import take
from lessons.formats.making import Taken
from lessons.formats.registry import format_of
from lessons.formats.source import MOST_BYTES, MOST_TEXT_BYTES
from tests.lessons.formats.samples import AIKEN, CSV, GIFT, XML

Bring = Callable[..., Taken]
FILES = {
    "nothing": ("a.gift", b"", "a.gift is empty: export the questions once more."),
    "a mark": ("a.gift", b"\xef\xbb\xbf \r\n", "a.gift is empty: export the questions once more."),
    "a large file": (
        "a.gift",
        b"a" * (MOST_TEXT_BYTES + 1),
        "a.gift is larger than 5 MB: divide it into smaller files.",
    ),
    "NUL": ("a.gift", b"Why?{}\0", "The file has NUL bytes, so it is no text: save it as UTF-8 text."),
    "NUL in UTF-16": (
        "a.csv",
        "question\0".encode("utf-16"),
        "The file has NUL bytes, so it is no text: save it as UTF-8 text.",
    ),
    "another encoding": (
        "a.gift",
        b"Why?{}\n\n\xe0?{}",
        "Line 3 of the file is not in UTF-8: save the file as UTF-8.",
    ),
    "half of UTF-16": ("a.gift", b"\xff\xfeW", "The file is not in UTF-16: save the file as UTF-8."),
    "many bytes": (
        "a.pptx",
        b"PK\x03\x04" + bytes(MOST_BYTES),
        "a.pptx is larger than 30 MB: divide it into smaller files.",
    ),
    "no XLSX": (
        "a.xlsx",
        b"question;kind",
        "a.xlsx is no XLSX file, whatever its name says: save it once more.",
    ),
    "half an XLSX": (
        "a.XLSX",
        b"PK\x03\x04",
        "The file is damaged, or is no XLSX: save it once more.",
    ),
    "half a PPTX": (
        "a.pptx",
        b"PK\x03\x04",
        "The file is damaged, or is no PPTX: save it once more.",
    ),
    "an old one": ("a.xls", b"\xd0\xcf\x11\xe0", "a.xls is not read as it is: save it as XLSX."),
    "macros": ("a.pptm", b"PK\x03\x04", "a.pptm is not read as it is: save it as PPTX."),
    "a password": (
        "a.xlsx",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "a.xlsx is an old Office file, or has a password: save it as XLSX or PPTX, without one.",
    ),
    "XLSX as CSV": (
        "a.csv",
        b"PK\x03\x04",
        "a.csv is a packed file: give a table the ending .xlsx, slides .pptx.",
    ),
    "anything": (
        "a.txt",
        b"Hello.",
        "a.txt does not look like Moodle XML, CSV, Aiken or Moodle GIFT: say which it is with --format.",
    ),
    "no text": (
        "a",
        b"\x89PNG\xff",
        "a does not look like Moodle XML, CSV, Aiken or Moodle GIFT: say which it is with --format.",
    ),
}


@pytest.mark.parametrize(("name", "content", "reason"), FILES.values(), ids=FILES)
def test_a_file_that_is_not_read(
    tmp_path: Path, bring: Bring, name: str, content: bytes, reason: str
) -> None:
    with pytest.raises(Unreadable) as refused:
        bring(name, content)
    assert str(refused.value) == reason
    assert list(tmp_path.iterdir()) == []


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(
        Unreadable, match=r"^a.gift cannot be read \(No such file or directory\): give the name of a file"
    ):
        take(tmp_path / "a.gift", tmp_path / "bank", language="lt")


CONTENTS = {
    "gift.txt": (GIFT, "Moodle GIFT"),
    "category.txt": ("$CATEGORY: a\n\nText", "Moodle GIFT"),
    "one.txt": ("Who?{=a ~b}", "Moodle GIFT"),
    "aiken.txt": (AIKEN, "Aiken"),
    "xml.txt": (XML, "Moodle XML"),
    "csv.txt": (CSV, "CSV"),
    "a": ("\ufeff<quiz/>", "Moodle XML"),
    "a.xml": ("Who?{=a ~b}", "Moodle XML"),
    "a.tsv": ("x", "CSV"),
    "a.GIFT": (AIKEN, "Moodle GIFT"),
}


@pytest.mark.parametrize(
    ("name", "content", "form"), [(name, *rest) for name, rest in CONTENTS.items()], ids=list(CONTENTS)
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_the_format_is_known_by_name_or_content(name: str, content: str, form: str, encoding: str) -> None:
    assert format_of(name, content.encode(encoding)).name == form


def test_a_format_can_be_said(bring: Bring) -> None:
    with pytest.raises(
        Unreadable, match=r"^There is no format 'doc': use xml, csv, aiken, gift, xlsx or pptx\.$"
    ):
        bring("a.xml", "Why?{}", form="doc")
    assert bring("a.xml", "Why?{}", form="gift").taken == 1
