"""A name, an address, a job that somebody asks to have corrected: who sees it, decided once, and the person is told."""

import asyncio
import json
from datetime import timedelta
from functools import partial

import pytest

from actions import correct, edit_person, employ, my_data
from actions.edit_person import Unfit
from actions.sign_in import Asked, make_link, send_link
from domain.correction import Filed, Wish
from domain.message import Notice
from domain.organisation import Scope
from storage import corrections, employments, erasures, invitations, own_data, people, sessions
from storage.addresses import ADDRESS
from storage.audit import AUDIT
from storage.corrections import CORRECTION, Wanted
from storage.database import Connection, Database
from storage.outbox import OUTBOX
from tests.actions.talk import Talk
from tests.storage.samples import MONDAY, Town, rows, settle_down

OUT = (OUTBOX.c.id, OUTBOX.c.key, OUTBOX.c.organisation_id, ADDRESS.c.channel, ADDRESS.c.key, OUTBOX.c.body)


def scope(who: int, *places: int, manage: bool = False) -> Scope:
    rights = frozenset[str]({"see", "act", *(("manage",) if manage else ())})
    return Scope(who, frozenset(places), rights)  # type: ignore[arg-type]


async def joined(database: Database) -> tuple[Town, Talk]:
    """Ana learns in the web chat, at the library."""

    def build(tx: Connection) -> Town:
        town = settle_down(tx)
        ends = MONDAY + timedelta(days=14)
        invitations.add(tx, person=town.ana, programme=town.programme, code="one", expires_at=ends)
        return town

    town, ana = await database.write(build), Talk(database)
    await ana.join("one")
    return town, ana


async def ask(database: Database, person: int, wish: Wish) -> Filed:
    return await database.write(partial(correct.ask, person=person, wish=wish, now=MONDAY))


async def wanted(database: Database, by: Scope) -> list[Wanted]:
    return list(await database.within(by).read(partial(corrections.wanted, scope=by)))


async def take(database: Database, by: Scope, which: int, *, mails: bool = True) -> Wanted | None:
    unit = partial(correct.take_over, scope=by, which=which, now=MONDAY, mails=mails)
    return await database.within(by).write(unit)


async def refuse(database: Database, by: Scope, which: int, why: str) -> Wanted | None:
    unit = partial(correct.refuse, scope=by, which=which, why=why, now=MONDAY, mails=True)
    return await database.within(by).write(unit)


async def told(database: Database) -> list[tuple[int | None, str, str, list[str]]]:
    """Of which organisation it is, where the person is told of a decision, and what."""
    here = (ADDRESS.c.id == OUTBOX.c.address_id) & OUTBOX.c.key.contains("correction:")
    return [
        (house, channel, key, [line["text"] for line in json.loads(body)["lines"]])
        for _, _, house, channel, key, body in await rows(database, *OUT, where=here)
    ]


async def deeds(database: Database) -> list[tuple[object, ...]]:
    about = (
        AUDIT.c.number,
        AUDIT.c.what,
        AUDIT.c.person_id,
        AUDIT.c.about_id,
        AUDIT.c.organisation_id,
        AUDIT.c.after,
    )
    return [row[1:] for row in await rows(database, *about, where=AUDIT.c.what.startswith("correction"))]


