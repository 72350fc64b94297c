"""Whoever may approve an announcement is told that one waits, once, when they work, and nobody else is."""

from datetime import datetime, timedelta
from functools import partial

import pytest

from actions import compose, dispatch
from actions.compose import Composed
from actions.enlist import set_here
from domain.audience import EVERYBODY
from domain.mailbox import MAIL
from domain.message import Choice, Line, Notice, Param, Place
from domain.organisation import Scope
from scheduler.jobs import announce
from storage import announcements, people, senders
from storage.addresses import ADDRESS
from storage.announcements import ANNOUNCEMENT
from storage.codec import load_message
from storage.database import Connection, Database
from storage.outbox import OUTBOX
from storage.people import ROLE
from tests.actions.test_announce import crowd
from tests.storage.samples import MONDAY, Town, address, rows

NIGHT = MONDAY + timedelta(hours=13)


def coordinators(tx: Connection, above: int) -> Town:
    """Ben and three more: one has a chat, one a mailbox alone; the third has gone. Kari coordinates elsewhere."""
    town = crowd(tx, 3)
    set_here(tx, town.here, {"approver_above": above}, MONDAY)
    for name in ("chat", "mail", "gone"):
        person = people.add(tx, organisation=town.here, name=name, email=f"{name}@a.example", language="lt")
        people.grant(tx, person, town.here, "coordinator")
        if name != "mail":
            address(tx, name, person)
    tx.execute(people.PERSON.update().where(people.PERSON.c.name == "gone").values(left_on="2026-01-01"))
    people.grant(tx, town.ben, town.here, "coordinator")
    people.grant(tx, town.ana, town.here, "auditor")
    people.grant(tx, town.kari, town.elsewhere, "coordinator")
    address(tx, "ana", town.ana)
    return town


async def asked(database: Database, town: Town, *, at: datetime = MONDAY, mails: bool = True) -> int:
    scope = Scope(town.ben, frozenset({town.here}), frozenset({"see", "act"}))
    said = Composed(town.here, {"lt": "Labas"}, confirms=False, rule=EVERYBODY, days=3)

    def ask(tx: Connection) -> int:
        which = compose.save(tx, scope, said, at, key="k")
        seen = compose.mark(compose.one(tx, scope, which))
        dispatch.send(tx, scope, which, None, at, seen=seen, mails=mails)
        return which

    return await database.write(ask)


async def told(database: Database) -> list[tuple[str, str]]:
    """Where something personal goes, and where it stands."""
    columns = (OUTBOX.c.id, ADDRESS.c.key, OUTBOX.c.state)
    mine = (OUTBOX.c.kind == "personal") & (OUTBOX.c.address_id == ADDRESS.c.id)
    return [(row[1], row[2]) for row in await rows(database, *columns, where=mine)]


@pytest.mark.parametrize("mails", [True, False])
async def test_others_who_may_approve_are_told_in_the_chat_or_by_mail(
    database: Database, *, mails: bool
) -> None:
    town = await database.write(partial(coordinators, above=2))
    which = await asked(database, town, mails=mails)
    assert await told(database) == [("chat", "ready"), *([("mail@a.example", "ready")] if mails else [])]
    bodies = [load_message(row[1]) for row in await rows(database, OUTBOX.c.id, OUTBOX.c.body)]
    link = Place(f"/console/announcements/{which}")
    params: dict[str, Param] = {"organisation": "Biblioteka", "link": link}
    seen = await database.read(lambda tx: compose.mark(announcements.get(tx, which)))
    lines = (
        Line("approval.wanted", {"organisation": "Biblioteka"}),
        Line("announce.words", {"language": "Lietuvių", "words": "Labas"}),
        Line("announce.people", {"many": 5, "place": "Biblioteka"}),
        Line("announce.unreachable", {"many": 2}),
        Line("approval.then", {"link": link}),
    )
    ways = (f"/announce {each} {which} {seen}" for each in ("approve", "refuse"))
    choices = (
        Choice(label, data)
        for label, data in zip(("announce.approve_button", "announce.refuse_button"), ways, strict=True)
    )
    mail = Notice(tuple(Line(f"approval.{each}", params) for each in ("subject", "wanted", "then")))
    assert bodies == [Notice(lines, tuple(choices)), *([mail] if mails else [])]


async def test_in_the_night_they_are_told_in_the_morning(database: Database) -> None:
    town = await database.write(partial(coordinators, above=2))
    await asked(database, town, at=NIGHT, mails=False)
    assert await told(database) == [("chat", "waiting")]


async def test_on_a_friday_evening_they_are_told_on_monday(database: Database) -> None:
    town = await database.write(partial(coordinators, above=2))
    await asked(database, town, at=MONDAY + timedelta(days=4, hours=11), mails=True)
    assert await told(database) == [("chat", "waiting"), ("mail@a.example", "ready")]


@pytest.mark.parametrize("mails", [True, False])
async def test_whom_the_chat_would_tell_too_late_is_told_by_mail(database: Database, *, mails: bool) -> None:
    """They are on leave for long."""
    town = await database.write(partial(coordinators, above=2))
    leave = {"leave_from": "2026-11-01", "leave_until": "2027-03-01"}
    away = people.PERSON.update().where(people.PERSON.c.name == "chat").values(**leave)
    await database.write(lambda tx: tx.execute(away))
    await asked(database, town, mails=mails)
    by_mail = [("chat@a.example", "ready"), ("mail@a.example", "ready")]
    assert await told(database) == (by_mail if mails else [("chat", "dropped")])


async def test_of_what_needs_nobody_nobody_is_told(database: Database) -> None:
    town = await database.write(partial(coordinators, above=0))
    await asked(database, town)
    assert await told(database) == []


@pytest.mark.parametrize("mails", [True, False])
async def test_what_waits_for_another_when_its_time_has_come_is_told_too(
    database: Database, *, mails: bool
) -> None:
    """By mail too, where a process sends any."""
    town = await database.write(partial(coordinators, above=0))
    await database.write(lambda tx: senders.take(tx, MAIL, "mails" if mails else "", None))
    await asked(database, town)
    await database.write(lambda tx: tx.execute(ROLE.delete().where(ROLE.c.person_id == town.ben)))
    for minute in range(3):
        later = MONDAY + dispatch.UNDO + minute * timedelta(minutes=1)
        assert await announce.JOB.run(database, later) == 0
    assert await rows(database, ANNOUNCEMENT.c.state) == [("asked",)]
    assert await told(database) == [("chat", "ready"), *([("mail@a.example", "ready")] if mails else [])]
