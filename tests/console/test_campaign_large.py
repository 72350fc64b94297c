"""A campaign of many organisations: its pages ask the store no more than for a few, and are shown in parts."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine
from starlette.applications import Starlette

from actions import launch
from actions.enlist import add_organisation
from console.app import create
from console.entrance import Entrance
from domain.organisation import Scope
from domain.texts import Texts
from domain.tree import Own
from storage import campaigns
from storage.database import Connection, Database
from tests.console.test_campaigns import HERE, KEY, Country, boss, country, post, prepared
from tests.console.town import MONDAY, Clock, Town

__all__ = ["boss", "country"]
SHOWN = 'role="rowheader"'


@pytest.fixture
def app(database: Database, texts: Texts, clock: Clock) -> Starlette:
    return create(database, texts, clock, entrance=Entrance(KEY, mails=True))


def grow(tx: Connection, country: Country, many: int, *, people: bool = True) -> None:
    """So many more organisations with a head, a unit and somebody in it."""
    town = Town(tx)
    for number in range(many):
        place = add_organisation(tx, f"Place {number:03}", Own(), above=country.top, now=MONDAY)
        if people:
            unit = add_organisation(tx, "Unit", Own(), "unit", above=place, now=MONDAY)
            town.person(unit, f"Person {number}")
            town.join(town.coordinator([place], town.person(place, f"Head {number}")))


@contextmanager
def asked() -> Iterator[list[str]]:
    """What the store is asked meanwhile."""
    heard = list[str]()

    def hear(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        heard.append(statement)

    event.listen(Engine, "before_cursor_execute", hear)
    try:
        yield heard
    finally:
        event.remove(Engine, "before_cursor_execute", hear)


async def cost(client: httpx.AsyncClient, page: str) -> int:
    await client.get(page)
    with asked() as heard:
        assert (await client.get(page)).status_code == 200
    return len(heard)


async def test_its_pages_cost_the_same_for_three_organisations_and_for_thirty(
    database: Database, boss: httpx.AsyncClient, country: Country
) -> None:
    async def costs() -> list[int]:
        draft, running = await prepared(boss, country), await prepared(boss, country)
        assert (await post(boss, running, do="start")).status_code == 303
        return [await cost(boss, page) for page in (draft, running, f"{running}/people")]

    await database.write(lambda tx: grow(tx, country, 1))
    few = await costs()
    await database.write(lambda tx: grow(tx, country, 27))
    assert await costs() == few
    several = await cost(boss, HERE)
    await prepared(boss, country)
    assert await cost(boss, HERE) == several


async def test_what_it_meets_is_what_is_counted_for_each_organisation_alone(
    database: Database, boss: httpx.AsyncClient, country: Country
) -> None:
    await database.write(lambda tx: grow(tx, country, 3))
    which = int((await prepared(boss, country)).rpartition("/")[2])

    def met(tx: Connection) -> dict[int, tuple[int, int, int]]:
        scope = Scope(country.boss, frozenset(launch.whose(tx, [country.top])), frozenset({"see", "act"}))
        campaign, stages = launch.one(tx, scope, which), campaigns.stages(tx, which)
        found = launch.met(tx, campaign, stages, MONDAY, mails=True)
        return {each.place: (each.heads, each.reached, each.people) for each in found}

    found = await database.read(met)
    assert found.pop(country.library) == (1, 1, 4)
    assert found.pop(country.museum) == (0, 0, 1)
    assert set(found.values()) == {(1, 1, 2)}


async def test_many_organisations_are_shown_in_parts(
    database: Database, boss: httpx.AsyncClient, country: Country
) -> None:
    await database.write(lambda tx: grow(tx, country, 101, people=False))
    page = await prepared(boss, country)
    first, second, beyond = [(await boss.get(f"{page}{query}")).text for query in ("", "?page=2", "?page=9")]
    assert (first.count(SHOWN), second.count(SHOWN)) == (100, 3)
    assert 'id="next"' in first
    assert 'id="previous"' not in first
    assert 'id="previous"' in second
    assert 'id="next"' not in second
    assert beyond == second
