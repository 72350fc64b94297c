"""`zinute lessons import` and `export`, as they are called."""

import json
from pathlib import Path

import pytest

from lessons.check import check
from tests.lessons.formats.packages import presentation
from tests.tools import commands

BANK = "Who is it?{=a ~%50%b ~c}\n\nWho?{\n\nThe sun is hot.{T}\n"
REFUSED = "Its braces do not fit together: write its answers between { and }, without an empty line."
CHANGED = "The answer 'b' was right in part, and now it is wrong."


def zinute(*arguments: str | Path) -> commands.Ended:
    return commands.zinute("lessons", *arguments)


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    """A file of GIFT with two questions, and one that is broken."""
    file = tmp_path / "bank.gift"
    file.write_text(BANK, encoding="utf-8")
    return file


def test_import_tells_what_it_took_and_what_not(tmp_path: Path, bank: Path) -> None:
    done = zinute("import", bank, "--to", tmp_path / "fire", "--lang", "en")
    assert done.stdout.decode().splitlines() == [
        "Taken: 2 in 1 lessons (1 single, 1 truefalse). Not taken: 1.",
        f"bank.gift:3: not taken: {REFUSED}",
        f"bank.gift:1: taken, but: {CHANGED}",
    ]
    assert (done.returncode, done.stderr) == (0, b"")
    assert check(tmp_path / "fire").errors == 0
    assert "Is this true?" in (tmp_path / "fire" / "01-bank.en.md").read_text(encoding="utf-8")


def test_import_as_json_is_lithuanian_unless_said(tmp_path: Path, bank: Path) -> None:
    done = zinute("import", bank, "--to", tmp_path / "fire", "--json")
    assert json.loads(done.stdout) == {
        "taken": 2,
        "kinds": {"single": 1, "truefalse": 1},
        "refused": [{"line": 3, "reason": REFUSED}],
        "changed": [{"line": 1, "reason": CHANGED}],
    }
    assert "Ar tai tiesa?" in (tmp_path / "fire" / "01-bank.lt.md").read_text(encoding="utf-8")


def test_where_nothing_is_taken_the_report_says_why(tmp_path: Path, bank: Path) -> None:
    bank.write_text("Who?{", encoding="utf-8")
    done = zinute("import", bank, "--to", tmp_path / "fire", "--json")
    assert json.loads(done.stdout)["refused"] == [{"line": 1, "reason": REFUSED}]
    assert (done.returncode, done.stderr) == (2, b"Nothing could be taken, so nothing was written.\n")
    assert [each.name for each in tmp_path.iterdir()] == ["bank.gift"]


def test_what_stops_is_one_sentence(tmp_path: Path, bank: Path) -> None:
    full = zinute("import", bank, "--to", tmp_path)
    assert (full.returncode, full.stdout) == (2, b"")
    assert full.stderr.count(b"\n") == 1
    spoken = zinute("import", bank, "--to", tmp_path / "fire", "--lang", "lv")
    assert (spoken.returncode, spoken.stderr) == (2, b"There is no language 'lv': use lt, pl, nb or en.\n")


def test_export_prints_the_file_and_tells_what_is_lost(tmp_path: Path, bank: Path) -> None:
    zinute("import", bank, "--to", tmp_path / "fire", "--lang", "en")
    lesson = tmp_path / "fire" / "01-bank.en.md"
    text = lesson.read_text(encoding="utf-8")
    lesson.write_text(f"{text}\n---\n\n## Order? {{#o}}\n\n1. a\n2. b\n", encoding="utf-8")
    done = zinute("export", tmp_path / "fire", "--to", "gift", "--lang", "en")
    assert done.returncode == 0
    assert done.stderr.decode() == "bank, card 3: it is left out. GIFT has no questions of this kind.\n"
    assert done.stdout.decode() == (
        "$CATEGORY: bank\n\n::who-is-it::[plain]Who is it?{\n=a\n~b\n~c\n}\n\n"
        "::the-sun-is-hot::[plain]The sun is hot.{TRUE}\n"
    )


def test_a_table_is_made_filled_in_and_imported(tmp_path: Path) -> None:
    made = zinute("template", tmp_path / "questions.xlsx", "--lang", "nb")
    assert made.stdout.decode() == (
        f"Made: {tmp_path}/questions.xlsx. Fill in its first sheet, then: "
        f"zinute lessons import {tmp_path}/questions.xlsx --to FOLDER.\n"
    )
    empty = zinute("import", tmp_path / "questions.xlsx", "--to", tmp_path / "fire", "--json")
    assert json.loads(empty.stdout) == {"taken": 0, "kinds": {}, "refused": [], "changed": []}
    assert empty.stderr == b"Nothing could be taken, so nothing was written.\n"
    again = zinute("template", tmp_path / "questions.xlsx")
    assert (again.returncode, again.stderr.count(b"\n")) == (2, 1)
    odd = zinute("template", tmp_path / "questions.doc")
    assert odd.stderr == b"Call the file questions.xlsx: spreadsheets open it by this name.\n"


def test_a_table_goes_out_and_in_again(tmp_path: Path, bank: Path) -> None:
    zinute("import", bank, "--to", tmp_path / "fire", "--lang", "en")
    done = zinute("export", tmp_path / "fire", "--to", "xlsx", "--lang", "en")
    (tmp_path / "fire.xlsx").write_bytes(done.stdout)
    again = zinute("import", tmp_path / "fire.xlsx", "--to", tmp_path / "again", "--lang", "en", "--json")
    assert json.loads(again.stdout) == {
        "taken": 2,
        "kinds": {"single": 1, "truefalse": 1},
        "refused": [],
        "changed": [],
    }


def test_slides_are_imported(tmp_path: Path) -> None:
    (tmp_path / "deck.pptx").write_bytes(presentation())
    done = zinute("import", tmp_path / "deck.pptx", "--to", tmp_path / "fire", "--lang", "en")
    assert done.stdout.decode() == "Taken: 4 in 1 lessons (1 single, 3 description). Not taken: 0.\n"
    assert (done.returncode, done.stderr, check(tmp_path / "fire").errors) == (0, b"", 0)
