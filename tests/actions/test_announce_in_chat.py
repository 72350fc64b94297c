"""An announcement made in the chat: written, looked at, tried, sent, undone, approved, and followed."""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from actions import dispatch
from actions.enlist import set_here
from domain.event import Pressed, Said
from domain.fitting import MOST_TEXT
from domain.message import Choice, Message, Notice
from scheduler.jobs import announce
from storage import people
from storage.addresses import ADDRESS
from storage.announcements import ANNOUNCEMENT
from storage.audit import AUDIT
from storage.database import Connection, Database
from storage.outbox import OUTBOX
from tests.actions.talk import Talk, in_short
from tests.actions.test_announce import crowd
from tests.storage.samples import MONDAY, Town, address, rows


def settle(tx: Connection, above: int = 0, many: int = 3) -> Town:
    """Ben and Dora coordinate the library, where so many work; Ana learns there, Kari coordinates elsewhere."""
    town = crowd(tx, many)
    set_here(tx, town.here, {"approver_above": above}, MONDAY)
    dora = people.add(tx, organisation=town.here, name="Dora", email="dora@a.example", language="lt")
    for name, who in (("ben", town.ben), ("dora", dora), ("kari", town.kari), ("ana", town.ana)):
        address(tx, name, who)
        people.consent(tx, who, MONDAY)
    for who, place in ((town.ben, town.here), (dora, town.here), (town.kari, town.elsewhere)):
        people.grant(tx, who, place, "coordinator")
    return town


@dataclass
class Chat(Talk):
    """Somebody who presses buttons by their names."""

    def buttons(self) -> dict[str, str]:
        last = next(each for each in reversed(self.heard) if isinstance(each, Notice))
        return {choice.label: choice.data for choice in last.choices}

    async def taps(self, label: str) -> list[str]:
        return in_short(await self.does(Pressed(self.buttons()[label])))

    async def writes(self, words: str = "Labas") -> list[str]:
        await self.says("/announce")
        return await self.says(words)


SUMMARY = "announce.people"
LATER = MONDAY + dispatch.UNDO


async def texts_of(database: Database) -> list[tuple[str, str]]:
    return [
        (row[1], row[2])
        for row in await rows(database, *(ANNOUNCEMENT.c[each] for each in ("id", "texts", "state")))
    ]


async def test_written_looked_at_tried_sent_and_followed(database: Database) -> None:
    await database.write(settle)
    ben = Chat(database, "ben")
    assert await ben.says("/announce") == ["announce.write"]
    looked = await ben.does(Said("Rytoj dirbame iki pietų."))
    assert in_short(looked) == ["announce.words", SUMMARY]
    assert isinstance(looked[1], Notice)
    assert looked[1].lines[0].params == {"many": 6, "place": "Biblioteka"}
    assert list(ben.buttons()) == [
        "announce.test_button",
        "announce.send_button",
        "Lietuvių",
        "announce.drop_button",
    ]
    press = ben.buttons()["announce.test_button"]
    assert await ben.taps("announce.test_button") == ["announce.tested+announce.state.draft"]
    await ben.does(Pressed(press))
    tests = await rows(database, OUTBOX.c.id, OUTBOX.c.key, OUTBOX.c.address_id)
    assert len([key for _, key, _ in tests if key.startswith("test:")]) == 1
    assert await ben.taps("announce.show_button") == ["announce.words", SUMMARY]
    send = ben.buttons()["announce.send_button"]
    assert await ben.taps("announce.send_button") == ["announce.state.due+announce.goes_at"]
    assert in_short(await ben.does(Pressed(send))) == ["announce.state.due+announce.goes_at"]
    assert await announce.JOB.run(database, LATER) == 6
    ben.at = LATER
    assert await ben.taps("announce.status_button") == ["announce.state.sending+announce.figures"]
    assert await ben.taps("announce.status_button") == ["announce.state.sending+announce.figures"]
    assert await announce.JOB.run(database, LATER) == 0


async def test_half_a_minute_to_undo_it(database: Database) -> None:
    await database.write(settle)
    ben = Chat(database, "ben")
    await ben.writes()
    await ben.taps("announce.send_button")
    undo = ben.buttons()["announce.undo_button"]
    assert await ben.taps("announce.undo_button") == ["announce.undone+announce.state.draft"]
    assert in_short(await ben.does(Pressed(undo))) == ["announce.state.draft"]
    assert await announce.JOB.run(database, LATER) == 0
    await ben.taps("announce.show_button")
    await ben.taps("announce.send_button")
    await announce.JOB.run(database, LATER)
    assert in_short(await ben.does(Pressed(undo))) == [
        "announce.late+announce.state.sending+announce.figures"
    ]


