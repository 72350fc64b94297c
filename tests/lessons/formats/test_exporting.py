"""Lessons out and in again: the same questions, or a sentence about what is not the same."""

import io
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from domain.language import LANGUAGES, Language
from domain.programme import Card, LessonText
from domain.question import Number, Option, Question
from domain.text import Text
from lessons.formats.bank import Unreadable
from lessons.formats.exporting import export
from lessons.formats.registry import writable
from lessons.library import read_library
from lessons.write import description, lesson
from tests.lessons.formats.made import cards
from tests.lessons.formats.near import bring
from tests.lessons.formats.samples import SAMPLES

LIBRARY = Path(__file__).parents[3] / "library"
FORMS = ["csv", "gift", "xlsx"]


def test_three_formats_can_be_written() -> None:
    assert writable() == FORMS


GIFT_HAS_NOT = {
    "it is left out. GIFT has no questions of this kind.",
    "it is left out. An answer has -> in it, which GIFT takes for a pair.",
    "that its options keep their order (.fixed) is left out.",
    "that small typing errors do not count (.forgiving) is left out.",
    "the unit of its numbers is left out.",
}


def try_examples(form: str, examples: int) -> None:
    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    @given(data=st.data(), language=st.sampled_from(LANGUAGES))
    def run(data: st.DataObject, language: Language) -> None:
        go_out_and_come_back(form, data.draw(cards(language)), language)

    run()


@pytest.mark.parametrize("form", FORMS)
def test_what_goes_out_comes_back(form: str) -> None:
    try_examples(form, 50)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_three_empty_lines_come_back(form: str) -> None:
    go_out_and_come_back(form, Card(Text("---\n\n\n{")), "lt")


@pytest.mark.parametrize("form", FORMS)
def test_spaces_at_the_beginning_of_a_line_come_back(form: str) -> None:
    go_out_and_come_back(form, Card(Text("{\n {")), "lt")


@pytest.mark.parametrize("form", FORMS)
def test_a_text_that_nobody_sees_comes_back(form: str) -> None:
    asked = Question("who", "text", Text("Koks atsakymas?"), accepted=("a",))
    go_out_and_come_back(form, Card(Text("\u202e"), question=asked), "lt")


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("form", FORMS)
def test_what_goes_out_comes_back_often(form: str) -> None:
    try_examples(form, 5_000)


def go_out_and_come_back(form: str, card: Card | None, language: Language) -> None:
    if card is None:
        return
    with TemporaryDirectory() as near:
        home = Path(near)
        before = written(home / "before", language, card)
        exported = export(before, form, language)
        taken = bring(f"bank.{form}", exported.data, home / "after", language=language)
        after = cards_of(home / "after", language) if taken.lessons else []
    assert taken.refused == ()
    assert (after == [card]) == (exported.lost == ())
    reasons = {lost.partition("card 1: ")[2] for lost in exported.lost}
    assert reasons <= (GIFT_HAS_NOT if form == "gift" else set())


def written(folder: Path, language: Language, *told: Card) -> Path:
    folder.mkdir()
    (folder / f"programme.{language}.md").write_bytes(description("Title", "About.").encode())
    (folder / f"01-a.{language}.md").write_bytes(lesson(LessonText(language, "A / B: {c}", 1, told)).encode())
    return folder


def cards_of(folder: Path, language: Language) -> list[Card]:
    (draft,) = read_library(folder).drafts
    return [card for each in draft.programme.lessons for card in each.text(language).cards]


