"""Moodle XML: the picture of a question goes along."""

import io
from base64 import b64encode
from html import escape
from pathlib import Path

import pytest
from PIL import Image

from lessons.check import check
from lessons.formats.bank import Told
from lessons.formats.making import Made, make
from tests.lessons.formats import near
from tests.lessons.formats.hostile import moving
from tests.lessons.formats.packages import png


def file(name: str, data: bytes | str) -> str:
    inside = data if isinstance(data, str) else b64encode(data).decode()
    return f'<file name="{name}" path="/" encoding="base64">{inside}</file>'


def question(text: str, *files: str, kind: str = "essay", form: str = "html", more: str = "") -> str:
    said = f'<questiontext format="{form}"><text>{escape(text)}</text>{"".join(files)}</questiontext>'
    return f'<question type="{kind}"><name><text>q</text></name>{said}{more}</question>'


def quiz(*questions: str) -> bytes:
    return "\n".join(["<quiz>", *questions, "</quiz>"]).encode()


def made(*questions: str) -> Made:
    return make("a.xml", quiz(*questions), language="en")


ELSEWHERE = (
    "There is a file (a.png) in its answers or comments, and only the picture of its text is taken: "
    "add the question by hand."
)
SMALL = png((30, 20))
SHOWN = (
    '<p>Look: <img class="x" src="@@PLUGINFILE@@/a%20b.png" alt="An exit &amp; a door"></p><p>What is it?</p>'
)


def test_a_picture_stands_beside_its_question(tmp_path: Path) -> None:
    data = quiz(
        question(SHOWN, file("a b.png", png((2_000, 1_000)))), question(SHOWN, file("a b.png", SMALL))
    )
    taken = near.bring("a.xml", data, tmp_path / "bank", language="en")
    assert (taken.taken, taken.refused, taken.changed) == (2, (), ())
    pictures = {each.name: each.read_bytes() for each in (tmp_path / "bank").glob("*.png")}
    sizes = {name: Image.open(io.BytesIO(data)).size for name, data in pictures.items()}
    assert sizes == {"picture-1.png": (1_280, 640), "picture-2.png": (30, 20)}
    assert {problem.rule for problem in check(tmp_path / "bank").problems} == {
        "missing-translation",
        "too-short",
    }
    text = (tmp_path / "bank" / "01-a.en.md").read_text(encoding="utf-8")
    assert "![An exit & a door](picture-1.png)" in text
    assert "Look:\n" in text


SOURCES = {
    "markdown": ("Look ![An exit](@@PLUGINFILE@@/a.png)\n\nWhat?", "markdown"),
    "Moodle's own": ("Look <IMG alt='An exit' SRC=@@PLUGINFILE@@/a.png>\n\nWhat?", "moodle_auto_format"),
    "shown twice": (
        "Look <img src='@@PLUGINFILE@@/a.png'> <img src='@@PLUGINFILE@@/a.png?x=1' alt='An exit'><p>What?",
        "html",
    ),
}


@pytest.mark.parametrize(("text", "form"), SOURCES.values(), ids=SOURCES)
def test_pictures_in_every_markup(text: str, form: str) -> None:
    (lesson,) = [
        each
        for name, each in made(question(text, file("a.png", SMALL), form=form)).texts.items()
        if "01" in name
    ]
    assert "![An exit](picture-1.png)\n\n" in lesson.replace("Look\n\n", "")
    assert "## What?" in lesson


@pytest.mark.parametrize("alt", ["", "a.png"])
def test_a_name_is_no_description(alt: str) -> None:
    whole = made(question(f"<img src='@@PLUGINFILE@@/a.png' alt='{alt}'>What?", file("a.png", SMALL)))
    assert "![](picture-1.png)" in whole.texts["01-a.en.md"]


def test_a_picture_in_several_questions_is_one_file_and_only_what_is_used_is_kept() -> None:
    broken = question(SHOWN, file("a b.png", png((9, 9))), kind="multichoice")
    whole = made(question(SHOWN, file("a b.png", SMALL)), question(SHOWN, file("a b.png", SMALL)), broken)
    assert whole.taken.taken == 2
    assert list(whole.pictures) == ["picture-1.png"]


def test_a_description_may_be_only_a_picture_and_gaps_each_have_it() -> None:
    image = "<img src='@@PLUGINFILE@@/a.png' alt='An exit'>"
    whole = made(
        question(image, file("a.png", SMALL), kind="description"),
        question(f"{image} {{1:SA:=a}} {{1:SA:=b}}", file("a.png", SMALL), kind="cloze"),
    )
    assert dict(whole.taken.kinds) == {"short": 2, "description": 1}
    assert whole.texts["01-a.en.md"].count("![An exit](picture-1.png)") == 3


def test_a_file_that_nothing_shows_is_told() -> None:
    whole = made(question("What?", file("a.png", SMALL), file("b.pdf", b"x")))
    assert whole.taken.changed == (Told(2, "Files that its text does not show are left out: 2."),)


TWO = "<img src='@@PLUGINFILE@@/a.png'><img src='@@PLUGINFILE@@/b.png'>What?"
ONE = "<img src='@@PLUGINFILE@@/a.png'>What?"
REFUSED = {
    "two": (
        question(TWO, file("a.png", SMALL), file("b.png", png((9, 9)))),
        "There are 2 pictures in it, and a card has one: add the question by hand.",
    ),
    "a document": (
        question("<a href='@@PLUGINFILE@@/a.pdf'>Read</a>. Why?", file("a.pdf", b"x")),
        "There is a file in it that is no picture, and is not taken: add the question by hand.",
    ),
    "not there": (question(ONE), "The file has not its picture a.png: export the questions once more."),
    "half of base64": (
        question(ONE, file("a.png", "iVBORw0KG")),
        "Its picture a.png is damaged: export the questions once more.",
    ),
    "no base64": (
        question(ONE, file("a.png", "\u017e")),
        "Its picture a.png is damaged: export the questions once more.",
    ),
    "no picture": (
        question(ONE, file("a.png", b"hello")),
        "Its picture a.png is not taken. Save the picture as PNG, JPEG or WebP, because this is none of them.",
    ),
    "a drawing": (
        question(ONE, file("a.png", b"<svg/>")),
        "Its picture a.png is not taken. Messengers cannot show SVG, so render the drawing to a PNG and name that.",
    ),
    "a film": (
        question(ONE, file("a.png", moving())),
        "Its picture a.png is not taken. The picture moves, so save one frame of it as PNG.",
    ),
    "of an option": (
        question(
            "Which?",
            kind="multichoice",
            more=f'<answer fraction="100"><text>a</text>{file("a.png", SMALL)}</answer>',
        ),
        ELSEWHERE,
    ),
}


@pytest.mark.parametrize(("source", "reason"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused(source: str, reason: str) -> None:
    assert made(source).taken.refused == (Told(2, reason),)
