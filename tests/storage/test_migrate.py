"""The schema: what migrations make is what the tables say, forth, back and forth again."""

import json
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect, select

from domain import tree
from domain.message import Notice, OwnData, Place, Secret, notice
from domain.tree import Own
from storage import addresses, organisations, outbox
from storage.certificates import CERTIFICATE
from storage.codec import load_message
from storage.database import Database
from storage.errors import NewerDatabase, StoreError
from storage.migrate import migrate, settings
from storage.organisations import ORGANISATION
from storage.schema import METADATA, described
from tests.storage import agreeing, stores
from tests.tools import postgres

ROOT = Path(__file__).parents[2]


@pytest.fixture(params=stores.BOTH)
async def empty(request: pytest.FixtureRequest, sqlite_url: str) -> AsyncIterator[Database]:
    """Each of the two stores with nothing in it."""
    async with AsyncExitStack() as stack:
        url = sqlite_url
        if request.param == "postgres":
            url = await stack.enter_async_context(postgres.database(request.getfixturevalue("postgres_url")))
        database = Database(url)
        await database.open()
        yield database
        await database.close()


def differences(tx: Connection) -> list[object]:
    options = {"compare_type": True, "compare_server_default": True, "include_name": described}
    context = MigrationContext.configure(tx, opts=options)
    return list(compare_metadata(context, METADATA))


def structure(tx: Connection) -> dict[str, list[str]]:
    """Each table in words: columns, keys, indexes with their conditions."""
    found = inspect(tx)
    return {
        name: sorted(
            _words(each)
            for part in (
                found.get_columns(name),
                found.get_indexes(name),
                found.get_unique_constraints(name),
                found.get_foreign_keys(name),
                [found.get_pk_constraint(name)],
            )
            for each in part
        )
        for name in found.get_table_names()
    }


def _words(described: Mapping[str, Any]) -> str:
    """A description without the addresses of objects in it."""
    return str({key: str(value) for key, value in described.items() if key != "dialect_options"}) + " ".join(
        f"{key}={value}" for key, value in sorted(described.get("dialect_options", {}).items())
    )


def down(tx: Connection) -> None:
    command.downgrade(settings(tx), "base")


def claim_the_future(tx: Connection) -> None:
    tx.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
    tx.exec_driver_sql("INSERT INTO alembic_version VALUES ('ffff')")


async def test_migrations_make_what_the_tables_say(empty: Database) -> None:
    await empty.migrate(METADATA.create_all)
    said = await empty.migrate(structure)
    await empty.migrate(METADATA.drop_all)
    await migrate(empty)
    assert await empty.migrate(differences) == []
    made = await empty.migrate(structure)
    del made["alembic_version"]
    assert made == said


async def test_migrating_again_changes_nothing_and_back_and_forth_comes_to_the_same(empty: Database) -> None:
    await migrate(empty)
    once = await empty.migrate(structure)
    await migrate(empty)
    assert await empty.migrate(structure) == once
    await empty.migrate(down)
    assert set(await empty.migrate(structure)) == {"alembic_version"}
    await migrate(empty)
    assert await empty.migrate(structure) == once


OLD: Final = json.dumps(
    {
        "lines": [
            {"text": "a", "params": {"link": {"seed": "s", "form": "token", "page": "/join/"}, "n": 3}},
            {"text": "b", "params": {"link": {"path": "/calendar/s.", "seed": "s", "ending": ".ics"}}},
            {"text": "c", "params": {"page": {"path": "/c", "seed": "", "ending": ""}}},
            {"text": "d", "params": {"code": {"seed": "s", "form": "digits", "page": ""}}},
        ],
        "choices": [],
        "step": "",
        "form": "notice",
    }
)
COPY: Final = json.dumps({"token": "s" * 22, "kind": "json", "form": "own_data"}, separators=(",", ":"))
NEW: Final = (
    {"link": Place("/join/", Secret("s", "token")), "n": 3},
    {"link": Place("/calendar/s.", Secret("s", "link"), ".ics")},
    {"page": Place("/c")},
    {"code": Secret("s")},
)


async def test_messages_that_wait_say_what_they_are_made_of_as_it_is_said_now(empty: Database) -> None:
    def wait(tx: Connection) -> None:
        now = datetime(2026, 11, 23, tzinfo=UTC)
        place = addresses.find_or_add(tx, "web", "w", None, now)
        for key in ("waits", "went", "copy"):
            outbox.add(tx, outbox.New(outbox.To(place.id, "web"), notice("x"), key, "code"), now)
        tx.execute(outbox.OUTBOX.update().values(body=OLD))
        tx.execute(outbox.OUTBOX.update().where(outbox.OUTBOX.c.key != "waits").values(ended_at=now))
        tx.execute(outbox.OUTBOX.update().where(outbox.OUTBOX.c.key == "copy").values(body=COPY))

    def bodies(tx: Connection) -> dict[str, str]:
        rows = tx.execute(select(outbox.OUTBOX.c.key, outbox.OUTBOX.c.body))
        return {row[0]: row[1] for row in rows}

    await migrate(empty)
    await empty.write(wait)
    await empty.migrate(lambda tx: command.downgrade(settings(tx), "0029"))
    await migrate(empty)
    found = await empty.read(bodies)
    said = load_message(found["waits"])
    assert isinstance(said, Notice)
    assert load_message(found["copy"]) == OwnData("s" * 22, "json"), "it is looked at again, though it went"
    assert (tuple(each.params for each in said.lines), found["went"]) == (NEW, OLD)


