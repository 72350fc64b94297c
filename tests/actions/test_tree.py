"""The tree of organisations in the store: what holds follows what is set and moved, for people and coordinators."""

import asyncio
from collections.abc import Callable
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import event

from actions import tend
from actions.enlist import NotEnlisted, add_organisation, move, set_here
from domain import gate, tree
from domain.gate import Asked, WaitUntil
from domain.organisation import Organisation, Scope
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


async def test_the_messengers_of_a_place_are_those_of_the_place_above_it(database: Database) -> None:
    def change(tx: Connection) -> list[tuple[str, ...]]:
        at, seen = planted(tx), list[tuple[str, ...]]([()])
        said: list[tuple[str, tuple[str, ...] | None]] = [
            ("lietuva", ("telegram", "web")),
            ("library", ("web",)),
            ("lietuva", None),
            ("library", None),
        ]
        for name, messengers in said:
            set_here(tx, at[name], {"messengers": messengers}, MONDAY)
            seen.append(found(tx, at["unit"]).messengers)
        set_here(tx, at["norge"], {"messengers": ("telegram",)}, MONDAY)
        move(tx, at["sector"], at["norge"], MONDAY)
        return [*seen, found(tx, at["unit"]).messengers]

    every = [(), ("telegram", "web"), ("web",), ("web",), (), ("telegram",)]
    assert await database.write(change) == every


async def test_what_becomes_stricter_above_holds_below_and_nothing_set_there_is_lost(
    database: Database,
) -> None:
    def change(tx: Connection) -> list[tuple[Any, ...]]:
        at, seen = planted(tx), list[tuple[Any, ...]]()
        said: list[tuple[str, dict[str, Any]]] = [
            ("library", {"approver_above": 200, "messengers": ("telegram", "web")}),
            ("lietuva", {"approver_above": 50, "messengers": ("web",)}),
            ("library", {"contact": "Jonas"}),
            ("unit", {"approver_above": 20}),
            ("lietuva", {"approver_above": None, "messengers": None}),
        ]
        for name, own in said:
            set_here(tx, at[name], own, MONDAY)
            here = found(tx, at["library"])
            seen.append((here.approver_above, here.messengers, found(tx, at["unit"]).approver_above))
        set_here(tx, at["norge"], {"approver_above": 10, "messengers": ("telegram",)}, MONDAY)
        move(tx, at["sector"], at["norge"], MONDAY)
        here = found(tx, at["library"])
        added = found(tx, add_organisation(tx, "X", Own(), "unit", at["library"], now=MONDAY))
        return [*seen, (here.approver_above, here.messengers, added.approver_above)]

    assert await database.write(change) == [
        (200, ("telegram", "web"), 200),
        (50, ("web",), 50),
        (50, ("web",), 50),
        (50, ("web",), 20),
        (200, ("telegram", "web"), 20),
        (10, ("telegram",), 10),
    ]


async def test_days_off_of_a_place_are_those_of_all_above_it_too(database: Database) -> None:
    """And the gate holds back for all of them what comes by itself."""
    monday = datetime.fromisoformat("2026-12-21T08:00+00:00")

    def change(tx: Connection) -> tuple[Any, ...]:
        at = planted(tx)
        email = "u@a.example"
        person = people.add(tx, organisation=at["unit"], name="U", email=email, language="lt")
        set_here(tx, at["lietuva"], {"days_off": ("08-21",)}, MONDAY)
        set_here(tx, at["unit"], {"days_off": ("2026-12-21 – 2027-01-03", "08-21")}, MONDAY)
        who = people.get(tx, person)
        waits = gate.decide(monday, who, Asked("lesson", monday + timedelta(days=30)))
        set_here(tx, at["unit"], {"days_off": None}, MONDAY)
        after = found(tx, at["unit"]).days_off
        return who.organisation.days_off, found(tx, at["library"]).days_off, waits, after

    both = ("08-21", "2026-12-21..2027-01-03")
    back = datetime.fromisoformat("2027-01-04T07:30+00:00")
    told = (both, both[:1], WaitUntil(back, "closed"), both[:1])
    assert await database.write(change) == told


