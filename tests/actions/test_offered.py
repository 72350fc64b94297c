"""A new person has one of the languages that their organisation offers, however they come."""

from functools import partial

import pytest
from sqlalchemy import Connection

from actions import edit_person
from actions.decide_request import let_in
from actions.enlist import set_here
from actions.keys import new_code
from storage.database import Database
from storage.doorsteps import DOORSTEP
from storage.people import PERSON
from tests.actions.entry import begins, newest_code, scope, talk
from tests.storage.samples import MONDAY, Town, rows, settle_down


def offers(tx: Connection, town: Town) -> None:
    set_here(tx, town.here, {"languages": ("lt", "pl")}, MONDAY)


async def test_by_hand(database: Database) -> None:
    def prepared(tx: Connection) -> Town:
        town = settle_down(tx)
        offers(tx, town)
        return town

    town = await database.write(prepared)
    add = partial(edit_person.add, by=None, place=town.here, now=MONDAY)
    new = {"name": "Nauja", "email": "new@a.example"}
    with pytest.raises(edit_person.Unfit) as caught:
        await database.write(partial(add, cells={**new, "language": "nb"}))
    assert (caught.value.problem.code, caught.value.problem.value) == ("language_not_offered", "nb")
    await database.write(partial(add, cells={**new, "language": "pl"}))
    assert await rows(database, PERSON.c.language, where=PERSON.c.name == "Nauja") == [("pl",)]


async def test_by_the_link_of_an_organisation(database: Database) -> None:
    """Who speaks English at the door has the organisation's own."""
    town, link = await begins(database, ("new.example",))
    await database.write(partial(offers, town=town))
    new = talk(database, "new")
    await new.says(f"/start {link}")
    await new.says("nauja@new.example")
    await new.says(await newest_code(database))
    assert await new.says("Nauja Naujaitė") == ["join.requested"]
    [[place]] = await rows(database, DOORSTEP.c.address_id)
    decide = partial(let_in, scope=scope(town), address=place, now=MONDAY, new_code=new_code)
    assert await database.within(scope(town)).write(decide) == "let_in"
    assert await rows(database, PERSON.c.language, where=PERSON.c.name == "Nauja Naujaitė") == [("lt",)]
    await new.says("/agree")
    assert await rows(database, PERSON.c.language, where=PERSON.c.name == "Nauja Naujaitė") == [("lt",)]
