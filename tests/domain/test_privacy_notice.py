"""Privacy notices: what a text may be, how it is shown, and which one holds for whom."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.language import LANGUAGES, Language
from domain.message import Place, Secret
from domain.privacy_notice import (
    MOST,
    Block,
    PrivacyNotice,
    blocks,
    held,
    page_of,
    readers,
    spoken,
    tidy,
    told_at,
    unfit,
)
from tests.domain.make import NOW
from tests.domain.strategies import calm

WRITTEN = """

# Kas atsako \t už jūsų duomenis
Gluosnių biblioteka,\r
 Liepų g. 1.



- vardas
* el. paštas
•  pareigos
#Ne antraštė
**ne punktas**
## Kiek laiko
### Ilgai
"""
HOUSES = st.integers(1, 4)
SPOKEN = st.sampled_from(LANGUAGES)
SETS = st.sets(SPOKEN, min_size=1)


def notice(organisation: int, language: Language, version: int) -> PrivacyNotice:
    return PrivacyNotice(organisation * 1000 + version, organisation, language, version, NOW)


def test_it_is_shown_as_paragraphs_headings_and_lists() -> None:
    assert blocks(tidy(WRITTEN)) == (
        Block("heading", ("Kas atsako už jūsų duomenis",)),
        Block("paragraph", ("Gluosnių biblioteka, Liepų g. 1.",)),
        Block("list", ("vardas", "el. paštas", "pareigos")),
        Block("paragraph", ("#Ne antraštė **ne punktas**",)),
        Block("heading", ("Kiek laiko",)),
        Block("heading", ("Ilgai",)),
    )


@pytest.mark.parametrize(
    ("written", "wrong"),
    [
        ("", "empty"),
        (" \n\0\u200b\u202e\n", "empty"),
        ("# \n- \n…", "empty"),
        ("ž", None),
        ("ž" * MOST, None),
        ("ž" * MOST + " \n\n", None),
        ("ž" * (MOST + 1), "long"),
    ],
)
def test_what_cannot_be_published_says_why(written: str, wrong: str | None) -> None:
    assert unfit(tidy(written)) == wrong


@calm
@given(st.text(st.sampled_from("aą#-*• \n\r\t\0\u2028\u200b\u202e\x1c\x85<")))
def test_a_tidy_text_stays_as_it_is_and_no_word_of_it_is_lost(written: str) -> None:
    text = tidy(written)
    assert tidy(text) == text
    assert all(each.isprintable() or each == "\n" for each in text)
    assert [each for each in text if each.isalpha()] == [each for each in written if each.isalpha()]
    shown = "".join(line for block in blocks(text) for line in block.lines)
    assert [each for each in shown if each.isalpha()] == [each for each in text if each.isalpha()]
    assert all(line for block in blocks(text) for line in block.lines)


@calm
@given(st.lists(HOUSES, unique=True), st.lists(st.tuples(HOUSES, SPOKEN, st.integers(1, 3))), SPOKEN)
def test_the_newest_of_the_nearest_holds(
    upward: list[int], published: list[tuple[int, Language, int]], language: Language
) -> None:
    there = [notice(*each) for each in published]
    found = held(upward, there, language)
    near = [each for each in upward if any(one.organisation == each for one in there)]
    if not near:
        assert found is None
        return
    assert found is not None
    theirs = [each for each in there if each.organisation == near[0]]
    assert found in theirs
    assert found.version == max(each.version for each in theirs if each.language == found.language)
    assert found.language == spoken(language, {each.language for each in theirs})


@calm
@given(SETS)
def test_everybody_reads_exactly_one_of_the_languages(there: set[Language]) -> None:
    read = [(each, reader) for each in there for reader in readers(each, there)]
    assert sorted(reader for _, reader in read) == sorted(LANGUAGES)
    assert all(each in readers(each, there) for each in there)


@pytest.mark.parametrize(
    ("language", "there", "read"),
    [
        ("pl", {"lt", "en", "nb"}, "lt"),
        ("pl", {"en", "nb"}, "en"),
        ("pl", {"nb"}, "nb"),
        ("pl", {"lt", "pl"}, "pl"),
    ],
)
def test_a_language_that_is_not_there_falls_back_as_lessons_do(
    language: Language, there: set[Language], read: Language
) -> None:
    assert spoken(language, there) == read


def test_every_version_has_a_page_of_its_own() -> None:
    pages = {page_of(notice(*each)) for each in product((1, 2), LANGUAGES, (1, 2))}
    assert len(pages) == 2 * len(LANGUAGES) * 2
    assert page_of(notice(3, "lt", 2)) == Place(
        "/privacy?at=3&version=2&language=lt&key=", Secret("privacy:3", "link")
    )
    assert told_at(3) == Place("/privacy?at=3&key=", Secret("privacy:3", "link"))
