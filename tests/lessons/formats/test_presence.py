"""Reports of meetings from outside: each platform's is read, and what would hurt is a sentence, soon."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
import xlsxwriter

from domain.language import Language
from domain.meeting_report import Entry, read
from domain.presence import seconds
from domain.recognising import stay_of
from lessons.formats.bank import Unreadable
from lessons.formats.presence import cut, cut_apart
from lessons.formats.sheet.write import PLAIN
from tests.lessons.formats import reports
from tests.lessons.formats.hostile import ALL
from tests.lessons.formats.test_roster import HARMLESS, HOSTILE, TABLES, WITHIN, used

START = datetime(2026, 12, 7, 8, tzinfo=UTC)
END = START + timedelta(hours=1)
MANY = 5_000


def read_all(data: bytes, name: str = "a.csv", language: Language = "lt") -> list[Entry]:
    return read(cut_apart(name, data, language).lines, "Europe/Vilnius", START)


def minutes(found: list[Entry], name: str) -> int:
    mine = [stay_of(each) for each in found if each.name.startswith(name) and not each.again]
    return seconds([each for each in mine if each.begins or each.lasted], START, END) // 60


@pytest.mark.parametrize(
    ("text", "encoding", "told"),
    [
        (reports.ZOOM, "utf-8-sig", (40, 25)),
        (reports.ZOOM_BARE, "utf-8", (40, 0)),
        (reports.ZOOM_UNIQUE, "utf-8", (40, 0)),
        (reports.TEAMS, "utf-16", (40, 25)),
        (reports.TEAMS_PL, "utf-16", (40, 0)),
        (reports.TEAMS_OLD, "utf-16", (40, 0)),
        (reports.TEAMS_OLDEST, "utf-16", (40, 55)),
        (reports.BBB, "utf-8", (40, 55)),
        (reports.BBB_NB, "utf-8", (40, 0)),
        (reports.LITHUANIAN, "cp1257", (40, 0)),
    ],
)
def test_the_report_of_each_platform_is_read(text: str, encoding: str, told: tuple[int, int]) -> None:
    found = read_all(text.encode(encoding))
    assert (minutes(found, "Ona"), minutes(found, "Benas")) == told
    assert {each.email for each in found if each.name == "Ona Onaitė"} <= {"ona@b.lt", ""}


@pytest.mark.parametrize("sessions", [True, False])
def test_what_bigbluebutton_keeps_is_read(*, sessions: bool) -> None:
    found = read_all(reports.dashboard(sessions=sessions), "learning_dashboard_data.json")
    assert (minutes(found, "Ona"), minutes(found, "Benas")) == (40, 55)
    assert {each.keys for each in found} == {"seed1", "w_x"}


def test_a_report_that_was_saved_as_a_workbook_is_read() -> None:
    out = BytesIO()
    with xlsxwriter.Workbook(out, PLAIN) as book:
        book.add_worksheet("Info").write_string(0, 0, "Virusai")
        sheet = book.add_worksheet("Users")
        for number, line in enumerate(reports.LITHUANIAN.splitlines()):
            for column, cell in enumerate(line.split(",")):
                sheet.write_string(number, column, cell)
    assert minutes(read_all(out.getvalue(), "a.xlsx"), "Ona") == 40


def many(rows: int = MANY) -> bytes:
    head, *_ = reports.ZOOM_BARE.splitlines()
    day = "12/07/2026"
    body = (
        f"Vardas {each},v{each}@b.lt,{day} 10:{each % 50:02d}:00 AM,{day} 10:55:00 AM,{55 - each % 50},No"
        for each in range(rows)
    )
    return "\n".join([head, *body]).encode()


def test_five_thousand_rows_are_read_in_two_seconds() -> None:
    data, began, computed = many(), time.monotonic(), used()
    assert len(read_all(data)) == MANY
    assert (used() - computed < 2, time.monotonic() - began < 2 * WITHIN) == (True, True)


BROKEN: list[tuple[str, Callable[[], bytes], str]] = [
    ("a.json", lambda: b'{"users": 1}', "json"),
    ("a.json", lambda: b'{"users": {"a": {"name": "A", "intIds": {"b": {"registeredOn": 9e300}}}}}', "json"),
    ("a.json", lambda: b'{"users": {"a": {"name": "A", "intIds": {"b": {"registeredOn": 9999999999999999}}}}}', "json"),
    ("a.json", lambda: b'{"users": {"a": {"name": "\xff"}}}', "json"),
    ("a.json", lambda: b'{"users"', "json"),
    ("a.csv", lambda: b"Name;Duration\n" + b"a;1\n" * 20_100, "rows"),
    ("a.csv", lambda: b"Name;Duration\n" + b"x" * 100_000_000, "large"),
]  # fmt: skip
# Of a roster's hostile files: those that would be no roster for what they lack only.
SAME = [each for each in HOSTILE if each[2] != "quotes" or b'"' in each[1]()[:100]]


@pytest.mark.parametrize("case", [*BROKEN, *SAME], ids=lambda case: f"{case[0]!a}-{case[2]}")
def test_what_would_hurt_is_a_sentence(case: tuple[str, Callable[[], bytes], str]) -> None:
    name, make, rule = case
    data, began = make(), used()
    with pytest.raises(Unreadable) as refused:
        cut_apart(name.replace("\0", ""), data, "lt")
    assert (refused.value.rule, str(refused.value)[-1]) == (rule, ".")
    assert used() - began < WITHIN


def test_json_as_deep_as_a_well_is_refused() -> None:
    data = b'{"users": {"a": {"name": "A", "x": ' + b"[" * 200_000 + b"]" * 200_000 + b"}}}"
    with pytest.raises(Unreadable, match=r"\.$"):
        cut_apart("a.json", data, "lt")


@pytest.mark.parametrize("name", TABLES)
def test_what_would_hurt_elsewhere_hurts_nobody(name: str) -> None:
    began = used()
    if name in HARMLESS:
        assert len(cut_apart(ALL[name].name, ALL[name].made(), "lt").lines) == HARMLESS[name]
    else:
        with pytest.raises(Unreadable, match=r"\.$"):
            cut_apart(ALL[name].name, ALL[name].made(), "lt")
    assert used() - began < WITHIN


def test_a_formula_is_told_and_a_guarded_cell_is_bare() -> None:
    text = "Name,Duration\n=HYPERLINK(1),5\n'=1,5\nOna,5\n"
    found = read(cut("a.csv", text.encode(), "lt").lines, "UTC", START)
    assert [(each.name, each.problem) for each in found] == [
        ("=HYPERLINK(1)", "formula"),
        ("=1", "formula"),
        ("Ona", ""),
    ]


def test_what_is_said_of_a_meeting_need_not_be_whole() -> None:
    held = {"users": {"a": {"name": "A", "intIds": {"b": {"registeredOn": 0, "leftOn": 0}}}}}
    [found] = read(cut("a.json", json.dumps(held).encode(), "lt").lines, "UTC", START)
    assert found.problem == "no_time"
