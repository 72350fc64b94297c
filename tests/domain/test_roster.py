"""A roster as a table: headings in four languages, cells as they are kept, and a sentence for each that is wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import roster_cells
from domain.roster import NoRoster, Row, Said, column_of, read, row_of
from domain.roster_cells import Problem
from tests.domain.strategies import calm

HEADINGS = {
    "lt": "Vardas|Pavardė|El. paštas|Tabelio Nr.|Įstaiga|Skyrius|Pareigos|Kalba|Priėmimo data|Dirba iki|"
    "Atostogos nuo|Atostogos iki|Koordinatorius",
    "pl": "Imię|Nazwisko|Adres e-mail|Nr ewidencyjny|Instytucja|Dział|Stanowisko|Język|Data zatrudnienia|"
    "Data zwolnienia|Urlop od|Urlop do|Koordynator",
    "nb": "Fornavn|Etternavn|E-postadresse|Ansattnr.|Virksomhet|Avdeling|Stilling|Språk|Ansatt fra|Sluttdato|"
    "Fravær fra|Fravær til|Koordinator",
    "en": "First name|Last name|E-mail (work)|Employee ID|Organisation|Unit|Job title|Language|Hire date|End date|"
    "Leave from|Leave until|Coordinator",
}
COLUMNS = "first|last|email|number|organisation|unit|job|language|hired_on|left_on|leave_from|leave_until|coordinator"


@pytest.mark.parametrize("language", HEADINGS)
def test_headings_are_known_in_four_languages(language: str) -> None:
    assert "|".join(map(column_of, HEADINGS[language].split("|"))) == COLUMNS


@pytest.mark.parametrize("heading", ["VARDAS, PAVARDĖ *", "imię i nazwisko", "Navn", " full   name "])
def test_a_name_may_have_one_column(heading: str) -> None:
    assert column_of(heading) == "name"


@pytest.mark.parametrize("heading", ["", "Phone", "Adresas", "…"])
def test_other_columns_are_none_of_ours(heading: str) -> None:
    assert column_of(heading) == ""


ONA = {"email": " Ona.Petraitienė@x.lt "}


def test_a_row_is_what_its_cells_say() -> None:
    cells = {
        "first": "Ona  ",
        "last": "Petrai\u200btienė",
        "email": "mailto:Ona@Berzai.LT",
        "number": "0017",
        "organisation": "Beržų biblioteka",
        "unit": "3",
        "job": "-",
        "language": "norweski",
        "hired_on": "2.1.2026",
        "left_on": "–",
        "leave_from": "2026-12-20 00:00",
        "leave_until": "2027.01.06",
        "coordinator": "Taip",
    }
    said = Said(
        name="Ona Petraitienė",
        email="ona@berzai.lt",
        number="0017",
        language="nb",
        job="",
        hired_on="2026-01-02",
        left_on="",
        leave_from="2026-12-20",
        leave_until="2027-01-06",
    )
    assert row_of(cells, 7) == Row(7, said, ("Beržų biblioteka", "3"), coordinates=True)


def test_an_empty_cell_says_nothing() -> None:
    cells = dict.fromkeys(COLUMNS.split("|"), " ") | {"email": "a@b.lt"}
    assert row_of(cells, 2) == Row(2, Said(email="a@b.lt"))


WRONG: list[tuple[dict[str, str], str, str]] = [
    ({"email": ""}, "email_missing", ""),
    ({"email": "ona"}, "email", "ona"),
    ({"email": "ona@berzai"}, "email", "ona@berzai"),
    ({"email": "ona@@berzai.lt"}, "email", "ona@@berzai.lt"),
    ({"email": "=cmd@berzai.lt"}, "email", "=cmd@berzai.lt"),
    ({"email": "onа@berzai.lt"}, "email_letter", "а (CYRILLIC SMALL LETTER A)"),
    ({"email": "ona@beržai.lt"}, "email_letter", "ž (LATIN SMALL LETTER Z WITH CARON)"),
    ({"name": "=HYPERLINK(1)"}, "formula", "=HYPERLINK(1)"),
    ({"job": "@SUM(1)"}, "formula", "@SUM(1)"),
    ({"number": "+370"}, "formula", "+370"),
    ({"name": "-"}, "name", "-"),
    ({"name": "x" * 121}, "name_long", "x" * 60),
    ({"job": "x" * 61}, "job_long", "x" * 60),
    ({"tags": "a, " + "x" * 61}, "tag_long", "x" * 60),
    ({"tags": ",".join(map(str, range(21)))}, "tags_many", ",".join(map(str, range(21)))),
    ({"tags": "a, =SUM(1)"}, "formula", "=SUM(1)"),
    ({"tags": "a; -"}, "formula", "-"),
    ({"number": "x" * 41}, "number_long", "x" * 41),
    ({"language": "Klingon"}, "language", "Klingon"),
    ({"language": "xx"}, "language", "xx"),
    ({"hired_on": "31.02.2026"}, "date", "31.02.2026"),
    ({"hired_on": "1026-01-01"}, "date", "1026-01-01"),
    ({"left_on": "soon"}, "date", "soon"),
    ({"leave_from": "2026-01-01"}, "leave_half", "2026-01-01"),
    ({"leave_until": "2026-01-01"}, "leave_half", "2026-01-01"),
    ({"leave_from": "2026-01-02", "leave_until": "2026-01-01"}, "leave_order", "2026-01-02 – 2026-01-01"),
    ({"coordinator": "maybe"}, "yes", "maybe"),
]


@pytest.mark.parametrize(("cells", "code", "value"), WRONG)
def test_what_is_wrong_is_told(cells: dict[str, str], code: str, value: str) -> None:
    assert row_of({"email": "a@b.lt", **cells}).problem == Problem(code, value)


def test_headings_may_stand_below_a_title() -> None:
    lines = [
        (1, ["Staff"]),
        (3, ["Name", "Phone", "E-mail"]),
        (4, ["Ona", "8", "a@b.lt"]),
        (5, [" ", "", ""]),
    ]
    sheet = read(lines)
    assert sheet.headings == (("Name", "name"), ("Phone", ""), ("E-mail", "email"))
    assert sheet.rows == (Row(4, Said(name="Ona", email="a@b.lt")),)


def test_a_longer_row_is_told_and_a_shorter_one_is_read() -> None:
    sheet = read([(1, ["E-mail", "Name"]), (2, ["a@b.lt", "A", "", "b"]), (3, ["c@b.lt"])])
    assert [each.problem for each in sheet.rows] == [Problem("too_long"), None]


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ([], Problem("no_headings")),
        ([(1, ["Name", "Phone"]), (2, ["Ona", "8"])], Problem("no_headings")),
        ([(1, ["E-mail", "Name"])], Problem("no_rows")),
        ([(1, ["E-mail", "Email", "Name"]), (2, ["a", "b", "c"])], Problem("column_twice", "E-mail / Email")),
    ],
)
def test_what_is_no_roster_is_told(lines: list[tuple[int, list[str]]], problem: Problem) -> None:
    with pytest.raises(NoRoster) as caught:
        read(lines)
    assert caught.value.problem == problem


cells = st.dictionaries(
    st.sampled_from(COLUMNS.split("|")), st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
)


@calm
@given(cells)
def test_whatever_the_cells_say_they_are_read_or_told(cells: dict[str, str]) -> None:
    row = row_of(cells)
    kept = [word for word in (row.said.name, row.said.email, row.said.job) if word]
    assert row.problem or row.said.email
    assert all(word == word.strip() and word.isprintable() for word in kept)
    again = {name: getattr(row.said, name) for name in ("name", "email", "job") if getattr(row.said, name)}
    assert row.problem or row_of({**again}).said.email == row.said.email


TAGS: dict[str, str | None] = {
    " drivers ;First  aid, drivers,": "drivers, First aid",
    "—": "",
    " , ;": None,
    "ąžuolas": "ąžuolas",
}


def test_labels_are_kept_with_commas_each_once() -> None:
    said = {cell: row_of({"email": "a@b.lt", "tags": cell}).said.tags for cell in TAGS}
    assert said == TAGS
    assert roster_cells.parted("drivers, First aid") == ["drivers", "First aid"]
