"""Organisations, people, addresses and invitations in the store."""

import asyncio
from dataclasses import replace
from datetime import time, timedelta
from functools import partial

import pytest
from sqlalchemy.exc import IntegrityError

from domain.organisation import Organisation
from domain.person import DEFAULT_HOUR, WORKING_DAYS, Person
from storage import addresses, invitations, organisations, people
from storage.addresses import Address
from storage.database import Connection, Database
from storage.invitations import INVITATION, Invited
from tests.storage.samples import MONDAY, address, rows, settle_down

LATER = MONDAY + timedelta(days=14)


async def test_a_person_is_read_with_their_organisation(database: Database) -> None:
    town = await database.write(settle_down)
    here = Organisation(town.here, "Biblioteka", "LT", "Europe/Vilnius", "lt", "Rūta")
    assert await database.read(partial(organisations.find, organisation=town.here)) == here
    expected = Person(town.ana, here, "Ana Anaitė", "lt", DEFAULT_HOUR, WORKING_DAYS, None)
    assert await database.read(partial(people.get, person=town.ana)) == expected


async def test_settings_of_one_person_are_theirs_alone(database: Database) -> None:
    def change(tx: Connection) -> tuple[Person, Person, Person, Person]:
        town = settle_down(tx)
        ana, ben = people.get(tx, town.ana), people.get(tx, town.ben)
        people.set_language(tx, town.ana, "pl")
        people.set_hour(tx, town.ana, time(7, 5))
        people.set_days(tx, town.ana, frozenset({7, 1, 3}))
        people.consent(tx, town.ana, MONDAY)
        people.consent(tx, town.ana, LATER)
        return ana, people.get(tx, town.ana), ben, people.get(tx, town.ben)

    ana, changed, ben, same = await database.write(change)
    days = frozenset({1, 3, 7})
    assert changed == replace(ana, language="pl", hour=time(7, 5), days=days, consented_at=MONDAY)
    assert same == ben


async def test_a_person_is_found_by_e_mail_whatever_its_case(database: Database) -> None:
    town = await database.write(settle_down)
    forms = ("ruta@a.example", "Ona@A.Example", " JONAS@a.example\n")
    add = partial(people.add, organisation=town.here, name="R", language="lt")
    added = [await database.write(partial(add, email=each)) for each in forms]

    def find(tx: Connection) -> list[list[int | None]]:
        changed = (str.strip, str.lower, str.upper)
        return [[people.by_email(tx, change(each)) for change in changed] for each in forms]

    assert await database.read(find) == [[each] * 3 for each in added]
    assert await database.read(partial(people.by_email, email="nobody@a.example")) is None


async def test_nobody_is_added_to_an_organisation_that_is_not_there(database: Database) -> None:
    with pytest.raises(IntegrityError):
        await database.write(
            partial(people.add, organisation=10**6, name="N", email="n@a.example", language="lt")
        )


async def test_an_address_is_made_once_with_the_language_of_its_first_time(database: Database) -> None:
    def twice(tx: Connection) -> tuple[Address, Address]:
        first = addresses.find_or_add(tx, "web", "a", "pl", MONDAY)
        return first, addresses.find_or_add(tx, "web", "a", "en", LATER)

    first, again = await database.write(twice)
    assert again == first == Address(first.id, "web", "a", None, None, False, "pl", (), True)
    unknown = await database.write(lambda tx: addresses.find_or_add(tx, "telegram", "a", None, MONDAY))
    assert (unknown.id != first.id, unknown.language) == (True, None)


async def test_what_an_address_remembers(database: Database) -> None:
    def talk(tx: Connection) -> list[Address]:
        town = settle_down(tx)
        place = address(tx, "a")

        def kept(key: str) -> Address:
            return addresses.find_or_add(tx, "web", key, "en", LATER)

        seen = [kept("b")]
        addresses.talk_about(tx, place, 7, agreed_name=True)
        addresses.offer(tx, place, ("k:0", "k:1"))
        addresses.speak(tx, place, "nb")
        addresses.reach(tx, place, reachable=False)
        seen.append(kept("a"))
        addresses.bind(tx, place, town.ana)
        return [*seen, kept("a"), kept("b")]

    before, talked, bound, other = await database.write(talk)
    expected = Address(talked.id, "web", "a", None, 7, True, "nb", ("k:0", "k:1"), False)
    assert talked == expected
    assert bound == replace(expected, person=bound.person, invitation=None, agreed_name=False, reachable=True)
    assert other == before


async def test_the_last_bound_address_that_is_reachable_is_used(database: Database) -> None:
    def bind(tx: Connection) -> list[str | None]:
        town = settle_down(tx)
        places = [address(tx, key, town.ana) for key in ("first", "second")]
        address(tx, "third", town.ben)
        address(tx, "fourth")
        used = list[Address | None]()
        for unreachable in (None, places[1], places[0]):
            if unreachable:
                addresses.reach(tx, unreachable, reachable=False)
            used.append(addresses.of_person(tx, town.ana))
        return [each.key if each else None for each in used]

    assert await database.write(bind) == ["second", "first", None]


async def test_a_code_opens_its_invitation_and_is_not_stored(database: Database) -> None:
    def invite(tx: Connection) -> tuple[Invited, list[Invited | None]]:
        town = settle_down(tx)
        made = invitations.add(tx, person=town.ana, programme=town.programme, code="c0de", expires_at=LATER)
        found = [
            invitations.by_code(tx, "c0de"),
            invitations.get(tx, made),
            invitations.by_code(tx, "C0DE"),
            invitations.by_code(tx, ""),
            invitations.get(tx, made + 1),
        ]
        return Invited(made, town.ana, town.programme, LATER, way="hand"), found

    expected, found = await database.write(invite)
    assert found == [expected, expected, None, None, None]
    ((kept,),) = await rows(database, INVITATION.c.code_hash)
    assert len(kept) == 64
    assert "c0de" not in kept


async def test_a_code_belongs_to_one_invitation(database: Database) -> None:
    town = await database.write(settle_down)
    made = partial(invitations.add, programme=town.programme, code="c", expires_at=LATER)
    await database.write(partial(made, person=town.ana))
    with pytest.raises(IntegrityError):
        await database.write(partial(made, person=town.ben))


async def test_of_many_who_use_an_invitation_at_once_one_wins(database: Database) -> None:
    def invite(tx: Connection) -> tuple[int, list[int]]:
        town = settle_down(tx)
        made = invitations.add(tx, person=town.ana, programme=town.programme, code="c", expires_at=LATER)
        return made, [address(tx, f"place {number}") for number in range(20)]

    made, places = await database.write(invite)
    won = await asyncio.gather(
        *(
            database.write(partial(invitations.redeem, invitation=made, address=each, at=MONDAY))
            for each in places
        )
    )
    assert sorted(won) == [False] * 19 + [True]
    used = await database.read(partial(invitations.get, invitation=made))
    assert used is not None
    assert (used.used_at, used.used_by) == (MONDAY, places[won.index(True)])
