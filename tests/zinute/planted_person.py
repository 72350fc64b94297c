"""Somebody who has left a trace wherever one can be left, for the tests of erasing; and a look for what is left."""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from actions import edit_person, employ
from actions.certify import issue
from actions.reply import reply
from domain.assigning import Terms
from domain.meeting_report import Entry
from domain.organisation import Scope
from domain.roster import Row, Said, Sheet
from domain.webinar import Webinar, Words
from storage import (
    addresses,
    assignments,
    doorsteps,
    enrolments,
    erasures,
    given,
    imports,
    inbox,
    invitations,
    outbox,
    people,
    presence,
    reached,
    registrations,
    webchat,
    webinars,
)
from storage.database import Database
from storage.imports import Deed, Left
from storage.reached import Became
from storage.schema import METADATA
from tests.storage import open_answers
from tests.storage.outgoing import HELLO
from tests.storage.samples import MONDAY, Town, address, settle_down
from zinute import erasing
from zinute.erasing import Stones

KEY = b"k" * 32
LATER = MONDAY + timedelta(minutes=5)
SEED = "planted seed"
PLANTED = {
    "name": "Austėja Plantienė",
    "email": "austeja.plantiene@planted.example",
    "messenger id": "7318004412",
    "username": "austeja_planted",
    "another messenger id": "7318004499",
    "phone": "+370 612 34567",
    "open answer": "mano paslaptis yra gintaras",
    "search words": "ieškau perdegimo",
    "job": "gipsuotoja-planted",
    "name in a meeting": "Austė telefonu xq61",
    "key in a meeting": "w-planted-xq62",
    "leave": "2031-07-19",
    "chat text": "labas iš naršyklės xq77",
    "web chat": "c0ffee" * 10 + "abcd",
    "reply": "Austėja, puiku xq78",
    "question to a trainer": "ar bus įrašas, xq79",
    "staff number": "planted-4417",
    "hired on": "2031-03-29",
    "left on": "2031-08-23",
    "job elsewhere": "tinkuotoja-planted",
    "number elsewhere": "planted-9902",
    "hired elsewhere": "2032-02-11",
    "left elsewhere": "2032-10-14",
    "old name": "Austėja Pasodintė",
    "old job": "dažytoja-planted",
}


@dataclass(frozen=True)
class Planted:
    """Who is to be erased, and who stays beside them."""

    town: Town
    person: int
    enrolment: int


def plant(tx: Connection) -> Planted:
    """Somebody who has left a trace wherever one can be left, and Ben, who coordinates."""
    town = settle_down(tx, open_answers.PROGRAMME)
    person = people.add(
        tx, organisation=town.here, name=PLANTED["name"], email=PLANTED["email"], language="lt"
    )
    people.consent(tx, person, MONDAY)
    said = {"job": PLANTED["job"], "number": PLANTED["staff number"], "hired_on": PLANTED["hired on"]}
    edit_person.change(tx, None, person, said | {"left_on": PLANTED["left on"]}, now=MONDAY)
    bring_rosters(tx, town, person)
    people.set_leave(tx, person, date.fromisoformat(PLANTED["leave"]), date(2031, 7, 30))
    invitations.add(tx, person=person, programme=town.programme, code="c", expires_at=MONDAY)
    phone = address(tx, PLANTED["messenger id"], person, "telegram")
    address(tx, PLANTED["web chat"], person, "web")
    address(tx, PLANTED["email"], None, "email")
    raw = {"from": {"id": int(PLANTED["messenger id"]), "username": PLANTED["username"]}}
    for number, words in enumerate((PLANTED["search words"], PLANTED["name"])):
        inbox.add(
            tx,
            inbox.New(
                channel="telegram",
                account="1",
                key=f"u{number}",
                address=PLANTED["messenger id"],
                raw=json.dumps(raw | {"text": words}, ensure_ascii=False),
                at=MONDAY,
            ),
        )
    new = webchat.New("me", "first", json.dumps({"text": PLANTED["chat text"]}, ensure_ascii=False), MONDAY)
    webchat.append(tx, PLANTED["web chat"], new)
    where = town.programme, town.version
    words = f"{PLANTED['open answer']}, {PLANTED['phone']}"
    answer = open_answers.write(tx, person=person, where=where, words=words, at=MONDAY)
    reply(
        tx, scope=Scope(town.ben, frozenset({town.here})), answer=answer, words=PLANTED["reply"], now=MONDAY
    )
    outbox.add(tx, outbox.New(outbox.To(phone, "telegram", person, town.here), HELLO, "k", "reply"), MONDAY)
    [enrolment] = [row.id for row in tx.execute(select(enrolments.ENROLMENT.c.id))]
    issue(tx, enrolment, code="c" * 22, now=MONDAY)
    come_in(tx, town, person)
    work_elsewhere(tx, town, person)
    attend(tx, town, person)
    return Planted(town, person, enrolment)


