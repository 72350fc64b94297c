"""A roster from outside: every usual encoding and separator is read, and what would hurt is a sentence, soon."""

import resource
from collections.abc import Callable
from io import BytesIO

import pytest
import xlsxwriter

from domain.language import Language
from domain.roster import read
from lessons.formats.bank import Unreadable
from lessons.formats.roster import cut, cut_apart
from lessons.formats.sheet.write import PLAIN
from tests.lessons.formats.hostile import ALL, LAUGHS, SHEET, declared, linked, locked, many_parts
from tests.lessons.formats.packages import changed, workbook

HEAD = ["Vardas", "Pavardė", "El. paštas", "Pareigos"]
ROWS = [
    HEAD,
    ["Žaneta", "Šūkytė", "z@b.lt", "vedėja; ir kita"],
    ["Łucja", "Ćwik", "l@b.pl", "kustosz, starszy"],
]
WITHIN = 2.0  # seconds that are computed, here and in the process that reads; most need a quarter of one


def csv(rows: list[list[str]], separator: str = ";", end: str = "\r\n") -> str:
    return end.join(separator.join(f'"{cell}"' for cell in row) for row in rows) + end


def table(rows: list[list[str]], *, before: int = 0) -> bytes:
    out = BytesIO()
    with xlsxwriter.Workbook(out, PLAIN) as book:
        if before:
            book.add_worksheet("Info").write_string(0, 0, "Staff of the library")
        sheet = book.add_worksheet("Staff")
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                sheet.write_string(number, column, cell)
    return out.getvalue()


def names(data: bytes, name: str = "a.csv", language: Language = "lt") -> list[tuple[str | None, ...]]:
    found = read(cut_apart(name, data, language).lines)
    return [(each.said.name, each.said.email, each.said.job) for each in found.rows]


READ = [("Žaneta Šūkytė", "z@b.lt", "vedėja; ir kita"), ("Łucja Ćwik", "l@b.pl", "kustosz, starszy")]


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_is_read_with_every_separator(separator: str, encoding: str) -> None:
    assert names(csv(ROWS, separator).encode(encoding)) == READ


@pytest.mark.parametrize(
    ("encoding", "language", "name"),
    [
        ("cp1257", "lt", "Žaneta Šūkytė"),
        ("cp1250", "pl", "Łucja Ćwik"),
        ("cp1252", "nb", "Åse Bjørk"),
        ("cp1252", "en", "Zoë"),
    ],
)
def test_other_encodings_are_those_of_the_language(encoding: str, language: Language, name: str) -> None:
    data = f"Name;E-mail\n{name};z@b.lt\n".encode(encoding)
    assert names(data, language=language) == [(name, "z@b.lt", None)]
    assert cut("a.csv", data, language).encoding == encoding


def test_line_ends_may_be_mixed_and_the_separator_said() -> None:
    assert names(b"sep=,\r\nName,E-mail\rOna,o@b.lt\n\r\nJonas,j@b.lt\r\n") == [
        ("Ona", "o@b.lt", None),
        ("Jonas", "j@b.lt", None),
    ]


def test_a_title_above_the_headings_does_not_hide_the_separator() -> None:
    assert names(b"Staff, 2026;;\nName;E-mail;Job\nOna;o@b.lt;a, b\n") == [("Ona", "o@b.lt", "a, b")]


@pytest.mark.parametrize("before", [0, 1])
def test_a_workbook_is_read_from_the_sheet_with_the_headings(before: int) -> None:
    assert names(table(ROWS, before=before), "a.xlsx") == READ


def test_a_guarded_cell_is_bare_and_a_formula_is_told() -> None:
    found = read(cut("a.csv", b"Name;E-mail;Job\n'=1+1;o@b.lt;\n A;p@b.lt;@x\n", "lt").lines)
    assert [(each.line, each.problem.code if each.problem else "") for each in found.rows] == [
        (2, "formula"),
        (3, "formula"),
    ]


