"""Roles given and taken back: by whoever runs the installation, and by those who manage a place."""

import asyncio
from collections.abc import Callable
from functools import partial

import pytest
from sqlalchemy import update

from actions.entrust import Outcome, give, take
from domain import rights
from domain.organisation import Scope
from domain.rights import Grant, Role
from domain.tree import Own
from storage import audit, organisations, people, roles, sessions
from storage.audit import AUDIT
from storage.database import Connection, Database
from storage.organisations import ORGANISATION
from storage.people import PERSON
from tests.storage import stores
from tests.storage.samples import MONDAY, Town, rows, settle_down


def scope(tx: Connection, person: int) -> Scope:
    """What the authenticator makes of the person's roles."""
    where = rights.held(roles.of_person(tx, person))
    return Scope(person, where.get("see", frozenset()), frozenset(where), where)


def by(person: int, change: Callable[..., Outcome], grant: Grant) -> Callable[[Connection], Outcome]:
    return lambda tx: change(tx, grant, scope(tx, person), MONDAY)


async def settled(database: Database, *grants: tuple[str, Role, str]) -> Town:
    def write(tx: Connection) -> Town:
        town = settle_down(tx)
        for person, role, place in grants:
            people.grant(tx, getattr(town, person), getattr(town, place), role)
        return town

    return await database.write(write)


async def test_whoever_runs_it_gives_and_takes_every_role(database: Database) -> None:
    town = await settled(database)
    for role in rights.ROLES:
        grant = Grant(town.ana, role, town.here)
        done = [
            await database.write(partial(change, grant=grant, by=None, now=MONDAY))
            for change in (give, give, take, take)
        ]
        assert done == ["given", "had", "taken", "none"]
    assert await database.read(partial(roles.of_person, person=town.ana)) == {}


async def test_a_role_holds_there_and_under_it_and_a_platforms_everywhere(database: Database) -> None:
    town = await settled(database, ("ana", "coordinator", "here"), ("ana", "auditor", "elsewhere"))

    def look(tx: Connection) -> tuple[int, dict[Role, frozenset[int]], dict[Role, frozenset[int]]]:
        unit = organisations.add_place(tx, "U", Own(), "unit", town.here)
        people.grant(tx, town.ben, town.elsewhere, "platform")
        return unit, roles.of_person(tx, town.ana), roles.of_person(tx, town.ben)

    unit, ana, ben = await database.write(look)
    assert ana == {"coordinator": {town.here, unit}, "auditor": {town.elsewhere}}
    assert ben == {"platform": {town.here, unit, town.elsewhere}}


@pytest.mark.parametrize(
    ("role", "place", "told"),
    [
        ("coordinator", "here", "given"),
        ("administrator", "here", "given"),
        ("author", "here", "refused"),
        ("platform", "here", "refused"),
        ("coordinator", "elsewhere", "refused"),
    ],
)
async def test_an_administrator_gives_what_is_theirs(
    database: Database, role: Role, place: str, told: str
) -> None:
    town = await settled(database, ("ana", "administrator", "here"), ("ana", "coordinator", "elsewhere"))
    grant = Grant(town.ben, role, getattr(town, place))
    assert await database.write(by(town.ana, give, grant)) == told
    kept = await rows(database, AUDIT.c.person_id, AUDIT.c.what)
    assert kept == ([(town.ana, "role.given")] if told == "given" else [])


async def test_others_roles_are_not_theirs_to_take(database: Database) -> None:
    town = await settled(database, ("ana", "administrator", "here"), ("kari", "coordinator", "elsewhere"))
    grant = Grant(town.kari, "coordinator", town.elsewhere)
    assert await database.write(by(town.ana, take, grant)) == "refused"
    assert await database.read(partial(roles.of_person, person=town.kari)) != {}


