"""XLSX: the cells as a person sees them, which sheet is read, and the workbook to fill in."""

import io
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from domain.language import LANGUAGES, Language
from domain.programme import Card, LessonText
from domain.question import Question
from domain.text import Text
from lessons.formats.bank import KINDS, Bank, Told, Unreadable
from lessons.formats.sheet import FORMAT
from lessons.formats.sheet.book import Cell, shown
from lessons.formats.sheet.template import HEADER, help_in, template, write_template
from lessons.formats.table.columns import known
from tests.lessons.formats.packages import book, changed, workbook
from tests.lessons.formats.samples import CSV

SEEN: list[tuple[Cell, str]] = [
    (42.0, "42"), (0.1 + 0.2, "0.3"), (-7, "-7"), (1e20, "100000000000000000000"), (0.0000001, "0.0000001"),
    (1.3, "1.3"), (True, "true"), (False, "false"), (date(2026, 3, 1), "2026-03-01"),
    (datetime(2026, 3, 1, 9, 30), "2026-03-01 9:30"), (datetime(2026, 3, 1), "2026-03-01"),  # noqa: DTZ001
    (time(9, 5), "9:05"), (time(9, 5, 7), "9:05:07"), (timedelta(hours=26, minutes=3), "26:03"),
    (timedelta(seconds=61), "0:01:01"), ("a\r\nb\x01", "a\nb"), ("", ""),
]  # fmt: skip


@pytest.mark.parametrize(("cell", "text"), SEEN)
def test_a_cell_is_what_a_person_sees(cell: Cell, text: str) -> None:
    assert shown(cell) == text


def test_it_is_the_same_table_as_csv() -> None:
    from lessons.formats.table import FORMAT as TABLE

    there = TABLE.read(CSV.encode(), "lt")
    read = FORMAT.read(workbook(), "lt")
    assert [entry.card for entry in read.entries] == [entry.card for entry in there.entries]
    assert [entry.line for entry in read.entries] == list(range(2, 12))


def read(rows: list[list[object]]) -> Bank:
    return FORMAT.read(book(rows), "lt")


def test_typed_cells_and_lines() -> None:
    header = ["Kind", "Question", "Right", "Option 1", "Option 2"]
    bank = read(
        [
            [],
            list(header),
            ["single", "How many?", 2, 41.0, 42.0],
            ["truefalse", "Is it so?", True],
            [],
            ["number", "Which share?", "", 0.5],
            ["single", "Which?", 7, "a", "b"],
        ]
    )
    asked = [entry.card.question for entry in bank.entries]
    assert [entry.line for entry in bank.entries] == [3, 4, 6]
    assert [option.text.plain for option in asked[0].options] == ["41", "42"] if asked[0] else False
    assert [told.line for told in bank.refused] == [7]


def test_a_formula_is_what_it_came_to() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as made:
        sheet = made.add_worksheet()
        sheet.write_row(0, 0, ["kind", "question", "option1"])
        sheet.write_row(1, 0, ["number", "How many?"])
        sheet.write_formula(1, 2, "=6*7", None, 42)
    (entry,) = FORMAT.read(out.getvalue(), "lt").entries
    assert entry.card.question
    assert entry.card.question.numbers[0].value == 42


def sheets(made: dict[str, list[list[str]]], hidden: str = "") -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        for name, rows in made.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
            if name == hidden:
                sheet.hide()
    return out.getvalue()


TABLE = [["kind", "question"], ["open", "Why?"]]


def test_the_first_sheet_with_a_table_is_read_and_others_are_told() -> None:
    data = sheets(
        {"Notes": [["Hello"]], "Away": TABLE, "One": [*TABLE, ["open", "How?"]], "Two": TABLE}, "Away"
    )
    bank = FORMAT.read(data, "lt")
    assert len(bank.entries) == 2
    said = "The sheet 'Two' has a table too, and is left out: put all questions into the first one."
    assert bank.notes == (Told(1, said),)


def test_a_workbook_without_a_table() -> None:
    with pytest.raises(
        Unreadable, match=r"^No sheet has a first row with the column 'question': begin with the"
    ):
        FORMAT.read(sheets({"Notes": [["Hello"]]}), "lt")


def test_a_place_that_is_not_said_is_counted() -> None:
    bare = changed(workbook(), {"xl/worksheets/sheet1.xml": lambda was: was.replace(b' r="A1"', b"")})
    assert len(FORMAT.read(bare, "lt").entries) == 10


@pytest.mark.parametrize(
    "sign", ["=1+1", "+1", "-1 or so", "@x", "'=1", "''a", "https://example.org", "0012", "a\nb"]
)
def test_what_is_written_is_a_text_and_comes_back(sign: str) -> None:
    card = Card(question=Question("a", "text", Text("Who?"), accepted=(f"{sign}x", "b")))
    assert FORMAT.write
    data = FORMAT.write([LessonText("lt", "A", 1, (card,))], "lt")
    (entry,) = FORMAT.read(data, "lt").entries
    assert entry.card.question
    assert entry.card.question.accepted == (" ".join(f"{sign}x".split("\n")), "b")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_workbook_to_fill_in(language: Language) -> None:
    """Its table is empty; with the examples of its help it is taken whole, and they have every kind."""
    bank = FORMAT.read(template(language), language)
    assert (bank.entries, bank.refused, bank.notes) == ((), (), ())
    rows = [
        HEADER,
        *([example.get(name, "") for name in HEADER] for example in help_in(language)["examples"]),
    ]
    filled = FORMAT.read(book(rows), language)
    assert (filled.refused, filled.notes) == ((), ())
    assert {entry.kind for entry in filled.entries} == set(KINDS)


def test_its_help_is_whole_in_every_language() -> None:
    names = CalamineWorkbook.from_filelike(io.BytesIO(template("pl"))).sheet_names
    assert names == ["Pytania", "Polski", "Lietuvių", "Norsk", "English"]
    assert all(map(known, HEADER))

    def shape(told: dict[str, Any]) -> list[object]:
        texts = [(name, len(said)) for name, said in told.items() if name in ("intro", "examples")]
        return [sorted(told), texts, list(told["columns"]), list(told["kinds"])]

    assert [shape(help_in(language)) for language in LANGUAGES] == [shape(help_in("lt"))] * 4
    assert sorted(help_in("lt")["kinds"]) == sorted(KINDS)


def test_a_file_that_is_there_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"mine")
    with pytest.raises(Unreadable, match=r"a\.xlsx is there already: name a file that is not\.$"):
        write_template(tmp_path / "a.xlsx", "lt")
    with pytest.raises(Unreadable, match=r"cannot be written \(No such file or directory\)\.$"):
        write_template(tmp_path / "none" / "a.xlsx", "lt")
    assert (tmp_path / "a.xlsx").read_bytes() == b"mine"
