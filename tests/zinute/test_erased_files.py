"""Files that wait to be imported are forgotten with somebody whom they name, and others' are not."""

from functools import partial

from domain.roster import Row, Said, Sheet
from storage import imports, organisations, people
from storage.database import Connection, Database
from tests.storage.samples import MONDAY
from tests.zinute.planted_person import PLANTED, erase, plant, stones
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
        third = organisations.add(tx, name="C", country="LT", zone="UTC", language="lt", contact="R")
        head = people.add(tx, organisation=third, name="D", email="d@c.example", language="lt")
        theirs = [add(by=head, organisation=third, sheet=each) for each in sheets]
        unsaid = [add(by=head, organisation=None, sheet=each) for each in sheets]
        works = ((town.ben, town.here), (town.kari, town.elsewhere))
        return [*theirs, *unsaid, *(add(by=by, organisation=at, sheet=sheets[0]) for by, at in works)]

    numbers = await database.write(bring)
    await erase(database, stones, planted.person)
    left = [await database.read(partial(imports.sheet, number=each)) for each in numbers]
    assert [bool(each) for each in left] == [True, False, True, False, False, False]
