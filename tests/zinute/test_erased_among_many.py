"""What a copy and an erasure take where there are many people and years of rows."""

from functools import partial
from time import perf_counter

from sqlalchemy import Connection, insert, select

from actions import my_data
from storage import (
    addresses,
    inbox,
    people,
)
from storage.database import Database
from tests.storage.samples import MONDAY
from tests.zinute.planted_person import Planted, erase, everything, hits, plant, stones
from zinute.erasing import Stones

__all__ = ["stones"]


async def test_among_ten_thousand_a_copy_takes_seconds_and_an_erasure_less_than_a_minute(
    database: Database, stones: Stones
) -> None:
    def crowd(tx: Connection) -> Planted:
        planted, many = plant(tx), range(10_000)
        person = {"organisation_id": planted.town.here, "language": "lt", "hour": "09:30", "days": "12345"}
        rows = [{**person, "name": f"P{n}", "email": f"p{n}@x.example"} for n in many]
        tx.execute(insert(people.PERSON), rows)
        ids = {row.email: row.id for row in tx.execute(select(people.PERSON.c.email, people.PERSON.c.id))}
        place = {"channel": "web", "agreed_name": False, "language": "lt", "offers": "[]", "reachable": True}
        tx.execute(
            insert(addresses.ADDRESS),
            [
                {**place, "key": f"w{n}", "person_id": ids[f"p{n}@x.example"], "created_at": MONDAY}
                for n in many
            ],
        )
        raw = {"channel": "web", "account": "", "raw": "{}", "received_at": MONDAY, "due_at": MONDAY}
        raw |= {"state": "done", "tries": 0, "error": ""}
        tx.execute(insert(inbox.INBOX), [{**raw, "key": f"r{n}", "address": f"w{n}"} for n in many])
        return planted

    planted = await database.write(crowd)
    began = perf_counter()
    await database.read(partial(my_data.as_json, person=planted.person, now=MONDAY))
    assert perf_counter() - began < 10
    began = perf_counter()
    assert await erase(database, stones, planted.person) == 1
    assert perf_counter() - began < 60
    assert hits(await everything(database)) == set()
