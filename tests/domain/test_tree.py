"""The tree of organisations: what holds where, what may stand where, and that it stays a tree."""

from dataclasses import fields, replace
from datetime import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import tree
from domain.days_off import read
from domain.organisation import HOME
from domain.tree import LEVELS, LIMITS, TOP, Level, Misplaced, Own, Place, effective
from tests.domain import strategies as may_be
from tests.domain.strategies import calm

LT = Own(country="LT", contact="Rūta")
PLACES = {
    1: Place(1, "Lietuva", "country", None, LT),
    2: Place(2, "Bibliotekos", "sector", 1, Own(cap=2, opens=time(9))),
    3: Place(3, "Gluosnių biblioteka", "organisation", 2, Own(contact="Ona")),
    4: Place(4, "Vaikų skyrius", "unit", 3, Own(closes=time(17))),
    5: Place(5, "Muziejus", "organisation", 1, Own()),
    6: Place(6, "Norge", "country", None, replace(LT, country="NO")),
}


def test_what_is_not_set_holds_as_above() -> None:
    assert tree.settings(PLACES)[4] == Own(
        "LT", "Europe/Vilnius", "lt", "Ona", "", time(9), time(17), 2, 3, (), (), 0, (), ()
    )
    assert tree.settings(PLACES)[5] == Own(
        "LT", "Europe/Vilnius", "lt", "Rūta", "", time(8), time(18), 3, 3, (), (), 0, (), ()
    )


@pytest.mark.parametrize(
    ("what", "name", "where", "value"),
    [
        (4, "cap", 2, 2),
        (4, "zone", 1, "Europe/Vilnius"),
        (4, "keep", None, 3),
        (3, "contact", 3, "Ona"),
        (5, "domains", None, ()),
        (1, "domains", 1, ("lt.lt",)),
        (5, "approver_above", 1, 50),
        (4, "approver_above", 3, 20),
        (2, "approver_above", 1, 50),
        (4, "messengers", 1, ("web",)),
        (3, "days_off", 1, ("06-24",)),
        (4, "days_off", 4, ("06-24", "2026-12-21..2026-12-31")),
    ],
)
def test_what_holds_is_known_with_where_it_is_set(
    what: int, name: str, where: int | None, value: object
) -> None:
    """A domain is of the place alone where it is set; of a limit the stricter holds, and days off come together."""
    top = replace(LT, domains=("lt.lt",), approver_above=50, messengers=("web",), days_off=read(["06-24"]))
    places = tree.changed(PLACES, 1, top)
    places = tree.changed(
        places, 2, replace(PLACES[2].own, approver_above=200, messengers=("telegram", "web"))
    )
    places = tree.changed(places, 3, replace(PLACES[3].own, approver_above=20))
    places = tree.changed(places, 4, replace(PLACES[4].own, days_off=read(["2026-12-21..2026-12-31"])))
    sayer = tree.sayer(places, what, name)
    assert (sayer.id if sayer else None, tree.at(places, what, name)) == (where, value)


def test_each_level_can_have_the_lower_ones_under_it_and_a_unit_units() -> None:
    assert [tree.levels_under(PLACES[each]) for each in (1, 2, 3, 4)] == [
        ("sector", "organisation", "unit"),
        ("organisation", "unit"),
        ("unit",),
        ("unit",),
    ]


def test_a_country_brings_its_zone_and_language() -> None:
    here = effective(Own(country="NO"), tree.settings(PLACES)[3])
    assert (here.zone, here.language, here.contact) == ("Europe/Oslo", "nb", "Ona")
    here = effective(Own(country="NO", language="en"), tree.settings(PLACES)[3])
    assert (here.zone, here.language) == ("Europe/Oslo", "en")


def test_the_tree_is_told_from_the_top_by_names() -> None:
    assert [each.id for each in tree.in_order(PLACES.values())] == [1, 2, 3, 4, 5, 6]
    assert [each.id for each in tree.in_order(PLACES.values(), 2)] == [2, 3, 4]
    assert [tree.depth(PLACES, PLACES[each]) for each in (1, 2, 4)] == [0, 1, 3]


