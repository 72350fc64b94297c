"""That somebody joined is undone, on both stores: nothing of what was begun there goes any further."""

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import Connection

from actions.invite import invite
from actions.undo_joining import NotTheirs, undo
from domain.organisation import Scope
from domain.rights import Grant
from storage import addresses, bindings, erasures, roles
from storage.addresses import ADDRESS
from storage.bindings import Wanted
from storage.database import Database
from storage.outbox import OUTBOX
from storage.people import PERSON
from tests.actions.entry import codes_in, invited, scope, talk
from tests.storage.samples import MONDAY, rows

KEY = b"k" * 32
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SENT = "join.code_sent+join.nothing_came"
CODE = "AAAAAAAAAAAAAAAAAAAAAA"


async def test_what_was_undone_gets_nothing_more_and_can_be_invited_again(database: Database) -> None:
    town = await invited(database)
    thief = talk(database, "thief")
    await thief.join(CODE)
    ((place,),) = await rows(database, ADDRESS.c.id, where=ADDRESS.c.key == "thief")
    look = partial(bindings.entrants, scope=scope(town), wanted=Wanted(MONDAY), most=9)
    before = {each.person: each.state for each in await database.read(look)}
    assert before[town.ana] == "joined"
    elsewhere = partial(undo, address=place, now=MONDAY)
    assert await database.write(partial(elsewhere, scope=Scope(0, frozenset()))) is None
    role = Grant(town.ana, "administrator", town.here)
    await database.write(partial(roles.give, grant=role))
    with pytest.raises(NotTheirs):
        await database.write(partial(elsewhere, scope=scope(town)))
    await database.write(partial(roles.take, grant=role))
    undone = await database.write(partial(elsewhere, scope=scope(town)))
    assert undone
    assert undone.person == town.ana
    assert await database.write(partial(elsewhere, scope=scope(town))) is None
    waiting = OUTBOX.c.state.in_(("ready", "waiting"))
    assert await rows(database, OUTBOX.c.id, where=waiting & (OUTBOX.c.address_id == place)) == []
    assert await database.read(lambda tx: addresses.of_person(tx, town.ana)) is None
    assert await rows(database, PERSON.c.consented_at, where=PERSON.c.id == town.ana) == [(None,)]
    assert await thief.says("/continue") == ["join.stranger"]
    assert await thief.says(f"/start {CODE}") == ["join.used_code"]
    again = partial(invite, person=town.ana, programme=town.programme, code="again", now=MONDAY)
    await database.write(again)
    ana = talk(database)
    assert (await ana.says("/start again"), await ana.says("/yes")) == (["join.who"], ["join.privacy"])
    assert (await ana.says("/agree"))[0] == "join.welcome"


async def test_what_was_begun_where_it_was_undone_goes_no_further(database: Database) -> None:
    town = await invited(database)
    thief = talk(database, "thief")
    await thief.join(CODE)
    await thief.says("/move")
    link, _ = codes_in(thief.heard[-1:])

    def ask(tx: Connection) -> str:
        erasures.ask(tx, town.ana, MONDAY)
        return erasures.link(tx, town.ana, MONDAY)

    token = await database.write(ask)
    ((place,),) = await rows(database, ADDRESS.c.id, where=ADDRESS.c.key == "thief")
    assert await database.write(partial(undo, scope=scope(town), address=place, now=MONDAY))
    assert await database.read(partial(erasures.linked, seed=token, now=MONDAY)) is None
    assert await database.read(partial(erasures.due, most=9, now=MONDAY + HOUR)) == []
    assert await talk(database, "other").says(f"/start {link}") == ["join.newer_code"]


async def test_an_erasure_that_a_coordinator_asked_for_stays(database: Database) -> None:
    town = await invited(database)
    thief = talk(database, "thief")
    await thief.join(CODE)
    await database.write(partial(erasures.ask, person=town.ana, now=MONDAY, by=town.ben))
    ((place,),) = await rows(database, ADDRESS.c.id, where=ADDRESS.c.key == "thief")
    assert await database.write(partial(undo, scope=scope(town), address=place, now=MONDAY))
    assert await database.read(partial(erasures.due, most=9, now=MONDAY + HOUR)) == [town.ana]
