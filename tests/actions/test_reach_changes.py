"""Which changes have assignments look at people anew, and that one person's failure is nobody else's."""

from functools import partial

from sqlalchemy import update

from storage import reached
from storage.database import Database
from storage.people import PERSON
from tests.actions.land import enrolled, look, make, person, settle, states
from tests.storage.samples import MONDAY, rows


async def test_only_what_assignments_look_at_has_people_looked_at_anew(database: Database) -> None:
    land = await database.write(settle)
    who = await database.write(lambda tx: person(tx, land.library, "here"))
    await look(database)
    await database.write(lambda tx: reached.take_changed(tx, 9))
    assert await rows(database, reached.CHANGED.c.person_id) == []
    here = update(PERSON).where(PERSON.c.id == who)
    for values, noted in (
        ({"name": "Ana", "email": "a@b.example", "hour": "10:00", "number": "7"}, []),
        ({"job": "", "organisation_id": land.library, "hired_on": ""}, []),
        ({"job": "IT", "name": "Ana"}, [(who,)]),
        ({"snoozed_until": MONDAY}, [(who,)] * 2),
        ({"snoozed_until": None, "organisation_id": land.other}, [(who,)] * 3),
    ):
        await database.write(lambda tx, values=values: tx.execute(here.values(**values)).rowcount)  # type: ignore[misc]
        assert await rows(database, reached.CHANGED.c.person_id) == noted


async def test_a_statement_that_fails_for_one_keeps_nobody_waiting(database: Database) -> None:
    """On PostgreSQL nothing more can be done in a transaction in which a statement failed."""
    land = await database.write(settle)
    bad, good = [await database.write(partial(person, place=land.library, name=each)) for each in "ab"]
    refuse = {
        "sqlite": f"CREATE TRIGGER refused BEFORE INSERT ON enrolment WHEN NEW.person_id = {bad} "
        "BEGIN SELECT RAISE(ABORT, 'refused'); END",
        "postgresql": f"ALTER TABLE enrolment ADD CONSTRAINT refused CHECK (person_id <> {bad})",
    }
    await database.write(lambda tx: tx.exec_driver_sql(refuse[tx.dialect.name]).rowcount)
    number = await make(database, land.terms(place=land.library))
    await look(database)
    assert await enrolled(database) == [(good, land.week)]
    assert await states(database) == [(number, bad, "waiting"), (number, good, "enrolled")]
    allow = {"sqlite": "DROP TRIGGER refused", "postgresql": "ALTER TABLE enrolment DROP CONSTRAINT refused"}
    await database.write(lambda tx: tx.exec_driver_sql(allow[tx.dialect.name]).rowcount)
