"""Programmes in several languages, and the last good texts in place of broken ones."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.language import LANGUAGES, Language
from domain.programme import (
    DESCRIPTION,
    Card,
    CardShape,
    Lesson,
    LessonText,
    Programme,
    ProgrammeText,
    Shape,
    keep_last_good,
)
from domain.question import Number, Option, Question, QuestionKind
from domain.text import Text
from tests.domain.make import card, lesson, programme, question
from tests.domain.strategies import calm


@pytest.mark.parametrize(
    ("written", "wanted", "found"),
    [
        (("lt", "pl", "nb", "en"), "nb", "nb"),
        (("lt", "en"), "pl", "lt"),
        (("pl", "en"), "lt", "en"),
        (("nb", "pl"), "en", "pl"),
        (("nb",), "lt", "nb"),
    ],
)
def test_a_text_that_is_missing_falls_back(
    written: tuple[Language, ...], wanted: Language, found: Language
) -> None:
    taught = programme("t", languages=written)
    assert taught.text(wanted) == ProgrammeText(found, f"safe {found}", "About safe.")
    assert taught.lessons[0].text(wanted).language == found


def test_minutes_are_those_of_the_texts_that_are_read() -> None:
    slow = replace(programme("t", languages=["lt"]).lessons[0].texts[0], language="pl", minutes=9)
    taught = programme("t", "s", languages=["lt"])
    taught = replace(taught, lessons=(Lesson("01", (*taught.lessons[0].texts, slow)), taught.lessons[1]))
    assert [taught.minutes(language) for language in ("lt", "pl", "nb")] == [6, 12, 6]


def test_questions_and_shape_follow_the_cards() -> None:
    text = LessonText("lt", "Birds", 3, (card("t"), card("s", "one"), card("m", "two"), card("o", "three")))
    assert text.questions == (question("s", "one"), question("m", "two"), question("o", "three"))
    assert text.shape == Shape(
        (
            CardShape(),
            CardShape(None, "one", "single", (1,), (None,) * 4),
            CardShape(None, "two", "multiple", (0, 2), (None,) * 4),
            CardShape(None, "three", "opinion", (), (None,) * 4),
        )
    )


def asked(kind: QuestionKind, **parts: Any) -> Card:
    return Card(question=Question("q", kind, Text("Kuris?"), **parts))


def options(*leads_to: int | None) -> tuple[Option, ...]:
    return tuple(Option(Text(str(place)), leads_to=way) for place, way in enumerate(leads_to))


def pair(*texts: str) -> dict[str, Any]:
    return {"options": options(None, None, None), "targets": tuple(Text(text) for text in texts)}


MG = Number(Decimal("42.0"), Decimal(1), "mg")
SHAPES = {
    "no question": (Card(Text("Antis"), leads_to=2), CardShape(2)),
    "options that lead": (
        asked("opinion", options=options(None, 3)),
        CardShape(None, "q", "opinion", ways=(None, 3)),
    ),
    "an order": (
        asked("order", options=options(None, None)),
        CardShape(None, "q", "order", ways=(None, None)),
    ),
    "pairs": (
        asked("match", **pair("x", "y", "x")),
        CardShape(None, "q", "match", (), (None,) * 3, (0, 1, 0)),
    ),
    "pairs in other words": (
        asked("match", **pair("b", "a", "b")),
        CardShape(None, "q", "match", (), (None,) * 3, (0, 1, 0)),
    ),
    "numbers": (
        asked("number", numbers=(MG, replace(MG, value=Decimal(7), tolerance=Decimal(0)))),
        CardShape(None, "q", "number", numbers=((Decimal(42), Decimal(1)), (Decimal(7), Decimal(0)))),
    ),
    "another unit": (
        asked("number", numbers=(replace(MG, unit="mlg"),)),
        CardShape(None, "q", "number", numbers=((Decimal(42), Decimal(1)),)),
    ),
    "words": (asked("text", accepted=("Antis", "Žąsis"), forgiving=True), CardShape(None, "q", "text")),
    "open": (replace(asked("open"), leads_to=1), CardShape(1, "q", "open")),
}


@pytest.mark.parametrize(("card", "shape"), SHAPES.values(), ids=SHAPES.keys())
def test_a_shape_has_all_but_the_words(card: Card, shape: CardShape) -> None:
    assert card.shape == shape
    assert hash(card.shape) == hash(shape)


def test_a_shape_has_the_draw() -> None:
    assert LessonText("lt", "Birds", 3, (), draw=2).shape == Shape((), 2)


OLD = programme("ts", "m", languages=["lt", "pl"])
NEW = programme("st", languages=["lt"])


@pytest.mark.parametrize(
    ("new", "old", "broken", "expected"),
    [
        pytest.param(NEW, None, [("01", "pl")], NEW, id="nothing earlier"),
        pytest.param(NEW, OLD, [], NEW, id="nothing broken, a lesson taken away"),
        pytest.param(OLD, OLD, [], OLD, id="nothing changed"),
        pytest.param(NEW, OLD, [("01", "pl"), ("03", "lt")], NEW, id="an earlier text with other questions"),
        pytest.param(
            programme("ts", languages=["lt"]),
            OLD,
            [("01", "pl"), ("02", "pl"), ("02", "lt")],
            replace(
                OLD,
                texts=OLD.texts[:1],
                lessons=(OLD.lessons[0], replace(OLD.lessons[1], texts=OLD.lessons[1].texts[::-1])),
            ),
            id="earlier texts",
        ),
        pytest.param(
            replace(OLD, texts=OLD.texts[:1]), OLD, [(DESCRIPTION, "pl")], OLD, id="an earlier description"
        ),
        pytest.param(
            replace(OLD, texts=()),
            OLD,
            [(DESCRIPTION, "pl"), (DESCRIPTION, "en")],
            replace(OLD, texts=OLD.texts[1:]),
            id="a description that had no earlier one",
        ),
        pytest.param(
            replace(OLD, lessons=OLD.lessons[1:]), OLD, [("01", "en")], replace(OLD, lessons=OLD.lessons[1:]),
            id="a lesson of which nothing is left",
        ),
        pytest.param(
            replace(OLD, lessons=OLD.lessons[1:]),
            OLD,
            [("01", "lt"), ("01", "pl")],
            OLD,
            id="a lesson all broken stands where it stood",
        ),
    ],
)  # fmt: skip
def test_what_is_kept(
    new: Programme, old: Programme | None, broken: list[tuple[str, Language]], expected: Programme
) -> None:
    assert keep_last_good(new, old, broken) == expected


Kinds = Mapping[str, str]  # the cards of each lesson, by slug
slugs = st.sampled_from(["01", "02", "03"])
kinds = st.dictionaries(slugs, st.sampled_from(["s", "m", "ts", "st"]), max_size=3)
languages = st.sets(st.sampled_from(LANGUAGES))
Drafted = tuple[Programme, list[tuple[str, Language]]]


@st.composite
def drafted(draw: st.DrawFn) -> Drafted:
    """A programme as it was read: its good texts agree with each other, and each broken one is named."""
    lessons, broken = [], []
    for slug, cards in sorted(draw(kinds).items()):
        good, bad = draw(languages), draw(languages)
        broken += [(slug, language) for language in sorted(bad - good)]
        if good:
            lessons.append(lesson(slug, cards, sorted(good)))
    described, bad = draw(languages), draw(languages)
    broken += [(DESCRIPTION, language) for language in sorted(bad - described)]
    texts = programme("t", languages=sorted(described)).texts
    return Programme("safe", texts, tuple(lessons)), draw(st.permutations(broken))


@calm
@given(drafted(), drafted())
def test_the_last_good_texts(new_draft: Drafted, old_draft: Drafted) -> None:
    (new, broken), (old, _) = new_draft, old_draft
    kept = keep_last_good(new, old, broken)
    assert kept.texts[: len(new.texts)] == new.texts
    assert [each.slug for each in kept.lessons] == sorted({each.slug for each in kept.lessons})
    by_slug = {each.slug: each for each in kept.lessons}
    for each in new.lessons:  # what is good is never replaced
        assert by_slug[each.slug].texts[: len(each.texts)] == each.texts
    read = {(each.slug, text.language, text) for each in kept.lessons for text in each.texts}
    fresh = {(each.slug, text.language, text) for each in new.lessons for text in each.texts}
    earlier = {(each.slug, text.language, text) for each in old.lessons for text in each.texts}
    assert read - fresh <= {each for each in earlier if each[:2] in broken}
    for each in kept.lessons:
        assert len({text.shape for text in each.texts}) == 1
        assert len({text.language for text in each.texts}) == len(each.texts)


@calm
@given(drafted())
def test_a_folder_where_everything_broke_changes_nothing(draft: Drafted) -> None:
    old, _ = draft
    broken = [(each.slug, text.language) for each in old.lessons for text in each.texts]
    broken += [(DESCRIPTION, text.language) for text in old.texts]
    assert keep_last_good(Programme("safe", (), ()), old, broken) == old
