"""The sentences of certificates: each that is said exists in four languages, with its gaps, and none is left over."""

import re
from pathlib import Path

import pytest
from babel.messages import pofile

from domain.language import LANGUAGES, Language

ROOM = Path(__file__).parents[2] / "certificates"
ALIKE = {
    "pdf.own_who",
    "pdf.own_channel.telegram",
    "pdf.own_channel.email",
}  # names, and what is called the same
AN_ID = re.compile(r'"((?:pdf|badge)\.[a-z_.]+)"')


def sentences(language: Language) -> dict[str, str]:
    with (ROOM / "locales" / f"{language}.po").open("rb") as file:
        catalogue = pofile.read_po(file, locale=language, abort_invalid=True)
    return {str(each.id): str(each.string) for each in catalogue if each.id}


def gaps(language: Language) -> dict[str, list[str]]:
    return {key: sorted(re.findall(r"{\w*}", sentence)) for key, sentence in sentences(language).items()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_said_is_there_and_nothing_else(language: Language) -> None:
    said = {key for file in ROOM.glob("*.py") for key in AN_ID.findall(file.read_text(encoding="utf-8"))}
    assert set(sentences(language)) == said
    assert [
        key for key, sentence in sentences(language).items() if sentence != sentence.strip() or not sentence
    ] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_languages_have_the_same_gaps(language: Language) -> None:
    assert list(gaps(language).items()) == list(gaps("en").items())


def test_no_sentence_is_the_same_in_two_languages() -> None:
    spoken = {key: [sentences(language)[key] for language in LANGUAGES] for key in sentences("en")}
    assert {key for key, each in spoken.items() if len(set(each)) < len(each)} == ALIKE