async def test_it_is_asked_in_the_chat_and_the_coordinator_takes_it_over(database: Database) -> None:
    town, ana = await joined(database)
    assert await ana.says("/mydata name") == ["mydata.correcting"]
    assert await ana.says("/mydata name Ana Naujoji") == ["mydata.asked"]
    assert await ana.says("/mydata name Ana Anaitė") == ["mydata.asked_same"]
    assert await ana.says("/mydata email ana@") == ["mydata.asked_unfit"]
    assert await ana.says("/mydata job3 gidė") == ["mydata.asked_unfit"]
    said = ana.heard[-4]
    assert isinstance(said, Notice)
    assert said.lines[0].params == {"organisation": "Biblioteka", "words": "Ana Naujoji"}
    boss, stranger = scope(town.ben, town.here), scope(town.kari, town.elsewhere)
    assert await wanted(database, stranger) == []
    [one] = await wanted(database, boss)
    assert (one.person, one.place, one.what, one.before, one.words) == (
        *(town.ana, town.here, "name"),
        *("Ana Anaitė", "Ana Naujoji"),
    )
    assert await take(database, stranger, one.id) is None
    assert await take(database, boss, one.id) == one
    assert await take(database, boss, one.id) is None
    assert await refuse(database, boss, one.id, "no") is None
    assert (await database.read(partial(people.get, person=town.ana))).name == "Ana Naujoji"
    assert await told(database) == [(town.here, "web", "ana", ["corrected.taken"])]
    which = ("correction.asked", town.ana), ("correction.taken", town.ben)
    assert await deeds(database) == [
        (what, who, town.ana, town.here, '{"what":"name"}') for what, who in which
    ]


async def test_one_of_two_who_decide_at_once_decides(database: Database) -> None:
    town, _ = await joined(database)
    await ask(database, town.ana, Wish("name", "Ana Naujoji"))
    boss = scope(town.ben, town.here)
    [one] = await wanted(database, boss)
    done = await asyncio.gather(
        *(take(database, boss, one.id) for _ in range(3)),
        *(refuse(database, boss, one.id, "no") for _ in range(3)),
    )
    assert [each for each in done if each] == [one]
    assert len(await told(database)) == 1


async def test_who_decides_decides_about_the_words_that_they_saw(database: Database) -> None:
    town, _ = await joined(database)
    boss = scope(town.ben, town.here)
    await ask(database, town.ana, Wish("name", "Ana Naujoji"))
    [seen] = await wanted(database, boss)
    await ask(database, town.ana, Wish("name", "Someone Else"))
    assert await take(database, boss, seen.id) is None
    [now] = await wanted(database, boss)
    assert (now.words, now.id != seen.id) == ("Someone Else", True)
    assert await take(database, boss, now.id) == now
    await ask(database, town.ana, Wish("name", "Ana Trečioji"))
    [third] = await wanted(database, boss)
    assert third.id not in (seen.id, now.id), "no number is ever another's"


async def test_a_refusal_has_a_word_for_whoever_asked(database: Database) -> None:
    """By mail to whoever has no chat; to nobody where no mail is sent."""

    town = await database.write(settle_down)
    boss = scope(town.kari, town.here)
    await ask(database, town.ben, Wish("job", "vedėjas"))
    [one] = await wanted(database, boss)
    assert await refuse(database, boss, one.id, "Įsakymo dar nėra") == one
    assert (await database.read(partial(people.get, person=town.ben))).job == ""
    assert await told(database) == [
        (town.here, "email", "ben@a.example", ["corrected.subject", "corrected.refused"])
    ]
    [(_, body)] = await rows(database, OUTBOX.c.id, OUTBOX.c.body)
    assert "Įsakymo dar nėra" in body
    assert await deeds(database) == [
        ("correction.asked", town.ben, town.ben, town.here, '{"what":"job"}'),
        ("correction.refused", town.kari, town.ben, town.here, '{"what":"job"}'),
    ]


