"""Privacy notices published, told of and read, on both stores."""

import json
from dataclasses import replace
from datetime import timedelta
from functools import partial

from actions import my_data
from actions.privacy_notice import Draft, publish, tell
from domain.language import LANGUAGES, Language
from domain.message import Day
from domain.organisation import Scope
from domain.privacy_notice import PrivacyNotice
from domain.tree import Own
from storage import invitations, organisations, own_data, people, privacy_notices
from storage.audit import AUDIT
from storage.database import Connection, Database
from storage.outbox import OUTBOX
from storage.people import PERSON
from tests.actions.talk import Talk
from tests.storage.samples import MONDAY, Town, address, rows, settle_down

TEXTS: dict[Language, str] = dict.fromkeys(LANGUAGES, "Skaitykite")


def scope(town: Town) -> Scope:
    return Scope(town.ben, frozenset({town.here}), frozenset({"manage"}))


def put(tx: Connection, town: Town, text: str, after: int = 0, language: Language = "lt") -> PrivacyNotice:
    found = publish(tx, scope(town), Draft(town.here, language, text, after), MONDAY)
    assert isinstance(found, PrivacyNotice)
    return found


async def test_versions_follow_one_another_and_each_is_in_the_log(database: Database) -> None:
    town = await database.write(settle_down)
    first = Draft(town.here, "lt", " Viena \n", 0)
    done = [
        await database.write(partial(publish, scope=scope(town), draft=each, now=MONDAY))
        for each in (
            first,
            replace(first, text="Viena"),
            replace(first, text="Du"),
            replace(first, text="Du", after=1),
            replace(first, text="Trys", after=7),
            replace(first, text="\0"),
            replace(first, text="x" * 20_001, after=2),
            replace(first, language="en"),
            replace(first, organisation=town.elsewhere),
        )
    ]
    shown = [(each.language, each.version) if isinstance(each, PrivacyNotice) else each for each in done]
    assert shown == [
        *(("lt", 1), "same", "meanwhile", ("lt", 2), "meanwhile", "empty", "long", ("en", 1), None)
    ]
    told = [json.loads(row[1]) for row in await rows(database, AUDIT.c.number, AUDIT.c.after)]
    assert told == [{"language": each[0], "version": each[1]} for each in (("lt", 1), ("lt", 2), ("en", 1))]
    assert await rows(database, AUDIT.c.what, AUDIT.c.person_id) == [("notice.published", town.ben)] * 3


async def test_those_whom_it_is_for_are_told_once_in_their_hours(database: Database) -> None:
    """Ana and Ben read Lithuanian, and a Pole does for want of Polish; Kari is elsewhere, the unit has its own."""
    night = MONDAY + timedelta(hours=15)

    def build(tx: Connection) -> tuple[Town, int, PrivacyNotice]:
        town = settle_down(tx)
        office = organisations.add_place(tx, "Office", Own(), "unit", town.here)
        unit = organisations.add_place(tx, "Unit", Own(), "unit", town.here)
        pole = people.add(tx, organisation=office, name="Ola", email="ola@a.example", language="pl")
        engl = people.add(tx, organisation=town.here, name="Eve", email="eve@a.example", language="en")
        own = people.add(tx, organisation=unit, name="Una", email="una@a.example", language="lt")
        for who in (town.ana, town.ben, town.kari, pole, engl, own):
            address(tx, f"a{who}", who)
        put(tx, town, "Here", language="en")
        there = replace(scope(town), organisations=frozenset({unit}))
        assert isinstance(publish(tx, there, Draft(unit, "lt", "Savas", 0), MONDAY), PrivacyNotice)
        return town, pole, put(tx, town, "Čia")

    town, pole, notice = await database.write(build)
    once, again = [
        await database.write(partial(tell, notice=notice, texts=TEXTS, now=night)) for _ in range(2)
    ]
    assert (once, again) == (3, 0)
    sent = await rows(database, OUTBOX.c.person_id, OUTBOX.c.kind, OUTBOX.c.due_at)
    assert {row[:2] for row in sent} == {(who, "announcement") for who in (town.ana, town.ben, pole)}
    assert {row[2] > night for row in sent} == {True}, "in working hours"


async def test_what_held_on_joining_is_kept_shown_and_forgotten(database: Database) -> None:
    def build(tx: Connection) -> Town:
        town = settle_down(tx)
        for person, code in ((town.ana, "one"), (town.kari, "two")):
            ends = MONDAY + timedelta(days=14)
            invitations.add(tx, person=person, programme=town.programme, code=code, expires_at=ends)
        put(tx, town, "Lietuviškai")
        put(tx, town, "Lietuviškai, nauja", 1)
        put(tx, town, "In English", language="en")
        return town

    town = await database.write(build)
    ana, kari = Talk(database, tag="lt"), Talk(database, "kari")
    await ana.join("one")
    await kari.join("two")
    read = await database.read(partial(privacy_notices.read_by, person=town.ana))
    assert read is not None
    assert (read.organisation, read.language, read.version) == (town.here, "lt", 2)
    await database.write(lambda tx: put(tx, town, "Dar naujesnė", 2))
    assert await database.read(partial(privacy_notices.read_by, person=town.ana)) == read
    assert await ana.says("/mydata") == ["mydata.head+mydata.who+mydata.counts+mydata.notice+mydata.ways"]
    [line] = [each for each in ana.heard[-1].lines if each.text == "mydata.notice"]  # type: ignore[union-attr]
    assert line.params == {"version": 2, "date": Day(MONDAY.date())}
    urls = [each.url for each in ana.heard[-1].choices if each.url]  # type: ignore[union-attr]
    assert f"/privacy?at={town.here}&version=2&language=lt&key=" in urls
    assert await kari.says("/mydata") == ["mydata.head+mydata.who+mydata.counts+mydata.ways"]

    copy = json.loads(await database.read(partial(my_data.as_json, person=town.ana, now=MONDAY)))
    assert copy["privacy_notice_read"]["version"] == 2
    assert copy["privacy_notice_read"]["text"] == "Lietuviškai, nauja"
    assert copy["tables"]["person"][0]["notice_id"] == read.id
    report = await database.read(partial(my_data.report, person=town.ana, now=MONDAY))
    assert report.notice == (2, MONDAY.date())

    await database.write(partial(own_data.erase, person=town.ana, now=MONDAY))
    assert await rows(database, PERSON.c.notice_id, where=PERSON.c.id == town.ana) == [(None,)]


async def test_an_erased_publisher_leaves_the_notice_standing(database: Database) -> None:
    town = await database.write(settle_down)
    notice = await database.write(lambda tx: put(tx, town, "Tekstas"))
    await database.write(partial(own_data.erase, person=town.ben, now=MONDAY))
    assert await database.read(partial(privacy_notices.text, notice=notice.id)) == "Tekstas"
