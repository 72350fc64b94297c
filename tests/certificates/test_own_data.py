"""A copy of a person's data on paper: in their language, for ears and eyes, with what they wrote as it is."""

import io
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from pypdf import PdfReader

from certificates.own_data import own_data
from certificates.own_words import told
from domain.language import LANGUAGES, Language
from domain.message import Day, Weekdays
from domain.report import Elsewhere, Report, Written
from tests.actions.talk import texts

TITLES = {"lt": "Jūsų duomenys", "pl": "Twoje dane", "nb": "Opplysningene dine", "en": "Your data"}


def report(language: Language) -> Report:
    return Report(
        language=language,
        name="Żaneta Ąžuolė #emph[x]",
        organisation="Gluosnių biblioteka",
        contact="Rūta",
        made_at=datetime(2026, 11, 23, 9, 30, tzinfo=ZoneInfo("Europe/Vilnius")),
        email="zaneta@example.org",
        job="librarian",
        tags="first aid, night",
        further=(
            Elsewhere("Beržų mokykla", "mokytoja", "4417", "2026-09-01", "", "drivers", "agreed"),
            Elsewhere("Klevų ligoninė", "", "", "", "", "", "asked"),
            Elsewhere("Liepų muziejus", "gidė", "", "", "2026-10-01", "", "declined"),
        ),
        joined=date(2026, 11, 2),
        notice=(2, date(2026, 10, 30)),
        hour="09:30",
        days=Weekdays("12345"),
        leave=(date(2026, 12, 1), date(2026, 12, 24)),
        addresses=(("telegram", "7318004412"),),
        studies=(("Safe online", 2, 5, 7, 9),),
        certificates=(("2026-000001", "Safe online", date(2026, 11, 20)),),
        written=tuple(Written(date(2026, 11, 20), "Why?", f"Because {n} 🙂 $x$") for n in range(60)),
        tables=(("answer", 9),),
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_says_everything_in_the_persons_language(language: Language) -> None:
    made = PdfReader(io.BytesIO(own_data(report(language), texts())))
    said = "\n".join(page.extract_text() for page in made.pages)
    told = ("Żaneta Ąžuolė #emph[x]", "zaneta@example.org", "7318004412", "2026-000001", "Because 59", "$x$")
    assert [word for word in (TITLES[language], *told) if word not in said] == []
    assert len(made.pages) > 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_names_every_organisation_that_has_them_or_asked_for_them(language: Language) -> None:
    made = PdfReader(io.BytesIO(own_data(report(language), texts())))
    said = " ".join("\n".join(page.extract_text() for page in made.pages).split())
    further = [
        ("Beržų mokykla", "mokytoja, 4417, 2026-09-01 –, drivers. ", "agreed"),
        ("Klevų ligoninė", "", "asked"),
        ("Liepų muziejus", "gidė, – 2026-10-01. ", "declined"),
    ]
    told = [
        f"{name} {words}{texts().say(language, f'pdf.own_further.{word}')}" for name, words, word in further
    ]
    assert [each for each in (texts().say(language, "pdf.own_further"), *told) if each not in said] == []
    alone = PdfReader(io.BytesIO(own_data(replace(report(language), further=()), texts())))
    assert texts().say(language, "pdf.own_further") not in alone.pages[0].extract_text()


def test_what_is_kept_is_said_in_words() -> None:
    """A date that ends in a full stop ends the sentence; a messenger has a name."""
    known = replace(report("lt"), addresses=(("web", "w1"), ("matrix", "@x")))
    facts = told(known, texts()).facts
    assert "Prisijungimo diena: 2026 m. lapkričio 2 d." in facts
    assert facts[-2:] == ["Adresas (pokalbis svetainėje): w1", "Adresas (matrix): @x"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_coordinator_sees_is_not_said_to_be_everything(language: Language) -> None:
    say, keys = texts().say, {True: "pdf.own_about", False: "pdf.own_about_seen"}
    for everything, key in keys.items():
        made = replace(report(language), everything=everything)
        first = PdfReader(io.BytesIO(own_data(made, texts()))).pages[0].extract_text()
        named = {"organisation": made.organisation, "contact": made.contact}
        about = say(language, key, date=Day(made.made_at.date()), **named)
        assert about in " ".join(first.split()), first
        assert ("/mydata" in about) is not everything
