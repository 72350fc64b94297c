"""Who was there, of more than a page has: found by name, a page at a time, and nothing lost between two pages."""

from datetime import timedelta
from functools import partial

import httpx
import pytest
from starlette.applications import Starlette

from console.app import create
from console.pages.webinar_people import ROWS
from domain.texts import Texts
from storage import registrations
from storage.database import Connection, Database
from storage.registrations import REGISTRATION
from tests.console.conftest import Door
from tests.console.keys import entrance
from tests.console.test_webinars import HERE, made, sends
from tests.console.town import MONDAY, Cast, Clock, Town
from tests.storage.samples import rows

AFTER = MONDAY + timedelta(days=14, hours=3)
MANY = ROWS + 5


@pytest.fixture
def app(database: Database, texts: Texts, clock: Clock) -> Starlette:
    return create(database, texts, clock, entrance=entrance())


async def full(coordinator: httpx.AsyncClient, database: Database, cast: Cast) -> str:
    """A session with more than a page of people who have seats: `Žmogus 0` and so on."""
    which = await made(coordinator, cast, capacity="999")

    def come(tx: Connection) -> None:
        town = Town(tx, MONDAY)
        for number in range(MANY):
            who = town.person(cast.library, f"Žmogus {number:03}")
            comes = {"webinar": int(which), "person": who, "pool": None, "arrival": number + 1}
            registrations.put(tx, **comes, state="seated", seed=f"s{number}", due=None, now=MONDAY)  # type: ignore[arg-type]

    await database.write(come)
    return which


async def there(database: Database) -> list[bool | None]:
    return [row[1] for row in await rows(database, REGISTRATION.c.id, REGISTRATION.c.attended)]


def numbers(first: int, last: int) -> str:
    return ",".join(map(str, range(first, last + 1)))


async def test_a_page_changes_only_those_who_were_on_it(
    coordinator: httpx.AsyncClient, door: Door, database: Database, cast: Cast, clock: Clock
) -> None:
    which = await full(coordinator, database, cast)
    clock.at = AFTER
    async with door.signed_in(cast.coordinator) as later:
        first = (await later.get(f"{HERE}/{which}")).text
        assert (first.count('name="there"'), f'value="{numbers(1, ROWS)}"' in first) == (ROWS, True)
        assert f"1–{ROWS} of {MANY}" in first
        second = (await later.get(f"{HERE}/{which}?page=2")).text
        assert (second.count('name="there"'), 'id="previous"' in second, 'id="next"' in second) == (
            5,
            True,
            False,
        )
        assert (await later.get(f"{HERE}/{which}?page=99")).text.count('name="there"') == 5
        done = await sends(
            later, f"{which}/attendance", there=str(MANY), on=numbers(ROWS + 1, MANY), ticked="", page="2"
        )
        assert done.headers["location"] == f"{HERE}/{which}?done=attended&page=2"
        assert await there(database) == [None] * ROWS + [False] * 4 + [True]
        await sends(later, f"{which}/attendance", there="1", on=numbers(1, ROWS), ticked="", page="1")
        assert await there(database) == [True, *[False] * (ROWS - 1), *[False] * 4, True]
        await sends(later, f"{which}/attendance", there="1")
        assert await there(database) == [True, *[False] * (ROWS - 1), *[False] * 4, True]


async def test_somebody_is_found_by_name_and_ticked_alone(
    coordinator: httpx.AsyncClient, door: Door, database: Database, cast: Cast, clock: Clock
) -> None:
    which = await full(coordinator, database, cast)
    clock.at = AFTER
    async with door.signed_in(cast.coordinator) as later:
        found = (await later.get(f"{HERE}/{which}?q=zmogus+104")).text
        assert (found.count('name="there"'), f'name="on" value="{MANY}"' in found) == (1, True)
        done = await sends(
            later, f"{which}/attendance", there=str(MANY), on=str(MANY), ticked="", q="žmogus 104"
        )
        place = done.headers["location"]
        assert place == f"{HERE}/{which}?done=attended&q=%C5%BEmogus+104"
        assert (await later.get(place)).text.count(" checked") == 1
        assert await there(database) == [None] * (MANY - 1) + [True]
        nobody = (await later.get(f"{HERE}/{which}?q=kitas")).text
        assert ("Nobody here has that name" in nobody, 'id="clear"' in nobody) == (True, True)


async def test_those_of_another_webinar_are_not_ticked(
    coordinator: httpx.AsyncClient, door: Door, database: Database, cast: Cast, clock: Clock
) -> None:
    await full(coordinator, database, cast)
    other = await made(coordinator, cast, date="2026-12-08")
    clock.at = AFTER + timedelta(days=1)
    async with door.signed_in(cast.coordinator) as later:
        await sends(later, f"{other}/attendance", there="1", on="1", ticked="")
    assert await there(database) == [None] * MANY
    assert await database.read(partial(registrations.active, webinar=int(other))) == []