FAR = (
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
)
# Those that take longest to be read.
WORST: list[tuple[str, Callable[[], bytes], str]] = [
    ("a.csv", lambda: b"E-mail\n" + b"x" * 4_000_000, "quotes"),
    ("a.csv", lambda: b"E-mail\n" + b"a\n" * 1_000_000, "rows"),
    ("a.xlsx", lambda: changed(workbook(), {SHEET: b"<a>" + b" " * 90_000_000}), "damaged"),
]
HOSTILE: list[tuple[str, Callable[[], bytes], str]] = [
    *WORST,
    ("a.csv", lambda: b"", "empty"),
    ("a.csv", lambda: b"\xef\xbb\xbf \n", "empty"),
    ("a.csv", lambda: b"E-mail\0\n", "encoding"),
    ("a.csv", lambda: b"\xff\xfeE", "encoding"),
    ("a.csv", lambda: csv(ROWS).encode().replace(b"vir", b"\xb9ir", 1) + b"\xb9", "encoding"),
    ("a.csv", lambda: b"E-mail\n" + b"x" * 10_000_000, "large"),
    ("a.csv", lambda: b'E-mail;Name\n"a@b.lt;x\n' * 1000, "quotes"),
    ("a.csv", lambda: b";".join(b"E-mail" for _ in range(10_000)), "columns"),
    ("a.xlsx", lambda: b"E-mail\na@b.lt\n", "format"),
    ("a.csv", lambda: table(ROWS), "format"),
    ("a.xlsm", lambda: table(ROWS), "format"),
    ("a.ods", lambda: table(ROWS), "format"),
    ("a.xlsx", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "password"),
    ("a.xlsx", lambda: locked(workbook()), "password"),
    ("a.xlsx", lambda: linked(workbook()), "damaged"),
    ("a.xlsx", lambda: many_parts(workbook(), 100_000 // 400), "damaged"),
    ("a.xlsx", lambda: workbook()[:-30], "damaged"),
    ("a.xlsx", lambda: changed(workbook(), {SHEET: FAR}), "rows"),
    ("a.xlsx", lambda: changed(workbook(), {SHEET: declared(LAUGHS)(b"<?xml version='1.0'?><a/>")}), "damaged"),
    ("../../etc/passwd\u202e\0.csv", lambda: b"E-mail\0\n", "encoding"),
]  # fmt: skip


# What is harmless of the files that would hurt an import of questions: so many lines of it are read.
HARMLESS = {
    "xlsx: archives in it": 11,
    "xlsx: many cells": 0,
    "xlsx: many rows": 3_001,
    "xlsx: formulas": 3,
}
TABLES = [name for name, each in ALL.items() if each.name.endswith((".csv", ".xlsx", ".xlsm"))]


def used() -> float:
    """Seconds that this process and those that it started have computed: what else the machine does is not ours."""
    spent = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in spent)


@pytest.mark.parametrize("case", HOSTILE, ids=lambda case: f"{case[0]!a}-{case[2]}")
def test_what_would_hurt_is_a_sentence(case: tuple[str, Callable[[], bytes], str]) -> None:
    name, make, rule = case
    data, began = make(), used()
    with pytest.raises(Unreadable) as refused:
        cut_apart(name.replace("\0", ""), data, "lt")
    assert (refused.value.rule, str(refused.value)[-1]) == (rule, ".")
    assert used() - began < WITHIN


@pytest.mark.parametrize("name", TABLES)
def test_what_would_hurt_elsewhere_hurts_no_roster(name: str) -> None:
    data, began = ALL[name].made(), used()
    if name in HARMLESS:
        assert len(cut_apart(ALL[name].name, data, "lt").lines) == HARMLESS[name]
    else:
        with pytest.raises(Unreadable, match=r"\.$"):
            cut_apart(ALL[name].name, data, "lt")
    assert used() - began < WITHIN
