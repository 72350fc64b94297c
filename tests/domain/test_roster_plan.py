"""What a roster would do: a fate for every row, nothing silent, and nothing the second time."""

from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.roster import Row, Said
from domain.roster_cells import Problem
from domain.roster_plan import KINDS, WORDS, Change, Known, Plan, Reach, house, plan
from domain.tree import Own, Place
from tests.domain.strategies import calm

TODAY = date(2026, 11, 23)
PLACES = {
    1: Place(1, "Bibliotekos", "sector", None, Own(country="LT", contact="Rūta")),
    2: Place(2, "Beržų biblioteka", "organisation", 1, Own(domains=("berzai.lt",))),
    3: Place(3, "Vaikų skyrius", "unit", 2, Own(domains=("vaikai.lt",))),
    4: Place(4, "Saugykla", "unit", 2, Own()),
    5: Place(5, "Gluosnių biblioteka", "organisation", 1, Own(domains=("gluosniai.lt",))),
    6: Place(6, "Vaikų skyrius", "unit", 5, Own()),
    7: Place(7, "Muziejus", "organisation", None, Own(domains=("muziejus.lt",))),
}
SECTOR = frozenset({1, 2, 3, 4, 5, 6})
ALL, BERZAI = Reach(PLACES, SECTOR), Reach(PLACES, frozenset({2, 3, 4}), 2)
BLANK = Said(*("" for _ in WORDS))


def known(which: int, place: int, name: str, email: str, **more: str) -> Known:
    return Known(which, place, replace(BLANK, name=name, email=email, language="lt", **more))


ONA = known(11, 2, "Ona Onaitė", "ona@berzai.lt", number="17", job="bibliotekininkė")
JONAS = known(12, 3, "Jonas Jonaitis", "jonas@berzai.lt")
PETRAS = known(13, 5, "Petras Petraitis", "petras@gluosniai.lt", number="17")
GONE = known(14, 2, "Rita Ritė", "rita@berzai.lt", left_on="2026-01-01")
ELSE = known(15, 7, "Mantas Muzius", "mantas@muziejus.lt")
EVERYBODY = (ONA, JONAS, PETRAS, GONE, ELSE)


def test_of_who_is_above_only_words_that_nobody_guards_change() -> None:
    mine = replace(BERZAI, above=frozenset({11}))
    for said in (
        row(email="new@berzai.lt", name="Ona Onaitė", number="17"),
        row(email="ona@berzai.lt", left_on="2026-11-01"),
    ):
        assert fate(said, mine)[::4] == ("error", Problem("role_above"))
    assert fate(row(email="ona@berzai.lt", job="guide"), mine)[0] == "changed"
    absent = plan([], EVERYBODY, mine, TODAY).absent
    assert [each.id for each in absent] == [12]


def row(line: int = 2, place: tuple[str, str] = ("", ""), *, coordinates: bool = False, **said: str) -> Row:
    return Row(line, Said(**said), place, coordinates)


def fate(given: Row, reach: Reach = ALL) -> tuple[Any, ...]:
    (only,) = plan([given], EVERYBODY, reach, TODAY).fates
    return only.kind, only.person, only.place, only.changes, only.problem


def test_a_new_person_has_a_language_that_their_place_offers() -> None:
    """Who is there already keeps theirs."""
    offered = replace(PLACES[2], own=replace(PLACES[2].own, languages=("lt", "nb")))
    reach = replace(ALL, places={**PLACES, 2: offered})
    new = partial(row, email="new@berzai.lt", name="Nauja")
    told = Problem("language_not_offered", "pl")
    assert fate(new(language="pl"), reach)[::4] == ("error", told)
    assert fate(new(language="pl"))[0] == fate(new(language="nb"), reach)[0] == "new"
    assert fate(new(), reach)[0] == "new"
    assert fate(row(email="ona@berzai.lt", language="pl"), reach)[0] == "changed"