def attend(tx: Connection, town: Town, person: int) -> None:
    """They hold a webinar, have a seat at it, and ask something before."""
    link = "https://meet.example/a"
    starts = MONDAY + timedelta(days=9)
    new = Webinar(
        0, town.here, {"lt": Words("Virusai")}, starts, 60, "Europe/Vilnius", 2, link=link, trainer=person
    )
    held = webinars.add(tx, new, MONDAY)
    registrations.put(
        tx,
        webinar=held,
        person=person,
        pool=None,
        state="seated",
        arrival=webinars.arrive(tx, held),
        seed=SEED,
        due=None,
        now=MONDAY,
    )
    registrations.ask(tx, held, person, PLANTED["question to a trainer"], MONDAY)
    said = (PLANTED["name in a meeting"], PLANTED["email"], PLANTED["key in a meeting"])
    rows = [Entry(2, *said, starts, starts, 60), Entry(3, said[0], said[1])]
    brought = presence.Brought("meeting.csv", "digest", "utf-8", "Europe/Vilnius", rows)
    presence.take(tx, presence.add(tx, held, brought, {2: (person, "person")}, person, MONDAY))


def work_elsewhere(tx: Connection, town: Town, person: int) -> None:
    """A second organisation has them too, gave them what the first one gave, and is about to import its list anew."""
    found = {name: PLANTED[f"{name} elsewhere"] for name in ("job", "number")}
    said = found | {"hired_on": PLANTED["hired elsewhere"], "left_on": PLANTED["left elsewhere"]}
    _, number = employ.join(tx, employ.Named(person, town.elsewhere, said), MONDAY, by=None, why="sure")
    assert number is not None
    given.keep(tx, {(person, town.programme): frozenset({None, number})})
    sheet = Sheet((), (Row(2, Said(number=found["number"], email="sixth@planted.example")),))
    imports.add(tx, by=town.kari, organisation=None, file="s.csv", read_as="", sheet=sheet, at=MONDAY)


def come_in(tx: Connection, town: Town, person: int) -> None:
    """They came in by a code, are on the way in once more at another address, and are reached by an assignment."""
    code = invitations.add(tx, person=person, programme=None, code="d", expires_at=LATER, way="letter")
    bound = address(tx, PLANTED["another messenger id"], person, "telegram")
    addresses.bind(tx, bound, person, MONDAY, code)
    step = address(tx, "a window", None, "web")
    doorsteps.knock(tx, step, town.here, code, MONDAY)
    here = doorsteps.DOORSTEP.update().where(doorsteps.DOORSTEP.c.address_id == step)
    tx.execute(here.values(proved=True, email=PLANTED["email"]))
    doorsteps.ask(tx, step, PLANTED["name"], MONDAY)
    given = assignments.add(
        tx, Terms(town.programme, town.here, MONDAY.date()), by=person, look_at=MONDAY, at=MONDAY
    )
    reached.add(tx, {given: town.programme}, [Became(given, person, "waiting", look_at=LATER)], MONDAY)


def bring_rosters(tx: Connection, town: Town, person: int) -> None:
    """Imports that name the person and Ana: waiting, carried out and taken back; the newest names Ana alone."""
    add = partial(imports.add, tx, by=town.ben, organisation=None, file="r.csv", read_as="", at=MONDAY)
    ana = Row(2, Said("Ana Anaitė", "ana@a.example"))
    for told in (
        Said(PLANTED["old name"], PLANTED["email"], job=PLANTED["old job"]),
        Said(PLANTED["name"], "another@planted.example"),
        Said(number=PLANTED["staff number"], email="third@planted.example"),
        Said(PLANTED["old name"], "fourth@planted.example"),
        None,
    ):
        add(sheet=Sheet((), (ana, *([Row(3, told)] if told else []))))
    done = add(sheet=Sheet((), (ana,)))
    words = {"name": PLANTED["old name"], "job": PLANTED["old job"]}
    deeds = [Deed(person, before=words, after={"name": PLANTED["name"]}), Deed(town.ana, after={"job": "x"})]
    assert imports.finish(tx, done, deeds, {"changed": 2}, MONDAY)
    back = add(sheet=Sheet((), (ana,)))
    assert imports.finish(tx, back, deeds, {}, MONDAY)
    assert imports.take_back(tx, back, [Left(person, "job"), Left(town.ana, "job")], MONDAY)


async def everything(database: Database) -> str:
    """Every value of every table, in one text."""

    def dump(tx: Connection) -> str:
        return "\n".join(
            f"{table.name} {value!r}"
            for table in METADATA.sorted_tables
            for row in tx.execute(select(table))
            for value in row
        )

    return await database.read(dump)


def hits(text: str) -> set[str]:
    """Which of what was planted stands in it, as it is or as JSON writes it."""
    return {
        name for name, word in PLANTED.items() if any(each in text for each in (word, json.dumps(word)[1:-1]))
    }


@pytest.fixture
def stones(tmp_path: Path) -> Stones:
    return Stones(tmp_path / "state" / "store.erased")


async def erase(database: Database, stones: Stones, person: int) -> int:
    await database.write(partial(erasures.ask, person=person, now=MONDAY))
    return await erasing.look(database, stones, KEY, LATER)
