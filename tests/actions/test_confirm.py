"""An announcement that asks whether it was read: a button, or a command where there are none; the first time counts."""

from dataclasses import replace

from sqlalchemy import Connection

from actions.announce import announce
from bot.announced import Telling, announced, press_of
from bot.voice import Voice
from domain.enclosed import Enclosed, Link
from domain.event import Pressed, Said
from domain.fitting import fit
from domain.message import Button
from storage import announcements
from storage.announcements import ANNOUNCEMENT
from storage.codec import dump
from storage.confirmations import CONFIRMATION
from storage.database import Database
from tests.actions.talk import Talk, in_short, texts
from tests.bot.messenger import EVERYTHING, WORDS_ONLY, Desk, Messenger
from tests.storage.samples import MONDAY, Town, address, rows, settle_down

LINK = "https://example.org/a"


def tell(tx: Connection, *, confirms: bool = True) -> tuple[Town, int]:
    """Ana is told something; Kari, of another organisation, is not."""
    town = settle_down(tx)
    address(tx, "ana", town.ana)
    address(tx, "kari", town.kari)
    announce(tx, key="k", organisation=town.here, texts={"lt": "Labas"}, now=MONDAY)
    tx.execute(ANNOUNCEMENT.update().values(confirms=confirms, enclosed=dump(Enclosed(links=(Link(LINK),)))))
    return town, announcements.by_key(tx, "k").id


async def test_it_is_confirmed_by_a_press_or_in_words_and_the_first_time_counts(database: Database) -> None:
    town, number = await database.write(tell)
    ana = Talk(database, "ana")
    said = [in_short(await ana.does(Pressed(press_of(number))))]
    ana.at = MONDAY.replace(hour=20)
    said += [in_short(await ana.does(Said(f"/confirm {number}")))]
    assert said == [["announcement.confirmed"], ["announcement.confirmed_before"]]
    kept = await rows(database, CONFIRMATION.c.announcement_id, CONFIRMATION.c.person_id, CONFIRMATION.c.at)
    assert kept == [(number, town.ana, MONDAY)]


async def test_nobody_confirms_what_they_were_not_told_or_not_asked(database: Database) -> None:
    _, number = await database.write(tell)
    ana, kari = Talk(database, "ana"), Talk(database, "kari")
    assert in_short(await kari.does(Pressed(press_of(number)))) == ["announcement.not_asked"]
    assert in_short(await ana.does(Pressed(press_of(number + 1)))) == ["announcement.not_asked"]
    for wrong in ("", "x", "1" * 30, "１", "-1"):
        assert in_short(await ana.does(Said(f"/confirm {wrong}"))) == ["help.unknown_command"]
    await database.write(lambda tx: tx.execute(ANNOUNCEMENT.update().values(confirms=False)))
    assert in_short(await ana.does(Pressed(press_of(number)))) == ["announcement.not_asked"]
    assert await rows(database, CONFIRMATION.c.person_id) == []


async def test_what_people_get_has_the_link_and_the_way_to_confirm(sqlite: Database) -> None:
    _, number = await sqlite.write(tell)
    channel = Messenger()
    await Desk(sqlite, channel).rounds()
    ((to, _, words),) = channel.sent
    assert to == "ana"
    assert words == f"Labas\n\n{LINK}\n\n/confirm {number} – Perskaičiau"
    telling, voice = Telling({"lt": "Labas"}, Enclosed(links=(Link(LINK),)), number=7), Voice(texts(), "lt")
    assert fit(announced(replace(telling, confirms=True), voice), EVERYTHING).buttons == (
        Button("Perskaičiau", "/confirm 7"),
    )
    for can in (EVERYTHING, WORDS_ONLY):
        quiet = fit(announced(telling, voice), can)
        assert (quiet.text.plain, quiet.buttons) == (f"Labas\n\n{LINK}", ())
