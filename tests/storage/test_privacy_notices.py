"""Privacy notices in both stores: versions that stay, and which one holds where."""

from functools import partial
from typing import Any

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError

from domain.language import Language
from domain.tree import Own
from storage import organisations, privacy_notices
from storage.database import Connection, Database
from storage.privacy_notices import PRIVACY_NOTICE
from tests.storage.samples import MONDAY, Town, rows, settle_down


def put(tx: Connection, organisation: int, language: Language, version: int, *, by: int) -> bool:
    text = f"{organisation} {language} {version}"
    values = {"organisation": organisation, "language": language, "version": version}
    return privacy_notices.add(tx, **values, text=text, by=by, at=MONDAY)  # type: ignore[arg-type]


def tree(tx: Connection) -> tuple[Town, int, int, int]:
    """A sector, an organisation in it and its unit, beside the town; the sector and the unit have notices."""
    town = settle_down(tx)
    own = Own(country="LT", contact="Ona")
    sector = organisations.add_place(tx, "Sektorius", own, "sector")
    house = organisations.add_place(tx, "Namai", Own(), "organisation", sector)
    unit = organisations.add_place(tx, "Skyrius", Own(), "unit", house)
    for where, language, version in (
        (sector, "lt", 1),
        (sector, "en", 1),
        (sector, "lt", 2),
        (unit, "nb", 1),
    ):
        assert put(tx, where, language, version, by=town.ana)  # type: ignore[arg-type]
    return town, sector, house, unit


def _values(row: Any) -> dict[str, Any]:
    return dict(zip(PRIVACY_NOTICE.columns.keys(), row, strict=True))


async def test_the_nearest_holds_with_its_newest_version(database: Database) -> None:
    town, sector, house, unit = await database.write(tree)

    def holds(tx: Connection, where: int, language: Language) -> str | None:
        found = privacy_notices.holding(tx, where, language)
        return privacy_notices.text(tx, found.id) if found else None

    def look(tx: Connection) -> list[str | None]:
        return [
            holds(tx, where, language)
            for where in (sector, house, unit, town.here)
            for language in ("lt", "en", "pl")
        ]

    above, own = f"{sector} lt 2", f"{unit} nb 1"
    assert await database.read(look) == [
        *(above, f"{sector} en 1", above),
        *(above, f"{sector} en 1", above),
        *(own, own, own),
        *(None, None, None),
    ]
    assert await database.read(partial(organisations.upward, organisation=unit)) == [unit, house, sector]
    assert await database.read(partial(privacy_notices.houses, organisation=sector)) == {sector, house}
    assert await database.read(partial(privacy_notices.houses, organisation=unit)) == {unit}


async def test_a_version_is_there_once_and_is_never_changed_or_removed(database: Database) -> None:
    town, sector, _, _ = await database.write(tree)
    before = await rows(database, *PRIVACY_NOTICE.columns)
    assert not await database.write(partial(put, organisation=sector, language="lt", version=2, by=town.ben))
    for statement in (
        update(PRIVACY_NOTICE).values(text=""),
        delete(PRIVACY_NOTICE),
        PRIVACY_NOTICE.insert().prefix_with("OR REPLACE").values(**_values(before[0]) | {"text": ""}),
    ):
        with pytest.raises(DBAPIError):
            await database.write(lambda tx, each=statement: tx.execute(each))  # type: ignore[misc]
    assert await rows(database, *PRIVACY_NOTICE.columns) == before
    versions = await database.read(partial(privacy_notices.versions, organisation=sector, language="lt"))
    assert [each.version for each in versions] == [2, 1]
