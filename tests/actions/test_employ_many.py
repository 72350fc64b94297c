"""Many who work at two organisations are looked at, and given something, at once; and what is the main one's alone."""

from dataclasses import replace
from functools import partial

from actions import edit_person, employ
from domain.organisation import Scope
from storage import employments, given, listing, people, roster
from storage.database import Connection, Database
from storage.listing import Part
from tests.actions.land import Land, person, settle
from tests.actions.test_employ import name_her, own_domain, planted
from tests.storage.samples import MONDAY
from tests.storage.test_many_messages import listening


async def test_many_who_leave_are_looked_at_at_once(database: Database) -> None:
    """Two of each lot work at the other organisation too, and go on there."""

    def leave(tx: Connection, land: Land, names: list[str]) -> int:
        those = [person(tx, land.library, name) for name in names]
        for each in those[:2]:
            employments.add(tx, each, land.other, {}, MONDAY, agreed=True)
        known = [each for each in roster.known(tx, [land.library]) if each.id in those]
        left = [replace(each, said=replace(each.said, left_on="2026-11-20")) for each in known]
        roster.change(tx, left)
        with listening(tx) as heard:
            employ.ended(tx, left, MONDAY)
        assert [people.get(tx, each).organisation.id == land.other for each in those] == [
            each in names[:2] for each in names
        ]
        return len(heard)

    def both(tx: Connection) -> tuple[int, int]:
        land = settle(tx)
        return leave(tx, land, list("abc")), leave(tx, land, list("defghijklm"))

    few, many = await database.write(both)
    assert few == many


async def test_when_somebody_is_away_is_said_at_their_main_organisation_alone(database: Database) -> None:
    """A leave may be an illness."""
    two = await database.write(planted)
    await database.write(partial(own_domain, place=two.land.other))
    await database.within(two.there).write(partial(name_her, two=two))
    away = {"leave_from": "2026-12-01", "leave_until": "2026-12-11"}
    await database.write(partial(edit_person.change, by=None, person=two.nurse, cells=away, now=MONDAY))

    def said(tx: Connection, who: Scope) -> list[tuple[str, str]]:
        found = listing.everybody(tx, who, Part(only=two.nurse))
        return [(each.leave_from, each.leave_until) for each in found]

    assert await database.read(partial(said, who=two.here)) == [("2026-12-01", "2026-12-11")]
    assert await database.read(partial(said, who=two.there)) == [("", "")]


async def test_what_an_assignment_gives_many_is_kept_at_once(database: Database) -> None:
    def give(tx: Connection, land: Land, names: list[str]) -> int:
        those = [person(tx, land.library, name) for name in names]
        works = {each: employments.add(tx, each, land.other, {}, MONDAY, agreed=True) for each in those}
        gifts = {(each, land.week): frozenset({work, None}) for each, work in works.items()}
        with listening(tx) as heard:
            given.keep(tx, gifts)
        assert given.of(tx, those) == gifts
        given.keep(tx, {each: frozenset({None}) for each in gifts})
        assert given.of(tx, those) == {}
        return len(heard)

    def both(tx: Connection) -> tuple[int, int]:
        land = settle(tx)
        return give(tx, land, list("abc")), give(tx, land, list("defghijklm"))

    few, many = await database.write(both)
    assert few == many
