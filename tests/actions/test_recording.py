"""A recording is told to those who may see it, once, and is found in the chat; on both stores."""

from functools import partial

from actions import organise, recording
from domain import recording_talk
from domain.message import Notice
from storage import people, registrations
from storage.audit import AUDIT
from storage.database import Connection, Database
from tests.actions import hall
from tests.actions.hall import DAY, HOUR, START, Hall
from tests.actions.talk import Talk
from tests.storage.samples import MONDAY, rows

OVER = START + 2 * HOUR
LINK = "https://rec.example/1"


async def recorded(
    database: Database, held: Hall, link: str = LINK, chapters: str = "0:00 Įvadas"
) -> list[str]:
    unit = partial(
        recording.record, scope=held.scope, webinar=held.webinar, said=(link, {"lt": chapters}), now=OVER
    )
    return list(await database.write(unit))


async def told(database: Database, name: str) -> list[str]:
    found = await Talk(database, name).written("webinar:")
    heads = [each.lines[0].text for each in found if isinstance(each, Notice)]
    return [each for each in heads if each in ("recording.new", "webinar.thanks", "webinar.missed")]


async def test_who_had_a_seat_is_told_once_and_finds_it(database: Database) -> None:
    held = await hall.opened(database, capacity=1)
    ana, ben = await hall.guests(database, held.land.library, "ana", "ben")
    for who in (ana, ben):
        await hall.come(database, held, who, START - HOUR / 2)
    late = START - HOUR / 2
    await hall.look(database, START)
    assert await recorded(database, held) == []
    assert await recorded(database, held, chapters="0:00 Įvadas\n4:05 Klausimai") == []
    for _ in range(2):
        await hall.look(database, OVER)
    assert (await told(database, "ana"), await told(database, "ben")) == (["recording.new"], [])
    talk = Talk(database, "ana", at=OVER)
    assert await talk.says("/recordings") == ["recordings.head+recordings.line+recordings.search"]
    assert await talk.says("1") == ["recording.of+recording.chapter+recording.chapter"]
    assert await talk.says("/recordings virus KLAUSIM") == [
        "recordings.head+recordings.line+recordings.search"
    ]
    assert await talk.says("/recordings bitės") == ["recordings.not_found"]
    other = Talk(database, "ben", at=OVER)
    assert (await other.says("/recordings"), await other.says("/recording 1")) == (
        ["recordings.none"],
        ["recordings.none"],
    )
    assert await recorded(database, held, link="") == []
    assert await talk.says("/recordings") == ["recordings.none"]
    log = await rows(database, AUDIT.c.number, AUDIT.c.after, where=AUDIT.c.what == "webinar.recorded")
    assert [row[1] for row in log] == [
        '{"chapters":1,"there":1}',
        '{"chapters":2,"there":1}',
        '{"chapters":1,"there":0}',
    ]
    assert late < START


async def test_where_only_those_who_came_may_see_it_they_are_told_after_the_thanks(
    database: Database,
) -> None:
    held = await hall.opened(database, seen_by="attended")
    ana, ben = await hall.guests(database, held.land.library, "ana", "ben")
    for who in (ana, ben):
        await hall.come(database, held, who, START - HOUR / 2)

    def attend(tx: Connection) -> None:
        mine = registrations.of(tx, 1, ana)
        assert mine
        organise.attend(tx, held.scope, 1, {1: mine.id == 1, 2: mine.id == 2}, OVER, ticked=())

    await database.write(attend)
    assert await recorded(database, held) == []
    for _ in range(2):
        await hall.look(database, OVER)
    assert await told(database, "ana") == ["webinar.thanks", "recording.new"]
    assert await told(database, "ben") == ["webinar.missed"]
    assert await Talk(database, "ben", at=OVER).says("/recordings") == ["recordings.none"]


async def test_what_is_for_everybody_is_found_by_who_never_registered(database: Database) -> None:
    held = await hall.opened(database, seen_by="everybody", organisation=1)
    await hall.guests(database, held.land.unit, "ana")
    await recorded(database, held)
    assert await Talk(database, "ana", at=OVER + DAY).says("/recordings") == [
        "recordings.head+recordings.line+recordings.search"
    ]


async def test_what_cannot_be_is_said_and_nothing_is_kept(database: Database) -> None:
    held = await hall.opened(database)
    early = partial(recording.record, scope=held.scope, webinar=1, said=("ftp://a", {"lt": "?"}), now=MONDAY)
    assert await database.write(early) == ["early", "link", "chapters"]
    assert await recorded(database, held, chapters="?") == ["chapters"]
    assert await database.read(lambda tx: recording.archive(tx, people.get(tx, held.scope.person), "")) == (
        recording_talk.none()
    )
