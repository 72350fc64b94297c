"""A session that nobody is left to hold: who is told, and until when the list of webinars says so; on both stores."""

from functools import partial

import pytest

from storage import leads, people
from storage.database import Connection, Database
from tests.actions import hall
from tests.actions.hall import HOUR, START
from tests.actions.land import person
from tests.actions.talk import Talk
from tests.actions.test_lead import trained
from tests.storage.samples import MONDAY


async def left(database: Database, webinar: int, *, late: bool = False) -> bool:
    now = START + HOUR if late else MONDAY
    return webinar in await database.read(partial(leads.nobody_left, webinars=[webinar], now=now))


async def test_the_nearest_coordinator_is_told_though_somebody_may_act_everywhere(database: Database) -> None:
    held, _ = await trained(database)

    def grant(tx: Connection) -> None:
        people.grant(tx, person(tx, held.land.library, "root"), held.land.library, "platform")
        people.grant(tx, person(tx, held.land.country, "cora"), held.land.country, "coordinator")

    await database.write(grant)
    await hall.look(database, MONDAY)
    assert len(list(await Talk(database, "cora").written("webinar:"))) == 1
    assert list(await Talk(database, "root").written("webinar:")) == []


@pytest.mark.parametrize("seeking", [True, False])
async def test_it_is_said_until_it_is_solved_or_over(database: Database, *, seeking: bool) -> None:
    held, [ana] = await trained(database, "ana", seeking=seeking)
    assert not await left(database, held.webinar)
    if seeking:
        await hall.look(database, MONDAY)
        assert not await left(database, held.webinar)
        assert await Talk(database, "ana").says("/lead 1") == ["leading.accepted"]
    else:
        await hall.change(database, held, trainer=ana)
    assert await Talk(database, "ana").says("/notlead 1 susirgau") == ["leading.given_back"]
    await hall.look(database, MONDAY)
    assert await left(database, held.webinar)
    assert not await left(database, held.webinar, late=True)
    await hall.change(database, held, minutes=50, seeking=False)
    assert not await left(database, held.webinar)
