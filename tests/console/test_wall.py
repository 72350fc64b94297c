"""The wall alone: every route for everybody on PostgreSQL, while no query asks whose something is."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import true
from starlette.applications import Starlette

from console.app import create
from console.pages.front import Host
from domain.texts import Texts
from storage import given, scoping
from storage.buckets import BUCKET
from storage.database import Database
from storage.enrolments import ENROLMENT
from tests.console.conftest import SAME_ORIGIN, Door
from tests.console.papers import Maker
from tests.console.planted import TREE, plant, secret
from tests.console.test_matrix import MAY, actors, answered
from tests.console.town import Clock
from tests.storage import stores
from tests.storage.samples import rows

OWN_COPY = "/console/account/data/copy.json"  # it names where they did what; the careless pages kept that of too much


@pytest.fixture
async def database(postgres_url: str, tmp_path: Path) -> AsyncIterator[Database]:
    async with stores.opened("postgres", tmp_path, lambda: postgres_url) as database:
        yield database


@pytest.fixture
def app(database: Database, texts: Texts, clock: Clock) -> Starlette:
    hosts = [Host("Library", "lt", 1, "Rasa", ())]
    return create(database, texts, clock, hosts=hosts, documents=Maker())


@pytest.fixture
def careless(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every query that should ask for what is of a scope asks for all."""
    everything: dict[Any, Any] = {
        scoping.within: lambda *_: true(),
        scoping.shared: lambda *_: true(),
        scoping.people: lambda *_: true(),
        scoping.theirs: lambda asks, programme: (
            given.seen(asks.at("see"), ENROLMENT.c.programme_id),  # the wall is between organisations only
            *(() if programme is None else (ENROLMENT.c.programme_id == programme,)),
        ),
    }
    for name, module in list(sys.modules.items()):
        for known in ("within", "shared", "people", "theirs"):
            there = getattr(module, known, None) if name.startswith("storage.") else None
            if there in everything:
                monkeypatch.setattr(module, known, everything[there])


async def test_uploads_are_counted_though_nobody_may_look_at_the_counts(
    door: Door, database: Database
) -> None:
    planted = await database.write(plant)
    async with door.signed_in(planted.actors["coordinator", "own"]) as browser:
        for _ in range(2):
            file = {"file": ("a.csv", b"E-mail;Name\nnew@example.org;New\n", "text/csv")}
            answer = await browser.post("/console/people/import", files=file, headers=SAME_ORIGIN)
            assert answer.status_code == 303
    assert [len(each.split()) for _, each in await rows(database, BUCKET.c.key, BUCKET.c.tries)] == [2]


@pytest.mark.timeout(300)
@pytest.mark.usefixtures("careless")
@pytest.mark.parametrize("role", MAY)
async def test_nothing_of_others_is_seen_though_no_query_asks_whose_it_is(
    app: Starlette, door: Door, database: Database, role: str
) -> None:
    planted = await database.write(plant)
    for actor in actors(planted, role):
        _, leaks = await answered(app, door, database, planted, actor)
        named = {secret(place) for place in _over(actor.places("see") | actor.places("write"))}
        assert [each for each in leaks if each[-1] not in named and each[1] != OWN_COPY] == []


def _over(places: frozenset[str]) -> set[str]:
    """What is above these: the wall lets it be called by its name, as what holds there holds below."""
    above = {name: over for name, _, over in TREE}
    found, way = set[str](), set(places)
    while way:
        way = {above[each] for each in way} - {""}
        found |= way
    return found