async def test_a_place_is_called_otherwise(sqlite: Database) -> None:
    def change(tx: Connection) -> list[str]:
        at, called = planted(tx), list[str]()
        for name in (None, "  Vaikų \n biblioteka "):
            set_here(tx, at["unit"], {}, MONDAY, name=name)
            called.append(found(tx, at["unit"]).name)
        return called

    assert await sqlite.write(change) == ["Vaikų skyrius", "Vaikų biblioteka"]
    named = await rows(sqlite, AUDIT.c.before, AUDIT.c.after, where=AUDIT.c.before.like("%name%"))
    assert named == [('{"name":"…"}', '{"name":"…"}')]


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


async def test_the_log_is_locked_before_the_tree(database: Database) -> None:
    """As whoever closes a place does: else two wait for each other."""

    def locked(tx: Connection, unit: Callable[..., object]) -> list[str]:
        said = list[str]()

        def hear(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            said.append(statement)

        event.listen(tx, "before_cursor_execute", hear)
        unit(tx, now=MONDAY)
        event.remove(tx, "before_cursor_execute", hear)
        return [each.split()[2] for each in said if each.startswith("LOCK TABLE")]

    def use(tx: Connection) -> None:
        top = add_organisation(tx, "Lietuva", Own(country="LT", contact="R"), "country", now=MONDAY)
        by = Scope(1, frozenset({top}), frozenset({"manage"}))
        units = (
            partial(add_organisation, name="Biblioteka", own=Own(), above=top),
            partial(set_here, organisation=top, said={"cap": 2}),
            partial(move, organisation=top, above=None),
            partial(tend.change, by=by, organisation=top, name="Lietuva", said={"cap": 3}),
        )
        order = ["audit", "organisation"] if tx.dialect.name == "postgresql" else []
        assert [locked(tx, unit)[:2] for unit in units] == [order] * 4

    await database.write(use)


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


def looser(tx: Connection, at: dict[str, int], above: dict[str, Any], below: dict[str, Any]) -> None:
    set_here(tx, at["lietuva"], above, MONDAY)
    set_here(tx, at["unit"], below, MONDAY)


def add_under_a_limit(tx: Connection, above: int) -> None:
    set_here(tx, above, {"approver_above": 50}, MONDAY)
    add_organisation(tx, "X", Own(approver_above=0), above=above, now=MONDAY)


ABOVE = (
    "Above this place what is for more than 50 people is approved by a second person: here it can be 1 to 50,"
)
HALF = ("01-01..04-09", "05-01..08-01")
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
        lambda tx, at: set_here(tx, at["lietuva"], {"languages": ("pl", "en")}, MONDAY),
        "The language of 'Lietuva' would be lt, and it offers pl, en.",
    ),
    (
        lambda tx, at: set_here(tx, at["unit"], {"approver_above": 1_000_001}, MONDAY),
        "Above how many people a second person approves is 1 to 1000000, or 0 for never, and not 1000001.",
    ),
    (
        lambda tx, at: set_here(tx, at["unit"], {"messengers": ("web", "email")}, MONDAY),
        "There is no messenger 'email' to learn in: use web, telegram. E-mail for codes is always allowed.",
    ),
    (
        lambda tx, at: looser(tx, at, {"messengers": ("web",)}, {"messengers": ("telegram", "web")}),
        "Above this place only web may be used: choose from these.",
    ),
    (
        lambda tx, at: looser(tx, at, {"approver_above": 50}, {"approver_above": 51}),
        f"{ABOVE} and not 51.",
    ),
    (
        lambda tx, at: add_under_a_limit(tx, at["lietuva"]),
        f"{ABOVE} and not 0.",
    ),
    (
        lambda tx, at: set_here(tx, at["unit"], {"days_off": ("Joninės",)}, MONDAY),
        "'Joninės' is no day off: write 2026-12-24, 2026-12-21..2027-01-02, or for every year 06-24.",
    ),
    (
        lambda tx, at: looser(tx, at, {"days_off": HALF[:1]}, {"days_off": HALF[1:]}),
        "At 'Vaikų skyrius' more than 183 days of every year would be off: leave more to learn on.",
    ),
    (
        lambda tx, at: set_here(tx, at["unit"], {}, MONDAY, name=" "),
        "An organisation has a name: write it, such as 'Beržų biblioteka'.",
    ),
    (
        lambda tx, at: set_here(tx, at["unit"], {}, MONDAY, name="x" * 201),
        "The name has 201 characters, so shorten it to at most 200.",
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
