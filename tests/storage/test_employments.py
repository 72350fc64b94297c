"""Who belongs to whom, as the stores go about it."""

from sqlalchemy import select

from domain.roster import Said
from domain.tree import Own
from storage import employments, organisations, roster
from storage.database import Connection, Database
from storage.people import PERSON
from tests.storage.samples import MONDAY
from tests.storage.test_many_messages import listening, plan

HOUSES, EACH = 40, 100


async def test_the_people_of_one_house_of_many_are_found_by_indexes(database: Database) -> None:
    def ask(tx: Connection) -> tuple[int, list[str]]:
        held = Own("LT", "Europe/Vilnius", "lt", "Rūta")
        houses = [organisations.add_place(tx, f"House {each}", held) for each in range(HOUSES)]
        said = [Said(name="P", email=f"p{each}@a.example", language="lt") for each in range(HOUSES * EACH)]
        known = roster.add(tx, [(houses[each // EACH], who) for each, who in enumerate(said)])
        for number, who in enumerate(sorted(known.values())[::20]):
            employments.add(tx, who, houses[(number + 7) % HOUSES], {}, MONDAY, agreed=True)
        tx.exec_driver_sql("ANALYZE")
        with listening(tx) as heard:
            found = tx.execute(select(PERSON.c.name).where(employments.of([houses[0]]))).all()
        [(statement, values)] = heard
        return len(found), plan(tx, statement, values)

    found, how = await database.write(ask)
    assert EACH < found < 2 * EACH
    assert not [line for line in how if "Seq Scan on person" in line or "SCAN person" in line], how


async def test_a_roster_may_name_more_people_than_a_statement_takes_values(database: Database) -> None:
    many = range(1, 40_001)
    assert await database.read(lambda tx: employments.of_people(tx, many)) == {}
    assert await database.read(lambda tx: employments.leaving(tx, MONDAY, many)) == []
