"""Words to stems: forms of a word are found by one another, and whatever is typed is harmless."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from snowballstemmer.english_stemmer import EnglishStemmer
from snowballstemmer.lithuanian_stemmer import LithuanianStemmer
from snowballstemmer.norwegian_stemmer import NorwegianStemmer
from snowballstemmer.polish_stemmer import PolishStemmer

from domain.grading import without_marks
from domain.language import LANGUAGES, Language
from domain.programme import Card, Exam, Lesson, LessonText, Programme, ProgrammeText
from domain.searching import (
    MOST_LETTERS,
    MOST_WORDS,
    Entry,
    Word,
    entries,
    forget,
    stems_in,
    stems_of,
    telling,
    told,
    words_of,
)
from domain.text import Text
from tests.domain.make import card, lesson, programme

languages = st.sampled_from(LANGUAGES)
calm = settings(deadline=None)  # the first word loads the stemmers


def finds(query: str, text: str, language: Language) -> bool:
    """Whether a card with this text has all that is looked for."""
    there = stems_in(text, language)
    return all(
        any(stem in word.stems or (word.begins and stem.startswith(word.begins)) for stem in there)
        for word in words_of(query, language)
    )


@pytest.mark.parametrize(
    ("language", "query", "text"),
    [
        ("lt", "bibliotekoje", "biblioteka"),
        ("lt", "biblioteka", "Bibliotekoms ir bibliotekose"),
        ("lt", "duomenų", "asmens duomenys"),
        ("lt", "duomenys", "duomenų apsauga"),
        ("lt", "slaptazodziai", "Slaptažodis"),
        ("lt", "SLAPTAŽODŽIŲ", "slaptažodis"),
        ("lt", "aciu", "ačiū"),
        ("lt", "ačiū", "aciu"),
        ("lt", "bibl", "bibliotekoje"),
        ("lt", "kur yra biblioteka", "Biblioteka: antras aukštas"),
        ("pl", "bibliotekach", "biblioteka"),
        ("pl", "bibliotece", "biblioteka"),
        ("pl", "biblioteki", "w bibliotece"),
        ("pl", "lodz", "Łódź"),
        ("pl", "hasłem", "Hasła"),
        ("nb", "bibliotekene", "bibliotek"),
        ("nb", "okonomi", "Økonomien"),
        ("nb", "opplysningene", "opplysninger"),
        ("en", "libraries", "library"),
        ("en", "passwords", "A password"),
        ("en", "article 13", "Article 13"),
        ("en", "GDPR 2016/679", "Regulation 2016/679 (GDPR)"),
    ],
)
def test_a_form_of_a_word_finds_another(language: Language, query: str, text: str) -> None:
    assert finds(query, text, language)


@pytest.mark.parametrize(
    ("language", "query", "text"),
    [
        ("lt", "biblioteka", "muziejus"),
        ("lt", "biblioteka muziejus", "biblioteka"),
        ("en", "2018", "2019"),
        ("en", "at library", "at the museum"),
        ("en", "bi", "big"),
    ],
)
def test_another_word_is_not_found(language: Language, query: str, text: str) -> None:
    assert words_of(query, language)
    assert not finds(query, text, language)


@pytest.mark.parametrize("query", ["", "   ", "a", "the of and", "?!", '" * ( ) - :', "—", "\0"])
def test_there_may_be_nothing_to_look_for(query: str) -> None:
    assert words_of(query, "en") == ()


def test_only_the_last_word_may_be_a_beginning_and_not_when_it_is_short() -> None:
    assert words_of("pass wor", "en") == (Word(("pass",)), Word(("wor",), "wor"))
    assert words_of("pass on it", "en") == (Word(("pass",), "pass"),)
    assert words_of("pass UX", "en") == (Word(("pass",)), Word(("ux",)))
    assert words_of("IT", "pl") == (Word(("it",)),)
    assert words_of("7", "lt") == (Word(("7",)),)


def test_what_is_looked_for_has_an_end() -> None:
    assert len(words_of(" ".join(f"word{number}" for number in range(100)), "en")) == MOST_WORDS
    [word] = words_of("x" * 10_000, "en")
    assert {len(stem) for stem in word.stems} == {MOST_LETTERS}
    assert len(words_of("same Same SAME", "en")) == 1


@calm
@given(st.text(), languages)
def test_any_words_are_letters_and_digits_in_the_end(query: str, language: Language) -> None:
    for word in words_of(query, language):
        assert word.stems
        assert all(stem.isalnum() for stem in word.stems)
        assert not word.begins or word.begins.isalnum()


@calm
@given(st.text(), languages)
def test_a_text_is_found_by_its_own_words(text: str, language: Language) -> None:
    assert finds(text[:200], text[:200], language)


@calm
@given(st.text(alphabet="aąbcčdeęėfghiįyjklmnoprsštuųūvzž", min_size=1, max_size=20), languages)
def test_a_word_is_found_without_its_marks(word: str, language: Language) -> None:
    assert set(stems_of(without_marks(word), language)) <= set(stems_of(word, language))


def test_many_may_look_at_the_same_time() -> None:
    words = [f"bibliotek{end}{number}x" for number in range(200) for end in ("oje", "ose", "ą")]
    alone = [stems_of.__wrapped__(word, "lt") for word in words]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(lambda word: stems_of.__wrapped__(word, "lt"), words)) == alone


def test_a_word_of_a_text_fits_what_is_looked_for() -> None:
    [word] = words_of("bibliot", "lt")
    assert word.fits("Bibliotekose", "lt")
    assert not word.fits("muziejus", "lt")


def of(stems: Iterator[Entry], language: Language = "lt") -> list[tuple[int, int, bool]]:
    """Lesson, card, and whether the programme's title is in it."""
    here = (each for each in stems if each.language == language)
    return [(each.lesson, each.card, bool({"saf", "safe"} & {*each.stems})) for each in here]


