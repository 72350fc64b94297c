"""Programmes shared between organisations: licences, who may write, what changed since a copy, what is taken over."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.language import LANGUAGES, Language
from domain.programme import Card, Lesson, LessonText, Programme, ProgrammeText, Rules
from domain.question import Option, Question
from domain.sharing import (
    LICENCES,
    RESERVED,
    CardChange,
    card_changes,
    copied,
    lesson_changes,
    licence_of,
    licences,
    may_write,
    missing,
    taken,
)
from domain.text import Text

SPOKEN: tuple[Language, ...] = ("lt", "en")


def text(language: Language = "en", *words: str, asks: str = "") -> LessonText:
    cards = [Card(Text(f"{word} {language}")) for word in words]
    options = (Option(Text("a")), Option(Text("b"), correct=True))
    asked = [Card(question=Question("q", "single", Text(asks), options))] if asks else []
    return LessonText(language, f"title {language}", 3, (*cards, *asked))


def lesson(slug: str, *words: str, languages: tuple[Language, ...] = SPOKEN, asks: str = "") -> Lesson:
    return Lesson(slug, tuple(text(each, *words, asks=asks) for each in languages))


def programme(*lessons: Lesson) -> Programme:
    return Programme("p", (ProgrammeText("en", "P", ""),), lessons, Rules(owner="City", licence="CC BY 4.0"))


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("CC BY 4.0", "CC BY 4.0"),
        ("cc  by-sa 4.0", "CC BY-SA 4.0"),
        ("CC0", "CC0 1.0"),
        ("", RESERVED.name),
        ("ask us", RESERVED.name),
        ("All rights reserved", RESERVED.name),
    ],
)
def test_what_is_not_known_allows_nothing(words: str, name: str) -> None:
    assert licence_of(words).name == name


@pytest.mark.parametrize("each", LICENCES)
def test_a_copy_of_what_is_shared_alike_keeps_its_licence(each: object) -> None:
    for licence in LICENCES:
        assert licences(licence.name) == ((licence,) if licence.alike else LICENCES)
    assert licences(None) == LICENCES
    assert [licence.name for licence in LICENCES if not licence.changes] == [RESERVED.name]


@pytest.mark.parametrize(
    ("owner", "writes", "may"),
    [
        (2, {2}, True),
        (2, {1}, False),
        (2, (), False),
        (None, {1, 2, 3}, True),
        (None, {1, 2}, False),
        (None, (), False),
    ],
)
def test_what_nobody_owns_is_changed_by_those_who_write_everywhere(
    owner: int | None, writes: set[int], may: bool
) -> None:
    assert may_write(owner, writes, {1, 2, 3}) is may
    assert not may_write(None, (), ())


def test_a_copy_is_the_same_under_another_name_and_owner_and_the_licence_of_the_original() -> None:
    there = programme(lesson("a", "one"))
    mine = copied(there, "mine", "Library")
    assert (mine.slug, mine.rules) == ("mine", replace(there.rules, owner="Library"))
    assert (mine.lessons, mine.texts) == (there.lessons, there.texts)


def test_the_lessons_that_lack_a_language_are_named() -> None:
    one, other = lesson("a", "x", languages=LANGUAGES), lesson("b", "x")
    assert missing(programme(one, other)) == {"pl": (other,), "nb": (other,)}
    assert missing(programme(one)) == {}


def test_only_what_changed_in_the_original_and_is_not_in_the_copy_is_told() -> None:
    before = programme(lesson("a", "1"), lesson("b", "1"), lesson("c", "1"), lesson("d", "1"))
    after = programme(lesson("a", "2"), lesson("b", "2"), lesson("c", "1"), lesson("e", "1"))
    ours = programme(lesson("a", "1"), lesson("b", "own"), lesson("c", "own"), lesson("d", "1"))
    told = [(each.slug, each.kind, each.free) for each in lesson_changes(before, after, ours)]
    assert told == [
        ("a", "changed", True),
        ("b", "changed", False),
        ("d", "removed", True),
        ("e", "added", True),
    ]
    assert lesson_changes(before, after, after) == ()
    (other,) = lesson_changes(
        before, programme(*after.lessons[:2], *before.lessons[2:]), programme(lesson("b", "1"))
    )[:1]
    assert (other.slug, other.free) == ("a", False)  # the copy has no such lesson any more


def test_a_lesson_that_was_taken_over_before_can_be_taken_over_again() -> None:
    first, second, third = (programme(lesson("a", word)) for word in "123")
    assert not lesson_changes(first, third, second)[0].free
    assert lesson_changes(first, third, second, [second])[0].free


def test_a_translation_of_the_copy_does_not_count_as_a_change_of_the_lesson() -> None:
    before, after = programme(lesson("a", "1", asks="?")), programme(lesson("a", "2", asks="?"))
    polish = text("pl", "jeden", asks="?")
    ours = programme(Lesson("a", (*before.lessons[0].texts, polish)))
    assert lesson_changes(before, after, ours)[0].free
    made, left = taken(ours, after, "a")
    assert (made.lessons[0].texts, left) == (
        (after.lessons[0].texts[0], polish, after.lessons[0].texts[1]),
        (),
    )
    longer = programme(lesson("a", "2", "3", asks="?"))
    assert taken(ours, longer, "a") == (replace(ours, lessons=longer.lessons), (polish,))
    their_polish = programme(lesson("a", "1", languages=("lt", "en", "pl"), asks="?"))
    assert not lesson_changes(before, their_polish, ours)[0].free


def test_a_lesson_that_the_original_removed_says_which_languages_of_the_copy_go_with_it() -> None:
    before = programme(lesson("a", "1", languages=("lt", "pl")), lesson("b", "1"))
    seen = programme(lesson("a", "1", languages=("lt",)), lesson("b", "1"))
    after = programme(lesson("b", "1"))
    polish, own = text("pl", "1"), text("nb", "en")
    ours = programme(Lesson("a", (*seen.lessons[0].texts, polish, own)), lesson("b", "1"))
    (change,) = lesson_changes(seen, after, ours, [before])
    assert (change.kind, change.free, change.own) == ("removed", True, ("nb",))
    (change,) = lesson_changes(seen, after, before, [before])
    assert (change.free, change.own) == (True, ())
    (changed,) = lesson_changes(seen, programme(lesson("a", "2"), lesson("b", "1")), ours, [before])
    assert (changed.kind, changed.own) == ("changed", ())


def test_a_lesson_is_taken_over_in_its_place_or_away() -> None:
    there = programme(lesson("a", "1"), lesson("b", "1"))
    mine = programme(lesson("b", "own"), lesson("c", "own"))
    assert [each.slug for each in taken(mine, there, "a")[0].lessons] == ["a", "b", "c"]
    assert taken(mine, there, "c")[0].lessons == (mine.lessons[0],)


def test_cards_are_added_removed_and_changed_and_questions_are_known_by_their_names() -> None:
    old, new = text("en", "one", "two", asks="first?"), text("en", "one", "2", "three", asks="other?")
    assert card_changes(old, new) == (
        CardChange("changed", 1, 1),
        CardChange("added", None, 2),
        CardChange("changed", 2, 3),
    )
    assert card_changes(new, replace(new, cards=new.cards[:2])) == (
        CardChange("removed", 2, None),
        CardChange("removed", 3, None),
    )
    assert card_changes(old, old) == ()
    assert [each.kind for each in card_changes(None, old)] == ["added"] * 3
    assert [each.kind for each in card_changes(old, None)] == ["removed"] * 3


WORDS = st.lists(st.sampled_from("abc"), min_size=1, max_size=3).map(tuple)
PROGRAMMES = st.dictionaries(st.sampled_from("xyz"), WORDS, max_size=3).map(
    lambda found: programme(*(lesson(slug, *found[slug]) for slug in sorted(found)))
)


@given(PROGRAMMES, PROGRAMMES, PROGRAMMES)
def test_what_is_taken_over_differs_no_more(before: Programme, after: Programme, ours: Programme) -> None:
    for change in lesson_changes(before, after, ours):
        made, _ = taken(ours, after, change.slug)
        assert change.slug not in {each.slug for each in lesson_changes(before, after, made)}
        rest = [each for each in ours.lessons if each.slug != change.slug]
        assert [each for each in made.lessons if each.slug != change.slug] == rest


@given(PROGRAMMES, PROGRAMMES)
def test_a_copy_that_nobody_changed_can_take_everything_over(before: Programme, after: Programme) -> None:
    changes = lesson_changes(before, after, before)
    assert all(each.free for each in changes)
    made = before
    for each in changes:
        made, _ = taken(made, after, each.slug)
    assert made.lessons == after.lessons
