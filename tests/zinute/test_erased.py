"""Who is erased is found nowhere: not in the store, its files, what was sent, a copy, a log, or a restored backup."""

import asyncio
import json
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any, cast

import pytest
from sqlalchemy import Connection, insert, select

from actions import edit_person, employ, my_data
from actions.certify import issue
from actions.reply import reply
from domain.assigning import Terms
from domain.organisation import Scope
from domain.roster import Row, Said, Sheet
from storage import (
    addresses,
    answers,
    assignments,
    certificates,
    doorsteps,
    enrolments,
    erasures,
    given,
    imports,
    inbox,
    invitations,
    outbox,
    own_imports,
    people,
    progress,
    reached,
    replies,
    roster,
    webchat,
)
from storage.closings import Stone
from storage.database import Database
from storage.employments import EMPLOYMENT
from storage.imports import Deed, Left
from storage.outbox import OUTBOX
from storage.reached import REACHED, Became
from storage.schema import METADATA
from tests.actions.talk import Talk
from tests.storage import open_answers, stores
from tests.storage.outgoing import HELLO
from tests.storage.samples import MONDAY, Town, address, rows, settle_down
from zinute import erasing
from zinute.erasing import Stones

KEY = b"k" * 32
LATER = MONDAY + timedelta(minutes=5)
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
    "leave": "2031-07-19",
    "chat text": "labas iš naršyklės xq77",
    "web chat": "c0ffee" * 10 + "abcd",
    "reply": "Austėja, puiku xq78",
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
    return Planted(town, person, enrolment)


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