async def test_another_address_signs_nobody_in_before_its_mailbox_was_read(database: Database) -> None:
    """As with a roster: sessions end, links go to the new address alone, and whoever reads the old one is told."""
    town = await database.write(settle_down)

    def sign_in(tx: Connection) -> None:
        people.grant(tx, town.ben, town.here, "author")
        make_link(tx, person=town.ben, now=MONDAY, token="token")
        sessions.start(tx, person=town.ben, token="session", now=MONDAY, how="link", strong=False, agent="")

    await database.write(sign_in)
    await ask(database, town.ben, Wish("email", "Benas@B.example"))
    coordinator, manager = scope(town.ana, town.here), scope(town.ana, town.here, manage=True)
    [one] = await wanted(database, coordinator)
    with pytest.raises(Unfit, match="role_above"):
        await take(database, coordinator, one.id)
    assert await wanted(database, coordinator) == [one], "it waits for somebody who may"
    assert await database.read(partial(sessions.alive, token="session", now=MONDAY))

    def write(tx: Connection) -> None:  # who may give every role that Ben has
        rights = frozenset({"see", "act", "write", "manage", "audit"})
        by = Scope(manager.person, manager.organisations, rights)  # type: ignore[arg-type]
        assert correct.take_over(tx, by, one.id, MONDAY, mails=True) == one

    await database.write(write)
    assert await database.read(partial(sessions.alive, token="session", now=MONDAY)) is None
    assert await told(database) == [
        (town.here, "email", "benas@b.example", ["corrected.subject", "corrected.taken"]),
        (town.here, "email", "ben@a.example", ["corrected.subject", "corrected.email"]),
    ]
    [(_, body)] = await rows(
        database, OUTBOX.c.id, OUTBOX.c.body, where=OUTBOX.c.key.contains("corrected.email")
    )
    assert "benas" not in body.lower(), "whoever reads the old mailbox now does not learn the new address"

    def link(tx: Connection, email: str) -> bool:
        return send_link(tx, Asked(email, "mail", "", "", email), key=b"k" * 32, now=MONDAY)

    assert not await database.write(partial(link, email="ben@a.example"))
    assert await database.write(partial(link, email="benas@b.example"))
    here = (ADDRESS.c.id == OUTBOX.c.address_id) & OUTBOX.c.key.startswith("code:link")
    assert [row[4] for row in await rows(database, *OUT, where=here)] == ["benas@b.example"]


async def test_an_address_that_somebody_has_is_not_taken_over_and_the_asker_learns_nothing(
    database: Database,
) -> None:
    town, ana = await joined(database)
    assert await ana.says("/mydata email kari@b.example") == ["mydata.asked"]
    assert await ana.says("/mydata email nobody@b.example") == ["mydata.asked"]
    assert await ana.says("/mydata email kari@b.example") == ["mydata.asked"]
    boss = scope(town.ben, town.here)
    [one] = await wanted(database, boss)
    with pytest.raises(Unfit, match="elsewhere"):
        await take(database, boss, one.id)
    assert await wanted(database, boss) == [one]
    assert await database.read(partial(people.email, person=town.ana)) == "ana@a.example"


async def test_the_job_is_of_the_work_that_it_is_asked_for(database: Database) -> None:
    town, ana = await joined(database)
    here, there, both = (
        scope(town.ben, town.here),
        scope(town.kari, town.elsewhere),
        scope(town.kari, town.here, town.elsewhere),
    )
    named = employ.Named(town.ana, town.elsewhere, {"job": "guide"})
    await database.write(lambda tx: employ.join(tx, named, MONDAY, by=None, why="sure"))
    assert await ana.says("/mydata job bibliotekininkė") == ["mydata.asked+mydata.asked_elsewhere"]
    said = ana.heard[-1]
    assert isinstance(said, Notice)
    assert said.lines[1].params == {"organisation": "Kommune", "way": "/mydata job2"}
    assert await ana.says("/mydata job2 head of guides") == ["mydata.asked+mydata.asked_elsewhere"]
    assert await ana.says("/mydata name2 Ana") == ["mydata.asked_unfit"]
    assert await ana.says("/mydata name Ana Naujoji") == ["mydata.asked"]
    main, name = await wanted(database, here)
    [further] = await wanted(database, there)
    assert (main.words, name.words, further.words) == ("bibliotekininkė", "Ana Naujoji", "head of guides")
    assert (further.place, further.before) == (town.elsewhere, "guide")
    assert len(await wanted(database, both)) == 3
    assert await take(database, both, further.id) == further  # who sees both changes that of this work
    assert await take(database, here, main.id) == main
    [work] = await database.read(partial(employments.of_person, person=town.ana))
    person = await database.read(partial(people.get, person=town.ana))
    assert (work.job, person.job, person.name) == ("head of guides", "bibliotekininkė", "Ana Anaitė")
    assert {row[0] for row in await told(database)} == {town.here, town.elsewhere}


