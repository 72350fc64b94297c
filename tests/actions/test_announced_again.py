"""What went to groups too: who may correct it, where it changes, and who gets what comes after it."""

from dataclasses import replace
from functools import partial

import pytest

from actions import amend, compose, dispatch, groups
from actions.chase import silent
from actions.compose import Composed
from actions.dispatch import NotSent
from actions.enlist import set_here
from domain.audience import EVERYBODY, Line, Rule, Told, ruled
from domain.group import Bound
from domain.organisation import Scope
from scheduler.jobs import announce, chase
from storage import announcements, people
from storage import groups as kept
from storage.amending import Amended
from storage.announcements import ANNOUNCEMENT
from storage.database import Connection, Database
from storage.outbox import OUTBOX
from tests.actions.test_announce import DAY, crowd
from tests.bot.messenger import Desk, Editing
from tests.storage.samples import MONDAY, address, rows

BEGUN = MONDAY + dispatch.UNDO


def house(tx: Connection, *, to_people: bool = False) -> tuple[Scope, int]:
    """What goes to a group of the library, and perhaps to its people; it asks to be confirmed."""
    town = crowd(tx, 0)
    address(tx, "ana", town.ana)
    people.grant(tx, town.ben, town.here, "coordinator")
    scope = Scope(town.ben, frozenset({town.here}), frozenset({"see", "act"}))
    groups.ask(tx, scope, town.here, "lt", now=MONDAY, new_code=lambda: "A" * 22)
    groups.follow(tx, "web", "-100", Bound("A" * 22, "Visi", "group"), MONDAY)
    (mine,) = kept.of_scope(tx, scope)
    tx.execute(OUTBOX.delete())
    said = Composed(town.here, {"lt": "Labas"}, True, EVERYBODY, chase_times=1)
    said = replace(said, groups=(mine.id,), people=to_people)
    which = compose.save(tx, scope, said, MONDAY, key="k")
    seen = compose.mark(compose.one(tx, scope, which))
    assert dispatch.send(tx, scope, which, None, MONDAY, seen=seen, mails=False) == "due"
    return scope, which


def corrected(tx: Connection, scope: Scope, which: int) -> None:
    seen = compose.mark(announcements.get(tx, which))
    amend.correct(tx, scope, which, {"lt": "Sudie"}, BEGUN, seen=seen)


async def test_one_person_corrects_nothing_in_a_group_where_a_second_approves(database: Database) -> None:
    """Also while the post waits, and would go with the new words."""
    scope, which = await database.write(house)
    assert await announce.JOB.run(database, BEGUN) == 1
    (place,) = scope.organisations
    await database.write(lambda tx: set_here(tx, place, {"approver_above": 10}, MONDAY))
    with pytest.raises(NotSent) as no:
        await database.write(lambda tx: corrected(tx, scope, which))
    assert [each.what for each in no.value.faults] == ["alone"]


async def test_a_post_in_a_group_is_changed_and_taken_back_too(database: Database) -> None:
    scope, which = await database.write(house)
    assert await announce.JOB.run(database, BEGUN) == 1
    channel = Editing()
    desk = Desk(database, channel)
    await desk.rounds(2)
    assert [place for place, _, _ in channel.sent] == ["-100"]
    await database.write(lambda tx: corrected(tx, scope, which))

    def counted(tx: Connection) -> Amended | None:
        return amend.amended(tx, announcements.get(tx, which))

    assert await database.read(counted) == Amended(left=1)
    await desk.rounds(2)
    assert [(place, sent) for place, sent, _ in channel.edited] == [("-100", "m1")]
    assert await database.read(counted) == Amended(done=1)
    seen = await database.read(lambda tx: compose.mark(announcements.get(tx, which)))
    await database.write(lambda tx: amend.take_back(tx, scope, which, BEGUN, seen=seen))
    await desk.rounds(2)
    assert len(channel.edited) == 2


async def test_nothing_is_changed_in_a_group_that_was_let_go(database: Database) -> None:
    scope, which = await database.write(house)
    await announce.JOB.run(database, BEGUN)
    await Desk(database, Editing()).rounds(2)
    (mine,) = await database.read(lambda tx: kept.of_scope(tx, scope))
    await database.write(lambda tx: groups.end(tx, scope, mine.id, BEGUN))
    await database.write(lambda tx: corrected(tx, scope, which))
    assert await rows(database, OUTBOX.c.id, where=OUTBOX.c.edits.is_not(None)) == []


async def test_a_reminder_does_not_go_to_groups_again(database: Database) -> None:
    _, which = await database.write(partial(house, to_people=True))
    assert await announce.JOB.run(database, BEGUN) == 2
    await database.write(lambda tx: tx.execute(OUTBOX.update().values(state="sent")))
    assert await chase.JOB.run(database, BEGUN + DAY) == 1
    reminder = await database.read(lambda tx: announcements.by_key(tx, f"chase:{which}:1"))
    assert reminder.groups == ()
    assert await announce.JOB.run(database, BEGUN + DAY) == 1


@pytest.mark.parametrize("rule", [silent(1), ruled([Line(Told(1, "missed"), anew=True)])])
async def test_nor_does_what_is_sent_again_to_some(database: Database, rule: Rule) -> None:
    scope, which = await database.write(house)
    await announce.JOB.run(database, BEGUN)
    copy = partial(compose.copied, scope=scope, which=which, now=BEGUN)
    some = await database.write(lambda tx: copy(tx, rule=rule, key="some"))
    whole = await database.write(lambda tx: copy(tx, rule=None, key="whole"))
    found = await rows(database, ANNOUNCEMENT.c.id, ANNOUNCEMENT.c.groups, ANNOUNCEMENT.c.to_people)
    assert found[-2:] == [(some, "", True), (whole, "1", False)]
