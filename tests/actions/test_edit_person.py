"""Somebody of the roster, looked up by whoever may see them."""

from functools import partial

from actions.edit_person import find
from domain.organisation import Scope
from storage.database import Database
from tests.actions.test_import_roster import planted


async def test_who_is_looked_up_can_be_read_without_writing(database: Database) -> None:
    at = await database.write(planted)
    found = await database.read(partial(find, by=None, person=at["ona"]))
    assert found
    assert found.said.email == "ona@b.lt"
    other = Scope(at["far"], frozenset({at["other"]}))
    assert await database.read(partial(find, by=other, person=at["ona"])) is None