async def test_the_further_organisation_decides_by_itself(database: Database) -> None:
    """Behind its own wall: it tells the person, who is at home elsewhere, and mails those without a chat."""
    town = await database.write(settle_down)
    named = employ.Named(town.ben, town.elsewhere, {"job": "guide"})
    await database.write(lambda tx: employ.join(tx, named, MONDAY, by=None, why="sure"))
    await ask(database, town.ben, Wish("job", "head of guides", 2))
    there = scope(town.kari, town.elsewhere)
    [one] = await wanted(database, there)
    assert await take(database, there, one.id) == one
    assert await told(database) == [
        (town.elsewhere, "email", "ben@a.example", ["corrected.subject", "corrected.taken"])
    ]


async def test_with_the_work_goes_what_was_asked_about_it(database: Database) -> None:
    """Who leaves their main organisation has the further one for it: the job there was another question."""
    town = await database.write(settle_down)
    named = employ.Named(town.ben, town.elsewhere, {"job": "guide"})
    await database.write(lambda tx: employ.join(tx, named, MONDAY, by=None, why="sure"))
    for wish in (Wish("job", "vedėjas"), Wish("job", "head of guides", 2), Wish("name", "Ben Naujasis")):
        await ask(database, town.ben, wish)
    left = partial(edit_person.change, by=None, person=town.ben, cells={"left_on": "2026-11-20"}, now=MONDAY)
    await database.write(left)
    assert await wanted(database, scope(town.ana, town.here)) == []
    [one] = await wanted(database, scope(town.kari, town.elsewhere))
    assert (one.what, one.words, one.place) == ("name", "Ben Naujasis", town.elsewhere)
    assert len(await rows(database, CORRECTION.c.id)) == 1


async def test_it_is_in_the_copy_and_goes_with_an_erasure(database: Database) -> None:
    town, _ = await joined(database)
    await ask(database, town.ana, Wish("name", "Ana Naujoji"))
    copy = json.loads(await database.read(partial(my_data.as_json, person=town.ana, now=MONDAY)))
    assert [row["words"] for row in copy["tables"]["correction"]] == ["Ana Naujoji"]
    await database.write(partial(own_data.erase, person=town.ana, now=MONDAY))
    assert await rows(database, CORRECTION.c.id) == []


async def test_an_erasure_that_is_asked_for_ends_the_sessions_and_is_told_to_the_log_once(
    database: Database,
) -> None:
    """In the chat as everywhere."""
    town, ana = await joined(database)

    def begin(tx: Connection) -> None:
        sessions.start(tx, person=town.ana, token="session", now=MONDAY, how="link", strong=False, agent="")

    await database.write(begin)
    for _ in range(2):
        assert await ana.says("/mydata erase now") == ["mydata.erased"]
    assert await database.read(partial(sessions.alive, token="session", now=MONDAY)) is None
    assert await database.read(partial(erasures.asked, person=town.ana))
    about = AUDIT.c.what, AUDIT.c.person_id, AUDIT.c.about_id
    assert await rows(database, *about, where=AUDIT.c.what == "erasure.asked") == [
        ("erasure.asked", town.ana, town.ana)
    ]


async def test_after_the_third_that_waits_another_is_not_taken(database: Database) -> None:
    town, _ = await joined(database)
    named = employ.Named(town.ana, town.elsewhere)
    await database.write(lambda tx: employ.join(tx, named, MONDAY, by=None, why="sure"))
    wishes = (
        Wish("name", "Ana Naujoji"),
        Wish("email", "ana@new.example"),
        Wish("job", "vedėja"),
        Wish("job", "guide", 2),
        Wish("job", "direktorė"),
    )
    became = [(await ask(database, town.ana, each)).became for each in wishes]
    assert became == ["asked", "asked", "asked", "many", "asked"]
    mine = await database.read(partial(corrections.of_person, person=town.ana))
    assert [each.words for each in mine] == ["Ana Naujoji", "ana@new.example", "direktorė"]