async def test_what_was_planted_is_found_before_and_nowhere_after(
    database: Database, stones: Stones, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    planted = await database.write(plant)
    copied = (await database.read(partial(my_data.as_json, person=planted.person, now=MONDAY))).decode()
    assert hits(await everything(database)) == set(PLANTED)
    assert hits(copied) == set(PLANTED)
    began = perf_counter()
    assert await erase(database, stones, planted.person) == 1
    assert perf_counter() - began < 60
    assert hits(await everything(database)) == set()
    emptied = (REACHED.c.person_id, doorsteps.DOORSTEP.c.address_id, EMPLOYMENT.c.id, given.GIVEN.c.person_id)
    assert [await rows(database, key) for key in emptied] == [[], [], [], []]
    files = b"".join(path.read_bytes() for path in (tmp_path / "state").rglob("*") if path.is_file()).decode(
        "utf-8", "replace"
    )
    out, err = capsys.readouterr()
    assert (hits(files), hits(out + err)) == (set(), set())
    assert await erase(database, stones, planted.person) == 0


async def test_the_service_leaves_nothing_in_the_files_of_its_store(tmp_path: Path, stones: Stones) -> None:
    """SQLite's own and its log of changes; while somebody reads, it tries again."""

    def found() -> set[str]:
        store = (each.read_bytes().decode("utf-8", "replace") for each in tmp_path.glob("*.db*"))
        return hits("".join(store))

    async with stores.opened("sqlite", tmp_path, str) as database:
        planted = await database.write(plant)
        await database.write(partial(erasures.ask, person=planted.person, now=MONDAY))
        assert found() == set(PLANTED)
        (file,) = tmp_path.glob("*.db")
        with closing(sqlite3.connect(file)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM person").fetchone()
            service = asyncio.create_task(erasing.keep(database, stones, KEY))
            async with asyncio.timeout(20):
                while hits(await everything(database)):
                    await asyncio.sleep(0.05)
        async with asyncio.timeout(20):
            while found():
                await asyncio.sleep(0.05)
        service.cancel()


async def test_imports_keep_what_they_say_of_others(database: Database, stones: Stones) -> None:
    planted = await database.write(plant)
    copied = await database.read(partial(own_imports.of_person, person=planted.person))
    first, done, back = (each["id"] for each in copied)
    assert (done - first, back - first) == (5, 6)
    assert "fourth@planted.example" not in str(copied)
    before = await database.read(partial(imports.deeds, number=done))
    assert "ana@a.example" not in str(copied)
    await erase(database, stones, planted.person)
    sheets = [await database.read(partial(imports.sheet, number=number)) for number in range(first, done)]
    assert [bool(each) for each in sheets] == [False, False, False, False, True]
    assert await database.read(partial(imports.deeds, number=done)) == before[1:]
    assert await database.read(partial(imports.kept, number=back)) == [Left(planted.town.ana, "job")]
    assert await database.read(partial(own_imports.of_person, person=planted.person)) == []
    there = await database.read(partial(roster.known, organisations=[planted.town.here]))
    assert planted.person not in {each.id for each in there}


async def test_others_stay_as_they_were(database: Database, stones: Stones) -> None:
    planted = await database.write(plant)
    before = await database.read(partial(people.get, person=planted.town.ben))
    await erase(database, stones, planted.person)
    assert await database.read(partial(people.get, person=planted.town.ben)) == before
    names = await rows(database, people.PERSON.c.name)
    assert names == [("",), ("Ana Anaitė",), ("Ben Benaitis",), ("Kari Åsen",)]


async def test_what_is_counted_stays_and_belongs_to_nobody(database: Database, stones: Stones) -> None:
    planted = await database.write(plant)
    await erase(database, stones, planted.person)
    scope = Scope(planted.town.ben, frozenset({planted.town.here}))
    assert await database.read(partial(progress.person, scope=scope, person_id=planted.person)) is None
    shown = await database.read(partial(progress.learners, scope=scope))
    assert planted.person not in {each.person for each in shown}
    assert await rows(database, answers.ANSWER.c.enrolment_id) == [(planted.enrolment,)]
    assert await database.read(partial(replies.waiting, scope=scope)) == 0
    [(started,)] = await rows(database, enrolments.ENROLMENT.c.started_at)
    assert (started.day, started.hour) == (1, 0)


async def test_their_certificate_says_that_it_was_withdrawn(database: Database, stones: Stones) -> None:
    planted = await database.write(plant)
    await erase(database, stones, planted.person)
    kept = await database.read(partial(certificates.by_code, code="c" * 22))
    assert kept is not None
    assert (kept.certificate.name, kept.certificate.number, kept.reason) == ("", "2026-000001", "")
    assert kept.certificate.state(LATER.date()) == "revoked"


async def test_nothing_that_waited_goes_to_them(database: Database, stones: Stones) -> None:
    planted = await database.write(plant)
    await erase(database, stones, planted.person)
    found = await rows(database, OUTBOX.c.state, OUTBOX.c.person_id, OUTBOX.c.body)
    assert set(found) == {("dropped", None, "")}
    assert await database.read(partial(addresses.of_person, person=planted.person)) is None


async def test_who_comes_back_is_a_stranger(database: Database, stones: Stones) -> None:
    planted = await database.write(plant)
    await erase(database, stones, planted.person)
    again = Talk(database, PLANTED["messenger id"], channel="telegram", at=LATER)
    assert await again.says("/menu") == ["join.stranger"]
    fresh = partial(
        people.add,
        organisation=planted.town.here,
        name=PLANTED["name"],
        email=PLANTED["email"],
        language="lt",
    )
    person = await database.write(fresh)
    assert await erasing.again(database, stones, KEY) == 0
    assert (await database.read(partial(people.get, person=person))).name == PLANTED["name"]


async def test_a_restored_backup_does_not_bring_them_back(tmp_path: Path, stones: Stones) -> None:
    async with stores.opened("sqlite", tmp_path, str) as database:
        planted = await database.write(plant)
        backup = tmp_path / "backup.db"
        with (
            closing(sqlite3.connect(stores.file_of(database))) as source,
            closing(sqlite3.connect(backup)) as to,
        ):
            source.backup(to)
        await erase(database, stones, planted.person)
    restored = Database(f"sqlite:///{backup}")
    await restored.open()
    assert hits(await everything(restored)) == set(PLANTED)
    assert await erasing.again(restored, stones, KEY) == 1
    assert hits(await everything(restored)) == set()
    assert await erasing.again(restored, stones, KEY) == 0
    assert await restored.read(partial(erasures.asked, person=planted.person))
    await restored.close()


async def test_who_had_another_address_in_the_backup_is_known_by_their_messenger(
    tmp_path: Path, stones: Stones
) -> None:
    async with stores.opened("sqlite", tmp_path, str) as database:
        planted = await database.write(plant)
        backup = tmp_path / "backup.db"
        with (
            closing(sqlite3.connect(stores.file_of(database))) as source,
            closing(sqlite3.connect(backup)) as to,
        ):
            source.backup(to)
        later = {"email": "new@planted.example"}
        change = partial(edit_person.change, by=None, person=planted.person, cells=later, now=MONDAY)
        await database.write(change)
        await erase(database, stones, planted.person)
    restored = Database(f"sqlite:///{backup}")
    await restored.open()
    assert await erasing.again(restored, stones, KEY) == 1
    assert hits(await everything(restored)) == set()
    await restored.close()


async def test_another_machines_erasures_are_written_down_here_too(
    database: Database, stones: Stones, tmp_path: Path
) -> None:
    planted = await database.write(plant)
    await erase(database, stones, planted.person)
    other = Stones(tmp_path / "other" / "store.erased")
    assert await erasing.look(database, other, KEY, LATER) == 0
    assert other.read() == stones.read() != []


async def test_an_erasure_is_taken_back_until_it_is_begun(database: Database, stones: Stones) -> None:
    """Also between two looks at the same row; once it is begun it stands outside the store."""
    planted = await database.write(plant)
    ask = partial(erasures.ask, person=planted.person, now=MONDAY)
    withdraw = partial(erasures.withdraw, person=planted.person)
    await database.write(ask)

    class Withdrawn:
        read = database.read

        async def write(self, unit: Callable[[Connection], Any]) -> Any:
            await database.write(withdraw)
            return await database.write(unit)

    assert await erasing.look(cast("Database", Withdrawn()), stones, KEY, LATER) == 0
    assert stones.read() == []
    assert await database.read(partial(erasures.stands, person=planted.person)) == PLANTED["email"]
    await database.write(ask)
    begun = erasures.Tombstone(planted.person, LATER, "{}")
    assert await database.write(partial(erasures.begin, tombstone=begun))
    await database.write(withdraw)
    assert await erasing.look(database, stones, KEY, LATER) == 1
    assert not await database.write(partial(erasures.begin, tombstone=begun))


async def test_a_start_at_which_nobody_is_back_writes_nothing(database: Database, stones: Stones) -> None:
    """However many were erased: their tombstones are looked up at once."""
    planted = await database.write(plant)
    await erase(database, stones, planted.person)
    stones.add(erasures.Tombstone(10_000 + number, MONDAY, "{}") for number in range(40_000))
    stones.add([Stone(10_000, MONDAY, "x")])
    ids = [planted.person, planted.town.ben, 10_000]
    assert await database.read(partial(erasures.standing, among=ids)) == {planted.town.ben}
    writes = list[object]()

    class Watched:
        read = database.read

        async def write(self, unit: Callable[[Connection], Any]) -> Any:
            writes.append(unit)
            return await database.write(unit)

    assert await erasing.again(cast("Database", Watched()), stones, KEY) == 0
    assert writes == []


async def test_the_list_is_read_anew_only_when_something_was_added(stones: Stones, tmp_path: Path) -> None:
    """By another process; what this one adds it knows."""
    first, second, third, last = (erasures.Tombstone(each, MONDAY, "{}") for each in (7, 8, 9, 10))
    file, other = tmp_path / "state" / "store.erased", Stones(tmp_path / "state" / "store.erased")
    for each in (first, second, third):
        stones.add([each])
        other.add([first, second, third][: each.person - 5])
    assert [each.person for each in stones.read()] == [7, 8, 9]
    stones.add([last])
    looks = file.stat()
    file.write_bytes(b"x" * looks.st_size)
    os.utime(file, ns=(looks.st_atime_ns, looks.st_mtime_ns))
    stones.add([first, second, third, last])
    assert stones.read() == []


async def test_all_who_were_erased_are_read_only_when_the_list_does_not_have_them(
    database: Database, stones: Stones, tmp_path: Path
) -> None:
    """Because another machine erased them, or the list is lost; not after this one has."""
    planted, other = await database.write(plant), Stones(tmp_path / "other" / "store.erased")
    ana, ben, kari = planted.town.ana, planted.town.ben, planted.town.kari
    await erase(database, stones, planted.person)
    units = list[object]()

    class Watched:
        write = database.write

        async def read(self, unit: Callable[[Connection], Any]) -> Any:
            units.append(unit)
            return await database.read(unit)

    async def look() -> bool:
        """Whether all were read."""
        units.clear()
        await erasing.look(cast("Database", Watched()), stones, KEY, LATER)
        return erasures.tombstones in units

    await database.write(partial(erasures.ask, person=ana, now=MONDAY))
    assert [await look() for _ in range(2)] == [False, False]
    assert await erase(database, other, ben) == 1
    assert [await look() for _ in range(2)] == [True, False]
    (tmp_path / "state" / "store.erased").unlink()
    await database.write(partial(erasures.ask, person=kari, now=MONDAY))
    assert [await look() for _ in range(2)] == [True, False]
    assert {each.person for each in stones.read()} == {planted.person, ana, ben, kari}


async def test_a_line_that_was_cut_off_costs_no_other(stones: Stones, tmp_path: Path) -> None:
    stone = erasures.Tombstone(7, MONDAY, "{}")
    stones.add([stone])
    file = tmp_path / "state" / "store.erased"
    file.write_text(file.read_text(encoding="utf-8") + '\n{"person": 8, "at', encoding="utf-8")
    stones.add([erasures.Tombstone(9, MONDAY, "{}")])
    assert [each.person for each in stones.read()] == [7, 9]


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
