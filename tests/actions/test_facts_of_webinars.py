"""What the chat knows of webinars: as many as there are, the store is asked no more often."""

from dataclasses import replace
from functools import partial
from typing import Any

from actions import organise
from actions.facts_of_webinars import shown_one, shown_to
from domain.webinar import Shown
from storage import people
from storage.database import Connection, Database
from tests.actions import hall
from tests.actions.hall import Hall
from tests.storage.samples import MONDAY


async def more(database: Database, held: Hall, many: int) -> list[int]:
    """So many more of one seat, led by the coordinator."""
    wanted = hall.planned(held.land, capacity=1, trainer=held.scope.person)
    return await database.write(lambda tx: organise.make(tx, held.scope, [wanted] * many, MONDAY))


async def shown(database: Database, who: int) -> tuple[Shown, ...]:
    return await database.read(lambda tx: shown_to(tx, people.get(tx, who), MONDAY))


def asked(tx: Connection, who: int) -> int:
    """How many statements it takes to show them all."""
    person, heard = people.get(tx, who), list[str]()
    driver: Any = tx.connection.dbapi_connection
    driver.set_trace_callback(heard.append)
    try:
        shown_to(tx, person, MONDAY)
    finally:
        driver.set_trace_callback(None)
    return len(heard)


async def test_more_webinars_are_not_more_statements(sqlite: Database) -> None:
    held = await hall.opened(sqlite)
    [ana] = await hall.guests(sqlite, held.land.library, "ana")
    await hall.come(sqlite, held, ana)
    few = await sqlite.read(partial(asked, who=ana))
    for each in await more(sqlite, held, 20):
        await hall.come(sqlite, replace(held, webinar=each), ana)
    assert await sqlite.read(partial(asked, who=ana)) == few > 0


async def test_each_is_shown_as_it_stands(database: Database) -> None:
    held = await hall.opened(database, capacity=3, kept={})
    [full, free] = await more(database, held, 2)
    ana, ben, cid = await hall.guests(database, held.land.library, "ana", "ben", "cid")
    for who in (ben, cid, ana):
        await hall.come(database, replace(held, webinar=full), who)
    await hall.come(database, held, ana)
    await hall.come(database, held, ben)
    found = {each.webinar.id: each for each in await shown(database, ana)}
    stands = {which: (each.mine, each.place, each.waiting, each.free) for which, each in found.items()}
    assert stands == {held.webinar: ("seated", 0, 0, 1), full: ("waiting", 2, 2, 0), free: (None, 0, 0, 1)}
    boss = await database.read(partial(people.name, person=held.scope.person))
    assert [found[each].trainer for each in (held.webinar, full, free)] == ["", boss, boss]
    one = await database.read(lambda tx: shown_one(tx, people.get(tx, ana), full, MONDAY))
    assert one == found[full]
