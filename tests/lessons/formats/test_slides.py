"""PowerPoint: what becomes of titles, lists, notes, pictures and questions, and how slides are divided into lessons."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pptx import Presentation
from pptx.util import Inches

from domain.programme import LessonText
from domain.question import Option
from domain.text import Entity, Text
from lessons.check import check
from lessons.formats.bank import Bank, Told
from lessons.formats.making import Made, make
from lessons.formats.slides import FORMAT
from lessons.library import read_library
from tests.lessons.formats import near
from tests.lessons.formats.packages import changed, png, presentation, saved, swapped

TITLE, TEXT, ONLY_TITLE, BLANK = 0, 1, 5, 6


class Deck:
    """A presentation that is put together slide by slide."""

    def __init__(self) -> None:
        self.made = Presentation()

    def slide(self, title: str, *lines: str | tuple[int, str], notes: str = "", layout: int = TEXT) -> Any:
        slide = self.made.slides.add_slide(self.made.slide_layouts[layout])
        if slide.shapes.title is not None:
            slide.shapes.title.text = title
        for number, line in enumerate(lines):
            frame = slide.placeholders[1].text_frame
            paragraph = frame.add_paragraph() if number else frame.paragraphs[0]
            paragraph.level, paragraph.text = line if isinstance(line, tuple) else (0, line)
        if notes:
            slide.notes_slide.notes_text_frame.text = notes
        return slide

    def read(self) -> Bank:
        return FORMAT.read(saved(self.made), "en")

    def take(self) -> Made:
        return make("deck.pptx", saved(self.made), language="en")


def test_a_slide_is_a_card_with_its_list_and_its_notes() -> None:
    deck = Deck()
    slide = deck.slide("When it burns", "Alarm", (1, "Loud"), (4, "Twice"), "Leave", notes="Say it.\nAgain.")
    run = slide.placeholders[1].text_frame.paragraphs[3].add_run()
    run.text, run.font.bold = " now ", True
    (entry,) = deck.read().entries
    assert entry.card.text == Text(
        "When it burns\n\n• Alarm\n  • Loud\n    • Twice\n• Leave now\n\nSay it.\n\nAgain.",
        (Entity("bold", 0, 13), Entity("bold", 52, 3)),
    )
    assert (entry.line, entry.kind, entry.changed) == (1, "description", ())


def test_long_notes_are_a_card_of_their_own() -> None:
    deck = Deck()
    deck.slide("A", "b", notes="x" * 900)
    assert [entry.card.text.plain for entry in deck.read().entries] == ["A\n\n• b", "x" * 900]


def test_links_numbers_and_breaks() -> None:
    deck = Deck()
    box = deck.slide("A", layout=ONLY_TITLE).shapes.add_textbox(0, 0, 10, 10).text_frame
    box.text = "See "
    run = box.paragraphs[0].add_run()
    run.text, run.hyperlink.address = "this", "https://example.org/a"
    box.paragraphs[0].add_line_break()
    box.paragraphs[0].add_run().text = "and that"
    (entry,) = deck.read().entries
    assert entry.card.text.plain == "A\n\nSee this\nand that"
    assert entry.card.text.entities[1:] == (Entity("link", 7, 4, "https://example.org/a"),)


def numbered(slide: Any) -> Any:
    for paragraph in slide.placeholders[1].text_frame.paragraphs:
        paragraph._p.get_or_add_pPr().insert(0, paragraph._p.makeelement(AUTO, {"type": "arabicPeriod"}))
    return slide


AUTO = "{http://schemas.openxmlformats.org/drawingml/2006/main}buAutoNum"


def test_a_numbered_list_counts() -> None:
    deck = Deck()
    numbered(deck.slide("A", "one", (1, "deep"), "two"))
    assert deck.read().entries[0].card.text.plain == "A\n\n1. one\n  1. deep\n2. two"


ASKED: dict[str, tuple[list[str | tuple[int, str]], str, list[bool]]] = {
    "a mark behind": (["a", "b ✓", "c"], "single", [False, True, False]),
    "a mark before": (["✔ a", "b"], "single", [True, False]),
    "an emoji": (["a", "✅ b"], "single", [False, True]),
    "boxes": (["[ ] a", "[x] b", "[X] c"], "multiple", [False, True, True]),
    "crosses": (["✗ a", "☑ b"], "single", [False, True]),
    "no right one": (["☐ a", "☐ b"], "opinion", [False, False]),
}


@pytest.mark.parametrize(("lines", "kind", "right"), ASKED.values(), ids=ASKED)
def test_a_question_has_marked_options(
    lines: list[str | tuple[int, str]], kind: str, right: list[bool]
) -> None:
    deck = Deck()
    deck.slide("Which is it?", *lines)
    (entry,) = deck.read().entries
    assert entry.kind == kind
    assert entry.card.question
    assert entry.card.question.prompt == Text("Which is it?")
    assert [option.correct for option in entry.card.question.options] == right
    assert [option.text.plain for option in entry.card.question.options] == list("abc"[: len(lines)])


def test_what_is_said_of_options_and_of_the_whole() -> None:
    deck = Deck()
    deck.slide("Which?", "a", (1, "No."), "b ✓", (1, "Yes."), (1, "Really."), notes="All in all.")
    (entry,) = deck.read().entries
    assert entry.card.question
    assert entry.card.question.options == (
        Option(Text("a"), False, Text("No.")),
        Option(Text("b"), True, Text("Yes.\n\nReally.\n\nAll in all.")),
    )


UNMARKED = "Its title asks, but no line is marked as right with ✓, so it is a card of text and no question."
MIXED = "Its title asks, but other text stands between or below its options, so it is no question."


def test_what_is_right_is_never_guessed() -> None:
    deck = Deck()
    deck.slide("Why does it matter?", "People", "Money")
    deck.slide("Is it?", "☐ yes", "no")
    slide = deck.slide("Which?", "a ✓", "b")
    slide.shapes.add_textbox(0, 0, 10, 10).text_frame.text = "Below"
    bank = deck.read()
    assert [(entry.kind, entry.changed) for entry in bank.entries] == [
        ("description", (UNMARKED,)),
        ("description", (UNMARKED,)),
        ("description", (MIXED,)),
    ]
    assert bank.entries[0].card.text.plain == "Why does it matter?\n\n• People\n• Money"


def with_chart(deck: Deck) -> None:
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE

    data = CategoryChartData()  # type: ignore[no-untyped-call]
    data.categories = ["a"]
    data.add_series("s", (1,))  # type: ignore[no-untyped-call]
    slide = deck.slide("A", "b")
    slide.shapes.add_chart(XL_CHART_TYPE.PIE, 0, 0, Inches(1), Inches(1), data)


def with_table(deck: Deck) -> None:
    table = deck.slide("A", layout=ONLY_TITLE).shapes.add_table(2, 2, 0, 0, Inches(1), Inches(1)).table
    for place, text in enumerate(["a", "b", "c", "d"]):
        table.cell(place // 2, place % 2).text = text


def with_line(deck: Deck) -> None:
    deck.slide("A", "b").shapes.add_connector(1, 0, 0, 9, 9)


def with_film(deck: Deck) -> None:
    deck.slide("A", "b").shapes.add_movie(io.BytesIO(b"x"), 0, 0, 9, 9, mime_type="video/mp4")


LEFT_OUT: dict[str, tuple[Callable[[Deck], None], str, str]] = {
    "a chart": (with_chart, "A chart on it is left out.", "A\n\n• b"),
    "a table": (
        with_table,
        "A table on it became a list, with a line for each row.",
        "A\n\n• a – b\n• c – d",
    ),
    "a line": (with_line, "Lines, arrows or shapes without words on it are left out.", "A\n\n• b"),
    "a film": (with_film, "A film on it is left out.", "A\n\n• b"),
}


@pytest.mark.parametrize(("draw", "said", "text"), LEFT_OUT.values(), ids=LEFT_OUT)
def test_what_a_card_cannot_show_is_told(draw: Callable[[Deck], None], said: str, text: str) -> None:
    deck = Deck()
    draw(deck)
    (entry,) = deck.read().entries
    assert said in entry.changed
    assert entry.card.text.plain == text


def test_hidden_and_empty_slides_are_refused_with_their_number() -> None:
    deck = Deck()
    deck.slide("A", "b")
    deck.slide("B", "c")._element.set("show", "0")
    deck.slide("", layout=BLANK)
    assert deck.read().refused == (
        Told(2, "The slide is hidden."),
        Told(3, "It has no text, and no picture that is taken."),
    )


def test_a_picture_stands_beside_a_short_text_as_the_slide_shows_it() -> None:
    deck = Deck()
    slide = deck.slide("A", layout=ONLY_TITLE)
    out = io.BytesIO()
    whole = Image.new("RGB", (400, 200), (255, 0, 0))
    whole.paste((0, 0, 255), (0, 0, 100, 200))
    whole.save(out, "PNG")
    shown = slide.shapes.add_picture(out, 0, 0)
    shown.crop_left = 0.25
    shown._element._nvXxPr.cNvPr.set("descr", "A red door")
    made = deck.take()
    assert "![A red door](slide-1-1.png)" in made.texts["01-a.en.md"]
    with Image.open(io.BytesIO(made.pictures["slide-1-1.png"])) as kept:
        assert kept.size == (300, 200)
        assert kept.convert("RGB").getcolors() == [(60_000, (255, 0, 0))]


def test_pictures_are_made_small_and_taken_once() -> None:
    deck = Deck()
    for number in range(3):
        slide = deck.slide(f"A {number}", layout=ONLY_TITLE)
        slide.shapes.add_picture(io.BytesIO(png((2_000, 1_000))), 0, 0)
        slide.shapes.add_picture(io.BytesIO(png((30 + number, 20))), 0, 0)
    made = deck.take()
    assert {name: Image.open(io.BytesIO(data)).size for name, data in made.pictures.items()} == {
        "slide-1-1.png": (1_280, 640),
        "slide-1-2.png": (30, 20),
        "slide-2-1.png": (31, 20),
        "slide-3-1.png": (32, 20),
    }
    again = "A picture on it is left out. It was taken from an earlier slide already."
    assert made.taken.changed == (Told(2, again), Told(3, again))


def lessons_of(deck: Deck, folder: Path) -> list[LessonText]:
    near.bring("deck.pptx", saved(deck.made), folder, language="en")
    report = check(folder)
    assert report.errors == 0
    (draft,) = read_library(folder).drafts
    return [text for lesson in draft.programme.lessons for text in lesson.texts]


def test_slides_are_divided_into_lessons_of_a_good_size(tmp_path: Path) -> None:
    deck = Deck()
    for number in range(20):
        deck.slide(f"Part {number}", "word " * 24, "more " * 10)
        if number % 4 == 3:
            deck.slide(f"Is it {number}?", "a", "b ✓")
    told = lessons_of(deck, tmp_path / "deck")
    sizes = [sum(card.text.units for card in text.cards) for text in told]
    texts = [sum(card.question is None for card in text.cards) for text in told]
    assert all(600 <= size <= 1_200 for size in sizes)
    assert max(texts) <= 3
    assert sum(len(text.questions) for text in told) == 5
    assert told[0].title == "Part 0"
    assert {text.minutes for text in told} <= {1, 2}


def test_sections_are_not_mixed(tmp_path: Path) -> None:
    deck = Deck()
    ids = []
    for number in range(4):
        deck.slide(f"Part {number}", "word " * 20)
        ids.append(deck.made.slides[number].slide_id)
    data = saved(deck.made)
    listed = "".join(
        f'<p14:section name="{name}" id="{{0}}"><p14:sldIdLst><p14:sldId id="{first}"/><p14:sldId id="{second}"/>'
        "</p14:sldIdLst></p14:section>"
        for name, first, second in (("One", *ids[:2]), ("Two", *ids[2:]))
    )
    extension = (
        '<p:extLst><p:ext uri="{521415D9-36F7-43E2-AB2F-B90AF26B5E84}"><p14:sectionLst '
        f'xmlns:p14="http://schemas.microsoft.com/office/powerpoint/2010/main">{listed}</p14:sectionLst></p:ext>'
        "</p:extLst>"
    )
    end = b"</p:presentation>"
    data = changed(data, {"ppt/presentation.xml": swapped(end, extension.encode() + end)})
    made = make("deck.pptx", data, language="en")
    assert sorted(made.texts) == ["01-part-0.en.md", "02-part-2.en.md", "programme.en.md"]


def test_a_whole_presentation_in_every_word(tmp_path: Path) -> None:
    taken = near.bring("deck.pptx", presentation(), tmp_path / "deck", language="en")
    assert dict(taken.kinds) == {"single": 1, "description": 3}
    assert sorted(each.name for each in (tmp_path / "deck").iterdir()) == [
        "01-fire-safety.en.md",
        "programme.en.md",
        "slide-4-1.png",
    ]
    assert check(tmp_path / "deck").errors == 0
