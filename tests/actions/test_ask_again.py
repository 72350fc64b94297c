"""After a gap everyone with an open question is told once that a press may be lost."""

from datetime import datetime, timedelta

from actions.ask_again import RECENT, ask_again
from actions.invite import invite
from domain.event import Pressed, Said
from domain.message import Notice
from storage.database import Connection, Database
from storage.outbox import OUTBOX
from storage.senders import GAP
from tests.actions.talk import Talk, in_short
from tests.storage.samples import MONDAY, rows, settle_down

MINUTE = timedelta(minutes=1)
GONE = 5 * MINUTE


async def people(database: Database) -> tuple[Talk, Talk]:
    """Ana and Kari, who have joined."""

    def invited(tx: Connection) -> None:
        town = settle_down(tx)
        for person, code in ((town.ana, "ana"), (town.kari, "kari")):
            invite(tx, person=person, programme=town.programme, code=code, now=MONDAY)

    await database.write(invited)
    ana, kari = Talk(database), Talk(database, "kari", tag="nb")
    await ana.join("ana")
    await kari.join("kari")
    return ana, kari


async def gap(database: Database, began: datetime = MONDAY, channel: str = "web") -> int:
    """Everything was sent, and then the messenger was not heard for a while; how many are told."""

    def found(tx: Connection) -> int:
        tx.execute(OUTBOX.update().where(OUTBOX.c.state == "ready").values(state="sent"))
        return ask_again(tx, channel=channel, began=began, ended=began + GONE)

    return await database.write(found)


async def told(talk: Talk) -> list[str]:
    return in_short(await talk.written("gap:"))


async def test_who_has_a_question_open_is_told_and_who_reads_is_not(database: Database) -> None:
    ana, kari = await people(database)
    await ana.presses("next")
    assert await gap(database) == 1
    assert [await told(ana), await told(kari)] == [["study.gap"], []]
    (notice,) = await ana.written("gap:")
    assert isinstance(notice, Notice)
    assert [each.data for each in notice.choices] == ["/continue", "/menu"]
    assert await rows(database, GAP.c.channel, GAP.c.began_at, GAP.c.ended_at, GAP.c.asked) == [
        ("web", MONDAY, MONDAY + GONE, 1)
    ]


async def test_once_for_each_gap_however_often_it_is_found(database: Database) -> None:
    ana, _ = await people(database)
    await ana.presses("next")
    for _ in range(2):
        await gap(database)
    assert await told(ana) == ["study.gap"]
    await gap(database, MONDAY + 60 * MINUTE)
    assert await told(ana) == ["study.gap"] * 2


async def test_who_has_answered_is_not_told(database: Database) -> None:
    ana, _ = await people(database)
    await ana.presses("next")
    await ana.presses("1")
    assert await gap(database) == 0


async def test_of_the_last_day_only(database: Database) -> None:
    ana, kari = await people(database)
    await ana.presses("next")
    kari.at += MINUTE
    await kari.presses("next")
    assert await gap(database, MONDAY + RECENT + MINUTE) == 1
    assert [await told(ana), await told(kari)] == [[], ["study.gap"]]


async def test_in_the_messenger_that_was_away_only(database: Database) -> None:
    ana, _ = await people(database)
    await ana.presses("next")
    assert await gap(database, channel="telegram") == 0
    assert await told(ana) == []


async def test_a_question_that_was_shown_twice_is_told_about_once(database: Database) -> None:
    ana, _ = await people(database)
    await ana.presses("next")
    await ana.says("/continue")
    await ana.presses("next")
    assert await gap(database) == 1
    assert await told(ana) == ["study.gap"]


async def test_the_press_that_was_lost_can_be_made_again(database: Database) -> None:
    ana, _ = await people(database)
    await ana.presses("next")
    lost = Pressed(f"{ana.step}:1")
    await gap(database)
    assert in_short(await ana.does(Said("/continue"))) == ["card 0.1"]
    assert in_short(await ana.does(lost)) == ["right"]


async def test_a_question_that_has_not_gone_out_yet_was_not_pressed(database: Database) -> None:
    """It waits in the outbox: nobody has seen it, and nobody has pressed in vain."""
    ana, _ = await people(database)
    await ana.presses("next")
    await database.write(
        lambda tx: tx.execute(OUTBOX.update().where(OUTBOX.c.step != "").values(state="failed")).rowcount
    )
    assert await gap(database) == 0
