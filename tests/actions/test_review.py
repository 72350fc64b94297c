"""Questions that come back: from the answer in a lesson, over months, until they are retired."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from actions.invite import invite
from domain.message import Feedback, Message, Notice, ShowCard
from domain.pacing import day_off
from domain.programme import Programme
from domain.question import Question
from scheduler.jobs import review
from storage import memories, people, programmes
from storage.database import Connection, Database
from storage.memories import MEMORY
from storage.outbox import OUTBOX
from storage.reviews import REVIEW
from tests.actions.talk import Talk, in_short
from tests.storage.samples import MONDAY, Town, address, rows, sample, settle_down

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
VILNIUS = ZoneInfo("Europe/Vilnius")


@dataclass
class Learner:
    """Somebody who learns all programmes at once, and then answers what comes back as they know it.

    `asked` has the questions of each date of theirs, `knows` whether a question is answered right (all others are).
    """

    talk: Talk
    person: int
    knows: Mapping[str, bool] = field(default_factory=dict)
    asked: dict[date, list[str]] = field(default_factory=lambda: defaultdict(list))

    @property
    def database(self) -> Database:
        return self.talk.database

    @property
    def today(self) -> date:
        return self.talk.at.astimezone(VILNIUS).date()

    async def question(self, card: ShowCard) -> Question:
        taught = await self.database.read(partial(programmes.version, version_id=card.version))
        asks = taught.lessons[card.lesson].texts[0].cards[card.card].question
        assert asks
        return asks

    async def learn(self) -> None:
        """Go through the lesson that is open."""
        while isinstance(card := self.talk.heard[-1], ShowCard | Feedback):
            if isinstance(card, Feedback):
                await self.talk.presses("next")
                continue
            taught = await self.database.read(partial(programmes.version, version_id=card.version))
            asks = taught.lessons[card.lesson].texts[0].cards[card.card].question
            await (self.answer(asks) if asks else self.talk.presses("next"))

    async def answer(self, asks: Question) -> None:
        right = asks.right or (0,)
        wrong = tuple(index for index in range(len(asks.options)) if index not in right)[:1]
        chosen = right if self.knows.get(asks.id, True) else wrong
        await self.talk.presses("=" + ",".join(map(str, chosen)))

    async def live(self, until: datetime) -> None:
        """Look every hour, and answer at once what comes, and what follows it."""
        while self.talk.at < until:
            self.talk.at += HOUR
            if not await review.JOB.run(self.database, self.talk.at):
                continue
            new = [each for each in await self.talk.written("review:") if each not in self.talk.heard]
            self.talk.heard += new
            while isinstance(card := self.talk.heard[-1], ShowCard) and card.purpose == "review":
                asks = await self.question(card)
                self.asked[self.today].append(asks.id)
                await self.answer(asks)

    def days_of(self, question: str, since: date) -> list[int]:
        """After how many days it was asked."""
        return [(day - since).days for day, asked in sorted(self.asked.items()) if question in asked]


async def joined(database: Database, *taught: Programme, knows: Mapping[str, bool] | None = None) -> Learner:
    """Ana, who has learned all of these programmes on Monday."""

    def invited(tx: Connection) -> Town:
        town = settle_down(tx, taught[0])
        for each in taught[1:]:
            programmes.publish(tx, each, MONDAY)
        invite(tx, person=town.ana, programme=town.programme, code="ana", now=MONDAY)
        return town

    town = await database.write(invited)
    talk = Talk(database)
    ana = Learner(talk, town.ana, knows or {})
    await talk.join("ana")
    await ana.learn()
    for each in taught[1:]:
        await talk.says(f"/enrol {each.slug}")
        await ana.learn()
    return ana


def named(slug: str) -> Programme:
    """A programme of one lesson, in whose questions the ids begin with its name."""
    from dataclasses import replace

    taught = sample(slug, lessons=1)
    (lesson,) = taught.lessons
    texts = tuple(
        replace(
            text,
            cards=tuple(
                replace(card, question=replace(card.question, id=f"{slug}-{card.question.id}"))
                if card.question
                else card
                for card in text.cards
            ),
        )
        for text in lesson.texts
    )
    return replace(taught, lessons=(replace(lesson, texts=texts),))


async def test_what_was_wrong_comes_back_soon_and_what_was_right_late(database: Database) -> None:
    ana = await joined(database, named("small"), knows={"small-q1": False})
    monday = ana.today
    await ana.live(MONDAY + 12 * HOUR)
    ana.knows = {}
    await ana.live(MONDAY + 60 * DAY)
    wrong, right = (ana.days_of(f"small-{name}", monday) for name in ("q1", "q2"))
    assert 1 <= wrong[0] <= 3
    assert 9 <= wrong[1] - wrong[0] <= 14
    assert 22 <= right[0] <= 26 + 7  # Christmas is in between
    assert ana.days_of("small-q3", monday) == []
