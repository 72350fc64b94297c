"""A change of what went: once for each message that is there, nothing for what is not, and no copy of anything."""

from functools import partial

import pytest
from sqlalchemy import Connection

from actions import amend, announce, compose
from actions.compose import Changed
from actions.dispatch import NotSent
from bot.channel import Refused
from domain.organisation import Scope
from storage import announcements, people
from storage.amending import Amended
from storage.announcements import ANNOUNCEMENT
from storage.audit import AUDIT
from storage.database import Database
from storage.errors import NotFound
from storage.organisations import ORGANISATION
from storage.outbox import OUTBOX
from tests.bot.messenger import Desk, Editing
from tests.storage.samples import MONDAY, address, rows, settle_down

OLD, NEW = "Susitinkame 9 val.", "Susitinkame 10 val."


def tell(tx: Connection) -> tuple[Scope, int]:
    """Ana and two more are told in the web chat, and somebody by mail."""
    town = settle_down(tx)
    people.grant(tx, town.ben, town.here, "coordinator")
    address(tx, "ana", town.ana)
    for name, channel in (("p1", "web"), ("p2", "web"), ("p3@a.example", "email")):
        person = people.add(
            tx, organisation=town.here, name=name, email=f"{name[:2]}@b.example", language="lt"
        )
        address(tx, name, person, channel)
    announce.announce(tx, key="k", organisation=town.here, texts={"lt": OLD}, now=MONDAY, by=town.ben)
    scope = Scope(town.ben, frozenset({town.here}), frozenset({"see", "act"}))
    tx.execute(ANNOUNCEMENT.update().values(audience='{"form":"all","of":[]}'))
    return scope, announcements.by_key(tx, "k").id


def change(tx: Connection, scope: Scope, which: int, words: str | None = NEW) -> None:
    """Corrected, or taken back."""
    seen = compose.mark(announcements.get(tx, which))
    if words is None:
        amend.take_back(tx, scope, which, MONDAY, seen=seen)
    else:
        amend.correct(tx, scope, which, {"lt": words}, MONDAY, seen=seen)


async def counted(database: Database, which: int) -> Amended | None:
    return await database.read(lambda tx: amend.amended(tx, announcements.get(tx, which)))


def prepared(tx: Connection) -> tuple[Scope, int]:
    scope, which = tell(tx)
    tx.execute(OUTBOX.update().where(OUTBOX.c.channel == "email").values(state="sent", ended_at=MONDAY))
    return scope, which


async def test_what_is_there_is_changed_once_and_mail_stays(database: Database) -> None:
    scope, which = await database.write(prepared)
    channel = Editing()
    desk = Desk(database, channel)
    await desk.rounds(2)
    assert {words for _, _, words in channel.sent} == {OLD}
    assert await counted(database, which) is None
    await database.write(lambda tx: change(tx, scope, which))
    assert await counted(database, which) == Amended(left=3, fixed=1)
    await desk.rounds(4)
    assert sorted(sent for _, sent, _ in channel.edited) == ["m1", "m2", "m3"]
    assert len(channel.sent) == 3
    assert await counted(database, which) == Amended(done=3, fixed=1)
    assert "announcement.corrected" in [row[0] for row in await rows(database, AUDIT.c.what)]


async def test_what_still_waits_goes_with_the_new_words_alone(database: Database) -> None:
    scope, which = await database.write(prepared)
    channel = Editing()
    await database.write(lambda tx: change(tx, scope, which))
    await Desk(database, channel).rounds(4)
    assert [words for _, _, words in channel.sent] == [NEW] * 3
    assert channel.edited == []
    assert await counted(database, which) == Amended(fixed=1)


async def test_what_is_in_flight_is_changed_when_it_is_there_and_not_sent_again_when_it_is_not(
    database: Database,
) -> None:
    """Its row waits behind it; of one that failed nothing is sent."""
    scope, which = await database.write(prepared)
    channel = Editing(failures=[Refused("no")])
    told = OUTBOX.c.announcement_id == which
    await database.write(lambda tx: tx.execute(OUTBOX.update().where(told).values(state="sending")))
    await database.write(lambda tx: change(tx, scope, which))
    left = OUTBOX.update().where(told, OUTBOX.c.channel == "web").values(state="ready")
    await database.write(lambda tx: tx.execute(left))
    await Desk(database, channel).rounds(6)
    assert len(channel.sent) == 2
    assert len(channel.edited) == 2
    changes = await rows(database, OUTBOX.c.id, OUTBOX.c.state, where=OUTBOX.c.edits.is_not(None))
    assert sorted(state for _, state in changes) == ["dropped", "sent", "sent"]


async def test_what_is_taken_back_is_sent_to_nobody_any_more(database: Database) -> None:
    scope, which = await database.write(prepared)
    channel = Editing()
    first = OUTBOX.c.person_id == 1
    await database.write(
        lambda tx: tx.execute(
            OUTBOX.update().where(first).values(state="sent", sent_as="m9", ended_at=MONDAY)
        )
    )
    await database.write(lambda tx: change(tx, scope, which, None))
    await Desk(database, channel).rounds(4)
    assert channel.sent == []
    assert [sent for _, sent, _ in channel.edited] == ["m9"]
    assert (await database.read(lambda tx: announcements.get(tx, which))).state == "cancelled"
    with pytest.raises(NotFound):
        await database.write(lambda tx: change(tx, scope, which, None))
    assert "announcement.withdrawn" in [row[0] for row in await rows(database, AUDIT.c.what)]


async def test_a_change_says_what_is_wrong_with_it(database: Database) -> None:
    scope, which = await database.write(prepared)
    for words, wrong in (("", "language"), ("a" * 4000, "long")):
        with pytest.raises(NotSent, match=wrong):
            await database.write(partial(change, scope=scope, which=which, words=words))
    with pytest.raises(Changed):
        await database.write(lambda tx: amend.take_back(tx, scope, which, MONDAY, seen="other"))
    elsewhere = Scope(1, frozenset({2}), frozenset({"see", "act"}))
    with pytest.raises(NotFound):
        await database.write(lambda tx: change(tx, elsewhere, which))
    await database.write(lambda tx: tx.execute(ORGANISATION.update().values(approver_above=2)))
    with pytest.raises(NotSent, match="alone"):
        await database.write(lambda tx: change(tx, scope, which))
    assert await rows(database, OUTBOX.c.id, where=OUTBOX.c.edits.is_not(None)) == []
