"""The wall of PostgreSQL: a reader sees and writes what is of their organisations, whatever a query asks."""

import ast
from collections.abc import AsyncIterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final, get_args

import asyncpg
import pytest
from sqlalchemy import Connection, Table, and_, delete, insert, select, text, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from domain.audit import Deed
from domain.organisation import Right, Scope
from storage import audit, employments, people, wall
from storage.database import Database
from storage.migrate import migrate
from storage.schema import METADATA
from storage.wall_rules import RULES
from tests.console.planted import Planted, plant
from tests.console.town import MONDAY
from tests.storage import stores
from tests.storage.beyond_the_wall import BEYOND

ROOT: Final = Path(__file__).parents[2]
TABLES: Final = {table.name: table for table in METADATA.sorted_tables}
SHARED: Final = {name for name, rule in RULES.items() if rule.sees == "true"}
# Some of these are of both: what is above both, what is the installation's, roles and work of whoever is at home
# elsewhere.
SOME: Final = {"employment", "organisation", "programme", "programme_version", "role"}
# Who sign in are nobody's readers yet, and how often something was tried is for nobody to look at.
WHOLE: Final = {"console/auth.py", "console/entrance.py", "console/site.py"}


@pytest.fixture
async def store(postgres_url: str, tmp_path: Path) -> AsyncIterator[Database]:
    async with stores.opened("postgres", tmp_path, lambda: postgres_url) as database:
        yield database


@pytest.fixture
async def planted(store: Database) -> Planted:
    return await store.write(plant)


def scope(planted: Planted, *places: str) -> Scope:
    """Somebody who may do everything at these places."""
    here = frozenset(planted.organisations[each] for each in places)
    return Scope(planted.actors["administrator", "own"], here, frozenset(get_args(Right)))


def test_every_table_has_a_rule() -> None:
    assert set(RULES) == {*TABLES, "search_words"}


def test_what_is_asked_of_the_whole_store_is_listed() -> None:
    found, whole = dict[str, str](), set[str]()
    for file in (
        each for room in ("storage", "actions", "console", "bot") for each in (ROOT / room).rglob("*.py")
    ):
        name = str(file.relative_to(ROOT))
        for function in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                found |= {f"{name} {function.name}": why for why in _reasons(function)}
            if (
                isinstance(function, ast.Attribute)
                and function.attr == "whole"
                and "database" in ast.unparse(function)
            ):
                whole.add(name)
    assert found == BEYOND
    assert set(found.values()) == set(wall.BEYOND)
    assert whole == WHOLE


def _reasons(function: ast.AST) -> list[str]:
    calls = (each for each in ast.walk(function) if isinstance(each, ast.Call))
    return [
        str(each.args[1].value)
        for each in calls
        if isinstance(each.func, ast.Name)
        and each.func.id == "beyond"
        and isinstance(each.args[1], ast.Constant)
    ]


async def test_the_roles_own_nothing_and_pass_no_wall(store: Database) -> None:
    def look(tx: Connection) -> tuple[list[Any], int, list[str]]:
        found = wall.found(tx)
        assert found is not None
        names = [found.reader, found.overseer]
        mine = "rolname = ANY (CAST(:names AS text[]))"
        rights = "rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolcanlogin"
        rows = tx.execute(
            text(f"SELECT {rights} FROM pg_roles WHERE {mine} ORDER BY 1"), {"names": names}
        ).all()
        owned = f"SELECT count(*) FROM pg_class JOIN pg_roles r ON r.oid = relowner WHERE {mine}"
        guarded = (
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND NOT relrowsecurity AND relnamespace = "
            "current_schema()::regnamespace AND relname <> 'alembic_version'"
        )
        bare = tx.execute(text(guarded)).scalars()
        return (
            [tuple(row) for row in rows],
            tx.execute(text(owned), {"names": names}).scalar_one(),
            list(bare),
        )

    assert await store.read(look) == ([(False,) * 5, (False,) * 5], 0, [])


