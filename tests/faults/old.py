"""A store as the first version left it, with people in it and messages on their way."""

import shutil
from pathlib import Path
from time import time
from typing import Final

from alembic import command
from alembic.script import ScriptDirectory

from domain.message import notice
from storage.codec import dump_message
from storage.database import Connection, Database
from storage.migrate import SCRIPTS, settings
from tests.faults.store import SqliteStore, Store, moment
from tests.faults.world import World

FIRST: Final = "0001"
ROWS: Final = {"organisation": 1, "person": 1, "address": 1, "outbox": 2, "attempt": 1}


async def make(world: World, store: Store, chat: int) -> None:
    """Put such a store in the place of this one: a message to the chat waits, and another one is in flight."""
    if isinstance(store, SqliteStore):
        for file in store.data.iterdir():
            _remove(file)
    else:
        await store.execute("DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
    database = Database(store.url)
    async with world.migrating:
        await database.migrate(_first)
    await database.close()
    await store.execute(*_rows(chat))


def _remove(file: Path) -> None:
    if file.is_dir():
        shutil.rmtree(file)
    elif file.suffix != ".log":
        file.unlink()


def _first(connection: Connection) -> None:
    command.upgrade(settings(connection), FIRST)


def _rows(chat: int) -> list[str]:
    now = time()
    place = {"country": "'LT'", "zone": "'Europe/Vilnius'", "language": "'lt'", "contact": "'somebody'"}
    person = {"email": "'old@faults.example'", "language": "'lt'", "hour": "'09:30'", "days": "'12345'"}
    known = {"agreed_name": "false", "language": "'lt'", "offers": "'[]'", "reachable": "true"}
    return [
        _insert("organisation", id="1", name="'Old'", **place),
        _insert("person", id="1", organisation_id="1", name="'Old'", **person),
        _insert(
            "address",
            id="1",
            channel="'telegram'",
            key=f"'{chat}'",
            person_id="1",
            **known,
            created_at=moment(now),
        ),
        _insert("outbox", id="1", state="'ready'", **_message("ready", now)),
        _insert("outbox", id="2", state="'sending'", **_message("sending", now)),
        _insert("attempt", outbox_id="2", number="1", started_at=moment(now), outcome="''", reason="''"),
    ]


def _message(key: str, now: float) -> dict[str, str]:
    empty = {"step": "''", "sent_as": "''", "reason": "''"}
    times = {"due_at": moment(now), "not_after": moment(now + 3600), "created_at": moment(now)}
    body = dump_message(notice("help.sorry"))
    return {
        "key": f"'old:{key}'",
        "address_id": "1",
        "kind": "'reply'",
        "lane": "0",
        "body": f"'{body}'",
        **empty,
        **times,
    }


def _insert(table: str, **values: str) -> str:
    return f"INSERT INTO {table} ({', '.join(values)}) VALUES ({', '.join(values.values())})"


async def differences(store: Store) -> list[str]:
    """What is not as it was, or not of this version."""
    (head,) = ScriptDirectory(str(SCRIPTS)).get_heads()
    (found,) = await store.rows("SELECT version_num FROM alembic_version")
    wrong = [] if found["version_num"] == head else [f"the schema is {found['version_num']}, not {head}"]
    for table, count in ROWS.items():
        (row,) = await store.rows(f"SELECT count(*) AS there FROM {table}")
        if row["there"] < count:
            wrong.append(f"{row['there']} of {count} rows of {table} are there")
    return wrong
