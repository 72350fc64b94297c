"""Lessons changed one by one: written, read back, and held against the rest of their programme."""

import time
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from domain.programme import Programme
from lessons.beside import Beside
from lessons.editing import Key, edited, read, seen, text_of, written
from lessons.pictures import redraw
from lessons.shelf import draw_together, named
from lessons.source import MOST_BYTES
from tests.lessons.test_drawing import photo
from tests.storage.stores import library

LIBRARY = Path(__file__).parents[2] / "library"
PROGRAMMES = {each.programme.slug: each.programme for each in library().drafts}
SAFE = PROGRAMMES["safe-online"]
KEY: Final[Key] = ("01-phishing", "lt")


def source(programme: Programme = SAFE) -> str:
    found = written(programme, KEY)
    assert found
    return found


@pytest.mark.parametrize("programme", PROGRAMMES.values(), ids=lambda each: each.slug)
def test_what_is_written_is_read_as_what_is_published(programme: Programme) -> None:
    for lesson in programme.lessons:
        ways = any(shape.leads_to is not None or any(way is not None for way in shape.ways)
                   for text in lesson.texts for shape in text.shape.cards)  # fmt: skip
        for text in lesson.texts:
            found = written(programme, (lesson.slug, text.language))
            assert (lesson.slug, found is None) == (lesson.slug, ways)
            if found is not None:
                assert read(programme, (lesson.slug, text.language), found).text == text


def test_a_change_is_in_the_programme_and_nothing_else_is() -> None:
    made = edited(SAFE, {KEY: source().replace("minutes: 3", "minutes: 7")})
    assert made.good
    text = text_of(made.programme, KEY)
    assert text
    assert text.minutes == 7
    earlier = text_of(SAFE, KEY)
    assert earlier
    texts = tuple(earlier if each == text else each for each in made.programme.lessons[0].texts)
    lessons = (replace(made.programme.lessons[0], texts=texts), *made.programme.lessons[1:])
    assert replace(made.programme, lessons=lessons) == SAFE
    assert edited(SAFE, {}).programme == SAFE


def test_languages_that_do_not_agree_any_more_are_named() -> None:
    made = edited(SAFE, {KEY: source() + "\n---\n\nOne more.\n"})
    wrong = [(each.file, each.rule) for each in made.problems if each.severity == "error"]
    assert wrong == [(f"01-phishing.{each}.md", "translation-differs") for each in ("pl", "nb", "en")]
    assert not made.good
    assert len(seen(made, {"01-phishing"})) >= len(wrong)
    assert seen(made, {"02-passwords"}) == ()


def test_all_languages_changed_alike_agree_again() -> None:
    keys = [("01-phishing", each.language) for each in SAFE.lessons[0].texts]
    made = edited(SAFE, {key: (written(SAFE, key) or "") + "\n---\n\nOne more.\n" for key in keys})
    assert made.good
    assert {len(text.cards) for text in made.programme.lessons[0].texts} == {
        len(SAFE.lessons[0].texts[0].cards) + 1
    }


def test_a_question_of_another_lesson_is_not_asked_again() -> None:
    other = SAFE.lessons[1].text("lt").questions[0].id
    mine = SAFE.lessons[0].text("lt").questions[0].id
    made = edited(SAFE, {KEY: source().replace(f"{{#{mine}", f"{{#{other}")})
    assert "same-id" in {each.rule for each in made.problems}


def test_a_broken_source_keeps_what_is_published() -> None:
    made = edited(SAFE, {KEY: "nothing"})
    assert (made.good, made.programme) == (False, SAFE)


def test_a_language_that_is_missing_begins_with_another_and_comes_in_its_place() -> None:
    lesson = SAFE.lessons[0]
    without = replace(lesson, texts=tuple(each for each in lesson.texts if each.language != "pl"))
    less = replace(SAFE, lessons=(without, *SAFE.lessons[1:]))
    key: Key = ("01-phishing", "pl")
    began = written(less, key)
    assert began == written(SAFE, KEY)
    made = edited(less, {key: began or ""})
    assert made.good
    assert [each.language for each in made.programme.lessons[0].texts] == ["lt", "pl", "nb", "en"]


