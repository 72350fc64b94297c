"""Registrations that have to be approved of: their order is kept, and everybody is told; on both stores."""

from functools import partial

import pytest

from actions import approve
from domain.message import Notice
from domain.organisation import Scope
from storage import pools, registrations
from storage.audit import AUDIT
from storage.database import Connection, Database
from storage.errors import NotFound
from tests.actions import hall
from tests.actions.hall import HOUR, MINUTE, START, Hall
from tests.actions.talk import Talk
from tests.storage.samples import MONDAY, rows


async def settle(database: Database, held: Hall, do: str, *those: int) -> int:
    """By people, for their registrations' numbers."""

    def unit(tx: Connection) -> int:
        found = (registrations.of(tx, held.webinar, each) for each in those)
        numbers = [each.id for each in found if each]
        act = approve.approve if do == "approve" else approve.refuse
        return act(tx, held.scope, held.webinar, numbers, MONDAY)

    return await database.write(unit)


def said(messages: list[object]) -> list[str]:
    return [line.text for each in messages if isinstance(each, Notice) for line in each.lines]


async def test_who_came_first_sits_whoever_is_approved_first(database: Database) -> None:
    held = await hall.opened(database, approves=True, capacity=2)
    ana, ben, cid, dan = await hall.guests(database, held.land.library, "ana", "ben", "cid", "dan")
    talk = Talk(database, "ana")
    assert await talk.says("/register 1") == ["registered.asked+webinar.title+webinar.when+webinar.you_asked"]
    assert await talk.says("/webinars") == ["webinars.head+webinars.asked_line"]
    assert [await hall.come(database, held, who) for who in (ben, cid, dan, ben)] == [
        *("asked", "asked", "asked"),
        "already",
    ]
    assert await settle(database, held, "approve", dan, cid) == 2
    assert await hall.standing(database) == {ana: "asked", ben: "asked", cid: "seated", dan: "seated"}
    assert await settle(database, held, "approve", ben, ana, dan) == 2  # dan is done; it is a double click
    assert (await hall.standing(database))[ana] == "waiting"
    for name, word in (("ana", "approved.waiting"), ("ben", "approved.waiting"), ("cid", "approved.seated")):
        assert said(list(await Talk(database, name).written("webinar:"))) == [word]
    await hall.go(database, held, cid)
    assert await hall.standing(database) == {ana: "seated", ben: "waiting", cid: "gone", dan: "seated"}
    log = await rows(
        database, AUDIT.c.number, AUDIT.c.about_id, AUDIT.c.person_id, where=AUDIT.c.what == "seat.approved"
    )
    assert [row[1:] for row in log] == [(each, held.scope.person) for each in (cid, dan, ana, ben)]


async def test_who_is_not_approved_is_told_and_nobody_else_can_say_so(database: Database) -> None:
    held = await hall.opened(database, approves=True)
    ana, ben = await hall.guests(database, held.land.library, "ana", "ben")
    for who in (ana, ben):
        await hall.come(database, held, who)
    assert await settle(database, held, "refuse", ana) == 1
    assert await settle(database, held, "refuse", ana) == 0
    assert said(list(await Talk(database, "ana").written("webinar:"))) == ["approved.not"]
    assert await hall.standing(database) == {ana: "gone", ben: "asked"}
    below = Scope(held.scope.person, frozenset({held.land.library}), frozenset({"see", "act"}))
    for act in (approve.approve, approve.refuse):
        with pytest.raises(NotFound):
            await database.write(partial(act, scope=below, webinar=1, those=[2], now=MONDAY))
    assert await Talk(database, "ben").says("/cantcome 1") == ["registered.left+webinar.title"]
    assert await settle(database, held, "approve", ben) == 0


async def test_near_the_start_an_approved_seat_is_held_and_after_it_nothing_is(database: Database) -> None:
    held = await hall.opened(database, approves=True)
    ana, ben = await hall.guests(database, held.land.library, "ana", "ben")
    for who in (ana, ben):
        await hall.come(database, held, who)

    def late(tx: Connection, number: int) -> int:
        now = START - 2 * HOUR if number == 1 else START
        return approve.approve(tx, held.scope, 1, [number], now) + approve.refuse(
            tx, held.scope, 1, [number], START
        )

    assert await database.write(partial(late, number=1)) == 1
    assert await database.write(partial(late, number=2)) == 0
    assert await hall.standing(database) == {ana: "offered", ben: "asked"}


async def test_when_nobody_has_to_approve_any_more_they_wait_as_they_came(database: Database) -> None:
    held = await hall.opened(database, approves=True, capacity=1)
    ana, ben = await hall.guests(database, held.land.library, "ana", "ben")
    for who in (ana, ben):
        await hall.come(database, held, who)
    await hall.change(database, held, approves=False)
    await hall.look(database, MONDAY + MINUTE)
    assert await hall.standing(database) == {ana: "seated", ben: "waiting"}


async def test_seats_are_given_in_parts_and_nobody_overtakes(database: Database) -> None:
    held = await hall.opened(database, capacity=1)
    guests = await hall.guests(database, held.land.library, *(f"g{each:03}" for each in range(206)))
    for who in guests[:205]:
        await hall.come(database, held, who)
    await hall.change(database, held, capacity=203)
    assert await hall.come(database, held, guests[205]) == "waiting"  # the first 200 of those who waited sit
    states = list((await hall.standing(database)).values())
    assert (states[:201], set(states[201:])) == (["seated"] * 201, {"waiting"})
    await hall.look(database, MONDAY)
    states = list((await hall.standing(database)).values())
    assert (set(states[:203]), set(states[203:])) == ({"seated"}, {"waiting"})


async def test_kept_seats_are_counted_by_place(database: Database) -> None:
    held = await hall.opened(database, capacity=3)
    near = await hall.guests(database, held.land.unit, "ana", "ben")
    [far] = await hall.guests(database, held.land.other, "cid")
    for who in (*near, far):
        await hall.come(database, held, who)
    await hall.change(database, held, kept={held.land.library: 2})
    found = await database.read(partial(pools.places, webinar=1))
    assert found == {held.land.unit: 2, held.land.other: 1}
    line = await database.read(partial(registrations.active, webinar=1))
    assert [each.pool for each in line] == [held.land.library, held.land.library, None]
