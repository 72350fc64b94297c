"""Words on a store: an answer while the question is in front of the learner, and no longer."""

from datetime import timedelta

import pytest

from domain.event import Pressed
from domain.listening import LOOKED_AT
from domain.message import Announcement, Message, notice
from storage import outbox
from storage.answers import ANSWER
from storage.database import Connection, Database
from storage.outbox import New, Passed, To
from tests.actions.examinees import answers as answered
from tests.actions.examinees import comes, examined, sat
from tests.actions.talk import Talk, in_short
from tests.domain.make import CONTINUE, programme
from tests.storage.samples import Town, address, rows

HOUR = timedelta(hours=1)
TAUGHT = programme("tws", "t")


async def asked(database: Database) -> tuple[Talk, Town]:
    """Ana is asked for a word."""
    ana, town = await comes(database, TAUGHT)
    assert await ana.presses("next") == ["card 0.1"]
    return ana, town


async def answers(database: Database) -> list[str]:
    return [row[1] for row in await rows(database, ANSWER.c.id, ANSWER.c.words)]


@pytest.mark.parametrize("later", [HOUR, 72 * HOUR])
async def test_words_answer_in_the_same_sitting(database: Database, later: timedelta) -> None:
    ana, _ = await asked(database)
    ana.at += later
    assert await ana.says("gervė") == ["right"]
    assert await answers(database) == ["gervė"]


@pytest.mark.parametrize("later", [73 * HOUR, timedelta(weeks=5)])
async def test_words_of_another_week_are_no_answer(database: Database, later: timedelta) -> None:
    ana, _ = await asked(database)
    ana.at += later
    assert await ana.says("gervė") == ["help.question_waits"]
    assert await answers(database) == []
    assert await ana.says("/continue") == ["card 0.1"]
    assert await ana.says("gervė") == ["right"]


@pytest.mark.parametrize("opened", ["/menu", "/find gervė", "/read 1 0 0", "/settings", "/programmes"])
async def test_words_after_something_else_are_no_answer(database: Database, opened: str) -> None:
    ana, _ = await asked(database)
    await ana.says(opened)
    assert await ana.says("gervė") == ["help.question_waits"]
    assert await ana.says("/continue") == ["card 0.1"]
    assert await ana.says("gervė") == ["right"]


async def test_a_double_tap_does_not_come_between(database: Database) -> None:
    ana, _ = await comes(database, TAUGHT)
    first = ana.step
    replies = [in_short(await ana.does(Pressed(f"{first}:next"))) for _ in range(2)]
    assert replies == [["card 0.1"], ["study.behind"]]
    assert await ana.says("gervė") == ["right"]


@pytest.mark.parametrize(
    ("message", "waits", "reply"),
    [
        (Announcement(1), False, "help.question_waits"),
        (
            notice("reply.told", CONTINUE, name="Rūta", question="Kuris?", words="Puiku"),
            False,
            "help.question_waits",
        ),
        (Announcement(1), True, "right"),  # one of tomorrow
    ],
)
async def test_what_came_meanwhile_comes_between(
    *, database: Database, message: Message, waits: bool, reply: str
) -> None:
    ana, town = await asked(database)
    await meanwhile(ana, town, message, waits=waits)
    assert await ana.says("gervė") == [reply]


async def meanwhile(ana: Talk, town: Town, message: Message, key: str = "", *, waits: bool = False) -> None:
    """She is sent this by itself; `waits`: tomorrow."""

    def comes_by_itself(tx: Connection) -> None:
        place = To(address(tx), "web", town.ana, town.here)
        passed = Passed("", at=ana.at + 24 * HOUR) if waits else None
        outbox.add(tx, New(place, message, f"meanwhile:{key}", "announcement", passed), ana.at)

    await ana.database.write(comes_by_itself)


@pytest.mark.parametrize("count", [1, LOOKED_AT + 1])
async def test_nothing_that_comes_by_itself_takes_an_answer_from_a_test(
    database: Database, count: int
) -> None:
    taught = examined("nw")
    ana, town = await comes(database, taught)
    await ana.presses("next")
    for number in range(count):
        await meanwhile(ana, town, Announcement(1), str(number))
    (shown,) = await answered(ana, taught, right=True)
    assert shown.startswith("card 0.")
    assert await sat(database, town.ana) == [(0, 1, 1, None)]
    await ana.says("/menu")
    assert await answered(ana, taught, right=True) == ["help.question_waits"], "what she opened herself does"
    assert await sat(database, town.ana) == [(0, 1, 1, None)]


async def test_a_question_shown_elsewhere_is_not_what_is_answered_here(database: Database) -> None:
    ana, town = await asked(database)
    phone = Talk(database, "phone", "lt", "telegram")
    await database.write(lambda tx: address(tx, "phone", town.ana, "telegram"))
    assert await phone.says("gervė") == ["help.question_waits"]
    assert await phone.says("/continue") == ["card 0.1"]
    assert await phone.says("gervė") == ["right"]
    assert await ana.says("gervė") == ["help.not_understood"]
