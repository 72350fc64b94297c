"""The tree of organisations in the store: what holds follows what is set and moved, for people and coordinators."""

import asyncio
from collections.abc import Callable
from datetime import time
from functools import partial
from typing import Any

import pytest

from actions.enlist import NotEnlisted, add_organisation, move, set_here
from domain import tree
from domain.organisation import Organisation
from domain.tree import Own
from storage import organisations, people, roles
from storage.audit import AUDIT
from storage.database import Connection, Database
from tests.storage.samples import MONDAY, rows

COUNTRY = Own(country="LT", contact="Rūta")


def planted(tx: Connection) -> dict[str, int]:
    """A country with a sector, in it a library with a unit; another country with nothing under it."""
    add = partial(add_organisation, tx, now=MONDAY)
    lietuva = add("Lietuva", COUNTRY, "country")
    norge = add("Norge", Own(country="NO", contact="Ingrid"), "country")
    sector = add("Bibliotekos", Own(cap=2, sector="libraries"), "sector", lietuva)
    library = add("Biblioteka", Own(contact="Ona"), above=sector)
    unit = add("Vaikų skyrius", Own(opens=time(9)), "unit", library)
    return {"lietuva": lietuva, "norge": norge, "sector": sector, "library": library, "unit": unit}


def found(tx: Connection, number: int) -> Organisation:
    there = organisations.find(tx, number)
    assert there
    return there


async def test_what_is_set_above_holds_below_until_it_is_taken_back(database: Database) -> None:
    def change(tx: Connection) -> list[tuple[Any, ...]]:
        at, seen = planted(tx), []
        email = "u@a.example"
        person = people.add(tx, organisation=at["unit"], name="U", email=email, language="lt")
        changes: list[tuple[str, dict[str, Any]]] = [
            ("lietuva", {}),
            ("lietuva", {"closes": time(16), "language": "en"}),
            ("unit", {"closes": time(20)}),
            ("sector", {"cap": None}),
            ("lietuva", {"closes": None}),
        ]
        for name, said in changes:
            set_here(tx, at[name], said, MONDAY)
            where, who = found(tx, at["library"]), people.get(tx, person).organisation
            assert where.sector == who.sector == "libraries"
            seen.append((where.closes.hour, where.cap, where.language, who.closes.hour, who.opens.hour))
        return seen

    assert await database.write(change) == [
        (18, 2, "lt", 18, 9),
        (16, 2, "en", 16, 9),
        (16, 2, "en", 20, 9),
        (16, 3, "en", 20, 9),
        (18, 3, "en", 20, 9),
    ]


async def test_whatever_is_added_stands_in_the_log(database: Database) -> None:
    """Also what a command adds, which is by nobody; a contact is a name, and names stand in no log."""
    at = await database.write(planted)
    columns = ("what", "person_id", "organisation_id", "about_id", "before", "after")
    kept = await rows(database, *(AUDIT.c[name] for name in columns))
    added = '{"above":%s,"cap":2,"sector":"libraries"}'
    assert [row for row in kept if row[2] in (at["lietuva"], at["sector"])] == [
        (
            "organisation.added",
            None,
            at["lietuva"],
            at["lietuva"],
            "{}",
            '{"above":null,"contact":"…","country":"LT"}',
        ),
        ("organisation.added", None, at["sector"], at["sector"], "{}", added % at["lietuva"]),
    ]


async def test_what_is_added_while_something_above_it_changes_holds_what_is_set(database: Database) -> None:
    at = await database.write(planted)

    def grow(tx: Connection, number: int) -> None:
        if number % 2:
            set_here(tx, at["lietuva"], {"closes": time(12 + number)}, MONDAY)
        else:
            add_organisation(tx, f"Nr. {number}", Own(), above=at["sector"], now=MONDAY)

    await asyncio.gather(*(database.write(partial(grow, number=number)) for number in range(8)))
    places = await database.read(organisations.places)
    here = [await database.read(partial(found, number=each)) for each in places]
    held = tree.settings(places)
    assert [each.closes for each in here] == [held[each.id].closes for each in here]


