"""Options that are pictures: what is read of them, what is refused, and what is written again."""

import io
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from domain.programme import Card, LessonText
from domain.question import Option, Question
from domain.text import Text
from lessons.grid import grid
from lessons.library import read_library
from lessons.parse import Origin, Parsed, parse_lesson
from lessons.pictures import redraw
from lessons.shelf import Shelf
from lessons.write import card, lesson
from tests.domain.strategies import calm
from tests.lessons.folders import TEXT, Write, languages, source, whole

Read = Callable[[str], Parsed]
NAMES = ("exit.png", "fire.png", "stop.png")
BOXES = (
    "- [x] ![A *running* person](exit.png)\n  > Yes.\n"
    "- [ ] ![A flame](fire.png)\n  > No.\n"
    "- [ ] ![A hand](stop.png)\n  > No.\n"
)


def picture(colour: str, size: tuple[int, int] = (30, 20)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()


BYTES = {name: picture(colour) for name, colour in zip(NAMES, ("green", "red", "gold"), strict=True)}


@pytest.fixture(autouse=True)
def pictures(tmp_path: Path) -> None:
    for name, data in BYTES.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "signs").mkdir()
    (tmp_path / "signs" / "50% ąžuolas (1).png").write_bytes(picture("blue"))
    (tmp_path / "same.png").write_bytes(BYTES["exit.png"] + b"tail")


def asks(options: str, heading: str = "## Which? {#which}") -> str:
    return f"Text.\n\n{heading}\n\n{options}"  # the heading in line 7, the options from line 9


def errors(parsed: Parsed) -> list[tuple[int, str]]:
    found = [problem for problem in parsed.problems if problem.severity == "error"]
    assert [problem.message for problem in found if not problem.message.endswith(".")] == []
    return [(problem.line, problem.rule) for problem in found]


OPTIONS = (
    Option(Text("A running person"), True, Text("Yes."), picture="exit.png"),
    Option(Text("A flame"), False, Text("No."), picture="fire.png"),
    Option(Text("A hand"), False, Text("No."), picture="stop.png"),
)


