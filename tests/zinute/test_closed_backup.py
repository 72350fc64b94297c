"""A restored backup and the organisations that were closed since: what is closed again, and what is not."""

from functools import partial
from pathlib import Path

from structlog.testing import capture_logs
from structlog.typing import EventDict

from actions import close_organisation, edit_person, enlist
from actions.sign_in import may_enter
from domain import tombstone
from domain.rights import Grant
from storage import (
    closings,
    join_links,
    organisations,
    people,
    roles,
)
from storage.closings import Stone
from storage.database import Connection, Database
from storage.people import PERSON
from tests.storage import stores
from tests.storage.samples import MONDAY, rows
from tests.zinute.closing_town import DAY, KEY, MINUTE, House, ask, build, confirm, empty, manages, stones_in
from zinute import erasing

SOON = MONDAY + DAY


def by_hand(logged: list[EventDict]) -> list[tuple[int, str]]:
    """Which organisations somebody is told to close by hand, and why."""
    return [(each["organisation"], each["because"]) for each in logged if each["log_level"] == "error"]


async def test_a_restored_backup_does_not_bring_it_back(tmp_path: Path) -> None:
    stones, backup = stones_in(tmp_path), tmp_path / "backup.db"
    async with stores.opened("sqlite", tmp_path, str) as database:
        house = await database.write(build)
        stores.copy(stores.file_of(database), backup)
        await ask(database, house)
        await confirm(database, house)
        await empty(database, stones)
    assert [each.place for each in stones.places()] == [house.library, house.unit]
    assert "Gluosni" not in (tmp_path / "state" / "store.erased").read_text(encoding="utf-8")
    async with stores.restored_from(backup) as restored:
        assert not (await restored.read(organisations.places))[house.library].closed
        assert await erasing.again(restored, stones, KEY) == 4
        assert await restored.read(partial(join_links.of, organisation=house.library)) is None
        assert not await restored.read(partial(may_enter, person=house.asta))
        await empty(restored, stones, SOON + DAY)
        assert await restored.read(closings.under_way) == []
        assert (await restored.read(organisations.places))[house.library].name == f"#{house.library}"
        assert await erasing.again(restored, stones, KEY) == 0


async def test_who_was_moved_away_before_it_was_closed_is_not_erased_by_a_backup(tmp_path: Path) -> None:
    """They are on its roster there: they have left, and the place waits until somebody has moved them again."""
    stones, backup = stones_in(tmp_path), tmp_path / "backup.db"
    async with stores.opened("sqlite", tmp_path, str) as database:
        house = await database.write(build)
        stores.copy(stores.file_of(database), backup)
        away = partial(edit_person.change, by=None, person=house.ona, cells={}, place=house.museum)
        await database.write(partial(away, now=MONDAY))
        await ask(database, house)
        await confirm(database, house)
        await empty(database, stones)
    async with stores.restored_from(backup) as restored:
        assert await erasing.again(restored, stones, KEY) == 3
        await empty(restored, stones, SOON + DAY)
        who = (PERSON.c.name, PERSON.c.organisation_id, PERSON.c.erased_at)
        kept = await rows(restored, *who, where=PERSON.c.id == house.ona)
        assert kept == [("Ona Sodinta", house.library, None)]
        assert await rows(restored, PERSON.c.organisation_id, where=PERSON.c.id == house.both) == [
            (house.museum,)
        ]
        assert not await restored.read(partial(may_enter, person=house.ona))
        waits = [each.place for each in await restored.read(closings.under_way)]
        assert waits == [house.library, house.unit], "what is below goes with it"
        with capture_logs() as logged:
            assert await erasing.again(restored, stones, KEY) == 0
        assert [(each["organisation"], each["people"]) for each in logged] == [(house.library, 1)]
        assert (await restored.read(organisations.places))[house.library].name == "Gluosnių biblioteka"
        await restored.write(partial(away, now=SOON))
        await empty(restored, stones, SOON + DAY)
        assert await restored.read(closings.under_way) == []
        with capture_logs() as logged:
            await erasing.again(restored, stones, KEY)
        assert logged == []


async def test_what_two_people_could_not_close_a_backup_does_not(tmp_path: Path) -> None:
    """There somebody who was moved away since has a role for everything; they and the place stay, its unit does not."""
    stones, backup = stones_in(tmp_path), tmp_path / "backup.db"
    async with stores.opened("sqlite", tmp_path, str) as database:
        house = await database.write(build)
        await database.write(partial(roles.give, grant=Grant(house.ona, "platform", house.unit)))
        stores.copy(stores.file_of(database), backup)
        away = partial(edit_person.change, by=None, person=house.ona, cells={}, place=house.museum)
        await database.write(partial(away, now=MONDAY))
        await ask(database, house)
        await confirm(database, house)
        await empty(database, stones)
    async with stores.restored_from(backup) as restored:
        with capture_logs() as logged:
            assert await erasing.again(restored, stones, KEY) == 3
        assert by_hand(logged) == [(house.library, "kept")]
        await empty(restored, stones, SOON + DAY)
        assert await restored.read(organisations.closed) == {house.unit}
        assert await restored.read(partial(may_enter, person=house.ona))


