"""Someone who talks to the conversation on a real store, and reads what it writes to the outbox."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, partial
from itertools import count

from actions.carry_out import Raced
from actions.converse import converse
from bot.render import render
from bot.voice import Voice
from domain.event import Event, Incoming, Pressed, Said
from domain.language import Language
from domain.message import (
    Announcement,
    Content,
    Excerpt,
    Feedback,
    Issued,
    Message,
    Notice,
    OwnData,
    Posted,
    ShowCard,
)
from domain.texts import Texts
from storage import programmes
from storage.addresses import ADDRESS
from storage.codec import load_message
from storage.database import Connection, Database
from storage.outbox import OUTBOX
from tests.storage.samples import MONDAY, rows
from zinute import catalogues

_numbers = count(1)
TRIES = 5


def new_key() -> str:
    """A step key that no other step of the test run has."""
    return f"step{next(_numbers)}"


@cache
def texts() -> Texts:
    """The catalogues of the product."""
    return catalogues.load()


@dataclass
class Talk:
    """An address in a messenger that says its language by `tag`. `at` is the time, `heard` all that was written.

    `code_key` makes the codes that are sent by e-mail, `door_key` those at doors.
    """

    database: Database
    key: str = "ana"
    tag: str = "en"
    channel: str = "web"
    at: datetime = MONDAY
    heard: list[Message] = field(default_factory=list)
    code_key: bytes = b""
    door_key: bytes = b""

    async def does(self, event: Event, occurrence: str = "") -> list[Message]:
        """What is written to this address because of an event; decided anew when somebody else was first."""
        occurrence = occurrence or f"update:{next(_numbers)}"
        unit = partial(
            converse,
            incoming=Incoming(self.key, event, self.tag),
            channel=self.channel,
            occurrence=occurrence,
            now=self.at,
            new_key=new_key,
            code_key=self.code_key,
            door_key=self.door_key,
        )
        for _ in range(TRIES):
            try:
                await self.database.write(unit)
                break
            except Raced:
                continue
        said = await self.written(f"{occurrence}:")
        self.heard += said
        return said

    async def says(self, text: str) -> list[str]:
        """Say it; the answer in short."""
        return in_short(await self.does(Said(text)))

    async def presses(self, choice: str) -> list[str]:
        """Press a button of the newest step; the answer in short."""
        return in_short(await self.does(Pressed(f"{self.step}:{choice}")))

    async def written(self, prefix: str = "") -> list[Message]:
        """What the outbox has for this address, by the beginning of its keys, in order."""
        here = (ADDRESS.c.key == self.key) & (ADDRESS.c.channel == self.channel)
        here &= (OUTBOX.c.address_id == ADDRESS.c.id) & OUTBOX.c.key.startswith(prefix, autoescape=True)
        return [
            load_message(row[1]) for row in await rows(self.database, OUTBOX.c.id, OUTBOX.c.body, where=here)
        ]

    @property
    def step(self) -> str:
        """The key of the newest step that was shown."""
        shown = [
            each
            for each in self.heard
            if not isinstance(each, Announcement | Excerpt | Issued | OwnData | Posted)
        ]
        steps = [each.step for each in shown if each.step]
        return steps[-1]

    async def contents(self, language: Language, messages: list[Message]) -> list[Content]:
        """Messages in the words of a language."""

        def rendered(tx: Connection) -> list[Content]:
            version, voice = partial(programmes.version, tx), Voice(texts(), language)
            return [render(each, version, voice) for each in messages if not isinstance(each, Announcement)]

        return await self.database.read(rendered)

    async def join(self, code: str) -> None:
        """Come in with a code."""
        for word in (f"/start {code}", "/yes", "/agree"):
            await self.says(word)


def in_short(messages: list[Message]) -> list[str]:
    """Messages as `text.id`, `card LESSON.CARD`, `ticked OPTIONS`, `read LESSON.CARD`, or the verdict of a feedback."""
    return [_short(each) for each in messages]


def _short(message: Message) -> str:
    match message:
        case Notice(lines):
            return "+".join(line.text for line in lines)
        case ShowCard(_, lesson, card, selected=selected):
            return f"ticked {','.join(map(str, selected))}" if selected else f"card {lesson}.{card}"
        case Feedback(correct=correct):
            return {True: "right", False: "wrong", None: "thanks"}[correct]
        case Excerpt(_, lesson, card) | Posted(_, lesson, card):
            return f"read {lesson}.{card}"
        case Issued(number=number):
            return f"paper {number}"
        case OwnData(kind=kind):
            return f"copy {kind}"
        case Announcement(number):
            return f"announcement {number}"


async def everything(database: Database) -> list[str]:
    """Keys of all messages in the outbox."""
    return [row[0] for row in await rows(database, OUTBOX.c.key)]