@pytest.mark.parametrize(
    ("others", "told"),
    [
        ((), "last"),
        ((("ben", "coordinator", "here"),), "last"),
        ((("kari", "administrator", "elsewhere"),), "last"),
        ((("ben", "administrator", "here"),), "taken"),
        ((("kari", "platform", "elsewhere"),), "taken"),
    ],
)
async def test_the_last_administrator_stays(
    database: Database, others: tuple[tuple[str, Role, str], ...], told: str
) -> None:
    town = await settled(database, ("ana", "administrator", "here"), *others)
    grant = Grant(town.ana, "administrator", town.here)
    assert await database.write(by(town.ana, take, grant)) == told
    held = await database.read(partial(roles.of_person, person=town.ana))
    assert ("administrator" in held) == (told == "last")


@pytest.mark.parametrize("gone", [{"left_on": "2020-01-01"}, {"erased_at": MONDAY}])
async def test_who_is_not_there_any_more_is_no_administrator_who_is_left(
    database: Database, gone: dict[str, object]
) -> None:
    town = await settled(database, ("ana", "administrator", "here"), ("ben", "administrator", "here"))
    goes = update(PERSON).where(PERSON.c.id == town.ben).values(**gone)
    await database.write(lambda tx: tx.execute(goes))
    grant = Grant(town.ana, "administrator", town.here)
    assert await database.write(by(town.ana, take, grant)) == "last"


async def test_somebody_above_can_give_it_again(database: Database) -> None:
    town = await settled(database, ("ana", "administrator", "here"), ("kari", "administrator", "elsewhere"))

    def move(tx: Connection) -> int:
        here = ORGANISATION.c.id == town.here
        return tx.execute(ORGANISATION.update().where(here).values(above_id=town.elsewhere)).rowcount

    await database.write(move)
    grant = Grant(town.ana, "administrator", town.here)
    assert await database.write(by(town.ana, take, grant)) == "taken"


async def test_of_two_who_take_their_own_at_once_one_stays(database: Database) -> None:
    town = await settled(database, ("ana", "administrator", "here"), ("ben", "administrator", "here"))
    async with stores.again(database) as second:
        done = await asyncio.gather(
            database.write(by(town.ana, take, Grant(town.ana, "administrator", town.here))),
            second.write(by(town.ben, take, Grant(town.ben, "administrator", town.here))),
        )
    assert sorted(done) == ["last", "taken"]


async def test_who_was_signed_in_signs_in_anew_with_another_role(database: Database) -> None:
    town = await settled(database, ("ana", "administrator", "here"))

    def alive(tx: Connection) -> list[bool]:
        return [sessions.alive(tx, name, MONDAY) is not None for name in ("ana", "ben")]

    def start(tx: Connection) -> None:
        for name in ("ana", "ben"):
            sessions.start(tx, person=getattr(town, name), token=name, now=MONDAY)

    await database.write(start)
    await database.write(by(town.ana, give, Grant(town.ana, "trainer", town.here)))
    assert await database.read(alive) == [True, True]
    await database.write(by(town.ana, give, Grant(town.ben, "trainer", town.here)))
    assert await database.read(alive) == [True, False]


async def test_the_log_says_who_gave_what_to_whom_where(database: Database) -> None:
    town = await settled(database, ("ana", "administrator", "here"))
    grant = Grant(town.ben, "trainer", town.here)
    for change in (give, take):
        await database.write(by(town.ana, change, grant))
    await database.write(partial(give, grant=grant, by=None, now=MONDAY))
    found = await database.read(lambda tx: audit.page(tx, scope(tx, town.ana), audit.Wanted()))
    told = [(each.who, each.what, each.about, each.organisation, each.before, each.after) for each in found]
    which, nothing = {"role": "trainer"}, dict[str, str]()
    assert told == [
        (None, "role.given", town.ben, town.here, nothing, which),
        (town.ana, "role.taken", town.ben, town.here, which, nothing),
        (town.ana, "role.given", town.ben, town.here, nothing, which),
    ]
