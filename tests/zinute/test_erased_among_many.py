"""What a copy and an erasure take where there are many people and years of rows."""

import asyncio
import io
import json
from datetime import timedelta
from functools import partial
from itertools import cycle
from time import perf_counter

import pytest
from pypdf import PdfReader
from sqlalchemy import Connection, insert, select, text

from actions import my_data
from certificates.own_data import own_data
from storage import addresses, inbox, people
from storage.activity import ACTIVITY
from storage.addresses import ADDRESS
from storage.answers import ANSWER
from storage.database import Database
from storage.outbox import OUTBOX
from storage.steps import STEP
from tests.actions.talk import texts
from tests.storage.samples import MONDAY
from tests.zinute.planted_person import PLANTED, Planted, erase, everything, hits, plant, stones
from zinute.erasing import Stones

__all__ = ["stones"]

DAYS, ANSWERS, HAPPENINGS = 5 * 250, 8, 32  # the working days of five years, and what each of them brings


def learn_for_years(tx: Connection, planted: Planted) -> None:
    """What somebody leaves who learns on every working day; of each day's answers the first is in their own words."""
    days = [MONDAY - timedelta(days=day * 7 // 5) for day in range(DAYS)]
    person, place, version = planted.person, planted.town.here, planted.town.version
    answered = [(f"y{number}", days[number // ANSWERS]) for number in range(DAYS * ANSWERS)]
    study = {"enrolment_id": planted.enrolment, "lesson": 0, "card": 0, "purpose": "review"}
    step = study | {"question": True, "selected": ""}
    tx.execute(insert(STEP), [step | {"key": key, "opened_at": at, "closed_at": at} for key, at in answered])
    answer = study | {"version_id": version, "question_id": "why", "chosen": "", "fresh": 0}
    own = cycle([PLANTED["open answer"] * 8, *[""] * (ANSWERS - 1)])
    tx.execute(
        insert(ANSWER),
        [
            answer | {"step_key": key, "answered_at": at, "words": words}
            for (key, at), words in zip(answered, own, strict=False)
        ],
    )
    happened = [(f"y{number}", days[number // HAPPENINGS]) for number in range(DAYS * HAPPENINGS)]
    row = {"person_id": person, "organisation_id": place}
    told = row | {"what": "answered", "details": json.dumps({"version": version, "lesson": 0})}
    tx.execute(insert(ACTIVITY), [told | {"at": at} for _, at in happened])
    [to] = tx.execute(select(ADDRESS.c.id).where(ADDRESS.c.key == PLANTED["messenger id"])).scalars()
    sent = row | {"address_id": to, "channel": "telegram", "kind": "lesson", "lane": 1, "body": "{}"}
    sent |= {"step": "", "state": "sent", "sent_as": "", "reason": ""}
    tx.execute(
        insert(OUTBOX),
        [sent | {"key": key, "due_at": at, "not_after": at, "created_at": at} for key, at in happened],
    )


@pytest.mark.timeout(240)
async def test_the_copy_and_the_erasure_of_somebody_with_years_of_rows_take_less_than_a_minute(
    database: Database, stones: Stones
) -> None:
    planted = await database.write(plant)
    await database.write(lambda tx: tx.execute(text("ANALYZE")))  # the store knows nothing of what comes then
    await database.write(partial(learn_for_years, planted=planted))
    began = perf_counter()
    whole = await database.read(partial(my_data.as_json, person=planted.person, now=MONDAY))
    assert perf_counter() - began < 60
    began = perf_counter()
    told = await database.read(partial(my_data.report, person=planted.person, now=MONDAY))
    pages = await asyncio.to_thread(own_data, told, texts())
    shown = perf_counter() - began
    assert shown < 60
    assert whole.count(b'"answered"') == DAYS * HAPPENINGS
    assert len(told.written) == DAYS + 1
    assert dict(told.tables)["activity"] > DAYS * HAPPENINGS
    assert len(PdfReader(io.BytesIO(pages)).pages) > 100
    began = perf_counter()
    assert await erase(database, stones, planted.person) == 1
    assert perf_counter() - began < min(60, 4 * shown)  # and not row against row
    assert hits(await everything(database)) == set()


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
