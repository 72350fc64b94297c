"""A certificate of attendance: its page and its badge say that somebody was there, in four languages."""

from dataclasses import replace
from datetime import date

import pytest

from certificates.badge import verify
from domain.certificate import Certificate
from domain.language import LANGUAGES, Language
from tests.certificates.samples import CERTIFICATES, NOW, TEXTS, lines, paper, read
from tests.certificates.test_badge import PUBLIC, made, payload_of, theirs

HEADINGS = {
    "lt": "Dalyvavimo pažymėjimas",
    "pl": "Zaświadczenie o uczestnictwie",
    "nb": "Deltakerbevis",
    "en": "Certificate of attendance",
}
HELD = {
    "lt": "2026 m. lapkričio 20 d.",
    "pl": "20 listopada 2026",
    "nb": "20. november 2026",
    "en": "20 November 2026",
}


def attended(language: Language) -> Certificate:
    """Somebody was at a webinar three days before it was issued."""
    held = date(2026, 11, 20)
    return replace(CERTIFICATES[language], expires_on=None, held_on=held, place="Didžioji salė", minutes=90)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_what_was_attended_when_and_where(language: Language) -> None:
    said = lines(paper(attended(language)))
    assert HEADINGS[language] in said
    assert [each for each in said if HELD[language] in each]
    assert [each for each in said if "Didžioji salė" in each]
    assert len(read(paper(attended(language))).pages) == 1


def test_online_and_without_hours_it_says_neither() -> None:
    said = lines(paper(replace(attended("lt"), place="", minutes=0)))
    assert not [each for each in said if each in ("Vieta", "Trukmė")]


def test_the_longest_words_fit() -> None:
    long = "Labai ilgas pavadinimas, kurio niekas neskaito iki galo, " * 3
    papers = replace(attended("lt"), programme=long, organisation=long, place=long, name=long)
    assert len(read(paper(papers)).pages) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_another_library_reads_its_badge(language: Language) -> None:
    token = made(attended(language))
    seen = theirs(token)
    assert seen.achievement.criteria_narrative == TEXTS.say(language, "badge.attendance.criteria")
    assert payload_of(token)["credentialSubject"]["achievement"]["achievementType"] == "Certificate"
    assert verify(token, PUBLIC, now=NOW).number == "2026-000123"
