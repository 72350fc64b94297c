"""The wall of PostgreSQL around somebody who works at two houses: both see them, and each writes what is its own."""

from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, delete, insert, select, text, update

from storage import corrections, invitations, people, roster
from storage.corrections import Asked
from storage.database import Database
from tests.console.planted import Planted, plant
from tests.console.town import MONDAY
from tests.storage import stores
from tests.storage.test_wall import TABLES, done, scope


@pytest.fixture
async def store(postgres_url: str, tmp_path: Path) -> AsyncIterator[Database]:
    async with stores.opened("postgres", tmp_path, lambda: postgres_url) as database:
        yield database


@pytest.fixture
async def planted(store: Database) -> Planted:
    return await store.write(plant)


async def test_who_works_at_two_houses_is_seen_by_both_and_changed_at_home(
    store: Database, planted: Planted
) -> None:
    """And what a house says of their work there, and gave them, is its own to change."""
    who = planted.ids["person", "both"]
    await store.write(
        lambda tx: invitations.add(tx, person=who, programme=None, code="both", expires_at=MONDAY)
    )
    changed = {
        "person": update(TABLES["person"]).where(TABLES["person"].c.id == who).values(name="Another"),
        "employment": _of(who, "employment").values(job="Another"),
        "given": _of(who, "given").values(alone=True),
        "address": _of(who, "address").values(reachable=False),
        "invitation": _of(who, "invitation").values(replaced_at=MONDAY),
        "erasure": insert(TABLES["erasure"]).values(person_id=who, asked_at=MONDAY, due_at=MONDAY, marks=""),
    }
    did = dict[str, dict[str, int | str]]()
    for house in ("other", "beside", "own"):
        within = store.within(scope(planted, house))
        assert await within.read(lambda tx: _sees(tx, who)) is (house != "beside")
        did[house] = {name: await done(within, deed) for name, deed in changed.items()}
    nothing: dict[str, int | str] = dict.fromkeys(changed, 0) | {"erasure": "refused"}
    assert did == {
        "own": dict.fromkeys(changed, 1) | {"employment": 0},
        "other": nothing | {"employment": 1, "given": 1},
        "beside": nothing,
    }


def _of(who: int, table: str) -> Any:
    return update(TABLES[table]).where(TABLES[table].c.person_id == who)


async def test_what_somebody_does_is_written_by_no_reader(store: Database, planted: Planted) -> None:
    who = planted.ids["person", "both"]
    for name in ("enrolment", "memory", "reached", "review", "schedule"):
        for house in ("own", "other"):
            within = store.within(scope(planted, house))
            assert (
                await done(within, delete(TABLES[name]).where(TABLES[name].c.person_id == who)) == "refused"
            )


async def test_what_somebody_asks_to_have_corrected_is_for_the_house_that_decides_it(
    store: Database, planted: Planted
) -> None:
    """The job of a further work for that house alone, a name for the main one alone."""
    who, asked = planted.ids["person", "both"], TABLES["correction"]
    await store.write(lambda tx: corrections.ask(tx, who, Asked("name", "Another", None, MONDAY)))
    seen = dict[str, list[str]]()
    for house in ("own", "other", "beside"):
        within = store.within(scope(planted, house))
        mine = select(asked.c.what).where(asked.c.person_id == who)
        seen[house] = await within.read(lambda tx, mine=mine: list(tx.execute(mine).scalars()))  # type: ignore[misc]
    assert seen == {"own": ["name"], "other": ["job"], "beside": []}
    here, gone = store.within(scope(planted, "own")), delete(asked).where(asked.c.person_id == who)
    assert (await done(here, gone.where(asked.c.what == "job")), await done(here, gone)) == (0, 1)


@pytest.mark.parametrize("how", ["one", "all", "roster"])
async def test_who_only_works_here_is_locked_as_everybody(
    store: Database, planted: Planted, how: str
) -> None:
    """A row that a reader may not change is not even seen by what is to lock it."""
    who, there = planted.ids["person", "both"], frozenset({planted.organisations["other"]})
    locks: Mapping[str, Callable[[Connection], object]] = {
        "one": lambda tx: people.lock(tx, who),
        "all": lambda tx: people.lock_all(tx, [who]),
        "roster": lambda tx: roster.known(tx, there, to_change=True),
    }

    def is_ours(tx: Connection) -> bool:
        locks[how](tx)
        ours = "SELECT xmax::text = pg_current_xact_id()::xid::text FROM person WHERE id = :who"
        return bool(tx.execute(text(ours), {"who": who}).scalar_one())

    assert await store.within(scope(planted, "other")).write(is_ours)


def _sees(tx: Connection, who: int) -> bool:
    person = TABLES["person"]
    return tx.execute(select(person.c.id).where(person.c.id == who)).first() is not None