async def test_what_two_houses_see_they_share_with_nobody(store: Database, planted: Planted) -> None:
    """With queries that ask for every row: nothing of one is seen by the other, and each sees something of its own.

    Nobody works at both: the only one who did says that it is not so.
    """
    await store.write(partial(_part, person=planted.ids["person", "both"]))
    own = await store.within(scope(planted, "own", "unit")).read(_everything)
    other = await store.within(scope(planted, "other")).read(_everything)
    both = {name: own[name] & other[name] for name in RULES if name in TABLES} | {"nothing": set()}
    theirs = {planted.organisations["land"]}  # what is above both
    assert {name for name, rows in both.items() if rows} - SHARED == SOME
    assert {row[0] for row in both["organisation"]} == theirs
    assert {row[0] for row in both["role"]} == {planted.actors["mixed", "unit"]}
    filled = {name for name, rows in (await store.read(_everything)).items() if rows}
    unseen = {name for name in filled if not own[name]}
    assert unseen == {name for name in filled if not RULES[name].sees}
    assert len(filled - unseen) >= 15


async def test_nothing_of_another_house_is_written(store: Database, planted: Planted) -> None:
    everything = await store.read(_everything)
    own, within = scope(planted, "own", "unit"), store.within(scope(planted, "own", "unit"))
    seen, tried = await within.read(_everything), set[str]()
    for name in (each for each in RULES if each in TABLES and everything[each]):
        others = [row for row in everything[name] if row not in seen[name]]
        for row in others[:20]:
            for deed in _deeds(TABLES[name], row):
                assert await done(within, deed) in (0, "refused"), (name, deed)
                tried.add(name)
    assert len(tried) >= 15, sorted(tried)
    assert await store.read(_everything) == everything
    assert own.organisations


async def test_a_row_is_not_moved_out_of_sight(store: Database, planted: Planted) -> None:
    away = {"organisation_id": planted.organisations["other"]}
    person, certificate = TABLES["person"], TABLES["certificate"]
    within = store.within(scope(planted, "own"))
    for table, thing in ((person, "person"), (certificate, "certificate")):
        moved = update(table).where(table.c.id == planted.ids[thing, "own"]).values(away)
        assert await done(within, moved) == "refused"


async def test_who_sees_all_carries_no_list(store: Database, planted: Planted) -> None:
    all_of_them = Scope(1, frozenset(), everywhere=True)
    seen = await store.within(all_of_them).read(_everything)
    whole = await store.read(_everything)
    assert {name: rows for name, rows in whole.items() if RULES[name].sees} == {
        name: rows for name, rows in seen.items() if RULES[name].sees
    }
    assert not any(rows for name, rows in seen.items() if not RULES[name].sees)


async def test_nothing_stays_with_a_connection(store: Database, planted: Planted) -> None:
    """Neither after a deed nor after a failure: who comes next on it is the owner, or has no organisations."""

    def fails(_tx: Connection) -> None:
        raise LookupError

    def settings(tx: Connection) -> tuple[object, ...]:
        asked = (
            "SELECT current_user = session_user, coalesce(current_setting('zinute.organisations', true), '')"
        )
        return tuple(tx.execute(text(asked)).one())

    def stranger(tx: Connection) -> int:
        found = wall.found(tx)
        assert found is not None
        tx.exec_driver_sql(f"SET LOCAL ROLE {found.reader}")
        return int(tx.execute(text("SELECT count(*) FROM person")).scalar_one())

    within = store.within(scope(planted, "own"))
    for _ in range(10):
        await within.write(lambda tx: people.email(tx, planted.ids["person", "own"]))
        with pytest.raises(LookupError):
            await within.write(fails)
        with pytest.raises(DBAPIError):
            await within.read(lambda tx: tx.exec_driver_sql("SELECT * FROM password"))
        assert await store.read(settings) == (True, "")
        assert await store.read(stranger) == 0


async def test_what_is_asked_beyond_ends_where_it_ends(store: Database, planted: Planted) -> None:
    def fails(tx: Connection, counts: list[int]) -> None:
        with wall.beyond(tx, "audit"):
            counts.append(_count(tx))
            with wall.beyond(tx, "address"):
                counts.append(_count(tx))
            counts.append(_count(tx))
            raise LookupError

    def unit(tx: Connection) -> list[int]:
        counts = [_count(tx)]
        with pytest.raises(LookupError):
            fails(tx, counts)
        return [*counts, _count(tx)]

    mine, *inside, again = await store.within(scope(planted, "own")).read(unit)
    assert (mine, set(inside)) == (again, {await store.read(_count)})
    assert mine < inside[0]


