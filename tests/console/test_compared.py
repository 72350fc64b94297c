"""What became of an announcement beside the earlier ones of its place; and lists that say only what they show."""

from datetime import timedelta
from typing import get_args

import httpx
import pytest
from sqlalchemy import update

from actions import compose, dispatch
from actions.compose import Changed, Composed
from console.pages import announcement_list as room
from domain.audience import EVERYBODY
from domain.enclosed import Enclosed, Link
from domain.organisation import Right, Scope
from scheduler.jobs import announce
from storage import announcements
from storage.confirmations import confirm
from storage.database import Connection, Database
from storage.outbox import OUTBOX
from tests.console.conftest import Door
from tests.console.test_announcements import HERE, passed, post, written
from tests.console.test_live import base, news, signed_in
from tests.console.town import MONDAY, Cast, Clock

__all__ = ["base"]
HOUR = timedelta(hours=1)


async def gone(client: httpx.AsyncClient, cast: Cast, database: Database, clock: Clock, **form: str) -> str:
    """The page of one that has arrived."""
    page = await written(client, cast, **form)
    assert (await post(client, page, do="send")).status_code == 303
    assert await passed(database, clock) == 1
    await database.write(lambda tx: tx.execute(update(OUTBOX).values(state="sent", ended_at=clock())))
    return page


async def test_the_page_of_what_has_gone_has_the_earlier_ones_beside_it(
    coordinator: httpx.AsyncClient, cast: Cast, database: Database, clock: Clock
) -> None:
    first = await gone(coordinator, cast, database, clock, confirms="on")
    assert 'id="compared"' not in (await coordinator.get(first)).text
    number, half = int(first.rpartition("/")[2]), clock() + 2 * HOUR
    await database.write(lambda tx: confirm(tx, number, cast.learner, half))
    assert 'id="compared"' not in (await coordinator.get(first)).text  # there is nothing beside it
    second = await gone(coordinator, cast, database, clock)
    shown = " ".join((await coordinator.get(second)).text.split())
    assert shown.index("This announcement") < shown.index(f'<a href="{first}">Hello, library!</a>')
    assert "2 h" in shown
    assert 'data-stream="' not in shown
    assert 'id="compared"' not in (await coordinator.get(first)).text  # it is the first of all


async def test_the_list_has_a_page_for_what_is_older(
    coordinator: httpx.AsyncClient, cast: Cast, database: Database
) -> None:
    def many(tx: Connection) -> None:
        scope = Scope(cast.coordinator, frozenset({cast.library}), frozenset(get_args(Right)))
        for number in range(room.PAGE + 1):
            said = Composed(cast.library, {"en": f"number {number:02}"}, confirms=False, rule=EVERYBODY)
            compose.save(tx, scope, said, MONDAY, key=f"{number}")

    await database.write(many)
    newest = (await coordinator.get(HERE)).text
    assert ("number 01" in newest, "number 00" in newest) == (True, False)
    older = (await coordinator.get(f"{HERE}?before=2")).text
    assert ("number 01" in older, "number 00" in older) == (False, True)
    assert f'id="earlier" rel="next" href="{HERE}?before=2"' in newest
    assert f'id="newest" href="{HERE}"' in older


async def test_what_has_all_gone_is_looked_at_no_more(
    door: Door, database: Database, cast: Cast, base: str, clock: Clock
) -> None:
    async with signed_in(door, base, cast.coordinator) as here:
        page = await gone(here, cast, database, clock)
        async with here.stream("GET", f"{page}/live") as ours:
            heard = ours.aiter_lines()
            event, told = await news(heard)
            assert (event, told.endswith(".over")) == ("latest", True)
        assert 'data-stream="' not in (await here.get(page)).text


async def test_what_changes_between_the_look_and_the_sending_is_not_sent(
    database: Database, cast: Cast
) -> None:
    scope = Scope(cast.coordinator, frozenset({cast.library}), frozenset({"see", "act"}))
    said = Composed(cast.library, {"lt": "Labas"}, confirms=False, rule=EVERYBODY)
    which = await database.write(lambda tx: compose.save(tx, scope, said, MONDAY, key="k"))
    seen = await database.read(lambda tx: compose.mark(compose.one(tx, scope, which)))
    looked = await database.read(lambda tx: dispatch.look(tx, scope, which, None, MONDAY, seen=seen))
    other = Enclosed(links=(Link("https://other.example/"),))
    assert await database.write(lambda tx: announcements.enclose(tx, which, other, cast.coordinator))
    with pytest.raises(Changed):
        await database.write(lambda tx: dispatch.put(tx, scope, which, looked, MONDAY, mails=False))
    assert (await database.read(lambda tx: announcements.get(tx, which))).state == "draft"
    assert await announce.JOB.run(database, MONDAY + HOUR) == 0
