"""Who a row of a report is: by their own link, by their address, or as somebody says."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.meeting_report import Entry
from domain.recognising import Guest, Guests, How, alike, mark, own_link, recognise

START = datetime(2026, 12, 7, 8, tzinfo=UTC)
END = START + timedelta(hours=1)
ONA = Guest(1, "Ona Onaitė", "ona@b.lt", "seed1")
BEN = Guest(2, "Łukasz Ben", "ben@b.pl", "seed2")
TWIN = Guest(3, "Onaitė Ona", "kita@b.lt", "seed3")
WAITS = Guest(4, "Per Å", "per@b.no", "seed4", seated=False)
ALL = Guests([ONA, BEN, TWIN, WAITS, Guest(5, "", "", "seed5")])


def entry(name: str = "", email: str = "", keys: str = "", line: int = 1) -> Entry:
    return Entry(line, name, email, keys, START, END)


@pytest.mark.parametrize(
    ("said", "who", "how"),
    [
        (entry(f"Kas nors {mark('seed1')}"), 1, "mark"),
        (entry(f"kas nors {mark('seed1').lower()}", "ben@b.pl"), 1, "mark"),
        (entry("X", "ben@b.pl", "seed1"), 1, "mark"),
        (entry("X", keys=f"u {mark('seed2')}"), 2, "mark"),
        (entry(f"{mark('seed1')} {mark('seed2')}", "ben@b.pl"), None, ""),
        (entry("Z23456789"), None, ""),
        (entry(f"A{mark('seed1')}"), None, ""),
        (entry("Kitas vardas", "ben@b.pl"), 2, "email"),
        (entry("Ona Onaitė", "private@c.lt"), None, ""),
        (entry("Ona Onaitė"), None, ""),
        (entry(""), None, ""),
    ],
)
def test_by_the_own_link_first_and_then_the_address(said: Entry, who: int | None, how: How) -> None:
    assert ALL.find(said) == (who, how)


@pytest.mark.parametrize(
    ("name", "perhaps"),
    [
        ("Ona Onaitė", (1, 3)),
        ("ONAITE, Ona", (1, 3)),
        ("lukasz ben (Guest)", (2,)),
        ("iPhone (Łukasz Ben)", (2,)),
        ("Ona", ()),
        ("", ()),
        ("()", ()),
    ],
)
def test_the_same_name_is_a_suggestion(name: str, perhaps: tuple[int, ...]) -> None:
    assert ALL.perhaps(entry(name)) == perhaps


def test_every_row_has_its_fate() -> None:
    rows = [
        Entry(1, "=1", problem="formula"),
        entry("A", "ona@b.lt", line=2),
        entry("A", "ona@b.lt", line=3),
        Entry(4, "B", "ben@b.pl", begins=END, ends=END + timedelta(hours=1)),
        Entry(5, "B", "ben@b.pl", again=True),
        entry("C", "per@b.no", line=6),
        entry("Ona Onaitė", line=7),
        entry("Niekas", line=8),
        entry("Ona Onaitė", "x@y.lt", line=9),
        entry("Ona Onaitė", "z@y.lt", line=10),
        Entry(11, "B", "ben@b.pl", lasted=60),
    ]
    said: dict[int, tuple[int | None, How]] = {9: (3, "person"), 10: (None, "person")}
    found = recognise(rows, ALL, (START, END), said, settled=False)
    assert [(each.fate, each.person, each.how) for each in found] == [
        ("unreadable", None, ""),
        ("taken", 1, "email"),
        ("merged", 1, "email"),
        ("outside", 2, "email"),
        ("merged", 2, "email"),
        ("no_seat", 4, "email"),
        ("decide", None, ""),
        ("stranger", None, ""),
        ("taken", 3, "person"),
        ("stranger", None, "person"),
        ("taken", 2, "email"),
    ]
    assert (found[0].why, found[6].perhaps, found[9].perhaps) == ("formula", (1, 3), ())


def test_once_it_is_settled_nobody_is_recognised_by_itself() -> None:
    said: dict[int, tuple[int | None, How]] = {1: (1, "email"), 3: (99, "person")}
    rows = [entry("A", "ona@b.lt"), entry("A", "ben@b.pl", line=2), entry("Gone", line=3)]
    found = recognise(rows, ALL, (START, END), said, settled=True)
    assert [(each.fate, each.person, each.perhaps) for each in found] == [
        ("taken", 1, ()),
        ("decide", None, (2,)),
        ("no_seat", 99, ()),
    ]


@given(st.text())
def test_a_mark_is_nine_signs_that_are_found_in_any_name(seed: str) -> None:
    guest = Guest(1, "", "", seed)
    said = entry(f"Ona ({mark(seed)})")
    assert (len(mark(seed)), Guests([guest]).find(said)) == (9, (1, "mark"))


@pytest.mark.parametrize(
    ("link", "own"),
    [
        ("https://m.example/a", "https://m.example/a"),
        ("https://m.example/a?uname={name}", f"https://m.example/a?uname=Ona%20A%26B%20{mark('s')}"),
        ("https://m.example/{mark}?u={mark}", f"https://m.example/{mark('s')}?u={mark('s')}"),
    ],
)
def test_a_link_may_have_a_place_for_the_name(link: str, own: str) -> None:
    assert own_link(link, "Ona A&B", "s") == own


def test_what_is_written_alike_is_decided_together() -> None:
    assert alike(entry("A", "b@c.lt", "k")) == alike(Entry(7, "A", "b@c.lt", "k"))