async def test_who_may_not_is_told_so_and_keeps_what_they_had(database: Database) -> None:
    town = await database.write(settle)
    ana, ben, kari = Chat(database, "ana"), Chat(database, "ben"), Chat(database, "kari")
    for said in (
        "/announce",
        f"/announce at {town.here}",
        f"/announce in {town.here} lt",
        "/announce send 1 x",
    ):
        assert await ana.says(said) == ["announce.not_yours"]
    assert await ana.says("labas") == ["help.not_understood"]
    await ben.writes()
    for doing in ("show", "send", "status", "undo", "drop", "test", "approve", "refuse"):
        assert await kari.says(f"/announce {doing} 1 x") == ["announce.none"]
    for said in (
        f"/announce at {town.here}",
        f"/announce in {town.here} lt",
        f"/announce in {town.elsewhere} nb 1",
    ):
        assert await kari.says(said) == ["announce.none"]
    assert [state for _, state in await texts_of(database)] == ["draft"]


async def test_a_role_that_ends_in_the_middle_ends_it(database: Database) -> None:
    town = await database.write(settle)
    ben = Chat(database, "ben")
    await ben.says("/announce")
    await database.write(
        lambda tx: tx.execute(people.ROLE.delete().where(people.ROLE.c.person_id == town.ben))
    )
    assert await ben.says("Labas") == ["announce.not_yours"]
    assert await texts_of(database) == []
    assert await ben.says("Labas") == ["help.not_understood"]


async def test_whoever_has_left_announces_nothing(database: Database) -> None:
    town = await database.write(settle)
    gone = people.PERSON.update().where(people.PERSON.c.id == town.ben).values(left_on="2026-01-01")
    await database.write(lambda tx: tx.execute(gone))
    assert await Chat(database, "ben").says("/announce") == ["announce.not_yours"]


async def test_anything_else_ends_the_waiting_for_words_and_so_does_an_hour(database: Database) -> None:
    await database.write(settle)
    ben = Chat(database, "ben")
    await ben.says("/announce")
    assert await ben.says("") == ["announce.no_words"]
    assert (await ben.says("/settings"))[0].startswith("settings.head")
    assert await ben.says("labas") == ["help.not_understood"]
    await ben.says("/announce")
    assert await ben.taps("announce.off_button") == ["announce.stopped"]
    assert await ben.says("labas") == ["help.not_understood"]
    await ben.says("/announce")
    ben.at = MONDAY + timedelta(hours=1)
    assert await ben.says("labas") == ["help.not_understood"]
    assert await texts_of(database) == []


async def test_several_languages_one_after_another_and_what_is_wrong(database: Database) -> None:
    town = await database.write(settle)
    await database.write(lambda tx: people.set_language(tx, town.ana, "pl"))
    ben = Chat(database, "ben")
    wrong = f"{SUMMARY}+announce.fault.language+announce.languages"
    assert await ben.writes() == ["announce.words", wrong]
    assert "announce.send_button" not in ben.buttons()
    assert await ben.says("/announce send 1 x") == [
        "announce.changed",
        "announce.words",
        f"{SUMMARY}+announce.fault.language+announce.languages",
    ]
    assert await ben.taps("Polski") == ["announce.write"]
    assert await ben.says("Cześć") == ["announce.words", "announce.words", f"{SUMMARY}+announce.languages"]
    assert await ben.taps("Lietuvių") == ["announce.write"]
    assert await ben.says("ą" * (MOST_TEXT + 1)) == [
        "announce.words",
        "announce.words",
        f"{SUMMARY}+announce.fault.long+announce.languages",
    ]
    assert await ben.taps("announce.drop_button") == ["announce.state.cancelled"]
    assert await ben.says("/announce in 1 pl 1") == ["announce.none"]
    assert await ben.says("/announce send 1 x") == ["announce.state.cancelled"]


async def test_it_is_said_that_nobody_would_get_it_in_time(database: Database) -> None:
    """A Friday evening, and one day: the console knows how to make it last longer."""
    await database.write(settle)
    ben = Chat(database, "ben")
    ben.at = MONDAY + timedelta(days=4, hours=10)
    await ben.writes()
    assert await ben.taps("announce.send_button") == [
        "announce.words",
        f"{SUMMARY}+announce.fault.late+announce.languages",
    ]


async def test_the_place_is_chosen_where_there_are_several(database: Database) -> None:
    town = await database.write(settle)
    await database.write(lambda tx: people.grant(tx, town.ben, town.elsewhere, "coordinator"))
    ben = Chat(database, "ben")
    assert await ben.says("/announce") == ["announce.where"]
    assert list(ben.buttons()) == ["Biblioteka", "Kommune", "announce.off_button"]
    assert await ben.taps("Kommune") == ["announce.write"]
    await ben.says("Hei")
    assert [row[1] for row in await rows(database, ANNOUNCEMENT.c.id, ANNOUNCEMENT.c.organisation_id)] == [
        town.elsewhere
    ]