@pytest.mark.parametrize(
    ("what", "above", "told"),
    [
        (2, 4, "'Bibliotekos' cannot stand under itself or under what is under it."),
        (2, 2, "'Bibliotekos' cannot stand under itself or under what is under it."),
        (4, None, "A unit is part of an organisation: say under which."),
        (2, 5, "'Muziejus' (organisation) cannot have a sector under it."),
        (5, 3, "'Gluosnių biblioteka' (organisation) cannot have an organisation under it."),
    ],
)
def test_what_cannot_stand_there_says_why(what: int, above: int | None, told: str) -> None:
    with pytest.raises(Misplaced) as caught:
        tree.moved(PLACES, what, above)
    assert str(caught.value) == told


@pytest.mark.parametrize(
    ("what", "own", "told"),
    [
        (1, Own(country="LT"), "Nothing says the contact of 'Lietuva': set it there or above it."),
        (1, Own(contact="R"), "Nothing says the country of 'Lietuva': set it there or above it."),
        (
            3,
            Own(languages=("pl", "en")),
            "The language of 'Gluosnių biblioteka' would be lt, and it offers pl, en.",
        ),
        (4, Own(closes=time(9)), "The hours of 'Vaikų skyrius' would end before they begin."),
        (
            3,
            Own(days_off=read(["01-01..03-31", "06-01..08-31", "12-01"])),
            "At 'Gluosnių biblioteka' more than 183 days of every year would be off: leave more to learn on.",
        ),
    ],
)
def test_what_would_hold_nowhere_is_refused(what: int, own: Own, told: str) -> None:
    with pytest.raises(Misplaced) as caught:
        tree.held(tree.changed(PLACES, what, own), what)
    assert str(caught.value) == told


def test_what_is_closed_holds_up_no_change_above_it() -> None:
    """It cannot be mended any more, and nothing has to hold there."""
    places = tree.changed(PLACES, 4, Own(closes=time(9)))
    assert set(tree.held({**places, 4: replace(places[4], closed=True)}, 2)) == {2, 3}


def test_a_move_takes_everything_under_it_along() -> None:
    after = tree.moved(PLACES, 2, 6)
    assert [each.id for each in tree.in_order(after.values(), 6)] == [6, 2, 3, 4]
    held = tree.held(after, 2)
    assert {number: (own.country, own.zone) for number, own in held.items()} == dict.fromkeys(
        (2, 3, 4), ("NO", "Europe/Oslo")
    )
    assert tree.held(tree.moved(PLACES, 6, None), 6) == {6: tree.settings(PLACES)[6]}
    assert tree.moved(after, 2, 1) == PLACES


owns = st.builds(
    Own,
    country=st.sampled_from([None, *HOME]),
    zone=st.sampled_from([None, "UTC"]),
    language=st.none() | may_be.languages,
    contact=st.sampled_from([None, "Rūta"]),
    opens=st.sampled_from([None, time(7), time(9)]),
    closes=st.sampled_from([None, time(16), time(20)]),
    cap=st.none() | st.integers(1, 10),
    messengers=st.sampled_from([None, (), ("web",), ("telegram",), ("telegram", "web")]),
    approver_above=st.none() | st.sampled_from([0, 1, 20, 200]),
    days_off=st.sampled_from([None, (), read(["06-24"]), read(["2026-12-21..2027-01-02"])]),
)


@st.composite
def trees(draw: st.DrawFn) -> dict[int, Place]:
    """A tree as it can be: each place under one that may have it."""
    places = dict[int, Place]()
    for number in range(1, draw(st.integers(1, 9)) + 1):
        level: Level = draw(st.sampled_from(LEVELS))
        may_have = [each for each in places.values() if fits(level, each)]
        above = draw(st.sampled_from([None, *may_have])) if level != "unit" or not may_have else may_have[0]
        if above is None and level == "unit":
            level = "organisation"
        own = draw(owns) if above else replace(draw(owns), country="LT", contact="Rūta")
        places[number] = Place(number, f"P{draw(st.integers(0, 9))}", level, above.id if above else None, own)
    return places


