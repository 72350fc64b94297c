"""`zinute lessons new` and `preview`, as they are called."""

from pathlib import Path

import pytest

from lessons.check import check
from tests.zinute.test_cli_banks import zinute

LIBRARY = Path(__file__).parents[2] / "library"


def test_a_new_lesson_is_correct_in_four_languages_from_the_first_minute(tmp_path: Path) -> None:
    done = zinute("new", tmp_path / "keys" / "01-lost-keys", "--title", 'Raktai: "pamesti" \\ rasti')
    made = [
        f"{name}.{language}.md"
        for name in ("01-lost-keys", "programme")
        for language in ("en", "lt", "nb", "pl")
    ]
    assert done.stdout.decode().splitlines() == [str(tmp_path / "keys" / each) for each in made]
    report = check(tmp_path)
    assert (done.returncode, report.errors, report.programmes, report.lessons) == (0, 0, 1, 1)
    assert {problem.rule for problem in report.problems} == {"too-short"}


def test_a_second_lesson_leaves_the_programme_as_it_is(tmp_path: Path) -> None:
    zinute("new", tmp_path / "keys" / "01-lost")
    about = tmp_path / "keys" / "programme.lt.md"
    about.write_text(about.read_text(encoding="utf-8").replace("Nauja programa", "Raktai"), encoding="utf-8")
    before = about.read_bytes()
    done = zinute("new", tmp_path / "keys" / "02-found")
    assert (done.returncode, about.read_bytes(), check(tmp_path).lessons) == (0, before, 2)


@pytest.mark.parametrize(
    ("place", "told"),
    [
        ("keys/01-lost", "{}/keys/01-lost.lt.md is there already: choose another name for the new lesson."),
        ("keys/Žodis 1", "'Žodis 1' cannot be a name here: use zodis-1 (a-z, 0-9 and -)."),
        ("Raktai!/01", "'Raktai!' cannot be a name here: use raktai (a-z, 0-9 and -)."),
        ("keys/programme", "'programme' cannot be a name here: use programme-1 (a-z, 0-9 and -)."),
        ("file/01", "{}/file cannot be written (File exists): choose another folder."),
    ],
)
def test_what_is_there_stays_and_names_are_told(tmp_path: Path, place: str, told: str) -> None:
    zinute("new", tmp_path / "keys" / "01-lost")
    (tmp_path / "file").touch()
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    done = zinute("new", tmp_path / place)
    assert (done.returncode, done.stderr.decode(), done.stdout) == (2, told.format(tmp_path) + "\n", b"")
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    ("channel", "buttons", "numbered"),
    [("telegram", True, False), ("web", True, False), ("matrix", False, True), ("terminal", False, True)],
)
def test_a_preview_is_what_the_messenger_shows(channel: str, buttons: bool, numbered: bool) -> None:
    [file] = (LIBRARY / "front-desk").glob("01-*.pl.md")
    done = zinute("preview", file, "--channel", channel, "--lang", "pl")
    said = done.stdout.decode()
    assert (done.returncode, done.stderr) == (0, b"")
    assert ("[ Dalej ]" in said, "1. Dalej" in said) == (buttons, numbered)
    assert said.count("=== ") > 3 < said.count("--- ")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("nothing.lt.md",), "There is no lesson to show in "),
        (
            ("good.lt.md", "--channel", "fax"),
            "There is no messenger 'fax': use web, telegram, email, terminal, matrix.",
        ),
        (("good.lt.md", "--lang", "de"), "There is no language 'de': use lt, pl, nb or en."),
        (("bad.lt.md",), "bad.lt.md:1: no-head: "),
    ],
)
def test_what_cannot_be_shown_is_told(tmp_path: Path, arguments: tuple[str, ...], told: str) -> None:
    folder = tmp_path / "keys"
    zinute("new", folder / "good")
    (folder / "bad.lt.md").write_text("Be galvos", encoding="utf-8")
    done = zinute("preview", folder / arguments[0], *arguments[1:])
    assert (done.returncode, done.stderr.decode().startswith(told)) == (2, True), done.stderr.decode()
