"""Files that wait to be imported are forgotten with somebody whom they name, and others' are not."""

from functools import partial

from domain.roster import Row, Said, Sheet
from storage import imports
from storage.database import Connection, Database
from tests.storage.samples import MONDAY
from tests.zinute.test_erased import PLANTED, erase, plant, stones
from zinute.erasing import Stones

__all__ = ["stones"]


async def test_a_file_of_another_organisation_is_left_alone_unless_it_has_their_address(
    database: Database, stones: Stones
) -> None:
    planted = await database.write(plant)
    town = planted.town

    def bring(tx: Connection) -> list[int]:
        add = partial(imports.add, tx, file="r.csv", read_as="", at=MONDAY)
        told = (
            Said(PLANTED["name"], "other@b.example", PLANTED["staff number"]),
            Said("X", PLANTED["email"]),
        )
        sheets = [Sheet((), (Row(2, each),)) for each in told]
        theirs = [add(by=town.kari, organisation=town.elsewhere, sheet=each) for each in sheets]
        unsaid = [add(by=town.kari, organisation=None, sheet=each) for each in sheets]
        return [*theirs, *unsaid, add(by=town.ben, organisation=town.here, sheet=sheets[0])]

    numbers = await database.write(bring)
    await erase(database, stones, planted.person)
    left = [await database.read(partial(imports.sheet, number=each)) for each in numbers]
    assert [bool(each) for each in left] == [True, False, True, False, False]