def fits(level: Level, above: Place | None) -> bool:
    try:
        tree.check(level, above)
    except Misplaced:
        return False
    return True


@calm
@given(trees())
def test_what_holds_is_the_nearest_that_is_set(places: dict[int, Place]) -> None:
    for number, held in tree.settings(places).items():
        assert tree.missing(held) == ()
        for each in fields(Own):
            if each.name not in LIMITS:
                assert getattr(held, each.name) == nearest(places, number, each.name)
            assert tree.at(places, number, each.name) == getattr(held, each.name)


def nearest(places: dict[int, Place], number: int | None, name: str) -> Any:
    """By climbing: the first that says it, or whose country brings it; else what holds everywhere."""
    while number is not None:
        own = places[number].own
        if getattr(own, name) is not None:
            return getattr(own, name)
        if name in ("zone", "language") and own.country is not None:
            return getattr(HOME[own.country], name)
        number = places[number].above
    return getattr(TOP, name)


def no_looser(held: Own, above: Own) -> bool:
    """Whether all that is a limit above is one here too."""
    assert held.approver_above is not None
    return (
        (not above.approver_above or 1 <= held.approver_above <= above.approver_above)
        and (not above.messengers or {*()} < {*(held.messengers or ())} <= {*above.messengers})
        and {*(above.days_off or ())} <= {*(held.days_off or ())}
    )


@calm
@given(trees())
def test_nowhere_holds_less_of_a_limit_than_above_whatever_is_set(places: dict[int, Place]) -> None:
    """Also where it was set before something above became stricter, or came from elsewhere."""
    held = tree.settings(places)
    for number, place in places.items():
        assert no_looser(held[number], held[place.above] if place.above is not None else TOP)
        for name in LIMITS:
            sayer, holds = tree.sayer(places, number, name), getattr(held[number], name)
            assert (sayer is None) == all(
                getattr(each.own, name) is None for each in tree.upward(places, number)
            )
            assert sayer is not None or holds == getattr(TOP, name)


def refused(own: Own, above: Own, name: str) -> bool:
    try:
        tree.check_limits(own, above, [name])
    except Misplaced as wrong:
        return wrong.about == name
    return False


@calm
@given(owns, owns)
def test_what_may_be_set_holds_as_it_is_set(own: Own, other: Own) -> None:
    """And what may not be would hold otherwise: nobody sets what does not come to pass."""
    above = effective(replace(other, country="LT", contact="Rūta"))
    for name in ("messengers", "approver_above"):
        said, holds = getattr(own, name), getattr(effective(own, above), name)
        assert refused(own, above, name) == (said not in (None, ()) and holds != said)
    assert not refused(own, above, "days_off")


ABOVE = "Above this place what is for more than 200 people is approved by a second person: here it can be 1 to 200,"


@pytest.mark.parametrize(
    ("own", "told"),
    [
        (
            Own(approver_above=201),
            f"{ABOVE} and not 201.",
        ),
        (
            Own(approver_above=0),
            f"{ABOVE} and not 0.",
        ),
        (
            Own(messengers=("web", "telegram")),
            "Above this place only web may be used: choose from these.",
        ),
    ],
)
def test_what_is_set_above_is_not_loosened_below(own: Own, told: str) -> None:
    above = effective(replace(LT, approver_above=200, messengers=("web",)))
    with pytest.raises(Misplaced) as caught:
        tree.check_limits(own, above, LIMITS)
    assert str(caught.value) == told


@calm
@given(trees(), st.data())
def test_any_move_leaves_a_tree_with_the_same_places(places: dict[int, Place], data: st.DataObject) -> None:
    what, above = data.draw(st.sampled_from(list(places))), data.draw(st.sampled_from([None, *places]))
    try:
        after = tree.moved(places, what, above)
    except Misplaced:
        return
    assert sorted(each.id for each in tree.in_order(after.values())) == sorted(places)
    for each in after.values():
        assert fits(each.level, after[each.above] if each.above is not None else None)
