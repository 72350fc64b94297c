"""An import that is taken back leaves its people's numbers to nobody."""

from sqlalchemy import select

from actions.edit_person import add
from actions.import_roster import undo
from storage import imports
from storage.database import Connection, Database
from storage.people import PERSON
from tests.actions.test_import_roster import NOW, ROWS, done, planted, scope


async def test_nobody_gets_the_number_of_one_who_was_taken_back(database: Database) -> None:
    """What the audit log says of one must not seem to be of another."""

    def use(tx: Connection) -> None:
        at = planted(tx)
        for _ in range(2):
            number = done(tx, at, *ROWS)
            known = {each.person for each in imports.deeds(tx, number)}
            assert undo(tx, number, scope(tx, at["head"]), NOW) == []
            assert add(tx, None, {"name": "New", "email": f"{number}@b.lt"}, at["here"], now=NOW) > max(known)
        words = [row for row in tx.execute(select(PERSON)) if row.erased_at]
        assert "Rita" not in str(words)
        assert {row.email for row in words} <= {f"erased:{row.id}" for row in words}

    await database.write(use)