@cache
def cards_that_ship(slug: str, language: Language) -> list[Card]:
    return cards_of(LIBRARY / slug, language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("slug", ["front-desk", "safe-online"])
@pytest.mark.parametrize("form", FORMS)
def test_the_lessons_that_ship(tmp_path: Path, form: str, slug: str, language: Language) -> None:
    exported = export(LIBRARY / slug, form, language)
    taken = bring(f"bank.{form}", exported.data, tmp_path / "bank", language=language)
    shipped = cards_that_ship(slug, language)
    had = [replace(card, picture=None) for card in shipped]
    kept = [card for card in had if form != "gift" or not card.question or card.question.kind in GIFT_KINDS]
    assert (taken.refused, taken.changed) == ((), ())
    assert cards_of(tmp_path / "bank", language) == kept
    pictures = sum(card.picture is not None for card in shipped)
    assert len(exported.lost) == pictures + len(had) - len(kept)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", FORMS)
def test_what_came_from_moodle_goes_out_and_comes_back(tmp_path: Path, form: str, language: Language) -> None:
    bring("a.xml", SAMPLES["xml"].encode(), tmp_path / "moodle", language=language)
    exported = export(tmp_path / "moodle", form, language)
    taken = bring(f"bank.{form}", exported.data, tmp_path / "bank", language=language)
    had = [without_picture_and_unit(card, form) for card in cards_of(tmp_path / "moodle", language)]
    kept = [card for card in had if form != "gift" or not card.question or card.question.kind in GIFT_KINDS]
    again = [without_picture_and_unit(card, form) for card in cards_of(tmp_path / "bank", language)]
    assert (taken.refused, again) == ((), kept)
    assert len(kept) >= 15


def without_picture_and_unit(card: Card, form: str) -> Card:
    """As far as the format has it; GIFT has no order that stays either."""
    asked = card.question
    if asked and form == "gift":
        numbers = tuple(replace(number, unit="") for number in asked.numbers)
        asked = replace(asked, numbers=numbers, shuffled=bool(asked.options))
    return replace(card, picture=None, question=asked)


GIFT_KINDS = {"single", "multiple", "match", "number", "text", "open"}


def ask(kind: str, **given: object) -> Card:
    return Card(question=replace(Question("who", "open", Text("Who?")), kind=kind, **given))  # type: ignore[arg-type]


TWO = (Option(Text("a"), True), Option(Text("b")))
ODD = [
    "[html]a", "[b] c", "%50%a", "%a", "a -> b", "// a", "$CATEGORY: a", "::a::", "#### a", "a # b", "a = b ~ c", "{a}",
    r"a\nb", r"a\\", "*", r"\*a*", "TRUE", "T", "=1+1", "'=1", "-1", "a;b,c", 'a "b"', "<b>a</b>", "&amp;", "> a",
    "1. a", "_a_", "•",
]  # fmt: skip


def odd(kind: str, sign: str) -> Card:
    options = (Option(Text(sign), True, Text(f"{sign}\n\n{sign}")), Option(Text("x"), False, Text(sign)))
    match kind:
        case "single":
            return Card(
                Text(sign), question=Question("who", "single", Text(f"{sign}?"), options, shuffled=True)
            )
        case "multiple":
            more = (*options, Option(Text("y"), True))
            return Card(
                Text(f"a\n\n{sign}"), question=Question("who", "multiple", Text("Who?"), more, shuffled=True)
            )
        case "match":
            lefts, rights = (Option(Text(sign)), Option(Text("x"))), (Text("y"), Text(sign))
            return Card(
                question=Question(
                    "who", "match", Text("Who?"), lefts, rights, explanation=Text(sign), shuffled=True
                )
            )
        case "text":
            return Card(question=Question("who", "text", Text("Who?"), accepted=(f"{sign}a", "b")))
    return Card(Text(sign))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", ["single", "multiple", "match", "text", "description"])
def test_no_sign_is_taken_for_another(tmp_path: Path, form: str, kind: str) -> None:
    signs = [sign for sign in ODD if not (form == "gift" and kind == "text" and "->" in sign)]
    told = [named(odd(kind, sign), f"who-{number}") for number, sign in enumerate(signs)]
    exported = export(written(tmp_path / "a", "en", *told), form, "en")
    bring(f"bank.{form}", exported.data, tmp_path / "bank", language="en")
    assert exported.lost == ()
    assert cards_of(tmp_path / "bank", "en") == told


def named(card: Card, name: str) -> Card:
    return replace(card, question=replace(card.question, id=name)) if card.question else card


NONE = (Option(Text("a")), Option(Text("b")))
LOST: dict[str, tuple[Card, str]] = {
    "an order": (ask("order", options=NONE), "GIFT has no questions of this kind."),
    "an opinion": (ask("opinion", options=NONE, shuffled=False), "GIFT has no questions of this kind."),
    "an arrow": (ask("text", accepted=("a->b",)), "An answer has -> in it, which GIFT takes for a pair."),
    "fixed": (ask("single", options=TWO, shuffled=False), "that its options keep their order (.fixed)"),
    "forgiving": (
        ask("text", accepted=("a",), forgiving=True),
        "that small typing errors do not count (.forgiving)",
    ),
    "a unit": (ask("number", numbers=(Number(Decimal(1), unit="kg"),)), "the unit of its numbers"),
}


@pytest.mark.parametrize(("card", "reason"), LOST.values(), ids=LOST)
def test_what_gift_loses_is_told(tmp_path: Path, card: Card, reason: str) -> None:
    exported = export(written(tmp_path / "a", "en", card), "gift", "en")
    said = f"it is left out. {reason}" if reason.endswith(".") else f"{reason} is left out."
    assert exported.lost == (f"A / B: {{c}}, card 1: {said}",)


def test_pictures_ways_languages_and_errors_are_told(tmp_path: Path) -> None:
    folder = tmp_path / "a"
    folder.mkdir()
    files = {
        "programme.en.md": "---\ntitle: A\n---\n\nAbout.\n",
        "01-a.en.md": "---\ntitle: A\nminutes: 1\n---\n\n## Who? {#who}\n\n"
        "- [ ] [a](#end-of-lesson)\n- [x] [b](#why)\n\n---\n\n## Why? {#why}\n\n= ?\n",
        "02-b.lt.md": "---\ntitle: B\nminutes: 1\n---\n\nText.\n",
        "03-c.en.md": "---\ntitle: C\n---\n\nText.\n",
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    exported = export(folder, "csv", "en")
    assert exported.lost == (
        "03-c.en.md: it has an error, so it is left out.",
        "02-b: it is not written in English, so it is left out.",
        "A, card 1: it leads to other cards, and that is left out.",
    )
    assert exported.data.count(b"\r\n") == 3


WRONG: dict[str, tuple[Callable[[Path], Path], str, Language, str]] = {
    "no folder": (lambda home: home / "none", "csv", "lt", "cannot be read"),
    "two programmes": (lambda home: LIBRARY, "csv", "lt", "programmes: name the folder of one."),
    "nothing": (lambda home: home, "csv", "lt", "has 0 programmes: name the folder of one."),
    "a format only to read": (
        lambda home: LIBRARY,
        "xml",
        "lt",
        "Lessons are not exported to Moodle XML: use csv, gift or xlsx.",
    ),
    "no format": (
        lambda home: LIBRARY,
        "doc",
        "lt",
        "There is no format 'doc': use xml, csv, aiken, gift, xlsx or pptx.",
    ),
    "another language": (
        lambda home: written(home / "a", "en", Card(Text("a"))),
        "csv",
        "nb",
        "The programme has no lesson in Norsk: choose another with --lang.",
    ),
}


@pytest.mark.parametrize(("place", "form", "language", "reason"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_exported(
    tmp_path: Path, place: Callable[[Path], Path], form: str, language: Language, reason: str
) -> None:
    with pytest.raises(Unreadable) as refused:
        export(place(tmp_path), form, language)
    assert reason in str(refused.value)


def test_options_that_are_pictures_become_words_and_are_told(tmp_path: Path, png: bytes) -> None:
    options = tuple(replace(option, picture=f"{option.text.plain}.png") for option in TWO)
    folder = written(tmp_path / "a", "en", ask("single", options=options, shuffled=False))
    for option, data in zip(options, (png, green()), strict=True):
        (folder / option.picture).write_bytes(data)
    exported = export(folder, "gift", "en")
    assert exported.lost == (
        "A / B: {c}, card 1: its options are pictures, and only what is said of them is kept.",
    )
    bring("bank.gift", exported.data, tmp_path / "bank", language="en")
    assert cards_of(tmp_path / "bank", "en") == [ask("single", options=TWO, shuffled=True)]


def green() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 6), "green").save(out, "PNG")
    return out.getvalue()


def test_a_card_that_is_only_a_picture_is_left_out(tmp_path: Path, png: bytes) -> None:
    folder = written(tmp_path / "a", "en", Card(Text("Text.")))
    (folder / "b.png").write_bytes(png)
    told = (folder / "01-a.en.md").read_text(encoding="utf-8")
    (folder / "01-a.en.md").write_text(f"{told}\n---\n\n![Two](b.png)\n", encoding="utf-8")
    exported = export(folder, "gift", "en")
    assert exported.lost == ("A / B: {c}, card 2: the picture b.png is left out.",)
    assert exported.data.decode().split("\n\n") == [r"$CATEGORY: A // B\: \{c\}", "[plain]Text.\n"]