async def test_what_was_looser_than_above_is_not_so_any_more(empty: Database) -> None:
    """What is set at each place stays; what holds there is the stricter of both."""
    own = {
        "top": Own("LT", contact="R", messengers=("web",), approver_above=50),
        "looser": Own(messengers=("telegram", "web"), approver_above=200),
        "other": Own(messengers=("telegram",), approver_above=0),
        "stricter": Own(approver_above=20),
    }

    def plant(tx: Connection) -> None:
        above = None
        for name, each in own.items():
            above = organisations.add_place(tx, name, each, "unit" if above else "country", above)
        wrong = (
            "UPDATE organisation SET messengers = 'telegram', approver_above = 200 WHERE above_id IS NOT NULL"
        )
        tx.exec_driver_sql(wrong)

    await migrate(empty)
    await empty.write(plant)
    await empty.migrate(lambda tx: command.downgrade(settings(tx), "0037"))
    await migrate(empty)
    there = await empty.read(organisations.places)
    assert {each.name: each.own for each in there.values()} == own
    columns = select(ORGANISATION.c.name, ORGANISATION.c.messengers, ORGANISATION.c.approver_above)
    held = {
        each.name: (",".join(wanted.messengers or ()), wanted.approver_above)
        for each, wanted in zip(there.values(), tree.settings(there).values(), strict=True)
    }
    assert {
        row[0]: (row[1], row[2]) for row in await empty.read(lambda tx: tx.execute(columns).all())
    } == held
    assert held["stricter"] == ("web", 20)


def contents(tx: Connection) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of what names two others, or is named so; and what SQLite does by itself when rows change."""
    found = {
        name: sorted(tuple(map(str, row)) for row in tx.execute(select(METADATA.tables[name])))
        for name in agreeing.TABLES
    }
    if tx.dialect.name == "sqlite":
        by_itself = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
        found["triggers"] = [tuple(row) for row in tx.exec_driver_sql(by_itself)]
    return found


async def test_rows_that_agree_are_kept_when_their_store_learns_to_look(empty: Database) -> None:
    await migrate(empty)
    await empty.write(agreeing.learned)
    kept = await empty.read(contents)
    assert all(kept.values()), "there is something of each"
    await empty.migrate(lambda tx: command.downgrade(settings(tx), "0031"))
    await migrate(empty)
    assert await empty.read(contents) == kept


async def test_rows_that_do_not_agree_are_named_and_nothing_is_changed(empty: Database) -> None:
    await migrate(empty)
    town = await empty.write(agreeing.learned)
    await empty.migrate(lambda tx: command.downgrade(settings(tx), "0031"))
    before = await empty.migrate(structure)
    another = CERTIFICATE.update().values(person_id=town.ben)
    await empty.write(lambda tx: tx.execute(another))
    odd = "^The upgrade was undone: rows of certificate whose enrolment_id and person_id do not belong together: 1\\.$"
    with pytest.raises(StoreError, match=odd):
        await migrate(empty)
    assert await empty.migrate(structure) == before


async def test_an_upgrade_that_leaves_something_hanging_is_undone(sqlite_url: str) -> None:
    """SQLite does not look while tables are written anew: we do, afterwards."""
    database = Database(sqlite_url)
    await migrate(database)
    await database.migrate(lambda tx: command.downgrade(settings(tx), "0030"))
    orphan = "INSERT INTO role (person_id, organisation_id, name) VALUES (7, 7, 'coordinator')"
    await database.migrate(lambda tx: tx.exec_driver_sql(orphan))
    with pytest.raises(
        StoreError, match=r"^The upgrade was undone: row 1 of role refers to no row of \w+\.$"
    ):
        await migrate(database)
    await database.close()


async def test_a_newer_database_is_left_alone_with_one_sentence(empty: Database) -> None:
    await empty.migrate(claim_the_future)
    with pytest.raises(NewerDatabase, match=r"^The database was written by a newer Zinute: [^.\n]+\.$"):
        await migrate(empty)
    assert set(await empty.migrate(structure)) == {"alembic_version"}


def test_migrations_import_neither_messengers_nor_pages(sqlite_url: str) -> None:
    foreign = {"aiogram", "bot", "console", "starlette", "lessons", "actions", "zinute", "apscheduler"}
    script = (
        "import sys, asyncio; from storage.database import Database; from storage.migrate import migrate;"
        f"asyncio.run(migrate(Database({sqlite_url!r})));"
        f"print(sorted({{name.split('.')[0] for name in sys.modules}} & {foreign}))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert (done.stdout, done.returncode) == ("[]\n", 0), done.stderr