NEW_HEAD = row(email="new@berzai.lt", name="New Head", coordinates=True)
CASES: list[tuple[Row, Reach, tuple[Any, ...]]] = [
    (row(email="ona@berzai.lt"), ALL, ("unchanged", 11, 2, (), None)),
    (
        row(email="ona@berzai.lt", name="Ona Onaitė", job="bibliotekininkė"),
        ALL,
        ("unchanged", 11, 2, (), None),
    ),
    (
        row(email="ona@berzai.lt", name="Ona Petraitienė", job=""),
        ALL,
        (
            "changed",
            11,
            2,
            (Change("name", "Ona Onaitė", "Ona Petraitienė"), Change("job", "bibliotekininkė", "")),
            None,
        ),
    ),
    # Where: a name, a number, a unit of an organisation, the address's domain, the chosen one.
    (
        row(email="ona@berzai.lt", place=("", "Saugykla")),
        ALL,
        ("moved", 11, 4, (Change("place", "2", "4"),), None),
    ),
    (row(email="ona@berzai.lt", place=("5", "")), ALL, ("moved", 11, 5, (Change("place", "2", "5"),), None)),
    (
        row(email="a@b.lt", name="A", place=("Gluosnių biblioteka", "vaiku skyrius")),
        ALL,
        ("new", None, 6, (), None),
    ),
    (row(email="a@vaikai.lt", name="A"), ALL, ("new", None, 3, (), None)),
    (row(email="a@vaikai.lt", name="A"), BERZAI, ("new", None, 3, (), None)),
    (row(email="a@b.lt", name="A"), BERZAI, ("new", None, 2, (), None)),
    (row(email="jonas@berzai.lt"), BERZAI, ("unchanged", 12, 3, (), None)),
    (row(email="a@b.lt", name="A"), ALL, ("error", None, None, (), Problem("no_place", "b.lt"))),
    (
        row(email="a@gluosniai.lt", name="A"),
        BERZAI,
        ("error", None, None, (), Problem("domain_elsewhere", "gluosniai.lt")),
    ),
    (
        row(email="a@muziejus.lt", name="A"),
        ALL,
        ("error", None, None, (), Problem("domain_elsewhere", "muziejus.lt")),
    ),
    (
        row(email="a@b.lt", name="A", place=("", "Vaikų skyrius")),
        ALL,
        ("error", None, None, (), Problem("place_several", "Vaikų skyrius")),
    ),
    (
        row(email="a@b.lt", name="A", place=("Muziejus", "")),
        ALL,
        ("error", None, None, (), Problem("place_unknown", "Muziejus")),
    ),
    (
        row(email="ona@berzai.lt", place=("7", "")),
        ALL,
        ("error", 11, None, (), Problem("place_unknown", "7")),
    ),
    (row(email="a@b.lt", place=("2", "")), ALL, ("error", None, 2, (), Problem("name_missing"))),
    # Who: by the address, else by the number in the same organisation.
    (
        row(email="o.p@berzai.lt", number="17", name="Ona Petraitienė"),
        BERZAI,
        (
            "changed",
            11,
            2,
            (
                Change("name", "Ona Onaitė", "Ona Petraitienė"),
                Change("email", "ona@berzai.lt", "o.p@berzai.lt"),
            ),
            None,
        ),
    ),
    (
        row(email="new@berzai.lt", number="17", name="Kazys"),
        BERZAI,
        ("doubt", 11, 2, (), Problem("number_of", "Ona Onaitė")),
    ),
    (
        row(email="jonas@berzai.lt", number="17"),
        BERZAI,
        ("doubt", 12, 3, (), Problem("two_people", "Ona Onaitė")),
    ),
    (
        row(email="new@berzai.lt", name="ONA ONAITE"),
        BERZAI,
        ("doubt", None, 2, (), Problem("same_name", "ona@berzai.lt")),
    ),
    (row(email="new@berzai.lt", name="Ona Onaitė", number="18"), BERZAI, ("new", None, 2, (), None)),
    (row(email="new@gluosniai.lt", name="Ona Onaitė"), ALL, ("new", None, 5, (), None)),
    (
        row(email="mantas@muziejus.lt", name="M", place=("2", "")),
        ALL,
        ("asked", 15, 2, (), None),
    ),
    (
        row(email="mantas@muziejus.lt", number="17", place=("2", "")),
        ALL,
        ("doubt", 11, 2, (), Problem("two_people", "Ona Onaitė")),
    ),
    (
        row(email="mantas@muziejus.lt", place=("2", ""), coordinates=True),
        ALL,
        ("doubt", None, None, (), Problem("elsewhere", "mantas@muziejus.lt")),
    ),
    (
        row(email="mantas@muziejus.lt", place=("2", ""), coordinates=True),
        replace(ALL, entrusting=frozenset({5})),
        ("error", None, 2, (), Problem("coordinator")),
    ),
    # Coming back, and coordinating.
    (row(email="rita@berzai.lt"), ALL, ("changed", 14, 2, (Change("left_on", "2026-01-01", ""),), None)),
    (row(email="rita@berzai.lt", left_on="2026-01-01"), ALL, ("unchanged", 14, 2, (), None)),
    (
        row(email="ona@berzai.lt", coordinates=True),
        ALL,
        ("changed", 11, 2, (Change("coordinates", "", "yes"),), None),
    ),
]


@pytest.mark.parametrize(("given", "reach", "expected"), CASES)
def test_the_fate_of_a_row(given: Row, reach: Reach, expected: tuple[Any, ...]) -> None:
    assert fate(given, reach) == expected


def test_a_row_that_is_wrong_stays_wrong_and_its_person_is_not_absent() -> None:
    wrong = replace(row(email="ona@berzai.lt"), problem=Problem("date", "x"))
    found = plan([wrong], EVERYBODY, BERZAI, TODAY)
    assert (found.fates[0].kind, found.fates[0].problem) == ("error", Problem("date", "x"))
    assert [each.id for each in found.absent] == [12]