async def test_a_second_person_approves_what_they_saw_and_nobody_their_own(database: Database) -> None:
    await database.write(partial(settle, above=2))
    ben, dora = Chat(database, "ben"), Chat(database, "dora")
    assert (await ben.writes())[-1] == f"{SUMMARY}+announce.second"
    assert await ben.taps("announce.send_button") == ["announce.state.asked"]
    assert await ben.says("/announce show 1") == ["announce.words", f"announce.asked+{SUMMARY}"]
    (asked,) = await dora.written("approval:")
    assert in_short([asked]) == [f"approval.wanted+announce.words+{SUMMARY}+approval.then"]
    yes, no = (choice.data for choice in pressed(asked))
    assert in_short(await ben.does(Pressed(yes))) == ["announce.own"]
    assert in_short(await ben.does(Pressed(no))) == ["announce.own"]
    await ben.says("/announce undo 1")
    await ben.says("/announce in 1 lt 1")
    await ben.says("Labas vakaras")
    await ben.taps("announce.send_button")
    wanted = f"announce.wanted+{SUMMARY}"
    assert in_short(await dora.does(Pressed(yes))) == ["announce.changed", "announce.words", wanted]
    assert await dora.taps("announce.approve_button") == [
        "announce.approved+announce.state.due+announce.goes_at"
    ]
    assert in_short(await dora.does(Pressed(yes))) == ["announce.state.due+announce.goes_at"]
    assert await announce.JOB.run(database, LATER) == 6
    deeds = [row[1] for row in await rows(database, AUDIT.c.number, AUDIT.c.what)][1:]
    assert deeds == [
        "announcement.asked",
        "announcement.undone",
        "announcement.asked",
        "announcement.approved",
        "announcement.begun",
    ]


async def test_who_is_refused_is_told_by_whom_and_it_is_a_draft_again(database: Database) -> None:
    await database.write(partial(settle, above=2))
    ben, dora = Chat(database, "ben"), Chat(database, "dora")
    await ben.writes()
    await ben.taps("announce.send_button")
    (asked,) = await dora.written("approval:")
    _, no = (choice.data for choice in pressed(asked))
    stale = no[:-1] + ("0" if no[-1] != "0" else "1")
    assert in_short(await dora.does(Pressed(stale)))[0] == "announce.changed"
    assert in_short(await dora.does(Pressed(no))) == ["announce.refused+announce.state.draft"]
    assert in_short(await dora.does(Pressed(no))) == ["announce.state.draft"]
    (told,) = await ben.written("turned_down:")
    assert in_short([told]) == ["announce.turned_down"]
    assert isinstance(told, Notice)
    assert told.lines[0].params == {"name": "Dora", "place": "Biblioteka"}
    assert [state for _, state in await texts_of(database)] == ["draft"]


async def test_what_is_too_long_for_one_message_is_shown_by_a_button(database: Database) -> None:
    await database.write(partial(settle, above=2))
    ben, dora = Chat(database, "ben"), Chat(database, "dora")
    await ben.writes("ą" * 3_500)
    await ben.taps("announce.send_button")
    (asked,) = await dora.written("approval:")
    assert in_short([asked]) == [f"approval.wanted+{SUMMARY}+approval.then"]
    (show,) = pressed(asked)
    assert in_short(await dora.does(Pressed(show.data))) == ["announce.words", f"announce.wanted+{SUMMARY}"]


async def test_help_and_menu_name_it_only_to_those_who_may(database: Database) -> None:
    await database.write(settle)
    ben, ana = Chat(database, "ben"), Chat(database, "ana")
    assert await ben.says("/help") == ["help.text+help.announce"]
    assert await ana.says("/help") == ["help.text"]
    await ben.says("/menu")
    await ana.says("/menu")
    assert ("announce.button" in ben.buttons(), "announce.button" in ana.buttons()) == (True, False)


async def test_an_update_that_comes_twice_writes_one_draft(database: Database) -> None:
    """The conversation is a transaction: what it did with its message is there, or nothing of it is."""
    await database.write(settle)
    ben = Chat(database, "ben")
    await ben.says("/announce")
    await ben.does(Said("Labas"), "update:twice")
    kept = await rows(database, ADDRESS.c.key, ADDRESS.c.writes, where=ADDRESS.c.key == "ben")
    assert (kept, len(await texts_of(database))) == ([("ben", "")], 1)


def pressed(message: Message) -> tuple[Choice, ...]:
    assert isinstance(message, Notice)
    return message.choices