CONTRAST: Final[Key] = ("05-contrast", "en")


def test_options_that_are_pictures_are_kept_while_other_words_are_changed() -> None:
    programme = PROGRAMMES["accessible-publishing"]
    began = written(programme, CONTRAST) or ""
    assert began.count("- [ ] ![") == 3
    made = edited(programme, {CONTRAST: began.replace("White letters on yellow](", "White on yellow](")})
    assert [str(each) for each in made.problems if each.severity == "error"] == []
    before, after = (text_of(each, CONTRAST) for each in (programme, made.programme))
    assert before
    assert after
    ((old, new),) = [
        (old.picture, new.picture) for old, new in zip(before.cards, after.cards, strict=True) if old != new
    ]
    assert old
    assert new == replace(old, alt=old.alt.replace("White letters on yellow", "White on yellow"))
    assert made.sets == {}


def test_a_changed_set_of_pictures_is_drawn_of_those_that_are_there() -> None:
    programme = PROGRAMMES["accessible-publishing"]
    began = written(programme, CONTRAST) or ""
    four = [named(f"option-{each}", *redraw(photo("PNG", (30, 20 + each)))) for each in range(1, 5)]
    data = {each.picture.digest: each.data for each in four}
    there = Beside(
        [each.picture for each in four], lambda those: draw_together([data[each] for each in those])
    )
    source = began.replace("05-poster-yellow.png", "option-1.png")
    wrong = [each.rule for each in read(programme, CONTRAST, source, there).problems]
    assert wrong.count("picture-missing") == 3
    for number, name in enumerate(("red", "blue", "photo"), 2):
        source = source.replace(f"05-poster-{name}.png", f"option-{number}.png")
    made = edited(programme, {CONTRAST: source}, there)
    assert made.good
    ((parts, together),) = made.sets.items()
    assert parts == tuple(each.picture.digest for each in four)
    text = text_of(made.programme, CONTRAST)
    assert text
    assert together.picture.digest in {card.picture.digest for card in text.cards if card.picture}
    data.popitem()
    assert not edited(programme, {CONTRAST: source}, there).good


def test_a_picture_that_the_programme_does_not_have_is_refused_with_what_to_do() -> None:
    parsed = read(SAFE, KEY, source().replace("---\n\n", "---\n\n![A desk](nowhere.png)\n\n", 1))
    (problem,) = [each for each in parsed.problems if each.severity == "error"]
    assert problem.rule == "picture-missing"
    assert "upload it below" in problem.message


@pytest.mark.parametrize(
    "hostile",
    ["[" * MOST_BYTES, "---\ntitle: a\n---\n" + "*a" * 120_000, "---\n" + "a: &a [*a]\n" * 20_000, "\ud800", "",
     "---\ntitle: a\nminutes: 3\n---\n" + "> " * 100_000, "---\ntitle: a\nminutes: 3\n---\n" + "||a" * 80_000],
)  # fmt: skip
def test_a_hostile_source_is_read_soon_and_harms_nothing(hostile: str) -> None:
    begin = time.process_time()
    made = edited(SAFE, {KEY: hostile})
    assert time.process_time() - begin < 2
    assert (made.good, made.programme) == (False, SAFE)


def test_a_source_has_a_largest_size() -> None:
    parsed = read(SAFE, KEY, "ž" * (MOST_BYTES // 2 + 1))
    assert (parsed.text, [each.rule for each in parsed.problems]) == (None, ["file-size"])


def test_a_draft_of_a_lesson_that_is_gone_changes_nothing() -> None:
    assert edited(SAFE, {("99-gone", "lt"): source()}).programme == SAFE
