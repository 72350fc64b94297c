"""A report of 5,000 rows, from the file to the page that shows what became of each: within two seconds, as a whole."""

from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select
from starlette.applications import Starlette

from console.app import create
from domain.recognising import mark
from domain.texts import Texts
from storage.database import Connection, Database
from storage.people import PERSON
from storage.registrations import REGISTRATION
from tests.actions.test_large_roster import Times, timed
from tests.console.conftest import SAME_ORIGIN, Door
from tests.console.keys import entrance
from tests.console.papers import Maker
from tests.console.test_webinars import HERE, come, made
from tests.console.town import MONDAY, Cast, Clock
from tests.storage import stores

AFTER = MONDAY + timedelta(days=14, hours=3)
ROWS, SEATED = 5_000, 4_000
MOST = 2.0  # seconds
BUSY = 3  # how many times as long a machine that does much else may keep somebody waiting
TRIES = 5
HEAD = "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes)"


@pytest.fixture(params=["sqlite", "postgres"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    server = partial(request.getfixturevalue, "postgres_url")
    async with stores.opened(request.param, tmp_path, server) as database:
        yield database


@pytest.fixture
def app(database: Database, texts: Texts, clock: Clock) -> Starlette:
    return create(database, texts, clock, documents=Maker(), entrance=entrance())


def seat(tx: Connection, cast: Cast) -> None:
    """Thousands more who have a seat."""
    person = dict(tx.execute(PERSON.select().where(PERSON.c.id == cast.invited)).mappings().one())
    people = (
        person | {"id": 1000 + each, "name": f"Vardenis {each}", "email": f"v{each}@b.lt", "number": ""}
        for each in range(SEATED)
    )
    tx.execute(PERSON.insert(), list(people))
    row = dict(tx.execute(REGISTRATION.select()).mappings().first() or {})
    seats = (
        row | {"id": 1000 + each, "person_id": 1000 + each, "seed": f"s{each}", "arrival": 2 + each}
        for each in range(SEATED)
    )
    tx.execute(REGISTRATION.insert(), list(seats))


def report(of: int) -> bytes:
    """People known by their address, by their link, by a name only, who joined again, or are nobody's; hardly two
    came or went in the same second."""

    def row(each: int) -> str:
        who = each % SEATED
        name = f"Vardenis {who} {mark(f's{who}')}" if each % 5 == 1 else f"Vardenis {who}"
        email = "" if each % 5 in (1, 2) else f"v{who}@b.lt" if each % 5 else f"n{each}@else.lt"
        came, went = (
            f"10:{each // 60 % 30:02d}:{each % 60:02d}",
            f"10:{30 + of + each // 60 % 20}:{each % 60:02d}",
        )
        return f"{name},{email},2026-12-07 {came},2026-12-07 {went},{15 + each % 30}"

    return "\n".join([HEAD, *map(row, range(ROWS))]).encode()


async def whole(browser: httpx.AsyncClient, which: str, of: int) -> tuple[float, float]:
    """Seconds of computing and of waiting until what would become of each row is shown, and what became of it."""
    times, data = Times(), report(of)
    with timed(times, "shown"):
        files = {"file": ("r.csv", data)}
        sent = await browser.post(f"{HERE}/{which}/presence", files=files, headers=SAME_ORIGIN)
        shown = await browser.get(there := sent.headers["location"])
    assert "To decide <strong>" in shown.text
    with timed(times, "taken"):
        await browser.post(there, data={"absent": "yes"}, headers=SAME_ORIGIN)
        done = await browser.get(f"{there}?fate=taken")
    assert "Recognised <strong>2,400<" in done.text
    computed, waited = (sum(each) for each in zip(*times.values(), strict=True))
    return computed, waited


@pytest.mark.timeout(300)
async def test_five_thousand_rows_take_two_seconds_from_the_file_to_who_attended(
    coordinator: httpx.AsyncClient, door: Door, database: Database, cast: Cast, *, clock: Clock
) -> None:
    """By the best of some tries: others share these processors."""
    which = await made(coordinator, cast, capacity="5000", least="30")
    await come(database, which, cast.learner)
    await database.write(lambda tx: seat(tx, cast))
    clock.at = AFTER
    tries = list[tuple[float, float]]()
    async with door.signed_in(cast.coordinator) as later:
        await later.get(f"{HERE}/{which}/presence")
        for of in range(TRIES):
            tries.append(await whole(later, which, of))
            if max(map(min, zip(*tries, strict=True))) < MOST:
                break
    computed, waited = map(min, zip(*tries, strict=True))
    assert (computed < MOST, waited < MOST * BUSY) == (True, True), tries
    counted = select(func.count()).where(REGISTRATION.c.minutes.is_not(None))
    assert await database.read(lambda tx: tx.execute(counted).scalar_one()) == 2400