def test_the_pictures_are_the_options_and_one_picture_of_the_card(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    parsed = parse_lesson(source("A", asks(BOXES)).encode(), Origin("a.lt.md", "a", "lt"), shelf)
    assert errors(parsed) == []
    assert parsed.text
    (told,) = parsed.text.cards
    assert told.question == Question("which", "single", Text("Which?"), OPTIONS, shuffled=False)
    data, kind, size = redraw(grid([redraw(each)[0] for each in BYTES.values()]))
    assert told.picture
    assert told.picture.digest == sha256(data).hexdigest()
    assert shelf.served[told.picture.digest] == data
    assert (told.picture.media_type, told.picture.width, told.picture.height) == (kind, *size)
    assert told.picture.alt == "1 – A running person; 2 – A flame; 3 – A hand"


@pytest.mark.parametrize(
    ("options", "heading", "kind", "right"),
    [
        (BOXES, "## Which? {#which .fixed}", "single", (0,)),
        (BOXES.replace("[ ]", "[x]"), "## Which? {#which}", "multiple", (0, 1, 2)),
        (BOXES.replace("[x]", "[ ]"), "## Which? {#which .opinion}", "opinion", ()),
        (BOXES.replace("\n- ", "\n\n- "), "## Which {#which}", "single", (0,)),
    ],
)
def test_every_kind_of_choice_has_them_in_their_order(
    options: str, heading: str, kind: str, right: tuple[int, ...], read: Read
) -> None:
    parsed = read(asks(options, heading.replace("Which {", "Which? {")))
    assert errors(parsed) == []
    assert parsed.text
    (asked,) = parsed.text.questions
    assert (asked.kind, asked.right, asked.shuffled, asked.pictured) == (kind, right, False, True)


def test_a_picture_can_lead_to_a_card(read: Read) -> None:
    end = "---\n\n## Here {#here}\n\nEnd.\n"
    parsed = read(
        f"## Which? {{#which}}\n\n- [![A flame](fire.png)](#here)\n- [![A hand](stop.png)](#here)\n\n{end}"
    )
    assert errors(parsed) == []
    assert parsed.text
    assert [(each.picture, each.leads_to) for each in parsed.text.questions[0].options] == [
        ("fire.png", 1),
        ("stop.png", 1),
    ]


def option(name: str, alt: str = "Sign", box: str = " ") -> str:
    return f"- [{box}] ![{alt}]({name})\n"


NINE = "".join(option(f"{number}.png", f"Sign {number}") for number in range(1, 10))
REFUSED = {
    "words and pictures": (BOXES.replace("![A flame](fire.png)", "A flame"), [(11, "option-pictures")]),
    "a picture and a word": (f"{option('exit.png', box='x')}- [ ] A\n", [(10, "option-pictures")]),
    "a picture with words": (BOXES.replace("(exit.png)", "(exit.png) here"), [(9, "option-form")]),
    "nothing said of it": (BOXES.replace("A flame", " "), [(11, "option-form")]),
    "the same words": (BOXES.replace("A flame", "A hand"), [(13, "same-option")]),
    "the same picture": (BOXES.replace("stop.png", "exit.png"), [(13, "same-option")]),
    "the same pixels": (BOXES.replace("stop.png", "same.png"), [(13, "same-option")]),
    "one picture": (option("exit.png", box="x"), [(7, "option-count")]),
    "ten pictures": (option("exit.png", "Exit", "x") + NINE, [(7, "option-count")]),
    "no such picture": (BOXES.replace("fire", "ice"), [(11, "picture-missing")]),
    "two that are missing": (
        BOXES.replace("fire", "ice").replace("stop", "go"),
        [(11, "picture-missing"), (13, "picture-missing")],
    ),
    "a picture from elsewhere": (BOXES.replace("fire.png", "https://a.example/a.png"), [(11, "picture-path")]),
    "a long alternative": (BOXES.replace("A flame", "x" * 301), [(11, "option-length")]),
    "more than a caption": (
        BOXES.replace("A flame", "x" * 300).replace("A hand", "y" * 300).replace("running", "z" * 270),
        [(7, "question-length")],
    ),
    "a caption": (BOXES.replace("A flame", "x" * 290).replace("A hand", "y" * 290).replace("running", "z" * 250), []),
    "no right one": (BOXES.replace("[x]", "[ ]"), [(7, "no-right-answer")]),
}  # fmt: skip


@pytest.mark.parametrize(("options", "expected"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_refused(options: str, expected: list[tuple[int, str]], read: Read) -> None:
    assert errors(read(asks(options))) == expected


def test_the_card_has_no_other_picture(read: Read) -> None:
    parsed = read(f"![A door](same.png)\n\n![A door](exit.png)\n\n## Which? {{#which}}\n\n{BOXES}")
    assert errors(parsed) == [(5, "one-picture")]


def test_nine_pictures(tmp_path: Path, read: Read) -> None:
    for number in range(1, 10):
        (tmp_path / f"{number}.png").write_bytes(picture(f"#{number}0{number}0{number}0"))
    parsed = read(asks(NINE, "## Which? {#which .opinion}"))
    assert errors(parsed) == []


def test_only_the_one_picture_is_served_and_each_language_has_its_own(tmp_path: Path, write: Write) -> None:
    whole(write)
    asked = f"{TEXT}\n\n---\n\n## Which? {{#which}}\n\n{BOXES}"
    for name, data in BYTES.items():
        write(f"p/{name}", data)
    write("p/stop-pl.png", picture("orange"))
    languages(write, "p/01-a", source("A", asked))
    write("p/01-a.pl.md", source("A", asked.replace("stop.png", "stop-pl.png")))
    write("p/01-a.nb.md", source("A", asked.replace("A hand", "En hånd")))
    library = read_library(tmp_path / "p")
    assert [str(each) for each in library.problems] == []
    (draft,) = library.drafts
    shown = {text.language: text.cards[1].picture for text in draft.programme.lessons[0].texts}
    digests = {language: each.digest for language, each in shown.items() if each}
    assert digests["lt"] == digests["nb"] == digests["en"] != digests["pl"]
    assert set(draft.pictures) == set(digests.values())
    assert [each.alt[-10:] for each in shown.values() if each] == [
        "3 – A hand",
        "3 – A hand",
        " – En hånd",
        "3 – A hand",
    ]


def test_translations_have_pictures_too(tmp_path: Path, write: Write) -> None:
    whole(write)
    for name, data in BYTES.items():
        write(f"p/{name}", data)
    asked = f"{TEXT}\n\n---\n\n## Which? {{#which}}\n\n{BOXES}"
    words = asked
    for name in NAMES:
        words = words.replace(f"({name})", "").replace("![", "").replace("]\n  >", "\n  >")
    languages(write, "p/01-a", source("A", asked))
    write("p/01-a.nb.md", source("A", words))
    (problem,) = read_library(tmp_path / "p").problems
    assert (problem.file, problem.line, problem.rule) == ("01-a.nb.md", 10, "translation-differs")
    assert problem.message == (
        "Make card 2 as in 01-a.lt.md, where it is the question {#which} with 3 options that are pictures, [x] at 1."
    )


def test_an_address_is_written_as_it_is_read(read: Read) -> None:
    parsed = read(asks(BOXES.replace("stop.png", "signs/50%25%20ąžuolas%20%281%29.png")))
    assert errors(parsed) == []
    assert parsed.text
    (told,) = parsed.text.cards
    assert told.question
    assert told.question.options[2].picture == "signs/50% ąžuolas (1).png"
    assert card(told).endswith("- [ ] ![A hand](signs/50%25%20ąžuolas%20%281%29.png)\n  > No.")


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """A shelf that has drawn the pictures once."""
    folder = tmp_path_factory.mktemp("pictured")
    for name, data in BYTES.items():
        (folder / name).write_bytes(data)
    return Shelf(folder)


SIGNS = [
    "*",
    "_",
    "`",
    "|",
    "[",
    "]",
    "(",
    ")",
    "![",
    "\\",
    "!",
    "<b>",
    "&amp;",
    "~~",
    "#",
    ">",
    "- ",
    "ž",
    "😀",
    " ",
]


@calm
@given(st.lists(st.sampled_from(SIGNS), max_size=9).map("".join))
def test_what_is_written_is_read_as_what_it_was(shelf: Shelf, said: str) -> None:
    options = (*OPTIONS[:2], Option(Text(f"a {said} b"), False, Text("No."), picture="stop.png"))
    asked = Question("which", "single", Text("Which?"), options, shuffled=False)
    written = lesson(LessonText("lt", "A", 1, (Card(Text("Text."), question=asked),)))
    parsed = parse_lesson(written.encode(), Origin("a.lt.md", "a", "lt"), shelf)
    assert errors(parsed) == []
    assert parsed.text
    assert parsed.text.questions == (asked,)
    assert lesson(parsed.text) == written