def test_who_leaves_later_stays_until_then() -> None:
    leaving = known(16, 2, "Vida", "vida@berzai.lt", left_on="2026-12-01")
    (only,) = plan([row(email="vida@berzai.lt")], [leaving], BERZAI, TODAY).fates
    assert only.kind == "unchanged"


@pytest.mark.parametrize(
    ("given", "person"), [(row(email="ona@berzai.lt", coordinates=True), 11), (NEW_HEAD, None)]
)
def test_who_may_not_make_coordinators_is_told_so(given: Row, person: int | None) -> None:
    may = replace(BERZAI, entrusting=frozenset({3, 4}))
    assert fate(given, may) == ("error", person, 2, (), Problem("coordinator"))
    assert fate(replace(given, place=("", "3")), may)[0] in ("new", "moved")


def test_whoever_coordinates_there_already_is_unchanged_and_elsewhere_is_not() -> None:
    head = replace(ONA, coordinates=True)
    here, there = (
        row(email="ona@berzai.lt", coordinates=True),
        row(place=("4", ""), email="ona@berzai.lt", coordinates=True),
    )
    found = [plan([each], [head], BERZAI, TODAY).fates[0] for each in (here, there)]
    assert [each.kind for each in found] == ["unchanged", "moved"]
    assert [change.what for change in found[1].changes] == ["place", "coordinates"]


@pytest.mark.parametrize(
    "second",
    [
        row(3, email="ona@berzai.lt", name="Kita"),
        row(3, email="kita@berzai.lt", name="Kita Kitaitė", number="99"),
    ],
)
def test_two_rows_for_one_person_are_both_in_doubt(second: Row) -> None:
    first = row(2, email="ona@berzai.lt", number="99")
    found = plan([first, second], EVERYBODY, BERZAI, TODAY)
    assert [each.kind for each in found.fates] == ["doubt", "doubt"]
    assert found.counts == {**dict.fromkeys(KINDS, 0), "doubt": 2}


def test_two_people_of_one_name_in_one_file_are_two_people() -> None:
    rows = [row(2, email="ona@berzai.lt"), row(3, email="ona2@berzai.lt", name="Ona Onaitė")]
    assert [each.kind for each in plan(rows, EVERYBODY, BERZAI, TODAY).fates] == ["unchanged", "new"]


@pytest.mark.parametrize(
    ("rows", "reach", "absent"),
    [
        ([row(email="ona@berzai.lt")], BERZAI, [12]),
        ([row(email="ona@berzai.lt")], ALL, [12]),
        ([row(email="petras@gluosniai.lt")], ALL, []),
        ([row(email="a@b.lt", name="A", place=("2", ""))], ALL, [11, 12]),
        ([replace(row(), problem=Problem("too_long"))], ALL, []),
    ],
)
def test_who_is_absent(rows: list[Row], reach: Reach, absent: list[int]) -> None:
    assert [each.id for each in plan(rows, EVERYBODY, reach, TODAY).absent] == absent


def test_what_stands_alone_is_its_own_house() -> None:
    assert [house(PLACES, each) for each in (1, 2, 3, 6, 7)] == [1, 2, 2, 5, 7]


words = st.sampled_from(["", "a", "b", "Ona Onaitė"])
emails = st.sampled_from(
    ["ona@berzai.lt", "jonas@berzai.lt", "a@berzai.lt", "b@vaikai.lt", "petras@gluosniai.lt"]
)
rows = st.builds(
    Row,
    st.integers(2, 99),
    st.builds(Said, name=words.map(lambda each: each or None), email=emails, number=words, job=words),
    st.sampled_from([("", ""), ("2", ""), ("", "Saugykla"), ("5", "")]),
    st.booleans(),
)


@calm
@given(st.lists(rows, max_size=6))
def test_the_same_file_again_changes_nothing(given: list[Row]) -> None:
    first = plan(given, EVERYBODY, ALL, TODAY)
    again = plan(given, after(first), ALL, TODAY)
    same = {"new": "unchanged", "changed": "unchanged", "moved": "unchanged"}
    assert [each.kind for each in again.fates] == [same.get(each.kind, each.kind) for each in first.fates]
    assert all(each.problem for each in first.fates if each.kind in ("doubt", "error"))


def after(found: Plan) -> list[Known]:
    """The people as the plan leaves them."""
    there = {each.id: each for each in EVERYBODY}
    for number, each in enumerate(found.fates, 100):
        if each.kind == "new" and each.place is not None:
            said = replace(BLANK, **{what: word for what in WORDS if (word := getattr(each.row.said, what))})
            there[number] = Known(number, each.place, said, each.row.coordinates)
        elif each.kind in ("changed", "moved") and each.person and each.place:
            was = there[each.person]
            said = replace(was.said, **{one.what: one.new for one in each.changes if one.what in WORDS})
            coordinates = each.row.coordinates or (was.coordinates and was.place == each.place)
            there[each.person] = Known(was.id, each.place, said, coordinates)
    return list(there.values())
