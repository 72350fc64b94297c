"""The question of an announcement: one choice each, changed until its end; nobody sees whose an anonymous one is."""

import asyncio
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from actions.announce import announce
from actions.vote import results
from bot.announced import Telling, announced
from bot.voice import Voice
from domain.disclosure import FEWEST, cells
from domain.enclosed import Enclosed, Poll
from domain.event import Pressed, Said
from domain.fitting import fit
from storage import announcements, votes
from storage.announcements import ANNOUNCEMENT
from storage.codec import dump
from storage.database import Database
from storage.votes import VOTE
from tests.actions.talk import Talk, in_short, texts
from tests.bot.messenger import EVERYTHING, WORDS_ONLY
from tests.storage.samples import MONDAY, Town, address, rows, settle_down

POLL = Poll({"lt": "Ar ateisite?"}, ({"lt": "Taip"}, {"lt": "Ne"}, {"lt": "Gal"}), days=2)


def tell(tx: Connection, *, named: bool = False) -> tuple[Town, int]:
    """Ana is asked something; Kari, of another organisation, is not."""
    town = settle_down(tx)
    address(tx, "ana", town.ana)
    address(tx, "kari", town.kari)
    announce(tx, key="k", organisation=town.here, texts={"lt": "Labas"}, now=MONDAY)
    poll = Poll(POLL.question, POLL.answers, named, POLL.days)
    tx.execute(ANNOUNCEMENT.update().values(enclosed=dump(Enclosed(poll=poll))))
    return town, announcements.by_key(tx, "k").id


async def chosen(database: Database) -> list[tuple[int, int]]:
    return [(person, choice) for person, choice in await rows(database, VOTE.c.person_id, VOTE.c.choice)]


async def test_one_choice_each_is_kept_and_changed_until_the_end(database: Database) -> None:
    town, number = await database.write(tell)
    ana = Talk(database, "ana")
    for press, kept in (("1", 0), ("1", 0), ("3", 2), ("2", 1)):
        assert in_short(await ana.does(Pressed(f"/vote {number} {press}"))) == ["poll.kept"]
        assert await chosen(database) == [(town.ana, kept)]
    ana.at = MONDAY + timedelta(days=2)
    assert in_short(await ana.does(Said(f"/vote {number} 1"))) == ["poll.over"]
    assert await chosen(database) == [(town.ana, 1)]


async def test_nobody_answers_what_they_are_not_asked(database: Database) -> None:
    _, number = await database.write(tell)
    ana, kari = Talk(database, "ana"), Talk(database, "kari")
    assert in_short(await kari.does(Pressed(f"/vote {number} 1"))) == ["poll.not_asked"]
    for wrong in (f"{number} 4", f"{number} 0", f"{number + 1} 1"):
        assert in_short(await ana.does(Pressed(f"/vote {wrong}"))) == ["poll.not_asked"]
    for wrong in ("", "x", f"{number}", f"{number} 1 1", f"{number} １", f"{number} -1", "1" * 30):
        assert in_short(await ana.does(Said(f"/vote {wrong}"))) == ["help.unknown_command"]
    assert await chosen(database) == []


async def test_of_presses_at_once_one_choice_is_left(database: Database) -> None:
    town, number = await database.write(tell)

    async def vote(choice: int) -> None:
        await database.write(lambda tx: votes.vote(tx, number, town.ana, choice, MONDAY))

    await asyncio.gather(*(vote(each % 3) for each in range(12)))
    assert [person for person, _ in await chosen(database)] == [town.ana]


async def test_who_sees_the_answers_is_said_before_and_words_answer_where_there_are_no_buttons() -> None:
    for named, told in ((False, "Atsakymai anonimiški"), (True, "matys su jūsų vardu")):
        poll = Poll(POLL.question, POLL.answers, named)
        content = announced(Telling({"lt": "Labas"}, Enclosed(poll=poll), number=7), Voice(texts(), "lt"))
        assert told in content.text.plain
        shown = fit(content, EVERYTHING)
        assert [(each.label, each.data) for each in shown.buttons] == [
            ("Taip", "/vote 7 1"),
            ("Ne", "/vote 7 2"),
            ("Gal", "/vote 7 3"),
        ]
        written = fit(content, WORDS_ONLY).text.plain
        assert written.endswith("/vote 7 1 – Taip\n/vote 7 2 – Ne\n/vote 7 3 – Gal")


@pytest.mark.parametrize("named", [True, False])
async def test_answers_are_shown_by_name_or_with_no_cell_of_few(database: Database, named: bool) -> None:
    town, number = await database.write(lambda tx: tell(tx, named=named))
    await database.write(lambda tx: votes.vote(tx, number, town.ana, 1, MONDAY))
    found = await database.read(lambda tx: results(tx, announcements.get(tx, number)))
    assert found is not None
    counts: list[int | None] = [0, 1, 0] if named else [None] * 3
    assert list(found.counts) == counts
    assert (found.whole, found.named) == ((1, {town.ana: 1}) if named else (None, {}))


@given(st.lists(st.integers(0, 12), min_size=2, max_size=6))
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_is_shown_of_anonymous_answers_tells_of_nobody(counts: list[int]) -> None:
    """Neither a small cell, nor one that can be reckoned from the others and their sum."""
    shown = cells(counts)
    hidden = [count for count, cell in zip(counts, shown, strict=True) if cell is None]
    assert not any(cell and cell < FEWEST for cell in shown)
    assert not hidden or sum(hidden) >= FEWEST or len(hidden) == sum(1 for each in counts if each)