def test_a_programme_is_found_by_each_card_in_each_language_and_by_its_title() -> None:
    taught = programme("ts", "t", languages=("lt", "en"))
    expected = [(0, 0, True), (0, 1, False), (1, 0, False)]
    assert of(entries(taught)) == of(entries(taught), "en") == expected


def test_a_test_is_not_found() -> None:
    exam = LessonText("lt", "Testas", 5, (card("s"),), exam=Exam(80))
    titles = (ProgrammeText("lt", "safe", ""),)
    hidden = Programme("x", titles, (Lesson("01", (exam,)), lesson("02", "t")))
    assert of(entries(hidden)) == [(1, 0, False)]


def test_a_card_is_found_by_all_that_it_says_but_not_by_what_would_be_typed() -> None:
    assert "Žąsis!" in told(card("s"))
    assert "Štai kodėl." in told(card("w"))
    assert "Gervė" not in told(card("w"))
    assert "Pieva" in told(card("c"))
    assert told(Card(Text("Tekstas"))).strip() == "Tekstas"


def test_a_text_tells_what_it_is_about_by_its_title_and_by_what_it_repeats() -> None:
    texts = ["Cats and dogs.", "Cats. Birds. Birds are birds."]
    about = telling("About the garden", texts, "en")
    assert [word.stems[0] for word in about] == ["garden", "bird", "cat"]


def test_stems_are_the_same_in_c_and_in_python() -> None:
    in_python: dict[Language, Any] = {
        "lt": LithuanianStemmer, "pl": PolishStemmer, "nb": NorwegianStemmer, "en": EnglishStemmer,
    }  # fmt: skip
    words = ("bibliotekoje", "slaptažodžiams", "bibliotekach", "hasłami", "bibliotekenes", "libraries")
    for language, stemmer in in_python.items():
        for word in words:
            assert stems_of(word, language)[0] == without_marks(stemmer().stemWord(word))


def test_what_is_remembered_can_be_let_go() -> None:
    stems_of("biblioteka", "lt")
    forget()
    assert stems_of.cache_info().currsize == 0
