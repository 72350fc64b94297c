"""Reports of meetings as rows, by the headings of each platform and language."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.meeting_report import Entry, Line, NoReport, read
from domain.report_headings import column_of

NEAR = datetime(2026, 12, 7, 8, tzinfo=UTC)
HEAD = ["Name", "Email", "Join Time", "Leave Time", "Duration"]


def at(minute: int) -> datetime:
    return NEAR + timedelta(minutes=minute)


def lines(*rows: list[str]) -> list[Line]:
    return list(enumerate(rows, 1))


def entries(*rows: list[str]) -> list[Entry]:
    return read(lines(HEAD, *rows), "Europe/Vilnius", NEAR)


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("Name (Original Name)", "name"),
        ("Vardas (pradinis vardas)", "name"),
        ("Imię i nazwisko (oryginalna nazwa)", "name"),
        ("Navn (opprinnelig navn)", "name"),
        ("User Email", "email"),
        ("El. paštas", "email"),
        ("Participant ID (UPN)", "upn"),
        ("First Join (UTC)", "begins"),
        ("Ostatnie wyjście", "ends"),
        ("Venstre", "ends"),
        ("Total duration (minutes)", "lasted"),
        ("Trukmė (minutės)", "lasted"),
        ("Participants", ""),
        ("Recording Consent", ""),
    ],
)
def test_headings_are_known_in_four_languages(heading: str, column: str) -> None:
    assert column_of(heading) == column


@pytest.mark.parametrize(
    ("row", "found"),
    [
        (["Ona", "Ona@B.lt", "2026-12-07 10:00", "2026-12-07 10:30", "30"], (at(0), at(30), 1800, "")),
        (["Ona", "", "2026-12-07 10:00", "-", ""], (at(0), None, None, "")),
        (["Ona", "", "", "2026-12-07 10:30", "30"], (None, None, 1800, "")),
        (["Ona", "", "", "", "30"], (None, None, 1800, "")),
        (["Ona", "", "", "", ""], (None, None, None, "no_time")),
        (["Ona", "", "", "2026-12-07 10:30", ""], (None, None, None, "no_time")),
        (["Ona", "", "soon", "2026-12-07 10:30", "30"], (None, None, None, "time")),
        (["Ona", "", "2026-12-07 10:00", "later", "30"], (None, None, None, "time")),
        (["Ona", "", "2026-12-07 10:00", "2026-12-07 10:30", "long"], (None, None, None, "time")),
        (["Ona", "", "2026-12-07 10:30", "2026-12-07 10:00", ""], (None, None, None, "backwards")),
        (["", "", "2026-12-07 10:00", "", ""], (None, None, None, "nobody")),
        (["=1+1", "", "2026-12-07 10:00", "", ""], (None, None, None, "formula")),
        (["-", "", "2026-12-07 10:00", "", ""], (None, None, None, "name")),
    ],
)
def test_a_row_is_read_or_it_is_said_why_not(row: list[str], found: tuple[object, ...]) -> None:
    [entry] = entries(row)
    assert (entry.begins, entry.ends, entry.lasted, entry.problem) == found
    assert entry.line == 2


def test_an_address_is_one_or_none() -> None:
    found = entries(
        *[["Ona", cell, "2026-12-07 10:00", "", ""] for cell in ("MailTo:Ona@B.lt", "ona", "x@" * 200)]
    )
    assert [each.email for each in found] == ["ona@b.lt", "", ""]
    head = ["Name", "Registration Email", "Email", "Participant ID (UPN)", "External ID", "Duration"]
    rows = (["A", "a@b.lt", "x@b.lt", "u@b.lt", "k", "5"], ["B", "", "", "u@b.lt", "", "5"])
    told = read(lines(head, *rows), "UTC", NEAR)
    assert [(each.email, each.keys) for each in told] == [("a@b.lt", "k u@b.lt"), ("u@b.lt", "u@b.lt")]


def test_who_is_known_by_a_key_alone_is_somebody() -> None:
    [found] = read(lines(["Name", "External ID", "Duration"], ["", "seed1", "5"]), "UTC", NEAR)
    assert (found.name, found.keys, found.problem) == ("", "seed1", "")


def test_columns_that_say_so_are_in_utc() -> None:
    head = ["Name", "First Join (UTC)", "Last Leave (UTC)"]
    [found] = read(lines(head, ["Ona", "2026-12-07 08:00", "2026-12-07 08:30"]), "Europe/Vilnius", NEAR)
    assert (found.begins, found.ends) == (at(0), at(30))


def test_what_is_said_again_in_detail_is_said_again() -> None:
    found = read(
        lines(
            ["1. Summary"],
            ["Meeting title", "Name"],
            ["2. Participants"],
            ["Name", "First Join", "Last Leave", "In-Meeting Duration"],
            ["Ona", "2026-12-07 10:00", "2026-12-07 11:00", "40m"],
            ["Ben", "2026-12-07 10:00", "2026-12-07 10:10", "10m"],
            ["=Ona", "2026-12-07 10:00", "2026-12-07 11:00", "40m"],
            ["3. In-Meeting Activities"],
            ["Name", "Join Time", "Leave Time"],
            ["Ona", "2026-12-07 10:00", "2026-12-07 10:20"],
            ["", "", ""],
            ["4. Questions"],
            ["Ona", "Why?"],
        ),
        "Europe/Vilnius",
        NEAR,
    )
    assert [(each.line, each.name, each.again, each.problem) for each in found] == [
        (5, "Ona", True, ""),
        (6, "Ben", False, ""),
        (7, "=Ona", False, "formula"),
        (10, "Ona", False, ""),
    ]


def test_comings_and_goings_are_stays() -> None:
    found = read(
        lines(
            ["Full Name", "User Action", "Timestamp"],
            ["Ona", "Joined before", "07/12/2026, 10:00:00"],
            ["Ben", "Left", "07/12/2026, 10:01:00"],
            ["Ona", "Left", "07/12/2026, 10:10:00"],
            ["Ona", "Joined", "07/12/2026, 10:20:00"],
            ["Ona", "Waved", "07/12/2026, 10:21:00"],
            ["Ona", "Left", "soon"],
            ["", "Joined", "07/12/2026, 10:20:00"],
        ),
        "Europe/Vilnius",
        NEAR,
    )
    assert [(each.begins, each.ends, each.again, each.problem) for each in found] == [
        (at(0), at(10), False, ""),
        (None, None, False, "action"),
        (None, None, True, ""),
        (at(20), None, False, ""),
        (None, None, False, "action"),
        (None, None, False, "time"),
        (None, None, False, "nobody"),
    ]


@pytest.mark.parametrize(
    ("rows", "rule"),
    [
        ([], "no_headings"),
        ([["Topic", "Duration"], ["Virusai", "60"]], "no_headings"),
        ([HEAD], "no_rows"),
        ([HEAD, ["", "", ""]], "no_rows"),
    ],
)
def test_what_is_no_report(rows: list[list[str]], rule: str) -> None:
    with pytest.raises(NoReport) as refused:
        read(lines(*rows), "UTC", NEAR)
    assert refused.value.rule == rule
