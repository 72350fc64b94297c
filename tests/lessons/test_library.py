"""Folders of programmes: what is served, what is left out, and that nothing is read outside them."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from domain.programme import Card, Lesson, LessonText, Programme, ProgrammeText
from domain.question import Option, Question
from domain.text import Text
from lessons.library import Draft, Library, LibraryError, read_library
from tests.lessons.folders import TEXT, Write, description, found, languages, named, source, whole


def test_a_programme_is_read_whole(tmp_path: Path, write: Write) -> None:
    whole(write)
    write("p/README.md", "# Not a lesson\n")
    write("p/.draft.md", "Not a lesson yet\n")
    write("p/drawing.svg", "<svg/>")
    write(".git/x.md", "Hidden\n")
    write("README.md", "# The library\n")

    def lesson(slug: str, title: str, name: str) -> Lesson:
        options = (Option(Text("One"), True, Text("Yes.")), Option(Text("Two"), False, Text("No.")))
        question = Question(name, "single", Text("Which?"), options, shuffled=True)
        cards = (Card(Text(TEXT)), Card(question=question))
        return Lesson(
            slug, tuple(LessonText(language, title, 2, cards) for language in ("lt", "pl", "nb", "en"))
        )

    programme = Programme(
        "p",
        tuple(ProgrammeText(language, "P", "About.") for language in ("lt", "pl", "nb", "en")),
        (lesson("01-a", "A", "which"), lesson("02-b", "B", "what")),
    )
    assert read_library(tmp_path) == Library((Draft(programme, {}, ()),), ())
    assert read_library(tmp_path / "p") == Library((Draft(programme, {}, ()),), ())


def test_programmes_in_their_order_and_names_without_a_language(tmp_path: Path, write: Write) -> None:
    for folder in ("b", "a"):
        write(f"{folder}/programme.md", description("P"))
        write(f"{folder}/02.md", source("A"))
        write(f"{folder}/01.md", source("A", TEXT))
    library = read_library(tmp_path)
    assert named(library) == [("a", ["01:lt", "02:lt"]), ("b", ["01:lt", "02:lt"])]
    assert [each for each in found(library) if each[0].startswith("a/")] == [
        ("a/01.md", 1, "missing-translation"),
        ("a/01.md", 6, "no-question"),
        ("a/02.md", 1, "missing-translation"),
        ("a/programme.md", 1, "missing-translation"),
    ]
    assert library.problems[0].message == "Translate the lesson into Polski, Norsk, English."


def test_only_pictures_that_are_used_are_served(tmp_path: Path, write: Write, png: bytes) -> None:
    whole(write)
    write("p/a.png", png)
    write("p/sub/b.png", png + b"tail")
    write("p/c.png", png)
    languages(write, "p/01-a", source("A", f"{TEXT}\n\n![What it shows](sub/b.png)\n"))
    (draft,) = read_library(tmp_path).drafts
    digests = {
        card.picture.digest
        for text in draft.programme.lessons[0].texts
        for card in text.cards
        if card.picture
    }
    assert set(draft.pictures) == digests
    assert len(digests) == 1


def test_a_broken_file_leaves_the_others(tmp_path: Path, write: Write) -> None:
    whole(write)
    write("p/01-a.pl.md", source("A").replace("[x]", "[ ]"))
    write("p/02-b.lt.md", b"\xff\xfe")
    write("p/02-b.en.md", "---\na: &a [x]\n---\n")
    languages(write, "p/03-c", "")
    write("p/programme.nb.md", "no head")
    library = read_library(tmp_path)
    assert named(library) == [("p", ["01-a:lt,nb,en", "02-b:pl,nb"])]
    assert library.drafts[0].broken == (
        ("programme", "nb"),
        ("01-a", "pl"),
        ("02-b", "lt"),
        ("02-b", "en"),
        ("03-c", "lt"),
        ("03-c", "pl"),
        ("03-c", "nb"),
        ("03-c", "en"),
    )
    assert [text.language for text in library.drafts[0].programme.texts] == ["lt", "pl", "en"]
    assert found(library) == [
        ("p/01-a.pl.md", 10, "no-right-answer"),
        ("p/02-b.en.md", 1, "minutes"),
        ("p/02-b.en.md", 1, "title"),
        ("p/02-b.en.md", 2, "head"),
        ("p/02-b.en.md", 4, "no-cards"),
        ("p/02-b.lt.md", 1, "encoding"),
        ("p/03-c.en.md", 1, "empty-file"),
        ("p/03-c.lt.md", 1, "empty-file"),
        ("p/03-c.nb.md", 1, "empty-file"),
        ("p/03-c.pl.md", 1, "empty-file"),
        ("p/programme.nb.md", 1, "no-head"),
    ]


NAMES = {
    "Į darbą!.md": "i-darba.lt.md",
    "Łódź.pl.md": "lodz.pl.md",
    "01 a.no.md": "01-a.nb.md",
    "a.en_GB.md": "a.en.md",
    "a.de.md": "a.LANGUAGE.md, where LANGUAGE is one of lt, pl, nb, en",
    "a.MD": "a.lt.md",
    "-.md": "lesson.lt.md",
    "x" * 51 + ".lt.md": "x" * 50 + ".lt.md",
}


@pytest.mark.parametrize(("name", "better"), NAMES.items())
def test_names_of_files(name: str, better: str, tmp_path: Path, write: Write) -> None:
    whole(write)
    write(f"p/{name}", source("A"))
    library = read_library(tmp_path)
    assert [(p.line, p.rule, p.message) for p in library.problems] == [
        (1, "file-name", f"Name this file {better}.")
    ]
    assert named(library) == [("p", ["01-a:lt,pl,nb,en", "02-b:lt,pl,nb,en"])]


def test_a_name_with_control_characters_is_shown_without(tmp_path: Path, write: Write) -> None:
    whole(write)
    write("p/a\n\x1b[31m.md", source("A"))
    (tmp_path / "p" / os.fsdecode(b"b\xff.md")).touch()
    assert [problem.file for problem in read_library(tmp_path).problems] == [
        "p/a\ufffd\ufffd[31m.md",
        "p/b\ufffd.md",
    ]


def test_two_files_for_one_language(tmp_path: Path, write: Write) -> None:
    whole(write)
    write("p/01-a.md", source("Another"))
    assert found(read_library(tmp_path)) == [("p/01-a.md", 1, "file-name")]


def test_names_of_folders(tmp_path: Path, write: Write) -> None:
    whole(write)
    whole(write, "Mano programa")
    library = read_library(tmp_path)
    assert found(library) == [("Mano programa", 1, "folder-name")]
    assert library.problems[0].message == "Name this folder mano-programa."
    assert named(library) == [("p", ["01-a:lt,pl,nb,en", "02-b:lt,pl,nb,en"])]


def test_lessons_without_a_programme(tmp_path: Path, write: Write) -> None:
    whole(write)
    write("q/01.lt.md", source("A"))
    write("stray.md", source("A"))
    write("pictures/a.png", b"")
    library = read_library(tmp_path)
    assert found(library) == [
        ("q/01.lt.md", 1, "missing-translation"),
        ("q/programme.lt.md", 1, "no-programme"),
        ("stray.md", 1, "no-programme"),
    ]
    assert [draft.programme.slug for draft in library.drafts] == ["p"]


def test_a_programme_without_lessons(tmp_path: Path, write: Write) -> None:
    languages(write, "p/programme", description("P"))
    library = read_library(tmp_path)
    assert found(library) == [("p/programme.lt.md", 1, "no-lessons")]
    assert library.drafts == ()


def test_folders_that_hold_nothing_or_are_none(tmp_path: Path, write: Write) -> None:
    assert found(read_library(tmp_path)) == [(".", 1, "no-programme")]
    write("file", "")
    for name in ("nowhere", "file"):
        with pytest.raises(LibraryError, match=f"^The folder .*{name} cannot be read: .*\\.$"):
            read_library(tmp_path / name)


def test_nothing_is_followed_out_of_the_folder(tmp_path: Path, write: Write) -> None:
    whole(write, "library/p")
    whole(write, "elsewhere")
    write("secret.md", source("Secret"))
    library = tmp_path / "library"
    (library / "p" / "03.lt.md").symlink_to(tmp_path / "secret.md")
    (library / "q").symlink_to(tmp_path / "elsewhere")
    (library / "p" / "04.lt.md").symlink_to(library / "p" / "04.lt.md")
    (library / "p" / "05.lt.md").symlink_to(library / "nowhere.md")
    write("library/p/kept.txt", source("A", TEXT))
    (library / "p" / "06.lt.md").symlink_to(library / "p" / "kept.txt")
    result = read_library(library)
    assert [each for each in found(result) if each[2] not in ("missing-translation", "no-question")] == [
        ("p/03.lt.md", 1, "outside"),
        ("p/04.lt.md", 1, "outside"),
        ("p/05.lt.md", 1, "unreadable"),
        ("q", 1, "outside"),
    ]
    assert named(result) == [("p", ["01-a:lt,pl,nb,en", "02-b:lt,pl,nb,en", "06:lt"])]


def test_the_folder_itself_may_be_a_link(tmp_path: Path, write: Write) -> None:
    whole(write, "real/p")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (tmp_path / "one").symlink_to(tmp_path / "real" / "p")
    assert [draft.programme.slug for draft in read_library(tmp_path / "link").drafts] == ["p"]
    assert [draft.programme.slug for draft in read_library(tmp_path / "one").drafts] == ["p"]


def test_files_that_cannot_be_read(tmp_path: Path, write: Write) -> None:
    whole(write)
    os.mkfifo(tmp_path / "p" / "03.lt.md")
    (tmp_path / "p" / "04.lt.md").mkdir()
    with (tmp_path / "p" / "05.lt.md").open("wb") as file:
        file.truncate(20 * 1024**3)
    library = read_library(tmp_path)
    assert [each for each in found(library) if each[2] != "missing-translation"] == [
        ("p/03.lt.md", 1, "unreadable"),
        ("p/04.lt.md", 1, "unreadable"),
        ("p/05.lt.md", 1, "file-size"),
    ]
    assert library.drafts[0].broken == (("03", "lt"), ("04", "lt"), ("05", "lt"))


@contextmanager
def without_rights(folder: Path) -> Iterator[None]:
    """Root may read everything, so root becomes somebody else for a while, who owns the folder."""
    somebody = 65534 if os.geteuid() == 0 else os.geteuid()
    for path in (folder, *folder.rglob("*")):
        os.chown(path, somebody, -1)
    before = os.geteuid()
    os.seteuid(somebody)
    try:
        yield
    finally:
        os.seteuid(before)


def test_files_without_the_right_to_read_them(write: Write) -> None:
    with TemporaryDirectory() as place:  # not tmp_path, which only its owner may enter
        folder = Path(place)
        for slug in ("p", "q", "r"):
            whole(write, f"{folder}/{slug}")
        with without_rights(folder):
            (folder / "p" / "01-a.lt.md").chmod(0)
            (folder / "q").chmod(0)
            library = read_library(folder)
            (folder / "q").chmod(0o700)
    assert found(library) == [("p/01-a.lt.md", 1, "unreadable"), ("q", 1, "unreadable")]
    assert [draft.programme.slug for draft in library.drafts] == ["p", "r"]