async def test_a_deed_is_told_to_the_one_chain(store: Database, planted: Planted) -> None:
    deed = Deed("person.seen", planted.organisations["own"], planted.ids["person", "own"])
    await store.within(scope(planted, "own")).write(lambda tx: audit.note(tx, deed, 1, MONDAY))
    checked = await store.read(lambda tx: audit.check(tx, lambda _: None))
    assert checked.wrong is None


async def test_it_stands_again_after_it_fell(store: Database, planted: Planted) -> None:
    """Though its rules are the same as before: a migration need not have changed any."""

    def policies(tx: Connection) -> list[tuple[Any, ...]]:
        asked = "SELECT tablename, policyname, roles, cmd, qual, with_check FROM pg_policies ORDER BY 1, 2"
        return [tuple(row) for row in tx.execute(text(asked))]

    within = store.within(scope(planted, "own"))
    before, seen = await store.read(policies), await within.read(_count)
    await store.migrate(wall.fall)
    assert await store.read(policies) == []
    assert await store.read(wall.found) is None
    await store.migrate(wall.stand)
    assert await store.read(policies) == before
    assert await within.read(_count) == seen > 0


async def test_a_service_that_may_make_no_roles_works_without_and_says_what_to_do(postgres_url: str) -> None:
    """Whoever may make them says the statements; the next start raises the wall."""
    await _on(
        postgres_url, "CREATE ROLE plain LOGIN; CREATE DATABASE plain_store OWNER plain TEMPLATE template0"
    )
    url = make_url(postgres_url).set(username="plain", database="plain_store").render_as_string()
    database = Database(url)
    await database.open()
    await migrate(database)
    own = Scope(1, frozenset({1}))
    assert database.within(own) is database
    wanting = await database.read(wall.wanting)
    assert await database.read(lambda tx: tx.execute(select(people.called(1))).scalar_one()) == ""
    assert wanting == [
        "CREATE ROLE plain_reader NOLOGIN;",
        "CREATE ROLE plain_overseer NOLOGIN;",
        "GRANT plain_reader TO plain;",
        "GRANT plain_overseer TO plain;",
    ]
    await _on(postgres_url, " ".join(wanting))
    await migrate(database)
    assert database.within(own) is not database
    assert await database.read(wall.wanting) == []
    assert await database.within(own).read(_count) == 0
    await database.close()


def _part(tx: Connection, person: int) -> None:
    for each in employments.of_person(tx, person):
        employments.decline(tx, each.id, MONDAY)


def _count(tx: Connection) -> int:
    return len(tx.execute(select(TABLES["person"].c.id)).all())


def _everything(tx: Connection) -> dict[str, set[tuple[Any, ...]]]:
    """Every row of every table that is seen; nothing of one that may not even be asked."""
    return {name: _rows(tx, table) for name, table in TABLES.items()}


def _rows(tx: Connection, table: Table) -> set[tuple[Any, ...]]:
    try:
        with tx.begin_nested():
            return {tuple(row) for row in tx.execute(select(table))}
    except DBAPIError as error:
        if not _refused(error):
            raise
        return set()


def _deeds(table: Table, row: Sequence[Any]) -> list[Any]:
    """Change it, take it away, write another one like it."""
    values = dict(zip(table.c.keys(), row, strict=True))
    which = and_(*(column == values[column.name] for column in table.primary_key))
    return [
        update(table).where(which).values(values),
        delete(table).where(which),
        insert(table).values(values),
    ]


async def done(within: Database, deed: Any) -> int | str:
    try:
        return await within.write(lambda tx: tx.execute(deed).rowcount)
    except DBAPIError as error:
        if not _refused(error):
            raise
        return "refused"


def _refused(error: DBAPIError) -> bool:
    return "permission denied" in str(error) or "row-level security" in str(error)


async def _on(server: str, statements: str) -> None:
    url = make_url(server)
    connection = await asyncpg.connect(host=url.query["host"], user="postgres", database="postgres")
    try:
        for statement in statements.split(";"):
            if statement.strip():
                await connection.execute(statement)
    finally:
        await connection.close()