async def test_a_move_takes_people_and_coordinators_along(database: Database) -> None:
    def change(tx: Connection) -> tuple[Any, ...]:
        at = planted(tx)
        head = people.add(tx, organisation=at["norge"], name="H", email="h@a.example", language="nb")
        person = people.add(tx, organisation=at["unit"], name="U", email="u@a.example", language="lt")
        people.grant(tx, head, at["norge"], "coordinator")
        before = roles.of_person(tx, head)["coordinator"], people.get(tx, person).organisation.zone
        move(tx, at["sector"], at["norge"], MONDAY)
        after = roles.of_person(tx, head)["coordinator"], people.get(tx, person).organisation.zone
        set_here(tx, at["library"], {"country": "LT"}, MONDAY)
        move(tx, at["library"], None, MONDAY)
        return at, before, after, roles.of_person(tx, head)["coordinator"]

    at, before, after, last = await database.write(change)
    assert before == ({at["norge"]}, "Europe/Vilnius")
    assert after == ({at[each] for each in ("norge", "sector", "library", "unit")}, "Europe/Oslo")
    assert last == {at["norge"], at["sector"]}


def both(tx: Connection, *places: int) -> None:
    """One domain for all of them."""
    for each in places:
        set_here(tx, each, {"domains": ("b.lt", "c.lt")}, MONDAY)


WHERE = "'zinute organisation list' shows them."
REFUSED: list[tuple[Callable[[Connection, dict[str, int]], object], str]] = [
    (
        lambda tx, at: move(tx, at["sector"], at["unit"], MONDAY),
        "'Bibliotekos' cannot stand under itself or under what is under it.",
    ),
    (
        lambda tx, at: move(tx, at["unit"], None, MONDAY),
        "A unit is part of an organisation: say under which.",
    ),
    (lambda tx, at: move(tx, at["norge"], 9_999, MONDAY), f"There is no organisation 9999: {WHERE}"),
    (
        lambda tx, at: move(tx, at["library"], None, MONDAY),
        "Nothing says the country of 'Biblioteka': set it there or above it.",
    ),
    (lambda tx, _: move(tx, 9_999, None, MONDAY), f"There is no organisation 9999: {WHERE}"),
    (
        lambda tx, at: set_here(tx, at["unit"], {"cap": 11}, MONDAY),
        "From 1 to 10 messages may come by themselves on a day, and not 11.",
    ),
    (
        lambda tx, at: set_here(tx, at["unit"], {"domains": ("a b.lt",)}, MONDAY),
        "'a b.lt' is no domain of e-mail addresses: write it as berzai.lt.",
    ),
    (
        lambda tx, at: both(tx, at["unit"], at["sector"]),
        "The domain b.lt is of 'Vaikų skyrius' already: take it back there first.",
    ),
    (
        lambda tx, at: set_here(tx, at["unit"], {"zone": "Mars"}, MONDAY),
        "There is no time zone 'Mars': use a name such as Europe/Vilnius.",
    ),
    (
        lambda tx, at: set_here(tx, at["lietuva"], {"contact": None}, MONDAY),
        "Nothing says the contact of 'Lietuva': set it there or above it.",
    ),
    (
        lambda tx, at: add_organisation(tx, "X", Own(country="DE"), above=at["sector"], now=MONDAY),
        "There is no country 'DE' here: use LT, PL, NO.",
    ),
    (
        lambda tx, _: add_organisation(tx, "X", Own(country="LT"), now=MONDAY),
        "Nothing says the contact of 'X': set it there or above it.",
    ),
    (
        lambda tx, at: add_organisation(tx, " \n", Own(), above=at["sector"], now=MONDAY),
        "An organisation has a name: write it, such as 'Beržų biblioteka'.",
    ),
    (
        lambda tx, at: add_organisation(tx, "X", Own(), above=at["unit"], now=MONDAY),
        "'Vaikų skyrius' (unit) cannot have an organisation under it.",
    ),
]


@pytest.mark.parametrize(("what", "told"), REFUSED)
async def test_what_cannot_be_leaves_everything_as_it_was(sqlite: Database, what: Any, told: str) -> None:
    at = await sqlite.write(planted)
    before = await sqlite.read(organisations.places), await sqlite.read(partial(found, number=at["unit"]))
    with pytest.raises(NotEnlisted) as caught:
        await sqlite.write(lambda tx: what(tx, at))
    assert str(caught.value) == told
    assert before == (
        await sqlite.read(organisations.places),
        await sqlite.read(partial(found, number=at["unit"])),
    )