async def test_an_organisation_that_was_moved_away_is_not_closed_by_a_backup(tmp_path: Path) -> None:
    """The sector was closed without the library and the museum, which are below it in the backup."""
    stones, backup = stones_in(tmp_path), tmp_path / "backup.db"
    async with stores.opened("sqlite", tmp_path, str) as database:
        house = await database.write(build)
        await database.write(partial(roles.give, grant=Grant(house.per, "administrator", house.sector)))
        stores.copy(stores.file_of(database), backup)
        for each in (house.library, house.museum):
            said = {"country": "LT", "contact": "Rasa"}
            await database.write(partial(enlist.set_here, organisation=each, said=said, now=MONDAY))
            await database.write(partial(enlist.move, organisation=each, above=None, now=MONDAY))
        mine = manages(house.cilija, house.sector)
        close_it = partial(close_organisation.ask, by=mine, place=house.sector, now=MONDAY, mails=True)
        await database.write(close_it)
        second = manages(house.per, house.sector)
        await database.write(partial(close_organisation.confirm, by=second, place=house.sector, now=SOON))
        await empty(database, stones)
    async with stores.restored_from(backup) as restored:
        with capture_logs() as logged:
            assert await erasing.again(restored, stones, KEY) == 1
        assert by_hand(logged) == [(house.sector, "below")]
        await empty(restored, stones, SOON + DAY)
        assert await restored.read(organisations.closed) == frozenset()
        erased = await rows(restored, PERSON.c.id, where=PERSON.c.erased_at.is_not(None))
        assert erased == [(house.cilija,)]


async def test_a_unit_that_was_moved_away_is_not_closed_by_a_backup(tmp_path: Path) -> None:
    """It is below the library there, which was closed without it."""
    stones, backup = stones_in(tmp_path), tmp_path / "backup.db"
    async with stores.opened("sqlite", tmp_path, str) as database:
        house = await database.write(build)
        stores.copy(stores.file_of(database), backup)
        await database.write(partial(roles.take, grant=Grant(house.ona, "coordinator", house.unit)))
        await database.write(partial(enlist.move, organisation=house.unit, above=house.museum, now=MONDAY))
        await ask(database, house)
        await confirm(database, house)
        await empty(database, stones)
    assert [each.place for each in stones.places()] == [house.library]
    async with stores.restored_from(backup) as restored:
        with capture_logs() as logged:
            assert await erasing.again(restored, stones, KEY) == 3
        assert by_hand(logged) == [(house.library, "below")]
        assert await restored.read(organisations.closed) == frozenset()
        assert (await restored.read(partial(people.get, person=house.ula))).name == "Ula Sodinta"


async def test_a_unit_that_was_renamed_is_closed_again_with_its_organisation(tmp_path: Path) -> None:
    """That the backup is of the same place, the organisation's own name has shown."""
    stones, backup = stones_in(tmp_path), tmp_path / "backup.db"
    async with stores.opened("sqlite", tmp_path, str) as database:
        house = await database.write(build)
        stores.copy(stores.file_of(database), backup)
        rename = partial(enlist.set_here, organisation=house.unit, said={}, now=MONDAY, name="Vaikai")
        await database.write(rename)
        await ask(database, house)
        await confirm(database, house)
        await empty(database, stones)
    async with stores.restored_from(backup) as restored:
        with capture_logs() as logged:
            assert await erasing.again(restored, stones, KEY) == 4
        assert by_hand(logged) == []
        assert await restored.read(organisations.closed) == {house.library, house.unit}
        await empty(restored, stones, SOON + DAY)
        assert await restored.read(closings.under_way) == []


async def test_what_was_closed_first_is_closed_again_first(tmp_path: Path) -> None:
    """Also where they are written down by their numbers, at one look."""
    stones, backup = stones_in(tmp_path), tmp_path / "backup.db"

    def second(tx: Connection, house: House) -> int:
        vita = people.add(tx, organisation=house.sector, name="Vita", email="v@x.example", language="lt")
        people.grant(tx, vita, house.sector, "administrator")
        return vita

    async with stores.opened("sqlite", tmp_path, str) as database:
        house = await database.write(build)
        vita = await database.write(partial(second, house=house))
        stores.copy(stores.file_of(database), backup)
        line = (house.library, house.museum, house.sector)
        for day, place in enumerate(line):
            at = MONDAY + day * DAY
            one, two = manages(house.cilija, *line), manages(vita, *line)
            await database.write(partial(close_organisation.ask, by=one, place=place, now=at, mails=True))
            await database.write(partial(close_organisation.confirm, by=two, place=place, now=at + MINUTE))
        await erasing.look(database, stones, KEY, MONDAY + 3 * DAY)
    assert [each.place for each in stones.places()] == sorted([*line, house.unit])
    async with stores.restored_from(backup) as restored:
        with capture_logs() as logged:
            assert await erasing.again(restored, stones, KEY) == 0
        assert [each["because"] for each in logged if each["log_level"] == "error"] == []
        assert await restored.read(organisations.closed) == {*line, house.unit}


async def test_another_organisation_with_its_number_is_left_alone(database: Database, tmp_path: Path) -> None:
    """A backup from before it was there, in which another one has got the number."""
    stones = stones_in(tmp_path)
    house = await database.write(build)
    stones.add([Stone(house.library, MONDAY, tombstone.organisation(KEY, house.library, "Kita biblioteka"))])
    assert await erasing.again(database, stones, KEY) == 0
    assert await database.read(organisations.closed) == frozenset()
