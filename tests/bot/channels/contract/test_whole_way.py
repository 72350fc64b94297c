"""The whole way, the same for every messenger: a Lithuanian with an invitation joins, reads, chooses and is told."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from domain.programme import Card, Lesson, LessonText, Programme, ProgrammeText
from domain.question import Option, Question, kind_of
from domain.text import Text
from storage import programmes
from tests.bot.channels.contract.contents import LONG
from tests.bot.channels.contract.house import House
from tests.bot.channels.contract.invited import invite_to, join, say
from tests.bot.channels.contract.messengers import answered
from tests.bot.channels.contract.running import Opening
from tests.bot.channels.contract.visitor import Messenger, Visitor, reads
from tests.storage import stores
from tests.storage.samples import MONDAY

pytestmark = answered


def question(name: str, right: tuple[int, ...]) -> Question:
    """Twelve long options."""
    options = tuple(
        Option(Text(each), index in right, Text(f"Paaiškinimas {name} {index}"))
        for index, each in enumerate(LONG)
    )
    return Question(name, kind_of(options), Text(f"Klausimas {name}?"), options)


ASKING = Programme(
    "klausimai",
    (ProgrammeText("lt", "Klausimai", "Apie klausimus"),),
    (
        Lesson(
            "01",
            (
                LessonText(
                    "lt",
                    "Dvylika",
                    3,
                    (Card(question=question("a", (10,))), Card(question=question("b", (0, 11)))),
                ),
            ),
        ),
    ),
)


@pytest.fixture
async def library(tmp_path: Path) -> AsyncIterator[House]:
    """A store with the programmes that ship with the product."""
    async with stores.opened("sqlite", tmp_path, str, with_library=True) as database:
        yield House(database)


async def joins(messenger: Messenger) -> Visitor:
    """Show the code, say yes, agree."""
    visitor = await messenger.visitor()
    await join(visitor)
    await reads(visitor, say("join.welcome", hour="09:30"))
    return visitor


async def test_a_visitor_joins_and_gets_the_first_lesson(library: House, opening: Opening) -> None:
    await library.database.write(lambda tx: invite_to(tx, "safe-online"))
    shipped = next(each.programme for each in stores.library().drafts if each.programme.slug == "safe-online")
    lesson = shipped.lessons[0].text("lt")
    async with opening(library) as messenger, library.works(messenger.channel):
        visitor, can = await joins(messenger), messenger.channel.capabilities
        for card in (each for each in lesson.cards if not each.question):
            shown = await reads(visitor, card.text.plain)
            if card is lesson.cards[0]:
                assert shown.mentions(lesson.title)
            if card.picture:
                assert (
                    shown.picture == card.picture.digest if can.pictures else shown.mentions(card.picture.alt)
                )
            await visitor.presses(say("study.next"))
        await reads(visitor, lesson.questions[0].prompt.plain)


async def test_a_visitor_chooses_among_twelve_and_is_told_the_result(house: House, opening: Opening) -> None:
    await house.database.write(lambda tx: programmes.publish(tx, ASKING, MONDAY))
    await house.database.write(lambda tx: invite_to(tx, "klausimai"))
    async with opening(house) as messenger, house.works(messenger.channel):
        visitor = await joins(messenger)
        await reads(visitor, "Klausimas a?")
        await visitor.presses(LONG[10])
        await reads(visitor, "Paaiškinimas a 10")
        await visitor.presses(say("study.next"))
        await reads(visitor, "Klausimas b?")
        await visitor.chooses((LONG[0], LONG[11]), say("study.submit"))
        await reads(visitor, "Paaiškinimas b 11")
        await reads(visitor, say("study.programme_done", title="Klausimai", right=2, graded=2))
