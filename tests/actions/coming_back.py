"""Somebody to whom questions come back: what they know, what they are asked, and what they answer."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from actions.invite import invite
from domain.message import Feedback, Message, ShowCard
from domain.programme import Programme
from domain.question import Question
from scheduler.jobs import remember, review
from storage import programmes
from storage.database import Connection, Database
from storage.reviews import REVIEW
from tests.actions.talk import Talk
from tests.storage.samples import MONDAY, Town, rows, sample, settle_down

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
VILNIUS = ZoneInfo("Europe/Vilnius")
Change = Callable[[Question], Question | None]


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
        """Where they learn."""
        return self.talk.database

    async def question(self, card: ShowCard) -> Question | None:
        """What a card asks."""
        taught = await self.database.read(partial(programmes.version, version_id=card.version))
        return taught.lessons[card.lesson].texts[0].cards[card.card].question

    async def learn(self) -> None:
        """Go through the lesson that is open; what is known then is kept."""
        while isinstance(card := self.talk.heard[-1], ShowCard | Feedback):
            asks = await self.question(card) if isinstance(card, ShowCard) else None
            await (self.answer(asks) if asks else self.talk.presses("next"))
        await remember.JOB.run(self.database, self.talk.at)

    async def answer(self, asks: Question) -> None:
        """Answer what was asked last."""
        right = asks.right or (0,)
        wrong = tuple(index for index in range(len(asks.options)) if index not in right)[:1]
        chosen = right if self.knows.get(asks.id, True) else wrong
        await self.talk.presses("=" + ",".join(map(str, chosen)))

    async def look(self) -> list[Message]:
        """What comes by itself now, heard."""
        known = len(await self.talk.written("review:"))
        await review.JOB.run(self.database, self.talk.at)
        new = (await self.talk.written("review:"))[known:]
        self.talk.heard += new
        return new

    async def live(self, until: datetime) -> None:
        """Look every hour, and answer at once what comes, and what follows it."""
        while self.talk.at < until:
            self.talk.at += HOUR
            if not await self.look():
                continue
            while isinstance(card := self.talk.heard[-1], ShowCard) and card.purpose == "review":
                asks = await self.question(card)
                assert asks
                self.asked[self.talk.at.astimezone(VILNIUS).date()].append(asks.id)
                await self.answer(asks)

    async def leap(self, until: datetime) -> None:
        """The same, without the days on which nobody looks for anything."""
        while self.talk.at < until:
            due = [at for _, at in await rows(self.database, REVIEW.c.person_id, REVIEW.c.due_at) if at]
            if not due or min(due) > until:
                self.talk.at = until
                return
            self.talk.at = max(self.talk.at, min(due) - HOUR)
            await self.live(self.talk.at + HOUR)

    def days_of(self, question: str) -> list[int]:
        """How many days after the Monday it was asked."""
        return [(day - MONDAY.date()).days for day, asked in sorted(self.asked.items()) if question in asked]


async def joined(database: Database, *taught: Programme, knows: Mapping[str, bool] | None = None) -> Learner:
    """Ana, who has learned all of these programmes on Monday."""

    def invited(tx: Connection) -> Town:
        town = settle_down(tx, taught[0])
        for each in taught[1:]:
            programmes.publish(tx, each, MONDAY)
        invite(tx, person=town.ana, programme=town.programme, code="ana", now=MONDAY)
        return town

    town = await database.write(invited)
    ana = Learner(Talk(database), town.ana, knows or {})
    await ana.talk.join("ana")
    await ana.learn()
    for each in taught[1:]:
        await ana.talk.says(f"/enrol {each.slug}")
        await ana.learn()
    return ana


async def weeks_later(database: Database, *taught: Programme) -> Learner:
    """Ana at her hour on a Monday six weeks later: all she answered is due."""
    ana = await joined(database, *(taught or (named("small"),)))
    ana.talk.at = MONDAY + 42 * DAY
    return ana


def named(slug: str, lessons: int = 1) -> Programme:
    """A programme in whose questions the ids begin with its name."""
    return with_questions(
        sample(slug, lessons=lessons), lambda question: replace(question, id=f"{slug}-{question.id}")
    )


def with_questions(taught: Programme, change: Change) -> Programme:
    """The same with each question changed; without those for which that gives None."""
    lessons = []
    for lesson in taught.lessons:
        texts = []
        for text in lesson.texts:
            asked = [(card, change(card.question) if card.question else None) for card in text.cards]
            cards = tuple(
                replace(card, question=question) for card, question in asked if question or not card.question
            )
            texts.append(replace(text, cards=cards))
        lessons.append(replace(lesson, texts=tuple(texts)))
    return replace(taught, lessons=tuple(lessons))
