"""Reports of meetings in the console: brought, each row shown with its fate, one decided, and taken."""

from datetime import timedelta

import httpx
import pytest
from starlette.applications import Starlette

from console.app import create
from domain.texts import Texts
from storage.database import Database
from storage.people import PERSON
from storage.registrations import REGISTRATION
from tests.console.conftest import SAME_ORIGIN, Door
from tests.console.keys import entrance
from tests.console.papers import Maker
from tests.console.test_webinars import HERE, come, made
from tests.console.town import MONDAY, Cast, Clock
from tests.storage.samples import rows

AFTER = MONDAY + timedelta(days=14, hours=3)
HEAD = "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes)"


@pytest.fixture
def app(database: Database, texts: Texts, clock: Clock) -> Starlette:
    return create(database, texts, clock, documents=Maker(), entrance=entrance())


async def send(browser: httpx.AsyncClient, which: str, data: bytes, **words: str) -> httpx.Response:
    path, files = f"{HERE}/{which}/presence", {"file": ("r.csv", data)} if data else None
    return await browser.post(path, data=words, files=files, headers=SAME_ORIGIN)


def report(*lines: str) -> bytes:
    return "\n".join([HEAD, *lines]).encode()


async def held(coordinator: httpx.AsyncClient, database: Database, cast: Cast, **changes: str) -> str:
    which = await made(coordinator, cast, **{"capacity": "5", "least": "30", **changes})
    await come(database, which, cast.learner, cast.invited)
    return which


async def test_from_a_file_to_who_attended(
    coordinator: httpx.AsyncClient, door: Door, database: Database, cast: Cast, *, clock: Clock
) -> None:
    which = await held(coordinator, database, cast)
    early = await send(coordinator, which, report())
    assert (early.status_code, "has not begun" in early.text) == (422, True)
    names = {
        who: (name, email)
        for who, name, email in await rows(database, *(PERSON.c[each] for each in ("id", "name", "email")))
    }
    clock.at = AFTER
    mine, other = names[cast.learner], names[cast.invited]
    times = "2026-12-07 10:00:00,2026-12-07 10:45:00,45"
    data = report(f"X,{mine[1]},{times}", f"{other[0]},,{times}", f"Jonas Ne,,{times}", f"=1,,{times}")
    async with door.signed_in(cast.coordinator) as later:
        assert 'id="presence"' in (await later.get(f"{HERE}/{which}")).text
        assert 'value="Europe/Vilnius"' in (await later.get(f"{HERE}/{which}/presence")).text
        there = (await send(later, which, data)).headers["location"]
        assert there == f"{HERE}/{which}/presence/1"
        page = (await later.get(there)).text
        for words in ("Who is this?", other[0], other[1], "To decide", "Not ours", "Unreadable"):
            assert words in page
        for fate, words in (("taken", "by e-mail"), ("stranger", "Jonas Ne"), ("unreadable", "a formula")):
            assert words in (await later.get(f"{there}?fate={fate}")).text
        assert await rows(database, REGISTRATION.c.attended) == [(None,), (None,)]
        form = {"absent": "", "who-3": str(cast.invited)}
        done = await later.post(there, data=form, headers=SAME_ORIGIN)
        assert done.headers["location"] == f"{there}?done"
        assert "Attendance is noted" in (await later.get(f"{there}?done")).text
        assert "decided by hand" in (await later.get(f"{there}?fate=taken")).text
        again = (await send(later, which, data)).headers["location"]
        assert again == f"{there}?again"
        assert "nothing has changed" in (await later.get(again)).text
        assert "r.csv" in (await later.get(f"{HERE}/{which}/presence")).text
        assert "45 min" in (await later.get(f"{HERE}/{which}")).text
    found = await rows(database, REGISTRATION.c.attended, REGISTRATION.c.minutes)
    assert found == [(True, 45), (True, 45)]


@pytest.mark.parametrize(
    ("data", "zone", "said"),
    [
        (b"", "", "Choose a file first"),
        (report(), "Europe/Nida", "no such time zone"),
        (b"Topic;Duration\nA;1\n", "", "no columns with a name and a time"),
        (report(), "", "nobody below the headings"),
        (b"\x00\x01", "", "letters of the file"),
        (b"{}", "", "not what BigBlueButton keeps"),
        (b"PK\x03\x04", "", "no CSV, XLSX or JSON"),
    ],
)
async def test_what_cannot_be_read_is_one_sentence(
    coordinator: httpx.AsyncClient,
    door: Door,
    database: Database,
    cast: Cast,
    clock: Clock,
    *,
    data: bytes,
    zone: str,
    said: str,
) -> None:
    which = await held(coordinator, database, cast)
    clock.at = AFTER
    async with door.signed_in(cast.coordinator) as later:
        answer = await send(later, which, data, **({"zone": zone} if zone else {}))
        assert (answer.status_code, said in answer.text) == (422, True)


async def test_what_is_not_there(coordinator: httpx.AsyncClient, database: Database, cast: Cast) -> None:
    which = await held(coordinator, database, cast)
    for path in (f"{which}/presence/1", f"{which}/presence/x", "99/presence"):
        assert (await coordinator.get(f"{HERE}/{path}")).status_code == 404
    answer = await coordinator.post(f"{HERE}/{which}/presence/1", data={}, headers=SAME_ORIGIN)
    assert answer.status_code == 404


async def test_the_least_is_not_more_than_the_whole(coordinator: httpx.AsyncClient, cast: Cast) -> None:
    which = await made(coordinator, cast, least="60")
    assert "60 min" in (await coordinator.get(f"{HERE}/{which}")).text
    words = {
        "title_lt": "V",
        "date": "2026-12-07",
        "time": "10:00",
        "zone": "Europe/Vilnius",
        "minutes": "60",
    }
    more = {"capacity": "1", "venue": "S", "least": "61", "organisation": str(cast.library)}
    answer = await coordinator.post(f"{HERE}/new", data=words | more, headers=SAME_ORIGIN)
    assert (answer.status_code, "cannot be more than" in answer.text) == (422, True)
