"""What suits whom, what comes before, and which programmes were asked for by words."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.catalogue import SECTORS, matches, missing, sectors, spoken, suits
from domain.facts import Held
from domain.programme import Programme, ProgrammeText, Rules
from tests.domain.make import certificate, facts, programme, shelf, study

RULES = Rules(jobs=("librarian", "bibliotekininkė"), sectors=("libraries", "museums"))


@pytest.mark.parametrize(
    ("job", "sector", "how_well"),
    [
        ("librarian", "libraries", 2),
        (" LIBRARIAN ", "Museums", 2),
        ("BIBLIOTEKININKĖ", "", 1),
        ("", "museums", 1),
        ("guide", "archives", 0),
        ("", "", 0),
        ("librarians", "museum", 0),
    ],
)
def test_how_well_a_programme_suits(job: str, sector: str, how_well: int) -> None:
    assert suits(RULES, job=job, sector=sector) == how_well


@given(st.text(max_size=20), st.text(max_size=20))
def test_a_programme_that_names_nobody_suits_nobody_in_particular(job: str, sector: str) -> None:
    assert suits(Rules(), job=job, sector=sector) == 0


@given(st.lists(st.text(min_size=1, max_size=10), max_size=4), st.text(min_size=1, max_size=10))
def test_what_is_listed_suits_in_any_case(others: list[str], job: str) -> None:
    listed = tuple(" ".join(each.casefold().split()) for each in (*others, job))
    known = Rules(jobs=listed, sectors=listed)
    assert {suits(known, job=each, sector=each) for each in (job, job.casefold(), f" {job}\n")} == {2}


def after(*slugs: str) -> Programme:
    return replace(programme("t", slug="last"), rules=Rules(after=slugs))


@pytest.mark.parametrize(
    ("mine", "names"),
    [
        ((), ["first", "second"]),
        ((study(programme("t", slug="first")),), ["first", "second"]),
        ((study(programme("t", slug="first"), state="finished"),), ["second"]),
    ],
)
def test_what_has_to_be_finished_before(mine: Any, names: list[str]) -> None:
    """What is not on the shelf cannot be taken, so nobody is kept waiting for it."""
    known = facts(
        *mine, shelf=(shelf(programme("t", slug="second"), 2), shelf(programme("t", slug="first"), 1))
    )
    assert [each.programme.slug for each in missing(known, after("first", "gone", "second"))] == names


def test_who_renews_a_certificate_has_finished_already() -> None:
    first = shelf(programme("t", slug="first"), 1)
    again = study(first.programme, enrolment=4, programme_id=1, state="active")
    known = facts(again, shelf=(first,))
    assert [each.programme.slug for each in missing(known, after("first"))] == ["first"]
    assert missing(replace(known, certificates=(Held(4, certificate()),)), after("first")) == []


ABOUT = replace(
    programme("t", languages=["pl", "lt"]),
    texts=(
        ProgrammeText("pl", "Dane osobowe", "O prywatności.", "dla każdego"),
        ProgrammeText("lt", "Asmens duomenys", "Ką rinkti?", "registratūrai"),
    ),
    rules=Rules(owner="Žalgirio muziejus", jobs=("receptionist",)),
)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("", True),
        ("  ", True),
        ("asmens", True),
        ("DUOMENYS Asmens", True),
        ("prywatnosci", True),
        ("registraturai rinkti", True),
        ("zalgirio", True),
        ("Žalgirio", True),
        ("receptionist", True),
        ("01 lt", True),  # the title of a lesson
        ("asmens pinigai", False),
        ("%", False),
    ],
)
def test_programmes_that_have_all_these_words(words: str, found: bool) -> None:
    assert matches(ABOUT, words) is found


def test_languages_and_sectors_are_listed_in_order() -> None:
    assert spoken(ABOUT) == ("lt", "pl")
    assert sectors([after(), replace(ABOUT, rules=RULES), replace(ABOUT, rules=RULES)]) == [
        "libraries",
        "museums",
    ]
    assert list(SECTORS) == sorted(SECTORS)
